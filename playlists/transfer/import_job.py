"""Which of Spotify's things each line of an import means: what the household knows already, then a search."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec
from django.db.models import QuerySet

from accounts.tokens import spotify_for
from library.catalogue import store
from library.catalogue.titles import title_key
from library.models import Item
from playlists import slices
from playlists.models import ImportLine, ImportRun
from playlists.transfer import matching
from playlists.transfer.formats.rows import FileRow
from playlists.transfer.matching import Choice
from spotweb.spotify import catalog, modes
from spotweb.spotify.errors import InvalidRequest, QuotaExceeded
from spotweb.spotify.http import Client
from spotweb.spotify.models import Episode, Track

T = TypeVar("T")
State, Reason = ImportLine.State, ImportLine.Reason
MOST_KEPT = matching.MOST_CANDIDATES
# As many as development mode gives.
_LIMIT = 10
# In development mode each costs one of the household's few hundred reads a day; more links are taken unseen.
_MOST_LOOK_UPS = 50
_MANY = 50
_AT_ONCE = 200
# Of one title the household knows a few recordings; of "Intro" hundreds.
_MOST_KNOWN = 30
_LINK_SIGNS = ("spotify:", "open.spotify.com/", "play.spotify.com/", "spotify.link/")


def looks_like_link(words: str) -> bool:
    return " " not in words and any(sign in words.lower() for sign in _LINK_SIGNS)


def work(run: ImportRun) -> bool:
    """A slice of it, in the worker. Whether every line has been looked for."""
    client = spotify_for(run.member).in_background()
    return _look_here(run) and _look_up_links(run, client) and _search_lines(run, client)


# --- What the household knows -----------------------------------------------------------------------------


def _look_here(run: ImportRun) -> bool:
    """Whether all lines have been compared. Only what is sure counts: Spotify may know better guesses."""
    lines = [line for line in _waiting(run).filter(number__gt=run.looked_here) if not line.uri]
    known = _Known(row_of(line) for line in lines)
    for some in _portions(lines):
        if slices.is_over(run):
            return False
        items = store.get_items(pk for line in some for pk in known.of(row_of(line)))
        for line in some:
            row = row_of(line)
            choice = matching.choose(row, (items[pk] for pk in known.of(row) if pk in items))
            if choice.is_sure:
                _settle(line, choice)
                run.done += 1
        run.looked_here = some[-1].number
        slices.note(run)
    return True


class _Known:
    """Items of the catalogue that may be meant by these rows: of one title, or of one recording."""

    def __init__(self, rows: Iterable[FileRow]) -> None:
        wanted = list(rows)
        keys = {title_key(heard.title) for row in wanted for heard in matching.readings(row)} - {""}
        self._by_title: defaultdict[str, list[int]] = defaultdict(list)
        self._by_isrc: defaultdict[str, list[int]] = defaultdict(list)
        for some in _portions([_isrc(row) for row in wanted if row.isrc]):
            for isrc, pk in Item.objects.filter(recording__in=some).values_list("recording", "pk"):
                self._by_isrc[isrc].append(pk)
        for pk, name in Item.objects.values_list("pk", "name").iterator() if keys else ():
            key = title_key(name)
            if key in keys and len(self._by_title[key]) < _MOST_KNOWN:
                self._by_title[key].append(pk)

    def of(self, row: FileRow) -> list[int]:
        of_recording = self._by_isrc.get(_isrc(row), []) if row.isrc else []
        if of_recording:
            return of_recording[:_MOST_KNOWN]
        titles = [self._by_title.get(title_key(heard.title), []) for heard in matching.readings(row)]
        return list(dict.fromkeys(pk for pks in titles for pk in pks))[: 2 * _MOST_KNOWN]


# --- Links that nobody here has seen ----------------------------------------------------------------------


def _look_up_links(run: ImportRun, client: Client) -> bool:
    """Whether all have been looked at: a member sees then what they lead to, and what leads nowhere."""
    lines = [line for line in _waiting(run) if line.uri]
    at_once = _MANY if modes.is_extended() else 1
    for number, some in enumerate(_portions(lines, at_once)):
        if slices.is_over(run):
            return False
        slices.note(run)
        if number < _MOST_LOOK_UPS:
            _look_up(client, some)
        else:
            _take_unseen(some)
        run.done += len(some)
    return True


def _look_up(client: Client, lines: Sequence[ImportLine]) -> None:
    tracks = [line.uri for line in lines if ":track:" in line.uri]
    episodes = [line.uri for line in lines if ":episode:" in line.uri]
    try:
        found = [*catalog.get_several_tracks(client, tracks)] if tracks else []
        spoken = [*catalog.get_multiple_episodes(client, episodes)] if episodes else []
    except QuotaExceeded:  # the day's reads are for pages that members look at
        _take_unseen(lines)
        return
    items = dict(zip([*tracks, *episodes], [*found, *spoken], strict=True))
    store.save_items(item for item in items.values() if item)
    for line in lines:
        is_there = items[line.uri] is not None
        line.state, line.reason = (State.SURE, "") if is_there else (State.REFUSED, Reason.GONE)
        line.save(update_fields=["state", "reason"])


def _take_unseen(lines: Sequence[ImportLine]) -> None:
    ImportLine.objects.filter(pk__in=[line.pk for line in lines]).update(state=State.SURE)


# --- Searching --------------------------------------------------------------------------------------------


def _search_lines(run: ImportRun, client: Client) -> bool:
    """Whether all have been searched for."""
    for line in _waiting(run)[:_AT_ONCE]:
        if slices.is_over(run):
            return False
        slices.note(run)
        again = _same_line(line)
        if again:
            _copy(again, line)
        else:
            _settle(line, _search(client, row_of(line)))
        run.done += 1
    return not _waiting(run).exists()


def _search(client: Client, row: FileRow) -> Choice:
    """The best of all that the queries bring; no further query once something is sure."""
    candidates: dict[str, Track | Episode] = {}
    choice = Choice()
    for query in matching.queries(row):
        candidates |= {item.uri: item for item in find(client, query, kind=row.type) if item.uri}
        choice = matching.choose(row, candidates.values())
        if choice.is_sure:
            break
    store.save_items(candidates[uri] for uri in choice.uris)
    return choice


def find(client: Client, query: str, *, kind: str = "") -> list[Track | Episode]:
    """What Spotify finds; nothing where it does not understand the question."""
    try:
        if kind == "episode":
            return [*catalog.search(client, query, types=("episode",), limit=_LIMIT).episodes.items]
        return [*catalog.search(client, query, types=("track",), limit=_LIMIT).tracks.items]
    except InvalidRequest:
        return []


def find_any(client: Client, query: str) -> list[Track | Episode]:
    """Songs and episodes, in one request. A dash on its own parts artist and title, and is no word."""
    words = matching.without_dashes(query)
    if not words:
        return []
    try:
        found = catalog.search(client, words, types=("track", "episode"), limit=_LIMIT)
    except InvalidRequest:
        return []
    return [*found.tracks.items, *found.episodes.items[:MOST_KEPT]]


def keep(found: Sequence[Track | Episode]) -> tuple[Track | Episode, ...]:
    """What a member is shown has to be known when it is chosen."""
    store.save_items(found)
    return tuple(found)


def _settle(line: ImportLine, choice: Choice) -> None:
    line.state = State.SURE if choice.is_sure else State.UNSURE if choice.uris else State.MISSING
    line.guesses, line.uri = list(choice.uris), choice.uris[0] if choice.uris else ""
    line.save(update_fields=["state", "guesses", "uri"])


def _same_line(line: ImportLine) -> ImportLine | None:
    """An earlier line that says the same has been searched for already."""
    same = ImportLine.objects.filter(run_id=line.run_id, said=line.said, number__lt=line.number)
    return next((one for one in same.exclude(state=State.WAITING)[:5] if one.row == line.row), None)


def _copy(settled: ImportLine, line: ImportLine) -> None:
    line.state, line.guesses, line.uri = settled.state, settled.guesses, settled.uri
    line.reason, line.is_guess = settled.reason, settled.is_guess
    line.save(update_fields=["state", "guesses", "uri", "reason", "is_guess"])


def _isrc(row: FileRow) -> str:
    """As the catalogue writes it."""
    return row.isrc.upper().replace("-", "")


def row_of(line: ImportLine) -> FileRow:
    return msgspec.convert(line.row, FileRow)


def _waiting(run: ImportRun) -> QuerySet[ImportLine]:
    return ImportLine.objects.filter(run=run, state=State.WAITING).order_by("number")


def _portions(things: Sequence[T], size: int = _AT_ONCE) -> Iterator[Sequence[T]]:
    return (things[start : start + size] for start in range(0, len(things), size))
