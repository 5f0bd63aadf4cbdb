"""One entry of a JSON file that another program wrote, as a row: what its fields may be called and hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from playlists.transfer.formats import spotify_format, text_format
from playlists.transfer.formats.headings import find_column
from playlists.transfer.formats.rows import (
    CHANNELS,
    MAX_ARTISTS,
    MAX_TEXT_LENGTH,
    FileRow,
    add_local_facts,
    add_version,
    clean_text,
    fold_name,
    parse_any_link,
    parse_item_link,
    parse_length_ms,
    parse_moment,
    read_video,
    repair_text,
)
from spotweb.spotify.links import Link

# More than any file has that means a song.
MAX_FIELDS = 40
_ID_LENGTH = 22
# Objects within a row, and what they make of it.
_NAMES_OF_VALUES = ("name", "title", "text", "#text", "value", "username")
_KINDS: Mapping[str, str] = {
    "track": "track",
    "trackmetadata": "track",
    "localtrack": "track",
    "song": "track",
    "episode": "episode",
    "audiobook": "audiobook",
    "audiobookchapter": "chapter",
    "chapter": "chapter",
    "show": "show",
}


def make_row(entry: object) -> FileRow:
    """What names no song keeps its text, so that the member sees what was left out."""
    if isinstance(entry, str):
        return _read_line(entry)
    if entry is None:
        return FileRow()
    if not isinstance(entry, Mapping):
        return FileRow(words=spotify_format.describe_entry(entry), is_unclear=True)
    values = normalize_names(entry)
    kind, inner = _find_inner(values)
    if inner:
        values = {**values, **normalize_names(inner)}
        more = values.get("additionalinfo")  # ListenBrainz keeps links and recordings apart
        values = {**(normalize_names(more) if isinstance(more, Mapping) else {}), **values}
    elif any(values.get(name, "") is None for name in ("track", "item")):
        return FileRow()  # Spotify says so of what it has no more
    columns = _find_fields(values)
    link = _find_link(values)
    uri = link.uri if link else None
    local = next(
        (value for value in values.values() if isinstance(value, str) and value.startswith("spotify:local:")),
        "",
    )
    is_local = not link and (kind == "localtrack" or bool(local) or values.get("islocal") is True)
    row = FileRow(
        uri=uri or (repair_text(local)[:MAX_TEXT_LENGTH] or None),
        type=link.kind if link and kind != "audiobook" else _KINDS.get(kind, "") or _get_kind(values),
        title=add_version(
            _get_first(columns, "title", "episode") or get_text(values, "audiobookname", "chaptername"),
            _get_first(columns, "version"),
        )[:MAX_TEXT_LENGTH],
        artists=_get_artists(values, columns),
        album=_get_first(columns, "album", "show"),
        isrc=_get_first(columns, "isrc") or _get_isrc(values),
        duration_ms=_get_duration(columns),
        added_at=parse_moment(_get_first(columns, "added_at")),
        is_local=is_local,
    )
    if is_local:
        row = add_local_facts(row)
    elif not CHANNELS.isdisjoint(values):
        row = read_video(row)
    if row.is_vanished or not (row.uri or row.title or row.isrc or row.words):
        return FileRow(words=spotify_format.describe_entry(entry), is_unclear=True)
    return row


def _read_line(text: str) -> FileRow:
    """A row that is only text: a link, or words as in a pasted line."""
    rows = text_format.read_line(repair_text(text)[: 4 * MAX_TEXT_LENGTH])
    return rows[0] if rows else FileRow(words=clean_text(repair_text(text)), is_unclear=True)


def _find_inner(values: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    for name in (
        "track",
        "item",
        "episode",
        "trackmetadata",
        "localtrack",
        "audiobook",
        "chapter",
        "song",
        "show",
        "audiobookchapter",
    ):
        value = values.get(name)
        if isinstance(value, Mapping):
            return name, value
    album = values.get("album")  # of a song as well, which has a name of its own
    is_album = isinstance(album, Mapping) and not {"name", "title", "track", "song"} & set(values)
    return ("album", album) if isinstance(album, Mapping) and is_album else ("", {})


def normalize_names(values: Mapping[str, Any]) -> dict[str, Any]:
    return {fold_name(str(name)): value for name, value in list(values.items())[:MAX_FIELDS]}


def _find_fields(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What stands in fields that mean one of our columns, those with the plainest names last."""
    found: dict[str, list[str]] = {}
    for name, value in values.items():
        ours = find_column(name)
        text = _get_value(value)
        if ours and text:
            found.setdefault(ours, []).append(text)
    # "name" is the title unless something else is.
    if "title" in found and len(found["title"]) > 1 and values.get("name"):
        found["title"].sort(key=lambda text: text == _get_value(values["name"]))
    return found


def _get_value(value: object) -> str:
    if isinstance(value, Mapping):
        value = next((value[name] for name in _NAMES_OF_VALUES if value.get(name)), "")
    return spotify_format.get_text(value)


def _get_first(columns: Mapping[str, Sequence[str]], *names: str) -> str:
    return next((columns[name][0] for name in names if columns.get(name)), "")


def get_text(values: Mapping[str, Any], *names: str) -> str:
    return next((text for name in names if (text := _get_value(values.get(name)))), "")


def _find_link(values: Mapping[str, Any]) -> Link | None:
    """A link to a song or an episode before any other: rows also name their album and their people."""
    texts = [value for value in values.values() if isinstance(value, str)]
    nested = [value.get("spotify") for value in values.values() if isinstance(value, Mapping)]
    for address in (*texts, *(one for one in nested if isinstance(one, str))):
        if "spotify" in address.casefold() and (link := parse_item_link(address)):
            return link
    for name in ("uri", "url", "link", "audiobookuri", "chapteruri", "showuri"):
        text = values.get(name)
        if isinstance(text, str) and (link := parse_any_link(text)):
            return link
    for name in ("spotifyid", "trackid", "spotifytrackid", "id"):
        text = values.get(name)
        if isinstance(text, str) and _get_kind(values) in {"", "track"} and len(text) == _ID_LENGTH:
            return parse_item_link(f"spotify:track:{text}")
    return None


def _get_kind(values: Mapping[str, Any]) -> str:
    kind = values.get("type")
    return kind if isinstance(kind, str) and kind in _KINDS.values() else ""


def _get_isrc(values: Mapping[str, Any]) -> str:
    ids = values.get("externalids")
    return spotify_format.get_text(ids.get("isrc")) if isinstance(ids, Mapping) else ""


def _get_duration(columns: Mapping[str, Sequence[str]]) -> int | None:
    exact = _get_first(columns, "duration_ms")
    return parse_length_ms(exact, is_ms=True) if exact else parse_length_ms(_get_first(columns, "duration"))


def _get_artists(values: Mapping[str, Any], columns: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    for name, value in values.items():
        if find_column(name) == "artists" and isinstance(value, Sequence) and not isinstance(value, str):
            named = (_get_value(artist) for artist in value[:MAX_ARTISTS])
            return tuple(name[:MAX_TEXT_LENGTH] for name in named if name)
    artist = _get_first(columns, "artists")
    return (artist,) if artist else ()
