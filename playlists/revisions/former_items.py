"""What a playlist held a while ago: Spotify goes on with the rows that it had when it was started."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise

from django.utils import timezone

from library.catalogue.packing import key_of
from library.catalogue.store import split_chunks
from library.models import Item
from player.playback.context_rows import register_former_items
from playlists.models import Revision
from playlists.revisions.packing import unpack_rows

# Nobody goes on with a list for longer.
_STARTED_WITHIN = timedelta(hours=12)
_MAX_REVISIONS = 6


@register_former_items
def find_former_items(playlist_id: str, wanted: Mapping[str, str]) -> set[str]:
    """Return those of the `wanted` URIs, with their names, that one of its last revisions held."""
    newest_first = Revision.objects.filter(playlist__spotify_id=playlist_id).order_by("-pk")
    revisions = list(newest_first.only("made_at")[: _MAX_REVISIONS + 1])
    since = timezone.now() - _STARTED_WITHIN
    former = [older.pk for newer, older in pairwise(revisions) if newer.made_at > since]
    if not former:
        return set()
    packed = dict(Revision.objects.filter(pk__in=[revisions[0].pk, *former]).values_list("pk", "rows"))
    held = {pk: _list_items(rows) for pk, rows in packed.items()}
    removed = set[int]().union(*(held[pk] for pk in former)) - held[revisions[0].pk]
    by_key = {key_of(uri): uri for uri in wanted}
    by_name = {name: uri for uri, name in wanted.items() if name}
    found: set[str | None] = set()
    for chunk in split_chunks(removed):
        for key, name in Item.objects.filter(pk__in=chunk).values_list("uri", "name"):
            found |= {by_key.get(key), by_name.get(name)}
    return {uri for uri in found if uri}


def _list_items(rows: bytes | memoryview) -> set[int]:
    return {row.item for row in unpack_rows(bytes(rows)) if row.item is not None}
