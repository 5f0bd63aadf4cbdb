"""The page of a playlist over HTTP: what it shows, rows as they come into view, rows to the player."""

import random

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from library.opened_things import record_opened
from player.now_playing.actions import PendingCommand
from player.now_playing.responses import (
    ask_for_device,
    attempt_pending,
    respond,
    respond_invalid,
    respond_refused,
    run_pending,
)
from player.queue import jobs as queue_jobs
from player.speaker_loans.borrowed_player import refuse_on_shown
from player.speaker_loans.refusals import LoanRefused
from playlists.page.context import list_context, page_context, rows_context
from playlists.page.filters import format_query, parse_query, select_positions
from playlists.page.forms import RowsForm, SeenForm
from playlists.page.playback import PlaybackStart, list_playable_uris, start_at_row, start_rows
from playlists.page.responses import TEMPLATE, announce_background_edits, get_page_url, show_state
from playlists.page.rows import CHUNK_ROWS
from playlists.page.state import PageState, get_shown_contents, list_changes, parse_revision
from playlists.positions import parse_positions
from playlists.revisions.diff import carry_over_positions
from playlists.sync.access import OpenPlaylist, open_cached, open_fresh
from playlists.sync.job import resume_failed_reads, resume_read
from spotweb.spotify.errors import DeviceGone, NoActiveDevice
from spotweb.spotify.player import MAX_URIS_PLAYED
from spotweb.web.htmx import render_page, wants_part

NOTHING_PLAYABLE = gettext_lazy("Local files and what has vanished can’t be played from here.")
TOO_MANY = gettext_lazy("Five things are under way already. Wait for one of them, or cancel it.")


