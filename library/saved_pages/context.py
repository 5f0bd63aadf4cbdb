"""What a page of saved things shows, and the addresses it leads to. It asks Spotify for nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Member
from library import sync as syncing
from library.models import Shelf
from library.saved import browse as browsing
from library.saved import jumps as jumping
from library.saved.browse import Page
from library.saved.jumps import Target
from library.saved.order import write_cursor
from library.saved_pages import filter_options as narrowing
from library.saved_pages import grouping
from library.saved_pages.kinds import ORDERS, PLAYABLE, UNDATED, WORDS, Order, View, Words, views_of
from library.saved_pages.query import State
from library.saved_pages.saved_lines import Line, line_of
from library.sync import Progress

LINES = 50
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
class Group:
    head: str
    count_words: str
    lines: Sequence[Line]
    has_columns: bool


@dataclass(frozen=True)
class Seen:
    """What an open page shows: of which version of the shelf, how many the shelf held, how many rows."""

    version: int = 0
    total: int = 0
    lines: int = 0

    @classmethod
    def of(cls, sent: QueryDict) -> "Seen":
        """A page sends 12-400-50, with all else it knows."""
        numbers = [int(one) for one in sent.get("seen", "")[:60].split("-") if one.isdecimal()]
        return cls(*numbers) if len(numbers) == len(("version", "total", "lines")) else cls()


NOTHING_SEEN = Seen()


@dataclass(frozen=True)
class SavedPage:
    kind: str
    state: State
    page: Page
    sync: Progress
    seen: Seen
    groups: Sequence[Group]
    facets: Sequence[narrowing.Group]
    tabs: Sequence[Tab]
    targets: Sequence[Target]
    after: str
    before: int  # how many stand before the first line
    shown: int
    last_group: str

    @property
    def words(self) -> Words:
        return WORDS[self.kind]

    @property
    def orders(self) -> Sequence[Order]:
        return ORDERS[self.kind]

    @property
    def views(self) -> Sequence[View]:
        return views_of(self.kind)

    @property
    def url(self) -> str:
        return reverse(URLS[self.kind])

    @property
    def address(self) -> str:
        """This page as it is shown, to come back to."""
        return _with(self.url, self.state.query)

    @property
    def seen_words(self) -> str:
        """What `Seen.of` reads, sent along by the page that shows this."""
        return f"{self.page.version}-{self.page.total}-{self.shown}"

    @property
    def is_news(self) -> bool:
        """Whether the open page shows something else. What a first reading brings comes at the end."""
        comes_at_the_end = self.sync.is_first and self.state.sort == "added"
        return bool(self.seen.lines) and self.seen.version != self.page.version and not comes_at_the_end

    @property
    def is_filled(self) -> bool:
        """Whether the open page was empty, and has something to show now."""
        return not self.seen.lines and bool(self.groups)

    @property
    def new(self) -> int:
        return max(0, self.page.total - self.seen.total)

    @property
    def tail_url(self) -> str:
        """Where the rest will be once it has been read, in the order in which it is read."""
        if self.page.next or not self.page.rows or not self.sync.is_under_way:
            return ""
        last = self.page.rows[-1]
        if self.state.sort != "added":
            return ""
        after = write_cursor(self.state.browsing_sort, (last.added_at, last.pk))
        return self._next(after)

    @property
    def here_url(self) -> str:
        """This page from where it begins, which is not always the beginning."""
        place = {"after": self.after, "shown": self.before} if self.after else {}
        return _with(self.url, urlencode([*self.state.sent, *place.items()]))

    @property
    def earlier_url(self) -> str:
        return self.address if self.after else ""

    @property
    def jumps(self) -> Sequence[Jump]:
        """By letter; of months one jumps to years, of years to decades: nobody wants two hundred links."""
        by_label = _by_label(self.targets)
        if len(by_label) == 1:
            by_label = {target.group: [target] for target in self.targets}
        if len(by_label) == 1:
            return ()
        return [self._jump(label, some) for label, some in by_label.items() if label]

    def _jump(self, label: str, some: Sequence[Target]) -> Jump:
        place = {"after": some[0].cursor, "shown": some[0].position} if some[0].cursor else {}
        count = self.words.counted(sum(target.count for target in some))
        url = _with(self.url, urlencode([*self.state.sent, *place.items()]))
        words = grouping.words_of(label)
        return Jump(url, label if len(label) == 1 else words, f"{words}: {count}")

    @property
    def all_url(self) -> str:
        return _with(self.url, self.state.everything.query)

    @property
    def next_url(self) -> str:
        return self._next(self.page.next) if self.page.next else ""

    def _next(self, after: str) -> str:
        place = {"after": after, "shown": self.shown, "group": self.last_group}
        return _with(self.url, urlencode([*self.state.sent, *place.items()]))

    @property
    def is_narrowed(self) -> bool:
        return self.state.is_narrowed

    @property
    def is_playable(self) -> bool:
        return self.kind in PLAYABLE

    @property
    def is_queueable(self) -> bool:
        """Albums go into the queue and into playlists song by song."""
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
    def date_words(self) -> str:
        """Heads the column of dates."""
        if self.state.sort == "first":
            return _("First had")
        return _("Added") if self.kind not in UNDATED else ""

    @property
    def count_words(self) -> str:
        everything = self.words.counted(self.page.total)
        if self.page.count == self.page.total:
            return everything
        return _("%(count)s of %(total)s") % {"count": f"{self.page.count:,}", "total": everything}

    @property
    def shown_words(self) -> str:
        return _("%(shown)s of %(count)s shown") % {
            "shown": f"{self.shown:,}",
            "count": f"{self.page.count:,}",
        }


def page_of(
    member: Member,
    state: State,
    *,
    after: str = "",
    shown: int = 0,
    group: str = "",
    seen: Seen = NOTHING_SEEN,
) -> SavedPage:
    """The lines behind `after`. `shown` is how many stand before them, `group` the last one's."""
    sort, choice = state.browsing_sort, state.choice
    page = browsing.browse(
        member, state.kind, query=state.q, sort=sort, choice=choice, after=after or None, limit=LINES
    )
    targets = jumping.targets(member, state.kind, query=state.q, sort=sort, choice=choice)
    lines = [line_of(row, state) for row in page.rows]
    return SavedPage(
        kind=state.kind,
        state=state,
        page=page,
        sync=syncing.progress(member, state.kind),
        seen=seen,
        groups=list(_groups(lines, group, state, targets)),
        facets=list(narrowing.groups_of(member, state, page.facets)) if page.total else (),
        tabs=list(_tabs(member, state.kind)),
        targets=targets,
        after=after,
        before=shown,
        shown=shown + len(lines),
        last_group=lines[-1].group if lines else group,
    )


