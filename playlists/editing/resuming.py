"""Taking up an edit that was ended midway: from what is in the list now, not from what should be."""

from collections.abc import Sequence

from playlists.editing import edit_plan as outcomes
from playlists.editing import plans
from playlists.editing.aligning import NoLongerMakesSense, goal_from
from playlists.editing.goals import Toward
from playlists.errors import PlaylistChanged
from playlists.models import Edit
from playlists.revisions import contents
from playlists.revisions.contents import Entry
from playlists.sync import access as reading
from playlists.sync import refresh as settling
from spotweb.spotify.http import Client


def look(client: Client, edit: Edit) -> bool:
    """Read the list as it is. False: that takes longer, and the edit goes on after it."""
    playlist = edit.playlist
    if playlist.read_at and playlist.read_at > edit.beat_at:
        return True  # it was waited for
    found = reading.tell(client, playlist.spotify_id)
    return settling.read_items(edit.member, client, playlist, found) is None


def plan_anew(edit: Edit) -> None:
    """Plan from what is there. Raises PlaylistChanged when others have made it a list in which the wish makes
    no sense any more."""
    revision = edit.playlist.revision
    assert revision is not None  # noqa: S101  # for mypy: it has just been read
    now = contents.of(revision)
    if edit.base is None:
        edit.base = revision
        edit.wanted = plans.pack([*range(now.total), *plans.unpack(edit.wanted)])
    way = _way(edit, now.entries)
    plan = plans.planned(now.entries, way.wanted, rewrite=edit.may_rewrite)
    edit.start, edit.snapshot_id = revision, ""  # the id of what has just been read may be an older one's
    edit.left = max(edit.left, way.left)
    edit.in_doubt = edit.is_uncertain = False
    plans.put(edit, plan)


def goal_of(edit: Edit) -> list[Entry]:
    """The list that was wanted."""
    base = contents.of(edit.base).entries if edit.base else ()
    wanted = plans.unpack(edit.wanted)
    return [base[entry] if isinstance(entry, int) else Entry(None, entry) for entry in wanted]


def expected_of(edit: Edit, now: Sequence[Entry]) -> Sequence[Entry]:
    """What it had made of the list when it ended; with the step in doubt where that is what is there."""
    if edit.is_done and edit.target:
        return contents.of(edit.target).entries
    steps, start = outcomes.steps_of(edit), outcomes.start_of(edit)
    done = [edit.steps_done + 1, edit.steps_done] if edit.in_doubt else [edit.steps_done]
    made = [outcomes.after(start, steps[:count], by=edit.member, at=0) for count in done]
    uris = [entry.uri for entry in now]
    return next((one for one in made if [entry.uri for entry in one] == uris), made[-1])


def _way(edit: Edit, now: Sequence[Entry]) -> Toward:
    has_begun = edit.steps_total > 0 or edit.start_id is not None
    of = edit if has_begun or edit.undoes is None else edit.undoes
    try:
        return goal_from(expected_of(of, now), now, goal_of(edit))
    except NoLongerMakesSense as error:
        raise PlaylistChanged from error
