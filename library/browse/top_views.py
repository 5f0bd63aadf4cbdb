"""Top artists and top songs over HTTP."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.requests import MemberRequest
from library.browse import top
from library.catalogue.response_cache import Kept
from library.pages.params import offset_of, place_of
from library.saved import actions as saving
from library.saved.status import Standing, rows_of
from spotweb.spotify.models import Page, Track
from spotweb.spotify.profile import TimeRange
from spotweb.web.htmx import show


@require_safe
def top_page(request: MemberRequest) -> HttpResponse:
    """Of artists or songs, over one of three times; what makes no sense shows artists over half a year."""
    time_range, offset = _range(request.GET.get("range", "")), offset_of(request)
    of = "tracks" if request.GET.get("of") == "tracks" else "artists"
    read = top.top_tracks if of == "tracks" else top.top_artists
    found: Kept[Page[Any]] = read(request.user, time_range, offset=offset)
    leads = range(offset + 1, offset + len(found.value.items) + 1)
    context = {
        "of": of,
        "range": time_range,
        "ranges": [(name, top.range_label(name), name == time_range) for name in top.RANGES],
        "place": place_of(found.value, offset),
        "trouble": found.trouble,
    }
    if of == "tracks":
        standing = _standing(request.user, found.value)
        context["rows"] = rows_of(found.value.items, standing, prefix=f"top-{offset}", leads=leads)
    else:
        context["artists"] = list(zip(leads, found.value.items, strict=True))
    return show(request, "library/top.html", context, part="more")


def _range(name: str) -> TimeRange:
    return next((one for one in top.RANGES if one == name), "medium_term")


def _standing(member: Member, page: Page[Track]) -> Standing:
    known = saving.known_saved(member, [track.uri for track in page.items if track.uri])
    return Standing(saved={uri: saved for uri, saved in known.items() if saved is not None})
