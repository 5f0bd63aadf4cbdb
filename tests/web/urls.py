"""The app's own routes, and a few that fail on purpose."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

from accounts.models import Member
from spotweb.spotify import errors
from spotweb.spotify.errors import SpotifyError, Throttled, Unavailable
from spotweb.spotify.models import Artist, ExternalUrls, Track
from spotweb.urls import handler400, handler403, handler404, handler500
from spotweb.urls import urlpatterns as own
from spotweb.web.htmx import render_page
from spotweb.web.rows.item_row import ItemRow, RowMenu
from spotweb.web.rows.menus import SEPARATOR, Menu, MenuEntry, register_menu

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

FAULTS: dict[str, type[SpotifyError]] = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, SpotifyError)
}


def make(name: str, *, wait_s: int = 187) -> SpotifyError:
    kind = FAULTS[name]
    if issubclass(kind, Throttled):
        return kind(until=timezone.now() + timedelta(seconds=wait_s), family="player")
    return kind("secret inner words", operation="get-queue")


def raise_spotify_error(request: HttpRequest, name: str) -> HttpResponse:
    messages.success(request, "Said before the failure.")
    error = make(name, wait_s=int(request.GET.get("wait_s", "187")))
    if isinstance(error, Unavailable):
        error.is_outcome_unknown = "unknown" in request.GET
        error.is_repeatable = "once" not in request.GET
    raise error


def raise_fault(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("secret inner words")


def leave_meanwhile(request: HttpRequest) -> HttpResponse:
    """As when a member leaves in another tab while this one waits for Spotify."""
    Member.objects.filter(pk=request.user.pk).delete()
    return HttpResponse(Member.objects.get(pk=request.user.pk).display_name)


def refuse(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("secret inner words")


def act(request: HttpRequest) -> HttpResponse:
    messages.success(request, 'Added <script>alert("x")</script> to the queue.')
    return redirect("privacy")


def part(request: HttpRequest) -> HttpResponse:
    messages.success(request, 'Added <script>alert("x")</script> to the queue.')
    return render_page(request, "web_test.html", {"words": "hello"}, part="words")


def conflict(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web_test.html", {"words": "as it is now"}, part="words", status=409)


def playground(request: HttpRequest) -> HttpResponse:
    spotify = ExternalUrls(spotify="https://open.spotify.com/track/1")
    items = [Track(name="Low Battery", external_urls=spotify, explicit=True, duration_ms=177_000)]
    items += [
        Track(name="Long " * 80, artists=(Artist(name="x" * 300),), external_urls=spotify, is_playable=False)
    ]
    items += [Track(name="Demo.mp3", is_local=True)]
    rows = [
        ItemRow(
            item=item,
            key=str(number),
            number=number,
            is_playing=number == 1,
            menu=None if item.is_local else RowMenu("playground", item.name),
        )
        for number, item in enumerate(items, start=1)
    ]
    return render(request, "playground.html", {"rows": rows})


@register_menu("playground")
def playground_menu(_request: HttpRequest, value: str) -> Menu:
    link = MenuEntry(icon="external-link", text="Open in Spotify", href="https://open.spotify.com/track/1")
    play = MenuEntry(icon="play", text="Play now", url="/test/act/")
    remove = MenuEntry(icon="minus", text="Remove", url="/test/act/")
    return Menu(title=value, entries=[link, SEPARATOR, play, remove])


def members_only(request: HttpRequest) -> HttpResponse:
    return part(request)


def unchanged(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Not lost.")
    return HttpResponse(status=304)


def plain(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    return login_not_required(view)


urlpatterns = [
    *own,
    path("test/spotify/<str:name>/", plain(raise_spotify_error)),
    path("test/leave-meanwhile/", leave_meanwhile),
    path("test/fault/", plain(raise_fault)),
    path("test/refuse/", plain(refuse)),
    path("test/act/", plain(act)),
    path("test/conflict/", plain(conflict)),
    path("test/playground/", playground),
    path("test/part/", plain(part)),
    path("test/unchanged/", plain(unchanged)),
    path("test/members-only/", members_only),
]
