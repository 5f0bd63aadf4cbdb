"""Send one step of an edit, and find out whether a step whose answer was lost was carried out."""

from collections.abc import Sequence
from typing import assert_never

from msgspec import Struct

from playlists.editing.edit_plan import get_start_entries, get_step, get_steps, predict_entries
from playlists.models import Edit
from playlists.planner.steps import Add, Move, Remove, Replace, Step
from playlists.revisions.contents import Entry
from playlists.sync.metadata import store_entries
from spotweb.jobs.run import Run
from spotweb.spotify import playlists
from spotweb.spotify.http import Client

# Lists of up to this many pages are compared as a whole, longer ones only where the step would show.
_MAX_PAGES = 4


class ListSample(Struct, frozen=True):
    """A part of a list as Spotify shows it: its length, and some rows by their position."""

    total: int | None
    uris: dict[int, str | None]

    def is_part_of(self, entries: Sequence[Entry]) -> bool:
        if self.total is not None and self.total != len(entries):
            return False
        count = len(entries)
        return all(at < count and entries[at].uri == uri for at, uri in self.uris.items())


def send_step(run: Run, edit: Edit, client: Client) -> str:
    """Send the next step. While it is under way it counts as in doubt: the process that sends it may be
    killed. Returns the snapshot_id that it was answered with."""
    number = run.job.done

    def record_answer(snapshot_id: str) -> None:
        edit.snapshot_id = snapshot_id
        edit.save(update_fields=["snapshot_id"])

    return run.once(
        f"step {number + 1}", lambda: _send(client, edit, get_step(edit, number)), record=record_answer
    )


def was_carried_out(client: Client, edit: Edit) -> bool | None:
    """Whether Spotify carried out the step in doubt; null when the list is neither as before nor as
    after it.

    Must not be asked sooner than a write is readable.
    """
    steps, start, done = get_steps(edit), get_start_entries(edit), edit.job.done
    before = predict_entries(start, steps[:done], by=edit.member, added_at=0)
    after = predict_entries(start, steps[: done + 1], by=edit.member, added_at=0)
    sample = fetch_sample(client, edit.playlist.spotify_id, choose_positions(before, after))
    if sample.is_part_of(after):
        return True
    return False if sample.is_part_of(before) else None


def fetch_sample(client: Client, playlist_id: str, positions: Sequence[int]) -> ListSample:
    """The pages that hold these positions."""
    size = playlists.items_of(playlist_id).page_size
    uris: dict[int, str | None] = {}
    total: int | None = None
    for page in sorted({position // size for position in positions}):
        fetched = playlists.get_playlists_items(client, playlist_id, offset=page * size)
        total = fetched.total
        entries = store_entries(fetched.items)
        uris.update((page * size + at, entry.uri) for at, entry in enumerate(entries))
    return ListSample(total, uris)


def choose_positions(before: Sequence[Entry], after: Sequence[Entry]) -> list[int]:
    """Where two versions differ first and last; everywhere when they are short."""
    longest = max(len(before), len(after))
    if longest <= _MAX_PAGES * 50:
        return list(range(max(longest, 1)))
    pairs = enumerate(zip(before, after, strict=False))
    differing = [at for at, (old, new) in pairs if old.uri != new.uri]
    if len(before) != len(after):
        differing.append(min(len(before), len(after)) - 1)
    return [differing[0], differing[-1]] if differing else [0]


def _send(client: Client, edit: Edit, step: Step) -> str:
    """Returns the snapshot_id of the answer. Positions are those of the version that the last step made."""
    playlist_id, snapshot_id = edit.playlist.spotify_id, edit.snapshot_id or None
    match step:
        case Remove(uris):
            return playlists.remove_items_playlist(client, playlist_id, uris, snapshot_id=snapshot_id)
        case Move(start=start, before=before, length=length):
            return playlists.reorder_playlists_items(
                client,
                playlist_id,
                range_start=start,
                range_length=length,
                insert_before=before,
                snapshot_id=snapshot_id,
            )
        case Add(uris, position):
            return playlists.add_items_to_playlist(client, playlist_id, uris, position=position)
        case Replace(uris):
            return playlists.replace_playlists_items(client, playlist_id, uris)
        case _:
            assert_never(step)
