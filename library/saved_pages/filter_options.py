"""What a page of saved things can be narrowed down by, with how many there would be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Member
from library.saved import counts as counting
from library.saved.counts import Facets
from library.saved_pages.kinds import PLAYABLE
from library.saved_pages.query import State


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    is_on: bool

    @property
    def shown(self) -> str:
        return f"{self.count:,}"


@dataclass(frozen=True)
class Group:
    """Boxes to tick, and a list to choose one of: `choices`, sent as `choice_name`."""

    name: str
    label: str
    options: Sequence[Option]
    choices: Sequence[Option] = ()
    choice_name: str = ""
    choice_label: str = ""


def groups_of(member: Member, state: State, facets: Facets) -> Iterator[Group]:
    made = (
        _of_lists(member, state, facets),
        Group("year", _("Added"), _years(facets.added_years, state.years)),
        Group("decade", _("Released"), _decades(facets.decades, state.decades)),
        Group("length", _("Length"), _lengths(facets, state)),
        Group("only", _("Other"), _others(facets, state)),
        _of_members(member, state),
    )
    yield from (group for group in made if group.options or group.choices)


def _of_lists(member: Member, state: State, facets: Facets) -> Group:
    """Only songs and episodes stand in playlists."""
    if state.kind not in PLAYABLE:
        return Group("only", "", ())
    lists = counting.playlists_with(member, state.kind)
    return Group(
        name="only",
        label=_("Playlists"),
        options=_marks(
            state,
            ("unlisted", _("In no playlist"), facets.listed.get(False, 0)),
            ("listed", _("In a playlist"), facets.listed.get(True, 0)),
        ),
        choices=[
            Option(
                one.playlist_id, f"{one.name} ({one.count:,})", one.count, one.playlist_id == state.playlist
            )
            for one in lists
        ],
        choice_name="playlist",
        choice_label=_("In which one"),
    )


def _of_members(member: Member, state: State) -> Group:
    """Those who let the household see what they have saved."""
    return Group(
        name="also",
        label=_("Saved too by"),
        options=[
            Option(str(one.member.pk), one.member.display_name, one.count, one.member.pk == state.also)
            for one in counting.others_with(member, state.kind)
        ],
    )


def _others(facets: Facets, state: State) -> list[Option]:
    return _marks(
        state,
        ("explicit", _("Explicit"), facets.explicit.get(True, 0)),
        ("off", _("Not available"), facets.playable.get(False, 0)),
    )


def _marks(state: State, *marks: tuple[str, str, int]) -> list[Option]:
    made = [Option(value, label, count, value in state.only) for value, label, count in marks]
    return [option for option in made if option.count or option.is_on]


def _years(counts: Mapping[int, int], chosen: Iterable[int]) -> list[Option]:
    return _numbered(counts, chosen, "%s")


def _decades(counts: Mapping[int, int], chosen: Iterable[int]) -> list[Option]:
    return _numbered(counts, chosen, _("%ss"))


def _numbered(counts: Mapping[int, int], chosen: Iterable[int], words: str) -> list[Option]:
    """One alone says nothing; what is chosen stays, to be unchosen."""
    chosen = set(chosen)
    known = {**dict.fromkeys(chosen, 0), **counts}
    if len(known) == 1 and not chosen:
        return []
    return [
        Option(str(number), words % number if number else _("Unknown"), known[number], number in chosen)
        for number in sorted(known, reverse=True)
    ]


def _lengths(facets: Facets, state: State) -> list[Option]:
    words = {"short": _("Under 3 min"), "medium": _("3 to 6 min"), "long": _("Over 6 min")}
    return [
        Option(name, label, facets.lengths.get(name, 0), name in state.lengths)
        for name, label in words.items()
        if facets.lengths.get(name) or name in state.lengths
    ]
