"""The list of playlists over HTTP."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from library.saved_pages.context import list_tabs
from player.speaker_loans.borrowed_player import load_shown_controls
from playlists.index import filters
from playlists.index.filters import KINDS, SHAPES, SORTS, IndexPage, IndexQuery
from playlists.models import MemberPlaylist
from playlists.sync.index import get_known_playlists, get_playlists, get_read_time
from spotweb.spotify.errors import SpotifyError
from spotweb.web import dialogs
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.texts.error_messages import get_spotify_message

TEMPLATE = "playlists/index/list.html"


@require_safe
def list_page(request: MemberRequest) -> HttpResponse:
    """Read from Spotify when the page is opened; while one types, from what is known."""
    entries, trouble = _list_entries(request)
    view = filters.parse_query(request.GET.dict())
    shown = filters.arrange_entries(entries, view)
    context = {
        "view": view,
        "shown": shown,
        "read_at": get_read_time(request.user),
        "refusal": get_spotify_message(trouble) if trouble else "",
        "tabs": list(list_tabs(request.user.saved_indexes.all())),
        "controls": load_shown_controls(request.user),
        **_filter_context(entries, view, shown),
    }
    response = render_page(request, TEMPLATE, context, part="more" if view.start else "part")
    if wants_part(request) and not view.start:
        response.headers["HX-Replace-Url"] = reverse("playlists:list") + view.make_address()
    return response


@require_POST
def refresh_list(request: MemberRequest) -> HttpResponse:
    get_playlists(request.user, refresh=True)
    return dialogs.close_dialog(request, fallback=reverse("playlists:list"))


def _list_entries(request: MemberRequest) -> tuple[list[MemberPlaylist], SpotifyError | None]:
    """What is known is shown also when Spotify says no; what is wrong with it stands above."""
    if wants_part(request):
        return get_known_playlists(request.user), None
    try:
        return get_playlists(request.user), None
    except SpotifyError as error:
        if get_read_time(request.user) is None:
            raise
        return get_known_playlists(request.user), error


def _filter_context(entries: list[MemberPlaylist], view: IndexQuery, shown: IndexPage) -> dict[str, object]:
    """The buttons that narrow down, each with the address that it leads to."""
    counts = filters.count_kinds(entries)
    labels = {entry.label_id: entry.label for entry in entries if entry.label}
    of_label = [entry.label_id for entry in entries]
    return {
        "all_count": len(entries),
        "all_url": view.make_address(kind="", label=None),
        "kinds": [
            (kind, words, counts[kind], view.make_address(kind="" if kind == view.kind else kind, label=None))
            for kind, words in KINDS.items()
            if counts[kind] or kind == view.kind
        ],
        "labels": [
            (label, of_label.count(pk), view.make_address(label=None if pk == view.label else pk, kind=""))
            for pk, label in sorted(labels.items(), key=lambda pair: (pair[1].position, pair[1].name))
        ],
        "shapes": [(shape, words, view.make_address(shape=shape)) for shape, words in SHAPES.items()],
        "sorts": SORTS.items(),
        "more_url": view.make_address(start=shown.next_start) if shown.next_start else "",
        "plain_url": view.make_address(q="", kind="", label=None),
        "here_url": view.make_address(),
    }
