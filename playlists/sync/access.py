"""Open a playlist for a member: from our own revision as long as Spotify's snapshot_id vouches for it.

Snapshot ids alone prove nothing: a rename changes them too, and for half a minute after a write reads return
the previous one, or one that no write was answered with. So an id that one of our writes was answered with is
trusted, an unknown id within that half minute is trusted after a check of the rows that were touched, and for
any other id the items are fetched again.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone
from msgspec import Struct, structs

from accounts.models import Member
from accounts.tokens import spotify_for
from library.saved import memberships
from playlists.errors import NotEditable, NotReadable, PlaylistBeingRead, PlaylistBusy, PlaylistGone
from playlists.models import MemberPlaylist, Playlist, PlaylistRead
from playlists.revisions.contents import Contents, get_contents, unpack_entries
from playlists.sync.apply import update_membership
from playlists.sync.job import get_pending_read
from playlists.sync.metadata import is_editable_by, is_owned_by, save_metadata
from playlists.sync.refresh import refresh_items
from spotweb.spotify import models, playlists
from spotweb.spotify.errors import Forbidden, NotFound, Throttled, Unavailable
from spotweb.spotify.http import Client, Purpose

# What a check asks for: everything but the items, in the field names of both quota modes.
SUMMARY_FIELDS = (
    "name,description,images,owner(id,display_name),public,collaborative,"
    "snapshot_id,items(total),tracks(total)"
)
# A playlist that was checked this recently is taken to be unchanged.
FRESH_FOR = timedelta(seconds=10)
TRANSIENT_ERRORS = (Throttled, Unavailable)
_OPENED_AT_RESOLUTION = timedelta(minutes=1)
# Spotify showed the playlist to this member so recently that its rows need no new request.
_SHOWN_FOR_S = 600
# As long as a page is left open on a working day.
_PAGE_OPEN_FOR_S = 12 * 3600


class OpenPlaylist(Struct, frozen=True, kw_only=True):
    """A playlist as one member may see it.

    `entry` is its row in the member's library, null for a playlist that they only look at. `contents` is null
    where Spotify does not say what the playlist contains; while `reading` goes on for the first time it is
    the first page alone, with revision_id 0. `is_old`: Spotify could not be asked the last time, or has a
    newer version that is still being read.
    """

    member: Member
    playlist: Playlist
    entry: MemberPlaylist | None
    contents: Contents | None
    is_readable: bool
    can_edit: bool
    reading: PlaylistRead | None = None
    is_old: bool = False


def find_in_library(member: Member, playlist_id: str) -> MemberPlaylist | None:
    return (
        member.playlists.select_related("playlist__revision").filter(playlist__spotify_id=playlist_id).first()
    )


def open_playlist(member: Member, playlist_id: str, *, ask: bool = True) -> OpenPlaylist:
    """The playlist and its contents, for one member.

    Checked again (one request) when the last check is some seconds old. Items are fetched only after a
    change: up to ten pages at once, more in the background. Raises PlaylistGone; a transient error is raised
    only when nothing is known yet.
    """
    return _open(member, playlist_id, find_in_library(member, playlist_id), ask=ask)


def open_fresh(member: Member, playlist_id: str) -> OpenPlaylist:
    """Like open_playlist, but where Spotify cannot be asked a playlist that is not in the member's library
    is opened as it was last shown to them."""
    try:
        return _remember_shown(open_playlist(member, playlist_id))
    except TRANSIENT_ERRORS:
        shown = _open_as_shown(member, playlist_id)
        if shown is None:
            raise
        return shown


def open_cached(member: Member, playlist_id: str) -> OpenPlaylist:
    """From what is stored, as far as the member may see it: for what an open page asks time and again."""
    shown = _open_as_shown(member, playlist_id)
    entry = find_in_library(member, playlist_id)
    if shown is None or entry:
        return _remember_shown(_open(member, playlist_id, entry, ask=False))
    return shown


def open_for_edit(member: Member, playlist_id: str) -> OpenPlaylist:
    """As it is now, to some seconds. Raises what keeps it from being known, or from being changed by this
    member: NotEditable, NotReadable, PlaylistBeingRead, PlaylistBusy, PlaylistGone, and Spotify's own errors.
    """
    opened = open_for_add(member, playlist_id)
    if opened.reading:
        raise PlaylistBeingRead(opened.reading)
    return opened


def open_for_add(member: Member, playlist_id: str) -> OpenPlaylist:
    """As `open_for_edit`, but also while a long list is being read: one can add to an end that is unknown."""
    entry = find_in_library(member, playlist_id)
    if entry and entry.is_readable and entry.playlist.revision and _is_fresh(entry.playlist):
        opened = _open_stored(member, entry.playlist, entry)
    else:
        opened = refresh_playlist(member, playlist_id)
    if not opened.can_edit:
        raise NotEditable(opened.playlist)
    if not opened.is_readable:
        raise NotReadable(opened.playlist)
    if opened.playlist.revision is None and not opened.reading:  # the first page alone is no basis for a plan
        raise PlaylistBusy
    return opened


def reopen_playlist(playlist: OpenPlaylist) -> OpenPlaylist:
    """The same playlist after an edit of it in this request: its newest revision, without asking again."""
    revision = playlist.playlist.revision
    return structs.replace(playlist, contents=get_contents(revision)) if revision else playlist


def refresh_playlist(member: Member, playlist_id: str, *, purpose: Purpose = "page") -> OpenPlaylist:
    """Ask Spotify now and bring our rows up to date. In the background it does not count as opened."""
    client = spotify_for(member, purpose=purpose)
    stored = Playlist.objects.select_related("revision").filter(spotify_id=playlist_id).first()
    is_known = stored is not None and stored.revision is not None
    fetched = fetch_playlist(client, playlist_id, fields=SUMMARY_FIELDS if is_known else None)
    cache.delete(_unanswered_key(member, playlist_id))
    playlist = save_metadata(fetched, playlist_id)
    entry = find_in_library(member, playlist_id)
    if purpose == "page":
        _record_opened(entry)
    if fetched.items is None:
        return _open_withheld(member, playlist, entry)
    try:
        reading = refresh_items(member, client, playlist, fetched)
    except Forbidden:
        return _open_withheld(member, playlist, entry)
    _mark_readable(member, playlist, entry)
    if playlist.revision is None:
        return _open_first_page(member, playlist, entry, reading)
    return _open_stored(member, playlist, entry, reading=reading)


def fetch_playlist(client: Client, playlist_id: str, *, fields: str | None = None) -> models.Playlist:
    """Spotify's answer, with the first items unless `fields` asks for less. Raises PlaylistGone."""
    try:
        return playlists.get_playlist(client, playlist_id, fields=fields)
    except NotFound as error:
        raise PlaylistGone from error


