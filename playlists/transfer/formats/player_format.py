"""Lists of media players: PLS, XSPF, Windows Media Player's WPL, those of AIMP and Audacious, the library of
iTunes, and XML of others.
"""

import io
import plistlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from playlists.transfer.formats import dj_format
from playlists.transfer.formats.m3u_format import MediaEntry, looks_like_sound, make_rows
from playlists.transfer.formats.rows import (
    MAX_TEXT_LENGTH,
    FileContents,
    FileFault,
    FileList,
    FileRow,
    Origin,
    UnreadableFile,
    add_version,
    check_row_count,
    clean_text,
    parse_length_ms,
)

_PLS_LINE = re.compile(r"(?im)^\s*(file|title|length)([0-9]{1,6})\s*=\s*([^\r\n]*)")
_XML_STARTS = ("<?xml", "<playlist", "<smil", "<plist", "<?wpl", "<?zpl", "<asx", "<nml", "<dj_playlists")
# Any but those of web pages, pieces of which are copied as text.
_TAG = re.compile(
    r"<(?!(?:a|b|i|u|p|br|h\d|li|ul|ol|div|em|strong|span|table|tr|td|font|small|iframe|img|pre|code)\b)[a-z][\w:.-]*[\s/>]"
)
# What others call the parts of a song, as attributes or as elements of their own.
_TITLES, _ARTISTS = (
    ("title", "tracktitle", "name"),
    ("artist", "trackartist", "creator", "performer", "author"),
)
_VERSIONS = ("remix", "mix", "mixname")
_ADDRESSES = ("location", "path", "playstring", "file", "filepath", "src", "href", "url", "uri")
_LENGTHS_MS, _LENGTHS_S = ("duration", "length", "totaltime"), ("songlength", "playtime", "seconds")
# Parts have lines of their own; the same signs inside a title or a cell are no list of AIMP.
_AIMP_START = re.compile(r"\s*#-----[A-Z]+-----#[^\S\r\n]*(?:[\r\n]|$)")
_AIMP_CONTENT = re.compile(r"(?m)^#-----CONTENT-----#[^\S\r\n]*\r?$")
_MAX_AIMP_HEAD = 20_000
# Behind path, title, artist and album, before which stand the genre, the year and others.
_AIMP_LENGTH = 10
_MAX_AUDACIOUS_SONG = 10_000
_AUDACIOUS = re.compile(r"\s*title=[^\r\n]*\r?\n(?:\w[\w-]*=[^\r\n]*\r?\n)*uri=")
_MAX_TAGS = 1_500_000
# What no XML may hold, and what programs and people write into it all the same.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONE_AMPERSAND = re.compile(r"&(?!#?\w{1,30};)")
# Lists that iTunes makes of everything.
_ITUNES_OWN_LISTS = frozenset({"Master", "Distinguished Kind", "Folder"})


def looks_like_pls(text: str) -> bool:
    return text.lstrip()[:10].casefold() == "[playlist]"


def read_pls(text: str) -> FileContents:
    found: dict[int, dict[str, str]] = {}
    for field, number, value in map(re.Match.groups, _PLS_LINE.finditer(text)):
        found.setdefault(int(number), {})[field.casefold()] = clean_text(value)
        check_row_count(len(found))
    entries = [
        MediaEntry(
            one["file"], words=one.get("title", ""), duration_ms=parse_length_ms(one.get("length", ""))
        )
        for _number, one in sorted(found.items())
        if one.get("file")
    ]
    return FileContents(origin=Origin.PLS, lists=(FileList(rows=make_rows(entries)),))


def looks_like_aimp(text: str) -> bool:
    return _AIMP_START.match(text) is not None and _AIMP_CONTENT.search(text, 0, _MAX_AIMP_HEAD) is not None


def read_aimp(text: str) -> FileContents:
    """A file in a line, with what is known of it; lines with a sign in front are folders."""
    head, body = _AIMP_CONTENT.split(text, maxsplit=1)
    name = re.search(r"(?m)^Name=(.*)", head)
    check_row_count(sum(1 for _line in _list_aimp_songs(body)))
    parts = [line.split("|") for line in _list_aimp_songs(body)]
    rows = tuple(
        row
        for path, title, artist, album, *others in ([*one, "", "", "", ""] for one in parts)
        for row in _make_file_rows(
            path,
            title=title,
            artist=artist,
            album=album,
            length="".join(others[_AIMP_LENGTH : _AIMP_LENGTH + 1]),
        )
    )
    return FileContents(
        origin=Origin.MEDIA, lists=(FileList(name=clean_text(name[1]) if name else "", rows=rows),)
    )


def _list_aimp_songs(body: str) -> Iterator[str]:
    lines = (line.rstrip("\n") for line in io.StringIO(body, newline=None))
    return (line for line in lines if line.strip() and line[0] not in "-+#")


def looks_like_audacious(text: str) -> bool:
    return _AUDACIOUS.match(text) is not None


def read_audacious(text: str) -> FileContents:
    """The name of the list, then for each song its address and what is known of it."""
    text = unquote(text)
    check_row_count(text.count("\nuri="))
    head, *songs = re.split(r"(?m)^uri=", text)
    lines = [song[:_MAX_AUDACIOUS_SONG].splitlines() for song in songs]
    facts = [(one[0], dict(line.partition("=")[::2] for line in one[1:])) for one in lines if one]
    rows = tuple(
        row
        for path, known in facts
        for row in _make_file_rows(
            path,
            title=known.get("title", ""),
            artist=known.get("artist", ""),
            album=known.get("album", ""),
            length=known.get("length", ""),
        )
    )
    name = clean_text(head.partition("=")[2])
    return FileContents(origin=Origin.MEDIA, lists=(FileList(name=name, rows=rows),))


