"""What spotweb remembers of its members' players, because Spotify does not tell it again."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member

# A worker notes each step, and that it lives while it waits for Spotify.
LOST_AFTER = timedelta(seconds=60)
LATE_AFTER = timedelta(seconds=20)


class QueuedItem(models.Model):
    """An item that was queued through spotweb, until Spotify no longer shows it as coming."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        GONE = "gone", _("Played or skipped")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="queued_items")
    # Null when the one who added it has moved out.
    added_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    uri = models.CharField(max_length=128)
    name = models.CharField(max_length=500, blank=True)  # empty when only a link was known
    added_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # Its row in the queue when Spotify last showed it, from 0; null before it was seen there.
    place = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["member", "state", "id"], name="queued_of_member")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name or self.uri} for {self.member_id}"


class Job(models.Model):
    """Work that takes many requests, done in the background. `steps_done` is never ahead of Spotify."""

    class Kind(models.TextChoices):
        ADD = "add", _("Adding to the queue")
        SKIP = "skip", _("Skipping")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("At work")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        STOPPED = "stopped", _("Stopped")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="jobs")  # whose player
    started_by = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    wanted = models.JSONField()  # what to do, as the kind understands it
    title = models.CharField(max_length=500, blank=True)
    device_id = models.CharField(max_length=128, blank=True)
    steps_done = models.PositiveIntegerField(default=0)
    steps_total = models.PositiveIntegerField(null=True)  # null until it is known
    left_out = models.PositiveIntegerField(default=0)  # what could not be added, or was too much
    last = models.CharField(max_length=500, blank=True)  # the name of what was done last
    in_doubt = models.CharField(max_length=500, blank=True)  # the name of what may or may not have been done
    trouble = models.CharField(max_length=40, blank=True)  # the code of a SpotifyError
    trouble_until = models.DateTimeField(null=True)
    is_cancel_wanted = models.BooleanField(default=False)
    is_dismissed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["started_by", "is_dismissed", "id"], name="jobs_to_show")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.steps_done}/{self.steps_total} for {self.member_id}"

    @property
    def is_over(self) -> bool:
        return self.state not in {Job.State.WAITING, Job.State.RUNNING} or self.is_lost

    @property
    def is_lost(self) -> bool:
        """Its worker has not been heard of for so long that it must have been ended."""
        return self.state == Job.State.RUNNING and timezone.now() - self.beat_at > LOST_AFTER

    @property
    def is_late(self) -> bool:
        """Nobody has taken it up: the worker is not running, or busy."""
        return self.state == Job.State.WAITING and timezone.now() - self.created_at > LATE_AFTER

    @property
    def can_go_on(self) -> bool:
        is_unfinished = self.steps_total is None or self.steps_done < self.steps_total
        return self.kind == Job.Kind.ADD and self.is_over and is_unfinished and self.state != Job.State.DONE


class KnownDevice(models.Model):
    """A device that Spotify has listed once. It forgets them within minutes, and they may still answer."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="known_devices")
    device_id = models.CharField(max_length=128)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=40, blank=True)
    last_seen_at = models.DateTimeField(default=timezone.now)
    is_preferred = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "device_id"], name="device_once_per_member"),
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(is_preferred=True), name="one_preferred_device"
            ),
        ]
        ordering = ["-last_seen_at", "pk"]

    def __str__(self) -> str:
        return self.name


class PastSearch(models.Model):
    """Words that a member searched for and found something to play with."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="past_searches")
    words = models.CharField(max_length=200)
    searched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "words"], name="words_once_per_member")]
        ordering = ["-searched_at"]

    def __str__(self) -> str:
        return f"a search of {self.member_id}"
