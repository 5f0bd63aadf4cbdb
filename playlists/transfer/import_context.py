"""What the review of an import shows: groups with their numbers, and one page of lines."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from library.catalogue import store
from playlists.models import ImportLine, ImportRun
from playlists.transfer import imports
from playlists.transfer.imports import LineCounts
from spotweb.spotify.models import Episode, Track

State = ImportLine.State
LINES_PER_PAGE = 50

GROUPS: Mapping[str, Promise] = {
    State.UNSURE: _("Unsure"),
    State.MISSING: _("Not found"),
    State.SURE: _("Found"),
    State.LEFT_OUT: _("Left out"),
    State.REFUSED: _("Cannot be added"),
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
    def link(self) -> str:
        """Where an unseen link leads."""
        kind, _colon, id_ = self.line.uri.removeprefix("spotify:").partition(":")
        return f"https://open.spotify.com/{kind}/{id_}" if id_ else ""


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
