"""What the templates of a playlist's page get, made from its `PageState`."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from player.speaker_loans.borrowed_player import load_shown_controls
from playlists.editing.actions import is_success
from playlists.models import Edit
from playlists.page.filters import SORTS, RowQuery, format_query, parse_number, parse_query, sum_duration_ms
from playlists.page.rows import CHUNK_ROWS, PAGE_ROWS, show_rows
from playlists.page.state import PageState, get_revision_id, get_shown_contents, parse_revision
from playlists.positions import format_positions
from playlists.sync.access import OpenPlaylist
from spotweb.jobs.models import Job

MOVES = (
    ("up", "arrow-up", _("Move up")),
    ("down", "arrow-down", _("Move down")),
    ("top", "arrow-up-to-line", _("Move to top")),
)

# Any: what a template context holds.
Context = dict[str, Any]


def page_context(state: PageState, params: Mapping[str, str]) -> Context:
    """All of the page; `params` are of its address."""
    context = {
        "controls": load_shown_controls(state.member),
        "sorts": SORTS,
        "view": parse_query(params),
        "moves": MOVES,
    }
    return context | list_context(state.opened, params) | state_context(state)


def state_context(state: PageState) -> Context:
    """What every answer to an act shows: the revision, what happened to it, and the work that goes on."""
    opened = state.opened
    # Of other playlists too: their end is told in a toast, wherever the member is.
    watched = [edit for edit in state.edits if edit.is_under_way]
    is_reading = opened.reading is not None and opened.reading.job.state != Job.State.CANCELLED
    context: Context = {
        "opened": opened,
        "playlist": state.playlist,
        "seen": state.base_revision,
        "changed": state.change,
        "chosen": None if state.selection is None else format_positions(state.selection),
        "edits": _list_edits(state),
        "watched": ",".join(str(edit.pk) for edit in watched),
        "mistakes": state.mistakes,
        "is_watching": is_reading or bool(watched),
        "has_counts": not state.change,
        **_count_context(opened),
    }
    return context if state.links_form is None else context | {"lines_form": state.links_form}


def _list_edits(state: PageState) -> list[Edit]:
    """What is under way and what went wrong here: other edits belong to other pages."""
    here = [edit for edit in state.edits if edit.playlist_id == state.playlist.pk]
    return [edit for edit in here if edit.is_under_way or not is_success(edit)]


def list_context(opened: OpenPlaylist, params: Mapping[str, str], *, count: int = PAGE_ROWS) -> Context:
    """The list, filtered and sorted, with `count` of its rows."""
    context: Context = {
        "opened": opened,
        "playlist": opened.playlist,
        "seen": get_revision_id(opened),
        "chunk": CHUNK_ROWS,
        "shown": None,
        "can_move": False,
        "view_query": format_query(parse_query(params)),
    }
    if opened.contents is None:
        return context
    query = parse_query(params)
    start = parse_number(params.get("from"))
    shown = show_rows(opened.member, opened.contents, query, start=start, count=count)
    return context | {"shown": shown, "view": query, "can_move": _can_move(opened, query)}


def rows_context(opened: OpenPlaylist, params: Mapping[str, str]) -> Context:
    """Some rows of the revision that the page shows, which need not be the newest. Raises Http404."""
    contents = get_shown_contents(opened, parse_revision(params))
    start, stop = (parse_number(params.get(name)) for name in ("from", "to"))
    count = min(max(stop - start, 0), PAGE_ROWS)
    query = parse_query(params)
    return {
        "opened": opened,
        "playlist": opened.playlist,
        "seen": contents.revision_id,
        "view": query,
        "shown": show_rows(opened.member, contents, query, start=start, count=count),
        "can_move": _can_move(opened, query),
        "with_order": "order" in params,
    }


def _can_move(opened: OpenPlaylist, query: RowQuery) -> bool:
    return opened.can_edit and query.is_whole and not opened.reading


def _count_context(opened: OpenPlaylist) -> Context:
    """Counts; of a list that is still being read, or withheld, only what Spotify says about it."""
    if opened.contents is None or opened.reading:
        return {"total": opened.playlist.total}
    minutes = sum_duration_ms(opened.contents) // 60_000
    return {
        "total": opened.contents.total,
        "hours": minutes // 60,
        "minutes": minutes % 60,
        "is_counted": True,
    }
