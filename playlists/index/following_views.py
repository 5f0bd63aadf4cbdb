"""What adds whole playlists to a member's library, and takes them from it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest
from playlists.index import actions as keeping
from playlists.index import owning
from playlists.index.forms import FollowForm
from playlists.models import Playlist
from spotweb.spotify.errors import SpotifyError
from spotweb.web import dialogs
from spotweb.web.params import parse_number
from spotweb.web.undo import say_with_undo

FOLLOW = "playlists/follow.html"
UNFOLLOW = "playlists/unfollow.html"


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: MemberRequest) -> HttpResponse:
    """A pasted link, or the id that another page knows."""
    if request.method != "POST":
        return dialogs.show_dialog(request, FOLLOW, {}, form=FollowForm())
    form = FollowForm(request.POST)
    if not form.is_valid():
        return dialogs.show_dialog(request, FOLLOW, {}, form=form)
    try:
        was_there = keeping.is_in_library(request.user, form.cleaned_data["link"])
        playlist = keeping.follow(request.user, form.cleaned_data["link"])
    except SpotifyError as error:
        return dialogs.show_dialog(request, FOLLOW, {}, form=form, error=error)
    _say_followed(request, playlist, was_there=was_there)
    return dialogs.close_dialog(request, fallback=reverse("playlists:list"))


def _say_followed(request: MemberRequest, playlist: Playlist, *, was_there: bool) -> None:
    """No Undo for what was there before: of an own list it would be the deletion."""
    if was_there:
        messages.info(request, _("“%(name)s” is in your library already.") % {"name": playlist.name})
        return
    say_with_undo(
        request,
        _("“%(name)s” is in your library.") % {"name": playlist.name},
        url=reverse("playlists:unfollow", args=[playlist.spotify_id]),
        values={},
        target="#dialog",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def unfollow(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """For an own list this is how Spotify deletes; following it again brings it back."""
    entry = owning.entry_of(request.user, playlist_id)
    if request.method != "POST":
        return dialogs.show_dialog(request, UNFOLLOW, {"entry": entry})
    try:
        keeping.unfollow(request.user, playlist_id)
    except SpotifyError as error:
        return dialogs.show_dialog(request, UNFOLLOW, {"entry": entry}, error=error)
    words = _("“%(name)s” is no longer in your library.") % {"name": entry.playlist.name}
    say_with_undo(
        request,
        words,
        url=reverse("playlists:restore-list", args=[playlist_id]),
        values={"label": str(entry.label_id or "")},
        target="#dialog",
    )
    return dialogs.close_dialog(request, fallback=reverse("playlists:list"))


@require_safe
def removed_page(request: MemberRequest) -> HttpResponse:
    """Own lists that are no longer in the library, for when the toast with Undo has gone."""
    return render(request, "playlists/removed.html", {"playlists": owning.removed(request.user)})


@require_POST
def restore_list(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Back where it was, under its label too."""
    playlist = keeping.restore_list(request.user, playlist_id)
    messages.success(request, _("“%(name)s” is back in your library.") % {"name": playlist.name})
    label = request.user.labels.filter(pk=parse_number(request.POST.get("label", "")) or 0).first()
    request.user.playlists.filter(playlist__spotify_id=playlist_id).update(label=label)
    return dialogs.close_dialog(request, fallback=reverse("playlists:list"))
