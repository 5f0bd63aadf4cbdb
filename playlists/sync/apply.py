"""Store freshly fetched items as the playlist's current revision."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from library.saved import memberships
from playlists.models import Edit, MemberPlaylist, Playlist
from playlists.revisions.contents import Entry, get_contents
from playlists.revisions.store import correct_times, record_revision
from spotweb.jobs.models import Job


def apply_items(playlist: Playlist, entries: Sequence[Entry], *, snapshot_id: str) -> None:
    """What differs from the newest revision was changed elsewhere, or is what an edit left half done."""
    if playlist.revision and matches_revision(playlist, entries):
        # After a write of our own, when and by whom they were added was only a guess.
        correct_times(playlist.revision, entries)
    edit = _find_half_done_edit(playlist)
    record_revision(
        playlist,
        entries,
        snapshot_id=snapshot_id,
        kind="partly" if edit else "elsewhere",
        values={"what": {"kind": edit.kind, "values": edit.values}} if edit else {},
        by=edit.member if edit else None,
        edit=edit,
    )
    playlist.checked_at = playlist.proven_at = playlist.read_at = timezone.now()
    playlist.touched, playlist.is_id_sure = [], False
    playlist.save(update_fields=["checked_at", "proven_at", "read_at", "touched", "is_id_sure"])
    update_memberships(playlist, entries)


def confirm_items(playlist: Playlist, entries: Sequence[Entry]) -> bool:
    """Whether these are the rows of the newest revision; then its snapshot_id stays valid, whatever id reads
    still show."""
    if playlist.revision is None or not matches_revision(playlist, entries):
        return False
    correct_times(playlist.revision, entries)
    playlist.proven_at = playlist.read_at = timezone.now()
    playlist.touched = []
    playlist.save(update_fields=["proven_at", "read_at", "touched"])
    return True


def matches_revision(playlist: Playlist, entries: Sequence[Entry]) -> bool:
    """Whether the newest revision has the same items in the same order."""
    if playlist.revision is None or playlist.revision.total != len(entries):
        return False
    stored = get_contents(playlist.revision).entries
    return all(old.uri == new.uri for old, new in zip(stored, entries, strict=True))


def update_memberships(playlist: Playlist, entries: Sequence[Entry]) -> None:
    """Every member who may read the playlist sees on its items that they are in it."""
    readers = MemberPlaylist.objects.select_related("member").filter(playlist=playlist, is_readable=True)
    for reader in readers:
        update_membership(reader, playlist, entries)


def update_membership(reader: MemberPlaylist, playlist: Playlist, entries: Sequence[Entry]) -> None:
    pks = {entry.item for entry in entries if entry.item is not None}
    memberships.record_playlist(reader.member, playlist.spotify_id, name=playlist.name, item_pks=pks)


def _find_half_done_edit(playlist: Playlist) -> Edit | None:
    """The edit that explains what differs from the newest revision."""
    if playlist.revision is None:
        return None
    edits = playlist.edits.select_related("job", "member").exclude(job__state=Job.State.DONE)
    newest = edits.filter(Q(base=playlist.revision) | Q(start=playlist.revision)).first()
    return newest if newest and (newest.is_half_done or newest.uncertain_since) else None
