"""A member's lists as the page shows them: narrowed down, sorted, and grouped by label."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct
from msgspec.structs import asdict, replace

from library.catalogue.text import fold_text, has_all_words, sort_key, split_words
from playlists.models import Label, MemberPlaylist
from spotweb.web.params import parse_number

# Covers of so many at once; the rest comes as one scrolls.
PAGE_SIZE = 120
MAX_FILTER_LENGTH = 200

SORTS: Mapping[str, Promise] = {
    "recent": _("Recently opened"),
    "spotify": _("As in Spotify"),
    "name": _("Name"),
    "count": _("Most items"),
    "owner": _("Owner"),
}
KINDS: Mapping[str, Promise] = {
    "own": _("Your own"),
    "shared": _("Collaborative"),
    "followed": _("Followed"),
}
SHAPES: Mapping[str, Promise] = {"grid": _("Covers"), "rows": _("Rows")}


class IndexQuery(Struct, frozen=True):
    """What the member wants to see, as it stands in the address of the page."""

    q: str = ""
    sort: str = "recent"
    kind: str = ""
    label: int | None = None
    shape: str = "grid"
    start: int = 0

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.kind or self.label)

    def make_address(self, **changes: object) -> str:
        """The end of the address of the same view, but for these; another view begins at its start."""
        other = replace(self, **{"start": 0, **changes})
        default = asdict(IndexQuery())
        values = {name: value for name, value in asdict(other).items() if value != default[name]}
        query = urlencode({_NAMES.get(name, name): value or "" for name, value in values.items()})
        return f"?{query}" if query else ""


_NAMES = {"kind": "show", "shape": "view", "start": "from"}


class LabelGroup(Struct, frozen=True):
    """`label` is null for lists without one; `is_headed` when its name stands above it."""

    label: Label | None
    entries: list[MemberPlaylist]
    is_headed: bool


class IndexPage(Struct, frozen=True):
    groups: list[LabelGroup]
    found: int
    next_start: int | None


def parse_query(params: Mapping[str, str]) -> IndexQuery:
    """From the address. What makes no sense there shows as if it had not been said."""
    return IndexQuery(
        q=params.get("q", "")[:MAX_FILTER_LENGTH].strip(),
        sort=_choose(SORTS, params.get("sort", "recent"), "recent"),
        kind=_choose(KINDS, params.get("show", ""), ""),
        label=parse_number(params.get("label", "")),
        shape=_choose(SHAPES, params.get("view", "grid"), "grid"),
        start=parse_number(params.get("from", "")) or 0,
    )


def arrange_entries(entries: Sequence[MemberPlaylist], view: IndexQuery) -> IndexPage:
    """The lists of one page. Labels group like folders: in their own order, what has none comes last."""
    matching = [entry for entry in entries if _matches_query(entry, view)]
    matching.sort(key=_ORDERS[view.sort])
    matching.sort(key=_label_order)
    start = min(view.start, len(matching))
    page = matching[start : start + PAGE_SIZE]
    end = start + len(page)
    # What goes on with a group of the part before needs no heading again; 0 is nobody's label.
    before = matching[start - 1].label_id if start else 0
    has_labels = any(entry.label_id for entry in matching)
    groups = [
        _make_group(list(group), before=before, has_labels=has_labels)
        for _, group in groupby(page, key=lambda entry: entry.label_id)
    ]
    return IndexPage(groups=groups, found=len(matching), next_start=end if end < len(matching) else None)


def count_kinds(entries: Sequence[MemberPlaylist]) -> dict[str, int]:
    """How many of each kind, for the buttons that narrow down to it."""
    return {kind: sum(test(entry) for entry in entries) for kind, test in _KIND_TESTS.items()}


def _make_group(entries: list[MemberPlaylist], *, before: int | None, has_labels: bool) -> LabelGroup:
    label = entries[0].label
    is_headed = has_labels and before != entries[0].label_id
    return LabelGroup(label=label, entries=entries, is_headed=is_headed)


def _matches_query(entry: MemberPlaylist, view: IndexQuery) -> bool:
    if view.kind and not _KIND_TESTS[view.kind](entry):
        return False
    if view.label and entry.label_id != view.label:
        return False
    words = split_words(view.q)
    return not words or has_all_words(words, fold_text(f"{entry.playlist.name} {entry.playlist.owner_name}"))


_KIND_TESTS: Mapping[str, Callable[[MemberPlaylist], bool]] = {
    "own": lambda entry: entry.is_own,
    "shared": lambda entry: entry.playlist.is_collaborative or (entry.can_edit and not entry.is_own),
    "followed": lambda entry: not entry.is_own,
}


def _label_order(entry: MemberPlaylist) -> tuple[bool, int, str]:
    label = entry.label
    return (label is None, label.position if label else 0, label.name if label else "")


def _by_name(entry: MemberPlaylist) -> tuple[str, int]:
    return sort_key(entry.playlist.name), entry.position


def _by_opening(entry: MemberPlaylist) -> tuple[bool, float, int]:
    """What was never opened here stands behind, in Spotify's order, where the newest come first."""
    opened = entry.opened_at
    return opened is None, -opened.timestamp() if opened else 0.0, entry.position


def _by_count(entry: MemberPlaylist) -> tuple[bool, int, tuple[str, int]]:
    # Of others' lists Spotify says 0 when it means that it does not say.
    total = entry.playlist.total if entry.can_edit else entry.playlist.total or None
    return total is None, -(total or 0), _by_name(entry)


# Keys of any kind: all lists are sorted by the same one.
_ORDERS: Mapping[str, Callable[[MemberPlaylist], tuple[object, ...]]] = {
    "recent": _by_opening,
    "spotify": lambda entry: (entry.position,),
    "name": _by_name,
    "count": _by_count,
    "owner": lambda entry: (not entry.is_own, sort_key(entry.playlist.owner_name), _by_name(entry)),
}


def _choose(choices: Mapping[str, object], value: str, default: str) -> str:
    return value if value in choices else default
