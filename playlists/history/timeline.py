"""The history of a playlist: its revisions day by day, and how two of them differ."""

from datetime import date
from itertools import groupby

from django.utils import timezone
from msgspec import Struct

from playlists.models import Playlist, Revision
from playlists.page.rows import ChangedRows, make_changed_rows
from playlists.revisions.contents import Contents
from playlists.revisions.diff import diff_contents
from playlists.revisions.store import get_timeline

PAGE_SIZE = 50


class TimelineEntry(Struct, frozen=True):
    """`change` is by how many items the list grew or shrank, null for the oldest revision that is stored."""

    revision: Revision
    who: str
    change: int | None
    is_now: bool


class TimelineDay(Struct, frozen=True):
    day: date
    entries: list[TimelineEntry]


class Timeline(Struct, frozen=True):
    days: list[TimelineDay]
    older: int | None  # the next part begins with the revision before this one


class RevisionDifference(Struct, frozen=True):
    added: ChangedRows
    removed: ChangedRows
    moved: ChangedRows

    @property
    def count(self) -> int:
        return self.added.total + self.removed.total + self.moved.total


def make_timeline(playlist: Playlist, *, older_than: int | None = None) -> Timeline:
    # One more, so that the last one shown knows what it changed.
    revisions = get_timeline(playlist, older_than=older_than, limit=PAGE_SIZE + 1)
    shown = revisions[:PAGE_SIZE]
    older: list[Revision | None] = [*revisions[1:], None]
    entries = [_make_entry(playlist, *pair) for pair in zip(shown, older, strict=False)]
    days = [TimelineDay(day=day, entries=list(group)) for day, group in groupby(entries, key=_get_day)]
    return Timeline(days=days, older=shown[-1].pk if len(revisions) > len(shown) else None)


def get_revision(playlist: Playlist, pk: int) -> Revision:
    """Raises Revision.DoesNotExist, also for revisions of other playlists."""
    return playlist.revisions.select_related("made_by").get(pk=pk)


def compare_revisions(before: Contents, after: Contents) -> RevisionDifference:
    diff = diff_contents(before, after)
    moved = sorted(diff.moved, key=lambda pair: pair[1])
    return RevisionDifference(
        added=make_changed_rows(after, diff.added, "added"),
        removed=make_changed_rows(before, diff.removed, "removed"),
        moved=make_changed_rows(after, [new for _, new in moved], "moved", was=[old for old, _ in moved]),
    )


def _make_entry(playlist: Playlist, revision: Revision, older: Revision | None) -> TimelineEntry:
    return TimelineEntry(
        revision=revision,
        who=revision.made_by.display_name if revision.made_by else "",
        change=revision.total - older.total if older else None,
        is_now=revision.pk == playlist.revision_id,
    )


def _get_day(entry: TimelineEntry) -> date:
    return timezone.localdate(entry.revision.made_at)
