"""A playlist as it stands in a member's library."""

from accounts.models import Member
from playlists import listing, reading
from playlists.errors import NotEditable, PlaylistGone
from playlists.models import MemberPlaylist


def entry_of(member: Member, playlist_id: str) -> MemberPlaylist:
    """Looked for at Spotify when it is not known here. Raises PlaylistGone."""
    entry = reading.my_playlist(member, playlist_id)
    if entry is None:
        listing.my_playlists(member, refresh=True)
        entry = reading.my_playlist(member, playlist_id)
    if entry is None:
        raise PlaylistGone
    return entry


def own_entry_of(member: Member, playlist_id: str) -> MemberPlaylist:
    """Name, description and cover are the owner's to change. Raises NotEditable as well."""
    entry = entry_of(member, playlist_id)
    if not entry.is_own:
        raise NotEditable(entry.playlist)
    return entry
