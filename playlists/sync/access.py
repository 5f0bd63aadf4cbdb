"""What is in a playlist: from our own revision as long as Spotify's snapshot_id vouches for it.

Snapshot ids alone prove nothing: a rename changes them too, and for half a minute after a write reads show
the one before, or one that nobody has ever seen. So an id that our own writes have answered with is taken as
it is, one that is unknown within that half minute is taken after a look at the rows that were touched, and
for any other the items are read again.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from msgspec import Struct

from accounts.models import Member
from accounts.tokens import spotify_for
from library.saved import memberships
from playlists.errors import BeingRead, Busy, NotEditable, NotReadable, PlaylistGone
from playlists.models import MemberPlaylist, Playlist, Reading
from playlists.revisions import contents
from playlists.revisions.contents import Contents
from playlists.sync import apply as taking
from playlists.sync import index as listing
from playlists.sync import job as readings
from playlists.sync import metadata as noting
from playlists.sync import refresh as settling
from spotweb.spotify import models, playlists
from spotweb.spotify.errors import Forbidden, NotFound, Throttled, Unavailable
from spotweb.spotify.http import Client, Purpose

my_playlists = listing.my_playlists

# What a look asks for: without the items, in the names of both modes.
LOOK = (
    "name,description,images,owner(id,display_name),public,collaborative,"
    "snapshot_id,items(total),tracks(total)"
)
# Looked at this recently, a list is taken to be as it was.
LOOKED_FOR = timedelta(seconds=10)
PASSING = (Throttled, Unavailable)
_OPENED_AT_MOST_EVERY = timedelta(minutes=1)


class Opened(Struct, frozen=True, kw_only=True):
    """`contents` is null where Spotify does not say what is in it, and the first page alone while `reading`
    goes on for the first time (its revision_id is 0 then). `is_old`: Spotify could not be asked just now, or
    has a newer version that is still being read."""

    playlist: Playlist
    entry: MemberPlaylist | None
    contents: Contents | None
    is_readable: bool
    can_edit: bool
    reading: Reading | None = None
    is_old: bool = False


def my_playlist(member: Member, playlist_id: str) -> MemberPlaylist | None:
    return (
        member.playlists.select_related("playlist__revision").filter(playlist__spotify_id=playlist_id).first()
    )


def open_playlist(member: Member, playlist_id: str, *, ask: bool = True) -> Opened:
    """The playlist and what is in it, for one member.

    Looked at anew (one request) when the last look is some seconds old; only after a change items are read,
    up to ten pages at once, more in the background. Raises PlaylistGone; a passing trouble raises only
    when nothing is known yet.
    """
    entry = my_playlist(member, playlist_id)
    if entry and entry.is_readable and entry.playlist.revision and (not ask or _is_fresh(entry.playlist)):
        return _known(member, entry.playlist, entry)
    if not ask and entry:
        return _opened(member, entry.playlist, entry, None, is_readable=bool(entry.is_readable))
    try:
        return look(member, playlist_id)
    except PASSING:
        if entry is None or not entry.is_readable or not entry.playlist.revision:
            raise
        return _known(member, entry.playlist, entry, is_old=True)


def open_to_change(member: Member, playlist_id: str) -> Opened:
    """As it is now, to some seconds. Raises whatever keeps it from being known, or changed by this member."""
    entry = my_playlist(member, playlist_id)
    if entry and entry.is_readable and entry.playlist.revision and _is_fresh(entry.playlist):
        opened = _known(member, entry.playlist, entry)
    else:
        opened = look(member, playlist_id)
    if not opened.can_edit:
        raise NotEditable(opened.playlist)
    if not opened.is_readable:
        raise NotReadable(opened.playlist)
    if opened.reading:
        raise BeingRead(opened.reading)
    if opened.playlist.revision is None:  # the first page alone is no list to plan from
        raise Busy
    return opened


def insist_on_readable(member: Member, playlist_id: str) -> None:
    """What a housemate has read is kept here too, and is not everybody's. Raises NotReadable."""
    entry = my_playlist(member, playlist_id)
    if not (entry and entry.is_readable) and not look(member, playlist_id).is_readable:
        raise NotReadable(entry.playlist if entry else None)


