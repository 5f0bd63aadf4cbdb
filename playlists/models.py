"""Playlists as they are and as they were, and the edits, reads, imports and exports of members."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from playlists.descriptions import describe_edit
from spotweb.jobs.models import Job


class Label(models.Model):
    """A member's group of playlists, since Spotify's folders are not in its Web API."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=100)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "name"], name="label_once_per_member")]
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Playlist(models.Model):
    """A playlist of Spotify's, shared by all members who see it; Spotify decides who may see its items."""

    spotify_id = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=500, blank=True)
    description = models.TextField(blank=True)  # plain text, without Spotify's escapes and tags
    image_url = models.CharField(max_length=500, blank=True)
    owner_id = models.CharField(max_length=255, blank=True)
    owner_name = models.CharField(max_length=255, blank=True)
    is_public = models.BooleanField(null=True)  # "on the profile", which does not say who may open it
    is_collaborative = models.BooleanField(default=False)
    # Of the version that `revision` holds, as far as Spotify's reads have caught up.
    snapshot_id = models.CharField(max_length=255, blank=True)
    # Spotify shows items sooner than the id of their version. True: `snapshot_id` certainly is that of
    # `revision`, since a write was answered with it, or it was read again when all delays were over.
    is_id_sure = models.BooleanField(default=False)
    total = models.PositiveIntegerField(null=True)  # null: Spotify does not say
    # When Spotify was last asked about it, and when `snapshot_id` was last found to be of `revision`.
    checked_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)  # when all items were last read
    # Ids that reads may still show for a while after a write of ours: {id: seconds since 1970}.
    passing_ids = models.JSONField(default=dict)
    # Positions that a write touched, to be compared with what Spotify shows at the next check.
    touched = models.JSONField(default=list)
    revision = models.ForeignKey("Revision", on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name or self.spotify_id

    @property
    def uri(self) -> str:
        return f"spotify:playlist:{self.spotify_id}"

    @property
    def url(self) -> str:
        return f"https://open.spotify.com/playlist/{self.spotify_id}"


class MemberPlaylist(models.Model):
    """A playlist in a member's library, in the order of Spotify's apps."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="playlists")
    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveIntegerField(default=0)
    is_own = models.BooleanField(default=False)
    # Own, collaborative, or invited; an invitation shows only when Spotify has let the member read it.
    can_edit = models.BooleanField(default=False)
    is_readable = models.BooleanField(null=True)  # null: not tried yet
    opened_at = models.DateTimeField(null=True)
    pinned_at = models.DateTimeField(
        null=True
    )  # since when it stands on top of the sidebar; null: it does not
    label = models.ForeignKey(Label, on_delete=models.SET_NULL, null=True, related_name="playlists")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "playlist"], name="playlist_once_per_member")
        ]
        indexes = [models.Index(fields=["member", "position"], name="playlists_of_member")]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.playlist} of {self.member_id}"


class ListSync(models.Model):
    """When a member's list of playlists was last read from Spotify."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"playlists of {self.member_id} at {self.read_at}"


class Revision(models.Model):
    """What was in a playlist at one time. Only `playlists.revisions.packing` reads and writes `rows`."""

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="revisions")
    made_at = models.DateTimeField(default=timezone.now)
    # Null: with Spotify's own apps, by somebody else, or by a member who was removed since.
    made_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=24)
    values = models.JSONField(default=dict)
    snapshot_id = models.CharField(max_length=255, blank=True)
    fingerprint = models.CharField(max_length=32)
    total = models.PositiveIntegerField()
    rows = models.BinaryField()
    edit = models.ForeignKey("Edit", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["playlist", "-id"], name="revisions_of_playlist")]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.total} of {self.playlist_id}"

    @property
    def description(self) -> str:
        """What happened, as a short sentence in the reader's language."""
        return describe_edit(self.kind, self.values)


