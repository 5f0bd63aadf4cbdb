"""The search page over HTTP: the member's own results first and at once, Spotify's beside them."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Member
from accounts.requests import MemberRequest
from library.opened_things import list_opened
from library.search import results
from library.search.forms import SearchForm
from library.search.groups import group_linked, group_own, group_spotify
from spotweb.spotify import modes
from spotweb.spotify.catalog import SearchType
from spotweb.spotify.errors import NotFound, Throttled, Unavailable
from spotweb.spotify.links import Link, LinkError, looks_like_link
from spotweb.web import page_urls
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.texts.link_messages import get_link_message

SEARCH_TEMPLATE = "library/search.html"
MAX_OPENED_SHOWN = 12


@require_safe
def search_page(request: MemberRequest) -> HttpResponse:
    """The address holds the words. While a member types, Spotify's part follows by a request of its own."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        context = {"form": form, "q": request.GET.get("q", "")}
        return render_page(request, SEARCH_TEMPLATE, context, part="found", status=422)
    q, kind = form.cleaned_data["q"], form.cleaned_data["kind"]
    if looks_like_link(q):
        return _links_page(request, form, q)
    context = {"form": form, "q": q, "kind": kind or ""}
    if q:
        mine = results.search_own(request.user, q)
        if mine is not None:
            context |= {"mine": group_own(request.user, mine), "is_mine_whole": mine.is_whole}
        is_whole = not wants_part(request)
        context |= _search_spotify(request.user, form) if is_whole else {"is_spotify_to_follow": True}
    else:
        context |= _build_start(request.user)
    context |= {"can_browse": modes.is_extended()}
    return _set_address(render_page(request, SEARCH_TEMPLATE, context, part="found"), q, kind)


def _build_start(member: Member) -> dict[str, Any]:
    """Return what stands there before one types."""
    return {
        "past_searches": results.get_past_searches(member),
        "opened_things": list_opened(member, limit=MAX_OPENED_SHOWN),
    }


@require_safe
def open_shared(request: MemberRequest) -> HttpResponse:
    """Redirect to what another app has shared: the page of a link, with all that can be done, or a search.

    Senders do not agree in which of the three fields the link stands; often there are words around it.
    """
    said = [request.GET.get(name, "").strip() for name in ("title", "text", "url")]
    links = [word.rstrip(".,;)") for word in " ".join(said).split() if looks_like_link(word)]
    words = next(filter(None, said), "")[: results.MAX_TEXT_LENGTH]
    q = " ".join(dict.fromkeys(links)) or words
    return redirect(f"{reverse('library:search')}?{urlencode({'q': q})}")


@require_safe
def spotify_part(request: MemberRequest) -> HttpResponse:
    """Show what Spotify finds; without htmx the page itself shows it."""
    form = SearchForm(request.GET)
    if not wants_part(request) or not form.is_valid() or not form.cleaned_data["q"]:
        return redirect(f"{reverse('library:search')}?{request.GET.urlencode()}")
    q, kind, offset = (form.cleaned_data[name] for name in ("q", "kind", "offset"))
    context = {"q": q, "kind": kind or ""} | _search_spotify(request.user, form)
    return render_page(request, SEARCH_TEMPLATE, context, part="more" if offset else "spotify")


def _search_spotify(member: Member, form: SearchForm) -> dict[str, Any]:
    """Return the context of Spotify's part. It shows errors itself, so that the rest of the page stays."""
    q, kind, offset = (form.cleaned_data[name] for name in ("q", "kind", "offset"))
    try:
        response = results.search_spotify(member, q[: results.MAX_TEXT_LENGTH], kind=kind, offset=offset)
    except (Throttled, Unavailable) as error:
        return {"spotify_error": error}
    return {
        "groups": group_spotify(member, response.value, kind=kind, offset=offset),
        "spotify_error": response.error,
        "offset": offset,
        "kinds": results.SEARCH_TYPES,
    }


def _links_page(request: MemberRequest, form: SearchForm, q: str) -> HttpResponse:
    """Redirect to the page of a single link; show several as rows."""
    context: dict[str, Any] = {"form": form, "q": q}
    try:
        links = results.parse_links(q)
    except LinkError as error:
        form.add_error("q", get_link_message(error, "open"))
        return render_page(request, SEARCH_TEMPLATE, context, part="found", status=422)
    if len(links) == 1 and not wants_part(request) and _has_page(links[0]):
        return redirect(page_urls.build_url(links[0].kind, links[0].id))
    try:
        things = results.get_linked_things(request.user, links)
    except (Throttled, Unavailable) as error:
        return render_page(request, SEARCH_TEMPLATE, context | {"spotify_error": error}, part="found")
    except NotFound:
        things = []
    found_things = [thing for thing in things if thing is not None]
    if len(found_things) < len(links):
        form.add_error("q", _("Spotify has nothing under one of these links, or doesn’t show it."))
    context |= {"linked": group_linked(request.user, found_things)}
    return _set_address(render_page(request, SEARCH_TEMPLATE, context, part="found"), q, None)


def _has_page(link: Link) -> bool:
    return link.kind != "user" or modes.is_extended()


def _set_address(response: HttpResponse, q: str, kind: SearchType | None) -> HttpResponse:
    """Set the address that shows the same again, for Back, reload and sharing."""
    asked = {name: value for name, value in (("q", q), ("kind", kind)) if value}
    query = f"?{urlencode(asked)}" if asked else ""
    response.headers["HX-Replace-Url"] = reverse("library:search") + query
    return response


@require_POST
def record_search(request: MemberRequest) -> HttpResponse:
    """Store the words of a search when a result of it is opened."""
    form = SearchForm(request.POST)
    if form.is_valid() and not looks_like_link(form.cleaned_data["q"]):
        results.record_search(request.user, form.cleaned_data["q"])
    return HttpResponse(status=204)


@require_POST
def delete_searches(request: MemberRequest) -> HttpResponse:
    """Delete all that were searched, or one of them."""
    results.delete_searches(request.user, request.POST.get("words", ""))
    if not wants_part(request):
        return redirect("library:search")
    return render_page(request, SEARCH_TEMPLATE, {"q": ""} | _build_start(request.user), part="found")
