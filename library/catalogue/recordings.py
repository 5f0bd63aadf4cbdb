"""Whether two things are one recording: the only place that says so, for imports, tools and the catalogue.

Titles are read by `titles`. Whoever compares titles, names or lengths elsewhere compares them differently.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import chain

from msgspec import Struct

from library.catalogue.titles import TitleReading, is_anybody, name_key, name_tokens, read_title
from spotweb.spotify.models import Episode, Track

# Two releases of one recording differ by the silence at their ends.
SAME_LENGTH_MS = 3_000
# A file tells whole seconds, and often those of another release.
NEAR_LENGTH_MS = 4_000
# Further apart it is another recording, whatever its name and its ISRC say.
FAR_LENGTH_MS = 12_000


class Recording(Struct, frozen=True, kw_only=True):
    """What tells a recording. `people` are keys of names; `isrc` is empty where not known."""

    title: TitleReading
    people: frozenset[str]
    duration_ms: int = 0
    isrc: str = ""


class Closeness(IntEnum):
    """How one title stands to another; only the two last name one recording."""

    OTHER = 0
    VERSION = 1  # the same song, but a title says something that the other does not
    SAME = 2  # they differ by what makes no difference
    EXACT = 3  # the same letters


class CreditMatch(IntEnum):
    """How far those who are named made a thing."""

    NOBODY = 0
    SOME = 1  # somebody is named who has no part in it, or only one of its guests is named
    ALL = 2


def read_recording(item: Track | Episode) -> Recording | None:
    """Null for what has no name: it is like nothing else."""
    people = frozenset(name_key(name) for name in list_people(item)) - {""}
    if not item.name.strip():
        return None
    return Recording(
        title=read_title(item.name),
        people=people,
        duration_ms=item.duration_ms,
        isrc=clean_isrc(item.external_ids.isrc) if isinstance(item, Track) and item.external_ids else "",
    )


def list_people(item: Track | Episode) -> tuple[str, ...]:
    """The names of its artists; for an episode its show."""
    if isinstance(item, Episode):
        return (item.show.name,) if item.show and item.show.name else ()
    return tuple(artist.name for artist in item.artists if artist.name)


def clean_isrc(isrc: str | None) -> str:
    """As Spotify writes it: files put dashes and spaces between its parts."""
    if isrc and isrc.isalnum():  # nearly all, and this is asked for every track that is read
        return isrc.upper()[:40]
    return "".join(sign for sign in isrc or "" if sign.isalnum()).upper()[:40]


# --- Two titles, two credits ------------------------------------------------------------------------------


def compare_titles(wanted: TitleReading, offered: TitleReading) -> Closeness:
    if wanted.exact == offered.exact:
        return Closeness.EXACT
    is_one = wanted.key == offered.key and not _are_apart(wanted.sources, offered.sources)
    if is_one and not _are_apart(wanted.guests, offered.guests):
        return Closeness.SAME
    return Closeness.VERSION if wanted.base == offered.base else Closeness.OTHER


def compare_people(
    named: Sequence[str], made_by: Sequence[str], *, guests: Iterable[str] = ()
) -> CreditMatch:
    """How far those who are `named`, in one or several texts, are those who made a thing.

    Names hold commas and "and" themselves: "Earth, Wind & Fire" is neither "Earth" nor three bands. So the
    words of the texts are covered with whole names of those who made it, and what remains is somebody else.
    `guests` are keys of further names that may stand there.
    """
    guests = list(guests)
    match = _compare_names(named, made_by, guests)
    turned = [_turn_name(name) for name in named]
    if match is CreditMatch.ALL or turned == list(named):
        return match
    return max(match, _compare_names(turned, made_by, guests))


def _compare_names(named: Sequence[str], made_by: Sequence[str], guests: Iterable[str]) -> CreditMatch:
    words = [word for name in named if not is_anybody(name) for word in name_tokens(name)]
    own = [name_key(name) for name in made_by]
    if [name_key(name) for name in named] == own:
        return CreditMatch.ALL
    if not words or not own:
        return CreditMatch.NOBODY
    used: set[int] = set()
    found: list[str] = []
    # Long names first: "Ada Byrne" before a guest called "Ada".
    for name in sorted({*own, *guests} - {""}, key=len, reverse=True):
        place = _find_name(words, used, name)
        if place:
            used |= set(place)
            found.append(name)
    if not set(found) & set(own):
        return CreditMatch.NOBODY
    is_whole = len(used) == len(words)
    return CreditMatch.ALL if is_whole and own[0] in found else CreditMatch.SOME


def _turn_name(name: str) -> str:
    """ "Bowie, David", as shelves and libraries have it."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and "," not in first else name


