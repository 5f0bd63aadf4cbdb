"""Playlists that a member looks at without having them: by a link, from a search, before following."""

from django.core.cache import cache

from accounts.models import Member
from playlists import contents, reading
from playlists.models import Playlist
from playlists.reading import Opened

# Spotify has shown it to this member so recently that its rows need no new question.
_SHOWN_FOR_S = 600


def open_again(member: Member, playlist_id: str) -> Opened:
    """What an open page asks for time and again: from what is known, as far as the member was shown it."""
    can_edit: bool | None = cache.get(_key(member, playlist_id))
    playlist = _known(playlist_id) if can_edit is not None else None
    if playlist is None or playlist.revision is None or reading.my_playlist(member, playlist_id):
        return remember(member, reading.open_playlist(member, playlist_id, ask=False))
    held = contents.of(playlist.revision)
    return Opened(playlist=playlist, entry=None, contents=held, is_readable=True, can_edit=bool(can_edit))


def remember(member: Member, opened: Opened) -> Opened:
    if opened.entry is None and opened.is_readable and not opened.reading:
        cache.set(_key(member, opened.playlist.spotify_id), opened.can_edit, _SHOWN_FOR_S)
    return opened


def _known(playlist_id: str) -> Playlist | None:
    return Playlist.objects.select_related("revision").filter(spotify_id=playlist_id).first()


def _key(member: Member, playlist_id: str) -> str:
    return f"playlist-shown:{member.pk}:{playlist_id}"