def _make_file_rows(path: str, *, title: str, artist: str, album: str, length: str) -> tuple[FileRow, ...]:
    """Of a file without words of its own its name tells."""
    duration_ms = parse_length_ms(length, is_ms=True)
    if not clean_text(title):
        return make_rows([MediaEntry(path, duration_ms=duration_ms)])
    artists = (clean_text(artist),) if clean_text(artist) else ()
    row = FileRow(title=clean_text(title), artists=artists, album=clean_text(album), duration_ms=duration_ms)
    return (row,)


def looks_like_xml(text: str) -> bool:
    """Whether it begins as XML does; without saying so, only what ends as it does as well."""
    start = text.lstrip()[:500].casefold()
    return "<html" not in start and (
        start.startswith(_XML_STARTS) or (_TAG.match(start) is not None and text.rstrip().endswith(">"))
    )


def read_xml(text: str) -> FileContents | None:
    """Nothing where it only looked like XML. Raises UnreadableFile, also for what is no list."""
    try:
        return _read_xml(text)
    except UnreadableFile as error:
        is_known = text.lstrip()[:20].casefold().startswith(_XML_STARTS)
        if is_known or error.fault is not FileFault.BROKEN:
            raise
    return None


def _read_xml(text: str) -> FileContents:
    if "<!ENTITY" in text:  # a few of them can become gigabytes
        raise UnreadableFile(FileFault.UNKNOWN)
    if text.count("<") > _MAX_TAGS:
        raise UnreadableFile(FileFault.TOO_LARGE)
    text = _LONE_AMPERSAND.sub("&amp;", _FORBIDDEN.sub("", text))
    if "<plist" in text[:1000]:
        return _read_itunes(text)
    try:
        # Encoded anew, since the declaration names the encoding of the file and not of this text.
        root = ElementTree.fromstring(re.sub(r"^\s*<\?(?:xml|wpl|zpl)[^>]*\?>", "", text))  # noqa: S314  # entities are refused
    except ElementTree.ParseError:
        raise UnreadableFile(FileFault.BROKEN) from None
    kind = _get_tag(root)
    if kind == "playlist":
        return FileContents(origin=Origin.XSPF, lists=(_read_xspf(root),))
    if kind in {"smil", "asx"}:
        return FileContents(origin=Origin.WPL, lists=(_read_wpl(root),))
    if kind == "dj_playlists":
        return dj_format.read_rekordbox(root)
    if kind == "nml":
        return dj_format.read_traktor(root)
    lists = tuple(_read_others(root))
    if not any(one.rows for one in lists):
        # A workbook is one of Excel's, from before its files were archives.
        raise UnreadableFile(FileFault.SPREADSHEET if kind == "workbook" else FileFault.UNKNOWN)
    return FileContents(origin=Origin.MEDIA, lists=lists)


def _read_others(root: ElementTree.Element) -> Iterator[FileList]:
    """Of XML that nobody here knows: whatever names a song or a file, by the lists that it stands in."""
    parts = _find_all(root, "playlist") or [root]
    for part in parts:
        entries = list(_find_entries(part))
        name = part.get("name") or part.get("label") or part.get("title") or ""
        yield FileList(name=clean_text(name), rows=make_rows(entries))


def _find_entries(part: ElementTree.Element) -> Iterator[MediaEntry]:
    """What stands within an entry belongs to it."""
    for element in part:
        entry = _make_other_entry(element)
        if entry:
            yield entry
        else:
            yield from _find_entries(element)


def _make_other_entry(element: ElementTree.Element) -> MediaEntry | None:
    facts = {name.casefold(): clean_text(value) for name, value in element.attrib.items()}
    for child in element:
        if not len(child):
            facts.setdefault(_get_tag(child), clean_text(child.text or ""))
    if not len(element) and not facts and _get_tag(element) in _ADDRESSES:
        facts["location"] = clean_text(element.text or "")

    def get_first(names: tuple[str, ...]) -> str:
        return next((facts[name] for name in names if facts.get(name)), "")

    title = add_version(get_first(_TITLES), get_first(_VERSIONS))
    artist, address = get_first(_ARTISTS), get_first(_ADDRESSES)
    is_file = bool(address) and (looks_like_sound(address) or "spotify" in address)
    is_child = _get_tag(element) in _ADDRESSES and len(element.attrib) == 0 and not is_file
    if is_child or not ((title and artist) or is_file):
        return None
    length_ms = parse_length_ms(get_first(_LENGTHS_MS), is_ms=True)
    words = "" if artist else title
    return MediaEntry(
        address,
        words=words,
        title=title if artist else "",
        artist=artist,
        album=facts.get("album", ""),
        duration_ms=length_ms or parse_length_ms(get_first(_LENGTHS_S)),
    )


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
        hrefs = (
            value
            for ref in _find_all(media, "ref")
            for name, value in ref.attrib.items()
            if name.casefold() == "href"
        )
        address = facts.get("src") or next(hrefs, "")
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
    check_row_count(sum(len(one.rows) for one in lists))
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
        check_row_count(count)
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
