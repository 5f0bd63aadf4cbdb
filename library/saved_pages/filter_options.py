"""The filters that a page of saved things offers, with how many items each would show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from library.models import SavedIndex
from library.saved.counts import FacetCounts, count_members, count_playlists
from library.saved.coverage import PlaylistCoverage, count_read_playlists
from library.saved_pages.kinds import PLAYABLE
from library.saved_pages.query import SavedQuery
from spotweb.web.texts.number_format import format_number


@dataclass(frozen=True)
class FilterOption:
    value: str
    label: str
    count: int
    is_on: bool

    @property
    def shown(self) -> str:
        return format_number(self.count)


@dataclass(frozen=True)
class FilterGroup:
    """Check boxes, and a list to choose one of: `choices`, sent as `choice_name`.

    `hint` says what the counts rest on.
    """

    name: str
    label: str
    options: Sequence[FilterOption]
    choices: Sequence[FilterOption] = ()
    choice_name: str = ""
    choice_label: str = ""
    hint: str = ""


def build_groups(saved_index: SavedIndex, query: SavedQuery, facets: FacetCounts) -> Iterator[FilterGroup]:
    groups = (
        _playlist_group(saved_index, query, facets),
        FilterGroup("year", _("Added"), _year_options(facets.added_years, query.years)),
        FilterGroup("decade", _("Released"), _decade_options(facets.decades, query.decades)),
        FilterGroup("length", _("Length"), _length_options(facets, query)),
        FilterGroup("only", _("Other"), _other_options(facets, query)),
        _member_group(saved_index, query),
    )
    yield from (group for group in groups if group.options or group.choices)


def _playlist_group(saved_index: SavedIndex, query: SavedQuery, facets: FacetCounts) -> FilterGroup:
    """Only tracks and episodes are in playlists."""
    if query.kind not in PLAYABLE:
        return FilterGroup("only", "", ())
    playlists = count_playlists(saved_index)
    coverage = count_read_playlists(saved_index.member)
    unlisted = _("In no playlist") if coverage.is_complete else _("In no playlist so far")
    return FilterGroup(
        name="only",
        label=_("Playlists"),
        options=_mark_options(
            query,
            ("unlisted", unlisted, facets.listed.get(False, 0)),
            ("listed", _("In a playlist"), facets.listed.get(True, 0)),
        ),
        choices=[
            FilterOption(
                playlist.playlist_id,
                f"{playlist.name} ({format_number(playlist.count)})",
                playlist.count,
                playlist.playlist_id == query.playlist,
            )
            for playlist in playlists
        ],
        choice_name="playlist",
        choice_label=_("Which playlist"),
        hint=describe_coverage(coverage),
    )


def describe_coverage(coverage: PlaylistCoverage) -> str:
    """Return how many playlists were read, and why not all. Playlists are read when a member opens them."""
    if coverage.total is None:
        return _("Your playlists haven’t been read yet.")
    words = ngettext(
        "%(read)s of %(total)s playlist read", "%(read)s of %(total)s playlists read", coverage.total
    )
    parts = [
        words % {"read": format_number(coverage.read), "total": format_number(coverage.total)},
    ]
    if coverage.being_read:
        parts.append(_("%(count)s not finished") % {"count": format_number(coverage.being_read)})
    if coverage.withheld:
        parts.append(_("%(count)s can’t be read") % {"count": format_number(coverage.withheld)})
    return ", ".join(parts) + "."


def _member_group(saved_index: SavedIndex, query: SavedQuery) -> FilterGroup:
    """Members who let the household see what they have saved."""
    return FilterGroup(
        name="also",
        label=_("Saved too by"),
        options=[
            FilterOption(
                str(other.member.pk), other.member.display_name, other.count, other.member.pk == query.also
            )
            for other in count_members(saved_index)
        ],
    )


def _other_options(facets: FacetCounts, query: SavedQuery) -> list[FilterOption]:
    return _mark_options(
        query,
        ("explicit", _("Explicit"), facets.explicit.get(True, 0)),
        ("off", _("Not available"), facets.playable.get(False, 0)),
    )


def _mark_options(query: SavedQuery, *marks: tuple[str, str, int]) -> list[FilterOption]:
    options = [FilterOption(value, label, count, value in query.only) for value, label, count in marks]
    return [option for option in options if option.count or option.is_on]


def _year_options(counts: Mapping[int, int], chosen: Iterable[int]) -> list[FilterOption]:
    return _number_options(counts, chosen, "%s")


def _decade_options(counts: Mapping[int, int], chosen: Iterable[int]) -> list[FilterOption]:
    return _number_options(counts, chosen, _("%ss"))


def _number_options(counts: Mapping[int, int], chosen: Iterable[int], words: str) -> list[FilterOption]:
    """A single option filters nothing and is left out. What is selected stays, so that it can be removed."""
    chosen = set(chosen)
    known = {**dict.fromkeys(chosen, 0), **counts}
    if len(known) == 1 and not chosen:
        return []
    return [
        FilterOption(str(number), words % number if number else _("Unknown"), known[number], number in chosen)
        for number in sorted(known, reverse=True)
    ]


def _length_options(facets: FacetCounts, query: SavedQuery) -> list[FilterOption]:
    words = {"short": _("Under 3 min"), "medium": _("3 to 6 min"), "long": _("Over 6 min")}
    return [
        FilterOption(name, label, facets.lengths.get(name, 0), name in query.lengths)
        for name, label in words.items()
        if facets.lengths.get(name) or name in query.lengths
    ]
