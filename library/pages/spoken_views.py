"""Podcasts with their episodes, audiobooks with their chapters, over HTTP."""

from collections.abc import Sequence
from typing import TypeVar

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from msgspec import structs

from accounts.models import Member
from accounts.requests import MemberRequest
from library.catalogue.response_cache import Kept
from library.pages import known
from library.pages import lookup as looking_up
from library.pages.known import Looked, look
from library.pages.params import by_id, offset_of, place_of
from library.saved import having
from library.saved.status import rows_of, saving_uri, standing_of
from spotweb.spotify.errors import NotFound, SpotifyError, Throttled, Unavailable
from spotweb.spotify.models import Audiobook, Chapter, Episode, Page, Show
from spotweb.web import htmx
from spotweb.web import page_urls as pages

Told = TypeVar("Told", Episode, Chapter)


@require_safe
@by_id("show")
def show_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    if known.audiobook(thing_id):
        return redirect(pages.address("audiobook", thing_id))
    try:
        looked = look(lambda: looking_up.show(request.user, thing_id), lambda: known.show(thing_id))
    except NotFound:
        # Spotify links to audiobooks as if they were shows.
        looking_up.audiobook(request.user, thing_id)
        return redirect(pages.address("audiobook", thing_id))
    offset = offset_of(request)
    episodes, trouble = _episodes(request.user, looked, offset)
    is_unheard_first = request.GET.get("order") == "unheard"
    shown = _unheard_first(episodes.items) if is_unheard_first else episodes.items
    standing = standing_of(request.user, looked.thing, shown)
    context = {
        "thing": looked.thing,
        "trouble": looked.trouble or trouble,
        "rows": rows_of(shown, standing, prefix=f"episode-{offset}", leads=[None] * len(shown)),
        "place": place_of(episodes, offset),
        "is_unheard_first": is_unheard_first,
        "standing": standing,
        "is_saved": standing.is_saved(looked.thing.uri),
    }
    return htmx.show(request, "library/show.html", context, part="more")


def _episodes(member: Member, looked: Looked[Show], offset: int) -> tuple[Page[Episode], SpotifyError | None]:
    """When Spotify cannot be asked: those that the member has saved."""
    try:
        kept = looking_up.episodes_of(member, looked.thing, offset=offset)
    except (Throttled, Unavailable) as trouble:
        return Page(items=tuple(having.episodes_of(member, looked.thing.id or ""))), trouble
    return kept.value, kept.trouble


def _unheard_first(told: Sequence[Told]) -> list[Told]:
    """What was begun, what was not heard, and what was heard to its end; each as it stood."""

    def rank(one: Told) -> int:
        point = one.resume_point
        if point is None or (not point.fully_played and not point.resume_position_ms):
            return 1
        return 2 if point.fully_played else 0

    return sorted(told, key=rank)


@require_safe
@by_id("episode")
def episode_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    try:
        looked = look(lambda: looking_up.episode(request.user, thing_id), lambda: known.episode(thing_id))
    except NotFound:
        # Chapters carry the links of episodes.
        looking_up.chapter(request.user, thing_id)
        return redirect(pages.address("chapter", thing_id))
    standing = standing_of(request.user, looked.thing)
    context = {
        "thing": looked.thing,
        "trouble": looked.trouble,
        "standing": standing,
        "is_saved": standing.is_saved(looked.thing.uri),
    }
    return render(request, "library/episode.html", context)


@require_safe
@by_id("audiobook")
def audiobook_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    looked = look(lambda: looking_up.audiobook(request.user, thing_id), lambda: known.audiobook(thing_id))
    offset = offset_of(request)
    chapters, trouble = _chapters(request.user, looked.thing, offset)
    standing = standing_of(request.user, looked.thing)
    context = {
        # Spotify plays it by the URI of a show, and saves it by its own.
        "thing": structs.replace(looked.thing, uri=f"spotify:show:{thing_id}"),
        "saveable": structs.replace(looked.thing, uri=saving_uri(looked.thing)),
        "trouble": looked.trouble or trouble,
        "chapters": _chapter_rows(chapters, offset),
        "place": place_of(chapters, offset),
        "standing": standing,
        "is_saved": standing.is_saved(saving_uri(looked.thing)),
    }
    return htmx.show(request, "library/audiobook.html", context, part="more")


def _chapters(member: Member, book: Audiobook, offset: int) -> tuple[Page[Chapter], SpotifyError | None]:
    try:
        kept: Kept[Page[Chapter]] = looking_up.chapters_of(member, book, offset=offset)
    except (Throttled, Unavailable) as trouble:
        return Page(), trouble
    return kept.value, kept.trouble


def _chapter_rows(page: Page[Chapter], offset: int) -> list[tuple[str, int, Chapter]]:
    return [
        (f"chapter-{offset}-{place}", offset + place + 1, chapter) for place, chapter in enumerate(page.items)
    ]


@require_safe
@by_id("chapter")
def chapter_page(request: MemberRequest, thing_id: str) -> HttpResponse:
    chapter = looking_up.chapter(request.user, thing_id)
    context = {"thing": structs.replace(chapter, uri=f"spotify:episode:{thing_id}")}
    return render(request, "library/chapter.html", context)
