"""Dialogs about one whole playlist: create, describe, give a cover, follow, unfollow, restore."""

from base64 import b64encode
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest
from playlists.index import actions, covers
from playlists.index.forms import (
    OFF_PROFILE,
    CoverForm,
    DetailsForm,
    FollowPlaylistForm,
    initial_details,
    visibility_flags,
)
from playlists.models import Playlist
from spotweb.spotify.errors import InvalidRequest, SpotifyError
from spotweb.spotify.links import LinkError
from spotweb.web import dialogs, undo, uploads
from spotweb.web.params import parse_number
from spotweb.web.texts.names import show_name

NEW = "playlists/index/new.html"
DETAILS = "playlists/index/details.html"


@require_http_methods(["GET", "HEAD", "POST"])
def create_playlist(request: MemberRequest) -> HttpResponse:
    if request.method != "POST":
        return dialogs.show_dialog(request, NEW, {}, form=DetailsForm(initial={"visibility": OFF_PROFILE}))
    form = DetailsForm(request.POST, initial={"visibility": OFF_PROFILE})
    if not form.is_valid():
        return dialogs.show_dialog(request, NEW, {}, form=form)
    values = form.cleaned_data
    try:
        playlist = actions.create_playlist(
            request.user,
            values["name"],
            description=values["description"],
            **visibility_flags(values["visibility"]),
        )
    except InvalidRequest:
        _add_refusal(form)
        return dialogs.show_dialog(request, NEW, {}, form=form)
    except SpotifyError as error:
        return dialogs.show_dialog(request, NEW, {}, form=form, error=error)
    messages.success(request, _("Made “%(name)s”.") % {"name": show_name(playlist.name)})
    return redirect("playlists:playlist", playlist.spotify_id)


