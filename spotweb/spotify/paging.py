"""Collections that Spotify hands out in pages: one page of them, or all pages in order.

`fetch_page` and `fetch_cursor_page` return one page. `collect` reads a whole `PagedList`, side by side as far
as the pace allows, and hands the pages on in order as they come:

    for page in collect(client, library.SAVED_TRACKS):
        store(page.items)

The first page is there after one round trip. It ends where Spotify says that nothing comes `next`, whatever
`total` claims. Memory stays flat: a page that was handed on is dropped. A page that fails fails the whole
collection with its SpotifyError; there is never a shorter list.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from django.db import connections
from msgspec import Struct, structs

from spotweb.spotify import modes
from spotweb.spotify.arguments import check_position
from spotweb.spotify.errors import BadResponse
from spotweb.spotify.http import Client
from spotweb.spotify.models import CursorPage, Page
from spotweb.spotify.rate_limit.limits import get_pace
from spotweb.spotify.transport import Params

T = TypeVar("T")

# The first pages go at a member's priority; the rest as background work, evenly and behind members.
_MAX_MEMBER_PAGES = 8
_NOTHING: Mapping[str, str] = {}


def _as_it_is(value: Any) -> Any:  # noqa: ANN401  # whatever a paged_list is of
    return value


class PagedList(Struct, Generic[T], frozen=True, kw_only=True):
    """One collection. `answer` is the type to decode, `page_of` finds the page in it, `entry_of` makes an
    entry of a row or returns None to leave it out, `key_of` is what the same entry is recognised by.

    `is_unique`: no entry can stand in it twice, as everything saved; the items of a playlist can.
    """

    operation: str
    answer: Any  # a type form such as Page[SavedTrack | None]
    page_of: Callable[[Any], Any] = _as_it_is
    entry_of: Callable[[Any], T | None] = _as_it_is
    key_of: Callable[[T], str | None]
    ids: Mapping[str, str] = _NOTHING
    params: Params = {}  # frozen, and never written to
    is_unique: bool = True
    is_by_cursor: bool = False

    def with_params(self, **params: str | int | bool | None) -> "PagedList[T]":
        return structs.replace(self, params={**self.params, **params})

    @property
    def page_size(self) -> int:
        return modes.get_max_limit(self.operation)


def fetch_page(
    client: Client, paged_list: PagedList[T], *, limit: int | None = None, offset: int = 0
) -> Page[T]:
    """One page; `limit` is the largest page of this mode unless said. Rows that are null are left out."""
    limit = modes.check_limit(paged_list.operation, limit or paged_list.page_size)
    params: Params = {
        **paged_list.params,
        "limit": limit,
        "offset": check_position(offset, operation=paged_list.operation),
    }
    page = _fetch_raw_page(client, paged_list, params)
    return Page(
        items=tuple(entry for _, entry in _iterate_entries(paged_list, page.items)),
        total=page.total,
        limit=limit,
        offset=offset,
        next=page.next,
    )


def fetch_cursor_page(
    client: Client, paged_list: PagedList[T], *, limit: int | None = None, after: str | None = None
) -> CursorPage[T]:
    """One page of a collection that is read by cursor; `after` is exclusive."""
    limit = modes.check_limit(paged_list.operation, limit or paged_list.page_size)
    page = _fetch_raw_page(client, paged_list, {**paged_list.params, "limit": limit, "after": after})
    return CursorPage(
        items=tuple(entry for _, entry in _iterate_entries(paged_list, page.items)),
        cursors=page.cursors,
        total=page.total,
        limit=page.limit,
        next=page.next,
    )


def collect(
    client: Client,
    paged_list: PagedList[T],
    *,
    side_by_side: int | None = None,
    progress: "Callable[[CollectionProgress], None] | None" = None,
    begin: int = 0,
    resume: "CursorPlace | None" = None,
) -> "CollectionReader[T]":
    """All pages of a list. The first ones go with the client's own purpose, the rest as background work.

    `progress` is called after each page. With `begin` the pages between the first and that position are left
    out: where an earlier reading has stopped. `resume` says the same for a list that is read by cursor, which
    begins again when its total has changed since. Raises what reading a page raises.
    """
    return CollectionReader(
        client, paged_list, side_by_side=side_by_side, progress=progress, begin=begin, resume=resume
    )


class CursorPlace(Struct, frozen=True, kw_only=True):
    """Where a reading by cursor has stopped: behind `after`, with `position` places read of `total`."""

    after: str
    position: int
    total: int | None


class CollectedPage(Struct, Generic[T], frozen=True, kw_only=True):
    """One page. `items` are pairs of position and entry, from 0 in the whole collection.

    `total` is what Spotify claims, or null. `after` is the cursor behind the page, empty at the end and
    for lists without one. `is_late`: entries that came in at the front meanwhile.
    """

    items: tuple[tuple[int, T], ...]
    total: int | None
    after: str = ""
    is_late: bool = False


class CollectionProgress(Struct, frozen=True, kw_only=True):
    """`seen` counts places, nulls included, so that it can be compared with `total`."""

    pages: int
    seen: int
    total: int | None


class CollectionReader(Generic[T]):
    """Iterate once. Afterwards `changed_during_read` says whether it changed while it was read.

    Then an entry may be missing that stood at the edge of a page, so nothing may be forgotten for having been
    missed; entries that moved are not handed on twice.

    `finish_early` has it end before the end, with the pages that are on their way: none is read in vain.
    """

    def __init__(
        self,
        client: Client,
        paged_list: PagedList[T],
        *,
        side_by_side: int | None = None,
        progress: Callable[[CollectionProgress], None] | None = None,
        begin: int = 0,
        resume: CursorPlace | None = None,
    ) -> None:
        self.changed_during_read = False
        # Whether the end was not reached, since `finish_early` was called.
        self.is_cut_short = False
        self.is_finishing = False
        self._begin = begin
        self._resume = resume
        self._client = client.for_many_requests()
        self._listing = paged_list
        self._side_by_side = side_by_side or get_pace().side_by_side
        self._progress = progress
        self._pages = 0
        self._places = 0
        self.total: int | None = None
        self._keys: set[str] = set()

    def finish_early(self) -> None:
        """To be called while iterating: what was asked for is still handed on, and nothing more is asked."""
        self.is_finishing = True

    @property
    def page_size(self) -> int:
        return self._listing.page_size

    @property
    def most_ahead(self) -> int:
        """Pages asked for and not handed on yet: enough to keep all connections busy while a part is written.

        With a third as many they stood still for half of that time; more only take memory.
        """
        return 6 * self._side_by_side

    def __iter__(self) -> Iterator[CollectedPage[T]]:
        first = self._read(self._client, 0)
        self.total = first.total
        yield self._part(first, 0)
        if first.next is None:
            return
        self.is_cut_short = self.is_finishing
        if not self.is_cut_short:
            yield from self._by_cursor(first) if self._listing.is_by_cursor else self._by_offset(first)

    def _by_offset(self, first: Any) -> Iterator[CollectedPage[T]]:  # noqa: ANN401  # a Page of rows
        pool = ThreadPoolExecutor(self._side_by_side, thread_name_prefix="collect")
        try:
            offset, page, again = 0, first, None
            while page.next is not None:
                run = _Run(self, pool, begin=max(self.next_offset(page, offset), self._begin))
                for offset, page in run:  # the last ones are looked at
                    yield self._part(page, offset)
                again = run.first_again
                self.is_cut_short = self.is_finishing and page.next is not None
                if self.is_cut_short:
                    return
            second = again.result() if again else self._read(self._client.in_background())
            yield from self._check_beginning(first, second)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _by_cursor(self, page: Any) -> Iterator[CollectedPage[T]]:  # noqa: ANN401  # a CursorPage of rows
        seen = {""}
        after, begin = _get_next_cursor(page), self._places
        # What was removed since may be the entry that the cursor names.
        if self._resume and after and self._resume.total == page.total and self._resume.position > begin:
            after, begin = self._resume.after, self._resume.position
        while page.next is not None:
            if after in seen:
                raise self._nonsense()
            seen.add(after)
            page = self._read(self._client_for(begin), after=after)
            yield self._part(page, begin)
            after, begin = _get_next_cursor(page), self._places
            self.is_cut_short = self.is_finishing and page.next is not None
            if self.is_cut_short:
                return

    def _check_beginning(self, first: Any, again: Any) -> Iterator[CollectedPage[T]]:  # noqa: ANN401  # Pages of rows
        """Whether the beginning is still what it was; what is new there is handed on late."""
        again_entries = dict(_iterate_entries(self._listing, again.items))
        if again.total != first.total or self._keys_of(again) != self._keys_of(first):
            self.changed_during_read = True
        if not self._listing.is_unique:
            return
        new = tuple((place, entry) for place, entry in again_entries.items() if self._is_new(entry))
        if new:
            yield CollectedPage(items=new, total=again.total, is_late=True)

    def _part(self, page: Any, offset: int) -> CollectedPage[T]:  # noqa: ANN401  # a Page or CursorPage of rows
        self._check_rows(page, offset)
        if page.total != self.total:
            self.changed_during_read = True
        items = []
        for place, entry in _iterate_entries(self._listing, page.items):
            position = offset + place
            if self._is_new(entry) if self._listing.is_unique else position >= self._places:
                items.append((position, entry))
            else:
                self.changed_during_read = True
        self._places = max(self._places, offset + len(page.items))
        self._pages += 1
        if self._progress:
            self._progress(CollectionProgress(pages=self._pages, seen=self._places, total=page.total))
        after = _get_next_cursor(page) if self._listing.is_by_cursor else ""
        return CollectedPage(items=tuple(items), total=page.total, after=after)

    def _check_rows(self, page: Any, offset: int) -> None:  # noqa: ANN401  # a Page or CursorPage of rows
        """Where positions count, a page whose rows were lost is no end of the list."""
        is_expected = page.next is not None or (page.total or 0) > offset
        if not is_expected or page.items:
            return
        if not self._listing.is_unique:
            message = "a page without rows"
            raise BadResponse(message, operation=self._listing.operation)
        self.changed_during_read = (
            True  # all of them may have vanished from Spotify, or from the answer alone
        )

    def _is_new(self, entry: T) -> bool:
        key = self._listing.key_of(entry)
        if key is None:
            return True
        is_new = key not in self._keys
        self._keys.add(key)
        return is_new

    def _keys_of(self, page: Any) -> list[str | None]:  # noqa: ANN401  # a Page of rows
        return [self._listing.key_of(entry) for _, entry in _iterate_entries(self._listing, page.items)]

    def next_offset(self, page: Any, offset: int) -> int:  # noqa: ANN401  # a Page of rows
        """Where `next` leads; Spotify has repeated pages, which would go on for ever."""
        begin = int(_read_next(page, "offset"))
        if begin <= offset:
            raise self._nonsense()
        return begin

    def read_in_thread(self, offset: int, *, is_last: bool = False) -> Any:  # noqa: ANN401  # a Page of rows
        client = self._client.in_background() if is_last else self._client_for(offset)
        try:
            return self._read(client, offset)
        finally:
            connections.close_all()  # this thread's own, opened by the cache and the token

    def _client_for(self, offset: int) -> Client:
        is_early = offset < _MAX_MEMBER_PAGES * self._listing.page_size
        return self._client if is_early else self._client.in_background()

    def _read(self, client: Client, offset: int = 0, *, after: str | None = None) -> Any:  # noqa: ANN401
        place: Params = {"after": after} if self._listing.is_by_cursor else {"offset": offset}
        return _fetch_raw_page(
            client, self._listing, {**self._listing.params, "limit": self._listing.page_size, **place}
        )

    def _nonsense(self) -> BadResponse:
        return BadResponse("a page leads back", operation=self._listing.operation)


class _Run(Generic[T]):
    """Pages from `begin` in order, until one says that the next is not where it was expected.

    `first_again` reads the first page once more. It goes off behind the last page that is expected, beside
    those still on their way: whatever changes after it shows in the `total` of those. Null when it came too
    early, because there was more than expected.
    """

    def __init__(self, collection: CollectionReader[T], pool: ThreadPoolExecutor, *, begin: int) -> None:
        self.first_again: Future[Any] | None = None
        self._collection = collection
        self._pool = pool
        self._step = collection.page_size
        self._upcoming = begin
        self._ahead: deque[tuple[int, Future[Any]]] = deque()

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        while True:
            if self._collection.is_finishing:
                self._cancel_waiting()
            else:
                self._send_ahead()
            if not self._ahead:
                return
            offset, reading = self._ahead.popleft()
            page = reading.result()
            yield offset, page
            expected = offset + self._step
            if page.next is None or self._collection.next_offset(page, offset) != expected:
                for _, waste in self._ahead:
                    waste.cancel()
                return

    def _cancel_waiting(self) -> None:
        """Of what the threads have not begun with; they begin in order."""
        while self._ahead and self._ahead[-1][1].cancel():
            self._ahead.pop()
        if self.first_again and self.first_again.cancel():
            self.first_again = None

    def _send_ahead(self) -> None:
        read = self._collection.read_in_thread
        total = self._collection.total or 0
        while not self._ahead or (self._upcoming < total and len(self._ahead) < self._collection.most_ahead):
            is_expected = self._upcoming < total
            self._ahead.append((self._upcoming, self._pool.submit(read, self._upcoming)))
            self._upcoming += self._step
            is_last = is_expected and self._upcoming >= total
            self.first_again = self._pool.submit(read, 0, is_last=True) if is_last else None


def _fetch_raw_page(client: Client, paged_list: PagedList[T], params: Params) -> Any:  # noqa: ANN401  # Page or CursorPage
    """A page with its rows as they came. Its `next` is null where nothing comes, or names a place."""
    answer = client.fetch(paged_list.answer, paged_list.operation, ids=paged_list.ids, params=params)
    page = paged_list.page_of(answer)
    if page.next is None:
        return page
    if paged_list.is_by_cursor:
        return page if _get_next_cursor(page) else structs.replace(page, next=None)
    if _read_next(page, "offset").isdecimal():
        return page
    # Unreadable: then the total says whether there is more.
    behind = int(params.get("offset") or 0) + int(params.get("limit") or paged_list.page_size)
    return structs.replace(page, next=f"?offset={behind}" if (page.total or 0) > behind else None)


def _get_next_cursor(page: Any) -> str:  # noqa: ANN401  # a CursorPage of rows
    if page.next is None:
        return ""
    return (page.cursors.after if page.cursors else None) or _read_next(page, "after")


def _read_next(page: Any, name: str) -> str:  # noqa: ANN401  # a Page or CursorPage of rows
    try:
        return str(parse_qs(urlsplit(page.next).query).get(name, [""])[0])
    except ValueError:  # such as a lone bracket
        return ""


def _iterate_entries(paged_list: PagedList[T], rows: tuple[Any, ...]) -> Iterator[tuple[int, T]]:
    """What is worth handing on, with its place within the page: places count the nulls too."""
    for place, row in enumerate(rows):
        entry = paged_list.entry_of(row)
        if entry is not None:
            yield place, entry
