"""GET /search: plain words and Spotify's field filters over the whole catalogue."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote_plus

from spotweb.sandbox.api.catalogue import check_market, country_of
from spotweb.sandbox.api.operations import Call, operation
from spotweb.sandbox.api.playlist_json import simple_playlist
from spotweb.sandbox.catalogue.catalogue import Catalog
from spotweb.sandbox.catalogue.models import (
    AUDIOBOOK_MARKETS,
    Album,
    Artist,
    Audiobook,
    Episode,
    Show,
    Thing,
    Track,
)
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Json, JsonObject, Reply, json_reply
from spotweb.sandbox.model.playlists import Playlist

TYPES = ("album", "artist", "playlist", "track", "show", "episode", "audiobook")
_MAX_QUERY = 250
# Letters that no accent can be taken off.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "’": "'"})
_FILTER = re.compile(r'\b(album|artist|track|year|upc|isrc|genre|tag):("[^"]*"|\S+)')
_APPLIES = {
    "album": {"album", "artist", "year", "upc", "tag"},
    "artist": {"artist", "genre", "year"},
    "track": {"album", "artist", "track", "year", "isrc", "genre"},
}


def fold_text(text: str) -> str:
    """Without case and accents, as people type."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@dataclass(slots=True)
class Question:
    words: list[str] = field(default_factory=list)
    filters: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Entry:
    thing: Thing
    name: str
    text: str  # everything plain words may hit
    popularity: int


def parse_query(query: str) -> Question:
    filters = {name: fold_text(value.strip('"')) for name, value in _FILTER.findall(query)}
    rest = _FILTER.sub(" ", query)
    words = [word for word in re.split(r"[^\w#№/&'’<>-]+", fold_text(rest.replace('"', " "))) if word]
    return Question(words=words, filters=filters)


@lru_cache(maxsize=8)
def _index(catalog: Catalog, kind: str) -> list[Entry]:
    entries = []
    for thing in catalog.all(kind):
        beside = [thing.name]
        if isinstance(thing, Track):
            beside += [artist.name for artist in thing.artists[:4]] + [thing.album.name]
        elif isinstance(thing, Album):
            beside += [artist.name for artist in thing.artists]
        elif isinstance(thing, Episode):
            beside += [thing.show.name]
        elif isinstance(thing, Show):
            beside += [thing.publisher]
        elif isinstance(thing, Audiobook):
            beside += [thing.author]
        entries.append(
            Entry(thing, fold_text(thing.name), fold_text(" ".join(beside)), getattr(thing, "popularity", 40))
        )
    return entries


@lru_cache(maxsize=256)
def find_things(catalog: Catalog, kind: str, query: str) -> tuple[Thing, ...]:
    """Best first: the whole name, its beginning, a word of it, anywhere; then by popularity."""
    question = parse_query(query)
    applying = _APPLIES.get(kind, set())
    if question.filters and not set(question.filters) <= applying:
        return ()
    whole = " ".join(question.words)
    hits = [
        entry
        for entry in _index(catalog, kind)
        if all(word in entry.text for word in question.words) and _passes(entry.thing, question.filters)
    ]
    hits.sort(key=lambda hit: (_closeness(hit.name, whole), -hit.popularity, hit.name, hit.thing.id))
    return tuple(hit.thing for hit in hits)


def _closeness(name: str, whole: str) -> int:
    if name == whole:
        return 0
    if name.startswith(whole):
        return 1
    return 2 if f" {whole}" in name else 3 if whole in name else 4


def _passes(thing: Thing, filters: dict[str, str]) -> bool:
    return all(_passes_one(thing, name, wanted) for name, wanted in filters.items())


def _passes_one(thing: Thing, name: str, wanted: str) -> bool:
    album = thing if isinstance(thing, Album) else thing.album if isinstance(thing, Track) else None
    artists = (thing,) if isinstance(thing, Artist) else getattr(thing, "artists", ())
    checks = {
        "artist": lambda: any(wanted in fold_text(artist.name) for artist in artists),
        "album": lambda: album is not None and wanted in fold_text(album.name),
        "track": lambda: wanted in fold_text(thing.name),
        "year": lambda: album is not None and _in_years(album.release_date[:4], wanted),
        "genre": lambda: any(wanted in genre for artist in artists for genre in artist.genres),
        "isrc": lambda: isinstance(thing, Track) and fold_text(thing.isrc) == wanted,
        "upc": lambda: isinstance(thing, Album) and thing.upc == wanted,
        "tag": lambda: isinstance(thing, Album) and _has_tag(thing, wanted),
    }
    return checks[name]()


