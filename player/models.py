"""What spotweb remembers of its members' players, because Spotify does not tell it again."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member


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
    # With its name what tells another release of it from another song: artists or show, length, ISRC.
    people = models.JSONField(default=list)
    duration_ms = models.PositiveIntegerField(default=0)
    isrc = models.CharField(max_length=40, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # Its row in the queue when Spotify last showed it, from 0; null before it was seen there.
    place = models.PositiveSmallIntegerField(null=True)
    left_at = models.DateTimeField(null=True)  # when it was last seen to be gone

    class Meta:
        indexes = [models.Index(fields=["member", "state", "id"], name="queued_of_member")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name or self.uri} for {self.member_id}"


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


class ListeningPlace(models.Model):
    """Where a member stopped within an album, a playlist, a podcast or an audiobook, as last seen."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="listening_places")
    # The URI of what is played from; of the episode itself where it is played alone.
    uri = models.CharField(max_length=400)
    item = models.BinaryField()  # an Item of spotweb.spotify.models, packed
    name = models.CharField(max_length=500, blank=True)  # of a playlist, where Spotify told it
    position_ms = models.PositiveBigIntegerField(default=0)
    # What follows there: tells which copy of a song it was, and where to go on when it was taken out.
    following = models.JSONField(default=list)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "uri"], name="place_once_per_member")]
        indexes = [models.Index(fields=["member", "-updated_at"], name="places_of_member")]
        ordering = ["-updated_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.uri} of {self.member_id}"


class PlayerEvent(models.Model):
    """Something that happened to a member's player: the answer to "why did it stop?"."""

    class Kind(models.TextChoices):
        STARTED = "started"
        RESUMED = "resumed"
        PAUSED = "paused"
        SKIPPED = "skipped"
        ENDED = "ended"  # nothing was left to play
        AUTOPLAY = "autoplay"  # Spotify went on with something similar
        MOVED = "moved"  # to another device
        LOST = "lost"  # the device went away while it played
        SKIPS = "skips"  # the device skips one song after another
        LIMITED = "limited"  # Spotify asked us to wait
        PRIVATE = "private"
        PREMIUM = "premium"
        REPLACED = "replaced"  # a queue was lost
        RESTORED = "restored"
        SLEPT = "slept"  # the sleep timer ended
        AWAKE = "awake"  # the sleep timer was turned off, since the music moved
        LENT = "lent"  # another member played through this account
        BORROWED = "borrowed"  # this member through another's

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="player_events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    facts = models.JSONField(default=dict)  # names and numbers for the sentence about it
    is_own = models.BooleanField(default=False)  # done through this app
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["member", "-at", "-id"], name="events_of_player")]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"


class PastQueue(models.Model):
    """A queue that was emptied before it was played, with what played when that happened."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="past_queues")
    at = models.DateTimeField(default=timezone.now)
    context_uri = models.CharField(max_length=400, blank=True)
    context_name = models.CharField(max_length=500, blank=True)
    item = models.BinaryField(default=bytes)  # an Item of spotweb.spotify.models, packed; empty: none
    position_ms = models.PositiveBigIntegerField(default=0)
    rows = models.BinaryField(default=bytes)  # rows of player.observation.past_queues, packed
    is_own = models.BooleanField(default=False)  # by a start through this app
    is_device_lost = models.BooleanField(default=False)
    is_restored = models.BooleanField(default=False)
    is_shuffled = models.BooleanField(default=False)
    # Put aside while another member played through this account, who may have left since.
    is_lent = models.BooleanField(default=False)
    lent_to = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["member", "-at", "-id"], name="past_queues_of_member")]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"queue of {self.member_id} until {self.at:%H:%M}"


class ManagedQueue(models.Model):
    """A queue that this app keeps for a member (`player.managed_queue`)."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="managed_queue")
    is_on = models.BooleanField(default=False)
    is_fair = models.BooleanField(default=False)  # people take turns
    version = models.PositiveIntegerField(default=0)  # grows with each change that pages show
    note = models.CharField(max_length=20, blank=True)  # why it waits: paused, no_device, trouble
    last = models.JSONField(null=True)  # the last look at the player
    paused_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"queue kept for {self.member_id}"