def _with(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def _tabs(member: Member, current: str) -> Iterator[Tab]:
    """Audiobooks are sold in a few countries only: elsewhere there is no page of them."""
    withheld = set(Shelf.objects.filter(member=member, is_offered=False).values_list("kind", flat=True))
    for kind, words in WORDS.items():
        if kind == current or kind not in withheld:
            yield Tab(reverse(URLS[kind]), str(words.tab), is_current=kind == current)


def _by_label(targets: Sequence[Target]) -> dict[str, list[Target]]:
    """The targets of each year or decade together."""
    found: dict[str, list[Target]] = {}
    for target in targets:
        found.setdefault(grouping.coarse(target.group), []).append(target)
    return found


def _groups(lines: Sequence[Line], group: str, state: State, targets: Sequence[Target]) -> Iterator[Group]:
    """What goes on under the head that stands above it already gets none again."""
    by_head = _by_label(targets) if state.view == "grid" else {target.group: [target] for target in targets}
    counts = {head: sum(target.count for target in some) for head, some in by_head.items()}
    for number, (name, some) in enumerate(groupby(lines, lambda line: line.group)):
        goes_on = number == 0 and group and name == group
        yield Group(
            head="" if goes_on else grouping.words_of(name),
            count_words=WORDS[state.kind].counted(counts.get(name, 0)) if name in counts else "",
            lines=list(some),
            has_columns=number == 0 and not group,
        )
