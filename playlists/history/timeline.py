"""What happened to a playlist: its versions day by day, how two of them differ, and the way back to one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import groupby

from django.utils import timezone
from msgspec import Struct

from playlists.models import Playlist, Revision
from playlists.revisions.contents import Contents, get_items
from playlists.revisions.diff import diff_contents
from playlists.revisions.store import get_timeline
from playlists.sync import access
from spotweb.spotify.models import Episode, Track

VERSIONS_AT_ONCE = 50
# Of each kind of change; the counts are of all of them.
MOST_SHOWN = 100


class Line(Struct, frozen=True):
    """A version. `change` is by how many items the list grew or shrank, null for the oldest that is known."""

    revision: Revision
    who: str
    change: int | None
    is_now: bool


class Day(Struct, frozen=True):
    day: date
    lines: list[Line]


class Timeline(Struct, frozen=True):
    days: list[Day]
    older: int | None  # from which version on the next part goes


class ChangedRow(Struct, frozen=True):
    """`number` is its place in the later version (of what was removed, in the earlier); `was` its old one."""

    item: Track | Episode | None
    key: str
    number: int
    was: int | None = None
    added: datetime | None = None
    added_by: str = ""


class ChangedRows(Struct, frozen=True):
    rows: list[ChangedRow]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


class Difference(Struct, frozen=True):
    added: ChangedRows
    removed: ChangedRows
    moved: ChangedRows

    @property
    def count(self) -> int:
        return self.added.total + self.removed.total + self.moved.total


def timeline(playlist: Playlist, *, older_than: int | None = None) -> Timeline:
    # One more, so that the last one shown knows what it changed.
    found = get_timeline(playlist, older_than=older_than, limit=VERSIONS_AT_ONCE + 1)
    shown = found[:VERSIONS_AT_ONCE]
    before: list[Revision | None] = [*found[1:], None]
    lines = [_line(playlist, revision, older) for revision, older in zip(shown, before, strict=False)]
    days = [Day(day=day, lines=list(group)) for day, group in groupby(lines, key=_day_of)]
    return Timeline(days=days, older=shown[-1].pk if len(found) > len(shown) else None)


def revision_of(playlist: Playlist, pk: int) -> Revision:
    """Raises Revision.DoesNotExist, also for versions of other playlists."""
    return playlist.revisions.select_related("made_by").get(pk=pk)


def difference(before: Contents, after: Contents) -> Difference:
    found = diff_contents(before, after)
    moved = sorted(found.moved, key=lambda pair: pair[1])
    return Difference(
        added=rows_at(after, found.added, "added"),
        removed=rows_at(before, found.removed, "removed"),
        moved=rows_at(after, [to for _, to in moved], "moved", was=[at for at, _ in moved]),
    )


def rows_at(
    held: Contents, positions: Sequence[int], prefix: str, *, was: Sequence[int] | None = None
) -> ChangedRows:
    shown = list(positions[:MOST_SHOWN])
    places: list[int | None] = [place + 1 for place in was[:MOST_SHOWN]] if was else [None] * len(shown)
    entries = [held.entries[position] for position in shown]
    names = access.get_user_names({entry.added_by for entry in entries if entry.added_by})
    rows = [
        ChangedRow(
            item=item,
            key=f"{prefix}-{position}",
            number=position + 1,
            was=place,
            added=datetime.fromtimestamp(entry.added_at, UTC) if entry.added_at else None,
            added_by=names.get(entry.added_by or "", ""),
        )
        for position, item, place, entry in zip(shown, get_items(held, shown), places, entries, strict=True)
    ]
    return ChangedRows(rows=rows, total=len(positions))


def _line(playlist: Playlist, revision: Revision, older: Revision | None) -> Line:
    return Line(
        revision=revision,
        who=revision.made_by.display_name if revision.made_by else "",
        change=revision.total - older.total if older else None,
        is_now=revision.pk == playlist.revision_id,
    )


def _day_of(line: Line) -> date:
    return timezone.localdate(line.revision.made_at)
