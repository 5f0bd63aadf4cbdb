"""The one row that every piece of background work has."""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar, Protocol

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A job that no worker takes up for this long is said to be late.
LATE_AFTER = timedelta(seconds=20)


class KindFacts(Protocol):
    """What a job has to know of its kind, which is a `registry.JobKind`."""

    @property
    def lost_after(self) -> timedelta: ...

    @property
    def lost_code(self) -> str: ...

    @property
    def can_resume(self) -> "Callable[[Job], bool]": ...


class Job(models.Model):
    """How far a piece of work is and who works on it. `done` is never ahead of Spotify.

    Facts of a feature stay in the feature's own row, which has a OneToOneField to its job.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("At work")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Stopped")

    ACTIVE: ClassVar = [State.QUEUED, State.RUNNING]
    # By name; the registry, which needs this model, sets it.
    get_kind: "ClassVar[Callable[[str], KindFacts]]"

    # Whose data or player it is about.
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Null when the app started it by itself. Only this member may cancel, resume and dismiss it.
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    kind = models.CharField(max_length=32)  # a name of the registry
    title = models.CharField(max_length=500, blank=True)
    payload = models.JSONField(default=dict)  # what to do, as the kind understands it
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    # At most one queued or running job holds a key; empty: none is needed.
    lock_key = models.CharField(max_length=128, blank=True)
    # The fencing token. It grows with each claim and with each take-over, and every write names it.
    attempt = models.PositiveIntegerField(default=0)
    blocked_by = models.JSONField(default=list)  # keys of jobs that have to be done first

    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)  # null until it is known
    skipped = models.PositiveIntegerField(default=0)  # what could not be done, in items
    last_step = models.CharField(max_length=500, blank=True)  # the name of what was done last
    in_doubt = models.CharField(max_length=500, blank=True)  # the name of what may or may not have been done

    error_code = models.CharField(max_length=40, blank=True)  # of a SpotifyError, or of the kind
    # A queued job goes on by itself then; a failed one may be resumed with success from then on.
    run_after = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # failures in a row since it last came further

    is_cancel_requested = models.BooleanField(default=False)
    is_dismissed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    # When it was queued or claimed, or when its worker last wrote.
    heartbeat_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lock_key"],
                condition=Q(state__in=["queued", "running"]) & ~Q(lock_key=""),
                name="one_active_job_per_lock_key",
            )
        ]
        indexes = [
            models.Index(fields=["started_by", "is_dismissed", "id"], name="jobs_of_starter"),
            models.Index(fields=["state"], condition=Q(state__in=["queued", "running"]), name="active_jobs"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.done}/{self.total} for {self.member_id}"

    @property
    def is_active(self) -> bool:
        """Queued, or running with a worker that was heard of lately."""
        return self.state in self.ACTIVE and not self.is_lost

    @property
    def is_over(self) -> bool:
        """Done, cancelled, failed or lost. A paused job is not over."""
        return self.state not in {*self.ACTIVE, self.State.PAUSED} or self.is_lost

    @property
    def is_lost(self) -> bool:
        """Its worker has not been heard of for so long that it must have been ended.

        Also true after the sweep has written that down as a failure.
        """
        kind = Job.get_kind(self.kind)
        if self.state == self.State.FAILED:
            return self.error_code == kind.lost_code
        # Also one of the future, after the clock was set back: a worker that lives corrects it at once.
        silence = abs(timezone.now() - self.heartbeat_at)
        return self.state == self.State.RUNNING and silence > kind.lost_after

    @property
    def is_late(self) -> bool:
        """It is due and nobody has taken it up: the worker is not running, or busy."""
        since = max(self.heartbeat_at, self.run_after or self.heartbeat_at)
        is_due = self.state == self.State.QUEUED and not self.blocked_by
        return is_due and timezone.now() - since > LATE_AFTER

    @property
    def is_deferred(self) -> bool:
        """It goes on by itself at `run_after`."""
        return self.state == self.State.QUEUED and bool(self.run_after and self.run_after > timezone.now())

    @property
    def can_resume(self) -> bool:
        """Whether a member may have the rest done."""
        if self.state == self.State.DONE or self.is_active:
            return False
        return Job.get_kind(self.kind).can_resume(self)
