"""Adding to playlists: the dialog that every menu opens, and search and pasted links on a playlist's page."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest
from player.now_playing.search import search_context
from playlists.add_to_playlist import actions as adding
from playlists.add_to_playlist import putting
from playlists.add_to_playlist.putting import Outcome
from playlists.editing.actions import add_items, replace_items
from playlists.page import context as page
from playlists.page import state as moving_on
from playlists.page.forms import AddToForm, LinksForm
from playlists.page.responses import TEMPLATE, carry_out, say, show_state
from playlists.positions import format_positions
from playlists.sync import access
from spotweb.spotify.errors import SpotifyError
from spotweb.web import dialogs
from spotweb.web.htmx import render_page

DIALOG = "playlists/add_to.html"


@require_http_methods(["GET", "HEAD", "POST"])
def add_to(request: MemberRequest) -> HttpResponse:
    """Where to? POST only because a selection may be longer than an address."""
    form = AddToForm(request.POST or request.GET)
    return _ask(request, form)


@require_POST
def add_to_lists(request: MemberRequest) -> HttpResponse:
    """Add to the chosen lists, and ask first where something would stand twice."""
    form = AddToForm(request.POST)
    if form.is_valid() and not form.to and not form.cleaned_data["new_name"]:
        form.add_error(None, _("Choose at least one playlist, or name a new one."))
    if not form.is_valid():
        return _ask(request, form)
    try:
        outcome = putting.put(request.user, form.wish)
    except SpotifyError as error:
        return _ask(request, form, trouble=error)
    if outcome.asks:
        return _ask(request, form, outcome=outcome)
    for edit in outcome.edits:
        say(request, edit)
    if not outcome.edits:
        messages.success(request, _("All of it was there already: nothing was added."))
    return dialogs.close_dialog(request, fallback=page.home())


def _ask(
    request: MemberRequest,
    form: AddToForm,
    *,
    outcome: Outcome | None = None,
    trouble: SpotifyError | None = None,
) -> HttpResponse:
    is_known = form.is_valid()
    uris = putting.uris_of(request.user, form.wish) if is_known else []
    context = {
        "links": [link.uri for link in form.wish.links],
        "rows": form.wish.rows,
        "rows_ranges": format_positions(form.wish.rows.positions) if form.wish.rows else "",
        "can_move": form.wish.rows and access.open_cached(request.user, form.from_id).can_edit,
        "is_move": form.is_move,
        "count": len(uris),
        "name": adding.name_of(uris),
        "targets": adding.targets(request.user, uris, leave_out=form.from_id),
        "chosen": form.to,
        "doubles": outcome.asks if outcome else (),
        "new_name": form.data.get("new_name", ""),
    }
    return dialogs.show_dialog(request, DIALOG, context, form=form, error=trouble)


@require_POST
def add(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Links to this playlist: pasted ones, or one that was found."""
    form = LinksForm(request.POST)
    # What was found and added leaves the field for pasted links alone.
    extra = {"lines_form": form} if "pasted" in request.POST or not form.is_valid() else {}
    if not form.is_valid():
        opened = access.open_cached(request.user, playlist_id)
        return show_state(request, opened, seen=moving_on.sent_seen(request.POST), extra=extra)
    uris = adding.expanded(request.user, form.pasted.links)
    place, seen = form.cleaned_data["place"], moving_on.sent_seen(request.POST)
    if place == "instead":
        act = partial(replace_items, request.user, playlist_id, seen=seen, uris=uris)
    else:
        position = 0 if place == "top" else None
        act = partial(add_items, request.user, playlist_id, uris, position=position)
    return carry_out(request, playlist_id, act, chosen=None, extra=extra)


@require_safe
def find(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """What can be added, while one types; without a script the page itself shows it."""
    opened = access.open_cached(request.user, playlist_id)
    context = {"playlist": opened.playlist, "opened": opened, **search_context(request.user, request.GET)}
    status = 422 if context["find_form"].errors else 200
    return render_page(request, TEMPLATE, context, part="found", status=status)
