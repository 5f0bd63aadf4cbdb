"""Spotify's own copy of one's account data: playlists, the library, and what was played."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from playlists.transfer.formats.rows import (
    MAX_TEXT_LENGTH,
    FileContents,
    FileFault,
    FileList,
    FileRow,
    ListKind,
    Origin,
    UnreadableFile,
    clean_text,
    parse_any_link,
    repair_text,
)
from spotweb.spotify.answers import struct_types

# The fields of the two forms of the history; both also tell of podcasts.
_HISTORY_FIELDS = ('"msPlayed"', '"ms_played"')
_SNIFFED_LENGTH = 4000
# Shorter plays were skips: so Spotify counts them as well.
_MIN_PLAYED_MS = 30_000
# The sections of the library, and what their things are.
_LIBRARY_SECTIONS: Mapping[str, str] = {
    "tracks": "track",
    "albums": "album",
    "shows": "show",
    "episodes": "episode",
    "artists": "artist",
    "audiobooks": "audiobook",
    "bannedTracks": "track",
    "bannedArtists": "artist",
    "other": "",
}
_LIBRARY_MARKS = (
    {"tracks", "albums"},
    {"tracks", "bannedTracks"},
    {"shows", "episodes"},
    {"albums", "artists"},
)
# Files of the copy that hold other things, by their names without the figures.
_ACCOUNT_FILES = (
    "userdata", "identity", "identifiers", "follow", "inferences", "payments", "searchqueries", "marquee",
    "duonewfamily", "familyplan", "userprofile", "usersettings", "userprompts", "yoursoundcapsule", "wrapped",
    "addtoplaylist", "messagedata", "audiobookpurchases", "podcastinteractivity",
)  # fmt: skip


class HistoryPlay(Struct, frozen=True, kw_only=True, rename={
    "track": "master_metadata_track_name",
    "artist": "master_metadata_album_artist_name",
    "album": "master_metadata_album_album_name",
    "old_track": "trackName",
    "old_artist": "artistName",
    "old_ms": "msPlayed",
    "old_episode": "episodeName",
    "old_show": "podcastName",
    "uri": "spotify_track_uri",
    "episode_uri": "spotify_episode_uri",
    "show": "episode_show_name",
    "episode": "episode_name",
}):  # fmt: skip
    """One play in either form; lax, since Spotify changes them."""

    track: Any = None
    artist: Any = None
    album: Any = None
    old_track: Any = None
    old_artist: Any = None
    old_ms: Any = None
    old_episode: Any = None
    old_show: Any = None
    ms_played: Any = None
    uri: Any = None
    episode_uri: Any = None
    show: Any = None
    episode: Any = None


def is_account_file(name: str) -> bool:
    """Whether a file is one of Spotify's copy that holds no lists, by its name."""
    stem, _dot, ending = name.replace("\\", "/").rsplit("/", 1)[-1].casefold().rpartition(".")
    bare = "".join(sign for sign in stem if sign.isalpha())
    if ending == "pdf":
        return bare.startswith("readmefirst")
    return ending == "json" and " " not in stem and bare.startswith(_ACCOUNT_FILES)


def is_history(text: str) -> bool:
    """Whether it is a history of plays, from its beginning."""
    start = text[:_SNIFFED_LENGTH]
    return start.lstrip()[:1] == "[" and any(field in start for field in _HISTORY_FIELDS)


def read_history(text: str) -> FileContents:
    """Each item once, with how often it was played for half a minute or more.

    Raises msgspec.DecodeError, and UnreadableFile where nothing was played but audiobooks.
    """
    plays = struct_types.get_json_decoder(list[HistoryPlay]).decode(text)
    rows: dict[tuple[str, ...], FileRow] = {}
    counts: dict[tuple[str, ...], int] = {}
    for play in plays:
        row = _make_played_row(play)
        if row is None:
            continue
        key = get_played_key(row)
        rows.setdefault(key, row)
        counts[key] = counts.get(key, 0) + (_get_ms(play) >= _MIN_PLAYED_MS)
    if plays and not rows:
        raise UnreadableFile(FileFault.ACCOUNT_DATA)
    # What was only ever skipped is no music that was heard; without any length all of it counts.
    heard = [msgspec.structs.replace(row, plays=counts[key]) for key, row in rows.items() if counts[key]]
    made = FileList(kind=ListKind.HISTORY, rows=sort_plays(heard or rows.values()))
    return FileContents(origin=Origin.SPOTIFY_HISTORY, lists=(made,))


def get_played_key(row: FileRow) -> tuple[str, ...]:
    return (row.uri,) if row.uri else (row.title.casefold(), *(name.casefold() for name in row.artists))


def sort_plays(rows: Iterable[FileRow]) -> tuple[FileRow, ...]:
    return tuple(sorted(rows, key=lambda row: -row.plays))


