"""Everything the simulated Spotify knows, behind one lock."""

import random
import threading
from dataclasses import dataclass, field

from spotweb.sandbox.catalogue.catalogue import Catalog, build_catalog
from spotweb.sandbox.catalogue.models import Album, Artist, Episode, LocalFile, Show, Track, uri_of
from spotweb.sandbox.core.clock import Clock
from spotweb.sandbox.core.faults import Faults
from spotweb.sandbox.core.limits import Limits
from spotweb.sandbox.core.log import RequestLog
from spotweb.sandbox.model.devices import SHARED_TYPES, Device
from spotweb.sandbox.model.grants import Grants
from spotweb.sandbox.model.libraries import Library
from spotweb.sandbox.model.members import Member, default_allowlist, make_household
from spotweb.sandbox.model.player import Player
from spotweb.sandbox.model.player_effects import EFFECTS
from spotweb.sandbox.model.playlists import Playlist
from spotweb.sandbox.serializers.serializer import Serializer, serializer_for
from spotweb.sandbox.world.demo_data import make_libraries, make_playlists

DEFAULT_ALBUMS = 2500
_TRACKS_PER_ALBUM = 8.5
MODES = ("development", "extended")


@dataclass(slots=True, kw_only=True)
class Settings:
    """What control can change while the sandbox runs."""

    quota_mode: str = "development"
    latency_ms: int = 0  # every answer of the accounts service and the Web API takes this much longer
    delay_ms: int = 300  # until a player command takes effect
    end_jitter_ms: int = 0  # items end up to so much before or after their length
    seek_end_ms: int = 0  # a seek into the last so many ms of an item ends it
    wake_ms: int = 0  # for so long after a transfer the new device says that nothing plays
    rotate_refresh_tokens: bool = False
    autoplay: bool = False
    owner_has_premium: bool = True
    window_requests: int | None = None  # more than this in window_s is a 429; None: no limit
    window_s: int = 30
    quota_reads: int | None = None  # reads of single catalogue objects in a rolling day
    quota_playlists: int | None = None  # likewise of playlists and their items,
    quota_library: int | None = None  # of what is saved and followed,
    quota_search: int | None = None  # and searches
    snapshot_lag_s: int = 30  # until reads show the snapshot id that a write answered with
    unplayable_start_is_silent: bool = False  # a context whose first item is not available plays nothing
    audiobook_status: int | None = None  # where none are sold: 403 or 404; None: as the endpoint does
    audiobooks_in_shows: bool = False  # saved audiobooks turn up among the saved shows as well

    def quota_of(self, bucket: str) -> int | None:
        return {
            "catalogue": self.quota_reads,
            "playlists": self.quota_playlists,
            "library": self.quota_library,
            "search": self.quota_search,
        }[bucket]


@dataclass(slots=True, kw_only=True)
class App:
    client_id: str
    secret: str  # empty: PKCE alone


