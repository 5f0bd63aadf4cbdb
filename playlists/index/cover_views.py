"""The cover of a playlist over HTTP."""

from base64 import b64encode

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from playlists.index import covers, owning
from playlists.index.forms import CoverForm
from spotweb.spotify.errors import SpotifyError
from spotweb.web import dialogs, uploads

COVER = "playlists/cover.html"


@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """After sending, the dialog shows what was sent: Spotify takes its time to show it."""
    playlist = owning.own_entry_of(request.user, playlist_id).playlist
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