@require_safe
def playlist_page(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """All of it, or the list alone while the member types into the filter."""
    # A request by the script names the element that sends it, which is not the one that the answer is for.
    if wants_part(request) and request.headers.get("HX-Target", "").endswith(("#list", "#look")):
        return _show_list(request, open_cached(request.user, playlist_id))
    state = PageState(opened=open_fresh(request.user, playlist_id))
    announce_background_edits(request, state)
    if not wants_part(request):
        _record_opened(state.opened)
    return render_page(request, TEMPLATE, page_context(state, request.GET), part="state")


def _record_opened(opened: OpenPlaylist) -> None:
    playlist, is_own = opened.playlist, opened.entry is not None and opened.entry.is_own
    record_opened(
        opened.member,
        "playlist",
        playlist.uri,
        name=playlist.name,
        by="" if is_own else playlist.owner_name,
        image_url=playlist.image_url,
        total=playlist.total,
    )


def _show_list(request: MemberRequest, opened: OpenPlaylist) -> HttpResponse:
    # The script asks for more as soon as it is there, and a keystroke is answered the sooner.
    context = list_context(opened, request.GET, count=CHUNK_ROWS)
    response = render_page(request, TEMPLATE, context, part="list")
    # Empty fields of the form would stand in the address as well.
    address = get_page_url(opened.playlist) + format_query(parse_query(request.GET))
    response.headers["HX-Replace-Url"] = address
    return response


@require_safe
def rows_part(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Some rows of the revision that the page shows, which need not be the newest."""
    opened = open_cached(request.user, playlist_id)
    return render_page(request, TEMPLATE, rows_context(opened, request.GET), part="rows")


@require_safe
def state_part(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """How far the work is, and whether the list has changed: asked for by open pages."""
    resume_failed_reads(request.user)
    open_playlist = open_fresh if "look" in request.GET else open_cached
    opened = open_playlist(request.user, playlist_id)
    if not wants_part(request):
        return redirect(get_page_url(opened.playlist))
    return show_state(request, PageState(opened=opened, shown_revision=parse_revision(request.GET)))


@require_POST
def resume_reading(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Go on loading a long list after Cancel, or at once after an error."""
    resume_read(request.user, open_cached(request.user, playlist_id).playlist)
    opened = open_cached(request.user, playlist_id)
    return show_state(request, PageState(opened=opened, shown_revision=parse_revision(request.POST)))


@require_POST
def load_newest(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Show the newest revision, in which the selected rows stay selected."""
    form = SeenForm(request.POST)
    opened = open_cached(request.user, playlist_id)
    if not wants_part(request) or not form.is_valid() or opened.contents is None:
        return redirect(get_page_url(opened.playlist))
    before = get_shown_contents(opened, form.cleaned_data["seen"])
    selected = _parse_positions(request.POST.get("positions", ""))
    selection = carry_over_positions(before, opened.contents, selected)
    return show_state(request, PageState(opened=opened, selection=selection))


@require_safe
def changes_dialog(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """What differs between the revision of the page and the newest."""
    opened = open_cached(request.user, playlist_id)
    if opened.contents is None:
        return redirect(get_page_url(opened.playlist))
    before = get_shown_contents(opened, parse_revision(request.GET))
    context = {"playlist": opened.playlist, "changes": list_changes(before, opened.contents)}
    return render_page(request, "playlists/page/changes.html", context, part="dialog")


@require_POST
def play_rows(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Play the selected rows instead of what plays, as many as Spotify takes at once."""
    return _send_to_player(request, playlist_id, "play-lines", max_uris=MAX_URIS_PLAYED)


@require_POST
def play_from_row(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Play on from one row: the list, or in another order and filtered what the page shows."""
    form = RowsForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    opened = open_cached(request.user, playlist_id)
    contents = get_shown_contents(opened, form.cleaned_data["seen"])
    position = min(form.cleaned_data["positions"][0], contents.total - 1)
    query = parse_query(QueryDict(request.POST.get("view", "")))
    return _start(request, form, start_at_row(opened, contents, query, position))


@require_POST
def play_list(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Play the list, in order or shuffled; filtered or in another order what the page shows of it."""
    query = parse_query(request.POST if "sort" in request.POST else request.GET)
    is_shuffled = bool(request.POST.get("shuffle"))
    opened = open_cached(request.user, playlist_id)
    if query.is_whole or opened.contents is None:
        act = "shuffle-item" if is_shuffled else "play-item"
        return run_pending(request, PendingCommand(act, {"uri": opened.playlist.uri}))
    positions = list(select_positions(opened.contents, query))
    if is_shuffled:
        random.shuffle(positions)
    return _start(request, Form({}), start_rows(opened.contents, positions))


def _start(request: MemberRequest, form: Form, start: PlaybackStart | None) -> HttpResponse:
    if start is None:
        form.add_error(None, NOTHING_PLAYABLE)
        return respond_invalid(request, form)
    command = PendingCommand(start.act, start.values)
    if refusal := attempt_pending(request, command):
        return refusal
    if start.total is not None:
        messages.success(request, _describe_sent("play-lines", start.total, max_uris=MAX_URIS_PLAYED))
    return respond(request, command)


@require_POST
def queue_rows(request: MemberRequest, playlist_id: str) -> HttpResponse:
    return _send_to_player(request, playlist_id, "add-lines", max_uris=queue_jobs.MAX_LINES)


def _send_to_player(request: MemberRequest, playlist_id: str, act: str, *, max_uris: int) -> HttpResponse:
    """The answer is the player's bar."""
    form = RowsForm(request.POST)
    uris: list[str] = []
    if form.is_valid():
        opened = open_cached(request.user, playlist_id)
        contents = get_shown_contents(opened, form.cleaned_data["seen"])
        uris = list_playable_uris(contents, form.cleaned_data["positions"])
        if not uris:
            form.add_error(None, NOTHING_PLAYABLE)
    if not form.is_valid():
        return respond_invalid(request, form)
    command = PendingCommand(act, {"uris": uris[:max_uris]})
    try:
        refuse_on_shown(request.user, command.name)
        command.run(request.user)
    except LoanRefused as error:
        return respond_refused(request, error)
    except (NoActiveDevice, DeviceGone) as error:
        return ask_for_device(request, command, error)
    except queue_jobs.TooManyJobs:
        form.add_error(None, TOO_MANY)
        return respond_invalid(request, form)
    messages.success(request, _describe_sent(act, len(uris), max_uris=max_uris))
    return respond(request)


def _describe_sent(act: str, total: int, *, max_uris: int) -> str:
    numbers = {"count": min(total, max_uris), "total": total}
    if act == "play-lines":
        whole, cut = _("Playing %(count)d items."), _("Playing the first %(count)d of %(total)d items.")
    else:
        whole = _("Queueing %(count)d items, one after the other.")
        cut = _("Queueing the first %(count)d of %(total)d items: more would take all evening.")
    return (whole if total <= max_uris else cut) % numbers


def _parse_positions(text: str) -> tuple[int, ...]:
    try:
        return parse_positions(text)
    except ValueError:
        return ()
