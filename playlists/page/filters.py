"""What a page shows of a playlist: filtered and sorted for the eye, which leaves the list as it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from library.catalogue.text import fold_text, has_all_words, sort_key, split_words
from playlists.revisions.contents import Contents, Entry, get_items
from spotweb.sized_cache import SizedCache
from spotweb.spotify.models import Episode, Track

LIST_ORDER = "list"
# Facts take some 400 bytes a row.
MAX_CACHED_ROWS = 40_000


class Fact(Struct, frozen=True):
    """Of one row, what sorting and filtering ask for. Of vanished content there is nothing to know."""

    folded: str
    title: str
    artist: str
    album: str
    duration_ms: int
    is_playable: bool


class View(Struct, frozen=True):
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


def view_of(sent: Mapping[str, str]) -> View:
    """From the address; what is not among the sorts shows the playlist's own order."""
    sort = sent.get("sort", LIST_ORDER)
    return View(q=sent.get("q", "")[:200].strip(), sort=sort if sort in SORTS else LIST_ORDER)


def positions(shown: Contents, view: View) -> Sequence[int]:
    """Which rows, in the order of the page."""
    found: Sequence[int] = range(shown.total)
    if view.is_whole:
        return found
    facts = facts_of(shown)
    if view.words:
        words = view.words
        found = [position for position in found if has_all_words(words, facts[position].folded)]
    if view.sort == LIST_ORDER:
        return found
    name = view.sort.removeprefix("-")
    key = _KEYS[name]
    keys = {position: key(facts[position], shown.entries[position]) for position in found}
    known = [position for position in found if keys[position] is not None]
    known.sort(key=keys.__getitem__, reverse=view.sort.startswith("-"))
    # What nothing is known of stands at the end, however it is sorted.
    return known + sorted(set(found).difference(known))


# Any: texts or numbers, the same for all rows of one sort; None where nothing is known.
_KEYS: Mapping[str, Callable[[Fact, Entry], Any]] = {
    "title": lambda fact, _entry: fact.title or None,
    "artist": lambda fact, _entry: fact.artist or None,
    "album": lambda fact, _entry: fact.album or None,
    "added": lambda _fact, entry: entry.added_at,
    "length": lambda fact, _entry: fact.duration_ms or None,
}


def duration_ms(shown: Contents) -> int:
    return sum(fact.duration_ms for fact in facts_of(shown))


def facts_of(shown: Contents) -> tuple[Fact, ...]:
    """One for each row. Put together once for each version of a list, and kept for the next keystroke."""
    key = (shown.revision_id, shown.fingerprint)
    found = _cache.get(key)
    if found is None:
        items = get_items(shown, range(shown.total))
        found = tuple(_fact(item) for item in items)
        _cache.store(key, found)
    return found


def _fact(item: Track | Episode | None) -> Fact:
    if item is None:
        return Fact(folded="", title="", artist="", album="", duration_ms=0, is_playable=False)
    if isinstance(item, Track):
        by = [artist.name for artist in item.artists]
        album = item.album.name if item.album else ""
        is_playable = item.is_playable is not False and not item.is_local
    else:
        by, album, is_playable = [item.show.name] if item.show else [], "", item.is_playable is not False
    return Fact(
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
_cache: SizedCache[tuple[int, str], tuple[Fact, ...]] = SizedCache(max_size=MAX_CACHED_ROWS, get_size=len)
