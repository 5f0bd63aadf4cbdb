"""What differs between two versions of a list."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from playlists.planner.moves import find_longest_increasing

if TYPE_CHECKING:
    from playlists.revisions.contents import Contents

# What identifies a row in both versions, such as (uri, added_at, added_by).
Key = Hashable


class Diff(Struct, frozen=True, kw_only=True):
    """Positions count from 0: those of `added` in the later list, of `removed` in the earlier one."""

    added: tuple[int, ...]
    removed: tuple[int, ...]
    moved: tuple[tuple[int, int], ...]  # from, to; as few rows as can explain the new order

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved)


def diff_contents(before: "Contents", after: "Contents") -> Diff:
    """Rows that were added again are recognised by their URI, since their date differs."""
    return diff_keys(_keys_of(before), _keys_of(after), loosely=_uri_of_key)


def carry_over_positions(before: "Contents", after: "Contents", positions: Sequence[int]) -> list[int]:
    """The positions of the same rows in another version; rows that are gone are left out."""
    partners = match_keys(_keys_of(before), _keys_of(after), loosely=_uri_of_key)
    carried = [partners[position] for position in positions if position < len(partners)]
    return sorted(position for position in carried if position is not None)


def diff_keys(
    before: Sequence[Key], after: Sequence[Key], *, loosely: Callable[[Key], Key] | None = None
) -> Diff:
    """`loosely` maps a key to what is enough to recognise a row that has no equal.

    Rows that were added again, for example, keep their URI but not their date.
    """
    partners = match_keys(before, after, loosely=loosely)
    pairs = [(old, new) for old, new in enumerate(partners) if new is not None]
    unmoved = set(find_longest_increasing([new for _, new in pairs]))
    matched = {new for _, new in pairs}
    return Diff(
        added=tuple(new for new in range(len(after)) if new not in matched),
        removed=tuple(old for old, new in enumerate(partners) if new is None),
        moved=tuple(pair for pair in pairs if pair[1] not in unmoved),
    )


def match_keys(
    before: Sequence[Key], after: Sequence[Key], *, loosely: Callable[[Key], Key] | None = None
) -> list[int | None]:
    """For each row of `before` its position in `after`, null when it is gone; copies in their order."""
    partners: list[int | None] = [None] * len(before)
    _pair(partners, before, after)
    if loosely and None in partners:
        _pair(partners, [loosely(key) for key in before], [loosely(key) for key in after])
    return partners


def _pair(partners: list[int | None], before: Sequence[Key], after: Sequence[Key]) -> None:
    """Find partners for rows that have none, among rows that nobody is paired with."""
    taken = set(partners)
    free: defaultdict[Key, deque[int]] = defaultdict(deque)
    for position, key in enumerate(after):
        if position not in taken:
            free[key].append(position)
    for position, key in enumerate(before):
        if partners[position] is None and free.get(key):
            partners[position] = free[key].popleft()


def _keys_of(contents: "Contents") -> list[Key]:
    return [entry.key for entry in contents.entries]


def _uri_of_key(key: Key) -> Key:
    return key[0] if isinstance(key, tuple) else key
