"""A playlist as it stands in a member's library."""

from accounts.models import Member
from playlists.errors import NotEditable, PlaylistGone
from playlists.models import MemberPlaylist, Playlist
from playlists.sync import access
from playlists.sync.index import get_playlists

MOST_REMOVED = 100


def entry_of(member: Member, playlist_id: str) -> MemberPlaylist:
    """Looked for at Spotify when it is not known here. Raises PlaylistGone."""
    entry = access.find_in_library(member, playlist_id)
    if entry is None:
        get_playlists(member, refresh=True)
        entry = access.find_in_library(member, playlist_id)
    if entry is None:
        raise PlaylistGone
    return entry


def removed(member: Member) -> list[Playlist]:
    """Own lists that were seen here once and have left the library since, the newest first.

    Spotify keeps what was deleted for a while, for whoever knows the id.
    """
    get_playlists(member)  # what is in the library is known only then
    gone = Playlist.objects.filter(owner_id=member.spotify_id).exclude(members__member=member)
    return list(gone.order_by("-checked_at", "-pk")[:MOST_REMOVED])


def own_entry_of(member: Member, playlist_id: str) -> MemberPlaylist:
    """Name, description and cover are the owner's to change. Raises NotEditable as well."""
    entry = entry_of(member, playlist_id)
    if not entry.is_own:
        raise NotEditable(entry.playlist)
    return entry
