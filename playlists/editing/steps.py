"""One request of an edit, and finding out whether one whose answer was lost has been carried out."""

from collections.abc import Sequence
from typing import assert_never

from django.utils import timezone
from msgspec import Struct

from playlists.editing import edit_plan as outcomes
from playlists.models import Edit
from playlists.planner import Add, Move, Remove, Replace, Step
from playlists.revisions.contents import Entry
from playlists.sync import metadata as noting
from spotweb.spotify import playlists
from spotweb.spotify.errors import SpotifyError, Unavailable
from spotweb.spotify.http import Client

# Lists of up to so many pages are compared as a whole, of longer ones the pages where a step would show.
_MOST_PAGES = 4


class Seen(Struct, frozen=True):
    """What of a list was looked at: its length, and some rows by their position."""

    total: int | None
    uris: dict[int, str | None]

    def is_of(self, entries: Sequence[Entry]) -> bool:
        if self.total is not None and self.total != len(entries):
            return False
        known = len(entries)
        return all(place < known and entries[place].uri == uri for place, uri in self.uris.items())


def step(edit: Edit, client: Client) -> str:
    """One request. While it is under way it counts as in doubt: whoever sends it may be ended."""
    wanted = outcomes.step_of(edit, edit.steps_done)
    edit.in_doubt = True
    note(edit)
    try:
        edit.snapshot_id = _send(client, edit, wanted)
    except Unavailable as error:
        edit.in_doubt = error.is_outcome_unknown
        raise
    except SpotifyError:
        edit.in_doubt = False
        raise
    edit.steps_done, edit.in_doubt = edit.steps_done + 1, False
    note(edit)
    return edit.snapshot_id


def note(edit: Edit, *, with_plan: bool = False) -> None:
    edit.beat_at = timezone.now()
    fields = [
        "state", "target", "steps_done", "in_doubt", "is_uncertain", "snapshot_id", "left", "trouble",
        "trouble_until", "beat_at",
    ]  # fmt: skip  # not the wish to cancel, which the member's page writes
    plan = ["steps", "steps_total", "start", "base", "wanted", "loses_dates"] if with_plan else []
    plan += ["steps", "wanted"] if edit.is_done else []  # of what is done nobody asks how any more
    edit.save(update_fields=[*fields, *plan])


def was_carried_out(client: Client, edit: Edit) -> bool | None:
    """Whether the step after `steps_done` was; null when the list is neither as before nor as after it.

    It must not be asked sooner than a write is readable.
    """
    steps, start = outcomes.steps_of(edit), outcomes.start_of(edit)
    before = outcomes.after(start, steps[: edit.steps_done], by=edit.member, at=0)
    after = outcomes.after(start, steps[: edit.steps_done + 1], by=edit.member, at=0)
    seen = look(client, edit.playlist.spotify_id, places_to_look(before, after))
    if seen.is_of(after):
        return True
    return False if seen.is_of(before) else None


def look(client: Client, playlist_id: str, places: Sequence[int]) -> Seen:
    """The pages that hold these positions."""
    size = playlists.items_of(playlist_id).page_size
    uris: dict[int, str | None] = {}
    total: int | None = None
    for page in sorted({place // size for place in places}):
        found = playlists.get_playlists_items(client, playlist_id, offset=page * size)
        total = found.total
        entries = noting.entries_of(found.items)
        uris.update((page * size + place, entry.uri) for place, entry in enumerate(entries))
    return Seen(total, uris)


def places_to_look(before: Sequence[Entry], after: Sequence[Entry]) -> list[int]:
    """Where two versions differ first and last; everywhere when they are short."""
    longest = max(len(before), len(after))
    if longest <= _MOST_PAGES * 50:
        return list(range(max(longest, 1)))
    uris = [(entry.uri, other.uri) for entry, other in zip(before, after, strict=False)]
    differing = [place for place, (one, other) in enumerate(uris) if one != other]
    if len(before) != len(after):
        differing.append(min(len(before), len(after)) - 1)
    return [differing[0], differing[-1]] if differing else [0]


def _send(client: Client, edit: Edit, step: Step) -> str:
    """The snapshot_id it was answered with. Positions are those of the version the last step made."""
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
