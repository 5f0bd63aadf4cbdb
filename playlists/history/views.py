"""The history of a playlist over HTTP. Only whom Spotify shows the list sees what was in it."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import MemberRequest
from playlists.editing.actions import restore_revision
from playlists.errors import NotEditable, NothingToDo, NotReadable
from playlists.history import restore, timeline
from playlists.models import Playlist, Revision
from playlists.page.responses import announce_edit
from playlists.revisions.contents import get_contents
from playlists.revisions.store import get_previous
from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from spotweb.spotify.errors import SpotifyError, Throttled
from spotweb.web.htmx import render_page
from spotweb.web.params import parse_number
from spotweb.web.texts.error_messages import get_spotify_message

PAGE = "playlists/history/page.html"
VERSION = "playlists/history/revision.html"
RESTORE = "playlists/history/restore.html"


@require_safe
def history_page(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Looks at the list first, so that what was changed elsewhere is noticed."""
    opened = _open_playlist(request, playlist_id)
    older_than = parse_number(request.GET.get("before", ""))
    context = {
        "opened": opened,
        "playlist": opened.playlist,
        "timeline": timeline.make_timeline(opened.playlist, older_than=older_than),
        "kept_days": settings.PLAYLIST_HISTORY_DAYS,
        "kept_count": settings.PLAYLIST_HISTORY_COUNT,
    }
    return render_page(request, PAGE, context, part="more")


@require_safe
def revision_page(request: MemberRequest, playlist_id: str, pk: int) -> HttpResponse:
    """What a version changed, or how it differs from the list as it is now."""
    opened = _open_playlist(request, playlist_id, ask=False)
    revision = _get_revision(opened.playlist, pk)
    is_against_now = request.GET.get("against") == "now"
    older = None if is_against_now else get_previous(revision)
    context = {
        "opened": opened,
        "playlist": opened.playlist,
        "revision": revision,
        "is_now": pk == opened.playlist.revision_id,
        "is_against_now": is_against_now,
        "is_oldest": older is None and not is_against_now,
        "difference": _compare_revisions(opened, revision, older, is_against_now=is_against_now),
    }
    return render(request, VERSION, context)


@require_http_methods(["GET", "HEAD", "POST"])
def restore_page(request: MemberRequest, playlist_id: str, pk: int) -> HttpResponse:
    """First what will come back and what will not, then the doing of it."""
    opened = _open_playlist(request, playlist_id)
    revision = _get_revision(opened.playlist, pk)
    if request.method != "POST":
        return _show_preview(request, opened, revision)
    is_fast = request.POST.get("way") == "fast"
    try:
        playlist = access.open_for_edit(request.user, playlist_id)
        edit = restore_revision(playlist, revision, rewrite=is_fast)
    except NothingToDo:
        return redirect("playlists:history", playlist_id)
    except SpotifyError as error:
        return _show_preview(request, opened, revision, error=error)
    announce_edit(request, edit)
    return redirect("playlists:playlist", playlist_id)


def _show_preview(
    request: MemberRequest, opened: OpenPlaylist, revision: Revision, *, error: SpotifyError | None = None
) -> HttpResponse:
    now = opened.contents
    context = {
        "opened": opened,
        "playlist": opened.playlist,
        "revision": revision,
        "preview": restore.make_preview(now, get_contents(revision)) if now else None,
        "refusal": get_spotify_message(error) if error else "",
        "until": error.until if isinstance(error, Throttled) else None,
    }
    return render(request, RESTORE, context, status=error.status if error else 200)


def _compare_revisions(
    opened: OpenPlaylist, revision: Revision, older: Revision | None, *, is_against_now: bool
) -> timeline.RevisionDifference | None:
    """Null for the oldest version: nobody knows what was before."""
    then = get_contents(revision)
    if is_against_now:
        return timeline.compare_revisions(then, opened.contents) if opened.contents else None
    return timeline.compare_revisions(get_contents(older), then) if older else None


def _open_playlist(request: MemberRequest, playlist_id: str, *, ask: bool = True) -> OpenPlaylist:
    opened = access.open_playlist(request.user, playlist_id, ask=ask)
    if not opened.is_readable:
        raise NotReadable(opened.playlist)
    if not access.sees_history(opened):
        raise NotEditable(opened.playlist)
    return opened


def _get_revision(playlist: Playlist, pk: int) -> Revision:
    try:
        return timeline.get_revision(playlist, pk)
    except Revision.DoesNotExist as error:
        raise Http404 from error
