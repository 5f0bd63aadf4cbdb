"""The tools as members see them: names, what they are for, and what can be chosen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from playlists.tools import forms as tools_forms
from playlists.tools import operations as toolbox
from playlists.tools.forms import ToolForm
from playlists.tools.operations import Work


class Tool(Struct, frozen=True, kw_only=True):
    """`needs_editing`: whether it changes the list itself."""

    slug: str
    icon: str
    name: Promise
    words: Promise
    form: type[ToolForm]
    work: Work
    needs_editing: bool = True


TOOLS: Mapping[str, Tool] = {
    tool.slug: tool
    for tool in (
        Tool(
            slug="duplicates",
            icon="copy-x",
            name=_("Remove duplicates"),
            words=_("Find what stands several times, and keep one of each."),
            form=tools_forms.DuplicatesForm,
            work=toolbox.duplicates,
        ),
        Tool(
            slug="unavailable",
            icon="circle-minus",
            name=_("Remove what cannot be played"),
            words=_("Take out what Spotify does not play here any more."),
            form=tools_forms.NoChoiceForm,
            work=toolbox.unavailable,
        ),
        Tool(
            slug="sort",
            icon="arrow-up-down",
            name=_("Sort for good"),
            words=_("By title, artist, album, dates or length, by up to three of them."),
            form=tools_forms.SortForm,
            work=toolbox.sort,
        ),
        Tool(
            slug="shuffle",
            icon="shuffle",
            name=_("Put into random order"),
            words=_("Shuffle the list itself, for everybody who plays it."),
            form=tools_forms.ShuffleForm,
            work=toolbox.shuffle,
        ),
        Tool(
            slug="spread",
            icon="users",
            name=_("Spread artists apart"),
            words=_("Nobody twice in a row, and everybody over the whole list."),
            form=tools_forms.SpreadForm,
            work=toolbox.spread_artists,
        ),
        Tool(
            slug="reverse",
            icon="rotate-ccw",
            name=_("Turn around"),
            words=_("The last item first, the first last."),
            form=tools_forms.NoChoiceForm,
            work=toolbox.reverse,
        ),
        Tool(
            slug="merge",
            icon="merge",
            name=_("Merge playlists"),
            words=_("Take in what others hold, or make a new playlist of all."),
            form=tools_forms.MergeForm,
            work=toolbox.merge,
            needs_editing=False,
        ),
        Tool(
            slug="split",
            icon="split",
            name=_("Split into several"),
            words=_("New playlists by length, artist or year; this one stays."),
            form=tools_forms.SplitForm,
            work=toolbox.split,
            needs_editing=False,
        ),
        Tool(
            slug="subtract",
            icon="list-x",
            name=_("Subtract a playlist"),
            words=_("Take out what another playlist holds as well."),
            form=tools_forms.SubtractForm,
            work=toolbox.subtract,
        ),
        Tool(
            slug="mirror",
            icon="refresh-cw",
            name=_("Keep in step"),
            words=_("Make this playlist hold what another holds, without what a third does."),
            form=tools_forms.MirrorForm,
            work=toolbox.mirror,
        ),
    )
}


def tools_for(*, can_edit: bool) -> list[Tool]:
    return [tool for tool in TOOLS.values() if can_edit or not tool.needs_editing]
