"""Playlists that a member looks at without having them: by a link, from a search, before following."""

from django.core.cache import cache

from accounts.models import Member
from playlists.models import Playlist
from playlists.revisions import contents
from playlists.sync import access as reading
from playlists.sync.access import Opened

# Spotify has shown it to this member so recently that its rows need no new question.
_SHOWN_FOR_S = 600


def open_now(member: Member, playlist_id: str) -> Opened:
    """Looked at anew; as it was shown last where Spotify cannot be asked just now."""
    try:
        return remember(member, reading.open_playlist(member, playlist_id))
    except reading.PASSING:
        shown = _shown(member, playlist_id, is_old=True)
        if shown is None:
            raise
        return shown


def open_again(member: Member, playlist_id: str) -> Opened:
    """What an open page asks for time and again: from what is known, as far as the member was shown it."""
    shown = _shown(member, playlist_id)
    if shown is None or reading.my_playlist(member, playlist_id):
        return remember(member, reading.open_playlist(member, playlist_id, ask=False))
    return shown


def remember(member: Member, opened: Opened) -> Opened:
    if opened.entry is None and opened.is_readable and not opened.reading:
        cache.set(_key(member, opened.playlist.spotify_id), opened.can_edit, _SHOWN_FOR_S)
    return opened


def _shown(member: Member, playlist_id: str, *, is_old: bool = False) -> Opened | None:
    can_edit: bool | None = cache.get(_key(member, playlist_id))
    playlist = _known(playlist_id) if can_edit is not None else None
    if playlist is None or playlist.revision is None:
        return None
    return Opened(
        playlist=playlist,
        entry=None,
        contents=contents.of(playlist.revision),
        is_readable=True,
        can_edit=bool(can_edit),
        is_old=is_old,
    )


def _known(playlist_id: str) -> Playlist | None:
    return Playlist.objects.select_related("revision").filter(spotify_id=playlist_id).first()


def _key(member: Member, playlist_id: str) -> str:
    return f"playlist-shown:{member.pk}:{playlist_id}"
