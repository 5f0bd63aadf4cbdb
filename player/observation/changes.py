"""What has happened between two states of a player; pure functions.

Commands of ours change the state when they are sent, so a difference to the next read comes from elsewhere.
"""

from collections.abc import Iterator, Sequence

from django.utils import timezone
from msgspec import Struct

from player.models import PlayerEvent
from player.playback.attribution import FRESH, Attribution
from player.playback.state import PlayerState
from spotweb.spotify.models import Item, Playback, Track

Kind = PlayerEvent.Kind

# Spotify's positions and our reads are this far apart.
END_TOLERANCE_S = 4.0
# This many songs gone within so few seconds were skipped by the device itself.
MIN_SKIPS, SKIPS_WITHIN_S = 3, 15.0
# With more time than this between two states nobody can tell what happened in between.
MAX_GAP_S = 12 * 3600


class Change(Struct, frozen=True, kw_only=True):
    """`facts` are the words and numbers that the sentence about it needs."""

    kind: PlayerEvent.Kind
    facts: dict[str, str] = {}


def find_changes(before: PlayerState, after: PlayerState, *, is_own: bool) -> list[Change]:
    """`is_own`: a command of ours was sent in between."""
    if not before.is_known or not after.is_known:
        return []
    if after.trouble:
        return list(_find_trouble(before, after))
    if is_private_session(after) or is_private_session(before):
        return [] if is_private_session(before) else [Change(kind=Kind.PRIVATE)]
    if after.playback is None:
        return _find_loss(before)
    if before.playback is None:
        return [_make_start(after)] if after.playback.is_playing else []
    return [
        *_find_move(before.playback, after.playback),
        *_find_playing(before, after, before.playback, after.playback, is_own=is_own),
    ]


def is_private_session(state: PlayerState) -> bool:
    device = state.playback.device if state.playback else None
    return bool(device and device.is_private_session)


def find_lost_rows(before: PlayerState, after: PlayerState) -> tuple[int, ...]:
    """The places of rows that were queued by hand, are gone, and cannot have been heard or skipped.

    Rows that were heard or passed by are not lost.
    """
    rows = before.queue.queue[: len(before.attributions)] if before.queue else ()
    is_unknown = after.playback is not None and after.queue is None
    gap_s = after.playback_at - before.playback_at
    if not rows or is_unknown or after.queue_trouble or gap_s > MAX_GAP_S or before.playback is None:
        return ()
    if is_same_song(before, after) and any(_is_fresh(one) for one in before.attributions):
        return ()  # Spotify has not shown the new row yet
    passed = _count_passed(before, after, rows)
    left = [item.uri for item in after.queue.queue] if after.queue and after.playback else []
    if after.playback and after.playback.item:
        left.append(after.playback.item.uri)
    lost = []
    for place in range(passed, len(rows)):
        if rows[place].uri in left:
            left.remove(rows[place].uri)
        else:
            lost.append(place)
    # As long as one of them still comes, the others were passed by or taken out by somebody.
    return tuple(lost) if len(lost) == len(rows) - passed else ()


def is_same_song(before: PlayerState, after: PlayerState) -> bool:
    was, now = before.playback, after.playback
    return now is not None and (_get_uri(was), _get_context(was)) == (_get_uri(now), _get_context(now))


def _is_fresh(attribution: Attribution) -> bool:
    return attribution.added_at is not None and timezone.now() - attribution.added_at < FRESH


def _count_passed(before: PlayerState, after: PlayerState, rows: Sequence[Item]) -> int:
    """How many of the rows may have been played since, or were skipped on the way to what plays now."""
    if is_same_song(before, after):
        return 0
    item = after.playback.item if after.playback else None
    if item and _get_context(before.playback) == _get_context(after.playback) and before.queue:
        places = [place for place, row in enumerate(before.queue.queue) if row.uri == item.uri]
        if places:
            return min(places[0], len(rows))
    gap_s = after.playback_at - before.playback_at - _get_seconds_left(before)
    passed = 0
    while passed < len(rows) and before.playback and before.playback.is_playing and gap_s >= 0:
        gap_s -= rows[passed].duration_ms / 1000
        passed += 1
    return passed


