"""Our own pages: by name, and for what Spotify has by the kind and id of a thing."""

from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

from spotweb.spotify import modes
from spotweb.spotify.links import LinkError, parse_link
from spotweb.spotify.models import (
    Album,
    Artist,
    Audiobook,
    Chapter,
    Episode,
    Playlist,
    Show,
    Track,
    User,
)

# By type first: Spotify gives audiobooks the URIs of shows, and chapters those of episodes.
_KINDS: dict[type[object], str] = {
    Album: "album",
    Artist: "artist",
    Audiobook: "audiobook",
    Chapter: "chapter",
    Episode: "episode",
    Playlist: "playlist",
    Show: "show",
    Track: "track",
    User: "user",
}
_NAMES = {
    **{kind: f"library:{kind}" for kind in _KINDS.values()},
    "playlist": "playlists:playlist",
}
_ANY_ID = "0" * 22


def find_url(name: str) -> str:
    """Return the address of a page that needs nothing but its name."""
    return _find_url(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=500)
def _find_url(name: str, urlconf: str, _prefix: str) -> str:
    return reverse(name, urlconf=urlconf)


def get_kind(thing: object) -> str:
    """Empty for what has no page: local files, and what Spotify comes up with next."""
    if kind := _KINDS.get(type(thing)):
        return kind
    uri: str | None = getattr(thing, "uri", None)
    try:
        return parse_link(uri or "").kind
    except LinkError:
        return ""


def build_url(kind: str, id_: str) -> str:
    is_plain = id_.isascii() and id_.isalnum()  # nearly all of them
    return _get_pattern(kind).replace(_ANY_ID, id_ if is_plain else quote(id_, safe=""))


def get_page_url(thing: object) -> str:
    """The address of its page here; empty when it has none."""
    id_ = getattr(thing, "id", None)
    kind = get_kind(thing) if id_ else ""
    if not id_ or kind not in _NAMES or (kind == "user" and not modes.is_extended()):
        return ""
    return build_url(kind, id_)


@lru_cache(maxsize=100)  # thousands of rows, each with three links
def _get_pattern(kind: str) -> str:
    return reverse(_NAMES[kind], args=[_ANY_ID])
