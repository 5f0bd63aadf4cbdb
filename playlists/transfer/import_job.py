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
from playlists.transfer.matching import MatchChoice
from spotweb.spotify import catalog, modes
from spotweb.spotify.errors import InvalidRequest, QuotaExceeded
from spotweb.spotify.http import Client
from spotweb.spotify.models import Episode, Track

T = TypeVar("T")
State, Reason = ImportLine.State, ImportLine.Reason
MAX_GUESSES = matching.MAX_CANDIDATES
# As many as development mode gives.
_SEARCH_LIMIT = 10
# In development mode each costs one of the household's few hundred reads a day; more links are taken unseen.
_MAX_LOOK_UPS = 50
_EXTENDED_BATCH_SIZE = 50
_BATCH_LINES = 200
# Of one title the household knows a few recordings; of "Intro" hundreds.
_MAX_KNOWN = 30


def identify_lines(run: ImportRun) -> bool:
    """A slice of it, in the worker. Whether every line has been looked for."""
    client = spotify_for(run.member).in_background()
    return _compare_with_catalogue(run) and _fetch_links(run, client) and _search_lines(run, client)


# --- What the household knows -----------------------------------------------------------------------------


def _compare_with_catalogue(run: ImportRun) -> bool:
    """Whether all lines have been compared. Only what is sure counts: Spotify may know better guesses."""
    lines = [line for line in _list_waiting(run).filter(number__gt=run.looked_here) if not line.uri]
    known = _CatalogueIndex(unpack_row(line) for line in lines)
    for some in _split_batches(lines):
        if slices.is_over(run):
            return False
        items = store.get_items(pk for line in some for pk in known.of(unpack_row(line)))
        for line in some:
            row = unpack_row(line)
            choice = matching.choose_candidates(row, (items[pk] for pk in known.of(row) if pk in items))
            if choice.is_sure:
                _save_choice(line, choice)
                run.done += 1
        run.looked_here = some[-1].number
        slices.note(run)
    return True


class _CatalogueIndex:
    """Items of the catalogue that may be meant by these rows: of one title, or of one recording."""

    def __init__(self, rows: Iterable[FileRow]) -> None:
        wanted = list(rows)
        keys = {title_key(heard.title) for row in wanted for heard in matching.list_readings(row)} - {""}
        self._by_title: defaultdict[str, list[int]] = defaultdict(list)
        self._by_isrc: defaultdict[str, list[int]] = defaultdict(list)
        for some in _split_batches([_normalize_isrc(row) for row in wanted if row.isrc]):
            for isrc, pk in Item.objects.filter(recording__in=some).values_list("recording", "pk"):
                self._by_isrc[isrc].append(pk)
        for pk, name in Item.objects.values_list("pk", "name").iterator() if keys else ():
            key = title_key(name)
            if key in keys and len(self._by_title[key]) < _MAX_KNOWN:
                self._by_title[key].append(pk)

    def of(self, row: FileRow) -> list[int]:
        of_recording = self._by_isrc.get(_normalize_isrc(row), []) if row.isrc else []
        if of_recording:
            return of_recording[:_MAX_KNOWN]
        titles = [self._by_title.get(title_key(heard.title), []) for heard in matching.list_readings(row)]
        return list(dict.fromkeys(pk for pks in titles for pk in pks))[: 2 * _MAX_KNOWN]


# --- Links that nobody here has seen ----------------------------------------------------------------------


def _fetch_links(run: ImportRun, client: Client) -> bool:
    """Whether all have been looked at: a member sees then what they lead to, and what leads nowhere."""
    lines = [line for line in _list_waiting(run) if line.uri]
    at_once = _EXTENDED_BATCH_SIZE if modes.is_extended() else 1
    for number, some in enumerate(_split_batches(lines, at_once)):
        if slices.is_over(run):
            return False
        slices.note(run)
        if number < _MAX_LOOK_UPS:
            _fetch_items(client, some)
        else:
            _accept_unseen(some)
        run.done += len(some)
    return True


