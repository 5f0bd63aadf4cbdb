"""Saved or not: what plays, what comes next, and changing it."""

import time
from collections.abc import Mapping

from msgspec import structs

from accounts.models import Member
from library.saved import actions
from player.playback.state import Live, keep
from spotweb.spotify import library
from spotweb.spotify.errors import Forbidden, ReconnectNeeded, SpotifyError
from spotweb.spotify.http import Client
from spotweb.spotify.models import Episode, Item, Track

# Somebody may save it in Spotify's own app meanwhile: with a new item, an older answer is asked for again.
SAVED_S = 600
RETRY_S, RETRY_AFTER_REFUSAL_S = 60, 3600
# The item, the 20 that Spotify shows of the queue, and what members saved from their rows.
MOST_KEPT = 40


def is_saveable(item: Item | None) -> bool:
    """Local files and what Spotify comes up with next have no place in a library."""
    if not isinstance(item, Track | Episode) or not item.uri:
        return False
    return isinstance(item, Episode) or not item.is_local


def is_saved(live: Live) -> bool | None:
    """Whether what plays is saved; None when that is not known, or makes no sense."""
    item = live.playback.item if live.playback else None
    return live.saved.get(item.uri or "") if item and is_saveable(item) else None


def as_known(live: Live, member: Member) -> Live:
    """With what the library knows of what plays: at once what was saved on any other page."""
    item = live.playback.item if live.playback else None
    if item is None or not item.uri or not is_saveable(item):
        return live
    known = actions.is_known_saved(member, item.uri)
    if known is None or known is live.saved.get(item.uri):
        return live
    return structs.replace(live, saved=_bounded({**live.saved, item.uri: known}))


def with_saved(live: Live, before: Live, client: Client) -> Live:
    """Ask about the item that plays, and in the same call about all that comes next, so that the next change
    of item needs no call. What goes wrong here is no trouble of the player's: the button says less.
    """
    now = time.time()
    if not _is_wanted(live, before, now):
        return live
    uris = _uris(live)
    try:
        answers = library.check_library_contains(client, uris)
    except (ReconnectNeeded, Forbidden):  # such as a scope that was not agreed to
        return structs.replace(live, saved_retry_at=now + RETRY_AFTER_REFUSAL_S)
    except SpotifyError:
        return structs.replace(live, saved_retry_at=now + RETRY_S)
    return structs.replace(
        live, saved=dict(zip(uris, answers, strict=True)), saved_at=now, saved_retry_at=0.0
    )


def settled(shown: Live, *, fresh: Live, latest: Live, started_at: float) -> Live:
    """What a read found out, unless the member said otherwise while it was under way."""
    saved = fresh.saved if latest.liked_at < started_at else {**fresh.saved, **latest.saved}
    return structs.replace(
        shown,
        saved=_bounded(saved),
        saved_at=fresh.saved_at,
        saved_retry_at=fresh.saved_retry_at,
        liked_at=latest.liked_at,
    )


def set_saved(member: Member, *, uri: str, saved: bool, device_id: str | None = None) -> None:  # noqa: ARG001
    """Save a track or an episode, or remove it; `device_id` is there because other acts take one."""
    actions.set_saved(member, [uri], saved=saved)

    def learn(live: Live) -> Live:
        return structs.replace(live, saved=_bounded({**live.saved, uri: saved}), liked_at=time.time())

    keep(member, learn)


def _is_wanted(live: Live, before: Live, now: float) -> bool:
    item = live.playback.item if live.playback else None
    if item is None or not is_saveable(item) or now < live.saved_retry_at:
        return False
    if item.uri not in live.saved:
        return True
    playing = before.playback.item if before.playback else None
    has_changed = playing is None or playing.uri != item.uri
    return has_changed and now - live.saved_at >= SAVED_S


def _uris(live: Live) -> list[str]:
    playing = live.playback.item if live.playback else None
    items = [playing, *(live.queue.queue if live.queue else ())]
    return list(dict.fromkeys(item.uri for item in items if item and item.uri and is_saveable(item)))


def _bounded(saved: Mapping[str, bool]) -> dict[str, bool]:
    """The latest ones; a dict keeps the order in which they came."""
    return dict(list(saved.items())[-MOST_KEPT:])
