"""What the catalogue consists of. These never change once made; what members do to them is kept elsewhere."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

AlbumType: TypeAlias = Literal["album", "single", "compilation"]
Precision: TypeAlias = Literal["year", "month", "day"]
# Where audiobooks are sold.
AUDIOBOOK_MARKETS = ("AU", "CA", "GB", "IE", "NZ", "US")


@dataclass(slots=True, eq=False)
class Artist:
    id: str
    name: str
    genres: tuple[str, ...]
    popularity: int
    followers: int
    tongue: str
    cover: str | None  # the seed of its picture; None where Spotify has none
    albums: list["Album"] = field(default_factory=list)
    appears_on: list["Album"] = field(default_factory=list)

    kind = "artist"


@dataclass(slots=True, eq=False)
class Album:
    id: str
    name: str
    artists: tuple[Artist, ...]
    album_type: AlbumType
    release_date: str
    precision: Precision
    label: str
    upc: str
    popularity: int
    cover: str | None
    tracks: list["Track"] = field(default_factory=list)

    kind = "album"


@dataclass(slots=True, eq=False)
class Track:
    id: str
    name: str
    album: Album
    artists: tuple[Artist, ...]
    duration_ms: int
    disc_number: int
    track_number: int
    explicit: bool
    isrc: str
    popularity: int
    restriction: str = ""  # market, product or explicit: why it can't be played here

    kind = "track"


@dataclass(slots=True, eq=False)
class Show:
    id: str
    name: str
    publisher: str
    description: str
    language: str
    explicit: bool
    cover: str | None
    media_type: str
    episodes: list["Episode"] = field(default_factory=list)  # newest first

    kind = "show"


@dataclass(slots=True, eq=False)
class Episode:
    id: str
    name: str
    show: Show
    description: str
    duration_ms: int
    explicit: bool
    release_date: str
    precision: Precision
    cover: str | None
    restriction: str = ""

    kind = "episode"


@dataclass(slots=True, eq=False)
class Audiobook:
    id: str
    name: str
    author: str
    narrator: str
    publisher: str
    description: str
    explicit: bool
    cover: str | None
    chapters: list["Chapter"] = field(default_factory=list)

    kind = "audiobook"


@dataclass(slots=True, eq=False)
class Chapter:
    id: str
    name: str
    audiobook: Audiobook
    chapter_number: int
    duration_ms: int
    release_date: str

    kind = "chapter"


@dataclass(slots=True, frozen=True)
class LocalFile:
    """A file of a member's own: known by its URI and by nothing else."""

    uri: str
    artist: str
    album: str
    name: str
    duration_ms: int

    kind = "track"


Thing: TypeAlias = Artist | Album | Track | Show | Episode | Audiobook | Chapter
Playable: TypeAlias = Track | Episode | LocalFile


def uri_of(thing: Thing | LocalFile) -> str:
    if isinstance(thing, LocalFile):
        return thing.uri
    # Spotify gives audiobooks the URIs of shows, and chapters those of episodes.
    kind = {"audiobook": "show", "chapter": "episode"}.get(thing.kind, thing.kind)
    return f"spotify:{kind}:{thing.id}"
