"""Items of a playlist that have just been read, taken for what is in it."""

from collections.abc import Sequence

from django.utils import timezone

from library import memberships
from playlists import revisions
from playlists.contents import Entry
from playlists.models import MemberPlaylist, Playlist


def take(playlist: Playlist, entries: Sequence[Entry], *, snapshot_id: str) -> None:
    """What differs from what we knew was changed elsewhere."""
    revisions.keep(playlist, entries, snapshot_id=snapshot_id, kind="elsewhere")
    playlist.checked_at = playlist.proven_at = timezone.now()
    playlist.touched = []
    playlist.save(update_fields=["checked_at", "proven_at", "touched"])
    note_memberships(playlist, entries)


def note_memberships(playlist: Playlist, entries: Sequence[Entry]) -> None:
    """Whoever may read it sees with each item that this list holds it."""
    pks = {entry.item for entry in entries if entry.item is not None}
    for one in MemberPlaylist.objects.select_related("member").filter(playlist=playlist, is_readable=True):
        memberships.note_playlist(one.member, playlist.spotify_id, name=playlist.name, item_pks=pks)
