"""The pages of albums, artists, tracks, podcasts, episodes, audiobooks and chapters over HTTP."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, TypeVar

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from msgspec import structs

from accounts.models import Member
from accounts.requests import MemberRequest
from library.catalogue.response_cache import CachedResponse
from library.opened_things import record_thing
from library.pages import lookup
from library.pages.lookup import LookupResult, get_or_find
from library.pages.params import get_offset, get_page_place, resolve_id
from library.saved import browse
from library.saved.status import build_rows, get_status, saving_uri
from spotweb.spotify import modes
from spotweb.spotify.catalog import AlbumGroup
from spotweb.spotify.errors import NotFound, SpotifyError, Throttled, Unavailable
from spotweb.spotify.models import Album, Audiobook, Chapter, Episode, Page, Show, Track
from spotweb.web import page_urls
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.rows.item_row import ItemRow

SpokenItem = TypeVar("SpokenItem", Episode, Chapter)


def _show_page(
    request: MemberRequest, template: str, context: dict[str, Any], *, part: str = ""
) -> HttpResponse:
    """Show the page of `thing` or a part of it; the page counts as opened."""
    if not wants_part(request):
        record_thing(request.user, context["thing"])
    return render_page(request, template, context, part=part) if part else render(request, template, context)


@require_safe
@resolve_id("album")
def album_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    result = get_or_find(
        lambda: lookup.get_album(request.user, thing_id), lambda: lookup.find_album(thing_id)
    )
    offset = get_offset(request)
    page = _get_tracks(request, result, offset)
    standing = get_status(request.user, result.thing, page.items)
    leads = [track.track_number or None for track in page.items]
    sounds = lookup.get_audio_features(request.user, [track.id for track in page.items if track.id])
    rows = build_rows(
        page.items, standing, prefix=f"track-{offset}", leads=leads, context_uri=result.thing.uri or ""
    )
    context = {
        "thing": result.thing,
        "error": result.error,
        "page": page,
        "place": get_page_place(page, offset),
        "discs": _group_by_disc(rows, is_later=offset > 0),
        "is_whole": page.next is None and offset == 0 and result.error is None,
        "standing": standing,
        "is_saved": standing.is_saved(result.thing.uri),
        "sounds": [pair for pair in zip(page.items, sounds, strict=False) if pair[1]],
    }
    return _show_page(request, "library/things/album.html", context, part="more")


def _get_tracks(request: MemberRequest, result: LookupResult[Album], offset: int) -> Page[Track]:
    if result.error is not None:
        return result.thing.tracks or Page()
    return lookup.get_album_tracks(request.user, result.thing, offset=offset)


def _group_by_disc(rows: Sequence[ItemRow], *, is_later: bool) -> list[tuple[int | None, list[ItemRow]]]:
    """By disc; the number is null where the album has only one."""
    discs: list[tuple[int | None, list[ItemRow]]] = [
        (disc, list(of_disc)) for disc, of_disc in groupby(rows, lambda row: row.disc)
    ]
    if len(discs) == 1 and not is_later:
        return [(None, discs[0][1])]
    return discs


@require_safe
@resolve_id("artist")
def artist_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    member = request.user
    result = get_or_find(lambda: lookup.get_artist(member, thing_id), lambda: lookup.find_artist(thing_id))
    group = _parse_group(request.GET.get("group", ""))
    offset = get_offset(request)
    albums, error = _get_albums(request, thing_id, group=group, offset=offset)
    tracks, count = browse.get_tracks_by_artist(member, thing_id)
    top = lookup.get_top_tracks(member, thing_id)
    standing = get_status(member, result.thing, [*tracks, *top])
    context = {
        "thing": result.thing,
        "error": result.error or error,
        "groups": [(name, name == group) for name in lookup.ALBUM_GROUPS],
        "group": group,
        "albums": albums,
        "place": get_page_place(albums, offset),
        "standing": standing,
        "is_saved": standing.is_saved(result.thing.uri),
        "saved_count": count,
        "saved_rows": build_rows(tracks, standing, prefix="saved", leads=[None] * len(tracks)),
        "saved_albums": browse.get_albums_by_artist(member, thing_id),
        "top_rows": build_rows(top, standing, prefix="top", leads=range(1, len(top) + 1)),
        "related": lookup.get_related_artists(member, thing_id),
    }
    return _show_page(request, "library/things/artist.html", context, part="more")


def _parse_group(name: str) -> AlbumGroup:
    return next((group for group in lookup.ALBUM_GROUPS if group == name), "album")


def _get_albums(
    request: MemberRequest, artist_id: str, *, group: AlbumGroup, offset: int
) -> tuple[Page[Album], Throttled | Unavailable | None]:
    """Return the albums of an artist; none and the error when Spotify cannot be asked."""
    try:
        return lookup.get_artist_albums(request.user, artist_id, group=group, offset=offset).value, None
    except (Throttled, Unavailable) as error:
        return Page(), error


@require_safe
@resolve_id("track")
def track_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    result = get_or_find(
        lambda: lookup.get_track(request.user, thing_id), lambda: lookup.find_track(thing_id)
    )
    standing = get_status(request.user, result.thing)
    sound = lookup.get_audio_features(request.user, [thing_id])
    context = {
        "thing": result.thing,
        "error": result.error,
        "standing": standing,
        "is_saved": standing.is_saved(result.thing.uri),
        "sound": sound[0] if sound else None,
        "can_recommend": modes.is_extended(),
        "analysis": lookup.get_analysis_summary(request.user, thing_id)
        if sound and request.GET.get("analysis")
        else None,
    }
    return _show_page(request, "library/things/track.html", context, part="sound")


@require_safe
@resolve_id("show")
def show_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    if lookup.find_audiobook(thing_id):
        return redirect(page_urls.build_url("audiobook", thing_id))
    try:
        result = get_or_find(
            lambda: lookup.get_show(request.user, thing_id), lambda: lookup.find_show(thing_id)
        )
    except NotFound:
        # Spotify links to audiobooks as if they were shows.
        lookup.get_audiobook(request.user, thing_id)
        return redirect(page_urls.build_url("audiobook", thing_id))
    offset = get_offset(request)
    episodes, error = _get_episodes(request.user, result, offset)
    is_unheard_first = request.GET.get("order") == "unheard"
    shown = _sort_unheard_first(episodes.items) if is_unheard_first else episodes.items
    standing = get_status(request.user, result.thing, shown)
    context = {
        "thing": result.thing,
        "error": result.error or error,
        "rows": build_rows(
            shown,
            standing,
            prefix=f"episode-{offset}",
            leads=[None] * len(shown),
            context_uri=result.thing.uri or "",
            is_within_show=True,
        ),
        "place": get_page_place(episodes, offset),
        "is_unheard_first": is_unheard_first,
        "standing": standing,
        "is_saved": standing.is_saved(result.thing.uri),
    }
    return _show_page(request, "library/things/show.html", context, part="more")


def _get_episodes(
    member: Member, result: LookupResult[Show], offset: int
) -> tuple[Page[Episode], SpotifyError | None]:
    """Return the episodes of a show; those that the member has saved when Spotify cannot be asked."""
    try:
        response = lookup.get_show_episodes(member, result.thing, offset=offset)
    except (Throttled, Unavailable) as error:
        return Page(items=tuple(browse.get_episodes_of_show(member, result.thing.id or ""))), error
    return response.value, response.error


def _sort_unheard_first(items: Sequence[SpokenItem]) -> list[SpokenItem]:
    """Sort what was begun before what was not heard, and that before what was heard to its end."""

    def get_rank(item: SpokenItem) -> int:
        resume_point = item.resume_point
        if resume_point is None or (not resume_point.fully_played and not resume_point.resume_position_ms):
            return 1
        return 2 if resume_point.fully_played else 0

    return sorted(items, key=get_rank)


@require_safe
@resolve_id("episode")
def episode_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    try:
        result = get_or_find(
            lambda: lookup.get_episode(request.user, thing_id), lambda: lookup.find_episode(thing_id)
        )
    except NotFound:
        # Chapters carry the links of episodes.
        lookup.get_chapter(request.user, thing_id)
        return redirect(page_urls.build_url("chapter", thing_id))
    standing = get_status(request.user, result.thing)
    context = {
        "thing": result.thing,
        "error": result.error,
        "standing": standing,
        "is_saved": standing.is_saved(result.thing.uri),
    }
    return _show_page(request, "library/things/episode.html", context)


@require_safe
@resolve_id("audiobook")
def audiobook_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    result = get_or_find(
        lambda: lookup.get_audiobook(request.user, thing_id), lambda: lookup.find_audiobook(thing_id)
    )
    offset = get_offset(request)
    chapters, error = _get_chapters(request.user, result.thing, offset)
    standing = get_status(request.user, result.thing)
    context = {
        # Spotify plays it by the URI of a show, and saves it by its own.
        "thing": structs.replace(result.thing, uri=f"spotify:show:{thing_id}"),
        "saveable": structs.replace(result.thing, uri=saving_uri(result.thing)),
        "error": result.error or error,
        "chapters": _build_chapter_rows(chapters, offset),
        "place": get_page_place(chapters, offset),
        "standing": standing,
        "is_saved": standing.is_saved(saving_uri(result.thing)),
    }
    return _show_page(request, "library/things/audiobook.html", context, part="more")


def _get_chapters(member: Member, book: Audiobook, offset: int) -> tuple[Page[Chapter], SpotifyError | None]:
    try:
        response: CachedResponse[Page[Chapter]] = lookup.get_audiobook_chapters(member, book, offset=offset)
    except (Throttled, Unavailable) as error:
        return Page(), error
    return response.value, response.error


def _build_chapter_rows(page: Page[Chapter], offset: int) -> list[tuple[str, int, Chapter]]:
    return [
        (f"chapter-{offset}-{place}", offset + place + 1, chapter) for place, chapter in enumerate(page.items)
    ]


@require_safe
@resolve_id("chapter")
def chapter_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    chapter = lookup.get_chapter(request.user, thing_id)
    context = {"thing": structs.replace(chapter, uri=f"spotify:episode:{thing_id}")}
    return _show_page(request, "library/things/chapter.html", context)
