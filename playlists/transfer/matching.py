"""Whether a thing of Spotify's is what a line of a file means. Pure: nothing is asked of anybody here."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from library.catalogue.recordings import (
    NEAR_LENGTH_MS,
    Closeness,
    CreditMatch,
    are_far_apart,
    clean_isrc,
    compare_people,
    compare_titles,
    list_people,
    may_share_isrc,
)
from library.catalogue.text import fold_text
from library.catalogue.titles import (
    MAX_QUERY_LENGTH,
    TitleReading,
    get_core_text,
    is_anybody,
    name_key,
    plain_words,
    read_title,
)
from playlists.transfer.formats.rows import FileRow
from spotweb.spotify.models import Episode, Track

MAX_CANDIDATES = 5
# Of a hundred: below it a guess would only be in the way.
_WORTH_SHOWING = 45
_HALF, _FAINT = 0.5, 0.4
# Another version of the song that is meant, and one with an ISRC that is meant, are worth being looked at.
_VERSION_COSTS, _ISRC_POINTS, _CERTAIN = 25, 90, 100
_MAX_READINGS = 8
# Names beyond are compared by their beginnings: likeness costs time.
_MAX_NAME_LENGTH = 160

_LATIN = re.compile(r"[a-z]")
_PARTS_WORDS = re.compile(r"(?<!\s)\s+(?:[-‐‑‒–—―－]+|[·•∙⋅~∼→⇒]|//|[-=]+>)\s+|(?<=\S)(?:[—―－]|_-_)(?=\S)")
_BY = re.compile(r"(?<!\s)\s+(?:(?:performed|sung|recorded) )?by\s+", re.IGNORECASE)
# "Home von Ada"; such words stand in titles as well, so only the last one is tried.
_BY_OTHERS = re.compile(r"^(.*\S)\s+(?:von|van|de|par|por|di|av|af|od|от)\s+(\S.*)$", re.IGNORECASE)
_OPEN, _CLOSED = '"“„«「『《', '"”“»」』》'
# "Home" Ada, Ada "Home", and Home (Ada).
_QUOTED_FIRST = re.compile(rf"^[{_OPEN}]\s*([^{_OPEN}{_CLOSED}]+?)\s*[{_CLOSED}]\s*(\S.*)$")
_QUOTED_LAST = re.compile(rf"^([^{_OPEN}{_CLOSED}]*\S)\s*[{_OPEN}]\s*([^{_OPEN}{_CLOSED}]+?)\s*[{_CLOSED}]$")
_NAMED_LAST = re.compile(r"^([^()\[\]]*\S)\s*[(\[]([^()\[\]]+)[)\]]$")
_ORDERS = ((_QUOTED_FIRST, 1, 2), (_QUOTED_LAST, 2, 1), (_NAMED_LAST, 1, 2), (_BY_OTHERS, 1, 2))
# When a song came out, as lists that somebody explains have it; and what pages say each row is.
_YEAR_LAST = re.compile(r"(?<!\s)(?:\s*[(\[](?:19|20)\d\d[)\]]|,\s*(?:19|20)\d\d|\s+[-–—]\s+(?:19|20)\d\d)$")
_KINDS = frozenset(
    {"song", "track", "single", "titel", "lied", "chanson", "titre", "canción", "brano", "música"}
)
_PARTS_PEOPLE = re.compile(r"(?:(?<!\s)\s+)?(?:[,;&/+]|\b(?:feat|ft|featuring|and|with|x|vs)\b\.?)\s*")


class LineReading(Struct, frozen=True):
    """One way to understand a line. Without people nobody knows who sings it; `beside` is what is left."""

    title: str
    people: tuple[str, ...] = ()
    beside: str = ""


class MatchRating(Struct, frozen=True):
    """`points` of a hundred; `is_sure`: no member needs to look at it; `is_exact`: nothing can be closer."""

    points: int
    is_sure: bool
    is_exact: bool = False


_NO_MATCH = MatchRating(0, is_sure=False)


class MatchChoice(Struct, frozen=True):
    """The best first, at most five; `is_sure` and `is_exact` are about the first of them."""

    uris: tuple[str, ...] = ()
    is_sure: bool = False
    is_exact: bool = False


@lru_cache(maxsize=1000)
def list_readings(row: FileRow) -> tuple[LineReading, ...]:
    """Most likely first: "Artist - Title" is more common than the other way round."""
    if row.title:
        by = row.artists or ((row.album,) if row.type == "episode" and row.album else ())
        # Where a column has both in one cell.
        both = () if by or not _PARTS_WORDS.search(row.title) else _read_words(row.title)
        return (LineReading(row.title, by), *both)
    return _read_words(row.words)


def _read_words(line: str) -> tuple[LineReading, ...]:
    # As it stands, too: a title may say a year of its own.
    wordings = dict.fromkeys([_YEAR_LAST.sub("", line) or line, line])
    return tuple(dict.fromkeys(one for words in wordings for one in _read_wording(words)))[:_MAX_READINGS]


def _read_wording(words: str) -> Iterable[LineReading]:
    parts = [part for part in _PARTS_WORDS.split(words) if part.strip()]
    if len(parts) > 2:  # noqa: PLR2004
        parts = [part for part in parts if part.strip().casefold() not in _KINDS]
    if len(parts) < 2:  # noqa: PLR2004
        return _read_without_dash(words)
    first, last = parts[0], parts[-1]
    return (
        LineReading(" - ".join(parts[1:]), (first,)),
        LineReading(parts[1], (first,), " - ".join(parts[2:])),
        LineReading(first, (parts[1],), " - ".join(parts[2:])),
        LineReading(" - ".join(parts[:-1]), (last,)),
    )


def list_queries(row: FileRow) -> Iterator[str]:
    """What to search for, one after the other until something is sure: exact first, then any way."""
    if isrc := clean_isrc(row.isrc):
        yield f"isrc:{isrc}"
    heard = list_readings(row)
    if not heard:
        return
    title, people = heard[0].title, plain_words(_get_first_person(heard[0].people))
    core = get_core_text(title)
    queries = []
    if people and row.type != "episode":
        wordings = [wording for wording in (_quote(title), _quote(core)) if wording]
        queries = [f'track:"{wording}" artist:"{people}"' for wording in wordings]
    queries.append(plain_words(f"{core} {people}" if people and row.title else row.title or row.words))
    if row.type == "episode":
        queries = [plain_words(f"{title} {people}")]
    yield from dict.fromkeys(query[:MAX_QUERY_LENGTH] for query in queries if query)


def choose_candidates(row: FileRow, candidates: Iterable[Track | Episode]) -> MatchChoice:
    """The candidates that are worth showing, and whether the best of them is meant beyond doubt."""
    items = {item.uri: item for item in candidates if item.uri and not _is_local(item)}
    rated = {uri: (rate_item(row, item), number) for number, (uri, item) in enumerate(items.items())}
    worth = [uri for uri, (rating, _) in rated.items() if rating.points >= _WORTH_SHOWING]
    # Of equals, what Spotify put first.
    worth.sort(key=lambda uri: (*_rank(rated[uri][0]), rated[uri][1]))
    best = tuple(islice(worth, MAX_CANDIDATES))
    if not best:
        return MatchChoice()
    rating = rated[best[0]][0]
    rivals = [items[uri] for uri in worth if _rank(rated[uri][0])[:2] == _rank(rating)[:2]]
    is_sure = rating.is_sure and (rating.points == _CERTAIN or not _have_other_people(rivals))
    return MatchChoice(uris=best, is_sure=is_sure, is_exact=is_sure and rating.is_exact)


def rate_item(row: FileRow, item: Track | Episode) -> MatchRating:
    """How likely it is that the line means this item."""
    readings = list_readings(row)
    best = max(
        (_rate_reading(heard, row, item) for heard in readings),
        key=lambda rating: (rating.is_exact, rating.is_sure, rating.points),
        default=_NO_MATCH,
    )
    isrc = clean_isrc(item.external_ids.isrc) if isinstance(item, Track) and item.external_ids else ""
    if not isrc or isrc != clean_isrc(row.isrc):
        return best
    is_meant = not are_far_apart(row.duration_ms, item.duration_ms) and (
        not readings or any(_may_be_called(item.name, heard.title) for heard in readings)
    )
    # Files hold wrong numbers, and labels give one number to several recordings.
    return MatchRating(_CERTAIN if is_meant else max(_ISRC_POINTS, best.points), is_meant, is_meant)


def drop_dashes(words: str) -> str:
    return _PARTS_WORDS.sub(" ", f" {words} ").strip()


def _rank(rating: MatchRating) -> tuple[bool, bool, int]:
    return not rating.is_exact, not rating.is_sure, -rating.points


def _have_other_people(items: Sequence[Track | Episode]) -> bool:
    """Whether the first and one of the others each have people whom the other has not: whose is meant?"""
    best, *others = [frozenset(name_key(name) for name in list_people(item)) for item in items]
    return any(best - other and other - best for other in others)


def _may_be_called(name: str, wanted: str) -> bool:
    """Whether a recording of this name may stand under that title in a file, given that its ISRC fits."""
    offered, said = read_title(name), read_title(wanted)
    is_other_script = bool(_LATIN.search(said.base)) != bool(_LATIN.search(offered.base))
    is_like = _rate_likeness(said.base[:_MAX_NAME_LENGTH], offered.base[:_MAX_NAME_LENGTH]) >= _HALF
    return may_share_isrc(said, offered) and (is_like or is_other_script)


def _rate_reading(heard: LineReading, row: FileRow, item: Track | Episode) -> MatchRating:
    wanted, offered = read_title(heard.title), read_title(item.name)
    closeness = compare_titles(wanted, offered)
    likeness = _rate_likeness(wanted.base[:_MAX_NAME_LENGTH], offered.base[:_MAX_NAME_LENGTH])
    likeness = 1.0 if closeness >= Closeness.SAME else likeness
    # Only half right is no guess: the same artist with another song, or the same title by somebody else.
    if likeness < _HALF:
        return _NO_MATCH
    made_by = list_people(item)
    named = heard.people if not all(map(is_anybody, heard.people)) or heard.people == made_by else ()
    credit = compare_people(named, made_by, guests=wanted.guests | offered.guests) if named else None
    people = _rate_people(named, made_by, credit) if credit is not None else None
    if people is not None and people < _FAINT:
        return _NO_MATCH
    is_far = are_far_apart(row.duration_ms, item.duration_ms)
    is_near = bool(row.duration_ms and item.duration_ms) and not are_far_apart(
        row.duration_ms, item.duration_ms, NEAR_LENGTH_MS
    )
    has_fitting_album = _is_called(row.album, item)
    points = 56 * likeness + (15 if people is None else 38 * people)
    points -= _VERSION_COSTS * (closeness < Closeness.SAME and wanted.key != offered.key)
    # Of two that fit, the one without people who are not named.
    points -= named != () and not wanted.guests and len(made_by) > 1 and _has_unnamed(named, made_by)
    points += 2 * is_near - 20 * is_far + 2 * has_fitting_album
    points -= 5 * (item.is_playable is False) + 10 * (
        bool(heard.beside) and not _is_called(heard.beside, item)
    )
    is_one = closeness >= Closeness.SAME and credit is CreditMatch.ALL and not is_far
    is_one = is_one and (not heard.beside or _is_called(heard.beside, item))
    is_exact = is_one and closeness is Closeness.EXACT
    is_sure = is_exact or (is_one and (is_near or not _has_other_guests(heard, wanted, offered, made_by)))
    return MatchRating(max(0, min(round(points), _CERTAIN - 1)), is_sure=is_sure, is_exact=is_exact)


def _has_other_guests(
    heard: LineReading, wanted: TitleReading, offered: TitleReading, made_by: Sequence[str]
) -> bool:
    """Whether one side names a guest whom the other does not: there is often a recording without."""
    theirs = {name_key(name) for name in made_by} | offered.guests
    unheard = {
        guest for guest in offered.guests if compare_people(heard.people, [guest]) is CreditMatch.NOBODY
    } - wanted.guests
    return bool(wanted.guests - theirs or unheard)


def _has_unnamed(named: Sequence[str], made_by: Sequence[str]) -> bool:
    return any(compare_people(named, [name]) is CreditMatch.NOBODY for name in made_by)


def _is_called(album: str, item: Track | Episode) -> bool:
    """Whether the item stands on an album of this name."""
    return bool(album) and read_title(album).base == read_title(_get_album_name(item)).base


def _read_without_dash(words: str) -> Iterator[LineReading]:
    by = _BY.split(words)
    if len(by) > 1:
        yield LineReading(" by ".join(by[:-1]), (by[-1],))
    for sign in (": ", ", ", "; ", " | ", " / "):
        first, separator, rest = words.partition(sign)
        if separator and first.strip() and rest.strip():
            yield LineReading(rest, (first,))
            yield LineReading(first, (rest,))
            # "Fire, Ash & Co, Home": the sign may be one within the name as well.
            before, _separator, last = words.rpartition(sign)
            if before != first and last.strip():
                yield LineReading(last, (before,))
                yield LineReading(before, (last,))
            break
    for pattern, title, people in _ORDERS:
        found = pattern.match(words)
        # "Home (Live)" names nobody.
        if found and not (pattern is _NAMED_LAST and _says_more(words)):
            yield LineReading(found[title], (found[people],))
    if words:
        yield LineReading(words)


def _says_more(title: str) -> bool:
    reading = read_title(title)
    return bool(reading.marks or reading.guests or reading.sources)


def _get_first_person(people: tuple[str, ...]) -> str:
    """Who is named first: Spotify lists the others one by one, files often in one cell."""
    return _PARTS_PEOPLE.split(fold_text(people[0]))[0] if people else ""


def _get_album_name(item: Track | Episode) -> str:
    return item.album.name if isinstance(item, Track) and item.album else ""


def _is_local(item: Track | Episode) -> bool:
    return isinstance(item, Track) and item.is_local


def _rate_people(named: Sequence[str], made_by: Sequence[str], credit: CreditMatch) -> float:
    """From 0 to 1. Whoever is not named may be meant all the same: names are misspelt."""
    if credit is CreditMatch.ALL:
        return 1.0
    ours = {_normalize_name(part) for name in named for part in (name, *_split_people(name))} - {""}
    theirs = {_normalize_name(name) for name in (*made_by, ", ".join(made_by))} - {""}
    likeness = max((_rate_likeness(our, their) for our in ours for their in theirs), default=0.0)
    return min(likeness, 0.9) if credit is CreditMatch.SOME else min(likeness, 0.8)


@lru_cache(maxsize=5000)
def _split_people(name: str) -> tuple[str, ...]:
    return tuple(_PARTS_PEOPLE.split(fold_text(name)))


@lru_cache(maxsize=20_000)
def _normalize_name(name: str) -> str:
    return plain_words(name[:_MAX_NAME_LENGTH]).removeprefix("the ")


def _quote(text: str) -> str:
    """As it may stand between the quotes of a query."""
    return " ".join(fold_text(text).replace('"', " ").split())[: MAX_QUERY_LENGTH // 2]


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
