"""Home over HTTP. The page asks Spotify for nothing; its parts come afterwards and may."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from home import first_steps
from home.context import MAX_TOP, TOP_RANGE, get_home_page, list_empty_slots
from home.resumes import fetch_resumes, list_resumes_without_history
from library.browse.data import get_known_top_artists, get_top_artists
from player import household
from spotweb.spotify.errors import SpotifyError
from spotweb.web.htmx import render_page, wants_part

TEMPLATE = "home/page.html"


@require_safe
def home_page(request: MemberRequest) -> HttpResponse:
    if request.GET.get("q"):  # the search of the player page had this address once, and has bookmarks
        return redirect(f"{reverse('player:now')}?{request.GET.urlencode()}")
    if wants_part(request):  # a player page from before it moved asks for what has changed
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("player:now")})
    household.refresh_listeners(household.other_listeners(request.user))
    return render_page(request, TEMPLATE, {"home": get_home_page(request.user)}, part="resumes")


@require_safe
def resumes_part(request: MemberRequest) -> HttpResponse:
    """What to go on with, with what was heard in Spotify's own apps."""
    if not wants_part(request):
        return redirect("home")
    try:
        resumes = fetch_resumes(request.user)
    except SpotifyError:  # the bar says what is wrong
        resumes = list_resumes_without_history(request.user)
    context = {"resumes": resumes, "empty_slots": list_empty_slots(resumes)}
    return render_page(request, TEMPLATE, context, part="resumes")


@require_safe
def listeners_part(request: MemberRequest) -> HttpResponse:
    if not wants_part(request):
        return redirect("home")
    listeners = household.other_listeners(request.user)
    household.refresh_listeners(listeners)
    return render_page(request, TEMPLATE, {"listeners": listeners}, part="listeners")


@require_safe
def top_part(request: MemberRequest) -> HttpResponse:
    """The artists heard most; asked once an hour at most."""
    if not wants_part(request):
        return redirect("home")
    try:
        top = get_top_artists(request.user, TOP_RANGE)
    except SpotifyError:
        known = get_known_top_artists(request.user, TOP_RANGE)
        top_artists = known.value.items if known else ()
    else:
        top_artists = top.value.items
    return render_page(request, TEMPLATE, {"top_artists": top_artists[:MAX_TOP]}, part="top")


@require_POST
def mark_step_done(request: MemberRequest, name: str) -> HttpResponse:
    first_steps.mark_done(request.user, name)
    return _show_checklist(request)


@require_POST
def close_checklist(request: MemberRequest) -> HttpResponse:
    first_steps.close_checklist(request.user)
    return _show_checklist(request)


def _show_checklist(request: MemberRequest) -> HttpResponse:
    if not wants_part(request):
        return redirect("home")
    checklist = first_steps.get_checklist(request.user)
    return render_page(request, TEMPLATE, {"checklist": checklist}, part="checklist")
