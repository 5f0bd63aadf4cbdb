"""The playlists of the sidebar over HTTP."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from playlists.sidebar.context import build_sidebar
from spotweb.web.htmx import wants_part
from spotweb.web.redirects import return_url
from spotweb.web.texts.names import show_name

TEMPLATE = "playlists/sidebar.html"
MAX_QUERY_LENGTH = 200


@require_safe
def sidebar_part(request: MemberRequest) -> HttpResponse:
    """Drawn again after a change, or narrowed down; without a script the list of playlists does both."""
    query = request.GET.get("q", "")[:MAX_QUERY_LENGTH]
    if not wants_part(request):
        return redirect("playlists:list")
    return _show_sidebar(request, query, part="list" if "list" in request.GET else "playlists")


@require_POST
def set_pinned(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Pin or unpin one of the member's playlists."""
    entry = get_object_or_404(
        request.user.playlists.select_related("playlist"), playlist__spotify_id=playlist_id
    )
    is_pinned = bool(request.POST.get("pinned"))
    entry.pinned_at = timezone.now() if is_pinned else None
    entry.save(update_fields=["pinned_at"])
    words = _("Pinned “%(name)s”.") if is_pinned else _("Unpinned “%(name)s”.")
    messages.success(request, words % {"name": show_name(entry.playlist.name)})
    if not wants_part(request):
        return redirect(return_url(request, reverse("playlists:list")))
    return _show_sidebar(request, "", part="playlists")


def _show_sidebar(request: MemberRequest, query: str, *, part: str) -> HttpResponse:
    context = {"sidebar": build_sidebar(request.user, query), "query": query}
    return render(request, f"{TEMPLATE}#{part}", context)
