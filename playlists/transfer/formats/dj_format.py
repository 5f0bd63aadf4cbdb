"""Collections of programs for DJs, rekordbox and Traktor, with their lists, and cue sheets."""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from playlists.transfer.formats.m3u_format import MediaEntry, make_rows
from playlists.transfer.formats.rows import (
    FileContents,
    FileList,
    Origin,
    add_version,
    check_row_count,
    clean_text,
    parse_length_ms,
)

_CUE_FIELD = re.compile(r'\s*(TITLE|PERFORMER|TRACK|FILE|ISRC)\s+(?:"([^"\r\n]*)"|(.+))', re.IGNORECASE)
_CUE_MARKS = (re.compile(r"(?im)^\s*TRACK\s+\d+\s+\w+\s*$"), re.compile(r"(?im)^\s*INDEX\s+\d+\s+\d+:\d"))
_SAMPLE_LENGTH = 20_000


def read_rekordbox(root: Element) -> FileContents:
    """Raises UnreadableFile."""
    entries = {
        key: _make_entry(track, title="Name", artist="Artist", album="Album", seconds="TotalTime")
        for track in root.iter("TRACK")
        if track.get("Name") is not None and (key := track.get("TrackID") or str(id(track)))
    }
    by_address = {
        track.get("Location", ""): entries.get(track.get("TrackID") or "") for track in root.iter("TRACK")
    }
    lists = [
        (node.get("Name", ""), [track.get("Key", "") for track in node.findall("TRACK")])
        for node in root.iter("NODE")
        if node.find("TRACK") is not None
    ]
    known = {**{key: entry for key, entry in by_address.items() if entry}, **entries}
    return _make_contents(known, lists, everything=list(entries.values()))


def read_traktor(root: Element) -> FileContents:
    """Raises UnreadableFile."""
    collection = root.find("COLLECTION")
    entries: dict[str, MediaEntry] = {}
    for entry in collection.findall("ENTRY") if collection is not None else ():
        location, album, info = entry.find("LOCATION"), entry.find("ALBUM"), entry.find("INFO")
        place = location.attrib if location is not None else {}
        key = "".join(place.get(name, "") for name in ("VOLUME", "DIR", "FILE"))
        mix = info.get("MIX", "") if info is not None else ""
        entries[key or str(id(entry))] = MediaEntry(
            place.get("FILE", ""),
            title=add_version(clean_text(entry.get("TITLE", "")), clean_text(mix)),
            artist=clean_text(entry.get("ARTIST", "")),
            album=clean_text(album.get("TITLE", "")) if album is not None else "",
            duration_ms=parse_length_ms(info.get("PLAYTIME", "")) if info is not None else None,
        )
    lists = [
        (node.get("NAME", ""), [key.get("KEY", "") for key in node.iter("PRIMARYKEY")])
        for node in root.iter("NODE")
        if node.get("TYPE") == "PLAYLIST"
    ]
    return _make_contents(entries, lists, everything=list(entries.values()))


def looks_like_cue(text: str) -> bool:
    start = text[:_SAMPLE_LENGTH]
    return all(mark.search(start) for mark in _CUE_MARKS)


def read_cue(text: str) -> FileContents:
    """The songs of a sheet; what stands in front of them names all of it."""
    name, artist, tracks = "", "", list[dict[str, str]]()
    for found in map(_CUE_FIELD.match, text.splitlines()):
        if found is None:
            continue
        field, value = found[1].upper(), clean_text(found[2] or found[3] or "")
        if field == "TRACK":
            tracks.append({})
            check_row_count(len(tracks))
        elif tracks:
            tracks[-1][field] = value
        elif field == "TITLE":
            name = value
        elif field == "PERFORMER":
            artist = value
    entries = [
        MediaEntry("", title=track.get("TITLE", ""), artist=track.get("PERFORMER", "") or artist)
        for track in tracks
    ]
    return FileContents(origin=Origin.CUE, lists=(FileList(name=name, rows=make_rows(entries)),))


def _make_entry(element: Element, *, title: str, artist: str, album: str, seconds: str) -> MediaEntry:
    return MediaEntry(
        element.get("Location", ""),
        title=add_version(clean_text(element.get(title, "")), clean_text(element.get("Mix", ""))),
        artist=clean_text(element.get(artist, "")),
        album=clean_text(element.get(album, "")),
        duration_ms=parse_length_ms(element.get(seconds, "")),
    )


def _make_contents(
    entries: Mapping[str, MediaEntry], lists: list[tuple[str, list[str]]], *, everything: list[MediaEntry]
) -> FileContents:
    """The lists, and of a collection without any all that is in it."""
    check_row_count(max(sum(len(keys) for _name, keys in lists), len(everything)))
    made = tuple(_make_lists(entries, lists))
    return FileContents(origin=Origin.DJ, lists=made or (FileList(rows=make_rows(everything)),))


def _make_lists(entries: Mapping[str, MediaEntry], lists: list[tuple[str, list[str]]]) -> Iterator[FileList]:
    for name, keys in lists:
        # Traktor parts folders with "/:".
        rows = make_rows([entries.get(key) or MediaEntry(key.replace("/:", "/")) for key in keys])
        if rows:
            yield FileList(name=clean_text(name), rows=rows)
