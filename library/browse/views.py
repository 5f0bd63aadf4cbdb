"""Spotify's shop window, people, and what goes with what, over HTTP; gone in development mode."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from library.browse import data as shopwindow
from library.browse.forms import RecommendForm
from library.pages.params import by_id, offset_of, place_of
from library.saved import actions as saving
from library.saved.status import Standing, rows_of
from spotweb.web.htmx import show


@require_safe
def browse_page(request: MemberRequest) -> HttpResponse:
    member = request.user
    context = {
        "albums": shopwindow.new_releases(member).items,
        "featured": shopwindow.featured(member),
        "categories": shopwindow.categories(member).items,
        "markets": shopwindow.markets(member),
    }
    return render(request, "library/browse.html", context)


@require_safe
def new_releases_page(request: MemberRequest) -> HttpResponse:
    offset = offset_of(request)
    page = shopwindow.new_releases(request.user, offset=offset)
    context = {"albums": page, "place": place_of(page, offset)}
    return show(request, "library/new_releases.html", context, part="more")


@require_safe
def category_page(request: MemberRequest, category_id: str) -> HttpResponse:
    offset = offset_of(request)
    category = shopwindow.category(request.user, category_id)
    page = shopwindow.playlists_in(request.user, category_id, offset=offset)
    context = {"category": category, "playlists": page, "place": place_of(page, offset)}
    return show(request, "library/category.html", context, part="more")


@require_safe
@by_id("user")
def user_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    offset = offset_of(request)
    user = shopwindow.user(request.user, thing_id)
    page = shopwindow.playlists_by(request.user, thing_id, offset=offset)
    uri = user.uri or f"spotify:user:{thing_id}"
    context = {
        "person": user,
        "uri": uri,
        "is_me": user.id == request.user.spotify_id,
        "is_saved": _is_followed(request, uri),
        "playlists": page,
        "place": place_of(page, offset),
    }
    return show(request, "library/user.html", context, part="more")


def _is_followed(request: MemberRequest, uri: str) -> bool | None:
    return saving.are_saved(request.user, [uri]).get(uri)


@require_safe
def recommendations_page(request: MemberRequest) -> HttpResponse:
    """Seeds and wishes stand in the address. Nothing is asked for before there is a seed."""
    member = request.user
    form = RecommendForm(request.GET, genres=shopwindow.genres(member))
    if not form.is_valid():
        return render(request, "library/recommendations.html", {"form": form}, status=422)
    seeds, tuning = form.seeds, form.tuning
    artists, tracks = shopwindow.seeds(member, artists=seeds.artists, tracks=seeds.tracks)
    context: dict[str, object] = {"form": form, "artists": artists, "tracks": tracks, "genres": seeds.genres}
    if seeds.count:
        found = shopwindow.recommendations(
            member, artists=seeds.artists, tracks=seeds.tracks, genres=seeds.genres, tuning=tuning
        )
        known = saving.known_saved(member, [track.uri for track in found.tracks if track.uri])
        standing = Standing(saved={uri: saved for uri, saved in known.items() if saved is not None})
        context["rows"] = rows_of(
            found.tracks, standing, prefix="recommended", leads=[None] * len(found.tracks)
        )
    return render(request, "library/recommendations.html", context)
