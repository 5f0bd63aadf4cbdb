"""Where a member stopped in what they listen to, so that Home can go on from there.

Spotify's history names songs without a position and no episodes at all, so each read of the player is
looked at.
"""

import msgspec
from django.core.cache import cache
from django.utils import timezone
from msgspec import Struct, structs

from accounts.models import Member
from player.models import ListeningPlace, delete_older
from player.playback.context import DJ_URI, KINDS_WITH_OFFSET
from player.playback.context_rows import is_of_context
from player.playback.items import pack_item, unpack_item
from player.playback.state import PlayerState, cache_key
from spotweb.jobs.patience import write_beside
from spotweb.spotify.answers import struct_types
from spotweb.spotify.models import Episode, Item, Playback, UnknownItem

# Within one item its position is written this often, and when it is paused.
WRITE_EVERY_S = 60
PAUSE_STEP_S = 3
MAX_PLACES = 20
# So many songs tell which copy of a song it is.
MAX_FOLLOWING = 3
_KEPT_S = 24 * 3600


class Place(Struct, frozen=True, kw_only=True):
    """`uri` is what can be played from `item` on; the same as that of the item where it is played alone."""

    uri: str
    item: Item
    name: str
    position_ms: int
    at: float
    following: tuple[str, ...] = ()  # the URIs of what comes after it there, as far as that was known


class _Written(Struct, frozen=True, array_like=True):
    uri: str
    item_uri: str
    position_s: float
    is_playing: bool
    following: tuple[str, ...] = ()


def record_place(member: Member, state: PlayerState) -> None:
    """Remember where the member is. Writes once for each item, then once a minute, and at a pause."""
    playback = state.playback
    uri = _get_uri(playback)
    if playback is None or playback.item is None or not playback.item.uri or not uri:
        return
    position_ms = state.progress_ms or 0
    now = _Written(uri, playback.item.uri, position_ms / 1000, playback.is_playing, _get_following(state))
    key = cache_key(member, "place")
    before = _load_written(key)
    if not _is_worth_writing(before, now):
        return
    if before and not now.following and (before.uri, before.item_uri) == (now.uri, now.item_uri):
        now = structs.replace(now, following=before.following)
    cache.set(key, msgspec.msgpack.encode(now), _KEPT_S)
    packed = pack_item(playback.item)
    name = state.context_name
    is_in_context = playback.context is not None and playback.context.uri == uri
    if is_in_context and is_of_context(member, playback, state.queue) is False:
        return  # queued by hand: the place there stays where it was
    following = list(now.following)
    write_beside(
        lambda: _write(
            member, uri=uri, packed=packed, name=name, position_ms=position_ms, following=following
        )
    )


def list_places(member: Member, *, uri: str = "") -> list[Place]:
    """Return the places, the latest first; with `uri` only the one in this album, playlist, show or book."""
    rows = ListeningPlace.objects.filter(member=member)
    places = (_read_place(row) for row in (rows.filter(uri=uri) if uri else rows))
    return [place for place in places if place]


def _read_place(row: ListeningPlace) -> Place | None:
    item = unpack_item(row.item)
    if item is None:
        return None
    return Place(
        uri=row.uri,
        item=item,
        name=row.name,
        position_ms=row.position_ms,
        at=row.updated_at.timestamp(),
        following=tuple(row.following),
    )


def _get_following(state: PlayerState) -> tuple[str, ...]:
    """What comes after the item in what is played from; empty where that can't be told."""
    playback, queue = state.playback, state.queue
    if playback is None or playback.shuffle_state or queue is None or state.follows_context is False:
        return ()
    if not (playback.item and queue.currently_playing and queue.currently_playing.uri == playback.item.uri):
        return ()
    rows = queue.queue[len(state.attributions) :][:MAX_FOLLOWING]
    return tuple(row.uri for row in rows if row.uri)


def _get_uri(playback: Playback | None) -> str:
    """What playback can be started from again at this item; empty where there is no such thing."""
    if playback is None or playback.item is None:
        return ""
    context = playback.context
    if context and context.uri and context.uri != DJ_URI and context.type in KINDS_WITH_OFFSET:
        return context.uri
    is_spoken = isinstance(playback.item, Episode | UnknownItem)
    return (playback.item.uri or "") if is_spoken else ""


def _is_worth_writing(before: _Written | None, now: _Written) -> bool:
    if before is None or (before.uri, before.item_uri) != (now.uri, now.item_uri):
        return True
    if now.following and not before.following:
        return True
    moved_s = abs(now.position_s - before.position_s)
    return moved_s >= (WRITE_EVERY_S if now.is_playing else PAUSE_STEP_S)


def _load_written(key: str) -> _Written | None:
    return struct_types.unpack_cached(cache.get(key), _Written)


def _write(
    member: Member, *, uri: str, packed: bytes, name: str, position_ms: int, following: list[str]
) -> None:
    values: dict[str, object] = {
        "item": packed,
        "name": name[:500],
        "position_ms": position_ms,
        "following": following,
        "updated_at": timezone.now(),
    }
    _place, is_new = ListeningPlace.objects.update_or_create(member=member, uri=uri[:400], defaults=values)
    if is_new:
        delete_older(ListeningPlace.objects.filter(member=member), most=MAX_PLACES)
