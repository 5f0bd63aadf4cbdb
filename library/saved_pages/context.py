"""What a page of saved things shows, and the addresses it leads to. Spotify is never asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import groupby
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Member
from library.models import SavedIndex
from library.saved import browse, jumps
from library.saved.browse import BrowsePage, BrowseRow
from library.saved.index import find_index
from library.saved.jumps import JumpTarget
from library.saved.order import write_cursor
from library.saved.status import saving_uri
from library.saved_pages import filter_options
from library.saved_pages.kinds import (
    LABELS,
    ORDERS,
    PLAYABLE,
    UNDATED,
    KindLabels,
    SortOption,
    ViewOption,
    get_views,
)
from library.saved_pages.query import SavedQuery
from library.sync.progress import SyncProgress, build_progress
from spotweb.spotify.models import Album, Audiobook, Show, SpotifyObject, Track
from spotweb.web.page_urls import find_url
from spotweb.web.texts.number_format import format_number

PAGE_SIZE = 50
MIN_JUMPED = 20  # fewer are at hand without a way to jump between them
_MONTH_LENGTH = len("2026-11")
URLS: Mapping[str, str] = {
    "track": "library:tracks",
    "album": "library:albums",
    "show": "library:shows",
    "episode": "library:episodes",
    "audiobook": "library:audiobooks",
    "artist": "library:artists",
}


@dataclass(frozen=True)
class Tab:
    url: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class Jump:
    url: str
    label: str
    title: str


@dataclass(frozen=True)
class SavedLine:
    """A row or a cover. `date` is when it was added, or first had where the order is by that; `first_had` is
    set where it differs.
    """

    item: SpotifyObject
    uri: str
    key: str
    group: str
    by: str = ""
    facts: str = ""
    date: datetime | None = None
    first_had: datetime | None = None


@dataclass(frozen=True)
class LineGroup:
    head: str
    count_text: str
    lines: Sequence[SavedLine]
    has_columns: bool


@dataclass(frozen=True)
class OpenPageState:
    """What an open page shows: which version of the index, how many items it had, how many rows are shown."""

    version: int = 0
    total: int = 0
    lines: int = 0

    @classmethod
    def parse(cls, data: QueryDict) -> "OpenPageState":
        """Read 12-400-50, which a page sends with its other fields."""
        numbers = [int(part) for part in data.get("seen", "")[:60].split("-") if part.isdecimal()]
        return cls(*numbers) if len(numbers) == len(("version", "total", "lines")) else cls()


NO_OPEN_PAGE = OpenPageState()


@dataclass(frozen=True)
class SavedPage:
    """What only a part of the answers shows is worked out when a template asks for it."""

    kind: str
    indexes: Mapping[str, SavedIndex]  # by kind; for parts of the page only its own
    query: SavedQuery
    page: BrowsePage
    open_page: OpenPageState
    groups: Sequence[LineGroup]
    targets: Sequence[JumpTarget]
    after: str
    before: int  # how many stand before the first line
    shown: int
    last_group: str
    ends_before: str = ""

    @property
    def saved_index(self) -> SavedIndex | None:
        return self.indexes.get(self.kind)

    @cached_property
    def sync(self) -> SyncProgress:
        return build_progress(self.saved_index)

    @cached_property
    def facets(self) -> Sequence[filter_options.FilterGroup]:
        saved_index, page = self.saved_index, self.page
        if saved_index is None or not page.total:
            return ()
        return list(filter_options.build_groups(saved_index, self.query, page.facets))

    @cached_property
    def tabs(self) -> Sequence[Tab]:
        return list(list_tabs(self.indexes.values(), self.kind))

    @property
    def labels(self) -> KindLabels:
        return LABELS[self.kind]

    @property
    def orders(self) -> Sequence[SortOption]:
        return ORDERS[self.kind]

    @property
    def views(self) -> Sequence[ViewOption]:
        return get_views(self.kind)

    @property
    def url(self) -> str:
        return find_url(URLS[self.kind])

    @cached_property
    def address(self) -> str:
        """The address of this page as it is shown."""
        return _join_query(self.url, self.query.query_string)

    @property
    def open_state(self) -> str:
        """What `OpenPageState.parse` reads; the page sends it along."""
        return f"{self.page.version}-{self.page.total}-{self.shown}"

    @property
    def has_news(self) -> bool:
        """Whether the open page is out of date. What a first sync brings is added at the end of the page."""
        comes_at_the_end = self.sync.is_first and self.query.sort == "added"
        return (
            bool(self.open_page.lines)
            and self.open_page.version != self.page.version
            and not comes_at_the_end
        )

    @property
    def is_filled(self) -> bool:
        """Whether the open page was empty, and has something to show now."""
        return not self.open_page.lines and bool(self.groups)

    @property
    def new_count(self) -> int:
        return max(0, self.page.total - self.open_page.total)

    @cached_property
    def tail_url(self) -> str:
        """The address of the rows that a sync is still reading, in the order in which it reads them."""
        if self.page.next or not self.page.rows or not self.sync.is_under_way:
            return ""
        last = self.page.rows[-1]
        if self.query.sort != "added":
            return ""
        after = write_cursor(self.query.browse_sort, (last.added_at, last.pk))
        return self._build_next_url(after)

    @property
    def above_url(self) -> str:
        """The address of the rows above the first one; empty where it is the first of all."""
        is_first = not self.page.start if self.ends_before else not self.after
        if is_first or not self.page.rows:
            return ""
        first = browse.get_cursor(self.query.browse_sort, self.page.rows[0])
        place = {"before": first or "", "shown": self.before}
        return _join_query(self.url, urlencode([*self.query.fields, *place.items()]))

    @property
    def here_url(self) -> str:
        """The address of this page from its first row on."""
        place = {"after": self.after, "shown": self.before} if self.after else {}
        return _join_query(self.url, urlencode([*self.query.fields, *place.items()]))

    @cached_property
    def jumps(self) -> Sequence[Jump]:
        """Links to letters, to years instead of months, to decades instead of years: not to 200 places."""
        if self.count < MIN_JUMPED:
            return ()
        by_label = _group_by_label(self.targets)
        if len(by_label) == 1:
            by_label = {target.group: [target] for target in self.targets}
        if len(by_label) == 1:
            return ()
        return [self._build_jump(label, targets) for label, targets in by_label.items() if label]

    def _build_jump(self, label: str, targets: Sequence[JumpTarget]) -> Jump:
        place = {"after": targets[0].cursor, "shown": targets[0].position} if targets[0].cursor else {}
        count = self.labels.describe_count(sum(target.count for target in targets))
        url = _join_query(self.url, urlencode([*self.query.fields, *place.items()]))
        heading = describe_group(label)
        return Jump(url, label if len(label) == 1 else heading, f"{heading}: {count}")

    @property
    def all_url(self) -> str:
        return _join_query(self.url, self.query.unfiltered.query_string)

    @cached_property
    def next_url(self) -> str:
        return self._build_next_url(self.page.next) if self.page.next else ""

    def _build_next_url(self, after: str) -> str:
        place = {"after": after, "shown": self.shown, "group": self.last_group}
        return _join_query(self.url, urlencode([*self.query.fields, *place.items()]))

    @property
    def is_filtered(self) -> bool:
        return self.query.is_filtered

    @property
    def is_playable(self) -> bool:
        return self.kind in PLAYABLE

    @property
    def is_queueable(self) -> bool:
        """Albums go into the queue and into playlists track by track."""
        return self.is_playable or self.kind == "album"

    @property
    def count(self) -> int:
        return self.page.count

    @property
    def total_ms(self) -> int:
        return self.page.total_ms if self.is_playable else 0

    @property
    def has_lengths(self) -> bool:
        return self.is_playable

    @property
    def date_label(self) -> str:
        """The heading of the column of dates."""
        if self.query.sort == "first":
            return _("First had")
        return _("Added") if self.kind not in UNDATED else ""

    @property
    def count_text(self) -> str:
        everything = self.labels.describe_count(self.page.total)
        if self.page.count == self.page.total:
            return everything
        return _("%(count)s of %(total)s") % {"count": format_number(self.page.count), "total": everything}

    @property
    def shown_text(self) -> str:
        return _("%(shown)s of %(count)s shown") % {
            "shown": format_number(self.shown),
            "count": format_number(self.page.count),
        }


def build_page(
    member: Member,
    query: SavedQuery,
    *,
    after: str = "",
    before: str = "",
    shown: int = 0,
    group: str = "",
    open_page: OpenPageState = NO_OPEN_PAGE,
    indexes: Mapping[str, SavedIndex] | None = None,
) -> SavedPage:
    """Build the page of the lines behind `after`. `shown` lines come before, the last one in `group`.

    With `before` instead it ends above that line, and `shown` lines come before that line. `indexes` are the
    member's by kind, where they have been read already.
    """
    sort, selected = query.browse_sort, query.selected
    indexes = _find_own_index(member, query.kind) if indexes is None else indexes
    saved_index = indexes.get(query.kind)
    page = browse.get_page(
        member,
        query.kind,
        query=query.q,
        sort=sort,
        selected=selected,
        after=after or None,
        before=before or None,
        limit=PAGE_SIZE,
        saved_index=saved_index,
    )
    if before:
        after, shown = page.start or "", max(shown - len(page.rows), 0)
    targets = jumps.get_jump_targets(
        member, query.kind, query=query.q, sort=sort, selected=selected, saved_index=saved_index
    )
    lines = [build_line(row, query) for row in page.rows]
    return SavedPage(
        kind=query.kind,
        indexes=indexes,
        query=query,
        page=page,
        open_page=open_page,
        groups=list(_build_groups(lines, group, query, targets)),
        targets=targets,
        after=after,
        before=shown,
        shown=shown + len(lines),
        last_group=lines[-1].group if lines else group,
        ends_before=before,
    )


def _join_query(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def _find_own_index(member: Member, kind: str) -> dict[str, SavedIndex]:
    saved_index = find_index(member, kind)
    return {kind: saved_index} if saved_index else {}


def list_tabs(indexes: Iterable[SavedIndex], current: str = "") -> Iterator[Tab]:
    """Leave out kinds that Spotify does not offer: audiobooks are sold in a few countries only."""
    withheld = {one.kind for one in indexes if not one.is_offered}
    for kind, words in LABELS.items():
        if kind == current or kind not in withheld:
            yield Tab(find_url(URLS[kind]), str(words.tab), is_current=kind == current)


def _group_by_label(targets: Sequence[JumpTarget]) -> dict[str, list[JumpTarget]]:
    """Group the targets by year or decade."""
    by_label: dict[str, list[JumpTarget]] = {}
    for target in targets:
        by_label.setdefault(coarsen_group(target.group), []).append(target)
    return by_label


def _build_groups(
    lines: Sequence[SavedLine], group: str, query: SavedQuery, targets: Sequence[JumpTarget]
) -> Iterator[LineGroup]:
    """A group that continues the last one of the page above gets no heading again."""
    by_head = (
        _group_by_label(targets) if query.view == "grid" else {target.group: [target] for target in targets}
    )
    counts = {head: sum(target.count for target in group_lines) for head, group_lines in by_head.items()}
    for number, (name, group_lines) in enumerate(groupby(lines, lambda line: line.group)):
        goes_on = number == 0 and group and name == group
        yield LineGroup(
            head="" if goes_on else describe_group(name),
            count_text=LABELS[query.kind].describe_count(counts.get(name, 0)) if name in counts else "",
            lines=list(group_lines),
            has_columns=number == 0 and not group,
        )


def describe_group(group: str) -> str:
    """Return November 2026 for 2026-11; a letter or a year as it is. Empty where nothing is known."""
    if group == "#":
        return _("Digits and signs")
    if group == "…":
        return _("Other signs")
    if len(group) == _MONTH_LENGTH and group[:4].isdecimal():
        year, month = int(group[:4]), int(group[5:])
        return date_format(date(year, month, 1), "F Y")
    return group


def coarsen_group(group: str) -> str:
    """Return what one jumps to: the year of a month, the decade of a year, the letter itself."""
    if len(group) == _MONTH_LENGTH and group[:4].isdecimal():
        return group[:4]
    return _("%ss") % f"{group[:3]}0" if len(group) == len("2026") and group.isdecimal() else group


def get_cover_group(group: str) -> str:
    """Covers take room: a group for each letter would be half empty."""
    heading = coarsen_group(group)
    return heading if len(heading) >= len("2026") else ""


def build_line(row: BrowseRow, query: SavedQuery) -> SavedLine:
    added, first_had = _from_timestamp(row.added_at), _from_timestamp(row.first_added_at)
    is_by_first = query.sort == "first"
    differs = bool(added and first_had and first_had.date() < added.date() and not is_by_first)
    return SavedLine(
        item=row.thing,
        uri=saving_uri(row.thing),
        key=str(row.pk),
        group=get_cover_group(row.group) if query.view == "grid" else row.group,
        by=row.thing.byline if isinstance(row.thing, Track | Album | Audiobook | Show) else "",
        facts=_describe_contents(row.thing),
        date=first_had if is_by_first else added,
        first_had=first_had if differs else None,
    )


def _describe_contents(thing: object) -> str:
    """The last line below a cover: year and how much it holds."""
    if isinstance(thing, Album):
        songs = LABELS["track"].describe_count(thing.total_tracks) if thing.total_tracks else ""
        return ", ".join(part for part in ((thing.release_date or "")[:4], songs) if part)
    if isinstance(thing, Show) and thing.total_episodes:
        return LABELS["episode"].describe_count(thing.total_episodes)
    return ""


def _from_timestamp(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
