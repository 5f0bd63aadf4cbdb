"""Saved or not: what plays, what comes next, and changing it."""

import time
from collections.abc import Mapping

from msgspec import structs

from accounts.models import Member
from library.saved import actions as saved_actions
from player.playback.state import PlayerState, update_state
from spotweb.spotify import library
from spotweb.spotify.errors import Forbidden, ReconnectNeeded, SpotifyError
from spotweb.spotify.http import Client
from spotweb.spotify.links import ITEM_KINDS, is_link
from spotweb.spotify.models import Episode, Item, Track

# Somebody may save it in Spotify's own app meanwhile: with a new item, an older answer is asked for again.
REFETCH_AFTER_S = 600
RETRY_S, RETRY_AFTER_REFUSAL_S = 60, 3600
# The item, the 20 that Spotify shows of the queue, and what members saved from their rows.
MAX_ITEMS = 40


def is_saveable(item: Item | None) -> bool:
    """Local files and what Spotify comes up with next have no place in a library."""
    if not isinstance(item, Track | Episode) or not item.uri:
        return False
    return is_link(item.uri, kinds=ITEM_KINDS)


def is_saved(state: PlayerState) -> bool | None:
    """Whether what plays is saved; None when that is not known, or makes no sense."""
    item = state.playback.item if state.playback else None
    if item is None or not is_saveable(item):
        return None
    return state.saved.get(get_asked_uri(item) or "") or state.saved.get(item.uri or "")


def get_asked_uri(item: Item | None) -> str | None:
    """The version that was asked for, where Spotify plays another one; only extended mode tells."""
    return item.linked_from.uri if isinstance(item, Track) and item.linked_from else None


def with_library_saved(state: PlayerState, member: Member) -> PlayerState:
    """Add what the library knows of what plays: at once what was saved on any other page."""
    item = state.playback.item if state.playback else None
    if item is None or not item.uri or not is_saveable(item):
        return state
    uris = [item.uri, *filter(None, [get_asked_uri(item)])]
    answers = {uri: saved_actions.is_known_saved(member, uri) for uri in uris}
    known = {uri: is_saved_now for uri, is_saved_now in answers.items() if is_saved_now is not None}
    if all(state.saved.get(uri) is is_saved_now for uri, is_saved_now in known.items()):
        return state
    return structs.replace(state, saved=_latest({**state.saved, **known}))


def with_fetched_saved(state: PlayerState, before: PlayerState, client: Client) -> PlayerState:
    """Ask about the item that plays, and in the same call about all that comes next, so that the next change
    of item needs no call. A failure here leaves the player as it is: the button says less.
    """
    now = time.time()
    if not _needs_fetch(state, before, now):
        return state
    uris = _uris_of(state)
    try:
        answers = library.check_library_contains(client, uris)
    except (ReconnectNeeded, Forbidden):  # such as a scope that was not agreed to
        return structs.replace(state, saved_retry_at=now + RETRY_AFTER_REFUSAL_S)
    except SpotifyError:
        return structs.replace(state, saved_retry_at=now + RETRY_S)
    saved = {uri: flag for uri, flag in zip(uris, answers, strict=True) if flag is not None}
    return structs.replace(state, saved=saved, saved_at=now, saved_retry_at=0.0)


def merge_saved(
    shown: PlayerState, *, fresh: PlayerState, latest: PlayerState, started_at: float
) -> PlayerState:
    """Take what a read found, unless the member saved or removed something while it was under way."""
    saved = fresh.saved if latest.liked_at < started_at else {**fresh.saved, **latest.saved}
    return structs.replace(
        shown,
        saved=_latest(saved),
        saved_at=fresh.saved_at,
        saved_retry_at=fresh.saved_retry_at,
        liked_at=latest.liked_at,
    )


def set_saved(member: Member, *, uri: str, saved: bool, item: Item | None) -> None:
    """Save a track or an episode, or remove it. `item` is what plays on the player that pages show."""
    # What is saved is the version that was asked for: removing the one that plays would leave it.
    asked = get_asked_uri(item) if item and item.uri == uri and not saved else None
    uris = [uri, *filter(None, [asked])]
    saved_actions.set_saved(member, uris, saved=saved)

    def add_saved(state: PlayerState) -> PlayerState:
        return structs.replace(
            state, saved=_latest({**state.saved, **dict.fromkeys(uris, saved)}), liked_at=time.time()
        )

    update_state(member, add_saved)


def _needs_fetch(state: PlayerState, before: PlayerState, now: float) -> bool:
    item = state.playback.item if state.playback else None
    if item is None or not is_saveable(item) or now < state.saved_retry_at:
        return False
    if item.uri not in state.saved:
        return True
    playing = before.playback.item if before.playback else None
    has_changed = playing is None or playing.uri != item.uri
    return has_changed and now - state.saved_at >= REFETCH_AFTER_S


def _uris_of(state: PlayerState) -> list[str]:
    playing = state.playback.item if state.playback else None
    items = [playing, *(state.queue.queue if state.queue else ())]
    uris = [item.uri for item in items if item and item.uri and is_saveable(item)]
    return list(dict.fromkeys([*uris, *filter(None, [get_asked_uri(playing)])]))


def _latest(saved: Mapping[str, bool]) -> dict[str, bool]:
    """The latest ones; a dict keeps the order in which they came."""
    return dict(list(saved.items())[-MAX_ITEMS:])
