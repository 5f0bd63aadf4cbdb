"""New playlists, and what stands at the head of one: name, description, who finds it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from playlists.index import actions as keeping
from playlists.index import owning
from playlists.index.forms import OFF_PROFILE, DetailsForm, details_of, flags_of
from spotweb.spotify.errors import InvalidRequest, SpotifyError
from spotweb.web import dialogs

NEW = "playlists/new.html"
DETAILS = "playlists/details.html"


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: MemberRequest) -> HttpResponse:
    if request.method != "POST":
        return dialogs.show_dialog(request, NEW, {}, form=DetailsForm(initial={"visibility": OFF_PROFILE}))
    form = DetailsForm(request.POST, initial={"visibility": OFF_PROFILE})
    if not form.is_valid():
        return dialogs.show_dialog(request, NEW, {}, form=form)
    sent = form.cleaned_data
    try:
        playlist = keeping.create(
            request.user, sent["name"], description=sent["description"], **flags_of(sent["visibility"])
        )
    except InvalidRequest:
        _say_refused(form)
        return dialogs.show_dialog(request, NEW, {}, form=form)
    except SpotifyError as error:
        return dialogs.show_dialog(request, NEW, {}, form=form, error=error)
    messages.success(request, _("Made “%(name)s”.") % {"name": playlist.name})
    return redirect("playlists:playlist", playlist.spotify_id)


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Only what the member has changed is sent: the rest may be newer at Spotify than on the page."""
    playlist = owning.own_entry_of(request.user, playlist_id).playlist
    shown = details_of(playlist)
    context = {"playlist": playlist}
    if request.method != "POST":
        return dialogs.show_dialog(request, DETAILS, context, form=DetailsForm(initial=shown))
    form = DetailsForm(request.POST, initial=shown)
    if not form.is_valid():
        return dialogs.show_dialog(request, DETAILS, context, form=form)
    try:
        if form.changes:
            keeping.change_details(request.user, playlist_id, **form.changes)
    except InvalidRequest:
        _say_refused(form)
        return dialogs.show_dialog(request, DETAILS, context, form=form)
    except SpotifyError as error:
        return dialogs.show_dialog(request, DETAILS, context, form=form, error=error)
    messages.success(request, _("Saved."))
    return dialogs.close_dialog(request, fallback=reverse("playlists:playlist", args=[playlist_id]))


def _say_refused(form: DetailsForm) -> None:
    """Spotify does not say what it dislikes; links in a description are the usual case."""
    words = _("Spotify did not take this. It refuses links in descriptions, and some words it does not name.")
    form.add_error("description" if form.cleaned_data.get("description") else "name", words)
