"""Finds what was removed somewhere in a long saved index without reading all of it.

Spotify lists what was saved last first, and so can the index. As long as nothing was removed, a page of
Spotify's begins where the index says; behind a removal, one place earlier. So the pages are halved until the
ones are found within which that changes: some ten requests where all of it would take hundreds. Places that
are counted and stay empty are known from the last full sync. Where too many pages differ, all is read.
"""

from library.models import SavedItem
from library.saved.index import TARGETS
from library.sync.pages import ListedPage, count_gaps_before, fetch_listed_page
from library.sync.reader import IndexSync, remove_confirmed, store_items

# Of the requests that reading everything would take.
_MAX_SHARE = 1 / 3


class TooManyPages(Exception):
    """Reading everything is cheaper."""


def remove_by_search(sync: IndexSync, first: ListedPage) -> bool:
    """Search for removals, and remove them. False when too many pages would have to be read.

    What was found until then is removed nevertheless.
    """
    search = _RemovalSearch(sync, first)
    try:
        search.compare_between(0, search.last)
    except TooManyPages:
        return False
    return True


class _RemovalSearch:
    def __init__(self, sync: IndexSync, first: ListedPage) -> None:
        self._sync, self._saved_index = sync, sync.index
        self._page_size = sync.kind.listing.page_size
        self._pages = {0: first}
        self.last = max(0, -(-first.total // self._page_size) - 1)
        self._max_pages = max(4, round((self.last + 1) * _MAX_SHARE))

    def compare_between(self, low: int, high: int) -> None:
        """Compare the pages from `low` to the first row of `high`, and the last page to its end."""
        if low == high:
            self._compare_page(low, None)
        elif high - low == 1:
            if self._get_shift(low) != self._get_shift(high):
                self._compare_page(low, high)
            if high == self.last:
                self._compare_page(high, None)
        elif self._get_shift(low) != self._get_shift(high) or high == self.last:
            middle = (low + high) // 2
            self.compare_between(low, middle)
            self.compare_between(middle, high)

    def _get_shift(self, number: int) -> int:
        """Return how many places further back the index has the first row of this page."""
        page = self._get_page(number)
        if not page.items:
            return 0
        first, target = page.items[0], TARGETS[self._saved_index.kind][0]
        rows = SavedItem.objects.filter(index=self._saved_index)
        own = rows.filter(**{f"{target}__uri": first.uri}).values_list("pk", flat=True).first() or 0
        # What was saved together shares its moment; it was added to the index in the order of Spotify's list.
        equals = rows.filter(added_at=first.added_at, pk__lt=own).count()
        newer = rows.filter(added_at__gt=first.added_at).count()
        gaps = count_gaps_before(self._saved_index, first.added_at)
        return newer + equals + gaps - number * self._page_size

    def _compare_page(self, number: int, following: int | None) -> None:
        """Store what Spotify has within this page, and remove what only the index has."""
        page = self._get_page(number)
        store_items(self._sync, page.items)
        seen = {item.uri for item in page.items}
        rows = SavedItem.objects.filter(index=self._saved_index)
        if number and page.items:
            rows = rows.filter(added_at__lte=page.items[0].added_at)
        if following is not None and (next_items := self._get_page(following).items):
            seen |= {item.uri for item in next_items}
            rows = rows.filter(added_at__gte=next_items[0].added_at)
        target = TARGETS[self._saved_index.kind][0]
        named = rows.values_list(f"{target}_id", f"{target}__uri")
        missing = [pk for pk, uri in named if uri not in seen]
        if len(missing) > self._page_size * self._max_pages:
            raise TooManyPages
        remove_confirmed(self._sync, missing)

    def _get_page(self, number: int) -> ListedPage:
        if number not in self._pages:
            if len(self._pages) >= self._max_pages:
                raise TooManyPages
            offset = number * self._page_size
            self._pages[number] = fetch_listed_page(self._sync.client, self._sync.kind, offset=offset)
            self._sync.run.heartbeat()
        return self._pages[number]
