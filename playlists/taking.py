"""Items of a playlist that have just been read, taken for what is in it."""

from collections.abc import Sequence

from django.utils import timezone

from library import memberships
from playlists import revisions
from playlists.contents import Entry
from playlists.models import Edit, MemberPlaylist, Playlist


def take(playlist: Playlist, entries: Sequence[Entry], *, snapshot_id: str) -> None:
    """What differs from what we knew was changed elsewhere, or is what an edit left half done."""
    half = _half_done(playlist)
    if half:
        values = {"what": {"kind": half.kind, "values": half.values}}
        revisions.keep(
            playlist,
            entries,
            snapshot_id=snapshot_id,
            kind="partly",
            values=values,
            by=half.member,
            edit=half,
        )
    else:
        revisions.keep(playlist, entries, snapshot_id=snapshot_id, kind="elsewhere")
    playlist.checked_at = playlist.proven_at = playlist.read_at = timezone.now()
    playlist.touched, playlist.is_id_sure = [], False
    playlist.save(update_fields=["checked_at", "proven_at", "read_at", "touched", "is_id_sure"])
    note_memberships(playlist, entries)


def _half_done(playlist: Playlist) -> Edit | None:
    """The edit that is to blame for what differs from our newest revision."""
    newest = playlist.edits.exclude(state=Edit.State.DONE).filter(base=playlist.revision_id).first()
    return newest if newest and (newest.is_half_done or newest.is_uncertain) else None


def note_memberships(playlist: Playlist, entries: Sequence[Entry]) -> None:
    """Whoever may read it sees with each item that this list holds it."""
    pks = {entry.item for entry in entries if entry.item is not None}
    for one in MemberPlaylist.objects.select_related("member").filter(playlist=playlist, is_readable=True):
        memberships.note_playlist(one.member, playlist.spotify_id, name=playlist.name, item_pks=pks)