class ManagedBlock(models.Model):
    """An album or a playlist in a managed queue; of its rows those that stand together are shown as one."""

    queue = models.ForeignKey(ManagedQueue, on_delete=models.CASCADE, related_name="blocks")
    uri = models.CharField(max_length=400)
    name = models.CharField(max_length=500, blank=True)
    image_url = models.CharField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return self.name or self.uri


class ManagedItem(models.Model):
    """A row of a managed queue. At most one is armed: it stands in Spotify's own queue."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ARMED = "armed"
        PLAYED = "played"  # or passed by, which is_passed tells
        REMOVED = "removed"

    queue = models.ForeignKey(ManagedQueue, on_delete=models.CASCADE, related_name="items")
    # Of which album or playlist it was added as a part.
    block = models.ForeignKey(ManagedBlock, on_delete=models.SET_NULL, null=True, related_name="items")
    place = models.PositiveIntegerField()
    uri = models.CharField(max_length=128)
    name = models.CharField(max_length=500, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)
    item = models.BinaryField(default=bytes)  # an Item of spotweb.spotify.models, packed; empty: not known
    # Null when the one who added it has left.
    added_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    changed_at = models.DateTimeField(default=timezone.now)
    armed_at = models.FloatField(null=True)
    before_uri = models.CharField(max_length=400, blank=True)  # what played when it was armed
    sent_count = models.PositiveSmallIntegerField(default=0)
    is_doubtful = models.BooleanField(default=False)  # whether Spotify has it is not known yet
    is_unwanted = models.BooleanField(default=False)  # it will be skipped when it begins
    is_passed = models.BooleanField(default=False)  # skipped, or taken out of Spotify's queue

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["queue"], condition=models.Q(state="armed"), name="one_armed_item_per_queue"
            )
        ]
        indexes = [models.Index(fields=["queue", "state", "place", "id"], name="rows_of_managed_queue")]
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return f"{self.name or self.uri} ({self.state})"


class SpeakerLoan(models.Model):
    """A speaker of the host that a guest asked for, or plays on through the host's account."""

    class Status(models.TextChoices):
        ASKED = "asked"
        PLAYING = "playing"  # or about to be started
        DECLINED = "declined"
        LAPSED = "lapsed"
        WITHDRAWN = "withdrawn"
        FAILED = "failed"
        ENDED = "ended"

    host = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="speaker_loans")
    guest = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="borrowed_speakers")
    device_id = models.CharField(max_length=128)
    device_name = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=Status.choices)
    was_asked = models.BooleanField(default=False)  # agreed to this once, whatever the host's setting
    plan = models.JSONField(default=dict)  # a LoanPlan of player.speaker_loans.plans
    past_queue = models.ForeignKey(PastQueue, on_delete=models.SET_NULL, null=True, related_name="+")
    began_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host"], condition=models.Q(status="asked"), name="one_request_per_host"
            ),
            models.UniqueConstraint(
                fields=["host"], condition=models.Q(status="playing"), name="one_guest_per_host"
            ),
        ]
        ordering = ["-began_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.device_name} of {self.host_id} for {self.guest_id}: {self.status}"


class QuietHours(models.Model):
    """How loud a device may be between two times of day, in the member's own time zone."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="quiet_hours")
    device_id = models.CharField(max_length=128)
    # Devices may come back under another id.
    device_name = models.CharField(max_length=200)
    device_type = models.CharField(max_length=40, blank=True)
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    ceiling = models.PositiveSmallIntegerField()  # percent
    time_zone = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "device_name", "device_type"], name="quiet_hours_once_per_device"
            )
        ]
        ordering = ["device_name", "pk"]

    def __str__(self) -> str:
        return f"{self.device_name} of {self.member_id}: at most {self.ceiling}"


def delete_older(rows: models.QuerySet[Any], *, most: int) -> None:
    """Of rows whose model lists the newest first, delete all but the first so many."""
    kept = list(rows.values_list("pk", flat=True)[:most])
    rows.exclude(pk__in=kept).delete()
