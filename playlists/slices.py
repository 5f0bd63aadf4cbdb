"""Long work that lets others pass: a slice of it at a time, so that no edit waits for somebody's import.

What is done is kept as it is done. A slice that ends midway costs nothing but what it was just at, so any
worker goes on, also by itself after a wait that Spotify asked for, and after a worker was ended.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import models
from django.utils import timezone

from accounts.models import Member
from playlists.models import LOST_AFTER, Run
from spotweb.spotify.errors import SpotifyError, Throttled

R = TypeVar("R", bound=Run)

SLICE_S = 10.0
# Others first: what members wait for has the usual priority, 0.
PRIORITY = -10
_FIELDS = ("state", "done", "total", "trouble", "trouble_until", "beat_at")


class Cancelled(Exception):
    """The member does not want the rest."""


class NotYet(Exception):
    """Something else has to come first; look again at `moment`."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        super().__init__()


def begin(run: Run, *, at: datetime | None = None) -> None:
    """Have the worker do the next slice, now or later."""
    from playlists import transfer_tasks  # the tasks import the work, which imports this

    task = transfer_tasks.TASKS[type(run)]
    task.using(priority=PRIORITY, run_after=at).enqueue(run.pk)


def carry_out(model: type[R], pk: int, work: Callable[[R], bool], *, for_s: float = SLICE_S) -> None:
    """One slice, in the worker. A run that is not waiting was cancelled, or somebody else does it."""
    taken = _rows(model, pk).filter(state=Run.State.WAITING)
    if not taken.update(state=Run.State.RUNNING, beat_at=timezone.now(), trouble="", trouble_until=None):
        return
    run = _rows(model, pk).select_related("member").get()
    run.slice_ends = time.monotonic() + for_s
    try:
        run.state = Run.State.DONE if work(run) else Run.State.WAITING
    except Cancelled:
        run.state = Run.State.CANCELLED
    except NotYet as later:
        run.state, run.trouble_until = Run.State.WAITING, later.moment
    except Throttled as error:
        run.state, run.trouble, run.trouble_until = Run.State.WAITING, error.code, error.until
    except SpotifyError as error:
        run.state, run.trouble = Run.State.STOPPED, error.code
    finally:
        if run.state == Run.State.RUNNING:
            run.state = Run.State.STOPPED
        save(run)
    if run.state == Run.State.WAITING:
        begin(run, at=run.trouble_until)


def is_over(run: Run) -> bool:
    """Whether the slice has had its time."""
    return time.monotonic() > run.slice_ends


def note(run: Run) -> None:
    """Keep how far it came. Raises Cancelled when that is wanted."""
    if _rows(type(run), run.pk).filter(is_cancel_wanted=True).exists():
        raise Cancelled
    save(run)


def save(run: Run) -> None:
    """Not the wish to cancel, which the member's page writes; nor a row that was deleted meanwhile."""
    run.beat_at = timezone.now()
    fields = (*_FIELDS, *run.KEPT)
    _rows(type(run), run.pk).update(**{name: getattr(run, name) for name in fields})


def cancel(run: Run) -> None:
    """Before its next step; at once when nobody is at it."""
    mine = _rows(type(run), run.pk)
    mine.update(is_cancel_wanted=True)
    mine.filter(state=Run.State.WAITING).update(state=Run.State.CANCELLED)
    if run.is_lost:
        mine.filter(state=Run.State.RUNNING, beat_at=run.beat_at).update(state=Run.State.CANCELLED)


def go_on(run: Run) -> None:
    """Take up the rest, once, whoever asks."""
    if not run.can_go_on:
        return
    again = _rows(type(run), run.pk).filter(state=run.state, beat_at=run.beat_at)
    now = timezone.now()
    if again.update(
        state=Run.State.WAITING, is_cancel_wanted=False, trouble="", trouble_until=None, beat_at=now
    ):
        begin(run)


def revive(member: Member) -> None:
    """Take up what a worker was at when it was ended: repeating a search does no harm."""
    lost = {"state": Run.State.RUNNING, "beat_at__lt": timezone.now() - LOST_AFTER}
    for run in (*member.imports.filter(**lost), *member.exports.filter(**lost)):
        go_on(run)


def _rows(model: type[R], pk: int) -> models.QuerySet[R]:
    return model._default_manager.filter(pk=pk)  # noqa: SLF001  # what `objects` is to any model
