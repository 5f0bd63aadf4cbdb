"""What a member wants of a list that others have changed meanwhile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.editing.goals import find_goal_from
from playlists.editing.rebase import Conflict, find_reachable_target, rebase_target
from playlists.planner.steps import PlannerRow
from playlists.revisions.contents import Entry
from playlists.revisions.diff import diff_keys


@st.composite
def intents(draw, size):
    """Some rows go, some move, some are new."""
    rows = draw(st.permutations(range(size))) if draw(st.booleans()) else list(range(size))
    kept = [row for row in rows if draw(st.integers(0, 3))]
    for number in range(draw(st.integers(0, 3))):
        kept.insert(draw(st.integers(0, len(kept))), f"new {number}")
    return kept


@st.composite
def meanwhile(draw):
    """A list, what others made of it, and what the member wants of the first."""
    base = [f"row {number}" for number in range(draw(st.integers(0, 9)))]
    now = draw(st.permutations(base)) if draw(st.booleans()) else list(base)
    now = [row for row in now if draw(st.integers(0, 4))]
    for number in range(draw(st.integers(0, 3))):
        now.insert(draw(st.integers(0, len(now))), f"theirs {number}")
    return base, now, draw(intents(len(base)))


@given(st.integers(0, 9).flatmap(lambda size: st.tuples(st.just(size), intents(size))))
def test_on_a_list_that_did_not_change_a_wish_is_what_it_was(wish):
    size, intent = wish
    assert rebase_target(range(size), range(size), intent) == intent


@given(meanwhile())
def test_what_others_added_is_never_dropped_and_what_was_dropped_never_returns(case):
    base, now, intent = case
    wanted = rebase_target(base, now, intent)
    if isinstance(wanted, Conflict):
        return
    shown = [now[one] if isinstance(one, int) else one for one in wanted]
    assert len(set(shown)) == len(shown)
    assert {row for row in now if row.startswith("theirs")} <= set(shown)
    assert {one for one in intent if isinstance(one, str)} <= set(shown)
    assert not {base[at] for at in range(len(base)) if at not in intent} & set(shown)
    assert {row for row in shown if row.startswith("row")} == (
        set(now) & {base[one] for one in intent if isinstance(one, int)}
    )


@given(meanwhile())
def test_where_others_only_added_every_wish_still_makes_sense(case):
    base, now, intent = case
    theirs = [row for row in now if row.startswith("theirs")]
    grown = [*theirs[:1], *base, *theirs[1:]]
    wanted = rebase_target(base, grown, intent)
    assert not isinstance(wanted, Conflict)
    mine = [grown[one] if isinstance(one, int) else one for one in wanted]
    assert [row for row in mine if row not in theirs] == [
        base[one] if isinstance(one, int) else one for one in intent
    ]


@pytest.mark.parametrize(
    ("now", "intent", "shown"),
    [
        ("abXcd", [1, 0, 2, 3], "baXcd"),  # theirs stays where they put it
        ("bcd", [1, 2, 3], "bcd"),  # removed by both
        ("abcdX", [0, 1, 2, 3, "N"], "abcdXN"),  # both at the end: mine came later
        ("Xabcd", [3, 0, 1, 2], "dXabc"),  # to the top means the top
        ("acd", [0, 1, "N", 2, 3], "aNcd"),  # a neighbour is gone, the other one is there
        ("dabc", [0, 1, "N", 2, 3], "dabNc"),
    ],
)
def test_both_wishes_come_true(now, intent, shown):
    wanted = rebase_target("abcd", now, intent)
    assert "".join(now[one] if isinstance(one, int) else one for one in wanted) == shown


def test_what_is_gone_cannot_be_moved():
    assert rebase_target("abcd", "abc", [3, 0, 1, 2]) == Conflict(gone=(3,))


def test_what_was_to_go_between_two_that_came_apart_is_asked_about():
    assert rebase_target("abcd", "acdb", [0, 1, "N", 2, 3]) == Conflict(torn=((1, 2),))
    assert rebase_target("abcd", "ad", [0, 1, "N", 2, 3]) == Conflict(torn=((1, 2),))


def told(rows):
    """Letters with the day on which they were added; lower case is a local file, - is vanished content."""
    return [
        (
            PlannerRow(None)
            if one[0] == "-"
            else PlannerRow(f"spotify:local:{one}", True)
            if one.islower()
            else PlannerRow(one[0]),
            one,
        )
        for one in rows
    ]


def test_a_version_is_restored_from_what_is_there_and_the_rest_is_added_again():
    now, then = told(["B2", "A1", "X9", "f"]), told(["A1", "B2", "C3", "f", "g"])
    way = find_reachable_target(now, then)
    assert way.target == [1, 0, "C", 3]
    assert (way.missing, way.staying) == ((4,), ())


def test_what_nobody_can_remove_stays_behind_the_row_it_follows():
    way = find_reachable_target(told(["A1", "f", "-", "B2"]), told(["B2", "A1"]))
    assert way.target == [3, 0, 1, 2]
    assert way.staying == (1, 2)


def test_what_nobody_can_remove_goes_ahead_of_what_stays_or_else_to_the_end():
    assert find_reachable_target(told(["X1", "f", "A1"]), told(["B2", "A1"])).target == ["B", 1, 2]
    assert find_reachable_target(told(["X1", "f"]), told(["B2", "C1"])).target == ["B", "C", 1]


@given(st.lists(st.sampled_from(["A1", "A2", "B1", "f", "-"]), max_size=8), st.data())
def test_the_way_to_a_version_that_needs_nothing_new_leads_there(rows, data):
    then = data.draw(st.permutations(rows))
    way = find_reachable_target(told(rows), told(then))
    assert [rows[one] for one in way.target] == list(then)
    assert not diff_keys([rows[one] for one in way.target], then)


def test_rows_that_were_read_again_under_other_times_are_not_taken_for_their_copies():
    def entries(numbers, added_at=None):
        return [Entry(None, f"spotify:track:{number}", added_at) for number in numbers]

    expected, now = entries(range(4), 100), entries(["x", *range(4), "y"], 101)
    target = [*expected[:2], *entries(range(4)), *expected[2:]]
    goal = find_goal_from(expected, now, target)
    uris = [now[entry].uri if isinstance(entry, int) else entry for entry in goal.target]
    assert uris == [now[0].uri, *(entry.uri for entry in target), now[-1].uri]
