"""What a member has saved and whom a member follows."""

from collections.abc import Iterable
from typing import TypeAlias

KINDS = ("track", "album", "show", "episode", "audiobook", "artist", "user", "playlist")


class SavedList:
    """Saved things of one kind, newest first; of those saved at one moment, the last one saved first."""

    def __init__(self, saved: Iterable[tuple[str, float]] = ()) -> None:
        self._saved = dict(saved)
        self._order: list[str] | None = None
        self.is_touched = False  # differs from what the seed put on it
        # Saved, and said not to be when it is asked about: another version stands for it in this country.
        self.relinked: set[str] = set()

    def __contains__(self, thing_id: str) -> bool:
        return thing_id in self._saved

    def __len__(self) -> int:
        return len(self._saved)

    def seems_to_hold(self, thing_id: str) -> bool:
        return thing_id in self._saved and thing_id not in self.relinked

    def newest_first(self) -> list[str]:
        if self._order is None:
            turned = reversed(self._saved.items())
            self._order = [
                thing_id for thing_id, _ in sorted(turned, key=lambda entry: entry[1], reverse=True)
            ]
        return self._order

    def added_at(self, thing_id: str) -> float:
        return self._saved[thing_id]

    def add(self, thing_id: str, moment: float) -> None:
        """Save it; what is there already keeps its place and date."""
        if thing_id in self._saved:
            return
        self.is_touched = True
        self._saved[thing_id] = moment
        if self._order is not None:
            is_newest = not self._order or self._saved[self._order[0]] <= moment
            self._order = [thing_id, *self._order] if is_newest else None

    def remove(self, thing_id: str) -> None:
        if thing_id not in self._saved:
            return
        self.is_touched = True
        del self._saved[thing_id]
        if self._order is not None:
            self._order = [saved_id for saved_id in self._order if saved_id != thing_id]

    def saved(self) -> list[tuple[str, float]]:
        return list(self._saved.items())


Library: TypeAlias = dict[str, SavedList]


def empty_library() -> Library:
    return {kind: SavedList() for kind in KINDS}
