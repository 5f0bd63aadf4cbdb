"""Whether a thing of Spotify's is what a line of a file means. Pure: nothing is asked of anybody here."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from library.catalogue.text import fold_text
from library.catalogue.titles import MAX_NAME_LENGTH, MAX_QUERY_LENGTH, parse_title, plain_words
from playlists.transfer.formats.rows import FileRow
from spotweb.spotify.models import Episode, Track

MAX_CANDIDATES = 5
# Of a hundred: below it a guess would only be in the way.
_WORTH_SHOWING = 45
_SAME, _HALF, _FAINT = 0.93, 0.5, 0.4
_NEAR_MS, _FAR_MS = 4_000, 12_000
_MAX_READINGS = 4

_SIGNS = re.compile(r"[^\w]+")
_PARTS_WORDS = re.compile(r"\s+[-‐‑‒–—―]+\s+")
_PARTS_PEOPLE = re.compile(r"\s*(?:[,;&/+]|\b(?:feat|ft|featuring|and|with|x|vs)\b\.?)\s*")


class LineReading(Struct, frozen=True):
    """One way to understand a line. Without people nobody knows who sings it."""

    title: str
    people: tuple[str, ...] = ()


class MatchRating(Struct, frozen=True):
    """`points` of a hundred; `is_sure`: no member needs to look at it."""

    points: int
    is_sure: bool


_NO_MATCH = MatchRating(0, is_sure=False)


class MatchChoice(Struct, frozen=True):
    """The best first, at most five; `is_sure` is about the first of them."""

    uris: tuple[str, ...] = ()
    is_sure: bool = False


@lru_cache(maxsize=1000)
def list_readings(row: FileRow) -> tuple[LineReading, ...]:
    """Most likely first: "Artist - Title" is more common than the other way round."""
    if row.title:
        by = row.artists or ((row.album,) if row.type == "episode" and row.album else ())
        return (LineReading(row.title, by),)
    parts = [part for part in _PARTS_WORDS.split(row.words) if part.strip()]
    if len(parts) > 1:
        first, last = parts[0], parts[-1]
        readings = [
            LineReading(" - ".join(parts[1:]), (first,)),
            LineReading(parts[1], (first,)),
            LineReading(first, (parts[1],)),
            LineReading(" - ".join(parts[:-1]), (last,)),
        ]
        return tuple(dict.fromkeys(readings))[:_MAX_READINGS]
    return tuple(dict.fromkeys(_read_without_dash(row.words)))[:_MAX_READINGS]


def list_queries(row: FileRow) -> Iterator[str]:
    """What to search for, one after the other until something is sure: exact first, then any way."""
    if row.isrc:
        yield f"isrc:{_SIGNS.sub('', row.isrc)}"
    heard = list_readings(row)
    if not heard:
        return
    title, people = parse_title(heard[0].title).core, plain_words(_get_first_person(heard[0].people))
    if title and people and row.type != "episode":
        yield f'track:"{title}" artist:"{people}"'[:MAX_QUERY_LENGTH]
    words = " ".join([heard[0].title, *heard[0].people[:2]]) if row.title else row.words
    plain = (plain_words(words), plain_words(f"{title} {people}") if row.title else "")
    yield from dict.fromkeys(query for query in plain if query)


def choose_candidates(row: FileRow, candidates: Iterable[Track | Episode]) -> MatchChoice:
    """The candidates that are worth showing, and whether the best of them is meant beyond doubt."""
    rated = {
        item.uri: (rate_item(row, item), number)
        for number, item in enumerate(candidates)
        if item.uri and not _is_local(item)
    }
    worth = [uri for uri, (rating, _) in rated.items() if rating.points >= _WORTH_SHOWING]
    # Of equals, what Spotify put first.
    worth.sort(key=lambda uri: (not rated[uri][0].is_sure, -rated[uri][0].points, rated[uri][1]))
    best = tuple(islice(worth, MAX_CANDIDATES))
    return MatchChoice(uris=best, is_sure=bool(best) and rated[best[0]][0].is_sure)


def rate_item(row: FileRow, item: Track | Episode) -> MatchRating:
    """How likely it is that the line means this item."""
    isrc = item.external_ids.isrc if isinstance(item, Track) and item.external_ids else None
    if row.isrc and isrc and _SIGNS.sub("", row.isrc).upper() == isrc.upper():
        return MatchRating(100, is_sure=True)
    return max(
        (_rate_reading(heard, row, item) for heard in list_readings(row)),
        key=lambda rating: (rating.is_sure, rating.points),
        default=_NO_MATCH,
    )


def drop_dashes(words: str) -> str:
    return _PARTS_WORDS.sub(" ", f" {words} ").strip()


def _rate_reading(heard: LineReading, row: FileRow, item: Track | Episode) -> MatchRating:
    wanted, offered = parse_title(heard.title), parse_title(item.name)
    likeness = _rate_likeness(wanted.core, offered.core)
    # Only half right is no guess: the same artist with another song, or the same title by somebody else.
    if likeness < _HALF:
        return _NO_MATCH
    people = _rate_people(heard.people, _list_people(item)) if heard.people else None
    if people is not None and people < _FAINT:
        return _NO_MATCH
    apart_ms = abs(row.duration_ms - item.duration_ms) if row.duration_ms and item.duration_ms else None
    is_other = wanted.variants != offered.variants
    points = 57 * likeness + (15 if people is None else 38 * people)
    points -= 25 * is_other
    if apart_ms is not None:
        points += 2 if apart_ms <= _NEAR_MS else 0 if apart_ms <= _FAR_MS else -20
    points += 2 if row.album and parse_title(row.album).core == parse_title(_get_album_name(item)).core else 0
    points -= 5 if item.is_playable is False else 0
    fits = apart_ms is None or apart_ms <= _FAR_MS
    is_same = likeness == 1 or (likeness >= _SAME and apart_ms is not None and apart_ms <= _NEAR_MS)
    is_sure = is_same and people is not None and people >= _SAME and fits and not is_other
    return MatchRating(max(0, min(round(points), 99)), is_sure=is_sure)


def _read_without_dash(words: str) -> Iterator[LineReading]:
    by = re.split(r"\s+by\s+", words, flags=re.IGNORECASE)
    if len(by) > 1:
        yield LineReading(" by ".join(by[:-1]), (by[-1],))
    for sign in (": ", ", ", "; ", " | ", " / "):
        first, separator, rest = words.partition(sign)
        if separator and first.strip() and rest.strip():
            yield LineReading(rest, (first,))
            yield LineReading(first, (rest,))
            break
    if words:
        yield LineReading(words)


def _get_first_person(people: tuple[str, ...]) -> str:
    """Who is named first: Spotify lists the others one by one, files often in one cell."""
    return _PARTS_PEOPLE.split(fold_text(people[0]))[0] if people else ""


def _list_people(item: Track | Episode) -> tuple[str, ...]:
    if isinstance(item, Episode):
        return (item.show.name,) if item.show else ()
    return tuple(artist.name for artist in item.artists)


def _get_album_name(item: Track | Episode) -> str:
    return item.album.name if isinstance(item, Track) and item.album else ""


def _is_local(item: Track | Episode) -> bool:
    return isinstance(item, Track) and item.is_local


def _rate_people(wanted: tuple[str, ...], offered: tuple[str, ...]) -> float:
    """How well the best of those named fits one of those who made it: the rest may be guests."""
    theirs = {_normalize_name(name) for name in offered} | {_normalize_name(", ".join(offered))}
    ours = {_normalize_name(name) for name in wanted} | {
        _normalize_name(part) for name in wanted for part in _split_people(name)
    }
    if (ours & theirs) - {""}:
        return 1.0
    return max((_rate_likeness(our, their) for our in ours - {""} for their in theirs - {""}), default=0.0)


@lru_cache(maxsize=5000)
def _split_people(name: str) -> tuple[str, ...]:
    return tuple(_PARTS_PEOPLE.split(fold_text(name)))


@lru_cache(maxsize=20_000)
def _normalize_name(name: str) -> str:
    return plain_words(name[:MAX_NAME_LENGTH]).removeprefix("the ")


@lru_cache(maxsize=50_000)
def _rate_likeness(first: str, second: str) -> float:
    """From 0 to 1; 1 only when they are the same. What is not alike at all is a plain 0, for speed."""
    if first == second:
        return 1.0 if first else 0.0
    ours, theirs = set(first.split()), set(second.split())
    shared = 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0
    letters, others = set(first), set(second)
    if not shared and 2 * len(letters & others) < _HALF * (len(letters) + len(others)):
        return 0.0
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.quick_ratio() < _FAINT:
        return min(shared, 0.99)
    return min(0.99, max(matcher.ratio(), shared))
