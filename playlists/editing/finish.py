"""Finish an edit: record what it made of the list as a revision, and read it back."""

import time
from collections.abc import Callable, Collection, Sequence

from django.db import transaction
from django.utils import timezone

from library.catalogue import store
from playlists.editing.edit_plan import get_start_entries, get_steps, predict_entries
from playlists.models import Edit, Playlist
from playlists.revisions.contents import Entry
from playlists.revisions.store import record_revision
from playlists.sync.apply import update_memberships
from playlists.sync.job import start_check
from playlists.sync.metadata import store_entries
from playlists.sync.refresh import record_write
from spotweb.jobs.run import Run
from spotweb.spotify import playlists
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.http import Client
from spotweb.spotify.models import Episode, Track

# Pages that are read back: in a request, and in the worker.
MAX_PAGES_IN_REQUEST = 6
MAX_PAGES = 24
_TRIES = 4
_PAUSE_S = 1.0


def finish_edit(run: Run, edit: Edit, client: Client, *, ids: Collection[str]) -> None:
    """`ids` are the snapshot ids that its steps were answered with.

    In the worker the result is read back until Spotify shows it; after a request the next check of the list
    does that.
    """
    playlist = edit.playlist
    start = get_start_entries(edit)
    entries = predict_entries(start, get_steps(edit), by=edit.member, added_at=int(time.time()))
    is_proven = False
    if run.is_inline:
        entries = _fill_in_facts(client, playlist, entries)
    else:
        entries, is_proven = _read_back(client, playlist, start, entries, pause=run.pause)
    with transaction.atomic():
        # A toast tells of what was done in the request.
        run.save(**({"is_dismissed": True} if run.is_inline else {}))
        _record_result(edit, start, entries, ids=ids, is_proven=is_proven)
        if not run.is_inline and not (is_proven and _is_short(playlist, entries)):
            start_check(edit.member, playlist)


def _record_result(
    edit: Edit, start: Sequence[Entry], entries: list[Entry], *, ids: Collection[str], is_proven: bool
) -> None:
    playlist = edit.playlist
    before = playlist.snapshot_id
    edit.result = record_revision(
        playlist,
        entries,
        snapshot_id=edit.snapshot_id,
        kind=edit.kind,
        values=edit.values,
        by=edit.member,
        edit=edit,
    )
    playlist.proven_at, playlist.is_id_sure = timezone.now(), bool(edit.snapshot_id)
    playlist.save(update_fields=["proven_at", "is_id_sure"])
    record_write(playlist, before, *ids, touched=() if is_proven else _find_touched(start, entries))
    if {entry.item for entry in start} != {entry.item for entry in entries}:
        update_memberships(playlist, entries)
    edit.steps, edit.packed_target = [], b""  # of no use once it is done
    edit.save(update_fields=["result", "steps", "packed_target"])


def _read_back(
    client: Client,
    playlist: Playlist,
    start: Sequence[Entry],
    entries: list[Entry],
    *,
    pause: Callable[[float], None],
) -> tuple[list[Entry], bool]:
    """The entries with what Spotify says of the new rows, and whether it shows all as it should be."""
    size = playlists.items_of(playlist.spotify_id).page_size
    pages = _choose_pages(start, entries, size)
    for _ in range(_TRIES):
        try:
            shown = _fetch_shown(client, playlist, entries, pages)
        except SpotifyError:  # all was written; that it cannot be read just now is for the next check
            break
        if shown is not None:
            return shown, True
        pause(_PAUSE_S)
    return _add_stubs(entries), False


def _fill_in_facts(client: Client, playlist: Playlist, entries: list[Entry]) -> list[Entry]:
    """Fetch new rows that the catalogue knows nothing of: the page must not show bare links."""
    size = playlists.items_of(playlist.spotify_id).page_size
    pages = sorted({position // size for position, entry in enumerate(entries) if _is_unknown(entry)})
    if not pages:
        return entries
    try:
        shown = _fetch_shown(client, playlist, entries, pages[:MAX_PAGES_IN_REQUEST])
    except SpotifyError:
        shown = None
    return _add_stubs(shown or entries)


def _fetch_shown(
    client: Client, playlist: Playlist, expected: Sequence[Entry], pages: Sequence[int]
) -> list[Entry] | None:
    """`expected` with what these pages say; null when they do not show it (yet)."""
    size = playlists.items_of(playlist.spotify_id).page_size
    entries = list(expected)
    for page in pages:
        start = page * size
        fetched = playlists.get_playlists_items(client, playlist.spotify_id, offset=start)
        rows = store_entries(fetched.items)
        is_same = [row.uri for row in rows] == [entry.uri for entry in expected[start : start + size]]
        if not is_same or fetched.total not in {None, len(expected)}:
            return None
        entries[start : start + size] = rows
    return entries


def _is_short(playlist: Playlist, entries: Sequence[Entry]) -> bool:
    """So short that all of it was read back."""
    return len(entries) <= MAX_PAGES * playlists.items_of(playlist.spotify_id).page_size


def _choose_pages(start: Sequence[Entry], entries: Sequence[Entry], size: int) -> list[int]:
    """All of a short list; of a long one those with new rows and where it begins and ends to differ."""
    if len(entries) <= MAX_PAGES * size:
        return list(range(max(1, -(-len(entries) // size))))
    pages = sorted({position // size for position in _find_touched(start, entries)})
    return pages[:: -(-len(pages) // MAX_PAGES)] if pages else [0]


def _find_touched(start: Sequence[Entry], entries: Sequence[Entry]) -> list[int]:
    """Positions where rows are new, and where the list begins and ends to differ."""
    old = {id(entry) for entry in start}
    new = [position for position, entry in enumerate(entries) if id(entry) not in old]
    pairs = enumerate(zip(start, entries, strict=False))
    differing = [position for position, (before, after) in pairs if before.key != after.key]
    ends = [differing[0], differing[-1]] if differing else [len(entries) - 1] if entries else []
    return sorted({*new, *ends})


def _is_unknown(entry: Entry) -> bool:
    return entry.item is None and entry.uri is not None


def _add_stubs(entries: list[Entry]) -> list[Entry]:
    """Store items that Spotify has not described yet in the catalogue without a name, until it does."""
    stubs = [_make_stub(entry.uri) for entry in entries if _is_unknown(entry) and entry.uri]
    pks = store.save_items(stubs) if stubs else {}
    return [
        Entry(pks.get(entry.uri or ""), entry.uri, entry.added_at, entry.added_by)
        if _is_unknown(entry)
        else entry
        for entry in entries
    ]


def _make_stub(uri: str) -> Track | Episode:
    kind = Episode if uri.startswith("spotify:episode:") else Track
    return kind(id=uri.rsplit(":", 1)[1], uri=uri)
