"""What a row of the index says of a thing, of whichever kind: its keys, its words, what it is counted by."""

from typing import Any

from library.catalogue.text import fold, key_of_folded
from library.saved import facets
from spotweb.spotify import models as spotify
from spotweb.spotify.models import Audiobook, Episode, Track

Thing = Track | Episode | spotify.Album | spotify.Show | Audiobook | spotify.Artist

_LONGEST_KEY, _LONGEST_WORDS = 60, 700

FIELDS = (
    "added_at",
    "first_added_at",
    "title_key",
    "artist_key",
    "album_key",
    "release_key",
    "duration_ms",
    "words",
    "facet",
)


def row_of(thing: Thing, added_at: int, *, first_added_at: int, is_listed: bool) -> tuple[Any, ...]:
    """The values of `FIELDS`: of each kind, what it is sorted, filtered and counted by."""
    by, album, duration_ms = _by(thing), _album(thing), getattr(thing, "duration_ms", 0)
    release = _release(thing)
    place = ""
    if isinstance(thing, Track):
        place = f"{thing.disc_number:03d}{thing.track_number:05d}"
    folded = fold(thing.name), fold(by), fold(album)
    title, artist, within = (key_of_folded(text)[:_LONGEST_KEY] for text in folded)
    return (
        added_at,
        first_added_at,
        _joined(title, artist),
        _joined(artist, release, within, place, title),
        _joined(within, artist, place, title),
        _joined(release, within, place, title),
        duration_ms,
        " ".join(folded)[:_LONGEST_WORDS],
        facets.pack(
            release_date=release,
            added_at=added_at,
            duration_ms=duration_ms,
            is_explicit=getattr(thing, "explicit", False),
            is_playable=getattr(thing, "is_playable", None) is not False,
            is_listed=is_listed,
        ),
    )


def _by(thing: Thing) -> str:
    if isinstance(thing, Track | spotify.Album):
        return ", ".join(artist.name for artist in thing.artists)
    if isinstance(thing, Episode):
        return (thing.show.publisher or "") if thing.show else ""
    if isinstance(thing, Audiobook):
        return ", ".join(author.name for author in thing.authors)
    return (thing.publisher or "") if isinstance(thing, spotify.Show) else ""


def _album(thing: Thing) -> str:
    """What it is part of: a track of its album, an episode of its show."""
    if isinstance(thing, Track):
        return thing.album.name if thing.album else ""
    if isinstance(thing, Episode):
        return thing.show.name if thing.show else ""
    return ""


def _release(thing: Thing) -> str:
    if isinstance(thing, Track):
        return (thing.album.release_date or "") if thing.album else ""
    return (thing.release_date or "") if isinstance(thing, spotify.Album | Episode) else ""


def _joined(*parts: str) -> bytes:
    """The parts one after the other; what separates them sorts before everything."""
    return "\x00".join(parts).encode(errors="replace")
