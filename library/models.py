"""What the household knows of Spotify's catalogue, and what each member has of it.

Artists, albums, shows and items are shared: one row each, whoever saved it or has it in a playlist. What is
only shown is packed in `facts` (library.catalogue.packing); what is searched or sorted by has its own column.
"""

import time
from typing import Any, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from spotweb.jobs.models import Job
from spotweb.web import page_urls


class CatalogueRow(models.Model):
    """`seen_at` is when Spotify last sent it."""

    uri = models.CharField(max_length=600, unique=True)
    name = models.TextField(blank=True)
    facts = models.BinaryField(default=bytes)
    seen_at = models.DateTimeField(default=timezone.now)

    objects: "ClassVar[models.Manager[Self]]" = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name or self.uri


class Artist(CatalogueRow):
    pass


class Album(CatalogueRow):
    artists: "models.ManyToManyField[Artist, AlbumCredit]" = models.ManyToManyField(
        Artist, through="AlbumCredit", related_name="albums"
    )


class Show(CatalogueRow):
    """A podcast or an audiobook; its URI says which."""


class Item(CatalogueRow):
    """A track or an episode; its URI says which. Local files are tracks without album and artists here."""

    album = models.ForeignKey(Album, on_delete=models.SET_NULL, null=True, related_name="items")
    show = models.ForeignKey(Show, on_delete=models.SET_NULL, null=True, related_name="items")
    artists: "models.ManyToManyField[Artist, Credit]" = models.ManyToManyField(
        Artist, through="Credit", related_name="items"
    )
    # By what a recording is recognised: its ISRC, else the URI of one of its items (docs/decisions/0063).
    # Empty where an earlier version has named several recordings alike, until Spotify sends it again.
    recording = models.CharField(max_length=600, db_index=True)


class Credit(models.Model):
    """An artist of an item. The order in which artists are named is in the facts of the item."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)
    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "artist"], name="credit_once")]
        indexes = [models.Index(fields=["artist", "item"], name="credits_of_artist")]

    def __str__(self) -> str:
        return f"{self.artist_id} in {self.item_id}"


class AlbumCredit(models.Model):
    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="+", db_index=False)
    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["album", "artist"], name="album_credit_once")]
        indexes = [models.Index(fields=["artist", "album"], name="album_credits_of_artist")]

    def __str__(self) -> str:
        return f"{self.artist_id} in {self.album_id}"


def create_version() -> int:
    """None that an earlier index of the same number has had: what was worked out of that is still kept."""
    return time.time_ns() // 1000


class SavedIndex(models.Model):
    """What one member has saved of one kind, and how far it has been read."""

    class Kind(models.TextChoices):
        TRACK = "track", _("Tracks")
        ALBUM = "album", _("Albums")
        SHOW = "show", _("Podcasts")
        EPISODE = "episode", _("Episodes")
        AUDIOBOOK = "audiobook", _("Audiobooks")
        ARTIST = "artist", _("Artists")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="saved_indexes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Grows with each change of its items: results that were counted from them are kept by it.
    version = models.PositiveBigIntegerField(default=create_version)
    # Since when all of it is known; null before the first full sync has come to its end.
    complete_at = models.DateTimeField(null=True)
    # False: Spotify has none of this kind in the member's market.
    is_offered = models.BooleanField(default=True)

    # What Spotify said at the last check: how many there are, and the first page as a fingerprint.
    checked_at = models.DateTimeField(null=True)
    spotify_total = models.PositiveIntegerField(default=0)
    first_page_digest = models.BinaryField(default=bytes)
    # How many Spotify counts and does not send, because it lost them.
    missing_count = models.IntegerField(default=0)
    gaps = models.BinaryField(default=bytes)  # where they are; library.sync.pages packs and unpacks it
    # When it was last read from one end to the other, and whether that is due again.
    full_sync_at = models.DateTimeField(null=True)
    needs_full_sync = models.BooleanField(default=False)

    # The job that checks and reads it, one row that is started again each time; null before the first visit.
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, related_name="saved_index")
    generation = models.PositiveIntegerField(default=0)  # the number of this full sync
    position = models.PositiveIntegerField(default=0)  # up to where it has come, from 0
    cursor = models.CharField(max_length=255, blank=True)  # the same place, where Spotify lists by cursor
    total = models.PositiveIntegerField(null=True)
    changed_during_sync = models.BooleanField(default=False)  # something was saved or removed meanwhile
    # When and where the current slice began.
    started_at = models.DateTimeField(null=True)
    start_position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="shelf_once_per_member")]

    def __str__(self) -> str:
        return f"{self.kind}s of {self.member_id}"

    @property
    def is_unread(self) -> bool:
        return self.complete_at is None and self.position == 0


class SavedItem(models.Model):
    """One saved thing, with all it is sorted, counted and filtered by: a page is read from one table.

    Keys are bytes: both databases compare them alike, whatever language they were set up for.
    """

    index = models.ForeignKey(SavedIndex, on_delete=models.CASCADE, related_name="items", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, db_index=False, related_name="+")
    album = models.ForeignKey(Album, on_delete=models.CASCADE, null=True, db_index=False, related_name="+")
    show = models.ForeignKey(Show, on_delete=models.CASCADE, null=True, db_index=False, related_name="+")
    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, null=True, db_index=False, related_name="+")
    # In seconds since 1970; 0 where Spotify does not say (audiobooks, artists).
    added_at = models.BigIntegerField(default=0)
    # The earliest moment ever seen for this member and recording; removing and saving again keeps it.
    first_added_at = models.BigIntegerField(default=0)
    title_key = models.BinaryField(default=bytes)
    artist_key = models.BinaryField(default=bytes)
    album_key = models.BinaryField(default=bytes)
    release_key = models.BinaryField(default=bytes)
    duration_ms = models.BigIntegerField(default=0)
    words = models.CharField(max_length=700, blank=True)  # folded; what the filter searches
    facet = models.BigIntegerField(default=0)  # library.saved.facets packs and unpacks it
    generation = models.PositiveIntegerField(default=0)  # the full sync that saw it last

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[target, "index"],
                condition=models.Q(**{f"{target}__isnull": False}),
                name=f"{target}_saved_once",
            )
            for target in ("item", "album", "show", "artist")
        ]
        indexes = [
            models.Index(fields=["index", "added_at", "id"], name="saved_by_added"),
            models.Index(fields=["index", "title_key", "id"], name="saved_by_title"),
            models.Index(fields=["index", "artist_key", "id"], name="saved_by_artist"),
            models.Index(fields=["index", "album_key", "id"], name="saved_by_album"),
            models.Index(fields=["index", "release_key", "id"], name="saved_by_release"),
            # The filter and the counts read only this, in the order in which they group, and so do rarely
            # used orders: reading 100,000 of its entries takes 20 ms.
            models.Index(
                fields=["index", "facet", "words", "duration_ms", "added_at", "first_added_at", "id"],
                name="saved_by_facet",
            ),
        ]

    def __str__(self) -> str:
        return f"saved {self.pk} on {self.index_id}"


class OwnWrite(models.Model):
    """What was saved or removed through this app. It wins until a later sync shows it too."""

    index = models.ForeignKey(SavedIndex, on_delete=models.CASCADE, related_name="own_writes", db_index=False)
    uri = models.CharField(max_length=600)
    is_saved = models.BooleanField()
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index", "uri"], name="own_write_once")]

    def __str__(self) -> str:
        return f"{'saved' if self.is_saved else 'removed'} {self.uri}"


class FirstHad(models.Model):
    """The earliest moment a member is known to have had a recording, in seconds since 1970."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    recording = models.CharField(max_length=600)
    added_at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "recording"], name="first_had_once")]

    def __str__(self) -> str:
        return f"{self.recording} of {self.member_id}"