def look(member: Member, playlist_id: str, *, purpose: Purpose = "page") -> Opened:
    """Ask Spotify now; in the background it does not count as opened by the member."""
    client = spotify_for(member, purpose=purpose)
    before = Playlist.objects.select_related("revision").filter(spotify_id=playlist_id).first()
    is_known = before is not None and before.revision is not None
    found = tell(client, playlist_id, fields=LOOK if is_known else None)
    playlist = noting.note(found, playlist_id)
    entry = my_playlist(member, playlist_id)
    if purpose == "page":
        _note_opened(entry)
    if found.items is None:
        return _withheld(member, playlist, entry)
    try:
        reading = settling.settle(member, client, playlist, found)
    except Forbidden:
        return _withheld(member, playlist, entry)
    entry = _readable(member, playlist, entry)
    if playlist.revision is None:
        return _first_page(member, playlist, entry, reading)
    return _known(member, playlist, entry, is_old=reading is not None, reading=reading)


def users(ids: Iterable[str]) -> dict[str, str]:
    """Names of those who added something, as far as they are known; Spotify tells only their ids."""
    wanted = list(ids)
    owners = Playlist.objects.filter(owner_id__in=wanted).exclude(owner_name="")
    names = dict(owners.values_list("owner_id", "owner_name"))
    return names | dict(
        Member.objects.filter(spotify_id__in=wanted).values_list("spotify_id", "display_name")
    )


def tell(client: Client, playlist_id: str, *, fields: str | None = None) -> models.Playlist:
    """Spotify's word; with its first items unless `fields` asks for less. Raises PlaylistGone."""
    try:
        return playlists.get_playlist(client, playlist_id, fields=fields)
    except NotFound as error:
        raise PlaylistGone from error


def _is_fresh(playlist: Playlist) -> bool:
    return playlist.proven_at is not None and timezone.now() - playlist.proven_at < LOOKED_FOR


def _known(
    member: Member,
    playlist: Playlist,
    entry: MemberPlaylist | None,
    *,
    is_old: bool = False,
    reading: Reading | None = None,
) -> Opened:
    assert playlist.revision is not None  # noqa: S101  # for mypy: the callers have looked
    return _opened(
        member,
        playlist,
        entry,
        contents.of(playlist.revision),
        is_old=is_old,
        reading=reading or readings.of(playlist),
    )


def _opened(
    member: Member,
    playlist: Playlist,
    entry: MemberPlaylist | None,
    found: Contents | None,
    *,
    is_readable: bool = True,
    reading: Reading | None = None,
    is_old: bool = False,
) -> Opened:
    return Opened(
        playlist=playlist,
        entry=entry,
        contents=found,
        is_readable=is_readable,
        can_edit=noting.may_edit(playlist, member, is_readable=is_readable),
        reading=reading,
        is_old=is_old or reading is not None,
    )


def _first_page(
    member: Member, playlist: Playlist, entry: MemberPlaylist | None, reading: Reading | None
) -> Opened:
    head = contents.unpack(reading.head) if reading else ()
    shown = Contents(entries=head, revision_id=0, snapshot_id="", fingerprint="")
    return _opened(member, playlist, entry, shown, reading=reading)


def _withheld(member: Member, playlist: Playlist, entry: MemberPlaylist | None) -> Opened:
    """Spotify says nothing of the items, also where it once did: they are another's again."""
    if entry and entry.is_readable is not False:
        entry.is_readable, entry.can_edit = False, noting.is_own(playlist, member)
        entry.save(update_fields=["is_readable", "can_edit"])
        memberships.delete_playlist(member, playlist.spotify_id)
    return _opened(member, playlist, entry, None, is_readable=False)


def _readable(member: Member, playlist: Playlist, entry: MemberPlaylist | None) -> MemberPlaylist | None:
    can_edit = noting.may_edit(playlist, member, is_readable=True)
    if entry and (entry.is_readable, entry.can_edit) != (True, can_edit):
        entry.is_readable, entry.can_edit = True, can_edit
        entry.save(update_fields=["is_readable", "can_edit"])
        if playlist.revision:
            taking.note_membership(entry, playlist, contents.of(playlist.revision).entries)
    return entry


def _note_opened(entry: MemberPlaylist | None) -> None:
    now = timezone.now()
    if entry and (entry.opened_at is None or now - entry.opened_at > _OPENED_AT_MOST_EVERY):
        entry.opened_at = now
        entry.save(update_fields=["opened_at"])
