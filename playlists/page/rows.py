"""The rows that the page of a playlist shows: a part of the list, and rows that differ between revisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from msgspec import Struct

from accounts.models import Member
from library.saved.actions import get_known_saved
from player.speaker_loans.borrowed_player import load_shown_state
from playlists.page.filters import RowQuery, format_query, select_positions
from playlists.positions import format_positions
from playlists.revisions.contents import Contents, get_items
from playlists.sync.access import get_user_names
from spotweb.web.rows.item_row import ItemRow

# As many as a phone draws without a hitch; the script asks for them as they come into view.
CHUNK_ROWS = 20
# This many stand on a page: the first screens of any window, and without a script all until the next page.
PAGE_ROWS = 40
# Of each kind of change; the counts are of all of them.
MAX_CHANGED_ROWS = 100


@dataclass(frozen=True)
class ShownRows:
    """The rows of the list that match the query, in its order, and those of them that stand in the page.

    `has_adders`: more than one person has added rows, so that a column says who.
    """

    query: RowQuery
    positions: Sequence[int]
    total: int
    start: int
    rows: tuple[ItemRow, ...]
    has_adders: bool = False

    @property
    def count(self) -> int:
        return len(self.positions)

    @property
    def order(self) -> str:
        return format_positions(self.positions)

    @property
    def pages(self) -> tuple[str, str]:
        """Addresses of what comes before and after, for a browser without a script."""
        before = self._get_address(max(self.start - PAGE_ROWS, 0)) if self.start else ""
        after = self._get_address(self.start + PAGE_ROWS) if self.start + PAGE_ROWS < self.count else ""
        return before, after

    @property
    def last(self) -> int:
        return self.start + len(self.rows)

    def _get_address(self, start: int) -> str:
        return format_query(self.query, start=start) or "?"


class ChangedRows(Struct, frozen=True):
    rows: list[ItemRow]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


def show_rows(member: Member, contents: Contents, query: RowQuery, *, start: int, count: int) -> ShownRows:
    """The rows that match, `count` of them drawn. `start` is rounded down to a whole chunk."""
    positions = select_positions(contents, query)
    start = min(start, max(len(positions) - 1, 0)) // CHUNK_ROWS * CHUNK_ROWS
    rows = _make_rows(member, contents, positions[start : start + count])
    return ShownRows(
        query=query,
        positions=positions,
        total=contents.total,
        start=start,
        rows=rows,
        has_adders=_has_several_adders(contents),
    )


def describe_old_number(number: int | None) -> str:
    return _("was %(place)s") % {"place": number} if number else ""


def make_row(member: Member, contents: Contents, position: int) -> ItemRow:
    return _make_rows(member, contents, [position])[0]


def make_changed_rows(
    contents: Contents, positions: Sequence[int], key_prefix: str, *, was: Sequence[int] | None = None
) -> ChangedRows:
    """The rows at these positions, at most MAX_CHANGED_ROWS; `was` are the positions they had before."""
    shown = list(positions[:MAX_CHANGED_ROWS])
    old_numbers: list[int | None] = (
        [old + 1 for old in was[:MAX_CHANGED_ROWS]] if was else [None] * len(shown)
    )
    entries = [contents.entries[position] for position in shown]
    names = get_user_names({entry.added_by for entry in entries if entry.added_by})
    rows = [
        ItemRow(
            item=item,
            key=f"{key_prefix}-{position}",
            number=position + 1,
            note=describe_old_number(old_number),
            added=_make_datetime(entry.added_at),
            added_by=names.get(entry.added_by or "", ""),
        )
        for position, item, old_number, entry in zip(
            shown, get_items(contents, shown), old_numbers, entries, strict=True
        )
    ]
    return ChangedRows(rows=rows, total=len(positions))


def _make_rows(member: Member, contents: Contents, positions: Sequence[int]) -> tuple[ItemRow, ...]:
    items = get_items(contents, positions)
    saved = get_known_saved(member, [item.uri for item in items if item and item.uri])
    names = _get_adder_names(contents, positions)
    playback = load_shown_state(member).playback
    playing_uri = playback.item.uri if playback and playback.item else None
    return tuple(
        ItemRow(
            item=item,
            key=f"p{position}",
            number=position + 1,
            checkbox=str(position),
            has_save_button=True,
            added=_make_datetime(contents.entries[position].added_at),
            added_by=_choose_name(names, contents.entries[position].added_by),
            is_playing=bool(item and playing_uri and item.uri == playing_uri),
            is_saved=saved.get(item.uri) if item and item.uri else None,
        )
        for position, item in zip(positions, items, strict=True)
    )


def _get_adder_names(contents: Contents, positions: Sequence[int]) -> Mapping[str, str]:
    """Names of those who added these rows; empty where one person added the whole list."""
    if not _has_several_adders(contents):
        return {}
    return get_user_names({by for position in positions if (by := contents.entries[position].added_by)})


def _has_several_adders(contents: Contents) -> bool:
    return len({entry.added_by for entry in contents.entries}) > 1


def _choose_name(names: Mapping[str, str], user_id: str | None) -> str:
    """Of people that are unknown here Spotify tells no more than their ids."""
    return (names.get(user_id) or user_id) if names and user_id else ""


def _make_datetime(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, tz=UTC) if seconds else None
