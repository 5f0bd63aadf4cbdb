"""What a member wants of a list, at its edges: copies, rows nobody can remove, places that are not there."""

from playlists.editing import goals
from playlists.editing.goals import align_times, find_goal, insert_uris
from playlists.editing.rebase import find_reachable_target, rebase_target
from playlists.editing.steps import ListSample
from playlists.planner.steps import PlannerRow
from playlists.revisions.contents import Entry

A, B, C = (f"spotify:track:{letter * 22}" for letter in "abc")
LOCAL, VANISHED = "spotify:local:x:y:z:10", None


def entry(uri: str | None, at: int | None = None) -> Entry:
    return Entry(1, uri, at)


def test_what_is_put_behind_the_end_or_before_the_start_goes_there():
    assert insert_uris(2, [A], 7) == insert_uris(2, [A], None) == [0, 1, A]
    assert insert_uris(2, [A], -3) == [A, 0, 1]
    assert insert_uris(0, [A], 1) == [A]


def test_times_are_taken_from_rows_that_have_no_partner_yet():
    """Of two copies one is known exactly; the other was only just added, and its time is a guess."""
    known, guessed, read = entry(A, 10), entry(A, 99), entry(A, 20)
    assert align_times([known, guessed], [known, read]) == [known, read]
    assert align_times([guessed, known], [known, read]) == [read, known]
    assert align_times([guessed, guessed], [known]) == [known, guessed], "each row is somebody's once"
    assert align_times([known, known], [known, read]) == [known, read]
    assert align_times([entry(B, 1)], [known]) == [entry(B, 1)]


def test_what_can_neither_come_back_nor_go_is_counted():
    goal = find_goal([entry(A), entry(LOCAL)], [entry(B), entry(VANISHED)])
    assert goal == goals.Goal([B, 1], 2)
    assert find_goal([entry(A), entry(LOCAL)], [entry(B)]).skipped == 1
    assert find_goal([entry(A)], [entry(VANISHED), entry(A)]).skipped == 1


def test_rows_that_cannot_be_added_are_missed_whatever_their_address():
    fixed, plain = PlannerRow(A, is_local=True), PlannerRow(B)
    found = find_reachable_target([], [(fixed, "x"), (plain, "y"), (PlannerRow(None), "z")])
    assert (found.target, found.missing) == ([B], (0, 2))


def test_what_goes_ahead_of_a_row_that_is_gone_stays_behind_the_one_it_follows():
    assert rebase_target("abcd", "acd", [0, "x", 1, 2, 3]) == [0, "x", 1, 2]
    assert rebase_target("abcd", "bcd", [0, "x", 1, 2, 3]) == ["x", 0, 1, 2]


def test_a_part_that_reaches_behind_the_end_is_of_another_list():
    rows = [entry(A), entry(B)]
    assert ListSample(None, {0: A, 1: B}).is_part_of(rows)
    assert not ListSample(None, {1: B, 2: C}).is_part_of(rows)
    assert not ListSample(3, {0: A}).is_part_of(rows)
    assert ListSample(2, {}).is_part_of(rows)
