"""The page of the newest episodes. What is known is shown at once; a refresh comes afterwards."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from library.podcasts.episodes import PodcastFeed, get_feed, is_refresh_due, refresh_feed
from library.resume_card import make_episode_card
from library.sync.actions import visit_index
from spotweb.spotify.models import Episode
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.rows.item_row import ItemRow, RowMenu

TEMPLATE = "library/newest_episodes.html"


@require_safe
def newest_page(request: MemberRequest) -> HttpResponse:
    visit_index(request.user, "show")
    return _show_feed(request, get_feed(request.user))


@require_POST
def refresh_part(request: MemberRequest) -> HttpResponse:
    """Sent by the page itself; without a script by a button on it."""
    feed = refresh_feed(request.user)
    return _show_feed(request, feed) if wants_part(request) else redirect("library:newest-episodes")


def _show_feed(request: MemberRequest, feed: PodcastFeed) -> HttpResponse:
    context = {
        "feed": feed,
        "cards": [make_episode_card(episode) for episode in feed.started],
        "rows": _build_rows(feed.newest),
        "read_at": datetime.fromtimestamp(feed.read_at, UTC) if feed.read_at else None,
        "is_refresh_due": is_refresh_due(request.user),
    }
    return render_page(request, TEMPLATE, context, part="feed")


def _build_rows(episodes: tuple[Episode, ...]) -> list[ItemRow]:
    rows = []
    for place, episode in enumerate(episodes):
        show_uri = (episode.show.uri or "") if episode.show else ""
        rows.append(
            ItemRow(
                item=episode,
                key=f"newest-{place}",
                has_release=True,
                menu=RowMenu("item", f"{episode.uri} {show_uri}".rstrip()),
            )
        )
    return rows
