"""Whether a index is still as it was: one request when it is, and one more for fifty new things."""

from django.utils import timezone

from library.models import SavedIndex, SavedItem
from library.saved.index import TARGETS
from library.sync import reader, removals
from library.sync.pages import KINDS, ListedItem, ListedPage, fetch_listed_page, get_page_digest
from library.sync.tickets import note
from spotweb.spotify.http import Client

# More new pages than this are read like a new library, with progress to be seen.
_MAX_NEW_PAGES = 10


def check_index(saved_index: SavedIndex, client: Client) -> None:
    """Look at the beginning. What has changed more deeply is wanted to be read as a whole."""
    kind = KINDS[saved_index.kind]
    first = fetch_listed_page(client, kind)
    saved_index.is_offered = True
    is_unsettled = reader.has_recent_writes(saved_index)
    if (first.total, get_page_digest(first.found)) == (
        saved_index.spotify_total,
        bytes(saved_index.first_page_digest),
    ):
        _finish_check(saved_index, first, is_unsettled=is_unsettled)
    elif not first.has_more:
        _store_only_page(saved_index, client, first.found)
        _finish_check(saved_index, first, is_unsettled=is_unsettled)
    elif not kind.is_dated:
        reader.request_full_sync(saved_index)
    elif _store_new_pages(saved_index, client, first) and (
        is_unsettled or _is_in_sync(saved_index, client, first)
    ):
        _finish_check(saved_index, first, is_unsettled=is_unsettled)
    else:
        reader.request_full_sync(saved_index)


def _store_only_page(saved_index: SavedIndex, client: Client, listed: list[ListedItem]) -> None:
    """A index that fits on one page."""
    reader.store_items(saved_index, listed)
    seen = {item.uri for item in listed}
    reader.remove_confirmed(saved_index, client, _get_unseen_pks(saved_index, seen, since=None))


def _store_new_pages(saved_index: SavedIndex, client: Client, first: ListedPage) -> bool:
    """Read until something known comes, and look whether all that stood between is still there.

    False when so much is new that it should be read like a new library.
    """
    kind, page, offset = KINDS[saved_index.kind], first, 0
    seen: set[str] = set()
    for _ in range(_MAX_NEW_PAGES):
        known = _has_known(saved_index, page.found)
        reader.store_items(saved_index, page.found)
        seen |= {item.uri for item in page.found}
        if known or not page.has_more:
            oldest = page.found[-1].added_at if page.found and page.has_more else None
            reader.remove_confirmed(saved_index, client, _get_unseen_pks(saved_index, seen, since=oldest))
            return True
        offset += kind.listing.page_size
        page = fetch_listed_page(client, kind, offset=offset)
    return False


def _is_in_sync(saved_index: SavedIndex, client: Client, first: ListedPage) -> bool:
    """Whether what is on the index, and what Spotify lost, is what it counts: if need be after a search."""
    surplus = _count_saved(saved_index) + saved_index.missing_count - first.total
    if surplus <= 0:
        return surplus == 0
    is_searched = removals.remove_by_search(saved_index, client, first)
    return is_searched and _count_saved(saved_index) + saved_index.missing_count == first.total


def _count_saved(saved_index: SavedIndex) -> int:
    return SavedItem.objects.filter(index=saved_index).count()


def _has_known(saved_index: SavedIndex, listed: list[ListedItem]) -> bool:
    target = TARGETS[saved_index.kind][0]
    uris = [item.uri for item in listed]
    return SavedItem.objects.filter(**{"index": saved_index, f"{target}__uri__in": uris}).exists()


def _get_unseen_pks(saved_index: SavedIndex, seen: set[str], *, since: int | None) -> list[int]:
    """What stands on the index and not in what was read, by the keys of the catalogue. `since` leaves out
    what is as old as the last that was read: more of it may follow on the next page.
    """
    target = TARGETS[saved_index.kind][0]
    rows = SavedItem.objects.filter(index=saved_index)
    if since is not None:
        rows = rows.filter(added_at__gt=since)
    named = rows.values_list(f"{target}_id", f"{target}__uri")
    return [pk for pk, uri in named if uri not in seen]


def _finish_check(saved_index: SavedIndex, first: ListedPage, *, is_unsettled: bool) -> None:
    """What the member has just changed here may not be in there yet: then the next look is a closer one."""
    saved_index.checked_at = timezone.now()
    saved_index.complete_at = saved_index.complete_at or saved_index.checked_at
    saved_index.total = saved_index.position = saved_index.spotify_total = first.total
    saved_index.first_page_digest = b"" if is_unsettled else get_page_digest(first.found)
    if not first.has_more:
        saved_index.missing_count = first.total - SavedItem.objects.filter(index=saved_index).count()
    note(
        saved_index,
        "checked_at",
        "complete_at",
        "total",
        "position",
        "spotify_total",
        "first_page_digest",
        "missing_count",
        "is_offered",
    )
