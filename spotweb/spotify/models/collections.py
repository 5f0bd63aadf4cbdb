"""What members gather: playlists with their rows, and everything saved."""

from msgspec import Struct
from msgspec.structs import force_setattr

from spotweb.spotify.models.basics import Count, Id, Image, Name, Page, SpotifyObject
from spotweb.spotify.models.music import Album, Track
from spotweb.spotify.models.people import User
from spotweb.spotify.models.playback import Item
from spotweb.spotify.models.spoken_word import Audiobook, Episode, Show


class PlaylistItem(Struct, frozen=True, kw_only=True):
    """One row. `item` is null where content vanished from Spotify, and its position still counts.

    `track` is what extended mode calls the item; it is always null here, `item` has taken its value.
    """

    added_at: Name | None = None
    added_by: User | None = None
    is_local: bool = False
    item: Item | None = None
    track: Item | None = None

    def __post_init__(self) -> None:
        if self.track is not None:
            force_setattr(self, "item", self.item or self.track)
            force_setattr(self, "track", None)


class Playlist(SpotifyObject, frozen=True, kw_only=True):
    """`description` comes with HTML escapes. `public` means "shown on the profile" and is often wrong.

    `items` holds rows only in get-playlist; it is null (which is not empty) where Spotify lets nobody but the
    owner and collaborators look inside. `tracks` is its name in extended mode, and always null here.
    """

    description: str | None = None
    images: tuple[Image, ...] = ()
    owner: User | None = None
    snapshot_id: Id | None = None
    collaborative: bool = False
    public: bool | None = None
    followers: Count | None = None
    items: Page[PlaylistItem | None] | None = None
    tracks: Page[PlaylistItem | None] | None = None

    def __post_init__(self) -> None:
        if self.tracks is not None:
            force_setattr(self, "items", self.items or self.tracks)
            force_setattr(self, "tracks", None)

    @property
    def total_items(self) -> int | None:
        """Null when Spotify does not say, which it need not for playlists of others."""
        return self.items.total if self.items else None


class SavedTrack(Struct, frozen=True, kw_only=True):
    """`added_at` is an ISO 8601 time in UTC; what was saved together shares it. `track` may vanish."""

    added_at: Name | None = None
    track: Track | None = None


class SavedAlbum(Struct, frozen=True, kw_only=True):
    """`album.tracks` holds at most the first 50."""

    added_at: Name | None = None
    album: Album | None = None


class SavedEpisode(Struct, frozen=True, kw_only=True):
    added_at: Name | None = None
    episode: Episode | None = None


class SavedShow(Struct, frozen=True, kw_only=True):
    """Saved audiobooks have been seen among the shows; their description begins with "Author(s):"."""

    added_at: Name | None = None
    show: Show | None = None


class SavedAudiobook(Struct, frozen=True, kw_only=True):
    """`added_at` is null: the official description says bare audiobooks, and Spotify mostly sends those."""

    added_at: Name | None = None
    audiobook: Audiobook | None = None


class Snapshot(Struct, frozen=True, kw_only=True):
    """The version that a write made; reads may show it only half a minute later."""

    snapshot_id: Id = ""
