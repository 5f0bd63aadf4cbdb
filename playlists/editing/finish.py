"""What an edit has made of a list: noted as its revision, and looked at."""

import time
from collections.abc import Callable, Collection, Sequence

from django.utils import timezone

from library.catalogue import store
from playlists.editing import edit_plan as outcomes
from playlists.models import Edit, Playlist
from playlists.revisions import store as revisions
from playlists.revisions.contents import Entry
from playlists.sync import apply as taking
from playlists.sync import job as readings
from playlists.sync import metadata as noting
from playlists.sync import refresh as settling
from spotweb.spotify import playlists
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.http import Client
from spotweb.spotify.models import Episode, Track

# Pages that are read back: by a member who waits, and by the worker.
MOST_PAGES_HERE = 6
MOST_PAGES = 24
_TRIES = 4
_PAUSE_S = 1.0


def finish(
    edit: Edit, client: Client, *, ids: Collection[str], pause: Callable[[float], None] | None
) -> None:
    """`ids` are those its steps were answered with.

    With `pause` (in the worker) what it made is read back until it is seen; else the next look
    at the list does that.
    """
    playlist = edit.playlist
    start, steps = outcomes.start_of(edit), outcomes.steps_of(edit)
    made = outcomes.after(start, steps, by=edit.member, at=int(time.time()))
    is_proven = False
    if pause:
        made, is_proven = _read_back(client, playlist, start, made, pause=pause)
    else:
        made = _with_facts(client, playlist, made)
    before = playlist.snapshot_id
    edit.target = revisions.keep(
        playlist,
        made,
        snapshot_id=edit.snapshot_id,
        kind=edit.kind,
        values=edit.values,
        by=edit.member,
        edit=edit,
    )
    playlist.proven_at, playlist.is_id_sure = timezone.now(), bool(edit.snapshot_id)
    playlist.save(update_fields=["proven_at", "is_id_sure"])
    settling.expect(playlist, before, *ids, touched=() if is_proven else _touched(start, made))
    if {entry.item for entry in start} != {entry.item for entry in made}:
        taking.note_memberships(playlist, made)
    if pause and not (is_proven and _is_short(playlist, made)):
        readings.begin_check(edit.member, playlist)
    edit.state, edit.steps, edit.wanted = Edit.State.DONE, [], b""


def _read_back(
    client: Client,
    playlist: Playlist,
    start: Sequence[Entry],
    made: list[Entry],
    *,
    pause: Callable[[float], None],
) -> tuple[list[Entry], bool]:
    """With what Spotify says of the new rows, and whether it shows all as it should be."""
    size = playlists.items_of(playlist.spotify_id).page_size
    pages = _pages(start, made, size)
    for _ in range(_TRIES):
        try:
            seen = _seen(client, playlist, made, pages)
        except SpotifyError:  # all was written; that it cannot be looked at just now is for the next look
            break
        if seen is not None:
            return seen, True
        pause(_PAUSE_S)
    return _with_stubs(made), False


def _with_facts(client: Client, playlist: Playlist, made: list[Entry]) -> list[Entry]:
    """New rows that the catalogue knows nothing of are looked at: the page shall not show bare links."""
    size = playlists.items_of(playlist.spotify_id).page_size
    pages = sorted({place // size for place, entry in enumerate(made) if _is_unknown(entry)})
    if not pages:
        return made
    try:
        seen = _seen(client, playlist, made, pages[:MOST_PAGES_HERE])
    except SpotifyError:
        seen = None
    return _with_stubs(seen or made)


def _seen(
    client: Client, playlist: Playlist, made: Sequence[Entry], pages: Sequence[int]
) -> list[Entry] | None:
    """`made` with what these pages say; null when they do not show it (yet)."""
    size = playlists.items_of(playlist.spotify_id).page_size
    entries = list(made)
    for page in pages:
        begin = page * size
        found = playlists.get_playlists_items(client, playlist.spotify_id, offset=begin)
        rows = noting.entries_of(found.items)
        is_same = [row.uri for row in rows] == [entry.uri for entry in made[begin : begin + size]]
        if not is_same or found.total not in {None, len(made)}:
            return None
        entries[begin : begin + size] = rows
    return entries


def _is_short(playlist: Playlist, made: Sequence[Entry]) -> bool:
    """So short that all of it was read back."""
    return len(made) <= MOST_PAGES * playlists.items_of(playlist.spotify_id).page_size


def _pages(start: Sequence[Entry], made: Sequence[Entry], size: int) -> list[int]:
    """All of a short list; of a long one those with new rows and where it begins and ends to differ."""
    if len(made) <= MOST_PAGES * size:
        return list(range(max(1, -(-len(made) // size))))
    wanted = sorted({place // size for place in _touched(start, made)})
    return wanted[:: -(-len(wanted) // MOST_PAGES)] if wanted else [0]


def _touched(start: Sequence[Entry], made: Sequence[Entry]) -> list[int]:
    """Where rows are new, and where the list begins and ends to be another."""
    old = {id(entry) for entry in start}
    new = [place for place, entry in enumerate(made) if id(entry) not in old]
    pairs = enumerate(zip(start, made, strict=False))
    differing = [place for place, (one, other) in pairs if one.key != other.key]
    ends = [differing[0], differing[-1]] if differing else [len(made) - 1] if made else []
    return sorted({*new, *ends})


def _is_unknown(entry: Entry) -> bool:
    return entry.item is None and entry.uri is not None


def _with_stubs(made: list[Entry]) -> list[Entry]:
    """What nobody has told us of yet stands in the catalogue without a name, until somebody does."""
    bare = [_stub(entry.uri) for entry in made if _is_unknown(entry) and entry.uri]
    pks = store.save_items(bare) if bare else {}
    return [
        Entry(pks.get(entry.uri or ""), entry.uri, entry.added_at, entry.added_by)
        if _is_unknown(entry)
        else entry
        for entry in made
    ]


def _stub(uri: str) -> Track | Episode:
    kind = Episode if uri.startswith("spotify:episode:") else Track
    return kind(id=uri.rsplit(":", 1)[1], uri=uri)