def _find_trouble(before: PlayerState, after: PlayerState) -> Iterator[Change]:
    trouble = after.trouble
    if before.trouble is None and trouble and trouble.until and not trouble.is_own_limit:
        yield Change(kind=Kind.LIMITED, facts={"until": trouble.until.isoformat()})


def _find_loss(before: PlayerState) -> list[Change]:
    playback = before.playback
    if playback is None or not playback.is_playing:  # a paused session falls asleep after a while
        return []
    # What ended in the meantime was over before the device went.
    return [Change(kind=Kind.LOST, facts={"device": _name_device(playback)})]


def _find_move(was: Playback, now: Playback) -> Iterator[Change]:
    if was.device and now.device and was.device.id != now.device.id:
        facts = {"device": now.device.name, "from": was.device.name}
        yield Change(kind=Kind.MOVED, facts=facts)


def _find_playing(
    before: PlayerState, after: PlayerState, was: Playback, now: Playback, *, is_own: bool
) -> Iterator[Change]:
    is_other_item = _get_uri(was) != _get_uri(now)
    is_other_context = _get_context(was) != _get_context(now)
    if was.is_playing and (skips := _count_skips(before, after)) and not is_own:
        yield Change(kind=Kind.SKIPS, facts={"device": _name_device(now), "count": str(skips)})
    elif was.is_playing and not now.is_playing:
        yield Change(kind=Kind.ENDED if _has_ended(before, after) and not is_own else Kind.PAUSED)
    elif now.is_playing and not was.is_playing:
        yield _make_start(after) if is_other_item or is_other_context else Change(kind=Kind.RESUMED)
    elif now.is_playing and is_other_item:
        is_over = _is_over(before, after)
        if is_other_context and not is_own and is_over and now.context is None:
            yield Change(kind=Kind.AUTOPLAY, facts=_describe_item(after))
        elif is_other_context:
            yield _make_start(after)
        elif not is_over or is_own:
            yield Change(kind=Kind.SKIPPED, facts=_describe_item(after))


def _has_ended(before: PlayerState, after: PlayerState) -> bool:
    """Spotify goes back to the first item and waits there, or stays at the end of the last one."""
    progress_ms = (after.playback.progress_ms if after.playback else 0) or 0
    item = after.playback.item if after.playback else None
    is_at_end = item is not None and progress_ms >= item.duration_ms - END_TOLERANCE_S * 1000
    return _is_over(before, after) and (progress_ms <= END_TOLERANCE_S * 1000 or is_at_end)


def _is_over(before: PlayerState, after: PlayerState) -> bool:
    """Whether the item of before must have ended by itself."""
    gap_s = after.playback_at - before.playback_at
    return gap_s >= _get_seconds_left(before) - END_TOLERANCE_S


def _get_seconds_left(state: PlayerState) -> float:
    playback = state.playback
    if playback is None or playback.item is None or not playback.item.duration_ms:
        return 0.0
    return (playback.item.duration_ms - (playback.progress_ms or 0)) / 1000


def _count_skips(before: PlayerState, after: PlayerState) -> int:
    """How many songs went by in seconds; 0 where that may have been somebody's presses."""
    item = after.playback.item if after.playback else None
    gap_s = after.playback_at - before.playback_at
    if item is None or before.queue is None or item.uri == _get_uri(before.playback):
        return 0
    if gap_s > SKIPS_WITHIN_S or _is_over(before, after):
        return 0
    place = next((place for place, row in enumerate(before.queue.queue) if row.uri == item.uri), -1)
    return place + 1 if place + 1 >= MIN_SKIPS else 0


def _make_start(after: PlayerState) -> Change:
    return Change(kind=Kind.STARTED, facts=_describe_item(after))


def _describe_item(state: PlayerState) -> dict[str, str]:
    playback = state.playback
    item = playback.item if playback else None
    name = state.context_name
    if playback and playback.context and playback.context.type == "album" and isinstance(item, Track):
        name = item.album.name if item.album else ""
    facts = {"title": item.name if item else "", "context": name, "device": _name_device(playback)}
    return {key: value[:200] for key, value in facts.items() if value}


def _name_device(playback: Playback | None) -> str:
    return playback.device.name if playback and playback.device else ""


def _get_uri(playback: Playback | None) -> str | None:
    return playback.item.uri if playback and playback.item else None


def _get_context(playback: Playback | None) -> str | None:
    return playback.context.uri if playback and playback.context else None
