"""Searching for something to queue, and links pasted instead of words."""

from hashlib import blake2b

import msgspec
from django.core.cache import cache
from django.utils.translation import gettext as _
from msgspec import Struct

from accounts.models import Member
from accounts.tokens import spotify_for
from player.known import load
from spotweb.spotify import catalog
from spotweb.spotify.links import Link, LinkError, LocalFile, ShortLink, WrongKind, parse_link
from spotweb.spotify.models import Episode, Item, Thing, Track

QUEUEABLE: tuple[catalog.SearchType, ...] = ("track", "episode")
# As many of each kind as Spotify gives in development mode, and as many rows as fit under the field.
LIMIT = 10
EPISODES_KEPT = 3
FOUND_KEPT_S = 60
# Single reads of the catalogue count against the day's quota of the whole household.
LINK_KEPT_S = 24 * 3600
LINK_SIGNS = ("spotify:", "://", "open.spotify.com/", "spotify.link/")


class Found(Struct, frozen=True, kw_only=True):
    """What a search brought, in the order to show; `is_link` when a link was pasted instead of words."""

    items: tuple[Track | Episode, ...] = ()
    is_link: bool = False


def find(member: Member, text: str) -> Found:
    """Tracks and episodes for the words, or what the link leads to. `text` is not blank.

    Raises LinkError for a link to something that cannot be queued, NotFound for one that leads nowhere.
    """
    words = " ".join(text.split())
    link = parse_link(words, kinds=QUEUEABLE) if looks_like_link(words) else None
    key = _key(member, link.uri if link else words.casefold())
    found = _load(key)
    if found is None:
        found = _from_link(member, link) if link else _from_search(member, words)
        cache.set(key, msgspec.msgpack.encode(found), LINK_KEPT_S if link else FOUND_KEPT_S)
    cache.set(_key(member, "latest"), msgspec.msgpack.encode(found), LINK_KEPT_S)
    return found


def looks_like_link(text: str) -> bool:
    return any(sign in text.lower() for sign in LINK_SIGNS)


def recently_found(member: Member, uri: str) -> Track | Episode | None:
    """The item of the member's latest search, so that one can say its name without asking for it."""
    found = _load(_key(member, "latest")) or Found()
    return next((item for item in found.items if item.uri == uri), None)


def known_thing(member: Member, uri: str) -> Thing | None:
    """An item, album or playlist that some page of the member shows."""
    return known_item(member, uri)


def known_item(member: Member, uri: str) -> Item | None:
    """An item that some page of the member shows, so that it can be named without asking for it."""
    found = recently_found(member, uri)
    if found:
        return found
    live = load(member)
    rows = live.queue.queue if live.queue else ()
    playing = live.playback.item if live.playback else None
    return next((item for item in (playing, *rows) if item and item.uri == uri), None)


def words_for(error: LinkError) -> str:
    """What a member is told about a link that cannot be queued."""
    if isinstance(error, ShortLink):
        return _("This is a short link. Open it in a browser and paste the long address that appears.")
    if isinstance(error, LocalFile):
        return _("Files from a computer cannot be queued by apps.")
    if isinstance(error, WrongKind):
        return _("Only single songs and episodes can be queued here; this is a link to something else.")
    return _("This is not a link to a song or an episode on Spotify.")


def _from_link(member: Member, link: Link) -> Found:
    read = catalog.get_track if link.kind == "track" else catalog.get_an_episode
    item: Track | Episode = read(spotify_for(member), link.id)
    return Found(items=(item,), is_link=True)


def _from_search(member: Member, words: str) -> Found:
    results = catalog.search(spotify_for(member), words, types=QUEUEABLE, limit=LIMIT)
    episodes = results.episodes.items
    # Songs first; a few episodes always find room, and fill what the songs leave.
    tracks = results.tracks.items[: LIMIT - min(EPISODES_KEPT, len(episodes))]
    return Found(items=(*tracks, *episodes[: LIMIT - len(tracks)]))


def _load(key: str) -> Found | None:
    kept = cache.get(key)
    try:
        return msgspec.msgpack.decode(kept, type=Found) if kept else None
    except msgspec.DecodeError:  # written by another version of this file
        return None


def _key(member: Member, what: str) -> str:
    return f"player:found:{member.pk}:{blake2b(what.encode(), digest_size=12).hexdigest()}"
