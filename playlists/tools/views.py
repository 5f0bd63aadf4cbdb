"""The tools over HTTP: choose, see what would change, have it done."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest
from playlists.errors import NothingToDo, NotReadable, PlaylistChanged, PlaylistError
from playlists.models import Playlist
from playlists.page.responses import announce_edit, get_page_url
from playlists.page.state import find_shown_contents
from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from playlists.sync.index import get_playlists
from playlists.tools import mirror, operations, preview, registry
from playlists.tools.forms import ApplyToolForm, ToolForm
from playlists.tools.operations import ToolOutcome, ToolSubject
from playlists.tools.preview import ToolPreview
from playlists.tools.registry import Tool
from playlists.tools.split import MAX_PARTS
from spotweb.spotify.errors import Throttled
from spotweb.web import undo
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.texts.error_messages import get_spotify_message
from spotweb.web.texts.names import show_name

TEMPLATE = "playlists/tools/tool.html"
_MIN_PARTS = {"split": 2}


@require_safe
def tools_page(request: MemberRequest, playlist_id: str) -> HttpResponse:
    opened = access.open_playlist(request.user, playlist_id)
    if not opened.is_readable:
        raise NotReadable(opened.playlist)
    context = {
        "opened": opened,
        "playlist": opened.playlist,
        "tools": registry.tools_for(can_edit=opened.can_edit),
        "mirror": mirror.find_mirror(request.user, opened.playlist),
    }
    return render(request, "playlists/tools/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tool_page(request: MemberRequest, playlist_id: str, slug: str) -> HttpResponse:
    """A preview is a GET, of what was chosen or else of the initial values."""
    if slug not in registry.TOOLS:
        raise Http404
    tool = registry.TOOLS[slug]
    opened = access.open_playlist(request.user, playlist_id, ask=not wants_part(request))
    contents = operations.require_contents(opened)
    if request.method == "POST":
        return _apply_tool(request, opened, tool)
    form = _make_form(request, opened, tool)
    context: dict[str, Any] = {  # Any: what a template context holds
        "opened": opened,
        "playlist": opened.playlist,
        "tool": tool,
        "form": form,
        "seen": contents.revision_id,
        "most_parts": MAX_PARTS,
        "mirror": mirror.find_mirror(request.user, opened.playlist) if slug == "mirror" else None,
    }
    if form.is_valid():
        context |= _preview_context(request, opened, tool, form)
    return render_page(request, TEMPLATE, context, part="preview")


@require_POST
def delete_mirror(request: MemberRequest, playlist_id: str) -> HttpResponse:
    mirror.delete_mirror(request.user, playlist_id)
    messages.success(request, _("No longer mirrored. The songs in it stay."))
    return redirect("playlists:tools", playlist_id)


@undo.handles("playlists-create")
def _undo_create(request: MemberRequest, values: Mapping[str, str]) -> HttpResponse:
    """Undo of a tool that created playlists."""
    playlist_ids = values["lists"].split(",")[:MAX_PARTS]
    count = preview.remove_lists(request.user, playlist_ids)
    words = ngettext(
        "The new playlist is out of your library again.",
        "The %(count)s new playlists are out of your library again.",
        count,
    )
    messages.success(request, words % {"count": count})
    return redirect("playlists:playlist", values["playlist"])


def _make_form(request: MemberRequest, opened: OpenPlaylist, tool: Tool) -> ToolForm:
    params = request.POST if request.method == "POST" else request.GET
    initial = {}
    if tool.slug == "mirror":
        initial = mirror.form_values(mirror.find_mirror(request.user, opened.playlist))
    others = [
        (entry.playlist.spotify_id, show_name(entry.playlist.name))
        for entry in get_playlists(request.user)
        if entry.is_readable is not False and entry.playlist_id != opened.playlist.pk
    ]
    return tool.form(params, playlists=others, initial_values=initial)


def _preview_context(
    request: MemberRequest, opened: OpenPlaylist, tool: Tool, form: ToolForm
) -> dict[str, ToolPreview | str | object]:
    """What would change, or what stands in the way of it, such as another list that cannot be read."""
    contents = operations.require_contents(opened)
    try:
        outcome = tool.operation(ToolSubject(request.user, opened.playlist, contents), form.cleaned_data)
        return {"preview": preview.make_preview(contents, outcome), "can_apply": _can_apply(opened, outcome)}
    except PlaylistError as error:
        return {
            "refusal": get_spotify_message(error),
            "until": error.until if isinstance(error, Throttled) else None,
        }


def _can_apply(opened: OpenPlaylist, outcome: ToolOutcome) -> bool:
    if outcome.new:
        return _MIN_PARTS.get(outcome.kind, 1) <= len(outcome.new) <= MAX_PARTS
    return opened.can_edit


def _apply_tool(request: MemberRequest, opened: OpenPlaylist, tool: Tool) -> HttpResponse:
    """Apply the tool to the revision of the preview; what others did since is kept."""
    form, apply = _make_form(request, opened, tool), ApplyToolForm(request.POST)
    where = reverse("playlists:tool", args=[opened.playlist.spotify_id, tool.slug])
    preview_url = f"{where}?{form.chosen.urlencode()}"
    if not form.is_valid() or not apply.is_valid():
        return redirect(preview_url)
    seen = apply.cleaned_data["seen"]
    contents = find_shown_contents(opened, seen)
    if contents is None:  # so old that it is no longer stored
        return _ask_again(request, preview_url)
    outcome = tool.operation(ToolSubject(request.user, opened.playlist, contents), form.cleaned_data)
    if not _can_apply(opened, outcome):
        return redirect(preview_url)
    if outcome.new:
        return _create_lists(request, opened.playlist, outcome)
    if tool.slug == "mirror":
        mirror.save_mirror(request.user, opened.playlist, form.cleaned_data)
    is_fast = apply.cleaned_data["way"] == "fast"
    try:
        playlist = access.open_for_edit(request.user, opened.playlist.spotify_id)
        edit = preview.apply_outcome(playlist, base_revision=seen, outcome=outcome, rewrite=is_fast)
    except NothingToDo:
        messages.info(request, _("There was nothing to change."))
    except PlaylistChanged:
        return _ask_again(request, preview_url)
    else:
        announce_edit(request, edit)
    return redirect(get_page_url(opened.playlist))


def _ask_again(request: MemberRequest, preview_url: str) -> HttpResponse:
    messages.warning(request, _("The playlist has changed meanwhile. This is what would be done now."))
    return redirect(preview_url)


def _create_lists(request: MemberRequest, playlist: Playlist, outcome: ToolOutcome) -> HttpResponse:
    created = preview.create_lists(request.user, outcome, name=playlist.name)
    if created.error and not created.lists:
        raise created.error
    count = len(created.lists)
    if created.error:
        words = _(
            "Spotify stopped it midway: %(made)s of %(wanted)s playlists were made, "
            "and the last of these may lack items."
        )
    elif count == 1:
        words = _("Made “%(name)s”.")
    else:
        words = ngettext("Made %(made)s playlist.", "Made %(made)s playlists.", count)
    values = {"made": count, "wanted": len(outcome.new), "name": created.lists[0].name}
    new_ids = ",".join(new.spotify_id for new in created.lists)
    undo.offer(
        request,
        words % values,
        action="playlists-create",
        values={"playlist": playlist.spotify_id, "lists": new_ids},
    )
    return redirect(get_page_url(created.lists[0]) if count == 1 else reverse("playlists:list"))
