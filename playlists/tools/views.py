"""The tools over HTTP: choose, see what would change, have it done."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest
from playlists.errors import NothingToDo, NotReadable, PlaylistChanged, PlaylistError
from playlists.models import Playlist
from playlists.page import context as page
from playlists.page import responses as answers
from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from playlists.sync.index import get_playlists
from playlists.tools import mirror as mirroring
from playlists.tools import operations as toolbox
from playlists.tools import preview as foreseeing
from playlists.tools import registry as offered
from playlists.tools.forms import ApplyForm, ToolForm
from playlists.tools.operations import Outcome, Subject
from playlists.tools.preview import Preview
from playlists.tools.registry import Tool
from playlists.tools.split import MOST_PARTS
from spotweb.spotify.errors import Throttled
from spotweb.web.error_messages import get_spotify_message
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.undo import say_with_undo

TEMPLATE = "playlists/tools/tool.html"
_LEAST_PARTS = {"split": 2}


@never_cache
@require_safe
def tools_page(request: MemberRequest, playlist_id: str) -> HttpResponse:
    opened = access.open_playlist(request.user, playlist_id)
    if not opened.is_readable:
        raise NotReadable(opened.playlist)
    context = {
        "opened": opened,
        "playlist": opened.playlist,
        "tools": offered.tools_for(can_edit=opened.can_edit),
        "mirror": mirroring.mirror_of(request.user, opened.playlist),
    }
    return render(request, "playlists/tools/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tool(request: MemberRequest, playlist_id: str, slug: str) -> HttpResponse:
    """A preview is a GET, of whatever was chosen or else of what is usual."""
    if slug not in offered.TOOLS:
        raise Http404
    chosen = offered.TOOLS[slug]
    opened = access.open_playlist(request.user, playlist_id, ask=not wants_part(request))
    held = toolbox.contents_of(opened)
    if request.method == "POST":
        return _apply(request, opened, chosen)
    form = _form(request, opened, chosen)
    context: dict[str, Any] = {  # Any: what a template context holds
        "opened": opened,
        "playlist": opened.playlist,
        "tool": chosen,
        "form": form,
        "seen": held.revision_id,
        "most_parts": MOST_PARTS,
        "mirror": mirroring.mirror_of(request.user, opened.playlist) if slug == "mirror" else None,
    }
    if form.is_valid():
        context |= _foreseen(request, opened, chosen, form)
    return render_page(request, TEMPLATE, context, part="preview")


@require_POST
def forget_mirror(request: MemberRequest, playlist_id: str) -> HttpResponse:
    mirroring.forget(request.user, playlist_id)
    messages.success(request, _("It is no longer kept in step. What is in it stays."))
    return redirect("playlists:tools", playlist_id)


@require_POST
def unmake(request: MemberRequest, playlist_id: str) -> HttpResponse:
    """Undo of what made new playlists."""
    chosen = request.POST.get("lists", "").split(",")[:MOST_PARTS]
    count = foreseeing.unmake(request.user, chosen)
    words = ngettext(
        "The new playlist is out of your library again.",
        "The %(count)s new playlists are out of your library again.",
        count,
    )
    messages.success(request, words % {"count": count})
    return redirect("playlists:playlist", playlist_id)


def _form(request: MemberRequest, opened: OpenPlaylist, chosen: Tool) -> ToolForm:
    sent = request.POST if request.method == "POST" else request.GET
    usual = {}
    if chosen.slug == "mirror":
        usual = mirroring.chosen(mirroring.mirror_of(request.user, opened.playlist))
    others = [
        (entry.playlist.spotify_id, entry.playlist.name or "—")
        for entry in get_playlists(request.user)
        if entry.is_readable is not False and entry.playlist_id != opened.playlist.pk
    ]
    return chosen.form(sent, playlists=others, usual=usual)


def _foreseen(
    request: MemberRequest, opened: OpenPlaylist, chosen: Tool, form: ToolForm
) -> dict[str, Preview | str | object]:
    """What would change, or what stands in the way of it, such as another list that cannot be read."""
    held = toolbox.contents_of(opened)
    try:
        outcome = chosen.work(Subject(request.user, opened.playlist, held), form.cleaned_data)
        return {"preview": foreseeing.preview(held, outcome), "can_apply": _may(opened, outcome)}
    except PlaylistError as error:
        return {
            "refusal": get_spotify_message(error),
            "until": error.until if isinstance(error, Throttled) else None,
        }


def _may(opened: OpenPlaylist, outcome: Outcome) -> bool:
    if outcome.new:
        return _LEAST_PARTS.get(outcome.kind, 1) <= len(outcome.new) <= MOST_PARTS
    return opened.can_edit


def _apply(request: MemberRequest, opened: OpenPlaylist, chosen: Tool) -> HttpResponse:
    """Of the version that the preview was made of; what others did since is kept."""
    form, apply = _form(request, opened, chosen), ApplyForm(request.POST)
    where = reverse("playlists:tool", args=[opened.playlist.spotify_id, chosen.slug])
    preview = f"{where}?{form.chosen.urlencode()}"
    if not form.is_valid() or not apply.is_valid():
        return redirect(preview)
    seen = apply.cleaned_data["seen"]
    try:
        held = page.version_of(opened, seen)
    except Http404:  # so old that it is no longer kept
        return _ask_again(request, preview)
    outcome = chosen.work(Subject(request.user, opened.playlist, held), form.cleaned_data)
    if not _may(opened, outcome):
        return redirect(preview)
    if outcome.new:
        return _make(request, opened.playlist, outcome)
    if chosen.slug == "mirror":
        mirroring.remember(request.user, opened.playlist, form.cleaned_data)
    is_fast = apply.cleaned_data["way"] == "fast"
    try:
        edit = foreseeing.change(
            request.user, opened.playlist.spotify_id, seen=seen, outcome=outcome, rewrite=is_fast
        )
    except NothingToDo:
        messages.info(request, _("There was nothing to change."))
    except PlaylistChanged:
        return _ask_again(request, preview)
    else:
        answers.say(request, edit)
    return redirect(page.address(opened.playlist))


def _ask_again(request: MemberRequest, preview: str) -> HttpResponse:
    messages.warning(request, _("The playlist has changed meanwhile. This is what would be done now."))
    return redirect(preview)


def _make(request: MemberRequest, playlist: Playlist, outcome: Outcome) -> HttpResponse:
    made = foreseeing.make(request.user, outcome, name=playlist.name)
    if made.error and not made.lists:
        raise made.error
    count = len(made.lists)
    if made.error:
        words = _(
            "Spotify stopped it midway: %(made)s of %(wanted)s playlists were made, "
            "and the last of these may lack items."
        )
    elif count == 1:
        words = _("Made “%(name)s”.")
    else:
        words = ngettext("Made %(made)s playlist.", "Made %(made)s playlists.", count)
    values = {"made": count, "wanted": len(outcome.new), "name": made.lists[0].name}
    say_with_undo(
        request,
        words % values,
        url=reverse("playlists:unmake", args=[playlist.spotify_id]),
        values={"lists": ",".join(one.spotify_id for one in made.lists)},
    )
    return redirect(page.address(made.lists[0]) if count == 1 else reverse("playlists:list"))
