"""The card of something to go on with: cover, name, how much is left, and a button that plays from there."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from spotweb.spotify.models import Episode, Image
from spotweb.web.page_urls import get_page_url
from spotweb.web.texts.time_format import format_length


@dataclass(frozen=True, kw_only=True)
class ResumeCard:
    """`fields` are what the form at `play_url` is sent with. `done` of `total` are drawn as a bar.

    `spot` says where it goes on, for the page of the thing itself; `change` why that isn't where it stopped.
    """

    title: str
    detail: str
    url: str
    images: tuple[Image, ...]
    play_url: str
    fields: Mapping[str, str]
    done: int
    total: int
    left: str
    uri: str = ""  # what plays all of it from the start
    spot: str = ""
    change: str = ""


def make_episode_card(episode: Episode) -> ResumeCard:
    """From where Spotify says that it was stopped."""
    position_ms = episode.resume_point.resume_position_ms if episode.resume_point else 0
    show = episode.show
    return ResumeCard(
        title=episode.name,
        detail=show.name if show and show.name else _("Episode"),
        url=get_page_url(episode),
        images=episode.images or (show.images if show else ()),
        play_url=reverse("player:play-item"),
        fields={"uri": episode.uri or "", "position_ms": str(position_ms)},
        done=position_ms,
        total=episode.duration_ms,
        left=_("%(time)s left") % {"time": format_length(episode.duration_ms - position_ms)},
    )