def _make_played_row(play: HistoryPlay) -> FileRow | None:
    link = parse_any_link(play.uri if isinstance(play.uri, str) else None)
    episode_link = parse_any_link(play.episode_uri if isinstance(play.episode_uri, str) else None)
    title, artist = (
        get_text(play.track) or get_text(play.old_track),
        get_text(play.artist) or get_text(play.old_artist),
    )
    if title:
        return FileRow(
            uri=link.uri if link else None,
            type="track",
            title=title,
            artists=(artist,) if artist else (),
            album=get_text(play.album),
        )
    title = get_text(play.episode) or get_text(play.old_episode)
    if not title:
        return None
    return FileRow(
        uri=episode_link.uri if episode_link else None,
        type="episode",
        title=title,
        album=get_text(play.show) or get_text(play.old_show),
    )


def _get_ms(play: HistoryPlay) -> float:
    ms = play.ms_played if play.ms_played is not None else play.old_ms
    return ms if isinstance(ms, int | float) else 0


def get_text(value: object) -> str:
    """Text that may be a number in the file, as the album 1989 is."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return repair_text(str(value))[:MAX_TEXT_LENGTH]
    return ""


def is_library(document: object) -> bool:
    if not isinstance(document, Mapping):
        return False
    sections = {name for name in document if isinstance(document[name], list)}
    return any(marks <= sections for marks in _LIBRARY_MARKS) or (
        "tracks" in sections
        and sections <= set(_LIBRARY_SECTIONS)
        and _has_library_tracks(document["tracks"])
    )


def _has_library_tracks(rows: Iterable[Any]) -> bool:
    """Spotify's library has `track` as text, where objects of the Web API have an object."""
    return any(isinstance(row, Mapping) and {"track", "uri", "artist"} <= set(row) for row in rows)


def read_library(document: Mapping[str, Any]) -> FileContents:
    """All sections as one list, each row with its kind, in the order of the file."""
    rows: list[FileRow] = []
    for name, entries in document.items():
        if isinstance(entries, list):
            kind = _LIBRARY_SECTIONS.get(name, "")
            rows += (_make_saved_row(entry, kind, is_blocked=name.startswith("banned")) for entry in entries)
    origin = Origin.OWN_JSON if "library_of" in document else Origin.SPOTIFY_LIBRARY
    return FileContents(origin=origin, lists=(FileList(kind=ListKind.LIBRARY, rows=tuple(rows)),))


def _make_saved_row(entry: object, kind: str, *, is_blocked: bool) -> FileRow:
    if not isinstance(entry, Mapping):
        link = parse_any_link(entry if isinstance(entry, str) else None)
        if link is None:
            return FileRow(words=clean_text(get_text(entry)), is_unclear=True)
        return FileRow(uri=link.uri, type=link.kind, is_blocked=is_blocked)
    link = parse_any_link(get_text(entry.get("uri")))
    kind = link.kind if link else kind
    people = (get_text(entry.get(name)) for name in ("artist", "artists", "publisher", "author", "authors"))
    artist = next(filter(None, people), "")
    title = get_text(entry.get("track")) or get_text(entry.get("name")) or get_text(entry.get("title"))
    album = get_text(entry.get("album"))
    if kind == "album":
        title, album = title or album, ""
    if kind == "episode":
        album = get_text(entry.get("show"))
    row = FileRow(
        uri=link.uri if link else None,
        type=kind,
        title=title,
        artists=(artist,) if artist else (),
        album=album,
        is_blocked=is_blocked,
    )
    return FileRow(is_unclear=True, words=describe_entry(entry)) if row.is_vanished else row


def describe_entry(entry: object) -> str:
    """A short text for what is in a file and means nothing here."""
    try:
        return clean_text(repair_text(msgspec.json.encode(entry).decode()), max_length=200)
    except (TypeError, ValueError, msgspec.MsgspecError):
        return clean_text(repair_text(str(entry)), max_length=200)


def is_playlists(document: object) -> bool:
    """Whether it is `Playlist1.json` and the like."""
    return (
        isinstance(document, Mapping)
        and isinstance(document.get("playlists"), list)
        and any(_has_account_rows(playlist) for playlist in document["playlists"])
    )


def _has_account_rows(playlist: object) -> bool:
    if not isinstance(playlist, Mapping):
        return False
    items = playlist.get("items")
    return "lastModifiedDate" in playlist or (
        isinstance(items, list) and any(isinstance(item, Mapping) and "localTrack" in item for item in items)
    )


def merge_histories(lists: Iterable[FileList]) -> FileList:
    """One list of what was played in all of them, since Spotify cuts the history into many files."""
    rows: dict[tuple[str, ...], FileRow] = {}
    for row in _iterate_rows(lists):
        key = get_played_key(row)
        here = rows.get(key)
        rows[key] = msgspec.structs.replace(row, plays=row.plays + (here.plays if here else 0))
    return FileList(kind=ListKind.HISTORY, rows=sort_plays(rows.values()))


def _iterate_rows(lists: Iterable[FileList]) -> Iterator[FileRow]:
    return (row for file_list in lists for row in file_list.rows)
