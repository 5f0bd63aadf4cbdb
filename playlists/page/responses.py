"""How acts on a playlist are answered: with the state of its page, a toast, and what stands in the way."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from playlists.editing.actions import is_success
from playlists.errors import NothingToDo, PlaylistChanged
from playlists.models import Edit, Playlist
from playlists.page.context import page_context, state_context
from playlists.page.state import PageState, parse_revision
from playlists.sync.access import OpenPlaylist, open_cached, reopen_playlist
from spotweb.jobs.notices import pop_success
from spotweb.web import undo
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.texts.names import show_name

TEMPLATE = "playlists/page/page.html"


def respond_edit(
    request: MemberRequest,
    playlist: OpenPlaylist,
    act: Callable[[], Edit],
    *,
    selection: Sequence[int] | None = (),
    links_form: Form | None = None,
) -> HttpResponse:
    """Make the edit, announce it with Undo, and show where the list is now.

    `selection` are the positions that are selected afterwards.
    """
    refusal, edit = None, None
    try:
        edit = act()
    except PlaylistChanged as error:
        refusal = error
    except NothingToDo:
        pass
    if edit:
        announce_edit(request, edit)
    # Rows stay selected while the worker has not moved them.
    is_done = edit is not None and edit.is_done
    state = PageState(
        opened=reopen_playlist(playlist),
        shown_revision=parse_revision(request.POST),
        selection=selection if is_done else None,
        refusal=refusal,
        links_form=links_form,
    )
    return show_state(request, state)


def respond_invalid(request: MemberRequest, playlist_id: str, form: Form) -> HttpResponse:
    """Say what is wrong with what the browser sent; nothing was done."""
    mistakes = [str(message) for field_errors in form.errors.values() for message in field_errors]
    return show_state(request, replace(load_state(request, playlist_id), mistakes=mistakes))


def announce_edit(request: MemberRequest, edit: Edit) -> None:
    """A toast with Undo; an edit in the background has its own notice until it is done."""
    if edit.is_done:
        offer_undo(request, edit, f"{edit.description}.")


def announce_background_edits(request: MemberRequest, state: PageState) -> None:
    """Toasts for what went well in the background, and for what this page showed and went wrong elsewhere."""
    watched = request.GET.get("edits", "").split(",")
    for edit in state.edits:
        is_here = edit.playlist_id == state.playlist.pk
        if is_success(edit):
            announce_success(request, edit, is_here=is_here)
        elif not is_here and not edit.is_under_way and not edit.is_done and str(edit.pk) in watched:
            text = _("“%(name)s”: not everything was done. Its page says why.")
            messages.error(request, text % {"name": show_name(edit.playlist.name)})


def announce_success(request: MemberRequest, edit: Edit, *, is_here: bool = False) -> None:
    """A toast with Undo, once; `is_here`: on the page of its playlist."""
    if pop_success(edit.job):
        text = f"{edit.description}."
        offer_undo(request, edit, text if is_here else f"“{show_name(edit.playlist.name)}”: {text}")


def offer_undo(request: MemberRequest, edit: Edit, text: str) -> None:
    """Say what an edit did, with a button that undoes it."""
    values = {"playlist": edit.playlist.spotify_id, "edit": str(edit.pk)}
    undo.offer(request, text, action="playlist-edit", values=values)


def load_state(request: MemberRequest, playlist_id: str) -> PageState:
    """The page that a POST came from, from what is stored."""
    opened = open_cached(request.user, playlist_id)
    return PageState(opened=opened, shown_revision=parse_revision(request.POST))


def show_state(request: MemberRequest, state: PageState, *, part: str = "state") -> HttpResponse:
    """The state for an open page; without a script a redirect to it, or the page where something is wrong."""
    if wants_part(request):
        announce_background_edits(request, state)
        return render_page(request, TEMPLATE, state_context(state), part=part, status=state.status)
    if state.status == 200:  # noqa: PLR2004
        return redirect(get_page_url(state.playlist))
    return render_page(request, TEMPLATE, page_context(state, request.GET), part=part, status=state.status)


def show_anywhere(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """After an undo, which a toast offers on any page: shown where the page of the playlist is open."""
    if not wants_part(request):
        return redirect("playlists:playlist", playlist_id)
    state = PageState(opened=open_cached(request.user, playlist_id))
    return show_state(request, state, part="state-anywhere")


def get_page_url(playlist: Playlist) -> str:
    return reverse("playlists:playlist", args=[playlist.spotify_id])