def get_user_names(ids: Iterable[str]) -> dict[str, str]:
    """Names of Spotify users by id, as far as they are known here: Spotify only tells ids of those who added
    something."""
    user_ids = list(ids)
    owners = Playlist.objects.filter(owner_id__in=user_ids).exclude(owner_name="")
    names = dict(owners.values_list("owner_id", "owner_name"))
    return names | dict(
        Member.objects.filter(spotify_id__in=user_ids).values_list("spotify_id", "display_name")
    )


def _open(member: Member, playlist_id: str, entry: MemberPlaylist | None, *, ask: bool) -> OpenPlaylist:
    if entry and entry.is_readable and entry.playlist.revision and (not ask or _is_fresh(entry.playlist)):
        return _open_stored(member, entry.playlist, entry)
    if not ask and entry:
        known = _open_known(member, entry.playlist, entry)
        if known:
            return known
    try:
        return refresh_playlist(member, playlist_id)
    except (*TRANSIENT_ERRORS, OperationalError) as error:
        # A busy or full database is not Spotify's silence: what is stored can be shown all the same.
        if not isinstance(error, OperationalError):
            cache.set(_unanswered_key(member, playlist_id), "yes", _SHOWN_FOR_S)
        if entry and entry.is_readable and entry.playlist.revision:
            return _open_stored(member, entry.playlist, entry)
        known = _open_known(member, entry.playlist, entry) if entry else None
        if known is None:
            raise
        return known


def _open_known(member: Member, playlist: Playlist, entry: MemberPlaylist) -> OpenPlaylist | None:
    """Without its revision: withheld, or the first page while all is read. Null where neither is known."""
    if entry.is_readable is False:
        return _opened(member, playlist, entry, None, is_readable=False)
    reading = get_pending_read(playlist)
    return _open_first_page(member, playlist, entry, reading) if entry.is_readable and reading else None


def _is_fresh(playlist: Playlist) -> bool:
    return playlist.proven_at is not None and timezone.now() - playlist.proven_at < FRESH_FOR


def _open_stored(
    member: Member,
    playlist: Playlist,
    entry: MemberPlaylist | None,
    *,
    reading: PlaylistRead | None = None,
) -> OpenPlaylist:
    assert playlist.revision is not None  # noqa: S101  # for mypy: the callers have checked
    return _opened(
        member,
        playlist,
        entry,
        get_contents(playlist.revision),
        reading=reading or get_pending_read(playlist),
    )


