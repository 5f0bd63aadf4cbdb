"""What a search brought, made ready for the page: in groups, few of each until one kind is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Member
from library.search import results
from player.now_playing.forms import FindForm
from player.playback import items as finding
from player.playback.items import Found
from player.playback.state import trouble_of
from player.queue.rows import Row, rows_of
from spotweb.spotify.errors import Forbidden, NotFound, Throttled, Unavailable
from spotweb.spotify.links import LinkError
from spotweb.spotify.models import Album, Playlist

# Of each kind while all are shown: as many rows together as fit under the field.
FEW: Mapping[str, int] = {"tracks": 5, "episodes": 2, "albums": 3, "playlists": 3}


@dataclass(frozen=True)
class Group:
    """Either rows of single items, or whole albums or playlists."""

    kind: str
    label: str
    rows: tuple[Row, ...] = ()
    wholes: tuple[Album | Playlist, ...] = ()

    @property
    def size(self) -> int:
        return len(self.rows) + len(self.wholes)


# Any: what a template context holds.
def found_context(member: Member, sent: Mapping[str, str]) -> dict[str, Any]:
    """The search of the page, with the words that say why it brought nothing."""
    form = FindForm(sent)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"find_form": form, "q": q or sent.get("q", ""), "found": None}
    if not q:
        return context | {"past_searches": results.get_past_searches(member)}
    try:
        found = finding.find(member, q)
    except LinkError as error:
        form.add_error("q", finding.words_for(error))
    except NotFound:
        form.add_error("q", _("Spotify knows nothing under this link."))
    except Forbidden:
        form.add_error("q", _("Spotify does not show this to you."))
    except (Throttled, Unavailable) as error:
        # The player above goes on; only the search has to wait.
        context["find_trouble"] = trouble_of(error)
    else:
        context |= _shown(found, form.cleaned_data["kind"])
    return context


def _shown(found: Found, kind: str) -> dict[str, Any]:
    groups = _groups(found)
    kinds = [(group.kind, group.label, group.kind == kind) for group in groups]
    if kind not in {group.kind for group in groups}:
        kind, groups = "", [_few(group) for group in groups]
    shown = [group for group in groups if kind in {"", group.kind}]
    return {
        "found": found,
        "found_kind": kind,
        "found_kinds": kinds if len(kinds) > 1 else [],
        "found_groups": shown,
        "found_count": sum(group.size for group in shown),
    }


def _groups(found: Found) -> list[Group]:
    groups = [
        Group("tracks", _("Songs"), rows=tuple(rows_of(found.tracks, prefix="found"))),
        Group("episodes", _("Episodes"), rows=tuple(rows_of(found.episodes, prefix="found"))),
        Group("albums", _("Albums"), wholes=found.albums),
        Group("playlists", _("Playlists"), wholes=found.playlists),
    ]
    return [group for group in groups if group.size]


def _few(group: Group) -> Group:
    few = FEW[group.kind]
    return Group(group.kind, group.label, rows=group.rows[:few], wholes=group.wholes[:few])
