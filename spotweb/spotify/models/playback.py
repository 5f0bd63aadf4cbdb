"""The player: what plays, what comes next, and where."""

from msgspec import Struct

from spotweb.spotify.models.basics import (
    ExternalUrls,
    Id,
    Image,
    Milliseconds,
    Name,
    Number,
    Percent,
    SpotifyObject,
    Uri,
)
from spotweb.spotify.models.music import Track
from spotweb.spotify.models.spoken_word import Episode


class UnknownItem(SpotifyObject, frozen=True, kw_only=True, tag_field="type", tag="unknown"):
    """Something playable of a kind we do not know: a chapter, or what Spotify comes up with next."""

    images: tuple[Image, ...] = ()
    duration_ms: Number = 0
    explicit: bool = False

    @property
    def type(self) -> str:
        return "unknown"


Item = Track | Episode | UnknownItem


class Device(Struct, frozen=True, kw_only=True):
    """`id` persists "to some extent" and is null for devices that take no command; a restricted device takes
    none either. `volume_percent` means nothing unless `supports_volume`."""

    id: Id | None = None
    name: Name = ""
    type: Name = ""
    is_active: bool = False
    is_private_session: bool = False
    is_restricted: bool = False
    volume_percent: Percent | None = None
    supports_volume: bool = False


class Devices(Struct, frozen=True, kw_only=True):
    devices: tuple[Device, ...] = ()


class Context(Struct, frozen=True, kw_only=True):
    """What is played from: an album, artist, playlist, show, or `collection` for Liked Songs."""

    type: Name = ""
    uri: Uri | None = None
    external_urls: ExternalUrls = ExternalUrls()

    @property
    def url(self) -> str | None:
        return self.external_urls.trusted


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
    repeat_state: Name = "off"
    shuffle_state: bool = False
    smart_shuffle: bool = False
    context: Context | None = None
    timestamp: Milliseconds | None = None
    progress_ms: Number | None = None
    is_playing: bool = False
    item: Item | None = None
    currently_playing_type: Name = "unknown"
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

    track: Track = Track()
    played_at: Name = ""
    context: Context | None = None
