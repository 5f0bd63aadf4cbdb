"""Where a shelf has places that Spotify counts and sends nothing for: by the moment of the row before."""

import msgspec

from library.models import Shelf
from library.sync.pages import Found, KindOf, found_in
from spotweb.spotify.paging import Part

_Gaps = dict[int, int]


class GapFinder:
    """Follows a reading part by part. The same gap found twice is one."""

    def __init__(self, shelf: Shelf, kind: KindOf) -> None:
        self._kind = kind
        self._gaps = of(shelf) if shelf.position else {}
        self._end, self._moment = 0, 0

    def take(self, part: Part[object]) -> list[Found]:
        """What is in the part."""
        found = found_in(self._kind, (entry for _, entry in part.items))
        if part.is_late or not part.items:
            return found
        begin, end = part.items[0][0], part.items[-1][0] + 1
        is_next = self._end <= begin < self._end + 2 * self._kind.listing.page_size
        self._note(begin - self._end if self._end and is_next else 0)
        self._end, self._moment = end, found[-1].added_at if found else self._moment
        self._note(len(part.items) - len(found))
        return found

    def packed(self) -> bytes:
        return msgspec.msgpack.encode(self._gaps)

    def _note(self, missing: int) -> None:
        if missing > 0:
            self._gaps[self._moment] = max(missing, self._gaps.get(self._moment, 0))


def of(shelf: Shelf) -> _Gaps:
    return msgspec.msgpack.decode(bytes(shelf.gaps), type=_Gaps) if shelf.gaps else {}


def before(shelf: Shelf, moment: int) -> int:
    """How many places are missing in front of a row of this moment."""
    return sum(missing for at, missing in of(shelf).items() if at > moment)
