"""Items of a playlist that have just been read, taken for what is in it."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from library.saved import memberships
from playlists.models import Edit, MemberPlaylist, Playlist
from playlists.revisions import contents
from playlists.revisions import store as revisions
from playlists.revisions.contents import Entry


def take(playlist: Playlist, entries: Sequence[Entry], *, snapshot_id: str) -> None:
    """What differs from what we knew was changed elsewhere, or is what an edit left half done."""
    if playlist.revision and is_same(playlist, entries):
        # When and by whom they were added we had only guessed, after a write of our own.
        revisions.put_right(playlist.revision, entries)
    half = _half_done(playlist)
    revisions.keep(
        playlist,
        entries,
        snapshot_id=snapshot_id,
        kind="partly" if half else "elsewhere",
        values={"what": {"kind": half.kind, "values": half.values}} if half else {},
        by=half.member if half else None,
        edit=half,
    )
    playlist.checked_at = playlist.proven_at = playlist.read_at = timezone.now()
    playlist.touched, playlist.is_id_sure = [], False
    playlist.save(update_fields=["checked_at", "proven_at", "read_at", "touched", "is_id_sure"])
    note_memberships(playlist, entries)


def confirm(playlist: Playlist, entries: Sequence[Entry]) -> bool:
    """Whether these are the rows that we expect; then our own id of them holds, whatever reads show yet."""
    if playlist.revision is None or not is_same(playlist, entries):
        return False
    revisions.put_right(playlist.revision, entries)
    playlist.proven_at = playlist.read_at = timezone.now()
    playlist.touched = []
    playlist.save(update_fields=["proven_at", "read_at", "touched"])
    return True


def is_same(playlist: Playlist, entries: Sequence[Entry]) -> bool:
    """Whether our newest revision holds the same rows in the same order."""
    if playlist.revision is None or playlist.revision.total != len(entries):
        return False
    known = contents.of(playlist.revision).entries
    return all(one.uri == other.uri for one, other in zip(known, entries, strict=True))


def note_memberships(playlist: Playlist, entries: Sequence[Entry]) -> None:
    """Whoever may read it sees with each item that this list holds it."""
    for one in MemberPlaylist.objects.select_related("member").filter(playlist=playlist, is_readable=True):
        note_membership(one, playlist, entries)


def note_membership(one: MemberPlaylist, playlist: Playlist, entries: Sequence[Entry]) -> None:
    pks = {entry.item for entry in entries if entry.item is not None}
    memberships.record_playlist(one.member, playlist.spotify_id, name=playlist.name, item_pks=pks)


def _half_done(playlist: Playlist) -> Edit | None:
    """The edit that is to blame for what differs from our newest revision."""
    if playlist.revision is None:
        return None
    edits = playlist.edits.exclude(state=Edit.State.DONE)
    newest = edits.filter(Q(base=playlist.revision) | Q(start=playlist.revision)).first()
    return newest if newest and (newest.is_half_done or newest.is_uncertain) else None
