"""The bar for pages that know nothing of the player: `{% load bar %}`."""

from typing import Any

from django import template
from django.template.context import Context

from player.household import other_listeners
from player.now_playing.bar import Bar, bar_of
from player.now_playing.context import queue_context
from player.now_playing.shortcuts import KEYS, ROW_KEYS, Key, RowKey
from player.playback.saved import with_library_saved
from player.playback.state import PlayerState
from player.queue.up_next import QueueSection
from player.speaker_loans.borrowed_player import load_shown_state

register = template.Library()


@register.simple_tag(takes_context=True)
def bar_now(context: Context) -> Bar:
    """As far as it is known: drawing a page never asks Spotify, the bar does that afterwards.

    Worked out once for all parts of an answer, which ask for it by themselves.
    """
    request: Any = context["request"]
    if not hasattr(request, "known_bar"):
        request.known_bar = _find_bar(context)
    known: Bar = request.known_bar
    return known


def _find_bar(context: Context) -> Bar:
    member, state = context["member"], context.get("state")  # of the player page, which has just read it
    if not isinstance(state, PlayerState):
        state = with_library_saved(load_shown_state(member), member)
    return bar_of(state, member)


@register.simple_tag(takes_context=True)
def listeners_now(context: Context) -> int:
    """How many others are listening, as far as they show it."""
    return sum(listener.is_playing for listener in other_listeners(context["member"]))


@register.simple_tag(takes_context=True)
def queue_now(context: Context) -> QueueSection:
    """For the panel beside a page that is loaded as a whole."""
    member = context["member"]
    queue: QueueSection = queue_context(load_shown_state(member), member)["queue"]
    return queue


@register.simple_tag
def bar_keys() -> tuple[Key, ...]:
    return KEYS


@register.simple_tag
def row_keys() -> tuple[RowKey, ...]:
    return ROW_KEYS