def _opened(
    member: Member,
    playlist: Playlist,
    entry: MemberPlaylist | None,
    contents: Contents | None,
    *,
    is_readable: bool = True,
    reading: PlaylistRead | None = None,
) -> OpenPlaylist:
    is_unanswered = cache.get(_unanswered_key(member, playlist.spotify_id)) is not None
    return OpenPlaylist(
        member=member,
        playlist=playlist,
        entry=entry,
        contents=contents,
        is_readable=is_readable,
        can_edit=is_editable_by(playlist, member, is_readable=is_readable),
        reading=reading,
        is_old=is_unanswered or reading is not None,
    )


def _open_first_page(
    member: Member, playlist: Playlist, entry: MemberPlaylist | None, reading: PlaylistRead | None
) -> OpenPlaylist:
    entries = unpack_entries(reading.first_page) if reading else ()
    contents = Contents(entries=entries, revision_id=0, snapshot_id="", fingerprint="")
    return _opened(member, playlist, entry, contents, reading=reading)


def _open_withheld(member: Member, playlist: Playlist, entry: MemberPlaylist | None) -> OpenPlaylist:
    """Spotify says nothing of the items, even where it once did: they are somebody else's again."""
    if entry and entry.is_readable is not False:
        entry.is_readable, entry.can_edit = False, is_owned_by(playlist, member)
        entry.save(update_fields=["is_readable", "can_edit"])
        memberships.delete_playlist(member, playlist.spotify_id)
    return _opened(member, playlist, entry, None, is_readable=False)


def _mark_readable(member: Member, playlist: Playlist, entry: MemberPlaylist | None) -> None:
    can_edit = is_editable_by(playlist, member, is_readable=True)
    if entry and (entry.is_readable, entry.can_edit) != (True, can_edit):
        entry.is_readable, entry.can_edit = True, can_edit
        entry.save(update_fields=["is_readable", "can_edit"])
        if playlist.revision:
            update_membership(entry, playlist, get_contents(playlist.revision).entries)


def _record_opened(entry: MemberPlaylist | None) -> None:
    now = timezone.now()
    if entry and (entry.opened_at is None or now - entry.opened_at > _OPENED_AT_RESOLUTION):
        entry.opened_at = now
        entry.save(update_fields=["opened_at"])


# Playlists that a member looks at without having them: by a link, from a search, before following.


def _remember_shown(opened: OpenPlaylist) -> OpenPlaylist:
    if opened.entry is None and opened.is_readable:
        cache.set(_shown_key(opened.member, opened.playlist.spotify_id), opened.can_edit, _SHOWN_FOR_S)
    if opened.contents and not opened.can_edit:
        cache.add(_revision_key(opened, opened.contents.revision_id), "yes", _PAGE_OPEN_FOR_S)
    return opened


def sees_history(opened: OpenPlaylist) -> bool:
    """Whether the member may see what was in the list before.

    Whoever may look into a housemate's list (in extended mode everybody) sees it only as it is now.
    """
    return opened.can_edit or not Member.objects.filter(spotify_id=opened.playlist.owner_id).exists()


def was_shown(opened: OpenPlaylist, revision_id: int) -> bool:
    """Whether an open page of the member may still show this older revision."""
    return cache.get(_revision_key(opened, revision_id)) is not None or sees_history(opened)


def _revision_key(opened: OpenPlaylist, revision_id: int) -> str:
    return f"revision-shown:{opened.member.pk}:{opened.playlist.pk}:{revision_id}"


def _open_as_shown(member: Member, playlist_id: str) -> OpenPlaylist | None:
    can_edit: bool | None = cache.get(_shown_key(member, playlist_id))
    if can_edit is None:
        return None
    playlist = Playlist.objects.select_related("revision").filter(spotify_id=playlist_id).first()
    reading = get_pending_read(playlist) if playlist else None
    if playlist is None or (playlist.revision is None and reading is None):
        return None
    if playlist.revision is None:
        opened = _open_first_page(member, playlist, None, reading)
    else:
        opened = _open_stored(member, playlist, None, reading=reading)
    return structs.replace(opened, can_edit=can_edit)


def _unanswered_key(member: Member, playlist_id: str) -> str:
    """Set while Spotify does not answer: polls and acts of an open page do not ask, and say what it said."""
    return f"playlist-unanswered:{member.pk}:{playlist_id}"


def _shown_key(member: Member, playlist_id: str) -> str:
    return f"playlist-shown:{member.pk}:{playlist_id}"
