"""What members do to the rows of a playlist. Each act is a POST that answers with the state of the page."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import MemberRequest
from library.saved.actions import set_saved
from playlists.editing.actions import (
    cancel_edit,
    clear_playlist,
    dismiss_edit,
    move_items,
    remove_items,
    resume_edit,
    undo_edit,
)
from playlists.models import Edit
from playlists.page.forms import EditForm, MoveForm, RowsForm, SeenForm
from playlists.page.responses import load_state, respond_edit, respond_invalid, show_anywhere, show_state
from playlists.page.state import get_revision_id, get_shown_contents, list_uris
from playlists.sync.access import open_cached, open_for_edit
from spotweb.web import dialogs, undo


@require_POST
def move_rows(request: MemberRequest, playlist_id: str) -> HttpResponse:
    form = MoveForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, playlist_id, form)
    positions, seen = form.cleaned_data["positions"], form.cleaned_data["seen"]
    playlist = open_for_edit(request.user, playlist_id)
    before = form.choose_before(get_shown_contents(playlist, seen).total)
    act = partial(move_items, playlist, base_revision=seen, positions=positions, before=before)
    start = before - sum(position < before for position in positions)
    return respond_edit(request, playlist, act, selection=range(start, start + len(positions)))


@require_POST
def remove_rows(request: MemberRequest, playlist_id: str) -> HttpResponse:
    form = RowsForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, playlist_id, form)
    positions, seen = form.cleaned_data["positions"], form.cleaned_data["seen"]
    playlist = open_for_edit(request.user, playlist_id)
    return respond_edit(
        request, playlist, partial(remove_items, playlist, base_revision=seen, positions=positions)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def clear_rows(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """A dialog asks first, because everything is removed."""
    if request.method != "POST":
        opened = open_cached(request.user, playlist_id)
        context = {
            "playlist": opened.playlist,
            "total": opened.playlist.total,
            "seen": get_revision_id(opened),
        }
        return dialogs.show_dialog(request, "playlists/page/clear.html", context)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, playlist_id, form)
    playlist = open_for_edit(request.user, playlist_id)
    act = partial(clear_playlist, playlist, base_revision=form.cleaned_data["seen"])
    return respond_edit(request, playlist, act)


@require_POST
def save_rows(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """The selected rows into Liked Songs, and episodes into Your Episodes."""
    form = RowsForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, playlist_id, form)
    state = load_state(request, playlist_id)
    uris = list_uris(
        get_shown_contents(state.opened, form.cleaned_data["seen"]), form.cleaned_data["positions"]
    )
    if uris:
        set_saved(request.user, uris, saved=True)
    count = len(uris)
    text = ngettext("Saved %(count)d item to your library.", "Saved %(count)d items to your library.", count)
    messages.success(
        request,
        text % {"count": count} if count else _("Local files and what has vanished can’t be saved."),
    )
    return show_state(request, state)


@undo.handles("playlist-edit")
def _undo_edit(request: MemberRequest, values: Mapping[str, str]) -> HttpResponse:
    """From a toast, on whatever page it was shown."""
    form = EditForm(values)
    if form.is_valid():
        try:
            edit = undo_edit(request.user, form.cleaned_data["edit"])
        except Edit.DoesNotExist:
            raise Http404 from None
        if edit.is_done:
            messages.success(request, f"{edit.description}.")
    return show_anywhere(request, values["playlist"])


@require_POST
def manage_edit(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Cancel, resume, undo or dismiss an edit that is shown on a page, whichever playlist it is about."""
    form = EditForm(request.POST)
    action = EDIT_ACTIONS.get(request.POST.get("do", ""))
    page_id = request.POST.get("page") or playlist_id
    if not form.is_valid() or action is None:
        return redirect("playlists:playlist", page_id)
    with suppress(Edit.DoesNotExist):  # dismissed in another tab
        action(request.user, form.cleaned_data["edit"])
    return show_state(request, load_state(request, page_id))


EDIT_ACTIONS = {
    "cancel": cancel_edit,
    "go-on": resume_edit,
    "undo": undo_edit,
    "dismiss": dismiss_edit,
}
