"""Things to put into an index without asking anybody."""

from typing import Any

from accounts.models import Member
from library.catalogue import store
from library.models import SavedIndex
from library.saved import index
from library.saved.index import IndexEntry
from spotweb.spotify.models import Album, Artist, Track
from spotweb.spotify.models.basics import ExternalIds, ExternalUrls


def artist(name: str) -> Artist:
    id_ = _id(name)
    return Artist(id=id_, uri=f"spotify:artist:{id_}", name=name, external_urls=_urls("artist", id_))


def album(name: str, **more: Any) -> Album:
    id_ = _id(name)
    given = {"album_type": "album", "artists": (artist("Band"),), "release_date": "1999-03", **more}
    return Album(id=id_, uri=f"spotify:album:{id_}", name=name, external_urls=_urls("album", id_), **given)


def track(name: str, *, isrc: str | None = None, **more: Any) -> Track:
    id_ = _id(name)
    given = {"artists": (artist("Band"), artist("Guest")), "duration_ms": 1000, **more}
    if isrc:
        given["external_ids"] = ExternalIds(isrc=isrc)
    return Track(id=id_, uri=f"spotify:track:{id_}", name=name, external_urls=_urls("track", id_), **given)


def member(name: str = "ada", **more: Any) -> Member:
    return Member.objects.create(account_key=f"account-{name}", spotify_id=name, display_name=name, **more)


def save(person: Member, tracks: list[Track], *, at: list[int] | None = None) -> SavedIndex:
    """On the person's index, the first as the newest unless said."""
    saved_index = index.get_index(person, SavedIndex.Kind.TRACK)
    pks = store.save_items(tracks)
    moments = at or [1_700_000_000 - number for number in range(len(tracks))]
    entries = [
        IndexEntry(pks[one.uri or ""], one, moment) for one, moment in zip(tracks, moments, strict=True)
    ]
    index.add_entries(saved_index, entries)
    saved_index.refresh_from_db()
    return saved_index


def _id(name: str) -> str:
    """22 signs, the same for the same name."""
    return f"{abs(hash(('spotweb', name))):022d}"[-22:]


def _urls(kind: str, id_: str) -> ExternalUrls:
    return ExternalUrls(spotify=f"https://open.spotify.com/{kind}/{id_}")