def _fetch_items(client: Client, lines: Sequence[ImportLine]) -> None:
    tracks = [line.uri for line in lines if ":track:" in line.uri]
    episodes = [line.uri for line in lines if ":episode:" in line.uri]
    try:
        found = [*catalog.get_several_tracks(client, tracks)] if tracks else []
        spoken = [*catalog.get_multiple_episodes(client, episodes)] if episodes else []
    except QuotaExceeded:  # the day's reads are for pages that members look at
        _accept_unseen(lines)
        return
    items = dict(zip([*tracks, *episodes], [*found, *spoken], strict=True))
    store.save_items(item for item in items.values() if item)
    for line in lines:
        is_there = items[line.uri] is not None
        line.state, line.reason = (State.SURE, "") if is_there else (State.REFUSED, Reason.GONE)
        line.save(update_fields=["state", "reason"])


def _accept_unseen(lines: Sequence[ImportLine]) -> None:
    ImportLine.objects.filter(pk__in=[line.pk for line in lines]).update(state=State.SURE)


# --- Searching --------------------------------------------------------------------------------------------


def _search_lines(run: ImportRun, client: Client) -> bool:
    """Whether all have been searched for."""
    for line in _list_waiting(run)[:_BATCH_LINES]:
        if slices.is_over(run):
            return False
        slices.note(run)
        again = _find_same_line(line)
        if again:
            _copy_choice(again, line)
        else:
            _save_choice(line, _search_row(client, unpack_row(line)))
        run.done += 1
    return not _list_waiting(run).exists()


def _search_row(client: Client, row: FileRow) -> MatchChoice:
    """The best of all that the queries bring; no further query once something is sure."""
    candidates: dict[str, Track | Episode] = {}
    choice = MatchChoice()
    for query in matching.list_queries(row):
        candidates |= {item.uri: item for item in search_items(client, query, kind=row.type) if item.uri}
        choice = matching.choose_candidates(row, candidates.values())
        if choice.is_sure:
            break
    store.save_items(candidates[uri] for uri in choice.uris)
    return choice


def search_items(client: Client, query: str, *, kind: str = "") -> list[Track | Episode]:
    """What Spotify finds; nothing where it does not understand the question."""
    try:
        if kind == "episode":
            return [*catalog.search(client, query, types=("episode",), limit=_SEARCH_LIMIT).episodes.items]
        return [*catalog.search(client, query, types=("track",), limit=_SEARCH_LIMIT).tracks.items]
    except InvalidRequest:
        return []


def search_any(client: Client, query: str) -> list[Track | Episode]:
    """Songs and episodes, in one request. A dash on its own parts artist and title, and is no word."""
    words = matching.drop_dashes(query)
    if not words:
        return []
    try:
        found = catalog.search(client, words, types=("track", "episode"), limit=_SEARCH_LIMIT)
    except InvalidRequest:
        return []
    return [*found.tracks.items, *found.episodes.items[:MAX_GUESSES]]


def store_items(found: Sequence[Track | Episode]) -> tuple[Track | Episode, ...]:
    """What a member is shown has to be known when it is chosen."""
    store.save_items(found)
    return tuple(found)


def _save_choice(line: ImportLine, choice: MatchChoice) -> None:
    line.state = State.SURE if choice.is_sure else State.UNSURE if choice.uris else State.MISSING
    line.guesses, line.uri = list(choice.uris), choice.uris[0] if choice.uris else ""
    line.save(update_fields=["state", "guesses", "uri"])


def _find_same_line(line: ImportLine) -> ImportLine | None:
    """An earlier line that says the same has been searched for already."""
    same = ImportLine.objects.filter(run_id=line.run_id, said=line.said, number__lt=line.number)
    return next((one for one in same.exclude(state=State.WAITING)[:5] if one.row == line.row), None)


def _copy_choice(settled: ImportLine, line: ImportLine) -> None:
    line.state, line.guesses, line.uri = settled.state, settled.guesses, settled.uri
    line.reason, line.is_guess = settled.reason, settled.is_guess
    line.save(update_fields=["state", "guesses", "uri", "reason", "is_guess"])


def _normalize_isrc(row: FileRow) -> str:
    """As the catalogue writes it."""
    return row.isrc.upper().replace("-", "")


def unpack_row(line: ImportLine) -> FileRow:
    return msgspec.convert(line.row, FileRow)


def _list_waiting(run: ImportRun) -> QuerySet[ImportLine]:
    return ImportLine.objects.filter(run=run, state=State.WAITING).order_by("number")


def _split_batches(things: Sequence[T], size: int = _BATCH_LINES) -> Iterator[Sequence[T]]:
    return (things[start : start + size] for start in range(0, len(things), size))
