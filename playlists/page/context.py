"""What the page of a playlist shows, made ready for its templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from library.saved import actions
from player.playback.controls import controls_of
from player.playback.state import load_state
from playlists.models import Playlist
from playlists.page import filters as viewing
from playlists.page.filters import View
from playlists.positions import MAX_ROWS, format_positions
from playlists.revisions.contents import Contents, get_contents, get_items
from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from spotweb.spotify.models import Episode, Track
from spotweb.web.params import parse_number

# As many as a phone draws without a hitch; the script asks for them as they come into view.
CHUNK = 20
# Without a script this many stand on a page.
PAGE = 100
LONGEST_NUMBER = 19  # digits of a row's key in the database

MOVES = (
    ("up", "arrow-up", _("Move up")),
    ("down", "arrow-down", _("Move down")),
    ("top", "arrow-up-to-line", _("Move to top")),
)


@dataclass(frozen=True)
class Row:
    position: int
    item: Track | Episode | None
    added: datetime | None
    added_by: str
    is_playing: bool
    is_saved: bool | None

    @property
    def key(self) -> str:
        return f"p{self.position}"

    @property
    def number(self) -> int:
        return self.position + 1


@dataclass(frozen=True)
class Shown:
    """What the list shows: which rows in which order, and those of them that stand in the page."""

    view: View
    positions: Sequence[int]
    total: int
    start: int
    rows: tuple[Row, ...]

    @property
    def count(self) -> int:
        return len(self.positions)

    @property
    def order(self) -> str:
        return format_positions(self.positions)

    @property
    def pages(self) -> tuple[str, str]:
        """Addresses of what comes before and after, for a browser without a script."""
        before = self._address(max(self.start - PAGE, 0)) if self.start else ""
        after = self._address(self.start + PAGE) if self.start + PAGE < self.count else ""
        return before, after

    @property
    def last(self) -> int:
        return self.start + len(self.rows)

    def _address(self, start: int) -> str:
        return query(self.view, start=start) or "?"


# Any: what a template context holds.
def page_context(member: Member, opened: OpenPlaylist, sent: Mapping[str, str]) -> dict[str, Any]:
    playlist, live = opened.playlist, load_state(member)
    context = {
        "opened": opened,
        "playlist": playlist,
        "controls": controls_of(live, member),
        "sorts": viewing.SORTS,
        "view": viewing.view_of(sent),
        "chunk": CHUNK,
        "moves": MOVES,
    }
    return context | head_context(opened) | list_context(member, opened, sent)


def head_context(opened: OpenPlaylist) -> dict[str, Any]:
    """Counts; of a list that is still being read, or withheld, only what Spotify says about it."""
    held = opened.contents
    if held is None or opened.reading:
        return {"total": opened.playlist.total}
    minutes = viewing.duration_ms(held) // 60_000
    return {"total": held.total, "hours": minutes // 60, "minutes": minutes % 60, "is_counted": True}


def list_context(member: Member, opened: OpenPlaylist, sent: Mapping[str, str]) -> dict[str, Any]:
    if opened.contents is None:
        return {"shown": None, "can_move": False}
    view = viewing.view_of(sent)
    shown = shown_rows(member, opened.contents, view, start=number(sent.get("from")), count=PAGE)
    return {"shown": shown, "view": view, "can_move": can_move(opened, view)}


def can_move(opened: OpenPlaylist, view: View) -> bool:
    return opened.can_edit and view.is_whole and not opened.reading


def shown_rows(member: Member, held: Contents, view: View, *, start: int, count: int) -> Shown:
    found = viewing.positions(held, view)
    start = min(start, max(len(found) - 1, 0)) // CHUNK * CHUNK
    rows = _rows(member, held, found[start : start + count])
    return Shown(view=view, positions=found, total=held.total, start=start, rows=rows)


def _rows(member: Member, held: Contents, wanted: Sequence[int]) -> tuple[Row, ...]:
    items = get_items(held, wanted)
    saved = actions.get_known_saved(member, [item.uri for item in items if item and item.uri])
    names = _adders(held, wanted)
    playback = load_state(member).playback
    playing = playback.item.uri if playback and playback.item else None
    return tuple(
        Row(
            position=position,
            item=item,
            added=_moment(held.entries[position].added_at),
            added_by=_adder(names, held.entries[position].added_by),
            is_playing=bool(item and playing and item.uri == playing),
            is_saved=saved.get(item.uri) if item and item.uri else None,
        )
        for position, item in zip(wanted, items, strict=True)
    )


def _adders(held: Contents, wanted: Sequence[int]) -> Mapping[str, str]:
    """Names of those who added these rows. Where one person added them all, nobody asks who it was."""
    if len({entry.added_by for entry in held.entries}) <= 1:
        return {}
    return access.get_user_names({by for position in wanted if (by := held.entries[position].added_by)})


def _adder(names: Mapping[str, str], by: str | None) -> str:
    """Of people that nobody here knows Spotify tells no more than their ids."""
    return (names.get(by) or by) if names and by else ""


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, tz=UTC) if seconds else None


def query(view: View, *, start: int = 0) -> str:
    """What an address says of the view; nothing when it is the usual one."""
    sort = view.sort if view.sort != viewing.LIST_ORDER else ""
    sent = {"q": view.q, "sort": sort, "from": str(start or "")}
    said = urlencode({name: value for name, value in sent.items() if value})
    return f"?{said}" if said else ""


def number(text: str | None, *, most: int = MAX_ROWS) -> int:
    """From an address; what is no number is 0."""
    return min(parse_number(text, max_digits=LONGEST_NUMBER) or 0, most)


def uris_at(held: Contents, wanted: Sequence[int]) -> list[str]:
    """Of rows that something can be done with elsewhere: no local files, nothing vanished, each once."""
    entries = [held.entries[position] for position in wanted if position < held.total]
    return list(dict.fromkeys(entry.uri for entry in entries if entry.uri and not entry.is_local))


def address(playlist: Playlist) -> str:
    return reverse("playlists:playlist", args=[playlist.spotify_id])


def version_of(opened: OpenPlaylist, seen: int) -> Contents:
    """The version that a page shows. Raises Http404 where it is not kept any more, or was never readable."""
    held = opened.contents
    if held is None:
        raise Http404
    if seen == held.revision_id:
        return held
    revision = opened.playlist.revisions.filter(pk=seen).defer("rows").first()
    if revision is None:
        raise Http404
    return get_contents(revision)


def chosen_uris(member: Member, playlist_id: str, *, seen: int, positions: Sequence[int]) -> list[str]:
    return uris_at(version_of(access.open_cached(member, playlist_id), seen), positions)


def home() -> str:
    return reverse("playlists:list")
