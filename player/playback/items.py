"""Searching for something to queue, and links pasted instead of words."""

from collections.abc import Sequence
from hashlib import blake2b

import msgspec
from django.core.cache import cache
from django.utils.translation import gettext as _
from msgspec import Struct, structs

from accounts.models import Member
from accounts.tokens import spotify_for
from library.catalogue import store
from library.search import results as searching
from player.playback.state import load
from spotweb.spotify import catalog, playlists
from spotweb.spotify.links import Link, LinkError, LocalFile, ShortLink, WrongKind, parse_link
from spotweb.spotify.models import Album, Episode, Item, Playlist, Thing, Track, UnknownItem

QUEUEABLE: tuple[catalog.SearchType, ...] = ("track", "episode")
# Of whole albums and playlists every item is queued.
FINDABLE: tuple[catalog.SearchType, ...] = (*QUEUEABLE, "album", "playlist")
# As many of each kind as Spotify gives in development mode; the page shows few until one kind is asked for.
LIMIT = 10
FOUND_KEPT_S = 60
# Single reads of the catalogue count against the day's quota of the whole household.
LINK_KEPT_S = 24 * 3600
LINK_SIGNS = ("spotify:", "://", "open.spotify.com/", "spotify.link/")


class Found(Struct, frozen=True, kw_only=True):
    """What a search brought; `is_link` when a link was pasted instead of words."""

    words: str = ""
    tracks: tuple[Track, ...] = ()
    episodes: tuple[Episode, ...] = ()
    albums: tuple[Album, ...] = ()
    playlists: tuple[Playlist, ...] = ()
    is_link: bool = False

    @property
    def things(self) -> tuple[Track | Episode | Album | Playlist, ...]:
        return (*self.tracks, *self.episodes, *self.albums, *self.playlists)


def find(member: Member, text: str) -> Found:
    """All that fits the words, or what the link leads to. `text` is not blank.

    Raises LinkError for a link to something that cannot be queued, NotFound for one that leads nowhere.
    """
    words = " ".join(text.split())
    link = parse_link(words, kinds=FINDABLE) if looks_like_link(words) else None
    key = _key(member, link.uri if link else words.casefold())
    found = _load(key)
    if found is None:
        found = _from_link(member, link) if link else _from_search(member, words)
        cache.set(key, msgspec.msgpack.encode(found), LINK_KEPT_S if link else FOUND_KEPT_S)
    cache.set(_key(member, "latest"), msgspec.msgpack.encode(found), LINK_KEPT_S)
    return found


def looks_like_link(text: str) -> bool:
    return any(sign in text.lower() for sign in LINK_SIGNS)


def known_thing(member: Member, uri: str) -> Thing | None:
    """What a page of the member shows, or the household knows, so that it can be named for nothing."""
    found = _load(_key(member, "latest")) or Found()
    shown: tuple[Track, ...] = (_load(_key(member, "shown")) or Found()).tracks
    here = next((thing for thing in (*found.things, *shown) if thing.uri == uri), None)
    return here or _of_player(member, uri) or store.get_items_by_uri([uri]).get(uri)


def known_item(member: Member, uri: str) -> Item | None:
    thing = known_thing(member, uri)
    return thing if isinstance(thing, Track | Episode | UnknownItem) else None


def _of_player(member: Member, uri: str) -> Item | None:
    live = load(member)
    rows = live.queue.queue if live.queue else ()
    playing = live.playback.item if live.playback else None
    return next((item for item in (playing, *rows) if item and item.uri == uri), None)


def note_shown(member: Member, tracks: Sequence[Track]) -> None:
    """Songs of another page, from which they may be queued or played."""
    cache.set(_key(member, "shown"), msgspec.msgpack.encode(Found(tracks=tuple(tracks))), LINK_KEPT_S)


def note_use(member: Member, uri: str) -> None:
    """Something of the latest search was of use: then its words are worth keeping."""
    found = _load(_key(member, "latest")) or Found()
    if found.words and any(thing.uri == uri for thing in found.things):
        searching.record_search(member, found.words)


def words_for(error: LinkError) -> str:
    """What a member is told about a link that cannot be queued."""
    if isinstance(error, ShortLink):
        return _("This is a short link. Open it in a browser and paste the long address that appears.")
    if isinstance(error, LocalFile):
        return _("Files from a computer cannot be queued by apps.")
    if isinstance(error, WrongKind):
        return _("Songs, episodes, albums and playlists can be queued; this is a link to something else.")
    return _("This is not a link to a song or an episode on Spotify.")


def _from_link(member: Member, link: Link) -> Found:
    client = spotify_for(member)
    if link.kind == "track":
        return Found(tracks=(catalog.get_track(client, link.id),), is_link=True)
    if link.kind == "episode":
        return Found(episodes=(catalog.get_an_episode(client, link.id),), is_link=True)
    if link.kind == "album":
        album = structs.replace(catalog.get_an_album(client, link.id), tracks=None)
        return Found(albums=(album,), is_link=True)
    playlist = structs.replace(playlists.get_playlist(client, link.id), items=None)
    return Found(playlists=(playlist,), is_link=True)


def _from_search(member: Member, words: str) -> Found:
    results = catalog.search(spotify_for(member), words, types=FINDABLE, limit=LIMIT)
    return Found(
        words=words,
        tracks=results.tracks.items,
        episodes=results.episodes.items,
        albums=results.albums.items,
        playlists=results.playlists.items,
    )


def _load(key: str) -> Found | None:
    kept = cache.get(key)
    try:
        return msgspec.msgpack.decode(kept, type=Found) if kept else None
    except msgspec.DecodeError:  # written by another version of this file
        return None


def _key(member: Member, what: str) -> str:
    return f"player:found:{member.pk}:{blake2b(what.encode(), digest_size=12).hexdigest()}"