def _in_years(year: str, wanted: str) -> bool:
    first, _, last = wanted.partition("-")
    return first <= year <= (last or first)


def _has_tag(album: Album, tag: str) -> bool:
    return album.popularity <= 10 if tag == "hipster" else tag == "new" and album.release_date >= "2026-10"  # noqa: PLR2004


@operation("search", "GET", "/search", bucket="search")
def answer_search(call: Call) -> Reply:
    query, kinds = call.query.get("q", "").strip(), call.query.get("type", "")
    if not query:
        raise errors.bad_request("No search query")
    if len(query) > _MAX_QUERY:
        raise errors.bad_request("Query exceeds maximum length of 250 characters")
    if not kinds:
        raise errors.bad_request("Missing parameter type")
    asked = list(dict.fromkeys(kinds.split(",")))
    if not set(asked) <= set(TYPES):
        raise errors.bad_request(f"Bad search type field {next(kind for kind in asked if kind not in TYPES)}")
    check_market(call)
    default, maximum = (5, 10) if call.world.is_development else (20, 50)
    limit = call.number("limit", default=default, low=0, high=maximum)
    offset = call.number("offset", default=0, low=0, high=1000)
    body: JsonObject = {f"{kind}s": _page(call, kind, limit=limit, offset=offset) for kind in asked}
    return json_reply(body)


def _page(call: Call, kind: str, *, limit: int, offset: int) -> JsonObject:
    if kind == "playlist":
        matches: list[Json] = _playlists(call, parse_query(call.query["q"]))
    elif kind == "audiobook" and country_of(call) not in AUDIOBOOK_MARKETS:
        matches = []
    else:
        things = find_things(call.world.catalog, kind, call.query["q"])
        return _links(
            call,
            kind,
            len(things),
            [_show(call, thing) for thing in things[offset : offset + limit]],
            limit=limit,
            offset=offset,
        )
    return _links(call, kind, len(matches), matches[offset : offset + limit], limit=limit, offset=offset)


def _links(call: Call, kind: str, total: int, items: list[Json], *, limit: int, offset: int) -> JsonObject:
    words = f"&query={quote_plus(call.query['q'])}&q={quote_plus(call.query['q'])}&type={kind}"
    # Nothing past offset 1000 can be asked for.
    return call.world.serializer.page(
        items, path="/search", total=min(total, 1000), limit=limit, offset=offset, query=words
    )


def _show(call: Call, thing: Thing) -> Json:
    serializer = call.world.serializer
    if isinstance(thing, Track):
        return serializer.track(thing)
    if isinstance(thing, Artist):
        return serializer.artist(thing)
    if isinstance(thing, Album):
        return serializer.simple_album(thing)
    if isinstance(thing, Show):
        return serializer.simple_show(thing)
    if isinstance(thing, Episode):
        return serializer.simple_episode(thing)
    return serializer.simple_audiobook(thing) if isinstance(thing, Audiobook) else None


def _playlists(call: Call, question: Question) -> list[Json]:
    """Public lists."""
    if question.filters:
        return []
    hits = [
        playlist
        for playlist in call.world.playlists.values()
        if playlist.is_public and _matches(playlist, question)
    ]
    hits.sort(
        key=lambda playlist: (_closeness(fold_text(playlist.name), " ".join(question.words)), playlist.name)
    )
    # What Spotify's own lists would be is a bare null to apps in development mode.
    is_shown = not call.world.is_development
    return [
        simple_playlist(call, playlist) if is_shown or not playlist.is_editorial else None
        for playlist in hits
    ]


def _matches(playlist: Playlist, question: Question) -> bool:
    text = fold_text(f"{playlist.name} {playlist.description} {playlist.owner_name}")
    return all(word in text for word in question.words)
