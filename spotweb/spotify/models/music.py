"""Artists, albums and tracks."""

from spotweb.spotify.models.basics import (
    Copyright,
    Count,
    ExternalIds,
    Image,
    Name,
    Number,
    Page,
    Restrictions,
    SpotifyObject,
)


class Artist(SpotifyObject, frozen=True, kw_only=True):
    """Inside tracks and albums Spotify sends no images. `popularity` and `followers`: extended mode only."""

    images: tuple[Image, ...] = ()
    genres: tuple[Name, ...] = ()
    popularity: Number | None = None
    followers: Count | None = None


class Album(SpotifyObject, frozen=True, kw_only=True):
    """`tracks` (at most its first 50) and `copyrights` are only on the album itself.

    `album_type` is null in local files. `label` and `popularity`: extended mode only.
    """

    album_type: Name | None = None
    artists: tuple[Artist, ...] = ()
    images: tuple[Image, ...] = ()
    release_date: Name | None = None
    release_date_precision: Name | None = None
    total_tracks: Number | None = None
    restrictions: Restrictions | None = None
    copyrights: tuple[Copyright, ...] = ()
    label: Name | None = None
    popularity: Number | None = None
    tracks: "Page[Track] | None" = None

    @property
    def byline(self) -> str:
        """The artists, as text."""
        return ", ".join([artist.name for artist in self.artists])


class Track(SpotifyObject, frozen=True, kw_only=True, tag_field="type", tag="track"):
    """`album` is missing on the tracks inside an album; `is_playable` is null when Spotify does not say.

    Of a local file `is_local` is true, `id` is null, `uri` is `spotify:local:…`, and the duration may be 0.
    `popularity`, and `linked_from` (what was asked for, where another version plays): extended mode only.
    """

    album: Album | None = None
    artists: tuple[Artist, ...] = ()
    duration_ms: Number = 0
    explicit: bool = False
    is_local: bool = False
    is_playable: bool | None = None
    disc_number: Number = 1
    track_number: Number = 0
    external_ids: ExternalIds | None = None
    restrictions: Restrictions | None = None
    popularity: Number | None = None
    linked_from: SpotifyObject | None = None

    @property
    def type(self) -> str:
        return "track"

    @property
    def byline(self) -> str:
        """The artists, as text."""
        return ", ".join([artist.name for artist in self.artists])

    @property
    def images(self) -> tuple[Image, ...]:
        return self.album.images if self.album else ()
