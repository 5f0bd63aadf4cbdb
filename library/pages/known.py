"""What the household knows of something without asking Spotify: what pages show when it cannot be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from msgspec import structs

from library import models
from library.catalogue import store as catalogue
from spotweb.spotify.errors import SpotifyError, Throttled, Unavailable
from spotweb.spotify.models import Album, Artist, Audiobook, Episode, Page, Show, Track

T = TypeVar("T")
# As many songs of an album as are shown when Spotify cannot tell all of them.
MOST_SHOWN = 200


@dataclass(frozen=True)
class Looked(Generic[T]):
    """`trouble` is why only what the household knows is shown; null when Spotify has told."""

    thing: T
    trouble: SpotifyError | None = None


def look(read: Callable[[], T], known: Callable[[], T | None]) -> Looked[T]:
    """What Spotify says, else what the household knows. Raises what reading raises when that is nothing."""
    try:
        return Looked(read())
    except (Throttled, Unavailable) as trouble:
        thing = known()
        if thing is None:
            raise
        return Looked(thing, trouble)


def album(id_: str) -> Album | None:
    """With those of its songs that somebody of the household has."""
    key = _key(models.Album, f"spotify:album:{id_}")
    if key is None:
        return None
    found = catalogue.albums([key])[key]
    keys = models.Item.objects.filter(album_id=key).values_list("pk", flat=True)[:MOST_SHOWN]
    tracks = [item for item in catalogue.items(keys).values() if isinstance(item, Track)]
    tracks.sort(key=lambda track: (track.disc_number, track.track_number, track.name))
    return structs.replace(found, tracks=Page(items=tuple(tracks), total=found.total_tracks))


def artist(id_: str) -> Artist | None:
    key = _key(models.Artist, f"spotify:artist:{id_}")
    return None if key is None else catalogue.artists([key])[key]


def show(id_: str) -> Show | None:
    found = _spoken(id_)
    return found if isinstance(found, Show) else None


def audiobook(id_: str) -> Audiobook | None:
    found = _spoken(id_)
    return found if isinstance(found, Audiobook) else None


def _spoken(id_: str) -> Show | Audiobook | None:
    for kind in ("show", "audiobook"):
        key = _key(models.Show, f"spotify:{kind}:{id_}")
        if key is not None:
            return catalogue.shows([key])[key]
    return None


def track(id_: str) -> Track | None:
    found = catalogue.items_by_uri([f"spotify:track:{id_}"]).get(f"spotify:track:{id_}")
    return found if isinstance(found, Track) else None


def episode(id_: str) -> Episode | None:
    found = catalogue.items_by_uri([f"spotify:episode:{id_}"]).get(f"spotify:episode:{id_}")
    return found if isinstance(found, Episode) else None


def _key(model: type[models.CatalogueRow], uri: str) -> int | None:
    return catalogue.keys_by_uri(model, [uri]).get(uri)
