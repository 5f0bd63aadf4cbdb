"""Who else in the household is listening, of those who show it, and whose queue is open to others.

Their own open pages keep it fresh. For members without an open page, the page of another member asks once a
minute, beside its own work, and shows the answer with its next poll.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import blake2b

import msgspec
from django.core.cache import cache
from django.db import close_old_connections
from msgspec import Struct

from accounts.models import Member
from player.playback import refresh
from player.playback.state import PlayerState, load_state
from spotweb.spotify import struct_types
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.models import Episode, Image, Track

REFRESH_EVERY_S = 60
# One query of all members for all tabs of the household.
KEPT_S = 10
# A state that was not confirmed for so long is not shown.
STALE_S = 180
_KEY = "player:household"

_background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="household")


class Listener(Struct, frozen=True, kw_only=True):
    """A member who shows what they listen to. `title` is empty when nothing plays."""

    pk: int
    name: str
    title: str = ""
    by: str = ""
    url: str | None = None
    images: tuple[Image, ...] = ()
    device: str = ""
    is_playing: bool = False
    seen_at: datetime | None = None
    shows_listening: bool = False
    has_open_queue: bool = False


class Listeners(Struct, frozen=True, kw_only=True):
    at: float = 0.0
    listeners: tuple[Listener, ...] = ()


def other_listeners(member: Member) -> tuple[Listener, ...]:
    """Return all others who show what they listen to, or whose queue is open."""
    return tuple(listener for listener in _load_listeners().listeners if listener.pk != member.pk)


def refresh_listeners(listeners: tuple[Listener, ...]) -> None:
    """Read, in the background, the players whose state is older than a minute."""
    for listener in listeners:
        if listener.shows_listening and cache.add(
            f"player:household:asked:{listener.pk}", 1, REFRESH_EVERY_S
        ):
            _background.submit(_refresh_listener, listener.pk)


def find_host(guest: Member, pk: int) -> Member | None:
    """Return the member whose queue `guest` may add to; None when they do not allow it."""
    return Member.objects.exclude(pk=guest.pk).filter(pk=pk, is_active=True, has_open_queue=True).first()


def _refresh_listener(pk: int) -> None:
    try:
        member = Member.objects.filter(pk=pk, is_active=True, shows_listening=True).first()
        if member is not None and time.time() - load_state(member).playback_at >= REFRESH_EVERY_S:
            refresh.get_state(member, parts="playback")
            cache.delete(_KEY)
    except SpotifyError:
        pass  # their own page shows the error; here they are shown as last seen, or not at all
    finally:
        close_old_connections()


def _load_listeners() -> Listeners:
    kept = struct_types.unpack_cached(cache.get(_KEY), Listeners)
    if kept and 0 <= time.time() - kept.at < KEPT_S:
        return kept
    listeners = _query_listeners()
    cache.set(_KEY, msgspec.msgpack.encode(listeners), KEPT_S * 6)
    return listeners


def _query_listeners() -> Listeners:
    members = [
        member
        for member in Member.objects.filter(is_active=True)
        if member.shows_listening or member.has_open_queue
    ]
    return Listeners(at=time.time(), listeners=tuple(_listener(member) for member in members))


def _listener(member: Member) -> Listener:
    shown = Listener(
        pk=member.pk,
        name=member.display_name,
        shows_listening=member.shows_listening,
        has_open_queue=member.has_open_queue,
    )
    state = load_state(member) if member.shows_listening else PlayerState()
    playback = state.playback
    is_private = bool(playback and playback.device and playback.device.is_private_session)
    if playback is None or playback.item is None or is_private or time.time() - state.playback_at > STALE_S:
        return shown
    item = playback.item
    return msgspec.structs.replace(
        shown,
        title=item.name,
        by=item.byline if isinstance(item, Track | Episode) else "",
        url=item.url,
        images=item.images,
        device=playback.device.name if playback.device else "",
        is_playing=playback.is_playing,
        seen_at=state.fetched_at,
    )


def listeners_tag(listeners: tuple[Listener, ...]) -> str:
    """Equal as long as they would look the same."""
    shown = [msgspec.structs.replace(listener, seen_at=None) for listener in listeners]
    return blake2b(msgspec.msgpack.encode(shown), digest_size=6).hexdigest()
