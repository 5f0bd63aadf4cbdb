"""What is played from, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from player.playback.state import Live
from spotweb.spotify.models import Context, Episode, Item, Thing, Track

# Spotify's DJ talks between the songs, and then no item is told.
DJ_URI = "spotify:playlist:37i9dQZF1EYkqdzj48dyYq"
# Liked Songs and artists can be played, but not from one of their songs on.
WITH_OFFSET = ("album", "playlist", "show")


@dataclass(frozen=True)
class Origin:
    """`uri` is null where playback cannot be begun anew from one of its items."""

    name: str
    url: str | None
    uri: str | None = None


def origin_of(live: Live) -> Origin | None:
    """For the line under the title: null when nothing is played from, or the album stands there anyway."""
    context = live.playback.context if live.playback else None
    item = live.playback.item if live.playback else None
    if context is None or context.uri == DJ_URI or (context.type in {"album", "show"} and item):
        return None
    return _origin(live, context, item)


def origin_of_queue(live: Live) -> Origin | None:
    """For the line above the rows that the context brings."""
    context = live.playback.context if live.playback else None
    if context is None or context.uri == DJ_URI:
        return None
    return _origin(live, context, live.playback.item if live.playback else None)


def _origin(live: Live, context: Context, item: Item | None) -> Origin:
    uri = context.uri if context.type in WITH_OFFSET else None
    return Origin(_name(live, context, item), context.url, uri)


def _name(live: Live, context: Context, item: Item | None) -> str:
    if context.type == "collection":
        return _("Liked Songs")
    if context.type == "playlist":
        return live.context_name or _("a playlist")
    if context.type == "artist":
        return _named(context, item.artists if isinstance(item, Track) else ()) or _("an artist")
    if context.type == "album":
        album = item.album if isinstance(item, Track) else None
        return _named(context, (album,)) or _("an album")
    if context.type == "show":
        return _named(context, (item.show if isinstance(item, Episode) else None,)) or _("a podcast")
    return _("Spotify")


def _named(context: Context, things: Iterable[Thing | None]) -> str:
    """The name of the one that is the context: what was queued by hand comes from somewhere else."""
    return next((thing.name for thing in things if thing and thing.uri == context.uri), "")
