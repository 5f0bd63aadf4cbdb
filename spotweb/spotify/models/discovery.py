"""What search, the browse pages and the sound of tracks bring."""

from msgspec import Struct

from spotweb.spotify.models.basics import Id, Image, Name, Number, Page, SignedNumber, Uri
from spotweb.spotify.models.collections import Playlist
from spotweb.spotify.models.music import Album, Artist, Track
from spotweb.spotify.models.spoken_word import Audiobook, Episode, Show


class SearchResults(Struct, frozen=True, kw_only=True):
    """A kind that was not asked for is an empty page."""

    tracks: Page[Track] = Page()
    albums: Page[Album] = Page()
    artists: Page[Artist] = Page()
    playlists: Page[Playlist] = Page()
    shows: Page[Show] = Page()
    episodes: Page[Episode] = Page()
    audiobooks: Page[Audiobook] = Page()


class Category(Struct, frozen=True, kw_only=True):
    id: Id = ""
    name: Name = ""
    icons: tuple[Image, ...] = ()


class FeaturedPlaylists(Struct, frozen=True, kw_only=True):
    """`message` is Spotify's greeting above them, in the language asked for."""

    message: str = ""
    playlists: Page[Playlist] = Page()


class RecommendationSeed(Struct, frozen=True, kw_only=True, rename="camel"):
    """`type` is artist, track or genre; the sizes say how much was left after each step of filtering."""

    id: Id
    type: Name = ""
    initial_pool_size: Number | None = None
    after_filtering_size: Number | None = None
    after_relinking_size: Number | None = None


class Recommendations(Struct, frozen=True, kw_only=True):
    seeds: tuple[RecommendationSeed, ...] = ()
    tracks: tuple[Track, ...] = ()


class AudioFeatures(Struct, frozen=True, kw_only=True):
    """From 0 to 1 unless said: `key` 0 (C) to 11 and -1 unknown, `loudness` in dB, `mode` 1 for major,
    `tempo` in beats per minute, `time_signature` 3 to 7 quarters."""

    id: Id | None = None
    uri: Uri | None = None
    duration_ms: Number = 0
    acousticness: float | None = None
    danceability: float | None = None
    energy: float | None = None
    instrumentalness: float | None = None
    key: SignedNumber | None = None
    liveness: float | None = None
    loudness: float | None = None
    mode: SignedNumber | None = None
    speechiness: float | None = None
    tempo: float | None = None
    time_signature: SignedNumber | None = None
    valence: float | None = None


class Interval(Struct, frozen=True, kw_only=True):
    """A bar, a beat or a tatum; times in seconds."""

    start: float
    duration: float
    confidence: float = 0


class Section(Interval, frozen=True, kw_only=True):
    loudness: float | None = None
    tempo: float | None = None
    key: SignedNumber | None = None
    mode: SignedNumber | None = None
    time_signature: SignedNumber | None = None


class Segment(Interval, frozen=True, kw_only=True):
    """`pitches` are the twelve of the scale, `timbre` twelve coordinates without a unit."""

    loudness_start: float | None = None
    loudness_max: float | None = None
    loudness_max_time: float | None = None
    loudness_end: float | None = None
    pitches: tuple[float, ...] = ()
    timbre: tuple[float, ...] = ()


class AnalysedTrack(Struct, frozen=True, kw_only=True):
    """The whole track: seconds, dB, beats per minute."""

    duration: float = 0
    loudness: float | None = None
    tempo: float | None = None
    key: SignedNumber | None = None
    mode: SignedNumber | None = None
    time_signature: SignedNumber | None = None
    end_of_fade_in: float | None = None
    start_of_fade_out: float | None = None


class AudioAnalysis(Struct, frozen=True, kw_only=True):
    track: AnalysedTrack = AnalysedTrack()
    bars: tuple[Interval, ...] = ()
    beats: tuple[Interval, ...] = ()
    sections: tuple[Section, ...] = ()
    segments: tuple[Segment, ...] = ()
    tatums: tuple[Interval, ...] = ()
