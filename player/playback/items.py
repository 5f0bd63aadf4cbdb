"""Items a member can play or queue: found by a search or a pasted link, and named without a request."""

from collections.abc import Sequence
from contextlib import suppress

import msgspec
from django.core.cache import cache
from msgspec import Struct

from accounts.models import Member
from library import models
from library.catalogue import store
from library.models import OpenedThing
from library.search import results
from player.playback.state import load_state
from spotweb.spotify.answers import struct_types
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.links import (
    ADDABLE_KINDS,
    ITEM_KINDS,
    Link,
    LinkError,
    is_link,
    looks_like_link,
    parse_link,
)
from spotweb.spotify.models import Album, Episode, Item, Playlist, SpotifyObject, Track, UnknownItem
from spotweb.web.rows.pictures import choose_picture

SEARCH_KEPT_S = 60
# Single reads of the catalogue count against the day's quota of the whole household.
LINK_KEPT_S = 24 * 3600
# Twice the size of a row's.
LIST_IMAGE_PX = 80


class PlayableItems(Struct, frozen=True, kw_only=True):
    """What a search found; `is_link` when a link was pasted instead of words."""

    words: str = ""
    tracks: tuple[Track, ...] = ()
    episodes: tuple[Episode, ...] = ()
    albums: tuple[Album, ...] = ()
    playlists: tuple[Playlist, ...] = ()
    is_link: bool = False

    @property
    def things(self) -> tuple[Track | Episode | Album | Playlist, ...]:
        return (*self.tracks, *self.episodes, *self.albums, *self.playlists)


class PlayableList(Struct, frozen=True, kw_only=True):
    """What is shown of an album or a playlist that is queued as a whole."""

    uri: str
    name: str = ""
    image_url: str = ""


def find_playable(member: Member, text: str) -> PlayableItems:
    """Return all that fits the words, or what the link leads to. `text` is not blank.

    Raises LinkError for a link to something that cannot be queued, NotFound for one that leads nowhere.
    """
    words = " ".join(text.split())
    link = parse_link(words, kinds=ADDABLE_KINDS) if looks_like_link(words) else None
    key = _cache_key(member, "link", link.uri) if link else _cache_key(member, "words", words.casefold())
    items = _load(key)
    if items is None:
        items = _at_link(member, link) if link else _search(member, words)
        cache.set(key, msgspec.msgpack.encode(items), LINK_KEPT_S if link else SEARCH_KEPT_S)
    cache.set(_cache_key(member, "latest"), msgspec.msgpack.encode(items), LINK_KEPT_S)
    return items


def is_single(uri: str) -> bool:
    """Whether it is one song or episode; local files and whatever else a playlist may hold are neither."""
    return uri.startswith("spotify:") and is_link(uri, kinds=ITEM_KINDS)


def find_thing(member: Member, uri: str) -> SpotifyObject | None:
    """Return what a page of the member shows, or the household knows, so that naming it costs no request."""
    latest = _load_latest(member)
    shown = (_load(_cache_key(member, "shown")) or PlayableItems()).tracks
    here = next((thing for thing in (*latest.things, *shown) if thing.uri == uri), None)
    return here or _find_in_player(member, uri) or store.get_items_by_uri([uri]).get(uri)


def find_item(member: Member, uri: str) -> Item | None:
    thing = find_thing(member, uri)
    return thing if isinstance(thing, Track | Episode | UnknownItem) else None


def find_list(member: Member, uri: str) -> PlayableList | None:
    """Return an album or a playlist that a page of the member showed, or the household knows; no request."""
    thing = next((thing for thing in _load_latest(member).things if thing.uri == uri), None)
    if thing is None and uri.startswith("spotify:album:"):
        pks = store.get_pks_by_uri(models.Album, [uri]).values()
        thing = next(iter(store.get_albums(pks).values()), None)
    if isinstance(thing, Album | Playlist):
        return make_list(thing)
    opened = OpenedThing.objects.filter(member=member, uri=uri).first()
    return PlayableList(uri=uri, name=opened.name, image_url=opened.image_url) if opened else None


def make_list(thing: Album | Playlist) -> PlayableList:
    picture = choose_picture(thing.images, LIST_IMAGE_PX)
    return PlayableList(uri=thing.uri or "", name=thing.name, image_url=picture.url if picture else "")


def fetch_item(member: Member, uri: str) -> Item | None:
    """As `find_item`, and asks Spotify once a day for what nobody here knows; null where that fails."""
    item = find_item(member, uri)
    if item is None:
        with suppress(SpotifyError, LinkError):
            find_playable(member, uri)
            item = find_item(member, uri)
    return item


def pack_item(item: Item) -> bytes:
    """As it is stored. Descriptions of episodes are longer than all the rest, and aren't shown."""
    if isinstance(item, Episode):
        show = msgspec.structs.replace(item.show, description="") if item.show else None
        item = msgspec.structs.replace(item, description="", show=show)
    return msgspec.msgpack.encode(item)


def unpack_item(packed: bytes | memoryview) -> Item | None:
    """Null where nothing was stored, and for what another version of the app wrote."""
    return struct_types.unpack_cached(bytes(packed), Item)  # type: ignore[arg-type]  # a union


def record_shown(member: Member, tracks: Sequence[Track]) -> None:
    """Remember songs that another page shows, from which they may be queued or played."""
    shown = PlayableItems(tracks=tuple(tracks))
    cache.set(_cache_key(member, "shown"), msgspec.msgpack.encode(shown), LINK_KEPT_S)


def record_use(member: Member, uri: str) -> None:
    """Remember the words of the latest search when they led to something that was used."""
    latest = _load_latest(member)
    if latest.words and any(thing.uri == uri for thing in latest.things):
        results.record_search(member, latest.words)


def _find_in_player(member: Member, uri: str) -> Item | None:
    state = load_state(member)
    rows = state.queue.queue if state.queue else ()
    playing = state.playback.item if state.playback else None
    return next((item for item in (playing, *rows) if item and item.uri == uri), None)


def _at_link(member: Member, link: Link) -> PlayableItems:
    """Raises NotFound and Forbidden."""
    things = (results.fetch_thing(member, link),)
    return PlayableItems(
        tracks=tuple(thing for thing in things if isinstance(thing, Track)),
        episodes=tuple(thing for thing in things if isinstance(thing, Episode)),
        albums=tuple(thing for thing in things if isinstance(thing, Album)),
        playlists=tuple(thing for thing in things if isinstance(thing, Playlist)),
        is_link=True,
    )


def _search(member: Member, words: str) -> PlayableItems:
    matches = results.search_kinds(member, words, types=ADDABLE_KINDS)
    return PlayableItems(
        words=words,
        tracks=matches.tracks.items,
        episodes=matches.episodes.items,
        albums=matches.albums.items,
        playlists=matches.playlists.items,
    )


def _load_latest(member: Member) -> PlayableItems:
    return _load(_cache_key(member, "latest")) or PlayableItems()


def _load(key: str) -> PlayableItems | None:
    return struct_types.unpack_cached(cache.get(key), PlayableItems)


def _cache_key(member: Member, kind: str, text: str = "") -> str:
    """`text` is whatever somebody has typed, so it stands apart from our own words."""
    return f"player:found:{member.pk}:{kind}:{text}"
