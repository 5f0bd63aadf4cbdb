"""The invented catalogue: the same for the same seed and size, and consistent in itself."""

from functools import lru_cache
from itertools import chain
from urllib.parse import unquote_plus

from spotweb.sandbox.catalogue.generate import Generator
from spotweb.sandbox.catalogue.models import (
    Album,
    Artist,
    Audiobook,
    Chapter,
    Episode,
    LocalFile,
    Show,
    Thing,
    Track,
)

_KINDS = ("artist", "album", "track", "show", "episode", "audiobook", "chapter")
_COVER_NAMES = 40


class Catalog:
    """Everything that can be looked up, by id and by URI."""

    def __init__(self, generator: Generator) -> None:
        self.artists: list[Artist] = generator.artists
        self.albums: list[Album] = generator.albums
        self.tracks: list[Track] = list(chain.from_iterable(album.tracks for album in generator.albums))
        self.shows: list[Show] = generator.shows
        self.episodes: list[Episode] = list(chain.from_iterable(show.episodes for show in generator.shows))
        self.audiobooks: list[Audiobook] = generator.audiobooks
        self.chapters: list[Chapter] = list(
            chain.from_iterable(book.chapters for book in generator.audiobooks)
        )
        self.odd: dict[str, list[Thing]] = generator.odd
        everything: tuple[list[Thing], ...] = (
            [*self.artists, *generator.versions.artists],
            [*self.albums, generator.versions],
            [*self.tracks, *generator.versions.tracks],
            [*self.shows],
            [*self.episodes],
            [*self.audiobooks],
            [*self.chapters],
        )
        self._by_kind: dict[str, dict[str, Thing]] = {
            kind: {thing.id: thing for thing in things}
            for kind, things in zip(_KINDS, everything, strict=True)
        }

    def get(self, kind: str, thing_id: str) -> Thing | None:
        return self._by_kind.get(kind, {}).get(thing_id)

    def all(self, kind: str) -> list[Thing]:
        return list(self._by_kind[kind].values())

    def by_uri(self, uri: str) -> Thing | None:
        """What the URI names; audiobooks and chapters come under the URIs of shows and episodes too."""
        prefix, _, rest = uri.partition(":")
        kind, _, thing_id = rest.partition(":")
        if prefix != "spotify":
            return None
        thing = self.get(kind, thing_id)
        alias = {"show": "audiobook", "episode": "chapter"}.get(kind)
        return self.get(alias, thing_id) if thing is None and alias else thing

    def track(self, thing_id: str) -> Track | None:
        thing = self.get("track", thing_id)
        return thing if isinstance(thing, Track) else None

    def top_tracks(self, artist: Artist) -> list[Track]:
        own = [track for album in artist.albums for track in album.tracks]
        return sorted(own, key=lambda track: -track.popularity)[:10]

    def playable(self, uri: str) -> Track | Episode | LocalFile | None:
        if uri.startswith("spotify:local:"):
            return local_file(uri)
        thing = self.by_uri(uri)
        return thing if isinstance(thing, Track | Episode) else None


def local_file(uri: str) -> LocalFile | None:
    """`spotify:local:Artist:Album:Title:Seconds`, each part form-encoded, any of them empty."""
    parts = uri.split(":")
    if len(parts) != 6:  # noqa: PLR2004 - the form above
        return None
    artist, album, name = (unquote_plus(part) for part in parts[2:5])
    seconds = int(parts[5]) if parts[5].isdigit() else 0
    return LocalFile(uri=uri, artist=artist, album=album, name=name, duration_ms=seconds * 1000)


@lru_cache(maxsize=4)
def build_catalog(seed: int, albums: int) -> Catalog:
    # Shared between sandboxes of one process: nothing in a catalogue changes after it is made.
    return Catalog(Generator(seed, albums=albums))
