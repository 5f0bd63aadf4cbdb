from hypothesis import given
from hypothesis import strategies as st

from playlists.revisions.diff import diff_keys, match_keys

rows = st.lists(st.integers(0, 6), max_size=12)


@given(rows, rows)
def test_what_is_left_is_what_is_there_without_what_was_added(before, after):
    diff = diff_keys(before, after)
    assert sorted(set(range(len(before))) - set(diff.removed)) == [
        old for old, new in enumerate(match_keys(before, after)) if new is not None
    ]
    kept = sorted(before[old] for old in range(len(before)) if old not in diff.removed)
    assert kept == sorted(after[new] for new in range(len(after)) if new not in diff.added)


@given(rows, rows)
def test_rows_that_did_not_move_stand_in_the_same_order(before, after):
    diff = diff_keys(before, after)
    moved_from, moved_to = {old for old, _ in diff.moved}, {new for _, new in diff.moved}
    stood = [before[old] for old in range(len(before)) if old not in {*diff.removed, *moved_from}]
    assert stood == [after[new] for new in range(len(after)) if new not in {*diff.added, *moved_to}]
    assert all(before[old] == after[new] for old, new in diff.moved)


@given(rows)
def test_a_list_does_not_differ_from_itself(before):
    assert not diff_keys(before, before)


def test_one_row_that_moved_is_one_row_that_moved():
    diff = diff_keys("abcdefgh", "abdefghc")
    assert (diff.added, diff.removed, diff.moved) == ((), (), ((2, 7),))


def test_a_row_that_was_added_again_is_the_same_row_with_another_date():
    before, after = [("a", 1), ("b", 2)], [("b", 2), ("a", 9)]
    assert diff_keys(before, after).added == (1,)
    diff = diff_keys(before, after, loosely=lambda key: key[0])
    assert (diff.added, diff.removed, len(diff.moved)) == ((), (), 1)


def test_of_copies_the_one_that_was_added_when_the_other_was_is_meant():
    before, after = [("a", 1), ("a", 2)], [("a", 2), ("a", 3)]
    assert match_keys(before, after, loosely=lambda key: key[0]) == [1, 0]
