"""What was heard lately, over HTTP."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from player import recently_played as history
from player.now_playing.forms import BeforeForm
from player.playback import items as finding
from player.playback.context import WITH_OFFSET
from player.playback.controls import controls_of
from player.playback.state import load
from spotweb.spotify.models import Track
from spotweb.web.htmx import show

TEMPLATE = "player/recent.html"


@dataclass(frozen=True)
class PlayRow:
    """`context_uri` is set where the album or playlist can be played from this song on."""

    item: Track
    key: str
    at: datetime | None
    context_uri: str


@require_safe
def recent_page(request: MemberRequest) -> HttpResponse:
    """Newest first; earlier ones are added below, or stand on a page of their own."""
    form = BeforeForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    plays = history.read(request.user, before=before)
    finding.note_shown(request.user, [play.play.track for play in plays.plays])
    context = {
        "plays": plays,
        "play_rows": _rows(plays, first=before or 0),
        "controls": controls_of(load(request.user), request.user),
        "is_earlier": before is not None,
    }
    return show(request, TEMPLATE, context, part="more")


def _rows(plays: history.Plays, *, first: int) -> list[PlayRow]:
    rows = []
    for number, play in enumerate(plays.plays):
        context = play.play.context
        can_begin = context is not None and context.uri is not None and context.type in WITH_OFFSET
        rows.append(
            PlayRow(
                item=play.play.track,
                key=f"play-{first}-{number}",
                at=play.at,
                context_uri=(context.uri or "") if context and can_begin else "",
            )
        )
    return rows
