"""New releases, categories, people and recommendations (gone in development mode), and top lists."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.requests import MemberRequest
from library.browse import data
from library.browse.forms import RecommendForm
from library.catalogue.response_cache import CachedResponse
from library.pages.params import get_offset, get_page_place, resolve_id
from library.saved import actions
from library.saved.status import ItemStatus, build_rows
from spotweb.spotify.models import Page, Track
from spotweb.spotify.profile import TimeRange
from spotweb.web.htmx import render_page


@require_safe
def browse_page(request: MemberRequest) -> HttpResponse:
    member = request.user
    context = {
        "albums": data.get_new_releases(member).items,
        "featured": data.get_featured(member),
        "categories": data.get_categories(member).items,
        "markets": data.get_markets(member),
    }
    return render(request, "library/browse/page.html", context)


@require_safe
def new_releases_page(request: MemberRequest) -> HttpResponse:
    offset = get_offset(request)
    page = data.get_new_releases(request.user, offset=offset)
    context = {"albums": page, "place": get_page_place(page, offset)}
    return render_page(request, "library/browse/new_releases.html", context, part="more")


@require_safe
def category_page(request: MemberRequest, category_id: str) -> HttpResponse:
    offset = get_offset(request)
    category = data.get_category(request.user, category_id)
    page = data.get_category_playlists(request.user, category_id, offset=offset)
    context = {"category": category, "playlists": page, "place": get_page_place(page, offset)}
    return render_page(request, "library/browse/category.html", context, part="more")


@require_safe
@resolve_id("user")
def user_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    offset = get_offset(request)
    user = data.get_user(request.user, thing_id)
    page = data.get_user_playlists(request.user, thing_id, offset=offset)
    uri = user.uri or f"spotify:user:{thing_id}"
    context = {
        "person": user,
        "uri": uri,
        "is_me": user.id == request.user.spotify_id,
        "is_saved": _is_followed(request, uri),
        "playlists": page,
        "place": get_page_place(page, offset),
    }
    return render_page(request, "library/browse/user.html", context, part="more")


def _is_followed(request: MemberRequest, uri: str) -> bool | None:
    return actions.are_saved(request.user, [uri]).get(uri)


@require_safe
def recommendations_page(request: MemberRequest) -> HttpResponse:
    """The address holds seeds and tuning. Spotify is not asked before there is a seed."""
    member = request.user
    form = RecommendForm(request.GET, genres=data.get_genres(member))
    if not form.is_valid():
        return render(request, "library/browse/recommendations.html", {"form": form}, status=422)
    seeds, tuning = form.seeds, form.tuning
    artists, tracks = data.get_seeds(member, artists=seeds.artists, tracks=seeds.tracks)
    context: dict[str, object] = {"form": form, "artists": artists, "tracks": tracks, "genres": seeds.genres}
    if seeds.count:
        again = form.cleaned_data["again"] or 0
        recommendations = data.get_recommendations(
            member,
            artists=seeds.artists,
            tracks=seeds.tracks,
            genres=seeds.genres,
            tuning=tuning,
            again=again,
        )
        context["next_again"] = again + 1
        known = actions.get_known_saved(member, [track.uri for track in recommendations.tracks if track.uri])
        standing = ItemStatus(saved={uri: saved for uri, saved in known.items() if saved is not None})
        context["rows"] = build_rows(
            recommendations.tracks, standing, prefix="recommended", leads=[None] * len(recommendations.tracks)
        )
    return render(request, "library/browse/recommendations.html", context)


@require_safe
def top_page(request: MemberRequest) -> HttpResponse:
    """Show top artists or tracks of one of three time ranges; by default artists of half a year."""
    time_range, offset = _range(request.GET.get("range", "")), get_offset(request)
    of = "tracks" if request.GET.get("of") == "tracks" else "artists"
    get_top = data.get_top_tracks if of == "tracks" else data.get_top_artists
    response: CachedResponse[Page[Any]] = get_top(request.user, time_range, offset=offset)
    leads = range(offset + 1, offset + len(response.value.items) + 1)
    context = {
        "of": of,
        "range": time_range,
        "ranges": [(name, data.describe_range(name), name == time_range) for name in data.RANGES],
        "place": get_page_place(response.value, offset),
        "error": response.error,
    }
    if of == "tracks":
        standing = _get_status(request.user, response.value)
        context["rows"] = build_rows(response.value.items, standing, prefix=f"top-{offset}", leads=leads)
    else:
        context["artists"] = list(zip(leads, response.value.items, strict=True))
    return render_page(request, "library/browse/top.html", context, part="more")


def _range(name: str) -> TimeRange:
    return next((time_range for time_range in data.RANGES if time_range == name), "medium_term")


def _get_status(member: Member, page: Page[Track]) -> ItemStatus:
    known = actions.get_known_saved(member, [track.uri for track in page.items if track.uri])
    return ItemStatus(saved={uri: saved for uri, saved in known.items() if saved is not None})
