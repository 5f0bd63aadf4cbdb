"""The palette over HTTP: its results while one types; without a script the search page stands in for it."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from playlists.palette.entries import find_entries
from spotweb.web.htmx import wants_part

MAX_QUERY_LENGTH = 200


@require_safe
def palette_part(request: MemberRequest) -> HttpResponse:
    query = request.GET.get("q", "")[:MAX_QUERY_LENGTH]
    if not wants_part(request):
        return redirect(f"{reverse('library:search')}?{urlencode({'q': query})}")
    context = {"groups": find_entries(request.user, query), "query": query}
    return render(request, "playlists/palette.html", context)
