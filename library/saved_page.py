"""What a page of saved things shows, and the addresses it leads to. It asks Spotify for nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Member
from library import browsing, grouping, jumping, narrowing
from library.browsing import Page
from library.jumping import Target
from library.saved_kinds import ORDERS, PLAYABLE, UNDATED, WORDS, Order, View, Words, views_of
from library.saved_lines import Line, line_of
from library.state import State

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
class SavedPage:
    kind: str
    state: State
    page: Page
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
        first: dict[str, list[Target]] = {}
        for target in self.targets:
            first.setdefault(grouping.coarse(target.group), []).append(target)
        return [self._jump(label, some) for label, some in first.items() if label] if len(first) > 1 else ()

    def _jump(self, label: str, some: Sequence[Target]) -> Jump:
        place = {"after": some[0].cursor, "shown": some[0].position} if some[0].cursor else {}
        count = self.words.counted(sum(target.count for target in some))
        url = _with(self.url, urlencode([*self.state.sent, *place.items()]))
        return Jump(url, label, f"{grouping.words_of(label)}: {count}")

    @property
    def all_url(self) -> str:
        return _with(self.url, self.state.everything.query)

    @property
    def next_url(self) -> str:
        if not self.page.next:
            return ""
        place = {"after": self.page.next, "shown": self.shown, "group": self.last_group}
        return _with(self.url, urlencode([*self.state.sent, *place.items()]))

    @property
    def is_narrowed(self) -> bool:
        return self.state.is_narrowed

    @property
    def is_playable(self) -> bool:
        return self.kind in PLAYABLE

    @property
    def menu(self) -> str:
        return "library/_item_menu.html" if self.is_playable else "library/_whole_menu.html"

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


def page_of(member: Member, state: State, *, after: str = "", shown: int = 0, group: str = "") -> SavedPage:
    """The lines behind `after`. `shown` is how many stand before them, `group` the last one's."""
    page = browsing.browse(
        member, state.kind, query=state.q, sort=state.sort, after=after or None, limit=LINES
    )
    targets = jumping.targets(
        member, state.kind, query=state.q, sort=state.browsing_sort, choice=state.choice
    )
    lines = [line_of(row, state) for row in page.rows]
    return SavedPage(
        kind=state.kind,
        state=state,
        page=page,
        groups=list(_groups(lines, group, state, targets)),
        facets=list(narrowing.groups_of(member, state, page.facets)) if page.total else (),
        tabs=list(_tabs(state.kind)),
        targets=targets,
        after=after,
        before=shown,
        shown=shown + len(lines),
        last_group=lines[-1].group if lines else group,
    )


def _with(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def _tabs(current: str) -> Iterator[Tab]:
    for kind, words in WORDS.items():
        yield Tab(reverse(URLS[kind]), str(words.tab), is_current=kind == current)


def _groups(lines: Sequence[Line], group: str, state: State, targets: Sequence[Target]) -> Iterator[Group]:
    """What goes on under the head that stands above it already gets none again."""
    counts = {target.group: WORDS[state.kind].counted(target.count) for target in targets}
    for number, (name, some) in enumerate(groupby(lines, lambda line: line.group)):
        goes_on = number == 0 and group and name == group
        yield Group(
            head="" if goes_on else grouping.words_of(name),
            count_words=counts.get(name, ""),
            lines=list(some),
            has_columns=number == 0 and not group,
        )
