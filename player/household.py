"""Who else is listening: members who allow it, from what is known of their players.

Their own open pages keep it fresh. For who has none open, somebody else's page asks once a minute, beside its
own work, and shows what came with its next look.
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
from player.playback import refresh as live
from player.playback.state import Live, load
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.models import Episode, Image, Track

ASKED_EVERY_S = 60
# One look at all members for all tabs of the house.
KEPT_S = 10
# What nobody has confirmed for so long is no news.
STALE_S = 180
_KEY = "player:company"

_askers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="company")


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


class Company(Struct, frozen=True, kw_only=True):
    at: float = 0.0
    listeners: tuple[Listener, ...] = ()


def of(member: Member) -> tuple[Listener, ...]:
    """Everybody else who shows something, or whose queue is open."""
    return tuple(one for one in _company().listeners if one.pk != member.pk)


def ask_after(listeners: tuple[Listener, ...]) -> None:
    """See to it that what is shown of them is at most a minute old. Does not wait for it."""
    for one in listeners:
        if one.shows_listening and cache.add(f"player:company:asked:{one.pk}", 1, ASKED_EVERY_S):
            _askers.submit(_ask, one.pk)


def host(guest: Member, pk: int) -> Member | None:
    """The member whose queue `guest` may add to; None when they do not allow it."""
    return Member.objects.exclude(pk=guest.pk).filter(pk=pk, is_active=True, has_open_queue=True).first()


def _ask(pk: int) -> None:
    try:
        member = Member.objects.filter(pk=pk, is_active=True, shows_listening=True).first()
        if member is not None and time.time() - load(member).playback_at >= ASKED_EVERY_S:
            live.read(member, wanted="playback")
            cache.delete(_KEY)
    except SpotifyError:
        pass  # their own page will say it; here they are shown as last seen, or not at all
    finally:
        close_old_connections()


def _company() -> Company:
    kept = cache.get(_KEY)
    if kept is not None:
        try:
            known = msgspec.msgpack.decode(kept, type=Company)
        except msgspec.DecodeError:  # written by another version of this file
            known = Company()
        if time.time() - known.at < KEPT_S:
            return known
    company = _look_around()
    cache.set(_KEY, msgspec.msgpack.encode(company), KEPT_S * 6)
    return company


def _look_around() -> Company:
    members = [
        member
        for member in Member.objects.filter(is_active=True)
        if member.shows_listening or member.has_open_queue
    ]
    return Company(at=time.time(), listeners=tuple(_listener(member) for member in members))


def _listener(member: Member) -> Listener:
    shown = Listener(
        pk=member.pk,
        name=member.display_name,
        shows_listening=member.shows_listening,
        has_open_queue=member.has_open_queue,
    )
    known = load(member) if member.shows_listening else Live()
    playback = known.playback
    is_private = bool(playback and playback.device and playback.device.is_private_session)
    if playback is None or playback.item is None or is_private or time.time() - known.playback_at > STALE_S:
        return shown
    item = playback.item
    return msgspec.structs.replace(
        shown,
        title=item.name,
        by=_by(item) if isinstance(item, Track | Episode) else "",
        url=item.url,
        images=item.images,
        device=playback.device.name if playback.device else "",
        is_playing=playback.is_playing,
        seen_at=known.fetched_at,
    )


def _by(item: Track | Episode) -> str:
    if isinstance(item, Track):
        return ", ".join(artist.name for artist in item.artists)
    return item.show.name if item.show else ""


def tag(listeners: tuple[Listener, ...]) -> str:
    """Equal as long as they would look the same."""
    shown = [msgspec.structs.replace(one, seen_at=None) for one in listeners]
    return blake2b(msgspec.msgpack.encode(shown), digest_size=6).hexdigest()
