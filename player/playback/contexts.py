"""The name of what is played from. Playback names only its address, and a playlist's name costs a request:
one for each playlist and member in a day, and never one that could spoil the rest of the page."""

from django.core.cache import cache

from accounts.models import Member
from spotweb.spotify import playlists
from spotweb.spotify.errors import SpotifyError, Throttled, Unavailable
from spotweb.spotify.http import Client
from spotweb.spotify.models import Playback

KEPT_S = 24 * 3600
# Asked again after this when it was only bad luck; Spotify's own playlists stay unreadable.
UNLUCKY_S = 10 * 60
UNREADABLE = ""


def name_of(member: Member, client: Client, playback: Playback | None) -> str:
    """Of the playlist that is played from; empty for all other contexts, and when Spotify does not tell."""
    context = playback.context if playback else None
    if context is None or context.type != "playlist" or context.uri is None:
        return UNREADABLE
    key = f"player:context:{member.pk}:{context.uri}"
    known: str | None = cache.get(key)
    if known is not None:
        return known
    name, kept_s = _read(client, context.uri)
    cache.set(key, name, kept_s)
    return name


def _read(client: Client, uri: str) -> tuple[str, int]:
    try:
        return playlists.get_playlist(client, uri, fields="name").name, KEPT_S
    except (Throttled, Unavailable):
        return UNREADABLE, UNLUCKY_S
    except SpotifyError:  # not ours to read, or Spotify's own
        return UNREADABLE, KEPT_S
