"""Which of Spotify's things each line of an import means: what the household knows already, then a search."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec
from django.db.models import QuerySet

from accounts.tokens import spotify_for
from library.catalogue import store
from library.catalogue.recordings import clean_isrc
from library.catalogue.titles import song_key
from library.models import Item
from playlists.models import ImportLine, ImportRun
from playlists.transfer import matching
from playlists.transfer.formats.rows import FileRow
from playlists.transfer.matching import MatchChoice
from spotweb.jobs.run import Run
from spotweb.spotify import catalog, modes
from spotweb.spotify.answers import struct_types
from spotweb.spotify.errors import InvalidRequest, QuotaExceeded
from spotweb.spotify.http import Client
from spotweb.spotify.models import Episode, Track

T = TypeVar("T")
State, Reason = ImportLine.State, ImportLine.Reason
KIND = "import"
MAX_GUESSES = matching.MAX_CANDIDATES
# As many as development mode gives.
_SEARCH_LIMIT = 10
# In development mode each costs one of the household's few hundred reads a day; more links are taken unseen.
_MAX_LOOK_UPS = 50
_EXTENDED_BATCH_SIZE = 50
_BATCH_LINES = 200
# Of one title the household knows a few recordings; of "Intro" hundreds.
_MAX_KNOWN = 30


def run_import(run: Run) -> None:
    """Find out for every line which item it means: by the catalogue, by its link, by a search."""
    import_run = ImportRun.objects.select_related("member").get(job=run.job)
    client = spotify_for(import_run.member).in_background()
    _compare_with_catalogue(run, import_run)
    _fetch_links(run, import_run, client)
    _search_lines(run, import_run, client)


# --- What the household knows -----------------------------------------------------------------------------


def _compare_with_catalogue(run: Run, import_run: ImportRun) -> None:
    """Only what is exact ends the search: Spotify may know the very recording. The rest are guesses."""
    waiting = _list_waiting(import_run).filter(number__gt=import_run.compared_up_to)
    lines = [line for line in waiting if not line.uri]
    index = _CatalogueIndex(unpack_row(line) for line in lines)
    for batch in _split_batches(lines):
        run.checkpoint()
        items = store.get_items(pk for line in batch for pk in index.find_pks(unpack_row(line)))
        choices = {
            line: matching.choose_candidates(
                unpack_row(line), (items[pk] for pk in index.find_pks(unpack_row(line)) if pk in items)
            )
            for line in batch
        }
        exact = {line: choice for line, choice in choices.items() if choice.is_exact}
        with run.fence(done=run.job.done + len(exact)):
            for line, choice in exact.items():
                _save_choice(line, choice)
            for line in choices.keys() - exact.keys():
                line.guesses = list(choices[line].uris)
                line.save(update_fields=["guesses"])
            import_run.compared_up_to = batch[-1].number
            import_run.save(update_fields=["compared_up_to"])


class _CatalogueIndex:
    """Items of the catalogue that may be meant by these rows: of one title, or of one recording."""

    def __init__(self, rows: Iterable[FileRow]) -> None:
        all_rows = list(rows)
        keys = {song_key(heard.title) for row in all_rows for heard in matching.list_readings(row)} - {""}
        self._by_title: defaultdict[str, list[int]] = defaultdict(list)
        self._by_isrc: defaultdict[str, list[int]] = defaultdict(list)
        for batch in _split_batches([clean_isrc(row.isrc) for row in all_rows if row.isrc]):
            for isrc, pk in Item.objects.filter(recording__in=batch).values_list("recording", "pk"):
                self._by_isrc[isrc].append(pk)
        for pk, name in Item.objects.values_list("pk", "name").iterator() if keys else ():
            key = song_key(name)
            if key in keys and len(self._by_title[key]) < _MAX_KNOWN:
                self._by_title[key].append(pk)

    def find_pks(self, row: FileRow) -> list[int]:
        of_recording = self._by_isrc.get(clean_isrc(row.isrc), [])[:_MAX_KNOWN] if row.isrc else []
        titles = [self._by_title.get(song_key(heard.title), []) for heard in matching.list_readings(row)]
        return list(dict.fromkeys([*of_recording, *(pk for pks in titles for pk in pks)]))[: 3 * _MAX_KNOWN]


# --- Links that nobody here has seen ----------------------------------------------------------------------


def _fetch_links(run: Run, import_run: ImportRun, client: Client) -> None:
    """So that a member sees what they lead to, and which of them lead nowhere."""
    lines = [line for line in _list_waiting(import_run) if line.uri]
    batch_size = _EXTENDED_BATCH_SIZE if modes.is_extended() else 1
    for number, batch in enumerate(_split_batches(lines, batch_size)):
        run.checkpoint()
        is_there = _fetch_items(client, batch) if number < _MAX_LOOK_UPS else {}
        with run.fence(done=run.job.done + len(batch)):
            for line in batch:
                line.state, line.reason = State.SURE, ""
                if not is_there.get(line.uri, True):
                    line.state, line.reason = State.REFUSED, Reason.GONE
                line.save(update_fields=["state", "reason"])


def _fetch_items(client: Client, lines: Sequence[ImportLine]) -> dict[str, bool]:
    """Whether Spotify has the item, by URI. Empty when the day's reads are left to members' pages."""
    tracks = [line.uri for line in lines if ":track:" in line.uri]
    episodes = [line.uri for line in lines if ":episode:" in line.uri]
    try:
        items: list[Track | Episode | None] = []
        items += catalog.get_several_tracks(client, tracks) if tracks else []
        items += catalog.get_multiple_episodes(client, episodes) if episodes else []
    except QuotaExceeded:
        return {}
    store.save_items(item for item in items if item)
    return {uri: item is not None for uri, item in zip([*tracks, *episodes], items, strict=True)}


# --- Searching --------------------------------------------------------------------------------------------


def _search_lines(run: Run, import_run: ImportRun, client: Client) -> None:
    while lines := list(_list_waiting(import_run)[:_BATCH_LINES]):
        for line in lines:
            run.checkpoint()
            same_line = _find_same_line(line)
            choice = None if same_line else _search_row(client, unpack_row(line), known=line.guesses)
            with run.fence(done=run.job.done + 1):
                if same_line:
                    _copy_choice(same_line, line)
                elif choice:
                    _save_choice(line, choice)


def _search_row(client: Client, row: FileRow, *, known: Sequence[str]) -> MatchChoice:
    """The best of all that is known and that the queries bring; no further query once something is sure."""
    candidates: dict[str, Track | Episode] = dict(_get_known(known))
    choice = MatchChoice()
    for query in matching.list_queries(row):
        candidates |= {item.uri: item for item in search_items(client, query, kind=row.type) if item.uri}
        choice = matching.choose_candidates(row, candidates.values())
        if choice.is_sure:
            break
    store.save_items(candidates[uri] for uri in choice.uris)
    return choice


def _get_known(uris: Sequence[str]) -> Iterator[tuple[str, Track | Episode]]:
    items = store.get_items(store.get_pks_by_uri(Item, uris).values()).values() if uris else ()
    yield from ((item.uri, item) for item in items if item.uri)


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
        page = catalog.search(client, words, types=("track", "episode"), limit=_SEARCH_LIMIT)
    except InvalidRequest:
        return []
    return [*page.tracks.items, *page.episodes.items[:MAX_GUESSES]]


def store_items(items: Sequence[Track | Episode]) -> tuple[Track | Episode, ...]:
    """Into the catalogue: what a member is shown has to be known when it is chosen."""
    store.save_items(items)
    return tuple(items)


def _save_choice(line: ImportLine, choice: MatchChoice) -> None:
    line.state = State.SURE if choice.is_sure else State.UNSURE if choice.uris else State.MISSING
    line.guesses, line.uri = list(choice.uris), choice.uris[0] if choice.uris else ""
    line.save(update_fields=["state", "guesses", "uri"])


def _find_same_line(line: ImportLine) -> ImportLine | None:
    """An earlier line that says the same has been searched for already."""
    same = ImportLine.objects.filter(run_id=line.run_id, label=line.label, number__lt=line.number)
    return next((other for other in same.exclude(state=State.WAITING)[:5] if other.row == line.row), None)


def _copy_choice(settled: ImportLine, line: ImportLine) -> None:
    line.state, line.guesses, line.uri = settled.state, settled.guesses, settled.uri
    line.reason, line.is_guess = settled.reason, settled.is_guess
    line.save(update_fields=["state", "guesses", "uri", "reason", "is_guess"])


def unpack_row(line: ImportLine) -> FileRow:
    struct_types.get_json_decoder(FileRow)
    return msgspec.convert(line.row, FileRow)


def _list_waiting(import_run: ImportRun) -> QuerySet[ImportLine]:
    return ImportLine.objects.filter(run=import_run, state=State.WAITING).order_by("number")


def _split_batches(things: Sequence[T], size: int = _BATCH_LINES) -> Iterator[Sequence[T]]:
    return (things[start : start + size] for start in range(0, len(things), size))
