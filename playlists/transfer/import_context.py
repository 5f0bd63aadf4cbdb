"""What the review of an import shows: groups with their numbers, and one page of lines."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from msgspec import Struct

from library.catalogue import store
from playlists.models import ImportLine, ImportRun
from playlists.transfer import imports
from playlists.transfer.formats.rows import Origin
from playlists.transfer.imports import LineCounts
from spotweb.spotify.links import ITEM_KINDS, uri_kind
from spotweb.spotify.models import Episode, Track
from spotweb.web.texts.number_format import format_number

State = ImportLine.State
LINES_PER_PAGE = 50

GROUPS: Mapping[str, Promise] = {
    State.UNSURE: _("Unsure"),
    State.MISSING: _("Not found"),
    State.SURE: _("Found"),
    State.LEFT_OUT: _("Left out"),
    State.REFUSED: _("Can’t be added"),
}


class ShownLine(Struct, frozen=True, kw_only=True):
    """A line with the things it may mean. `item` is what is taken; null for a link nobody here has seen.

    `repeats` is the number of an earlier line that takes the same. `found` is what a search brought.
    """

    line: ImportLine
    item: Track | Episode | None = None
    guesses: tuple[Track | Episode, ...] = ()
    found: tuple[Track | Episode, ...] | None = None
    q: str = ""
    repeats: int | None = None

    @property
    def key(self) -> str:
        return f"line-{self.line.number}"

    @property
    def is_open(self) -> bool:
        """Whether a member may still decide."""
        return self.line.state not in {State.WAITING, State.REFUSED}

    @property
    def thing(self) -> str:
        """The kind of an album, an artist or what else is saved as it is; empty for songs and episodes."""
        kind = uri_kind(self.line.uri)
        return kind if kind not in ITEM_KINDS else ""

    @property
    def outcome(self) -> Promise | str:
        return THINGS.get(self.thing, "")

    @property
    def link(self) -> str:
        """Where an unseen link leads."""
        kind, _colon, id_ = self.line.uri.removeprefix("spotify:").partition(":")
        return f"https://open.spotify.com/{kind}/{id_}" if id_ else ""


# What a file was recognised as.
ORIGINS: Mapping[str, Promise] = {
    Origin.OWN_JSON: _("JSON file of this app"),
    Origin.OWN_CSV: _("CSV file of this app"),
    Origin.EXPORTIFY: _("Exportify table"),
    Origin.TUNEMYMUSIC: _("TuneMyMusic table"),
    Origin.SHAZAM: _("Shazam table"),
    Origin.TABLE: _("Table"),
    Origin.SPOTIFY_PLAYLISTS: _("Spotify’s copy of your data: playlists"),
    Origin.SPOTIFY_LIBRARY: _("Spotify’s copy of your data: Your Library"),
    Origin.SPOTIFY_HISTORY: _("Spotify’s copy of your data: listening history"),
    Origin.JSON: _("JSON file"),
    Origin.M3U: _("M3U playlist"),
    Origin.PLS: _("PLS playlist"),
    Origin.XSPF: _("XSPF playlist"),
    Origin.WPL: _("Windows Media playlist"),
    Origin.ITUNES: _("iTunes library"),
    Origin.DJ: _("DJ collection"),
    Origin.CUE: _("Cue sheet"),
    Origin.MEDIA: _("Media player’s list"),
    Origin.LINKS: _("List of links"),
    Origin.TEXT: _("Lines of text"),
}
COLUMNS: Mapping[str, Promise] = {
    "title": _("Title"),
    "version": _("Version"),
    "artists": _("Artist"),
    "album": _("Album"),
    "uri": _("Link"),
    "link": _("Link"),
    "id": _("Spotify ID"),
    "isrc": _("ISRC"),
    "list": _("Playlist"),
    "type": _("Type"),
}
# What of a library can be saved, and how many of each.
KINDS = {
    "track": ngettext_lazy("%(count)s song to Liked Songs", "%(count)s songs to Liked Songs", "number"),
    "album": ngettext_lazy("%(count)s album", "%(count)s albums", "number"),
    "show": ngettext_lazy("%(count)s podcast", "%(count)s podcasts", "number"),
    "episode": ngettext_lazy("%(count)s episode", "%(count)s episodes", "number"),
    "audiobook": ngettext_lazy("%(count)s audiobook", "%(count)s audiobooks", "number"),
    "artist": ngettext_lazy("Follow %(count)s artist", "Follow %(count)s artists", "number"),
}


# What saving does with them.
THINGS: Mapping[str, Promise] = {
    "album": _("Album: can be saved to Your Library"),
    "show": _("Podcast: can be saved to Your Library"),
    "audiobook": _("Audiobook: can be saved to Your Library"),
    "artist": _("Artist: can be followed"),
}


class RecognisedSource(Struct, frozen=True):
    """What a file was taken for, in words. `columns` are our names with those of the file."""

    words: Promise
    encoding: str
    columns: tuple[tuple[Promise, str], ...]
    upload_pk: int | None


def describe_source(run: ImportRun) -> RecognisedSource | None:
    """Null for imports of earlier versions, which kept none of it."""
    words = ORIGINS.get(run.origin)
    if words is None:
        return None
    columns = tuple((COLUMNS[ours], theirs) for ours, theirs in run.columns if ours in COLUMNS)
    one = run.lists.filter(file__table__isnull=False).values_list("file__upload", flat=True).first()
    return RecognisedSource(words, run.encoding, columns, one)


class KindChoice(Struct, frozen=True):
    """A kind of things of a library with a check mark before."""

    kind: str
    words: str


def list_kind_choices(counts: LineCounts) -> list[KindChoice]:
    found = [(kind, counts.kinds[kind]) for kind in KINDS if counts.kinds.get(kind)]
    return [
        KindChoice(kind, str(KINDS[kind] % {"count": format_number(count), "number": count}))
        for kind, count in found
    ]


class ImportLineGroup(Struct, frozen=True):
    state: str
    words: Promise
    count: int


def list_groups(counts: LineCounts, *, beside: str = "") -> list[ImportLineGroup]:
    """Those that have lines, and `beside`; what wants to be looked at comes first."""
    numbers: Mapping[str, int] = {
        State.UNSURE: counts.unsure,
        State.MISSING: counts.missing,
        State.SURE: counts.sure,
        State.LEFT_OUT: counts.left,
        State.REFUSED: counts.refused,
    }
    shown = [state for state in GROUPS if numbers[state] or state == beside]
    return [ImportLineGroup(state, GROUPS[state], numbers[state]) for state in shown]


def get_page(run: ImportRun, state: str, number: str | int) -> Page[ImportLine]:
    lines = ImportLine.objects.filter(run=run, state=state).order_by("number")
    return Paginator(lines, LINES_PER_PAGE).get_page(number)


def show_lines(run: ImportRun, lines: Sequence[ImportLine]) -> list[ShownLine]:
    known = store.get_items_by_uri(_collect_uris(lines))
    first = imports.find_first_lines(
        run, [line.uri for line in lines if line.state == State.SURE and line.uri]
    )
    return [_show_line(line, known, first) for line in lines]


def _collect_uris(lines: Iterable[ImportLine]) -> set[str]:
    return {uri for line in lines for uri in (line.uri, *line.guesses) if uri}


def _show_line(line: ImportLine, known: Mapping[str, Track | Episode], first: Mapping[str, int]) -> ShownLine:
    is_taken = line.state == State.SURE
    earlier = first.get(line.uri, line.number) if is_taken else line.number
    return ShownLine(
        line=line,
        item=known.get(line.uri) if is_taken else None,
        guesses=tuple(known[uri] for uri in line.guesses if uri in known),
        repeats=earlier if earlier < line.number else None,
    )
