"""What is done to the rows of a playlist. Each act is a POST that answers with the state of the page."""

from contextlib import suppress
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import MemberRequest
from library.saved import actions
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
from playlists.page import context as page
from playlists.page import state as moving_on
from playlists.page.forms import EditForm, MoveForm, RowsForm, SeenForm
from playlists.page.responses import carry_out, refuse, show_anywhere, show_state
from playlists.sync import access
from spotweb.web import dialogs


@require_POST
def move(request: MemberRequest, playlist_id: str) -> HttpResponse:
    form = MoveForm(request.POST)
    if not form.is_valid():
        return refuse(request, playlist_id, form)
    chosen = form.cleaned_data["positions"]
    seen = form.cleaned_data["seen"]
    shown = page.version_of(access.open_cached(request.user, playlist_id), seen)
    before = form.before_of(shown.total)
    act = partial(move_items, request.user, playlist_id, seen=seen, positions=chosen, before=before)
    start = before - sum(position < before for position in chosen)
    return carry_out(request, playlist_id, act, chosen=range(start, start + len(chosen)))


@require_POST
def remove(request: MemberRequest, playlist_id: str) -> HttpResponse:
    form = RowsForm(request.POST)
    if not form.is_valid():
        return refuse(request, playlist_id, form)
    sent = form.cleaned_data
    act = partial(remove_items, request.user, playlist_id, seen=sent["seen"], positions=sent["positions"])
    return carry_out(request, playlist_id, act)


@require_http_methods(["GET", "HEAD", "POST"])
def clear(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Asked once more: it is all of it."""
    opened = access.open_cached(request.user, playlist_id)
    if request.method != "POST":
        context = {
            "playlist": opened.playlist,
            "total": opened.playlist.total,
            "seen": moving_on.seen_of(opened),
        }
        return dialogs.show_dialog(request, "playlists/clear.html", context)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return refuse(request, playlist_id, form)
    return carry_out(
        request,
        playlist_id,
        partial(clear_playlist, request.user, playlist_id, seen=form.cleaned_data["seen"]),
    )


@require_POST
def save(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """The chosen rows into Liked Songs, and episodes into Your Episodes."""
    form = RowsForm(request.POST)
    if not form.is_valid():
        return refuse(request, playlist_id, form)
    uris = page.chosen_uris(request.user, playlist_id, **form.rows)
    if uris:
        actions.set_saved(request.user, uris, saved=True)
    count = len(uris)
    said = ngettext("Saved %(count)d item to your library.", "Saved %(count)d items to your library.", count)
    messages.success(
        request,
        said % {"count": count} if count else _("Local files and what has vanished cannot be saved."),
    )
    opened = access.open_cached(request.user, playlist_id)
    return show_state(request, opened, seen=form.cleaned_data["seen"])


@require_POST
def undo(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """From a toast, on whatever page it was shown."""
    form = EditForm(request.POST)
    if form.is_valid():
        try:
            done = undo_edit(request.user, form.cleaned_data["edit"])
        except Edit.DoesNotExist:
            raise Http404 from None
        if done.is_done:
            messages.success(request, f"{done.words}.")
    return show_anywhere(request, playlist_id)


@require_POST
def edit(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Cancel, finish, undo or dismiss a change that is shown on a page, whichever playlist it is about."""
    form = EditForm(request.POST)
    doing = DOING.get(request.POST.get("do", ""))
    where = request.POST.get("page") or playlist_id
    if not form.is_valid() or doing is None:
        return redirect("playlists:playlist", where)
    with suppress(Edit.DoesNotExist):  # dismissed in another tab
        doing(request.user, form.cleaned_data["edit"])
    opened = access.open_cached(request.user, where)
    return show_state(request, opened, seen=moving_on.sent_seen(request.POST))


DOING = {
    "cancel": cancel_edit,
    "go-on": resume_edit,
    "undo": undo_edit,
    "dismiss": dismiss_edit,
}