@dataclass(kw_only=True)
class World:
    seed: int
    settings: Settings
    apps: dict[str, App]
    redirect_uris: list[str]
    member_count: int = 4
    saved_tracks: int = 400
    long_playlist: int = 0  # items of one more playlist of the owner's
    base_url: str = ""
    clock: Clock = field(default_factory=Clock)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        albums = max(DEFAULT_ALBUMS, int(self.saved_tracks / _TRACKS_PER_ALBUM * 1.2))
        self.catalog: Catalog = build_catalog(self.seed, albums)
        self.members: dict[str, Member] = make_household(self.seed, self.member_count)
        self.allowlist: list[str] = default_allowlist(self.members)
        self.grants = Grants(self.clock)
        self.covers: dict[str, bytes] = {}  # uploaded pictures, by name
        self.create_demo_data(self.clock.now())
        self.players: dict[str, Player] = {}
        self.faults = Faults()
        self.limits = Limits()
        self.log = RequestLog()
        self.rng = random.Random(f"moods {self.seed}")  # noqa: S311 - which of Spotify's several answers comes
        self.strangers_refused = 0  # those that are not on the list of users
        self.changes = 0  # grows with everything worth keeping

    def create_demo_data(self, moment: float) -> None:
        """Put the playlists and libraries up as they were at that moment, before anybody touched them."""
        self.founded_at = moment
        self.playlists: dict[str, Playlist] = make_playlists(
            self.catalog, self.members, seed=self.seed, now=moment, long_playlist=self.long_playlist
        )
        self.libraries: dict[str, Library] = make_libraries(
            self.catalog,
            self.members,
            self.playlists,
            seed=self.seed,
            now=moment,
            saved_tracks=self.saved_tracks,
        )

    @property
    def is_development(self) -> bool:
        return self.settings.quota_mode == "development"

    @property
    def serializer(self) -> Serializer:
        return serializer_for(self.base_url, self.settings.quota_mode)

    def by_user_id(self, user_id: str) -> Member | None:
        return next((member for member in self.members.values() if member.id == user_id), None)

    def playlists_of(self, user_id: str) -> list[Playlist]:
        return [playlist for playlist in self.playlists.values() if playlist.owner_id == user_id]

    # Players

    def duration_ms(self, uri: str) -> int:
        item = self.catalog.playable(uri)
        return item.duration_ms if item else 0

    def new_player(self) -> Player:
        return Player(duration_ms=self.duration_ms, effects=EFFECTS, since=self.clock.now())

    def player(self, member: str) -> Player:
        """The member's player as it is now."""
        player = self.players[member]
        player.continue_with = self._similar if self.settings.autoplay else None
        player.end_jitter_ms, player.seek_end_ms = self.settings.end_jitter_ms, self.settings.seek_end_ms
        if player.follows_edits and player.context:
            items = self.context_items(player.context) or []
            player.replace_tracks([uri for uri in items if uri is not None and self.can_play(uri)])
        player.advance(self.clock.now())
        self._give_up_taken_device(member, player)
        return player

    def is_held(self, member: str, device: Device) -> bool:
        """Whether another account plays on it now: it is in no list then, and answers to nobody else."""
        return self._find_holder(member, device) is not None

    def _find_holder(self, member: str, device: Device) -> Player | None:
        if device.type not in SHARED_TYPES:
            return None
        for key, other in self.players.items():
            if key == member or not other.is_active:
                continue
            other.advance(self.clock.now())
            theirs = other.active_device()
            if theirs and (theirs.name, theirs.type) == (device.name, device.type):
                return other
        return None

    def _give_up_taken_device(self, member: str, player: Player) -> None:
        """Who starts on a speaker last has it; the session that had it ends there."""
        device = player.active_device()
        holder = self._find_holder(member, device) if device else None
        if holder and holder.activated_at > player.activated_at:
            player.lose_device(holder.activated_at)

    def _similar(self, uri: str) -> list[str]:
        item = self.catalog.playable(uri)
        artist = item.artists[0] if isinstance(item, Track) else None
        if artist is None:
            return []
        neighbours = [other for other in self.catalog.artists if other.genres == artist.genres]
        tracks = [track for other in neighbours for track in self.catalog.top_tracks(other)[:3]]
        return [uri_of(track) for track in tracks if not track.restriction][:50]

    def context_items(self, uri: str) -> list[str | None] | None:
        """What this context holds, the unplayable and the vanished included; None: no such context."""
        if uri.startswith("spotify:playlist:"):
            playlist = self.playlists.get(uri.rpartition(":")[2])
            return None if playlist is None else [row.uri for row in playlist.rows]
        thing = self.catalog.by_uri(uri)
        if isinstance(thing, Album):
            return [uri_of(track) for track in thing.tracks]
        if isinstance(thing, Artist):
            return [uri_of(track) for track in self.catalog.top_tracks(thing)]
        if isinstance(thing, Show):
            return [uri_of(episode) for episode in thing.episodes]
        return None

    def can_play(self, uri: str) -> bool:
        item = self.catalog.playable(uri)
        return isinstance(item, LocalFile) or (isinstance(item, Track | Episode) and not item.restriction)
