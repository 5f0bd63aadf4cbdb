"""Whether a shelf is still as it was: one request when it is, and one more for fifty new things."""

from django.utils import timezone

from library.models import Saved, Shelf
from library.saved.index import TARGETS
from library.sync import reader, removals
from library.sync.pages import KINDS, ListedItem, ListedPage, fetch_listed_page, get_page_digest
from library.sync.tickets import note
from spotweb.spotify.http import Client

# More new pages than this are read like a new library, with progress to be seen.
_MAX_NEW_PAGES = 10


def check_index(shelf: Shelf, client: Client) -> None:
    """Look at the beginning. What has changed more deeply is wanted to be read as a whole."""
    kind = KINDS[shelf.kind]
    first = fetch_listed_page(client, kind)
    shelf.is_offered = True
    is_unsettled = reader.has_recent_writes(shelf)
    if (first.total, get_page_digest(first.found)) == (shelf.claimed, bytes(shelf.head)):
        _finish_check(shelf, first, is_unsettled=is_unsettled)
    elif not first.has_more:
        _store_only_page(shelf, client, first.found)
        _finish_check(shelf, first, is_unsettled=is_unsettled)
    elif not kind.is_dated:
        reader.request_full_sync(shelf)
    elif _store_new_pages(shelf, client, first) and (is_unsettled or _is_in_sync(shelf, client, first)):
        _finish_check(shelf, first, is_unsettled=is_unsettled)
    else:
        reader.request_full_sync(shelf)


def _store_only_page(shelf: Shelf, client: Client, found: list[ListedItem]) -> None:
    """A shelf that fits on one page."""
    reader.store_items(shelf, found)
    seen = {one.uri for one in found}
    reader.remove_confirmed(shelf, client, _get_unseen_pks(shelf, seen, since=None))


def _store_new_pages(shelf: Shelf, client: Client, first: ListedPage) -> bool:
    """Read until something known comes, and look whether all that stood between is still there.

    False when so much is new that it should be read like a new library.
    """
    kind, page, offset = KINDS[shelf.kind], first, 0
    seen: set[str] = set()
    for _ in range(_MAX_NEW_PAGES):
        known = _has_known(shelf, page.found)
        reader.store_items(shelf, page.found)
        seen |= {one.uri for one in page.found}
        if known or not page.has_more:
            oldest = page.found[-1].added_at if page.found and page.has_more else None
            reader.remove_confirmed(shelf, client, _get_unseen_pks(shelf, seen, since=oldest))
            return True
        offset += kind.listing.page_size
        page = fetch_listed_page(client, kind, offset=offset)
    return False


def _is_in_sync(shelf: Shelf, client: Client, first: ListedPage) -> bool:
    """Whether what is on the shelf, and what Spotify lost, is what it counts: if need be after a search."""
    surplus = _count_saved(shelf) + shelf.lost - first.total
    if surplus <= 0:
        return surplus == 0
    is_searched = removals.remove_by_search(shelf, client, first)
    return is_searched and _count_saved(shelf) + shelf.lost == first.total


def _count_saved(shelf: Shelf) -> int:
    return Saved.objects.filter(shelf=shelf).count()


def _has_known(shelf: Shelf, found: list[ListedItem]) -> bool:
    target = TARGETS[shelf.kind][0]
    uris = [one.uri for one in found]
    return Saved.objects.filter(**{"shelf": shelf, f"{target}__uri__in": uris}).exists()


def _get_unseen_pks(shelf: Shelf, seen: set[str], *, since: int | None) -> list[int]:
    """What stands on the shelf and not in what was read, by the keys of the catalogue. `since` leaves out
    what is as old as the last that was read: more of it may follow on the next page.
    """
    target = TARGETS[shelf.kind][0]
    rows = Saved.objects.filter(shelf=shelf)
    if since is not None:
        rows = rows.filter(added_at__gt=since)
    named = rows.values_list(f"{target}_id", f"{target}__uri")
    return [pk for pk, uri in named if uri not in seen]


def _finish_check(shelf: Shelf, first: ListedPage, *, is_unsettled: bool) -> None:
    """What the member has just changed here may not be in there yet: then the next look is a closer one."""
    shelf.checked_at = timezone.now()
    shelf.complete_at = shelf.complete_at or shelf.checked_at
    shelf.total = shelf.position = shelf.claimed = first.total
    shelf.head = b"" if is_unsettled else get_page_digest(first.found)
    if not first.has_more:
        shelf.lost = first.total - Saved.objects.filter(shelf=shelf).count()
    note(shelf, "checked_at", "complete_at", "total", "position", "claimed", "head", "lost", "is_offered")
