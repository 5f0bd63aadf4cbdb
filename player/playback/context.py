"""What is played from: its name, and a label for the page.

Playback names only the address of its context. The name of a playlist costs a request: it is asked once a day
for each playlist and member, and a failure never spoils the rest of the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.models import Member
from player.playback.state import PlayerState
from spotweb.spotify import playlists
from spotweb.spotify.errors import SpotifyError, Throttled, Unavailable
from spotweb.spotify.http import Client
from spotweb.spotify.links import Link, find_link
from spotweb.spotify.models import Context, Episode, Item, Playback, SpotifyObject, Track

# Spotify's DJ talks between the songs, and then no item is told.
DJ_URI = "spotify:playlist:37i9dQZF1EYkqdzj48dyYq"
# Liked Songs and artists can be played, but not from one of their songs on.
KINDS_WITH_OFFSET = ("album", "playlist", "show")
NAME_KEPT_S = 24 * 3600
# Asked again after this when the failure may pass; Spotify's own playlists stay unreadable.
RETRY_AFTER_FAILURE_S = 10 * 60
UNREADABLE = ""


@dataclass(frozen=True)
class ContextLabel:
    """`uri` is null where playback cannot be started from one of its items."""

    name: str
    url: str | None
    uri: str | None = None


def fetch_context_name(member: Member, client: Client, playback: Playback | None) -> str:
    """Return the name of the playlist that is played from; empty for other contexts and unreadable ones."""
    context = playback.context if playback else None
    if context is None or context.type != "playlist" or context.uri is None:
        return UNREADABLE
    key = f"player:context:{member.pk}:{context.uri}"
    cached: str | None = cache.get(key)
    if cached is not None:
        return cached
    name, timeout_s = _fetch_playlist_name(client, context.uri)
    cache.set(key, name, timeout_s)
    return name


def find_album_link(playback: Playback) -> Link | None:
    """Return the album that is played from; null where it is something else."""
    return find_link(playback.context.uri, kinds=("album",)) if playback.context else None


def context_label(state: PlayerState) -> ContextLabel | None:
    """For the line under the title: null when nothing is played from, or the album stands there anyway."""
    context = state.playback.context if state.playback else None
    item = state.playback.item if state.playback else None
    if context is None or context.uri == DJ_URI or (context.type in {"album", "show"} and item):
        return None
    return _context_label(state, context, item)


def queue_context_label(state: PlayerState) -> ContextLabel | None:
    """For the line above the rows that the context brings."""
    context = state.playback.context if state.playback else None
    if context is None or context.uri == DJ_URI:
        return None
    return _context_label(state, context, state.playback.item if state.playback else None)


def _fetch_playlist_name(client: Client, uri: str) -> tuple[str, int]:
    try:
        return playlists.get_playlist(client, uri, fields="name").name, NAME_KEPT_S
    except (Throttled, Unavailable):
        return UNREADABLE, RETRY_AFTER_FAILURE_S
    except SpotifyError:  # not ours to read, or Spotify's own
        return UNREADABLE, NAME_KEPT_S


def _context_label(state: PlayerState, context: Context, item: Item | None) -> ContextLabel:
    uri = context.uri if context.type in KINDS_WITH_OFFSET else None
    return ContextLabel(_context_name(state, context, item), context.url, uri)


def _context_name(state: PlayerState, context: Context, item: Item | None) -> str:
    if context.type == "collection":
        return _("Liked Songs")
    if context.type == "playlist":
        return state.context_name or _("a playlist")
    if context.type == "artist":
        return _name_among(item.artists if isinstance(item, Track) else (), context) or _("an artist")
    if context.type == "album":
        album = item.album if isinstance(item, Track) else None
        return _name_among((album,), context) or _("an album")
    if context.type == "show":
        return _name_among((item.show if isinstance(item, Episode) else None,), context) or _("a podcast")
    return _("Spotify")


def _name_among(things: Iterable[SpotifyObject | None], context: Context) -> str:
    """The name of the one that is the context: what was queued by hand comes from somewhere else."""
    return next((thing.name for thing in things if thing and thing.uri == context.uri), "")
