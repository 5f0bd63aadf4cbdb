"""What members do with whole playlists in their library: create, name, follow, unfollow and restore them."""

from accounts.models import Member
from accounts.tokens import spotify_for
from library.opened_things import delete_opened
from library.saved import memberships
from playlists.errors import NotEditable, PlaylistGone
from playlists.models import MemberPlaylist, Playlist
from playlists.revisions.store import record_revision
from playlists.sync import access
from playlists.sync.index import get_playlists
from playlists.sync.metadata import is_editable_by, is_owned_by, save_metadata
from playlists.sync.refresh import record_write
from spotweb.spotify import library, models, playlists
from spotweb.spotify.errors import BadResponse, Forbidden, NotFound, Unavailable
from spotweb.spotify.links import find_link, parse_link
from spotweb.storage.database_waits import require_writable


def create_playlist(
    member: Member,
    name: str,
    *,
    description: str = "",
    public: bool = False,
    collaborative: bool = False,
) -> Playlist:
    """An empty one; a collaborative one must not be public. Raises InvalidRequest for what is refused."""
    require_writable()
    client = spotify_for(member)
    known = set(member.playlists.values_list("playlist__spotify_id", flat=True))
    try:
        created = playlists.create_playlist(
            client, name, public=public, collaborative=collaborative, description=description or None
        )
        playlist_id = _read_id(created)
    except Unavailable as error:
        existing = _find_created(member, name, known=known) if error.is_outcome_unknown else None
        if existing is None:
            raise
        return existing
    return _store_new(member, created, playlist_id)


def change_details(
    member: Member,
    playlist_id: str,
    *,
    name: str | None = None,
    description: str | None = None,
    public: bool | None = None,
    collaborative: bool | None = None,
) -> Playlist:
    """What is null stays. A description can be replaced but not emptied; `public` may read back true whatever
    was set. Raises NotEditable and PlaylistGone."""
    require_writable()
    playlist = Playlist.objects.get(spotify_id=playlist_id)
    if collaborative and public is None:
        public = False
    try:
        playlists.change_playlist_details(
            spotify_for(member),
            playlist_id,
            name=name,
            description=description,
            public=public,
            collaborative=collaborative,
        )
    except Forbidden as error:
        raise NotEditable(playlist) from error
    except NotFound as error:
        raise PlaylistGone from error
    changes: dict[str, object] = {
        "name": name,
        "description": description,
        "is_public": public,
        "is_collaborative": collaborative,
    }
    changed = {field: value for field, value in changes.items() if value is not None}
    Playlist.objects.filter(pk=playlist.pk).update(**changed)
    playlist.refresh_from_db()
    # The snapshot_id changes with it, and nothing in the list does.
    record_write(playlist, playlist.snapshot_id, touched=playlist.touched)
    return playlist


def follow_playlist(member: Member, link: str) -> Playlist:
    """By link, URI or id. Raises LinkError for what is none, PlaylistGone for what Spotify does not have."""
    playlist_id = parse_link(link, kinds=("playlist",)).id
    require_writable()
    client = spotify_for(member)
    fetched = access.fetch_playlist(client, playlist_id, fields=access.SUMMARY_FIELDS)
    library.follow_playlist(client, playlist_id)
    return _add_to_library(member, save_metadata(fetched, playlist_id))


def is_in_library(member: Member, playlist_id: str) -> bool:
    """Spotify is asked about what the kept list does not hold: it may have been followed elsewhere since."""
    if member.playlists.filter(playlist__spotify_id=playlist_id).exists():
        return True
    return library.check_if_user_follows_playlist(spotify_for(member), playlist_id)


def unfollow_playlist(member: Member, playlist_id: str) -> None:
    """Take it out of the member's library; for an own one this is how Spotify deletes."""
    require_writable()
    library.unfollow_playlist(spotify_for(member), playlist_id)
    member.playlists.filter(playlist__spotify_id=playlist_id).delete()
    memberships.delete_playlist(member, playlist_id)
    delete_opened(member, f"spotify:playlist:{playlist_id}")


def restore_playlist(member: Member, playlist_id: str) -> Playlist:
    """Back into the library: what was deleted is still there for whoever knows its id."""
    return follow_playlist(member, playlist_id)


def _find_created(member: Member, name: str, *, known: set[str]) -> Playlist | None:
    """The answer was lost: it may stand in the library by now."""
    for entry in get_playlists(member, refresh=True):
        playlist = entry.playlist
        if entry.is_own and playlist.name == name and playlist.spotify_id not in known:
            return playlist
    return None


def _read_id(created: models.Playlist) -> str:
    """Raises BadResponse: it was made, and which it is the answer does not say."""
    link = find_link(created.uri, created.id, kinds=("playlist",))
    if link is None:
        message = "a playlist without id"
        raise BadResponse(message, operation="create-playlist", is_outcome_unknown=True)
    return link.id


def _store_new(member: Member, created: models.Playlist, playlist_id: str) -> Playlist:
    playlist = save_metadata(created, playlist_id)
    if playlist.owner_id != member.spotify_id:  # Spotify has answered with other owners
        playlist.owner_id, playlist.owner_name = member.spotify_id, member.display_name
        playlist.save(update_fields=["owner_id", "owner_name"])
    record_revision(playlist, [], snapshot_id=created.snapshot_id or "", kind="created", by=member)
    record_write(playlist, playlist.snapshot_id)
    return _add_to_library(member, playlist)


def _add_to_library(member: Member, playlist: Playlist) -> Playlist:
    """In front, as Spotify does; the next reading of the list puts all in order."""
    is_own = is_owned_by(playlist, member)
    MemberPlaylist.objects.update_or_create(
        member=member,
        playlist=playlist,
        defaults={
            "position": 0,
            "is_own": is_own,
            "is_readable": True if is_own else None,
            "can_edit": is_editable_by(playlist, member, is_readable=is_own or None),
        },
    )
    return playlist


MAX_REMOVED_SHOWN = 100


def get_entry(member: Member, playlist_id: str) -> MemberPlaylist:
    """Looked for at Spotify when it is not known here. Raises PlaylistGone."""
    entry = access.find_in_library(member, playlist_id)
    if entry is None:
        get_playlists(member, refresh=True)
        entry = access.find_in_library(member, playlist_id)
    if entry is None:
        raise PlaylistGone
    return entry


def list_removed(member: Member) -> list[Playlist]:
    """Own lists that were seen here once and have left the library since, the newest first.

    Spotify keeps what was deleted for a while, for whoever knows the id.
    """
    get_playlists(member)  # what is in the library is known only then
    gone = Playlist.objects.filter(owner_id=member.spotify_id).exclude(members__member=member)
    return list(gone.order_by("-checked_at", "-pk")[:MAX_REMOVED_SHOWN])


def get_own_entry(member: Member, playlist_id: str) -> MemberPlaylist:
    """Name, description and cover are the owner's to change. Raises NotEditable as well."""
    entry = get_entry(member, playlist_id)
    if not entry.is_own:
        raise NotEditable(entry.playlist)
    return entry
