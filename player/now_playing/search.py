"""The results of a search for something to queue, in groups: few of each until one kind is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Member
from library.search.results import get_past_searches
from player.now_playing.forms import ItemSearchForm
from player.playback.items import PlayableItems, find_playable
from player.playback.state import player_trouble
from player.queue.up_next import number_rows
from spotweb.spotify.errors import Forbidden, NotFound, Throttled, Unavailable
from spotweb.spotify.links import LinkError
from spotweb.spotify.models import Album, Item, Playlist
from spotweb.web.rows.item_row import ItemRow
from spotweb.web.texts.link_messages import get_link_message

# Of each kind while all are shown: as many rows together as fit under the field.
MAX_SHOWN_OF_EACH: Mapping[str, int] = {"tracks": 5, "episodes": 2, "albums": 3, "playlists": 3}


@dataclass(frozen=True)
class ItemGroup:
    """Either rows of single items, or whole albums or playlists."""

    kind: str
    label: str
    rows: tuple[ItemRow, ...] = ()
    wholes: tuple[Album | Playlist, ...] = ()

    @property
    def size(self) -> int:
        return len(self.rows) + len(self.wholes)


# Any: what a template context holds.
def search_context(member: Member, data: Mapping[str, str]) -> dict[str, Any]:
    """What the search of a page shows: the results, or why there are none."""
    form = ItemSearchForm(data)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"find_form": form, "q": q or data.get("q", ""), "found": None}
    if not q:
        return context | {"past_searches": get_past_searches(member)}
    try:
        items = find_playable(member, q)
    except LinkError as error:
        form.add_error("q", get_link_message(error, "queue"))
    except NotFound:
        form.add_error("q", _("Spotify knows nothing under this link."))
    except Forbidden:
        form.add_error("q", _("Spotify doesn’t show this to you."))
    except (Throttled, Unavailable) as error:
        # The player above goes on; only the search has to wait.
        context["find_trouble"] = player_trouble(error)
    else:
        context |= _results_context(items, form.cleaned_data["kind"])
    return context


def _results_context(items: PlayableItems, kind: str) -> dict[str, Any]:
    groups = _groups_of(items)
    kinds = [(group.kind, group.label, group.kind == kind) for group in groups]
    if kind not in {group.kind for group in groups}:
        kind, groups = "", [_shortened(group) for group in groups]
    shown = [group for group in groups if kind in {"", group.kind}]
    return {
        "found": items,
        "found_kind": kind,
        "found_kinds": kinds if len(kinds) > 1 else [],
        "found_groups": shown,
        "found_count": sum(group.size for group in shown),
    }


def _groups_of(items: PlayableItems) -> list[ItemGroup]:
    groups = [
        ItemGroup("tracks", _("Songs"), rows=_rows(items.tracks)),
        ItemGroup("episodes", _("Episodes"), rows=_rows(items.episodes)),
        ItemGroup("albums", _("Albums"), wholes=items.albums),
        ItemGroup("playlists", _("Playlists"), wholes=items.playlists),
    ]
    return [group for group in groups if group.size]


def _rows(items: Iterable[Item]) -> tuple[ItemRow, ...]:
    return tuple(replace(row, number=None) for row in number_rows(items, prefix="found"))


def _shortened(group: ItemGroup) -> ItemGroup:
    count = MAX_SHOWN_OF_EACH[group.kind]
    return ItemGroup(group.kind, group.label, rows=group.rows[:count], wholes=group.wholes[:count])
