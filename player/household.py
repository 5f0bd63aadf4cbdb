"""Who else in the household is listening, of those who show it, and whose queue is open to others.

Their own open pages keep it fresh. For members without an open page, the page of another member asks once a
minute, beside its own work, and shows the answer with its next poll.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import blake2b

import msgspec
from django.core.cache import cache
from django.db import close_old_connections
from django.db.models import Q
from msgspec import Struct

from accounts.models import Member
from player.playback import refresh
from player.playback.state import PlayerState, load_state
from spotweb.spotify.answers import struct_types
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.models import Device, Episode, Image, Track

REFRESH_EVERY_S = 60
# One query of all members for all tabs of the household.
KEPT_S = 10
# A state that was not confirmed for so long is not shown, and speakers that nothing plays on for so long.
STALE_S, SPEAKERS_STALE_S = 180, 900
SPEAKERS_EVERY_S = 300
# What stands in a room. On somebody's phone nobody else should play.
SPEAKER_TYPES = {"speaker", "avr", "tv", "stb", "castaudio", "castvideo", "audiodongle", "gameconsole"}
_KEY = "player:household"
Lending = Member.Lending

_SHARING = Q(shares_speakers=True)
_SHOWN = Q(shows_listening=True) | _SHARING

_background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="household")


class SharedSpeaker(Struct, frozen=True, kw_only=True):
    """A speaker of another member. `player` is who plays there through that member's account."""

    host_pk: int
    host: str
    device_id: str
    name: str
    type: str
    is_playing: bool = False
    player: str = ""
    lends: str = Lending.NEVER  # the host's setting
    is_host_listening: bool = False  # on whatever device

    @property
    def is_lent_now(self) -> bool:
        """Whether others may play there without asking."""
        return is_lent_now(self.lends, is_host_listening=self.is_host_listening)


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
    shares_speakers: bool = False
    speakers: tuple[SharedSpeaker, ...] = ()


class Listeners(Struct, frozen=True, kw_only=True):
    at: float = 0.0
    listeners: tuple[Listener, ...] = ()


def list_others(member: Member) -> tuple[Listener, ...]:
    """Return all others who share what they listen to, their queue, or their speakers."""
    return tuple(listener for listener in _load_listeners().listeners if listener.pk != member.pk)


def other_listeners(member: Member) -> tuple[Listener, ...]:
    """Return all others who show what they listen to, or whose queue is open."""
    return filter_listeners(list_others(member))


def filter_listeners(others: tuple[Listener, ...]) -> tuple[Listener, ...]:
    """Without those who share nothing but their speakers."""
    return tuple(other for other in others if other.shows_listening or other.has_open_queue)


def list_speakers(others: tuple[Listener, ...], state: PlayerState) -> list[SharedSpeaker]:
    """Return the speakers of others that the member with this player can't simply choose, each once.

    Where one is known to several, the account that plays there answers for it.
    """
    own = {(device.name, device.type) for device in state.devices or ()}
    if state.borrowed and state.playback and state.playback.device:  # it stands among the devices
        own.add((state.playback.device.name, state.playback.device.type))
    speakers: dict[tuple[str, str], SharedSpeaker] = {}
    for speaker in (speaker for other in others for speaker in other.speakers):
        key = (speaker.name, speaker.type)
        is_better = key not in speakers or (speaker.is_playing and not speakers[key].is_playing)
        if key not in own and is_better:
            speakers[key] = speaker
    return list(speakers.values())


def find_speaker_host(guest: Member, pk: int) -> Member | None:
    """Return the member whose speakers `guest` may ask for; null when they do not share them."""
    hosts = Member.objects.exclude(pk=guest.pk).filter(pk=pk, is_active=True, shares_speakers=True)
    return hosts.select_related("grant").first()


def is_lent_now(lends: str, *, is_host_listening: bool) -> bool:
    """Whether a host with this setting lets others play through their account without asking."""
    return lends == Lending.ALWAYS or (lends == Lending.IDLE and not is_host_listening)


def reset_listeners() -> None:
    """Have the next page look again: somebody's sharing or speaker has changed."""
    cache.delete(_KEY)


