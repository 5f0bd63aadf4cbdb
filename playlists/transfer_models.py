"""What is being brought in from files, and what is being put into them."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member

# A worker notes each step, and that it lives while it waits for Spotify.
LOST_AFTER = timedelta(seconds=60)
LATE_AFTER = timedelta(seconds=20)


class Run(models.Model):
    """Work of many steps for one member. What is done is kept line by line, so that any worker can go on."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("At work")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        STOPPED = "stopped", _("Stopped")

    UNDER_WAY: ClassVar = [State.WAITING, State.RUNNING]
    KEPT: ClassVar[tuple[str, ...]] = ()  # what the work changes beside the fields of all
    slice_ends = 0.0  # by time.monotonic(); of the worker alone

    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=40, blank=True)  # the code of an error
    trouble_until = models.DateTimeField(null=True)  # it goes on by itself then
    is_cancel_wanted = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}: {self.done}/{self.total}"

    @property
    def is_lost(self) -> bool:
        """Its worker has not been heard of for so long that it must have been ended."""
        return self.state == self.State.RUNNING and timezone.now() - self.beat_at > LOST_AFTER

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY and not self.is_lost

    @property
    def is_late(self) -> bool:
        """Nobody takes it up although nothing is waited for: the worker is not running, or busy."""
        is_due = self.trouble_until is None or self.trouble_until < timezone.now() - LATE_AFTER
        return self.state == self.State.WAITING and is_due and timezone.now() - self.beat_at > LATE_AFTER

    @property
    def can_go_on(self) -> bool:
        return self.is_lost or self.state in {self.State.CANCELLED, self.State.STOPPED}


class ImportRun(Run):
    """A list from a file or from pasted lines, on its way into a playlist."""

    KEPT: ClassVar[tuple[str, ...]] = ("looked_here",)

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="imports")
    name = models.CharField(max_length=500)  # what the list is called in the file, or the file
    source = models.CharField(max_length=500, blank=True)  # the name of the file; empty when pasted
    description = models.TextField(blank=True)
    # The last line that was compared with what the household knows, which is free and comes first.
    looked_here = models.PositiveIntegerField(default=0)
    # The playlist that it goes into, once that is settled; empty means a new one.
    playlist_id = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField(null=True)
    added = models.PositiveIntegerField(default=0)
    # Out of sight; it goes for good when newer ones need its place, and until then can come back.
    is_put_away = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["member", "-id"], name="imports_of_member")]
        ordering = ["-pk"]


class ImportLine(models.Model):
    """One row of a file: what stands there, and what of Spotify's is meant by it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Not looked for yet")
        SURE = "sure", _("Found")
        UNSURE = "unsure", _("Unsure")
        MISSING = "missing", _("Not found")
        LEFT_OUT = "left", _("Left out")
        REFUSED = "refused", _("Cannot be added")

    class Reason(models.TextChoices):
        LOCAL = "local", _("A file on somebody’s computer: Spotify lets no app add it.")
        VANISHED = "vanished", _("It had vanished from Spotify when the list was exported.")
        KIND = "kind", _("A link to something that is neither a song nor an episode.")
        LINK = "link", _("No link to anything on Spotify.")
        GONE = "gone", _("Spotify does not have it, or not any more.")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveIntegerField()  # from 1
    said = models.CharField(max_length=900, blank=True)  # as it is shown
    row = models.JSONField()  # a transfer.rows.FileRow
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=8, choices=Reason.choices, blank=True)
    uri = models.CharField(max_length=128, blank=True)  # what is taken, or the best guess
    guesses = models.JSONField(default=list)  # URIs, the best first
    is_guess = models.BooleanField(default=False)  # taken together with all other best guesses

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_line_once")]
        indexes = [models.Index(fields=["run", "state", "number"], name="import_lines_by_state")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.state}: {self.said[:80]}"


class ExportRun(Run):
    """All of a member's playlists in one archive, kept for a day."""

    KEPT: ClassVar[tuple[str, ...]] = ("read", "left", "now_at", "size")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="exports")
    format = models.CharField(max_length=8)
    wanted = models.JSONField()  # ids of playlists, in the member's order
    read = models.JSONField(default=list)  # those of them that are known by now
    left = models.JSONField(default=list)  # [id, code of the error]: what could not be read
    now_at = models.CharField(max_length=500, blank=True)  # the name of the list that is being read
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["member", "-id"], name="exports_of_member")]
        ordering = ["-pk"]
