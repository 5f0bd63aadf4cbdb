"""The palette over HTTP: its results while one types; without a script the search page stands in for it."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from player.speaker_loans.borrowed_player import load_shown_controls
from playlists.palette.entries import find_entries
from spotweb.web.htmx import wants_part

MAX_QUERY_LENGTH = 200


@require_safe
def palette_part(request: MemberRequest) -> HttpResponse:
    query = request.GET.get("q", "")[:MAX_QUERY_LENGTH]
    if not wants_part(request):
        return redirect(f"{reverse('library:search')}?{urlencode({'q': query})}")
    may_play_next = not load_shown_controls(request.user).play_next
    context = {"groups": find_entries(request.user, query), "query": query, "may_play_next": may_play_next}
    return render(request, "playlists/palette.html", context)
