"""What differs between two versions of a list."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence

from msgspec import Struct

from playlists.planner.moves import longest_increasing

# What makes a row the same row, such as (uri, added_at, added_by).
Key = Hashable


class Diff(Struct, frozen=True, kw_only=True):
    """Positions count from 0: those of `added` in the later list, of `removed` in the earlier one."""

    added: tuple[int, ...]
    removed: tuple[int, ...]
    moved: tuple[tuple[int, int], ...]  # from, to; as few rows as can explain the new order

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved)


def compare(
    before: Sequence[Key], after: Sequence[Key], *, loosely: Callable[[Key], Key] | None = None
) -> Diff:
    """`loosely` names what is enough to recognise a row that has no equal.

    Rows that were added again, for one, keep their URI but not their date.
    """
    partners = match(before, after, loosely=loosely)
    pairs = [(old, new) for old, new in enumerate(partners) if new is not None]
    standing = set(longest_increasing([new for _, new in pairs]))
    found = {new for _, new in pairs}
    return Diff(
        added=tuple(new for new in range(len(after)) if new not in found),
        removed=tuple(old for old, new in enumerate(partners) if new is None),
        moved=tuple(pair for pair in pairs if pair[1] not in standing),
    )


def match(
    before: Sequence[Key], after: Sequence[Key], *, loosely: Callable[[Key], Key] | None = None
) -> list[int | None]:
    """For each row of `before` where it is in `after`, if it is there; copies in their order."""
    partners: list[int | None] = [None] * len(before)
    _pair(partners, before, after)
    if loosely and None in partners:
        _pair(partners, [loosely(key) for key in before], [loosely(key) for key in after])
    return partners


def _pair(partners: list[int | None], before: Sequence[Key], after: Sequence[Key]) -> None:
    """Finds partners for those that have none, among those that are none's."""
    taken = set(partners)
    free: defaultdict[Key, deque[int]] = defaultdict(deque)
    for at, key in enumerate(after):
        if at not in taken:
            free[key].append(at)
    for at, key in enumerate(before):
        if partners[at] is None and free.get(key):
            partners[at] = free[key].popleft()
