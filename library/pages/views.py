"""Albums, artists and tracks over HTTP."""

from collections.abc import Sequence
from itertools import groupby

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from library.pages import known
from library.pages import lookup as looking_up
from library.pages.known import Looked, look
from library.pages.params import by_id, offset_of, place_of
from library.saved import having
from library.saved.status import Row, rows_of, standing_of
from spotweb.spotify import modes
from spotweb.spotify.catalog import AlbumGroup
from spotweb.spotify.errors import Throttled, Unavailable
from spotweb.spotify.models import Album, Page, Track
from spotweb.web.htmx import show


@require_safe
@by_id("album")
def album_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    looked = look(lambda: looking_up.album(request.user, thing_id), lambda: known.album(thing_id))
    offset = offset_of(request)
    page = _tracks_from(request, looked, offset)
    standing = standing_of(request.user, looked.thing, page.items)
    leads = [track.track_number or None for track in page.items]
    sounds = looking_up.sound_of(request.user, [track.id for track in page.items if track.id])
    rows = rows_of(page.items, standing, prefix=f"track-{offset}", leads=leads)
    context = {
        "thing": looked.thing,
        "trouble": looked.trouble,
        "page": page,
        "place": place_of(page, offset),
        "discs": _discs(rows, is_later=offset > 0),
        "is_whole": page.next is None and offset == 0 and looked.trouble is None,
        "standing": standing,
        "is_saved": standing.is_saved(looked.thing.uri),
        "sounds": [pair for pair in zip(page.items, sounds, strict=False) if pair[1]],
    }
    return show(request, "library/album.html", context, part="more")


def _tracks_from(request: MemberRequest, looked: Looked[Album], offset: int) -> Page[Track]:
    if looked.trouble is not None:
        return looked.thing.tracks or Page()
    return looking_up.tracks_of(request.user, looked.thing, offset=offset)


def _discs(rows: Sequence[Row], *, is_later: bool) -> list[tuple[int | None, list[Row]]]:
    """By disc; the number is null where the album has only one."""
    discs: list[tuple[int | None, list[Row]]] = [
        (disc, list(of_disc)) for disc, of_disc in groupby(rows, lambda row: row.disc)
    ]
    if len(discs) == 1 and not is_later:
        return [(None, discs[0][1])]
    return discs


@require_safe
@by_id("artist")
def artist_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    member = request.user
    looked = look(lambda: looking_up.artist(member, thing_id), lambda: known.artist(thing_id))
    group = _group(request.GET.get("group", ""))
    offset = offset_of(request)
    albums, trouble = _albums_from(request, thing_id, group=group, offset=offset)
    tracks, count = having.tracks_by(member, thing_id)
    top = looking_up.top_tracks_of(member, thing_id)
    standing = standing_of(member, looked.thing, [*tracks, *top])
    context = {
        "thing": looked.thing,
        "trouble": looked.trouble or trouble,
        "groups": [(name, name == group) for name in looking_up.GROUPS],
        "group": group,
        "albums": albums,
        "place": place_of(albums, offset),
        "standing": standing,
        "is_saved": standing.is_saved(looked.thing.uri),
        "saved_count": count,
        "saved_rows": rows_of(tracks, standing, prefix="saved", leads=[None] * len(tracks)),
        "saved_albums": having.albums_by(member, thing_id),
        "top_rows": rows_of(top, standing, prefix="top", leads=range(1, len(top) + 1)),
        "related": looking_up.related_to(member, thing_id),
    }
    return show(request, "library/artist.html", context, part="more")


def _group(name: str) -> AlbumGroup:
    return next((group for group in looking_up.GROUPS if group == name), "album")


def _albums_from(
    request: MemberRequest, artist_id: str, *, group: AlbumGroup, offset: int
) -> tuple[Page[Album], Throttled | Unavailable | None]:
    """An artist's page shows the rest when their albums cannot be asked for."""
    try:
        return looking_up.albums_of(request.user, artist_id, group=group, offset=offset).value, None
    except (Throttled, Unavailable) as trouble:
        return Page(), trouble


@require_safe
@by_id("track")
def track_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    looked = look(lambda: looking_up.track(request.user, thing_id), lambda: known.track(thing_id))
    standing = standing_of(request.user, looked.thing)
    sound = looking_up.sound_of(request.user, [thing_id])
    context = {
        "thing": looked.thing,
        "trouble": looked.trouble,
        "standing": standing,
        "is_saved": standing.is_saved(looked.thing.uri),
        "sound": sound[0] if sound else None,
        "can_recommend": modes.is_extended(),
        "analysis": looking_up.analysis_of(request.user, thing_id)
        if sound and request.GET.get("analysis")
        else None,
    }
    return show(request, "library/track.html", context, part="sound")
