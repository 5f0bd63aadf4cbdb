"""What a member heard lately: Spotify gives the last 50 songs, and no episodes."""

from datetime import datetime

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_safe
from msgspec import Struct

from accounts.models import Member
from accounts.requests import MemberRequest
from accounts.tokens import spotify_for
from library.catalogue import response_cache
from library.catalogue.response_cache import CachedResponse
from player.playback.context import KINDS_WITH_OFFSET
from player.playback.controls import Controls
from player.playback.items import record_shown
from player.queue.up_next import make_queue_button
from player.speaker_loans.borrowed_player import load_shown_controls
from spotweb.spotify import player
from spotweb.spotify.answers.moments import parse_moment
from spotweb.spotify.models import CursorPage, PlayHistory
from spotweb.web.htmx import render_page
from spotweb.web.params import parse_number
from spotweb.web.rows.item_row import ItemRow, RowMenu

TEMPLATE = "player/recent.html"
PAGE_SIZE = 25
# Back and forth between pages asks once; what was just played may be missing this long.
KEPT_S = 60
_Page = CursorPage[PlayHistory]


class Play(Struct, frozen=True, kw_only=True):
    play: PlayHistory
    at: datetime | None


class Plays(Struct, frozen=True, kw_only=True):
    """Newest first. `earlier` asks for the page before; null on the last one."""

    plays: tuple[Play, ...] = ()
    earlier: int | None = None


class BeforeForm(forms.Form):
    """Where to go on in what was heard: ms since 1970."""

    before = forms.IntegerField(min_value=1, max_value=10**14, required=False)


@require_safe
def recent_page(request: MemberRequest) -> HttpResponse:
    """Newest first; earlier ones are added below, or stand on a page of their own."""
    form = BeforeForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    response = _fetch_page(request.user, before=before, fresh_s=KEPT_S)
    plays = _plays_of(response.value)
    record_shown(request.user, [play.play.track for play in plays.plays])
    controls = load_shown_controls(request.user)
    context = {
        "plays": plays,
        "play_rows": _play_rows(plays, controls, first=before or 0),
        "is_earlier": before is not None,
        "error": response.error,
    }
    return render_page(request, TEMPLATE, context, part="more")


def fetch_plays(member: Member, *, before: int | None = None, fresh_s: int = KEPT_S) -> Plays:
    """`before`: ms since 1970, as an earlier answer named it. Raises Throttled and Unavailable."""
    response = _fetch_page(member, before=before, fresh_s=fresh_s)
    if response.error:
        raise response.error
    return _plays_of(response.value)


def _fetch_page(member: Member, *, before: int | None, fresh_s: int) -> CachedResponse[_Page]:
    def fetch() -> CursorPage[PlayHistory]:
        return player.get_recently_played(spotify_for(member), limit=PAGE_SIZE, before=before)

    name = _cache_name(before)
    return response_cache.get_or_fetch(name, _Page, fetch, fresh_s=fresh_s, member=member)


def get_known_plays(member: Member) -> tuple[Plays, float] | None:
    """Return the newest plays as last read, and when in seconds, without asking Spotify."""
    cached = response_cache.get_cached(_cache_name(None), _Page, member=member)
    return (_plays_of(cached.value), cached.fetched_at) if cached else None


def _cache_name(before: int | None) -> str:
    return f"recently played {before or 'now'}"


def _plays_of(page: CursorPage[PlayHistory]) -> Plays:
    cursor = page.cursors.before if page.cursors and page.next else None
    return Plays(
        plays=tuple(Play(play=play, at=parse_moment(play.played_at)) for play in page.items),
        earlier=parse_number(cursor),
    )


def _play_rows(plays: Plays, controls: Controls, *, first: int) -> list[ItemRow]:
    rows = []
    for number, play in enumerate(plays.plays):
        track, context = play.play.track, play.play.context
        # Where the album or playlist can be played from this song on.
        has_offset = context is not None and context.uri is not None and context.type in KINDS_WITH_OFFSET
        context_uri = (context.uri or "") if context and has_offset else ""
        rows.append(
            ItemRow(
                item=track,
                key=f"play-{first}-{number}",
                heard_at=play.at,
                button=make_queue_button(track, controls, form="acts", target="#bar"),
                menu=RowMenu("played", f"{track.uri} {context_uri}".rstrip()) if track.uri else None,
            )
        )
    return rows
