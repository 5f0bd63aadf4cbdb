"""Exports all that a member has saved, as a ZIP of tables and one JSON file, written while it is sent."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from msgspec import Struct

from accounts.models import Member
from accounts.requests import MemberRequest
from library.catalogue import store
from library.models import SavedIndex, SavedItem
from library.saved_pages.kinds import LABELS
from spotweb.spotify.models import Album, Artist, Audiobook, Episode, Show, SpotifyObject, Track
from spotweb.templatetags.frame import names
from spotweb.web.spreadsheets import escape_formula

_BATCH_SIZE = 500
_LINES_PER_WRITE = 200

Values = dict[str, Any]


class Portion(Struct, frozen=True, kw_only=True):
    """How many items there are of one kind. `is_whole`: it has been read to its end."""

    kind: str
    label: str
    count: int
    is_whole: bool


def get_portions(member: Member) -> list[Portion]:
    indexes = {saved_index.kind: saved_index for saved_index in member.saved_indexes.all()}
    portions = []
    for kind in SavedIndex.Kind:
        saved_index = indexes.get(kind)
        count = saved_index.items.count() if saved_index else 0
        is_whole = saved_index is not None and saved_index.complete_at is not None
        portions.append(Portion(kind=kind.value, label=str(LABELS[kind].tab), count=count, is_whole=is_whole))
    return portions


def write_archive(member: Member) -> Iterator[bytes]:
    """Yield the bytes of the ZIP as they become ready; memory stays flat however much is saved."""
    sink = _ZipSink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for kind in SavedIndex.Kind:
            yield from _write_member(packed, sink, f"{kind.value}s.csv", _write_csv(member, kind))
        yield from _write_member(packed, sink, "library.json", _write_json(member))
    yield sink.pop_bytes()


class _ZipSink(io.RawIOBase):
    """A file that a ZIP is written to, and whose bytes are popped out as they come."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  # whatever zipfile hands over
        self._parts.append(bytes(data))
        return len(data)

    def pop_bytes(self) -> bytes:
        popped, self._parts = b"".join(self._parts), []
        return popped


def _write_member(
    packed: zipfile.ZipFile, sink: _ZipSink, name: str, texts: Iterator[str]
) -> Iterator[bytes]:
    with packed.open(name, "w") as file:
        for text in texts:
            file.write(text.encode())
            yield sink.pop_bytes()


def _write_csv(member: Member, kind: str) -> Iterator[str]:
    # The mark in front is what Excel knows UTF-8 by.
    yield "\ufeff" + _format_line(_COLUMNS[kind])
    lines: list[str] = []
    for values in _iterate_rows(member, kind):
        lines.append(_format_line([escape_formula(str(values[column])) for column in _COLUMNS[kind]]))
        if len(lines) == _LINES_PER_WRITE:
            yield "".join(lines)
            lines = []
    yield "".join(lines)


def _format_line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _write_json(member: Member) -> Iterator[str]:
    head = {"name": member.display_name, "made_at": timezone.now().isoformat()}
    whole = {portion.kind: portion.is_whole for portion in get_portions(member)}
    yield f'{{"library_of": {json.dumps(head, ensure_ascii=False)}, "read_to_the_end": {json.dumps(whole)}'
    for kind in SavedIndex.Kind:
        yield f',\n"{kind.value}s": ['
        separator = "\n"
        for values in _iterate_rows(member, kind):
            yield separator + json.dumps(values, ensure_ascii=False)
            separator = ",\n"
        yield "]"
    yield "}\n"


def _iterate_rows(member: Member, kind: str) -> Iterator[Values]:
    """Latest saved first."""
    column, get_things = _GETTERS[kind]
    shelved = SavedItem.objects.filter(index__member=member, index__kind=kind).order_by("-added_at", "pk")
    rows = shelved.values_list(column, "added_at", "first_added_at").iterator(chunk_size=_BATCH_SIZE)
    batch: list[tuple[int | None, int, int]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH_SIZE:
            yield from _build_values(batch, get_things)
            batch = []
    yield from _build_values(batch, get_things)


def _build_values(
    rows: Sequence[tuple[int | None, int, int]],
    get_things: Callable[[Sequence[int]], Mapping[int, SpotifyObject]],
) -> Iterator[Values]:
    things = get_things([pk for pk, _added, _first in rows if pk is not None])
    for pk, added_at, first_added_at in rows:
        thing = things.get(pk) if pk is not None else None
        if thing is not None:
            yield {
                "name": thing.name,
                **_get_facts(thing),
                "added_at": _format_moment(added_at),
                "first_had_at": _format_moment(first_added_at),
                "uri": thing.uri or "",
                "url": thing.url or "",
            }


def _get_facts(thing: SpotifyObject) -> Values:
    match thing:
        case Track():
            album = thing.album or Album()
            isrc = thing.external_ids.isrc if thing.external_ids else None
            return {
                "artists": names(thing.artists),
                "album": album.name,
                "release_date": album.release_date or "",
                "duration_ms": thing.duration_ms,
                "explicit": thing.explicit,
                "isrc": isrc or "",
            }
        case Episode():
            return {
                "show": thing.show.name if thing.show else "",
                "release_date": thing.release_date or "",
                "duration_ms": thing.duration_ms,
            }
        case Album():
            return {
                "artists": names(thing.artists),
                "release_date": thing.release_date or "",
                "total_tracks": thing.total_tracks or "",
            }
        case Show():
            return {"publisher": thing.publisher or ""}
        case Audiobook():
            return {"authors": names(thing.authors), "narrators": names(thing.narrators)}
    return {}


def _format_moment(seconds: int) -> str:
    """Empty where Spotify does not say."""
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds else ""


_COMMON_COLUMNS = ("added_at", "first_had_at", "uri", "url")
_COLUMNS: Mapping[str, Sequence[str]] = {
    kind: ("name", *_get_facts(sample), *_COMMON_COLUMNS)
    for kind, sample in (
        ("track", Track()),
        ("album", Album()),
        ("show", Show()),
        ("episode", Episode()),
        ("audiobook", Audiobook()),
        ("artist", Artist()),
    )
}
_GETTERS: Mapping[str, tuple[str, Callable[[Sequence[int]], Mapping[int, SpotifyObject]]]] = {
    "track": ("item_id", store.get_items),
    "episode": ("item_id", store.get_items),
    "album": ("album_id", store.get_albums),
    "show": ("show_id", store.get_shows),
    "audiobook": ("show_id", store.get_shows),
    "artist": ("artist_id", store.get_artists),
}


@require_safe
def export_page(request: MemberRequest) -> HttpResponse:
    return render(request, "library/saved/export.html", {"portions": get_portions(request.user)})


@require_safe
def export_file(request: MemberRequest) -> StreamingHttpResponse:
    name = f"library-{timezone.localdate():%Y-%m-%d}.zip"
    return StreamingHttpResponse(
        write_archive(request.user),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