class Edit(models.Model):
    """A change of a playlist's items. It is stored before the first request, so that an interruption never
    leaves a list half changed without a trace. How far it is says its job: a step per unit."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="edit")
    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="edits")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="edits")
    kind = models.CharField(max_length=24)
    values = models.JSONField(default=dict)
    # What undoing goes back to; null while items to be added wait for their turn or for a long read.
    base = models.ForeignKey(Revision, on_delete=models.RESTRICT, null=True, related_name="+")
    # What `steps` count from when it was resumed; null: `base`.
    start = models.ForeignKey(Revision, on_delete=models.RESTRICT, null=True, related_name="+")
    # What is in the list when it is done.
    result = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True, related_name="+")
    packed_target = models.BinaryField()  # what the list is to become: positions of `base`, and URIs to add
    may_rewrite = models.BooleanField(
        default=False
    )  # faster, at the price of when and by whom items were added
    steps = models.JSONField(default=list)
    # Since when it is not known what is in the list: it is read, and the rest planned, before it goes on.
    uncertain_since = models.DateTimeField(null=True)
    snapshot_id = models.CharField(max_length=255, blank=True)  # what the last step was answered with
    undoes = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    skipped_count = models.PositiveIntegerField(default=0)  # items for which it could not be done
    readded_count = models.PositiveIntegerField(default=0)  # items that count as added today

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.playlist_id}"

    @property
    def description(self) -> str:
        """What was to be done, as a short sentence in the reader's language."""
        return describe_edit(self.kind, self.values)

    @property
    def is_under_way(self) -> bool:
        return self.job.is_active

    @property
    def is_done(self) -> bool:
        return self.job.state == Job.State.DONE

    @property
    def is_late(self) -> bool:
        """No worker has taken it up, or the read that it waits for: none is running, or it is busy."""
        read = self._awaited_read
        if self.base_id is None:
            return read is None and self.job.is_late
        return (read.job if read else self.job).is_late

    @property
    def is_waiting_for_read(self) -> bool:
        """It is planned once the playlist is read, or goes on then."""
        is_planned_later = self.base_id is None and self._awaited_read is not None
        is_read_awaited = is_planned_later or (self.is_being_read and not self.job.is_cancel_requested)
        return self.job.state == Job.State.QUEUED and is_read_awaited

    @property
    def is_waiting_its_turn(self) -> bool:
        """Another edit of the list is under way, or was when this one was asked for."""
        return self.job.state == Job.State.QUEUED and not self.job.lock_key and not self.is_waiting_for_read

    @property
    def is_being_read(self) -> bool:
        """It goes on when it is known what is in the list."""
        return self.uncertain_since is not None and hasattr(self.playlist, "reading")

    @property
    def waits_for_copies(self) -> bool:
        """It removes items that have to arrive in other playlists first."""
        return bool(self.job.blocked_by) and self._awaited_read is None

    @property
    def is_half_done(self) -> bool:
        """Something of it may be at Spotify, and the rest is not."""
        has_stopped = self.job.is_lost or self.job.state in {Job.State.CANCELLED, Job.State.FAILED}
        return has_stopped and (self.job.done > 0 or bool(self.job.in_doubt) or self.start_id is not None)

    @property
    def can_be_undone(self) -> bool:
        return self.is_done or self.is_half_done

    @property
    def _awaited_read(self) -> "PlaylistRead | None":
        read: PlaylistRead | None = getattr(self.playlist, "reading", None)
        return read if read and read.job_id in self.job.blocked_by else None


class PlaylistRead(models.Model):
    """A long playlist that is being read in the background; deleted when all of it is read."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="+")
    playlist = models.OneToOneField(Playlist, on_delete=models.CASCADE, related_name="reading")
    snapshot_id = models.CharField(max_length=255, blank=True)  # when it began
    first_page = models.BinaryField()  # to be shown meanwhile
    rows = models.BinaryField(default=bytes)  # what has been read so far
    passes = models.PositiveSmallIntegerField(default=0)  # how often it turned out to have changed meanwhile
    # To make sure of what was written: no member waits for it, and the next change ends it.
    is_check = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"read of {self.playlist_id}"


class PlaylistMirror(models.Model):
    """A playlist that a member keeps in step with another one, without what a third one contains."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="mirrors")
    target = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="mirrors")
    source = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="+")
    minus = models.ForeignKey(Playlist, on_delete=models.CASCADE, null=True, related_name="+")
    how = models.CharField(max_length=12)  # playlists.tools.sameness
    run_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "target"], name="mirror_once_per_member")]

    def __str__(self) -> str:
        return f"{self.target} like {self.source}"


