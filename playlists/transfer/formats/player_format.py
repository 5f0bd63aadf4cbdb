"""Lists of media players: PLS, XSPF, Windows Media Player's WPL and the library of iTunes."""

import plistlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from playlists.transfer.formats.m3u_format import MediaEntry, make_rows
from playlists.transfer.formats.rows import (
    MAX_FILE_ROWS,
    MAX_TEXT_LENGTH,
    FileContents,
    FileFault,
    FileList,
    Origin,
    UnreadableFile,
    clean_text,
    parse_length_ms,
)

_PLS_LINE = re.compile(r"(?im)^\s*(file|title|length)([0-9]{1,6})\s*=\s*([^\r\n]*)")
_MAX_TAGS = 1_500_000
# Lists that iTunes makes of everything.
_ITUNES_OWN_LISTS = frozenset({"Master", "Distinguished Kind", "Folder"})


def looks_like_pls(text: str) -> bool:
    return text.lstrip()[:10].casefold() == "[playlist]"


def read_pls(text: str) -> FileContents:
    found: dict[int, dict[str, str]] = {}
    for field, number, value in _PLS_LINE.findall(text):
        found.setdefault(int(number), {})[field.casefold()] = clean_text(value)
    entries = [
        MediaEntry(
            one["file"], words=one.get("title", ""), duration_ms=parse_length_ms(one.get("length", ""))
        )
        for _number, one in sorted(found.items())
        if one.get("file")
    ]
    return FileContents(origin=Origin.PLS, lists=(FileList(rows=make_rows(entries)),))


def looks_like_xml(text: str) -> bool:
    start = text.lstrip()[:500].casefold()
    return (
        start.startswith(("<?xml", "<playlist", "<smil", "<plist", "<?wpl", "<asx")) and "<html" not in start
    )


def read_xml(text: str) -> FileContents:
    """Raises UnreadableFile, also for what is no list."""
    if "<!ENTITY" in text:  # a few of them can become gigabytes
        raise UnreadableFile(FileFault.UNKNOWN)
    if text.count("<") > _MAX_TAGS:
        raise UnreadableFile(FileFault.TOO_LARGE)
    if "<plist" in text[:1000]:
        return _read_itunes(text)
    try:
        # Encoded anew, since the declaration names the encoding of the file and not of this text.
        root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))  # noqa: S314  # entities are refused
    except ElementTree.ParseError:
        raise UnreadableFile(FileFault.BROKEN) from None
    kind = _get_tag(root)
    if kind == "playlist":
        return FileContents(origin=Origin.XSPF, lists=(_read_xspf(root),))
    if kind in {"smil", "asx"}:
        return FileContents(origin=Origin.WPL, lists=(_read_wpl(root),))
    raise UnreadableFile(FileFault.UNKNOWN)


def _read_xspf(root: ElementTree.Element) -> FileList:
    entries = []
    for track in _find_all(root, "track"):
        facts = {_get_tag(child): clean_text(child.text or "") for child in reversed(list(track))}
        address = next(
            (
                text
                for child in track
                if _get_tag(child) in {"location", "identifier", "info"}
                and "spotify" in (text := child.text or "")
            ),
            facts.get("location", ""),
        )
        entries.append(
            MediaEntry(
                address.strip(),
                duration_ms=parse_length_ms(facts.get("duration", ""), is_ms=True),
                album=facts.get("album", ""),
                title=facts.get("title", ""),
                artist=facts.get("creator", ""),
            )
        )
    title = next((child.text or "" for child in root if _get_tag(child) == "title"), "")
    return FileList(name=clean_text(title), rows=make_rows(entries))


def _read_wpl(root: ElementTree.Element) -> FileList:
    entries = []
    for media in (*_find_all(root, "media"), *_find_all(root, "entry")):
        facts = {name.casefold(): clean_text(value) for name, value in media.attrib.items()}
        facts |= {_get_tag(child): clean_text(child.text or "") for child in media}
        address = facts.get("src") or next((ref.get("href", "") for ref in _find_all(media, "ref")), "")
        entries.append(
            MediaEntry(
                address,
                duration_ms=parse_length_ms(facts.get("duration", ""), is_ms=True),
                album=facts.get("albumtitle", ""),
                title=facts.get("tracktitle", "") or facts.get("title", ""),
                artist=facts.get("trackartist", "")
                or facts.get("albumartist", "")
                or facts.get("author", ""),
            )
        )
    title = next((one.text or "" for one in _find_all(root, "title")), "")
    return FileList(name=clean_text(title), rows=make_rows(entries))


def _read_itunes(text: str) -> FileContents:
    try:
        library = plistlib.loads(text.encode(), fmt=plistlib.FMT_XML)
    except Exception:  # noqa: BLE001  # plistlib lets whatever its parser meets through
        raise UnreadableFile(FileFault.BROKEN) from None
    tracks = library.get("Tracks") if isinstance(library, Mapping) else None
    if not isinstance(tracks, Mapping):
        raise UnreadableFile(FileFault.UNKNOWN)
    lists = tuple(_read_itunes_lists(library, tracks))
    if not lists:
        lists = (FileList(rows=make_rows([_make_itunes_entry(one) for one in tracks.values()])),)
    if sum(len(one.rows) for one in lists) > MAX_FILE_ROWS:
        raise UnreadableFile(FileFault.TOO_MANY, count=sum(len(one.rows) for one in lists))
    return FileContents(origin=Origin.ITUNES, lists=lists)


def _read_itunes_lists(library: Mapping[str, Any], tracks: Mapping[str, Any]) -> Iterator[FileList]:
    count = 0
    playlists = library.get("Playlists")
    for playlist in playlists if isinstance(playlists, list) else ():
        if not isinstance(playlist, Mapping) or not _ITUNES_OWN_LISTS.isdisjoint(playlist):
            continue
        items = playlist.get("Playlist Items")
        ids = (
            [str(item.get("Track ID")) for item in items if isinstance(item, Mapping)]
            if isinstance(items, list)
            else []
        )
        count += len(ids)
        if count > MAX_FILE_ROWS:
            raise UnreadableFile(FileFault.TOO_MANY, count=count)
        rows = make_rows([_make_itunes_entry(tracks.get(one)) for one in ids])
        if rows:
            yield FileList(name=clean_text(str(playlist.get("Name", ""))), rows=rows)


def _make_itunes_entry(track: object) -> MediaEntry:
    facts = track if isinstance(track, Mapping) else {}

    def get_text(name: str) -> str:
        return clean_text(str(facts.get(name, "")), max_length=MAX_TEXT_LENGTH)

    return MediaEntry(
        get_text("Location"),
        duration_ms=parse_length_ms(get_text("Total Time"), is_ms=True),
        album=get_text("Album"),
        title=get_text("Name"),
        artist=get_text("Artist") or get_text("Album Artist"),
    )


def _get_tag(element: ElementTree.Element) -> str:
    """Without its namespace."""
    return element.tag.rsplit("}", 1)[-1].casefold() if isinstance(element.tag, str) else ""


def _find_all(root: ElementTree.Element, tag: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if _get_tag(element) == tag]
