"""Checks whether a saved index is as it was: one request when it is, one more for fifty new items."""

from django.utils import timezone

from library.models import SavedIndex, SavedItem
from library.saved.index import TARGETS
from library.sync import removals
from library.sync.pages import ListedItem, ListedPage, fetch_listed_page, get_page_digest
from library.sync.reader import (
    IndexSync,
    has_recent_writes,
    remove_confirmed,
    reset_for_full_sync,
    store_items,
)

# More new pages than this are read like a new library, with progress to be seen.
_MAX_NEW_PAGES = 10


def check_index(sync: IndexSync) -> None:
    """Look at the first page, and store what is new. What has changed more deeply needs a full sync."""
    saved_index = sync.index
    first = fetch_listed_page(sync.client, sync.kind)
    saved_index.is_offered = True
    has_own_writes = has_recent_writes(saved_index)
    seen_before = (saved_index.spotify_total, bytes(saved_index.first_page_digest))
    if (first.total, get_page_digest(first.items)) == seen_before:
        _finish_check(sync, first, has_own_writes=has_own_writes)
    elif not first.has_more:
        _store_only_page(sync, first.items)
        _finish_check(sync, first, has_own_writes=has_own_writes)
    elif (
        sync.kind.is_dated and _store_new_pages(sync, first) and (has_own_writes or _is_in_sync(sync, first))
    ):
        _finish_check(sync, first, has_own_writes=has_own_writes)
    else:
        sync.save(*reset_for_full_sync(saved_index))


def _store_only_page(sync: IndexSync, listed: list[ListedItem]) -> None:
    """Store an index that fits on one page."""
    store_items(sync, listed)
    seen = {item.uri for item in listed}
    remove_confirmed(sync, _get_unseen_pks(sync.index, seen, since=None))


def _store_new_pages(sync: IndexSync, first: ListedPage) -> bool:
    """Read until a known item comes, and check whether all that stood between is still there.

    False when so much is new that it should be read like a new library.
    """
    page, offset = first, 0
    seen: set[str] = set()
    for _ in range(_MAX_NEW_PAGES):
        has_known = _has_known(sync.index, page.items)
        store_items(sync, page.items)
        seen |= {item.uri for item in page.items}
        if has_known or not page.has_more:
            oldest = page.items[-1].added_at if page.items and page.has_more else None
            remove_confirmed(sync, _get_unseen_pks(sync.index, seen, since=oldest))
            return True
        offset += sync.kind.listing.page_size
        page = fetch_listed_page(sync.client, sync.kind, offset=offset)
    return False


def _is_in_sync(sync: IndexSync, first: ListedPage) -> bool:
    """Tell whether the index and what Spotify lost make up Spotify's total.

    If they are more, search for what was removed first.
    """
    surplus = _count_items(sync.index) + sync.index.missing_count - first.total
    if surplus <= 0:
        return surplus == 0
    is_searched = removals.remove_by_search(sync, first)
    return is_searched and _count_items(sync.index) + sync.index.missing_count == first.total


def _count_items(saved_index: SavedIndex) -> int:
    return SavedItem.objects.filter(index=saved_index).count()


def _has_known(saved_index: SavedIndex, listed: list[ListedItem]) -> bool:
    target = TARGETS[saved_index.kind][0]
    uris = [item.uri for item in listed]
    return SavedItem.objects.filter(**{"index": saved_index, f"{target}__uri__in": uris}).exists()


def _get_unseen_pks(saved_index: SavedIndex, seen: set[str], *, since: int | None) -> list[int]:
    """Return the catalogue keys of what is in the index and not among the URIs `seen`.

    `since` leaves out what is as old as the last item that was read: more of it may follow on the next page.
    """
    target = TARGETS[saved_index.kind][0]
    rows = SavedItem.objects.filter(index=saved_index)
    if since is not None:
        rows = rows.filter(added_at__gt=since)
    named = rows.values_list(f"{target}_id", f"{target}__uri")
    return [pk for pk, uri in named if uri not in seen]


def _finish_check(sync: IndexSync, first: ListedPage, *, has_own_writes: bool) -> None:
    """What the member has just changed here may not be on the page yet: then the next check looks closer."""
    saved_index = sync.index
    saved_index.checked_at = timezone.now()
    saved_index.complete_at = saved_index.complete_at or saved_index.checked_at
    saved_index.total = saved_index.position = saved_index.spotify_total = first.total
    saved_index.first_page_digest = b"" if has_own_writes else get_page_digest(first.items)
    if not first.has_more:
        saved_index.missing_count = first.total - _count_items(saved_index)
    sync.save(
        "checked_at",
        "complete_at",
        "total",
        "position",
        "spotify_total",
        "first_page_digest",
        "missing_count",
        "is_offered",
    )