class IndexedPlaylist(models.Model):
    """A playlist of a member whose items have been read."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    playlist_id = models.CharField(max_length=64)
    name = models.TextField(blank=True)
    items: "models.ManyToManyField[Item, PlaylistMembership]" = models.ManyToManyField(
        Item, through="PlaylistMembership", related_name="playlists"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "playlist_id"], name="holding_playlist_once")
        ]

    def __str__(self) -> str:
        return self.name or self.playlist_id


class PlaylistMembership(models.Model):
    """An item that a playlist holds, once or several times."""

    playlist = models.ForeignKey(IndexedPlaylist, on_delete=models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["playlist", "item"], name="held_once"),
        ]
        indexes = [models.Index(fields=["item", "playlist"], name="held_by_playlists")]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.playlist_id}"


class PastSearch(models.Model):
    """Words that a member searched for and found something with."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="past_searches")
    words = models.CharField(max_length=200)
    searched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "words"], name="words_once_per_member")]
        ordering = ["-searched_at"]

    def __str__(self) -> str:
        return f"a search of {self.member_id}"


class OpenedThing(models.Model):
    """What a member last opened the page of, with what is shown of it; `library.opened_things` writes it.

    `uri` is what plays it, `kind` names its page (spotweb.web.page_urls), or is "liked" for Liked Songs.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="opened_things")
    uri = models.CharField(max_length=600)
    kind = models.CharField(max_length=10)
    name = models.TextField(blank=True)
    by = models.TextField(blank=True)  # artists, publisher or owner; empty for what is the member's own
    image_url = models.TextField(blank=True)
    total = models.PositiveIntegerField(null=True)  # songs, episodes or chapters; null where not known
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "uri"], name="opened_once_per_member")]
        indexes = [models.Index(fields=["member", "-opened_at"], name="opened_by_member")]
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.uri} opened by {self.member_id}"

    @property
    def page_url(self) -> str:
        """The address of its page here."""
        if self.kind == "liked":
            return reverse("library:tracks")
        return page_urls.build_url(self.kind, self.uri.rpartition(":")[2])


def delete_unused_facts() -> None:
    """Delete what of the catalogue no member has saved or in a playlist; it is read again when needed."""
    by = models.OuterRef("pk")
    saved, held = SavedItem.objects, PlaylistMembership.objects
    _delete_unless(Item.objects.all(), saved.filter(item=by), held.filter(item=by))
    _delete_unless(Album.objects.all(), saved.filter(album=by), Item.objects.filter(album=by))
    _delete_unless(Show.objects.all(), saved.filter(show=by), Item.objects.filter(show=by))
    credits_ = Credit.objects.filter(artist=by), AlbumCredit.objects.filter(artist=by)
    _delete_unless(Artist.objects.all(), saved.filter(artist=by), *credits_)


def _delete_unless(rows: "models.QuerySet[Any]", *uses: "models.QuerySet[Any]") -> None:
    for use in uses:
        rows = rows.exclude(models.Exists(use))
    rows.delete()
