"""What Spotify answers, as frozen objects: its names, and only the fields we use.

Every field that Spotify leaves out or sends as null somewhere has a default or says `| None`; `decoding.py`
copes with the rest, so that one odd object never costs a member the whole queue.
"""

from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Image(Struct, frozen=True, kw_only=True):
    """Widest first in every list. Custom playlist covers have no size."""

    url: str
    height: int | None = None
    width: int | None = None


class ExternalUrls(Struct, frozen=True, kw_only=True):
    spotify: str | None = None


class ExternalIds(Struct, frozen=True, kw_only=True):
    isrc: str | None = None


class Restrictions(Struct, frozen=True, kw_only=True):
    """`reason` is market, product, explicit, or a word Spotify invents later."""

    reason: str | None = None


class Thing(Struct, frozen=True, kw_only=True):
    """What all objects of the catalogue share. `id` and `uri` are null within local files."""

    id: str | None = None
    uri: str | None = None
    name: str = ""
    external_urls: ExternalUrls = ExternalUrls()

    @property
    def url(self) -> str | None:
        """The page on open.spotify.com that everything shown has to link to; null within local files."""
        return self.external_urls.spotify


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """One page by offset. The end is `next is None`: `total` also counts what Spotify no longer returns."""

    items: tuple[T, ...] = ()
    total: int | None = None
    limit: int | None = None
    offset: int = 0
    next: str | None = None


class Cursors(Struct, frozen=True, kw_only=True):
    after: str | None = None
    before: str | None = None


class CursorPage(Struct, Generic[T], frozen=True, kw_only=True):
    """One page by cursor; `cursors` is null on the last one."""

    items: tuple[T, ...] = ()
    cursors: Cursors | None = None
    total: int | None = None
    limit: int | None = None
    next: str | None = None


class Artist(Thing, frozen=True, kw_only=True):
    """Inside tracks and albums Spotify sends no images."""

    images: tuple[Image, ...] = ()
    genres: tuple[str, ...] = ()


class Album(Thing, frozen=True, kw_only=True):
    """`tracks` is only on the album itself (at most its first 50); `album_type` is null in local files."""

    album_type: str | None = None
    artists: tuple[Artist, ...] = ()
    images: tuple[Image, ...] = ()
    release_date: str | None = None
    release_date_precision: str | None = None
    total_tracks: int | None = None
    restrictions: Restrictions | None = None
    tracks: "Page[Track] | None" = None


class Show(Thing, frozen=True, kw_only=True):
    """`publisher` is gone in development mode."""

    images: tuple[Image, ...] = ()
    description: str = ""
    publisher: str | None = None
    explicit: bool = False
    media_type: str | None = None
    total_episodes: int | None = None


class Author(Struct, frozen=True, kw_only=True):
    name: str = ""


class Audiobook(Thing, frozen=True, kw_only=True):
    """`publisher` is gone in development mode; audiobooks exist in six countries only."""

    authors: tuple[Author, ...] = ()
    narrators: tuple[Author, ...] = ()
    images: tuple[Image, ...] = ()
    description: str = ""
    publisher: str | None = None
    explicit: bool = False
    total_chapters: int | None = None


class ResumePoint(Struct, frozen=True, kw_only=True):
    fully_played: bool = False
    resume_position_ms: int = 0


class Chapter(Thing, frozen=True, kw_only=True):
    images: tuple[Image, ...] = ()
    description: str = ""
    chapter_number: int | None = None
    duration_ms: int = 0
    explicit: bool = False
    is_playable: bool | None = None
    resume_point: ResumePoint | None = None
    audiobook: Audiobook | None = None


class Track(Thing, frozen=True, kw_only=True, tag_field="type", tag="track"):
    """`album` is missing on the tracks inside an album; `is_playable` is null when Spotify does not say.

    Of a local file `is_local` is true, `id` is null, `uri` is `spotify:local:…`, and the duration may be 0.
    """

    album: Album | None = None
    artists: tuple[Artist, ...] = ()
    duration_ms: int = 0
    explicit: bool = False
    is_local: bool = False
    is_playable: bool | None = None
    disc_number: int = 1
    track_number: int = 0
    external_ids: ExternalIds | None = None
    restrictions: Restrictions | None = None

    @property
    def type(self) -> str:
        return "track"

    @property
    def images(self) -> tuple[Image, ...]:
        return self.album.images if self.album else ()


class Episode(Thing, frozen=True, kw_only=True, tag_field="type", tag="episode"):
    """`show` is missing on the episodes inside a show."""

    show: Show | None = None
    images: tuple[Image, ...] = ()
    description: str = ""
    duration_ms: int = 0
    explicit: bool = False
    is_playable: bool | None = None
    release_date: str | None = None
    release_date_precision: str | None = None
    resume_point: ResumePoint | None = None
    restrictions: Restrictions | None = None

    @property
    def type(self) -> str:
        return "episode"


