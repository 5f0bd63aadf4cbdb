"""What a page shows of a playlist: filtered and sorted for the eye, which leaves the list as it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from library.catalogue.text import fold_text, has_all_words, sort_key, split_words
from playlists.positions import MAX_ROWS
from playlists.revisions.contents import Contents, Entry, get_items
from spotweb.spotify.models import Episode, Track
from spotweb.storage.sized_cache import SizedCache
from spotweb.web import params

LIST_ORDER = "list"
_MAX_DIGITS = 19  # of a row's key in the database
# Facts take some 400 bytes a row.
MAX_CACHED_ROWS = 40_000


class FilterFacts(Struct, frozen=True):
    """Of one row, what sorting and filtering ask for. Of vanished content there is nothing to know."""

    folded: str
    title: str
    artist: str
    album: str
    duration_ms: int
    is_playable: bool


class RowQuery(Struct, frozen=True):
    """What the member wants to see; both are in the address of the page."""

    q: str = ""
    sort: str = LIST_ORDER

    @property
    def is_whole(self) -> bool:
        """Whether rows stand as they do in the playlist, so that they can be moved among each other."""
        return not self.words and self.sort == LIST_ORDER

    @property
    def words(self) -> tuple[str, ...]:
        return split_words(self.q)


SORTS: Mapping[str, Promise] = {
    LIST_ORDER: _("Playlist order"),
    "title": _("Title"),
    "artist": _("Artist"),
    "album": _("Album"),
    "-added": _("Newest added"),
    "added": _("Oldest added"),
    "length": _("Shortest"),
    "-length": _("Longest"),
}


def parse_query(values: Mapping[str, str]) -> RowQuery:
    """From the address; what is not among the sorts shows the playlist's own order."""
    sort = values.get("sort", LIST_ORDER)
    return RowQuery(q=values.get("q", "")[:200].strip(), sort=sort if sort in SORTS else LIST_ORDER)


def format_query(query: RowQuery, *, start: int = 0) -> str:
    """The end of an address with this query; empty for the whole list from its start."""
    sort = query.sort if query.sort != LIST_ORDER else ""
    values = {"q": query.q, "sort": sort, "from": str(start or "")}
    params = urlencode({name: value for name, value in values.items() if value})
    return f"?{params}" if params else ""


def parse_number(text: str | None, *, max_value: int = MAX_ROWS) -> int:
    """A number from an address; anything else is 0."""
    return min(params.parse_number(text, max_digits=_MAX_DIGITS) or 0, max_value)


def select_positions(contents: Contents, query: RowQuery) -> Sequence[int]:
    """Which rows, in the order of the page."""
    matching: Sequence[int] = range(contents.total)
    if query.is_whole:
        return matching
    facts = get_facts(contents)
    if query.words:
        words = query.words
        matching = [position for position in matching if has_all_words(words, facts[position].folded)]
    if query.sort == LIST_ORDER:
        return matching
    name = query.sort.removeprefix("-")
    key = _KEYS[name]
    keys = {position: key(facts[position], contents.entries[position]) for position in matching}
    known = [position for position in matching if keys[position] is not None]
    known.sort(key=keys.__getitem__, reverse=query.sort.startswith("-"))
    # What nothing is known of stands at the end, however it is sorted.
    return known + sorted(set(matching).difference(known))


# Any: texts or numbers, the same for all rows of one sort; None where nothing is known.
_KEYS: Mapping[str, Callable[[FilterFacts, Entry], Any]] = {
    "title": lambda fact, _entry: fact.title or None,
    "artist": lambda fact, _entry: fact.artist or None,
    "album": lambda fact, _entry: fact.album or None,
    "added": lambda _fact, entry: entry.added_at,
    "length": lambda fact, _entry: fact.duration_ms or None,
}


def sum_duration_ms(contents: Contents) -> int:
    return sum(fact.duration_ms for fact in get_facts(contents))


def get_facts(contents: Contents) -> tuple[FilterFacts, ...]:
    """One for each row. Put together once for each version of a list, and kept for the next keystroke."""
    key = (contents.revision_id, contents.fingerprint)
    facts = _cache.get(key)
    if facts is None:
        items = get_items(contents, range(contents.total))
        facts = tuple(_make_facts(item) for item in items)
        _cache.store(key, facts)
    return facts


def _make_facts(item: Track | Episode | None) -> FilterFacts:
    if item is None:
        return FilterFacts(folded="", title="", artist="", album="", duration_ms=0, is_playable=False)
    if isinstance(item, Track):
        by = [artist.name for artist in item.artists]
        album = item.album.name if item.album else ""
        is_playable = item.is_playable is not False and not item.is_local
    else:
        by, album, is_playable = [item.show.name] if item.show else [], "", item.is_playable is not False
    return FilterFacts(
        folded=fold_text(" ".join([item.name, *by, album])),
        title=sort_key(item.name),
        artist=sort_key(", ".join(by)) if by else "",
        album=f"{sort_key(album)} {item.disc_number:03}{item.track_number:04}"
        if isinstance(item, Track) and album
        else "",
        duration_ms=item.duration_ms,
        is_playable=is_playable,
    )


# The facts used last, of all members together.
_cache: SizedCache[tuple[int, str], tuple[FilterFacts, ...]] = SizedCache(
    max_size=MAX_CACHED_ROWS, get_size=len
)
