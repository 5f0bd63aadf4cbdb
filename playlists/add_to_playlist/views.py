"""Adding to playlists: the dialog that every menu opens, and search and pasted links on a playlist's page."""

from dataclasses import replace
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest
from player.now_playing.search import search_context
from playlists.add_to_playlist import actions
from playlists.add_to_playlist.actions import AddOutcome
from playlists.add_to_playlist.forms import AddToForm, LinksForm
from playlists.editing.actions import add_items, replace_items
from playlists.page.responses import TEMPLATE, announce_edit, load_state, respond_edit, show_state
from playlists.page.state import parse_revision
from playlists.positions import format_positions
from playlists.sync import access
from spotweb.spotify.errors import SpotifyError
from spotweb.web import dialogs
from spotweb.web.htmx import render_page

DIALOG = "playlists/add_to.html"


@require_http_methods(["GET", "HEAD", "POST"])
def add_to_dialog(request: MemberRequest) -> HttpResponse:
    """Where to? POST only because a selection may be longer than an address."""
    form = AddToForm(request.POST or request.GET)
    return _show_dialog(request, form)


@require_POST
def add_to_lists(request: MemberRequest) -> HttpResponse:
    """Add to the chosen lists, and ask first where something would stand twice."""
    form = AddToForm(request.POST)
    if form.is_valid() and not form.to and not form.cleaned_data["new_name"]:
        form.add_error(None, _("Choose at least one playlist, or name a new one."))
    if not form.is_valid():
        return _show_dialog(request, form)
    try:
        outcome = actions.add_to_playlists(request.user, form.add_request)
    except SpotifyError as error:
        return _show_dialog(request, form, trouble=error)
    if outcome.duplicates:
        return _show_dialog(request, form, outcome=outcome)
    for edit in outcome.edits:
        announce_edit(request, edit)
    if not outcome.edits:
        messages.success(request, _("All of it was there already: nothing was added."))
    return dialogs.close_dialog(request, fallback=reverse("playlists:list"))


def _show_dialog(
    request: MemberRequest,
    form: AddToForm,
    *,
    outcome: AddOutcome | None = None,
    trouble: SpotifyError | None = None,
) -> HttpResponse:
    uris = actions.list_addable_uris(request.user, form.add_request) if form.is_valid() else []
    add_request = form.add_request
    rows = add_request.rows
    context = {
        "links": [link.uri for link in add_request.links],
        "rows": rows,
        "rows_ranges": format_positions(rows.positions) if rows else "",
        "can_move": rows and access.open_cached(request.user, form.from_id).can_edit,
        "is_move": form.is_move,
        "count": len(uris),
        "name": actions.find_name(uris),
        "targets": actions.list_targets(request.user, uris, leave_out=form.from_id),
        "chosen": form.to,
        "doubles": outcome.duplicates if outcome else (),
        "new_name": form.data.get("new_name", ""),
    }
    return dialogs.show_dialog(request, DIALOG, context, form=form, error=trouble)


@require_POST
def add_links(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Links to this playlist: pasted ones, or one from the search."""
    form = LinksForm(request.POST)
    if not form.is_valid():
        return show_state(request, replace(load_state(request, playlist_id), links_form=form))
    # What the search adds leaves the field for pasted links alone.
    links_form = form if "pasted" in request.POST else None
    uris = actions.expand_links(request.user, form.pasted.links)
    place, seen = form.cleaned_data["place"], parse_revision(request.POST)
    if place == "instead":
        playlist = access.open_for_edit(request.user, playlist_id)
        act = partial(replace_items, playlist, base_revision=seen, uris=uris)
    else:
        playlist = access.open_for_add(request.user, playlist_id)
        act = partial(add_items, playlist, uris, position=0 if place == "top" else None)
    return respond_edit(request, playlist, act, selection=None, links_form=links_form)


@require_safe
def search_items(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """What can be added, while the member types; without a script the page itself shows it."""
    opened = access.open_cached(request.user, playlist_id)
    context = {"playlist": opened.playlist, "opened": opened, **search_context(request.user, request.GET)}
    status = 422 if context["find_form"].errors else 200
    return render_page(request, TEMPLATE, context, part="found", status=status)
