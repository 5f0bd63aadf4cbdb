"""What members do to the items of a playlist.

A playlist is opened once, with `access.open_for_edit`, and handed down. `base_revision` is the revision that
the member's page shows, and positions count from 0 in it; null means the list as it is now. All return the
edit, done or under way in the worker, and raise what `start.plan_edit` raises.
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
from playlists.editing.job import EDIT_KIND
from playlists.editing.start import add_later, get_base, plan_edit, restart_edit, start_edit
from playlists.errors import CannotRemove, NothingToDo, NotReadable, PlaylistBeingRead, PlaylistBusy
from playlists.models import Edit, Revision
from playlists.revisions.contents import Entry, get_contents
from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from spotweb.jobs import actions as jobs
from spotweb.jobs.models import Job
from spotweb.spotify.errors import InvalidRequest, SpotifyError


class CopyResult(Struct, frozen=True):
    """The edits of the lists that were added to, and what kept the others from it, by their ids."""

    edits: tuple[Edit, ...]
    refused: dict[str, SpotifyError]


def add_items(
    playlist: OpenPlaylist,
    uris: Sequence[str],
    *,
    position: int | None = None,
    kind: str = "add",
    values: Mapping[str, Any] | None = None,
) -> Edit:
    """Add at the end, or in front of `position`. Local files are left out and counted in `skipped_count`.

    It waits its turn while another edit of the list is under way; what is added to the end also waits until a
    long list is read (`access.open_for_add`).
    """
    good = [uri for uri in uris if is_addable(Entry(None, uri))]
    skipped = len(uris) - len(good)
    values = {"count": len(good), **(values or {})}
    if playlist.reading:
        if position is not None or not good:
            raise PlaylistBeingRead(playlist.reading)
        # The worker adds them when it knows where the end is.
        return add_later(playlist, good, kind=kind, values=values, skipped=skipped)

    def make_goal(now: Sequence[Entry]) -> Goal:
        return Goal(insert_uris(len(now), good, position), skipped)

    try:
        return plan_edit(playlist, kind=kind, values=values, make_goal=make_goal)
    except PlaylistBusy:
        if not good:
            raise
        return add_later(playlist, good, kind=kind, values=values, skipped=skipped, position=position)


def move_items(
    playlist: OpenPlaylist, *, base_revision: int | None, positions: Sequence[int], before: int
) -> Edit:
    """Move rows in front of index `before` (the list's length = end). Their relative order is kept."""

    def make_goal(now: Sequence[Entry]) -> Goal:
        return Goal(move_rows(len(now), _check_positions(positions, now), before), 0)

    values = {"count": len(set(positions))}
    return plan_edit(playlist, kind="move", values=values, make_goal=make_goal, base_revision=base_revision)


def remove_items(
    playlist: OpenPlaylist,
    *,
    base_revision: int | None,
    positions: Sequence[int],
    kind: str = "remove",
    values: Mapping[str, Any] | None = None,
    waits_for: Sequence[Edit] = (),
) -> Edit:
    """Remove these rows and no other copies; local files and vanished rows stay and are counted in
    `skipped_count`. `waits_for`: edits of other lists that have to be done before.

    Raises CannotRemove when none of the rows can be removed, PlaylistChanged when `base_revision` is no
    longer kept.
    """
    entries = get_base(playlist, base_revision).entries
    goal = remove_rows(entries, _check_positions(positions, entries))
    count = len(entries) - len(goal.target)
    if not count:
        raise CannotRemove(positions)
    return plan_edit(
        playlist,
        kind=kind,
        values={"count": count, **(values or {})},
        make_goal=lambda _: goal,
        base_revision=base_revision,
        waits_for=waits_for,
    )


def clear_playlist(playlist: OpenPlaylist, *, base_revision: int | None) -> Edit:
    """Remove all that Spotify can remove; the rest is counted in `skipped_count`."""
    total = get_base(playlist, base_revision).total
    if not total:
        raise NothingToDo
    return remove_items(playlist, base_revision=base_revision, positions=range(total), kind="clear")


def replace_items(playlist: OpenPlaylist, *, base_revision: int | None, uris: Sequence[str]) -> Edit:
    """Make these the only items; rows that are there already keep their dates, fixed rows come last."""

    def make_goal(now: Sequence[Entry]) -> Goal:
        return replace_rows(now, uris)

    values = {"count": len(uris)}
    return plan_edit(
        playlist, kind="replace", values=values, make_goal=make_goal, base_revision=base_revision
    )


def set_order(
    playlist: OpenPlaylist,
    *,
    base_revision: int | None,
    target: Sequence[int | str],
    kind: str,
    values: Mapping[str, Any] | None = None,
    rewrite: bool = False,
) -> Edit:
    """Make `target` of the list: positions of `base_revision`, and URIs to add. `rewrite` allows the fast
    way, which loses dates."""

    def make_goal(now: Sequence[Entry]) -> Goal:
        _check_positions([entry for entry in target if isinstance(entry, int)], now)
        return Goal(list(target), 0)

    return plan_edit(
        playlist,
        kind=kind,
        values=values or {},
        make_goal=make_goal,
        base_revision=base_revision,
        rewrite=rewrite,
    )


def copy_items(
    playlist: OpenPlaylist,
    *,
    base_revision: int | None,
    positions: Sequence[int],
    to_ids: Sequence[str],
) -> CopyResult:
    """Add to the end of each of these lists. The playlist itself need only be readable.

    Raises NotReadable; errors of the lists only when none of them took it.
    """
    if not playlist.is_readable:
        raise NotReadable(playlist.playlist)
    entries = get_base(playlist, base_revision).entries
    values = {"name": playlist.playlist.name}
    chosen = [entries[position].uri for position in _check_positions(positions, entries)]
    uris = [uri for uri in chosen if uri is not None]
    edits: list[Edit] = []
    refused: dict[str, SpotifyError] = {}
    for to_id in to_ids:
        try:
            target = access.open_for_add(playlist.member, to_id)
            edits.append(add_items(target, uris, kind="copy", values=values))
        except SpotifyError as error:
            refused[to_id] = error
    if refused and not edits:
        raise next(iter(refused.values()))
    return CopyResult(tuple(edits), refused)


def move_to_playlists(
    playlist: OpenPlaylist,
    *,
    base_revision: int | None,
    positions: Sequence[int],
    to_ids: Sequence[str],
) -> Edit:
    """Copy first, and remove here only when all of these lists hold them. Returns the edit of this list."""
    copied = copy_items(playlist, base_revision=base_revision, positions=positions, to_ids=to_ids)
    if copied.refused:
        raise next(iter(copied.refused.values()))
    names = ", ".join(edit.playlist.name for edit in copied.edits)
    return remove_items(
        # Copying may have taken long, and one of these lists may be this one.
        access.open_for_edit(playlist.member, playlist.playlist.spotify_id),
        base_revision=base_revision,
        positions=positions,
        kind="move-out",
        values={"name": names},
        waits_for=[edit for edit in copied.edits if not edit.is_done],
    )


def restore_revision(playlist: OpenPlaylist, revision: Revision, *, rewrite: bool = False) -> Edit:
    """Bring back a revision. What cannot come back, or cannot be removed, is counted in `skipped_count`."""
    target = get_contents(revision).entries

    def make_goal(now: Sequence[Entry]) -> Goal:
        return find_goal(now, target)

    values = {"at": revision.made_at.isoformat()}
    return plan_edit(playlist, kind="restore", values=values, make_goal=make_goal, rewrite=rewrite)


def undo_edit(member: Member, edit_pk: int) -> Edit:
    """Take back what an edit did, or the part of it that was done; what others did since is kept.

    Raises Edit.DoesNotExist for edits of others, PlaylistBusy while it is under way, NothingToDo the second
    time.
    """
    related = ("job", "playlist", "base", "start", "result", "undoes")
    edit = member.edits.select_related(*related).get(pk=edit_pk)
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
    before = get_contents(started_from).entries

    def make_goal(after: Sequence[Entry]) -> Goal:
        return find_goal(after, before)

    return plan_edit(
        access.open_for_edit(member, edit.playlist.spotify_id),
        kind="undo",
        values=values,
        make_goal=make_goal,
        base_revision=edit.result.pk,
        undoes=edit,
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
    shown = jobs.get_recent(member, [EDIT_KIND]).filter(is_dismissed=False)
    edits = member.edits.select_related("job", "playlist__reading__job").filter(job__in=shown)
    return list(edits.defer("steps", "packed_target"))


def is_success(edit: Edit) -> bool:
    """Whether all that was wanted was done, so that a toast says enough of it."""
    return edit.is_done and not edit.skipped_count and not edit.readded_count


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


def _check_positions(positions: Sequence[int], entries: Sequence[Entry]) -> Sequence[int]:
    if any(not 0 <= position < len(entries) for position in positions):
        message = "no such position"
        raise InvalidRequest(message)
    return positions
