"""The planner against a model of Spotify's rules that is written here once more, and knows nothing of it."""

from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.planner.moves import find_longest_increasing, find_moves
from playlists.planner.plan import CannotAdd, CannotDrop, TooManyItems, plan_steps
from playlists.planner.steps import Add, Move, PlannerRow, Remove, Replace, apply_step
from tests.support.laws import limit_examples

SONGS = [f"spotify:track:{letter}" for letter in "abcdefgh"]
MANY = limit_examples(1000)


def kinds():
    song = st.sampled_from(SONGS).map(PlannerRow)
    local = st.sampled_from(["spotify:local:x", "spotify:local:y"]).map(lambda uri: PlannerRow(uri, True))
    return st.one_of(song, song, song, local, st.just(PlannerRow(None)))


@st.composite
def wishes(draw, rows=None):
    """A list, and another one that Spotify's rules allow to make of it."""
    rows = draw(st.lists(kinds(), max_size=14)) if rows is None else rows
    gone = draw(st.sets(st.sampled_from(range(len(rows))))) if rows else set()
    kept = [at for at, row in enumerate(rows) if at not in gone or row.uri is None or row.is_local]
    wanted = draw(st.one_of(st.just(kept), st.permutations(kept)))
    for uri in draw(st.lists(st.sampled_from(SONGS), max_size=4)):
        wanted = list(wanted)
        wanted.insert(draw(st.integers(0, len(wanted))), uri)
    return rows, list(wanted)


def carried_out(rows, steps):
    """What Spotify makes of it: rows that were there are (row, position), new ones (row, None)."""
    there = [(row, at) for at, row in enumerate(rows)]
    for step in steps:
        match step:
            case Remove(uris):
                assert 1 <= len(uris) <= 100
                there = [one for one in there if one[0].is_local or one[0].uri not in uris]
            case Move(start=start, before=before, length=length):
                assert 0 <= start < start + length <= len(there)
                assert 0 <= before <= len(there)
                moved = there[start : start + length]
                there = [*there[:before], None, *there[before:]]
                gap = there.index(None)
                there = [one for one in there if one is None or one not in moved]
                gap = there.index(None)
                there[gap : gap + 1] = moved
            case Add(uris, position):
                assert 1 <= len(uris) <= 100
                assert 0 <= position <= len(there)
                assert not any(uri.startswith("spotify:local:") for uri in uris)
                there[position:position] = [(PlannerRow(uri), None) for uri in uris]
            case Replace(uris):
                assert len(uris) <= 100
                assert not any(row.is_local or row.uri is None for row, _ in there)
                there = [(PlannerRow(uri), None) for uri in uris]
    return there


def uris_of(rows, wanted):
    return [(rows[one] if isinstance(one, int) else PlannerRow(one)) for one in wanted]


def test_the_longest_increasing_part_of_every_short_list():
    for order in permutations(range(7)):
        longest = find_longest_increasing(order)
        assert longest == sorted(longest)
        places = [order.index(number) for number in longest]
        assert places == sorted(places)
        subsets = (some for size in range(7, 0, -1) for some in combinations(order, size))
        assert len(longest) == len(next(some for some in subsets if list(some) == sorted(some)))


@pytest.mark.parametrize("order", [(1, 0), (2, 0, 1), (1, 2, 3, 0), (3, 4, 0, 1, 2)])
def test_what_one_move_sorts_takes_one(order):
    assert len(find_moves(order)) == 1


@settings(max_examples=MANY, deadline=None)
@given(wishes(), st.booleans())
def test_every_list_that_can_be_reached_is_reached(wish, rewrite):
    rows, wanted = wish
    there = carried_out(rows, plan_steps(rows, wanted, rewrite=rewrite).steps)
    assert [row for row, _ in there] == uris_of(rows, wanted)