class ImportRun(models.Model):
    """A list from a file or from pasted lines, on its way into a playlist. Its job looks for the items."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="import_run")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="imports")
    created_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=500)  # what the list is called in the file, or the file
    source = models.CharField(max_length=500, blank=True)  # the name of the file; empty when pasted
    description = models.TextField(blank=True)
    # The last line that was compared with the household's catalogue, which is free and comes first.
    compared_up_to = models.PositiveIntegerField(default=0)
    # The playlist that it goes into, once that is settled; empty means a new one.
    playlist_id = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField(null=True)
    added = models.PositiveIntegerField(default=0)
    # Out of sight; it goes for good when newer ones need its place, and until then can come back.
    is_hidden = models.BooleanField(default=False)
    # What the file was recognised as, and the list in it: values of transfer.formats.rows.
    kind = models.CharField(max_length=8, default="playlist")
    origin = models.CharField(max_length=20, blank=True)
    encoding = models.CharField(max_length=20, blank=True)  # where it had to be guessed
    columns = models.JSONField(default=list)  # of a table: [our column, the heading or number of theirs]
    # The work of saving to the library what was found; the last time that somebody asked for it.
    save_job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["member", "-id"], name="imports_of_member")]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"import of {self.name}"


class ImportLine(models.Model):
    """One row of a file: what stands there, and what of Spotify's is meant by it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Not looked for yet")
        SURE = "sure", _("Found")
        UNSURE = "unsure", _("Unsure")
        MISSING = "missing", _("Not found")
        LEFT_OUT = "left", _("Left out")
        REFUSED = "refused", _("Can’t be added")

    class Reason(models.TextChoices):
        LOCAL = "local", _("A file on somebody’s computer: Spotify lets no app add it.")
        BOOK = "book", _("An audiobook: playlists can’t hold it.")
        ALBUM = "album", _("An album: playlists hold songs and episodes only.")
        ARTIST = "artist", _("An artist: playlists hold songs and episodes only.")
        SHOW = "show", _("A podcast: playlists hold episodes of it, not all of it.")
        UNLINKED = "unlinked", _("It has no link to Spotify. Find it with the search, and save it there.")
        BLOCKED = "blocked", _("Blocked in Spotify. Apps can’t block anything; do it in Spotify’s own app.")
        UNCLEAR = "unclear", _("Nothing in this row names a song.")
        VANISHED = "vanished", _("It had vanished from Spotify when the list was exported.")
        KIND = "kind", _("A link to something that is neither a song nor an episode.")
        LINK = "link", _("No link to anything on Spotify.")
        GONE = "gone", _("Spotify doesn’t have it, or not any more.")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveIntegerField()  # from 1
    label = models.CharField(max_length=900, blank=True)  # as it is shown
    row = models.JSONField()  # a transfer.formats.rows.FileRow
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
        return f"{self.number} {self.state}: {self.label[:80]}"


class ImportUpload(models.Model):
    """Files that a member has sent, until they have decided what of them shall be imported."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="import_uploads")
    created_at = models.DateTimeField(default=timezone.now)
    # The playlist for which they were sent; empty if for none.
    playlist_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"upload {self.pk} of {self.member_id}"


class ImportFile(models.Model):
    """One of these files: what it was recognised as, or why it was not."""

    upload = models.ForeignKey(ImportUpload, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=500)
    origin = models.CharField(max_length=20, blank=True)  # empty where there is a fault
    encoding = models.CharField(max_length=20, blank=True)
    fault = models.CharField(max_length=20, blank=True)
    fault_count = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=dict)  # our column -> its place from 0
    heading = models.JSONField(default=list)
    # A table that was not understood, packed; a member says what its columns are.
    table = models.BinaryField(null=True)
    is_clear = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ImportList(models.Model):
    """One of the lists in a file; with `run` once it is being imported."""

    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="lists")
    name = models.CharField(max_length=500)
    kind = models.CharField(max_length=8)
    total = models.PositiveIntegerField()
    packed = models.BinaryField()  # a transfer.formats.rows.FileList
    run = models.ForeignKey(ImportRun, on_delete=models.SET_NULL, null=True, related_name="lists")
    is_started = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ExportRun(models.Model):
    """All of a member's playlists in one archive, kept for a day. Its job reads them and writes it."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="export_run")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="exports")
    created_at = models.DateTimeField(default=timezone.now)
    format = models.CharField(max_length=8)
    playlist_ids = models.JSONField()  # in the member's order
    read_ids = models.JSONField(default=list)  # those of them that are read by now
    failed = models.JSONField(default=list)  # [id, code of the error]: what could not be read
    current_names = models.CharField(max_length=500, blank=True)  # of the playlists that are being read
    size_bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["member", "-id"], name="exports_of_member")]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"export {self.pk} of {self.member_id}"


def delete_orphaned_playlists() -> None:
    """Delete playlists that nobody of the household has any more; those that can be restored stay."""
    Playlist.objects.filter(members__isnull=True, edits__isnull=True).delete()