def refresh_speakers(others: tuple[Listener, ...]) -> None:
    """Read, in the background, which speakers they have: somebody looks at the list."""
    for other in others:
        if other.shares_speakers and cache.add(f"player:household:speakers:{other.pk}", 1, SPEAKERS_EVERY_S):
            _background.submit(_refresh, other.pk, _SHARING, _are_devices_due, refresh.fetch_devices)


def refresh_listeners(listeners: tuple[Listener, ...]) -> None:
    """Read, in the background, the players whose state is older than a minute."""
    for listener in listeners:
        is_shown = listener.shows_listening or listener.shares_speakers
        if is_shown and cache.add(f"player:household:asked:{listener.pk}", 1, REFRESH_EVERY_S):
            _background.submit(_refresh, listener.pk, _SHOWN, _is_playback_due, _read_playback)


def find_host(guest: Member, pk: int) -> Member | None:
    """Return the member whose queue `guest` may add to; None when they do not allow it."""
    return Member.objects.exclude(pk=guest.pk).filter(pk=pk, is_active=True, has_open_queue=True).first()


def _is_playback_due(state: PlayerState) -> bool:
    return time.time() - state.playback_at >= REFRESH_EVERY_S


def _read_playback(member: Member) -> PlayerState:
    return refresh.get_state(member, parts="playback")


def _are_devices_due(state: PlayerState) -> bool:
    return time.time() - state.devices_at >= SPEAKERS_EVERY_S


def _refresh(
    pk: int, shares: Q, is_due: Callable[[PlayerState], bool], read: Callable[[Member], object]
) -> None:
    try:
        member = Member.objects.filter(shares, pk=pk, is_active=True).first()
        if member is not None and is_due(load_state(member)):
            read(member)
            reset_listeners()
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
    members = Member.objects.filter(_SHOWN | Q(has_open_queue=True), is_active=True).select_related("grant")
    return Listeners(at=time.time(), listeners=tuple(_listener(member) for member in members))


def _listener(member: Member) -> Listener:
    shows_any = member.shows_listening or member.shares_speakers
    state = load_state(member) if shows_any else PlayerState()
    playback = state.playback
    is_private = bool(playback and playback.device and playback.device.is_private_session)
    shown = Listener(
        pk=member.pk,
        name=member.display_name,
        shows_listening=member.shows_listening,
        has_open_queue=member.has_open_queue,
        shares_speakers=member.shares_speakers,
        speakers=() if is_private or not can_lend(member) else _find_speakers(member, state),
    )
    is_hidden = not member.shows_listening or is_private or time.time() - state.playback_at > STALE_S
    if playback is None or playback.item is None or is_hidden:
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


def can_lend(member: Member) -> bool:
    """Whether others may see and ask for the speakers of this member at all."""
    grant = getattr(member, "grant", None)
    is_granted = grant is not None and not grant.needs_reconnect
    return member.is_active and member.shares_speakers and is_granted and member.is_premium is not False


def is_speaker(device: Device) -> bool:
    return device.type.lower() in SPEAKER_TYPES and device.id is not None and not device.is_restricted


def _find_speakers(member: Member, state: PlayerState) -> tuple[SharedSpeaker, ...]:
    now = time.time()
    playback = state.playback if now - state.playback_at <= STALE_S else None
    current = playback.device if playback else None
    listed = (state.devices or ()) if now - state.devices_at <= SPEAKERS_STALE_S else ()
    devices = {device.id: device for device in (*listed, *([current] if current else [])) if device}
    lending, is_listening = state.memo.lending, bool(playback and playback.is_playing)
    return tuple(
        SharedSpeaker(
            host_pk=member.pk,
            host=member.display_name,
            device_id=device.id or "",
            name=device.name,
            type=device.type,
            is_playing=bool(current and current.id == device.id and is_listening),
            player=lending.guest if lending and lending.device_id == device.id else "",
            lends=member.lends_account,
            is_host_listening=is_listening and lending is None,
        )
        for device in devices.values()
        if is_speaker(device)
    )


def listeners_tag(listeners: tuple[Listener, ...]) -> str:
    """Equal as long as they would look the same."""
    shown = [msgspec.structs.replace(listener, seen_at=None) for listener in listeners]
    return blake2b(msgspec.msgpack.encode(shown), digest_size=6).hexdigest()
