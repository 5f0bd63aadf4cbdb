"""How acts on a playlist are answered: with the state of its page, a toast, and what stands in the way."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from accounts.requests import MemberRequest
from playlists.errors import NothingToDo, PlaylistChanged
from playlists.models import Edit
from playlists.page import context as page
from playlists.page import state as moving_on
from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.undo import say_with_undo

TEMPLATE = "playlists/page.html"
# Any: what a template context holds.
Extra = Mapping[str, Any]
NOTHING: Extra = {}


def carry_out(
    request: MemberRequest,
    playlist_id: str,
    act: Callable[[], Edit],
    *,
    chosen: Sequence[int] | None = (),
    extra: Extra = NOTHING,
) -> HttpResponse:
    """Do it, say so with a way back, and show where the list is now.

    `chosen` are the rows that are selected afterwards.
    """
    seen = moving_on.sent_seen(request.POST)
    try:
        edit = act()
    except PlaylistChanged as error:
        return show_state(request, _opened(request, playlist_id), seen=seen, refused=error, extra=extra)
    except NothingToDo:
        return show_state(request, _opened(request, playlist_id), seen=seen, extra=extra)
    say(request, edit)
    # Rows stay chosen while the worker has not moved them.
    chosen = chosen if edit.is_done else None
    return show_state(request, _opened(request, playlist_id), seen=seen, chosen=chosen, extra=extra)


def say(request: MemberRequest, edit: Edit) -> None:
    """Work in the background speaks for itself, until it is done."""
    if edit.is_done:
        undo = reverse("playlists:undo", args=[edit.playlist.spotify_id])
        say_with_undo(request, f"{edit.words}.", url=undo, values={"edit": str(edit.pk)})


def refuse(request: MemberRequest, playlist_id: str, form: Form) -> HttpResponse:
    """Say what is wrong with what was sent; nothing was done."""
    said = [str(message) for field_errors in form.errors.values() for message in field_errors]
    return show_state(
        request, _opened(request, playlist_id), seen=moving_on.sent_seen(request.POST), mistakes=said
    )


def show_state(
    request: MemberRequest,
    opened: OpenPlaylist,
    *,
    seen: int | None = None,
    chosen: Sequence[int] | None = None,
    refused: PlaylistChanged | None = None,
    mistakes: Sequence[str] = (),
    extra: Extra = NOTHING,
    part: str = "state",
) -> HttpResponse:
    status = refused.status if refused else 422 if mistakes or _has_errors(extra) else 200
    context = moving_on.state_context(
        request.user, opened, seen=seen, chosen=chosen, refused=refused, mistakes=mistakes
    ) | dict(extra)
    if wants_part(request):
        response = render_page(request, TEMPLATE, context, part=part, status=status)
        add_never_cache_headers(response)
        return response
    if status == 200:  # noqa: PLR2004
        return redirect(page.address(opened.playlist))
    whole = page.page_context(request.user, opened, request.GET) | context
    return render_page(request, TEMPLATE, whole, part=part, status=status)


def _has_errors(extra: Extra) -> bool:
    form = extra.get("lines_form")
    return form is not None and bool(form.errors)


def show_anywhere(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """After an undo, which a toast offers on any page: shown where the page of the playlist is open."""
    if not wants_part(request):
        return redirect(reverse("playlists:playlist", args=[playlist_id]))
    return show_state(request, _opened(request, playlist_id), part="state-anywhere")


def _opened(request: MemberRequest, playlist_id: str) -> OpenPlaylist:
    return access.open_cached(request.user, playlist_id)
