"""What members do to the items of a playlist.

`seen` is the revision that the member's page shows, and positions count from 0 in it; null means the list as
it is now. All return the edit, done or under way in the worker, and raise what `start.plan_edit` raises.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from msgspec import Struct

from accounts.models import Member
from playlists.editing.edit_plan import pack_target
from playlists.editing.goals import (
    Goal,
    find_goal,
    insert_uris,
    is_addable,
    move_rows,
    remove_rows,
    replace_rows,
)
from playlists.editing.job import KIND
from playlists.editing.start import add_when_read, plan_edit, restart_edit, start_edit
from playlists.errors import CannotRemove, NothingToDo, PlaylistBeingRead, PlaylistBusy, PlaylistChanged
from playlists.models import Edit, Playlist, Revision
from playlists.revisions.contents import Entry, get_contents
from playlists.sync import access
from spotweb.jobs import actions as jobs
from spotweb.jobs.models import Job
from spotweb.spotify.errors import InvalidRequest, SpotifyError


class CopyResult(Struct, frozen=True):
    """The edits of the lists that were added to, and what kept the others from it, by their ids."""

    edits: tuple[Edit, ...]
    refused: dict[str, SpotifyError]


def add_items(
    member: Member,
    playlist_id: str,
    uris: Sequence[str],
    *,
    position: int | None = None,
    kind: str = "add",
    values: Mapping[str, Any] | None = None,
) -> Edit:
    """Add at the end, or in front of `position`. Local files are left out and counted in `skipped_count`.

    What is added to the end of a long list that is still being read waits until it is read.
    """
    good = [uri for uri in uris if is_addable(Entry(None, uri))]

    def make_goal(now: Sequence[Entry]) -> Goal:
        return Goal(insert_uris(len(now), good, position), len(uris) - len(good))

    values = {"count": len(good), **(values or {})}
    try:
        return plan_edit(member, playlist_id, kind=kind, values=values, make_goal=make_goal)
    except PlaylistBeingRead as error:
        if position is not None or not good:
            raise
        # The worker adds them when it knows where the end is.
        return add_when_read(
            error.reading, member, good, kind=kind, values=values, skipped=len(uris) - len(good)
        )


def move_items(
    member: Member, playlist_id: str, *, seen: int | None, positions: Sequence[int], before: int
) -> Edit:
    """Move rows in front of index `before` (the list's length = end). Their relative order is kept."""

    def make_goal(now: Sequence[Entry]) -> Goal:
        return Goal(move_rows(len(now), _check_positions(positions, now), before), 0)

    return plan_edit(
        member,
        playlist_id,
        kind="move",
        values={"count": len(set(positions))},
        make_goal=make_goal,
        seen=seen,
    )


def remove_items(
    member: Member,
    playlist_id: str,
    *,
    seen: int | None,
    positions: Sequence[int],
    kind: str = "remove",
    values: Mapping[str, Any] | None = None,
    waits_for: Sequence[Edit] = (),
) -> Edit:
    """Remove these rows and no other copies; local files and vanished rows stay and are counted in
    `skipped_count`. `waits_for`: edits of other lists that have to be done before.

    Raises CannotRemove when none of the rows can be removed, PlaylistChanged when `seen` is no longer kept.
    """
    entries = _get_entries(member, playlist_id, seen)
    goal = remove_rows(entries, _check_positions(positions, entries))
    count = len(entries) - len(goal.target)
    if not count:
        raise CannotRemove(positions)
    return plan_edit(
        member,
        playlist_id,
        kind=kind,
        values={"count": count, **(values or {})},
        make_goal=lambda _: goal,
        seen=seen,
        waits_for=waits_for,
    )


def clear_playlist(member: Member, playlist_id: str, *, seen: int | None) -> Edit:
    """Remove all that Spotify can remove; the rest is counted in `skipped_count`."""
    entries = _get_entries(member, playlist_id, seen)
    if not entries:
        raise NothingToDo
    return remove_items(member, playlist_id, seen=seen, positions=range(len(entries)), kind="clear")


def replace_items(member: Member, playlist_id: str, *, seen: int | None, uris: Sequence[str]) -> Edit:
    """Make these the only items; rows that are there already keep their dates, fixed rows come last."""

    def make_goal(now: Sequence[Entry]) -> Goal:
        return replace_rows(now, uris)

    return plan_edit(
        member, playlist_id, kind="replace", values={"count": len(uris)}, make_goal=make_goal, seen=seen
    )


def set_order(
    member: Member,
    playlist_id: str,
    *,
    seen: int | None,
    target: Sequence[int | str],
    kind: str,
    values: Mapping[str, Any] | None = None,
    rewrite: bool = False,
) -> Edit:
    """Make `target` of the list: positions of `seen`, and URIs to add. `rewrite` allows the fast way, which
    loses dates."""

    def make_goal(now: Sequence[Entry]) -> Goal:
        _check_positions([entry for entry in target if isinstance(entry, int)], now)
        return Goal(list(target), 0)

    return plan_edit(
        member, playlist_id, kind=kind, values=values or {}, make_goal=make_goal, seen=seen, rewrite=rewrite
    )


def copy_items(
    member: Member,
    playlist_id: str,
    *,
    seen: int | None,
    positions: Sequence[int],
    to_ids: Sequence[str],
) -> CopyResult:
    """Add to the end of each of these lists. Raises only when none of them took it."""
    entries = _get_entries(member, playlist_id, seen)
    name = Playlist.objects.get(spotify_id=playlist_id).name
    uris = [
        uri for position in _check_positions(positions, entries) if (uri := entries[position].uri) is not None
    ]
    edits: list[Edit] = []
    refused: dict[str, SpotifyError] = {}
    for to_id in to_ids:
        try:
            edits.append(add_items(member, to_id, uris, kind="copy", values={"name": name}))
        except SpotifyError as error:
            refused[to_id] = error
    if refused and not edits:
        raise next(iter(refused.values()))
    return CopyResult(tuple(edits), refused)


def move_to_playlists(
    member: Member,
    playlist_id: str,
    *,
    seen: int | None,
    positions: Sequence[int],
    to_ids: Sequence[str],
) -> Edit:
    """Copy first, and remove here only when all of these lists hold them. Returns the edit of this list."""
    copied = copy_items(member, playlist_id, seen=seen, positions=positions, to_ids=to_ids)
    if copied.refused:
        raise next(iter(copied.refused.values()))
    names = ", ".join(edit.playlist.name for edit in copied.edits)
    return remove_items(
        member,
        playlist_id,
        seen=seen,
        positions=positions,
        kind="move-out",
        values={"name": names},
        waits_for=[edit for edit in copied.edits if not edit.is_done],
    )


def restore_revision(member: Member, revision_pk: int, *, rewrite: bool = False) -> Edit:
    """Bring back a revision. What cannot come back, or cannot be removed, is counted in `skipped_count`."""
    revision = Revision.objects.select_related("playlist").get(pk=revision_pk)
    target = get_contents(revision).entries

    def make_goal(now: Sequence[Entry]) -> Goal:
        return find_goal(now, target)

    return plan_edit(
        member,
        revision.playlist.spotify_id,
        kind="restore",
        values={"at": revision.made_at.isoformat()},
        make_goal=make_goal,
        rewrite=rewrite,
    )


def undo_edit(member: Member, edit_pk: int) -> Edit:
    """Take back what an edit did, or the part of it that was done; what others did since is kept.

    Raises Edit.DoesNotExist for edits of others, PlaylistBusy while it is under way, NothingToDo the second
    time.
    """
    edit = member.edits.select_related("job", "playlist", "base", "start", "result", "undoes").get(pk=edit_pk)
    if edit.is_under_way:
        raise PlaylistBusy(edit)
    if not edit.can_be_undone or edit.base is None:
        raise NothingToDo
    jobs.dismiss(member, edit.job_id)
    values = {"what": {"kind": edit.kind, "values": edit.values}}
    if edit.is_half_done:
        return _undo_half(member, edit, edit.base, values)
    assert edit.result is not None  # noqa: S101  # for mypy: what is done has one
    # The undo of half an edit led to its base, from where the list was.
    undid_half = edit.undoes is not None and edit.undoes.base_id == edit.base_id
    started_from = edit.start if undid_half and edit.start else edit.base
    result, before = edit.result, get_contents(started_from).entries

    def make_goal(after: Sequence[Entry]) -> Goal:
        return find_goal(after, before)

    playlist_id = edit.playlist.spotify_id
    return plan_edit(
        member, playlist_id, kind="undo", values=values, make_goal=make_goal, seen=result.pk, undoes=edit
    )


def resume_edit(member: Member, edit_pk: int) -> Edit:
    """Do the rest of an edit that was stopped midway, from what is in the list now."""
    edit = member.edits.select_related("job", "playlist").get(pk=edit_pk)
    restart_edit(member, edit)
    edit.refresh_from_db()
    return edit


def cancel_edit(member: Member, edit_pk: int) -> None:
    """Stop before the next step; an edit that no worker has begun is cancelled at once."""
    for edit in member.edits.filter(pk=edit_pk):
        jobs.cancel(member, edit.job_id)


def dismiss_edit(member: Member, edit_pk: int) -> None:
    """Show it no longer, once it is over."""
    for edit in member.edits.filter(pk=edit_pk).exclude(job__state__in=Job.ACTIVE):
        jobs.dismiss(member, edit.job_id)


def get_visible_edits(member: Member) -> list[Edit]:
    """Background edits of this member that are under way, or over and not dismissed; newest first."""
    shown = jobs.get_recent(member, [KIND]).filter(is_dismissed=False)
    edits = member.edits.select_related("job", "playlist__reading__job").filter(job__in=shown)
    return list(edits.defer("steps", "packed_target"))


def _undo_half(member: Member, edit: Edit, base: Revision, values: Mapping[str, Any]) -> Edit:
    """What is in the list now is not known: the worker reads it, and plans from there."""
    return start_edit(
        Edit(
            playlist=edit.playlist,
            member=member,
            kind="undo",
            values=dict(values),
            base=base,
            packed_target=pack_target(range(base.total)),
            undoes=edit,
            uncertain_since=timezone.now(),
        )
    )


def _get_entries(member: Member, playlist_id: str, seen: int | None) -> Sequence[Entry]:
    """What the member sees. Raises PlaylistChanged when it is so old that it is no longer kept."""
    if seen is None:
        opened = access.open_for_edit(member, playlist_id)
        return opened.contents.entries if opened.contents else ()
    access.require_readable(member, playlist_id)
    revision = Revision.objects.filter(playlist__spotify_id=playlist_id, pk=seen).first()
    if revision is None:
        raise PlaylistChanged
    return get_contents(revision).entries


def _check_positions(positions: Sequence[int], entries: Sequence[Entry]) -> Sequence[int]:
    if any(not 0 <= position < len(entries) for position in positions):
        message = "no such position"
        raise InvalidRequest(message)
    return positions
