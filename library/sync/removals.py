"""Finding what was removed somewhere in a long index, without reading all of it.

Spotify lists what was saved last first, and so can the index. As long as nothing was removed, a page of
Spotify's begins where the index says; behind a removal, one place earlier. So the pages are halved until the
ones are found within which that changes: some ten requests where all of it would take hundreds. Places that
are counted and stay empty are known from the last whole reading. Where too many pages differ, all is read.
"""

from library.models import SavedIndex, SavedItem
from library.saved.index import TARGETS
from library.sync import reader
from library.sync.pages import KINDS, ListedPage, count_gaps_before, fetch_listed_page
from library.sync.tickets import note
from spotweb.spotify.http import Client

# Of the requests that reading everything would take.
_MAX_SHARE = 1 / 3


class TooManyPages(Exception):
    """Reading everything is cheaper."""


def remove_by_search(saved_index: SavedIndex, client: Client, first: ListedPage) -> bool:
    """False when the places to look at are too many; what was found until then has been dealt with."""
    search = _RemovalSearch(saved_index, client, first)
    try:
        search.between(0, search.last)
    except TooManyPages:
        return False
    return True


class _RemovalSearch:
    def __init__(self, saved_index: SavedIndex, client: Client, first: ListedPage) -> None:
        self._shelf, self._client, self._kind = saved_index, client, KINDS[saved_index.kind]
        self._size = self._kind.listing.page_size
        self._pages = {0: first}
        self.last = max(0, -(-first.total // self._size) - 1)
        self._most = max(4, round((self.last + 1) * _MAX_SHARE))

    def between(self, low: int, high: int) -> None:
        """Look into the pages from `low` to the first row of `high`, and into the last one to its end."""
        if low == high:
            self._compare(low, None)
        elif high - low == 1:
            if self._shift(low) != self._shift(high):
                self._compare(low, high)
            if high == self.last:
                self._compare(high, None)
        elif self._shift(low) != self._shift(high) or high == self.last:
            middle = (low + high) // 2
            self.between(low, middle)
            self.between(middle, high)

    def _shift(self, number: int) -> int:
        """How many places further back the index has the first row of this page."""
        page = self._page(number)
        if not page.found:
            return 0
        first, target = page.found[0], TARGETS[self._shelf.kind][0]
        rows = SavedItem.objects.filter(index=self._shelf)
        own = rows.filter(**{f"{target}__uri": first.uri}).values_list("pk", flat=True).first() or 0
        # What was saved together shares its moment; it was put on the index in the order of Spotify's list.
        equals = rows.filter(added_at=first.added_at, pk__lt=own).count()
        newer = rows.filter(added_at__gt=first.added_at).count()
        return newer + equals + count_gaps_before(self._shelf, first.added_at) - number * self._size

    def _compare(self, number: int, following: int | None) -> None:
        """What the index has within this page and Spotify has not; and the other way round."""
        page = self._page(number)
        reader.store_items(self._shelf, page.found)
        seen = {item.uri for item in page.found}
        rows = SavedItem.objects.filter(index=self._shelf)
        if number and page.found:
            rows = rows.filter(added_at__lte=page.found[0].added_at)
        if following is not None and (behind := self._page(following).found):
            seen |= {item.uri for item in behind}
            rows = rows.filter(added_at__gte=behind[0].added_at)
        target = TARGETS[self._shelf.kind][0]
        named = rows.values_list(f"{target}_id", f"{target}__uri")
        missing = [pk for pk, uri in named if uri not in seen]
        if len(missing) > self._size * self._most:
            raise TooManyPages
        reader.remove_confirmed(self._shelf, self._client, missing)

    def _page(self, number: int) -> ListedPage:
        if number not in self._pages:
            if len(self._pages) >= self._most:
                raise TooManyPages
            self._pages[number] = fetch_listed_page(self._client, self._kind, offset=number * self._size)
            note(self._shelf)
        return self._pages[number]