def _find_name(words: Sequence[str], used: set[int], name: str) -> range | None:
    for start in range(len(words)):
        text = ""
        for end in range(start, len(words)):
            text += words[end]
            if end in used or len(text) > len(name):
                break
            if text == name:
                return range(start, end + 1)
    return None


def are_far_apart(first_ms: int | None, second_ms: int | None, limit_ms: int = FAR_LENGTH_MS) -> bool:
    """False where a length is not known."""
    return bool(first_ms and second_ms) and abs((first_ms or 0) - (second_ms or 0)) > limit_ms


def may_share_isrc(first: TitleReading, second: TitleReading) -> bool:
    """Whether titles under one ISRC can be those of one recording.

    Labels give the ISRC of a song to its live version, or to the second part. Another title altogether is
    none: one song is called by several names, in several scripts.
    """
    return first.hard_marks == second.hard_marks


def _are_apart(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether both name somebody, and nobody is named by both."""
    return bool(first and second) and not first & second


def are_one(first: Recording | None, second: Recording | None) -> bool:
    """Whether two things are one recording, by their ISRC or by title, people and length."""
    pair = (first, second)
    return any(len(group) > 1 for group in chain(group_by_isrc(pair), group_by_sound(pair)))


# --- Many recordings --------------------------------------------------------------------------------------

Numbered = tuple[int, Recording]


def group_by_isrc(recordings: Iterable[Recording | None]) -> Iterator[list[int]]:
    """Positions of those that are one recording by their ISRC."""
    known = [(at, one) for at, one in enumerate(recordings) if one and one.isrc]
    for alike in _group(known, lambda one: (one.isrc, one.title.hard_marks)):
        # Two songs of different people, both under one number: it was given by mistake.
        is_one = _have_somebody_in_common(alike)
        for part in [alike] if is_one else _group(alike, lambda one: one.title.words):
            yield from _split_by_length(part, FAR_LENGTH_MS)


def group_by_sound(recordings: Iterable[Recording | None]) -> Iterator[list[int]]:
    """Positions of those that are one recording by title, people and length."""
    known = [(at, one) for at, one in enumerate(recordings) if one and one.people]
    everybody = _group(known, lambda one: (one.title.key, one.people | one.title.guests))
    # Spotify does not always list the guests that a title names among the artists.
    listed = _group(known, lambda one: (one.title.key, one.people))
    for alike in (*everybody, *listed):
        for by_guests in _split_by_names(alike, lambda one: one.title.guests):
            for rows in _split_by_names(by_guests, lambda one: one.title.sources):
                yield from _split_by_length(rows, SAME_LENGTH_MS)


def _group(rows: Iterable[Numbered], key: Callable[[Recording], Hashable]) -> list[list[Numbered]]:
    groups: defaultdict[Hashable, list[Numbered]] = defaultdict(list)
    for row in rows:
        groups[key(row[1])].append(row)
    return list(groups.values())


def _have_somebody_in_common(rows: Sequence[Numbered]) -> bool:
    """Also true of names in several scripts, which nobody here can compare."""
    names = [one.people | one.title.guests for _, one in rows]
    return bool(frozenset.intersection(*names)) or len({"".join(some).isascii() for some in names}) > 1


def _split_by_names(
    rows: Sequence[Numbered], names_of: Callable[[Recording], frozenset[str]]
) -> list[list[Numbered]]:
    """Those that name nobody in common are apart; those that name nobody go with the only ones that do."""
    clusters: list[tuple[set[str], list[Numbered]]] = []
    silent = [row for row in rows if not names_of(row[1])]
    for row in rows:
        names = names_of(row[1])
        known = next((cluster for cluster in clusters if cluster[0] & names), None)
        if known:
            known[0].update(names)
            known[1].append(row)
        elif names:
            clusters.append((set(names), [row]))
    if len(clusters) <= 1:
        return [list(rows)]
    return [members for _, members in clusters] + ([silent] if silent else [])


def _split_by_length(rows: Sequence[Numbered], limit_ms: int) -> Iterator[list[int]]:
    """Measured from the shortest of each group, else a row of steps would join what is minutes apart."""
    group: list[Numbered] = []
    for row in sorted(rows, key=lambda row: row[1].duration_ms):
        if group and row[1].duration_ms - group[0][1].duration_ms > limit_ms:
            yield [at for at, _ in group]
            group = []
        group.append(row)
    yield [at for at, _ in group]