@settings(max_examples=MANY, deadline=None)
@given(wishes(), st.booleans())
def test_dates_are_kept_but_for_those_it_names(wish, rewrite):
    rows, wanted = wish
    planned = plan_steps(rows, wanted, rewrite=rewrite)
    there = carried_out(rows, planned.steps)
    kept = [one for one in wanted if isinstance(one, int)]
    keep_their_date = {at for _, at in there}
    assert set(kept) - keep_their_date <= set(planned.added_again)
    assert not keep_their_date & set(planned.added_again)
    assert planned.readded_count == len(planned.added_again)


@settings(max_examples=MANY, deadline=None)
@given(wishes())
def test_only_what_stands_there_besides_a_removed_copy_loses_its_date(wish):
    rows, wanted = wish
    if not any(isinstance(one, int) for one in wanted):
        return
    planned = plan_steps(rows, wanted)
    dropped = {at for at in range(len(rows)) if at not in wanted}
    spare = {rows[at].uri for at in dropped}
    assert {rows[at].uri for at in planned.added_again} <= spare


@settings(max_examples=limit_examples(500), deadline=None)
@given(st.lists(kinds(), max_size=14), st.data())
def test_rows_that_spotify_cannot_remove_are_refused_not_lost(rows, data):
    wanted = data.draw(st.permutations(range(len(rows))))[: len(rows) // 2]
    stuck = [at for at, row in enumerate(rows) if (row.is_local or row.uri is None) and at not in wanted]
    for rewrite in (False, True):
        if stuck:
            with pytest.raises(CannotDrop) as refused:
                plan_steps(rows, wanted, rewrite=rewrite)
            assert refused.value.positions == tuple(stuck)
        else:
            plan_steps(rows, wanted, rewrite=rewrite)


@settings(max_examples=limit_examples(500), deadline=None)
@given(wishes(), st.booleans())
def test_our_own_model_of_the_rules_says_the_same(wish, rewrite):
    rows, wanted = wish
    steps = plan_steps(rows, wanted, rewrite=rewrite).steps
    ours = rows
    for step in steps:
        ours = apply_step(ours, step)
    assert ours == [row for row, _ in carried_out(rows, steps)]


def one_move_each(order):
    """The naive way, and what most clients do: whatever stands wrong is moved by itself."""
    return len(order) - len(find_longest_increasing(order))


@settings(max_examples=limit_examples(500), deadline=None)
@given(st.integers(2, 60).flatmap(lambda size: st.permutations(range(size))))
def test_never_more_moves_than_one_for_each_row_outside_the_longest_run(order):
    assert len(find_moves(order)) <= one_move_each(order)


def fewest_moves(size):
    """Of every order of so many rows, by trying all moves from the sorted one."""
    start = tuple(range(size))
    known, edge = {start: 0}, [start]
    for order in edge:
        for low, middle, high in combinations(range(size + 1), 3):
            after = order[:low] + order[middle:high] + order[low:middle] + order[high:]
            if after not in known:
                known[after] = known[order] + 1
                edge.append(after)
    return known


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_of_up_to_six_strips_no_plan_is_shorter(size):
    for order, fewest in fewest_moves(size).items():
        assert len(find_moves(order)) == fewest


def test_of_seven_strips_at_most_one_move_is_wasted():
    known = fewest_moves(7)
    wasted = [len(find_moves(order)) - known[order] for order in permutations(range(7))]
    assert max(wasted) <= 1
    assert sum(wasted) < len(wasted) / 30


@pytest.mark.parametrize(
    ("before", "after", "calls"),
    [
        ("abcdefgh", "bcdefgha", 1),  # to the end
        ("abcdefgh", "efghabcd", 1),  # halves
        ("abcdefgh", "aghbcdef", 1),  # two that stand together
        ("abcdefgh", "abcdefg", 1),
        ("abcdefgh", "", 1),
        ("abcdefgh", "hgfedcba", 5),
        ("abcdefgh", "abcdefgh", 0),
    ],
)
def test_plain_wishes_take_the_calls_one_would_expect(before, after, calls):
    rows = [PlannerRow(letter) for letter in before]
    planned = plan_steps(rows, [before.index(letter) for letter in after])
    assert planned.calls == calls
    assert planned.readded_count == 0


def test_one_of_three_copies_goes_and_the_others_come_back_where_they_stood():
    rows = [PlannerRow(letter) for letter in "abaca"]
    planned = plan_steps(rows, [0, 1, 3, 4])
    assert planned.steps == (Remove(("a",)), Add(("a",), 0), Add(("a",), 3))
    assert planned.added_again == (0, 4)


def test_what_would_go_is_kept_where_the_same_is_wanted_anew():
    planned = plan_steps([PlannerRow(letter) for letter in "abca"], [0, 1, 2, "a"])
    assert planned.steps == ()


def test_hundreds_are_removed_and_added_at_once():
    rows = [PlannerRow(f"spotify:track:{number}") for number in range(1000)]
    planned = plan_steps(rows, [*range(0, 1000, 2), *(f"spotify:track:new{number}" for number in range(250))])
    assert [type(step) for step in planned.steps] == [Remove] * 5 + [Add] * 3


def test_a_rewrite_is_offered_when_it_is_cheaper_and_says_what_it_costs():
    rows = [PlannerRow(f"spotify:track:{number}") for number in range(300)]
    wanted = list(range(299, -1, -1))
    careful, fast = plan_steps(rows, wanted), plan_steps(rows, wanted, rewrite=True)
    assert (careful.calls, careful.readded_count) == (151, 0)
    assert (fast.calls, fast.readded_count) == (3, 300)


def test_a_rewrite_that_saves_nothing_is_not_taken():
    rows = [PlannerRow(f"spotify:track:{number}") for number in range(300)]
    assert plan_steps(rows, [*range(1, 300), 0], rewrite=True).readded_count == 0


def test_a_rewrite_leaves_what_stands_right_at_both_ends():
    rows = [PlannerRow(f"spotify:track:{number}") for number in range(1000)]
    middle = list(range(420, 400, -1))
    planned = plan_steps(rows, [*range(401), *middle, *range(421, 1000)], rewrite=True)
    assert (planned.calls, planned.readded_count) == (2, 20)


def test_of_rewrites_with_as_many_calls_the_one_that_adds_fewest_again_is_taken():
    rows = [PlannerRow(f"spotify:track:{at:03}") for at in range(150)]
    plan = plan_steps(rows, [*range(50), *reversed(range(50, 100)), *range(100, 150)], rewrite=True)
    assert (plan.calls, plan.readded_count) == (2, 50)


def test_of_two_stretches_the_shorter_one_moves():
    assert find_moves([2, 3, 4, 0, 1]) == [Move(start=3, before=0, length=2)]
    assert find_moves([3, 4, 0, 1, 2]) == [Move(start=0, before=5, length=2)]


def test_a_rewrite_goes_around_local_files():
    rows = [PlannerRow(f"spotify:track:{number}") for number in range(300)]
    rows[150] = PlannerRow("spotify:local:mine", True)
    planned = plan_steps(rows, list(range(299, -1, -1)), rewrite=True)
    assert (planned.calls, planned.readded_count) == (7, 299)


def test_nobody_asks_for_a_song_of_their_own_computer_to_be_added():
    with pytest.raises(CannotAdd) as refused:
        plan_steps([], ["spotify:local:mine"])
    assert refused.value.uris == ("spotify:local:mine",)


def test_one_more_than_spotify_takes_is_refused_but_a_list_that_is_longer_can_be_sorted():
    rows = [PlannerRow(f"spotify:track:{number}") for number in range(10_000)]
    with pytest.raises(TooManyItems):
        plan_steps(rows, [*range(10_000), "spotify:track:new"])
    longer = [*rows, PlannerRow("spotify:track:last")]
    assert plan_steps(longer, [10_000, *range(10_000)]).calls == 1


@pytest.mark.parametrize("wanted", [[0, 0], [2], [-1]])
def test_positions_that_make_no_sense_are_a_mistake(wanted):
    with pytest.raises(ValueError, match="position"):
        plan_steps([PlannerRow("a"), PlannerRow("b")], wanted)
