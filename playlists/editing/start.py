"""From what a member wants to an edit that is written down, and its first steps."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Member
from playlists.editing import job as running
from playlists.editing import plans
from playlists.editing.aligning import NoLongerMakesSense, carried_over
from playlists.editing.goals import Toward, Wanted
from playlists.errors import Busy, NothingToDo, PlaylistChanged
from playlists.models import Edit, Playlist, Revision
from playlists.revisions import contents
from playlists.revisions.contents import Contents, Entry
from playlists.revisions.diff import compare
from playlists.sync import access as reading
from playlists.sync import job as readings
from playlists.sync.access import Opened

Aim = Callable[[Sequence[Entry]], Toward]


def begin(
    member: Member,
    playlist_id: str,
    *,
    kind: str,
    values: Mapping[str, Any],
    aim: Aim,
    seen: int | None = None,
    rewrite: bool = False,
    waits_for: Sequence[int] = (),
    undoes: Edit | None = None,
) -> Edit:
    """Carry out what `aim` makes of the list as the member sees it: revision `seen`, or null for as it is.

    What others did since is kept where the wish still makes sense. Raises PlaylistChanged where it does not,
    NotEditable, NotReadable, BeingRead, Busy, PlaylistFull, CannotRemove, NothingToDo, and what Spotify
    refuses before anything was done; an edit that was ended midway is returned, and says so.
    """
    opened = reading.open_to_change(member, playlist_id)
    now = _contents(opened)
    base = _seen(opened.playlist, seen) or now
    goal = aim(base.entries)
    wanted = _carried_over(base, now, goal.wanted)
    plan = plans.planned(now.entries, wanted, rewrite=rewrite)
    if not plan.steps and not goal.left:
        raise NothingToDo
    edit = Edit(
        playlist=opened.playlist,
        member=member,
        kind=kind,
        values=dict(values),
        base_id=now.revision_id,
        wanted=plans.pack(wanted),
        may_rewrite=rewrite,
        left=goal.left,
        snapshot_id=now.snapshot_id if opened.playlist.is_id_sure else "",
        waits_for=list(waits_for),
        is_uncertain=bool(waits_for),
        undoes=undoes,
    )
    plans.put(edit, plan)
    return start(edit)


def start(edit: Edit) -> Edit:
    """Write it down, then do it: at once when it is short, else the worker does it."""
    is_short = edit.steps_total <= running.MOST_CALLS_AT_ONCE
    is_now = is_short and not edit.is_uncertain and not edit.waits_for
    edit.state = Edit.State.RUNNING if is_now else Edit.State.WAITING
    edit.beat_at = timezone.now()
    save_alone(edit)
    if is_now:
        return running.run_here(edit)
    if not edit.waits_for:
        running.enqueue(edit)
    return edit


def add_later(
    member: Member,
    playlist: Playlist,
    uris: Sequence[str],
    *,
    kind: str,
    values: Mapping[str, Any],
    left: int,
) -> Edit:
    """To the end of a list whose items are just being read: it goes on by itself when they are."""
    pending = playlist.edits.filter(member=member, state=Edit.State.WAITING, base=None, kind=kind).first()
    if pending and _put_behind(pending, uris, values=values, left=left):
        return pending
    edit = Edit(
        playlist=playlist,
        member=member,
        kind=kind,
        values=dict(values),
        wanted=plans.pack(uris),
        left=left,
        is_uncertain=True,
    )
    save_alone(edit)
    return edit


def _put_behind(pending: Edit, uris: Sequence[str], *, values: Mapping[str, Any], left: int) -> bool:
    """False when it has begun meanwhile."""
    before = pending.wanted
    pending.wanted = plans.pack([*plans.unpack(before), *uris])
    pending.values = {**values, "count": values["count"] + pending.values["count"]}
    pending.left += left
    rows = Edit.objects.filter(pk=pending.pk, state=Edit.State.WAITING, base=None, wanted=before)
    changes = {"wanted": pending.wanted, "values": pending.values, "left": pending.left}
    return rows.update(**changes) == 1


def save_alone(edit: Edit) -> None:
    """Raises Busy while another edit of the same list is under way, NothingToDo when it undoes what has been
    undone already."""
    running.give_up_lost(edit.playlist)
    try:
        with transaction.atomic():
            edit.save()
    except IntegrityError:
        under_way = edit.playlist.edits.filter(state__in=Edit.UNDER_WAY).exclude(pk=edit.pk).first()
        if under_way is None and edit.undoes_id:
            raise NothingToDo from None
        raise Busy(under_way) from None
    # The new one makes sure by itself.
    readings.end_check(edit.playlist)


def _contents(opened: Opened) -> Contents:
    assert opened.contents is not None  # noqa: S101  # for mypy: what may be changed can be read
    return opened.contents


def _seen(playlist: Playlist, seen: int | None) -> Contents | None:
    if seen is None:
        return None
    revision = Revision.objects.filter(playlist=playlist, pk=seen).first()
    if revision is None:  # pruned: a page that has been open for months
        raise PlaylistChanged
    return contents.of(revision)


def _carried_over(base: Contents, now: Contents, wanted: Wanted) -> Wanted:
    if base.fingerprint == now.fingerprint:
        return wanted
    try:
        return carried_over(base.entries, now.entries, wanted)
    except NoLongerMakesSense as error:
        raise changed(base, now) from error


def changed(base: Contents, now: Contents) -> PlaylistChanged:
    diff = compare([entry.key for entry in base.entries], [entry.key for entry in now.entries])
    return PlaylistChanged(
        base=Revision.objects.filter(pk=base.revision_id).first(),
        now=Revision.objects.filter(pk=now.revision_id).first(),
        diff=diff,
    )
