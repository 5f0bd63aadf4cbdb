"""What the work of a kind gets: its job, and writes that fail as soon as another worker holds the job.

What ends a slice before the work is done is an exception, which `runner` writes down.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from spotweb.jobs.models import Job
from spotweb.jobs.patience import PAUSE_S, stopping, wait_out
from spotweb.spotify.errors import SpotifyError, Unavailable
from spotweb.spotify.transport import count_writes
from spotweb.storage.outages import find_outage

T = TypeVar("T")


class Superseded(Exception):
    """The job was paused, cancelled, deleted or taken over by another worker: write and send nothing more."""


class Cancelled(Exception):
    """The member does not want the rest."""


class EndOfSlice(Exception):
    """The rest is for another slice, after the others that wait for the worker."""


class Deferred(Exception):
    """The job goes on by itself at `until`, and the worker is free until then."""

    def __init__(self, until: datetime, error_code: str = "") -> None:
        self.until = until
        self.error_code = error_code
        super().__init__()


class Failed(Exception):
    """The job ends with an error of ours that no SpotifyError tells."""

    def __init__(self, error_code: str) -> None:
        self.error_code = error_code
        super().__init__(error_code)


class Run:
    """One slice of a job, or the part of it that is done inside a request."""

    def __init__(self, job: Job, *, queued_at: datetime, slice_s: float | None) -> None:
        self.job = job
        # When it was queued, or last written to, before this claim.
        self.queued_at = queued_at
        # Null inside a request, which has no slice.
        self._slice_ends = None if slice_s is None else time.monotonic() + slice_s

    @property
    def is_inline(self) -> bool:
        """Whether a member waits for it inside a request."""
        return self._slice_ends is None

    @property
    def is_slice_over(self) -> bool:
        """Also when the worker is to end: the rest is queued again, and nothing is left in the middle."""
        return self._slice_ends is not None and (stopping.is_set() or time.monotonic() > self._slice_ends)

    @property
    def has_to_give_way(self) -> bool:
        """Whether the slice is over and another task waits: for work whose slices each cost requests."""
        return self.is_slice_over and DBTaskResult.objects.ready().exists()

    def heartbeat(self, **changes: Any) -> None:  # noqa: ANN401  # fields of Job
        """Write that the worker lives, and these fields of the job. Raises Superseded, Cancelled.

        Call it at least every few seconds, also while waiting.
        """
        if "done" in changes and changes["done"] > self.job.done:
            changes["tries"] = 0
        if not self._write(self._rows.filter(is_cancel_requested=False), changes):
            if self._rows.exists():
                raise Cancelled
            raise Superseded

    def checkpoint(self, **changes: Any) -> None:  # noqa: ANN401  # fields of Job
        """As `heartbeat`, where the work may stop: what is done is written down. Raises EndOfSlice too."""
        self.heartbeat(**changes)
        if self.is_slice_over:
            raise EndOfSlice

    def save(self, **changes: Any) -> None:  # noqa: ANN401  # fields of Job
        """Write what has happened: as `heartbeat`, also when it is to be cancelled. Raises Superseded."""
        if not self._write(self._rows, changes):
            raise Superseded

    @contextmanager
    def fence(self, **changes: Any) -> Iterator[None]:  # noqa: ANN401  # fields of Job
        """A transaction in which the feature's own rows may be written, with these fields of the job.

        Raises Superseded.
        """
        with transaction.atomic():
            self.save(**changes)
            yield

    def once(self, name: str, act: Callable[[], T], *, record: Callable[[T], None] | None = None) -> T:
        """Send one request that must not be repeated, as the next step; raises what `checkpoint` does.

        It counts as in doubt from before it is sent until its answer is there, since the worker may be ended
        in between. An error whose outcome is unknown leaves the doubt. `record` writes what the feature keeps
        of the answer, in the transaction that ends the doubt.
        """
        if self.is_slice_over:
            raise EndOfSlice
        name = name[:500]
        self.heartbeat(in_doubt=name)
        try:
            answer = self._act(act)
        except Unavailable as error:
            if not error.is_outcome_unknown:
                self.save(in_doubt="")
            raise
        except SpotifyError:
            self.save(in_doubt="")
            raise
        done = self.job.done + 1

        def write_done() -> None:
            with self.fence(in_doubt="", last_step=name, done=done, tries=0):
                if record:
                    record(answer)

        # The answer is known here alone: while the database is away it must not get lost.
        self._wait_out(write_done)
        return answer

    def _act(self, act: Callable[[], T]) -> T:
        """Wait for the database as long as nothing was sent, as when a token has to be renewed before."""
        sent = count_writes()
        while True:
            try:
                return act()
            except DatabaseError as error:
                is_over = self.is_inline or stopping.is_set() or count_writes() > sent
                if is_over or not find_outage(error):
                    raise
                stopping.wait(PAUSE_S)
                self.heartbeat()

    def pause(self, seconds: float) -> None:
        """Sleep within the slice, for moments only. Raises Superseded, Cancelled."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 1.0))
            self.heartbeat()

    def defer(self, until: datetime, error_code: str = "") -> NoReturn:
        """Give the worker back until then."""
        raise Deferred(until, error_code)

    def defer_to(self, moment: float) -> NoReturn:
        """The same with seconds since 1970."""
        self.defer(datetime.fromtimestamp(moment, UTC))

    def hand_over(self) -> NoReturn:
        """End the slice now; inside a request, leave the rest to the worker."""
        raise EndOfSlice

    def block(self, *blockers: int) -> NoReturn:
        """Give the worker back until these jobs are done."""
        self.save(blocked_by=list(blockers))
        raise EndOfSlice

    def _wait_out(self, write: Callable[[], T]) -> T:
        """The worker waits for the database; a request says that it is away."""
        return write() if self.is_inline else wait_out(write)

    @property
    def _rows(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, state=Job.State.RUNNING)

    def _write(self, rows: QuerySet[Job], changes: dict[str, Any]) -> bool:
        def write() -> int:
            changes["heartbeat_at"] = timezone.now()
            return rows.update(**changes)

        if not self._wait_out(write):
            return False
        for name, value in changes.items():
            setattr(self.job, name, value)
        return True