class UnknownItem(Thing, frozen=True, kw_only=True, tag_field="type", tag="unknown"):
    """Something playable of a kind we do not know: a chapter, or what Spotify comes up with next."""

    images: tuple[Image, ...] = ()
    duration_ms: int = 0
    explicit: bool = False

    @property
    def type(self) -> str:
        return "unknown"


Item = Track | Episode | UnknownItem


class Device(Struct, frozen=True, kw_only=True):
    """`id` persists "to some extent" and is null for devices that take no command; a restricted device takes
    none either. `volume_percent` means nothing unless `supports_volume`."""

    id: str | None = None
    name: str = ""
    type: str = ""
    is_active: bool = False
    is_private_session: bool = False
    is_restricted: bool = False
    volume_percent: int | None = None
    supports_volume: bool = False


class Devices(Struct, frozen=True, kw_only=True):
    devices: tuple[Device, ...] = ()


class Context(Struct, frozen=True, kw_only=True):
    """What is played from: an album, artist, playlist, show, or `collection` for Liked Songs."""

    type: str = ""
    uri: str | None = None
    external_urls: ExternalUrls = ExternalUrls()

    @property
    def url(self) -> str | None:
        return self.external_urls.spotify


class Disallows(Struct, frozen=True, kw_only=True):
    """True is forbidden just now; what Spotify does not mention is allowed."""

    interrupting_playback: bool = False
    pausing: bool = False
    resuming: bool = False
    seeking: bool = False
    skipping_next: bool = False
    skipping_prev: bool = False
    toggling_repeat_context: bool = False
    toggling_repeat_track: bool = False
    toggling_shuffle: bool = False
    transferring_playback: bool = False


class Actions(Disallows, frozen=True, kw_only=True):
    """The official file draws the flags here, Spotify sends them one level deeper."""

    disallows: Disallows | None = None


class Playback(Struct, frozen=True, kw_only=True):
    """What plays where. `item` is null on an idle device, during an advertisement and while the DJ talks.

    `timestamp` (ms) is the last change of state and unreliable: reckon the position from `progress_ms` and
    the moment the answer came. `device` is missing in get-the-users-currently-playing-track.
    """

    device: Device | None = None
    repeat_state: str = "off"
    shuffle_state: bool = False
    smart_shuffle: bool = False
    context: Context | None = None
    timestamp: int | None = None
    progress_ms: int | None = None
    is_playing: bool = False
    item: Item | None = None
    currently_playing_type: str = "unknown"
    actions: Actions = Actions()

    @property
    def disallows(self) -> Disallows:
        return self.actions.disallows or self.actions


class Queue(Struct, frozen=True, kw_only=True):
    """At most 20 upcoming items, what members queued and what the context brings, without a mark between."""

    currently_playing: Item | None = None
    queue: tuple[Item, ...] = ()


class PlayHistory(Struct, frozen=True, kw_only=True):
    """`played_at` is an ISO 8601 time in UTC; episodes are never in the history."""

    track: Track
    played_at: str
    context: Context | None = None


class User(Struct, frozen=True, kw_only=True):
    """Another member or the owner of a playlist; development mode often gives no display_name."""

    id: str = ""
    display_name: str | None = None
    uri: str | None = None
    external_urls: ExternalUrls = ExternalUrls()

    @property
    def url(self) -> str | None:
        return self.external_urls.spotify


class Profile(Struct, frozen=True, kw_only=True):
    """The member. In development mode there is no product and no country: Premium shows by trying."""

    id: str
    account_id: str | None = None
    display_name: str | None = None
    images: tuple[Image, ...] = ()
    uri: str | None = None
    external_urls: ExternalUrls = ExternalUrls()
    product: str | None = None
    country: str | None = None

    @property
    def account_key(self) -> str:
        """What a member is recognised by for ever: `id` can change, `account_id` (since May 2026) cannot."""
        return self.account_id or self.id

    @property
    def url(self) -> str | None:
        return self.external_urls.spotify


class Count(Struct, frozen=True, kw_only=True):
    total: int | None = None


class Playlist(Thing, frozen=True, kw_only=True):
    """`description` comes with HTML escapes. `public` means "shown on the profile" and is often wrong."""

    description: str | None = None
    images: tuple[Image, ...] = ()
    owner: User | None = None
    snapshot_id: str | None = None
    collaborative: bool = False
    public: bool | None = None
    items: Count | None = None
    tracks: Count | None = None

    @property
    def total_items(self) -> int | None:
        """Null when Spotify does not say, which it need not for playlists of others."""
        counted = self.items or self.tracks
        return counted.total if counted else None


class SearchResults(Struct, frozen=True, kw_only=True):
    """A kind that was not asked for is an empty page."""

    tracks: Page[Track] = Page()
    albums: Page[Album] = Page()
    artists: Page[Artist] = Page()
    playlists: Page[Playlist] = Page()
    shows: Page[Show] = Page()
    episodes: Page[Episode] = Page()
    audiobooks: Page[Audiobook] = Page()
