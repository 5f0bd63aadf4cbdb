"""Shows with their episodes, audiobooks with their chapters."""

from msgspec import Struct

from spotweb.spotify.models.basics import Copyright, Image, Name, Number, Restrictions, SpotifyObject


class Show(SpotifyObject, frozen=True, kw_only=True):
    """`publisher` is gone in development mode."""

    images: tuple[Image, ...] = ()
    description: str = ""
    publisher: Name | None = None
    explicit: bool = False
    media_type: Name | None = None
    languages: tuple[Name, ...] = ()
    copyrights: tuple[Copyright, ...] = ()
    total_episodes: Number | None = None

    @property
    def byline(self) -> str:
        """The publisher, as text; empty in development mode."""
        return self.publisher or ""


class Author(Struct, frozen=True, kw_only=True):
    name: Name = ""


class Audiobook(SpotifyObject, frozen=True, kw_only=True):
    """`publisher` is gone in development mode; audiobooks exist in six countries only."""

    authors: tuple[Author, ...] = ()
    narrators: tuple[Author, ...] = ()
    images: tuple[Image, ...] = ()
    description: str = ""
    publisher: Name | None = None
    explicit: bool = False
    edition: Name | None = None
    languages: tuple[Name, ...] = ()
    copyrights: tuple[Copyright, ...] = ()
    total_chapters: Number | None = None

    @property
    def byline(self) -> str:
        """The authors, as text."""
        return ", ".join(author.name for author in self.authors)


class ResumePoint(Struct, frozen=True, kw_only=True):
    fully_played: bool = False
    resume_position_ms: Number = 0


class Chapter(SpotifyObject, frozen=True, kw_only=True):
    images: tuple[Image, ...] = ()
    description: str = ""
    chapter_number: Number | None = None
    duration_ms: Number = 0
    explicit: bool = False
    is_playable: bool | None = None
    release_date: Name | None = None
    release_date_precision: Name | None = None
    resume_point: ResumePoint | None = None
    restrictions: Restrictions | None = None
    audiobook: Audiobook | None = None


class Episode(SpotifyObject, frozen=True, kw_only=True, tag_field="type", tag="episode"):
    """`show` is missing on the episodes inside a show."""

    show: Show | None = None
    images: tuple[Image, ...] = ()
    description: str = ""
    duration_ms: Number = 0
    explicit: bool = False
    is_playable: bool | None = None
    release_date: Name | None = None
    release_date_precision: Name | None = None
    resume_point: ResumePoint | None = None
    restrictions: Restrictions | None = None

    @property
    def type(self) -> str:
        return "episode"

    @property
    def byline(self) -> str:
        """The name of the show; empty on the episodes inside a show."""
        return self.show.name if self.show else ""