@require_http_methods(["GET", "HEAD", "POST"])
def change_details(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Only what the member has changed is sent: the rest may be newer at Spotify than on the page."""
    playlist = actions.get_own_entry(request.user, playlist_id).playlist
    shown = initial_details(playlist)
    context = {"playlist": playlist}
    if request.method != "POST":
        return dialogs.show_dialog(request, DETAILS, context, form=DetailsForm(initial=shown))
    form = DetailsForm(request.POST, initial=shown)
    if not form.is_valid():
        return dialogs.show_dialog(request, DETAILS, context, form=form)
    try:
        if form.changes:
            actions.change_details(request.user, playlist_id, **form.changes)
    except InvalidRequest:
        _add_refusal(form)
        return dialogs.show_dialog(request, DETAILS, context, form=form)
    except SpotifyError as error:
        return dialogs.show_dialog(request, DETAILS, context, form=form, error=error)
    messages.success(request, _("Saved."))
    return dialogs.close_dialog(request, fallback=reverse("playlists:playlist", args=[playlist_id]))


def _add_refusal(form: DetailsForm) -> None:
    """Spotify does not say what it dislikes; links in a description are the usual case."""
    words = _("Spotify didn’t take this. It refuses links in descriptions, and some words it doesn’t name.")
    form.add_error("description" if form.cleaned_data.get("description") else "name", words)


COVER = "playlists/index/cover.html"


@require_http_methods(["GET", "HEAD", "POST"])
def change_cover(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """After sending, the dialog shows what was sent: Spotify takes its time to show it."""
    playlist = actions.get_own_entry(request.user, playlist_id).playlist
    context: dict[str, object] = {"playlist": playlist}
    if request.method != "POST":
        return dialogs.show_dialog(request, COVER, context, form=CoverForm())
    form = CoverForm(request.POST, request.FILES)
    if uploads.was_too_large(request):
        form.refuse_as_too_large()
    if not form.is_valid():
        return dialogs.show_dialog(request, COVER, context, form=form)
    jpeg: bytes = form.cleaned_data["picture"]
    try:
        covers.set_cover(request.user, playlist, jpeg)
    except SpotifyError as error:
        return dialogs.show_dialog(request, COVER, context, form=CoverForm(), error=error)
    context["sent"] = f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
    return dialogs.announce_playlists_changed(dialogs.show_dialog(request, COVER, context))


FOLLOW = "playlists/index/follow.html"
UNFOLLOW = "playlists/index/unfollow.html"


@require_http_methods(["GET", "HEAD", "POST"])
def follow_playlist(request: MemberRequest) -> HttpResponse:
    """A pasted link, or the id that another page knows."""
    if request.method != "POST":
        return dialogs.show_dialog(request, FOLLOW, {}, form=FollowPlaylistForm())
    form = FollowPlaylistForm(request.POST)
    if not form.is_valid():
        return dialogs.show_dialog(request, FOLLOW, {}, form=form)
    try:
        was_there = actions.is_in_library(request.user, form.cleaned_data["link"])
        playlist = actions.follow_playlist(request.user, form.cleaned_data["link"])
    except SpotifyError as error:
        return dialogs.show_dialog(request, FOLLOW, {}, form=form, error=error)
    _announce_followed(request, playlist, was_there=was_there)
    return dialogs.close_dialog(request, fallback=reverse("playlists:list"))


def _announce_followed(request: MemberRequest, playlist: Playlist, *, was_there: bool) -> None:
    """No Undo for what was there before: of an own list it would be the deletion."""
    if was_there:
        messages.info(
            request, _("“%(name)s” is in your library already.") % {"name": show_name(playlist.name)}
        )
        return
    undo.offer(
        request,
        _("“%(name)s” is in your library.") % {"name": show_name(playlist.name)},
        action="playlist-follow",
        values={"playlist": playlist.spotify_id},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def unfollow_playlist(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """For an own list this is how Spotify deletes; following it again brings it back."""
    if request.method != "POST":
        entry = actions.get_entry(request.user, playlist_id)
        return dialogs.show_dialog(request, UNFOLLOW, {"entry": entry})
    return _unfollow(request, playlist_id)


@undo.handles("playlist-follow", target="#dialog")
def _undo_follow(request: MemberRequest, values: Mapping[str, str]) -> HttpResponse:
    return _unfollow(request, values["playlist"])


def _unfollow(request: MemberRequest, playlist_id: str) -> HttpResponse:
    entry = actions.get_entry(request.user, playlist_id)
    try:
        actions.unfollow_playlist(request.user, playlist_id)
    except SpotifyError as error:
        return dialogs.show_dialog(request, UNFOLLOW, {"entry": entry}, error=error)
    words = _("“%(name)s” is no longer in your library.") % {"name": show_name(entry.playlist.name)}
    undo.offer(
        request,
        words,
        action="playlist-unfollow",
        values={"playlist": playlist_id, "label": str(entry.label_id or "")},
    )
    return dialogs.close_dialog(request, fallback=reverse("playlists:list"))


@require_safe
def removed_page(request: MemberRequest) -> HttpResponse:
    """Own lists that are no longer in the library, for when the toast with Undo has gone."""
    return render(request, "playlists/index/removed.html", {"playlists": actions.list_removed(request.user)})


@require_POST
def restore_playlist(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Back where it was, under the label that is named."""
    return _restore(request, playlist_id, label_pk=parse_number(request.POST.get("label", "")))


@undo.handles("playlist-unfollow", target="#dialog")
def _undo_unfollow(request: MemberRequest, values: Mapping[str, str]) -> HttpResponse:
    return _restore(request, values["playlist"], label_pk=parse_number(values["label"]))


def _restore(request: MemberRequest, playlist_id: str, *, label_pk: int | None) -> HttpResponse:
    try:
        playlist = actions.restore_playlist(request.user, playlist_id)
    except LinkError:
        raise Http404 from None
    messages.success(request, _("“%(name)s” is back in your library.") % {"name": show_name(playlist.name)})
    label = request.user.labels.filter(pk=label_pk or 0).first()
    request.user.playlists.filter(playlist__spotify_id=playlist_id).update(label=label)
    return dialogs.close_dialog(request, fallback=reverse("playlists:list"))
