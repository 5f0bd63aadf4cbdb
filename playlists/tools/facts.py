"""What the tools know of a row: read once from what the catalogue keeps."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from library.catalogue.recordings import Recording, list_people, read_recording
from library.catalogue.text import fold_text, sort_key
from playlists.editing.goals import is_addable
from playlists.revisions.contents import Entry
from spotweb.spotify.models import Episode, Track


class RowFacts(Struct, frozen=True, kw_only=True):
    """Texts are folded; those named `…_key` are for sorting. Of vanished content nothing is known.

    `can_go`: whether Spotify takes it by its URI, to add it and to remove it.
    """

    uri: str | None = None
    can_go: bool = False
    is_playable: bool = False
    recording: Recording | None = None
    title_key: str = ""
    artist: str = ""  # the first one
    artist_name: str = ""
    artist_key: str = ""
    album_key: tuple[str, str] = ("", "")  # its name, and its URI for those that share one
    disc: int = 0
    track: int = 0
    duration_ms: int = 0
    released: str = ""
    added_at: int | None = None
    added_by: str = ""

    @property
    def year(self) -> int | None:
        return int(self.released[:4]) if self.released[:4].isdigit() else None


def make_facts(
    entries: Sequence[Entry], items: Sequence[Track | Episode | None], *, names: Mapping[str, str]
) -> list[RowFacts]:
    """`names` are those of who added something, by their ids."""
    adders = {by: sort_key(names.get(by, by)) for by in {entry.added_by or "" for entry in entries}}
    pairs = zip(entries, items, strict=True)
    return [_make_fact(entry, item, added_by=adders[entry.added_by or ""]) for entry, item in pairs]


def _make_fact(entry: Entry, item: Track | Episode | None, *, added_by: str) -> RowFacts:
    if item is None:
        return RowFacts(uri=entry.uri, can_go=is_addable(entry), added_at=entry.added_at)
    track = item if isinstance(item, Track) else None
    names = list_people(item)
    return RowFacts(
        uri=entry.uri,
        can_go=is_addable(entry),
        is_playable=item.is_playable is not False,
        recording=read_recording(item),
        title_key=sort_key(item.name),
        artist=fold_text(names[0]) if names else "",
        artist_name=names[0] if names else "",
        artist_key=sort_key(", ".join(names), the_aside=True) if names else "",
        album_key=_make_album_key(track) if track else ("", ""),
        disc=track.disc_number if track else 0,
        track=track.track_number if track else 0,
        duration_ms=item.duration_ms,
        released=_get_release_date(item),
        added_at=entry.added_at,
        added_by=added_by if entry.added_by else "",
    )


def _make_album_key(track: Track) -> tuple[str, str]:
    return (sort_key(track.album.name), track.album.uri or "") if track.album else ("", "")


def _get_release_date(item: Track | Episode) -> str:
    if isinstance(item, Track):
        return (item.album.release_date if item.album else "") or ""
    return item.release_date or ""
