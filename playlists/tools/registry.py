"""The tools as members see them: names, what they are for, and what can be chosen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from playlists.tools import forms, operations
from playlists.tools.forms import ToolForm
from playlists.tools.operations import Operation


class Tool(Struct, frozen=True, kw_only=True):
    """`needs_editing`: whether it changes the list itself."""

    slug: str
    icon: str
    name: Promise
    description: Promise
    form: type[ToolForm]
    operation: Operation
    needs_editing: bool = True


TOOLS: Mapping[str, Tool] = {
    tool.slug: tool
    for tool in (
        Tool(
            slug="duplicates",
            icon="copy-x",
            name=_("Remove duplicates"),
            description=_("Find repeated songs and keep one of each."),
            form=forms.DuplicatesForm,
            operation=operations.remove_duplicates,
        ),
        Tool(
            slug="unavailable",
            icon="circle-minus",
            name=_("Remove what can’t be played"),
            description=_("Remove songs that Spotify no longer plays here."),
            form=forms.NoChoiceForm,
            operation=operations.remove_unavailable,
        ),
        Tool(
            slug="sort",
            icon="arrow-up-down",
            name=_("Sort permanently"),
            description=_("By up to three of title, artist, album, dates and length."),
            form=forms.SortForm,
            operation=operations.sort_rows,
        ),
        Tool(
            slug="shuffle",
            icon="shuffle",
            name=_("Shuffle permanently"),
            description=_("Shuffle the list itself, for everybody who plays it."),
            form=forms.ShuffleToolForm,
            operation=operations.shuffle_rows,
        ),
        Tool(
            slug="spread",
            icon="users",
            name=_("Spread artists"),
            description=_("Avoid the same artist twice in a row."),
            form=forms.SpreadForm,
            operation=operations.spread_artists,
        ),
        Tool(
            slug="reverse",
            icon="rotate-ccw",
            name=_("Reverse"),
            description=_("The last item first, the first last."),
            form=forms.NoChoiceForm,
            operation=operations.reverse_rows,
        ),
        Tool(
            slug="merge",
            icon="merge",
            name=_("Merge playlists"),
            description=_("Add songs from other playlists, or create a new one from all."),
            form=forms.MergeForm,
            operation=operations.merge_lists,
            needs_editing=False,
        ),
        Tool(
            slug="split",
            icon="split",
            name=_("Split into several"),
            description=_("New playlists by length, artist or year; this one stays."),
            form=forms.SplitForm,
            operation=operations.split_list,
            needs_editing=False,
        ),
        Tool(
            slug="subtract",
            icon="list-x",
            name=_("Subtract a playlist"),
            description=_("Remove songs that are also in another playlist."),
            form=forms.SubtractForm,
            operation=operations.subtract_list,
        ),
        Tool(
            slug="mirror",
            icon="refresh-cw",
            name=_("Mirror"),
            description=_("Keep this playlist equal to another, minus a third."),
            form=forms.MirrorForm,
            operation=operations.mirror_list,
        ),
    )
}


def tools_for(*, can_edit: bool) -> list[Tool]:
    return [tool for tool in TOOLS.values() if can_edit or not tool.needs_editing]
