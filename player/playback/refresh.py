"""Read a member's player from Spotify, once for all tabs and processes.

The state is kept in the shared cache with the moment it is due again. The first request after that moment
takes the lock and asks Spotify; all others are answered with what is known.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

from django.core.cache import cache
from django.db import close_old_connections
from msgspec import structs

from accounts.models import Member
from accounts.tokens import spotify_for
from player.playback import saved
from player.playback.attribution import attribute_rows, move_rows_up
from player.playback.context import fetch_context_name
from player.playback.context_rows import place_rows
from player.playback.devices import record_devices, remembered_devices, with_remembered
from player.playback.places import record_place
from player.playback.predictions import with_next
from player.playback.state import (
    Expectation,
    PlayerState,
    cache_key,
    load_state,
    merge_expectations,
    player_trouble,
    queue_source_of,
    update_state,
)
from spotweb.jobs.patience import write_beside
from spotweb.spotify import player
from spotweb.spotify.errors import (
    NotOnAllowlist,
    OwnerPremiumLapsed,
    PaceReached,
    ReconnectNeeded,
    SpotifyError,
    Throttled,
    Unavailable,
)
from spotweb.spotify.http import Client, Purpose
from spotweb.spotify.models import Device, Queue
from spotweb.spotify.rate_limit.threads import hold_thread
from spotweb.storage.outages import TEXTS

T = TypeVar("T")
StateParts = Literal["all", "playback"]
# Takes the state before and after; returns the latter, with what it has found out.
Observer = Callable[[Member, PlayerState, PlayerState], PlayerState]


@dataclass(frozen=True)
class Rhythm:
    """Seconds between two looks, by what the player does. The end of an item is met in any rhythm."""

    playing_s: float
    paused_s: float
    idle_s: float
    queue_s: float  # it is read whenever something else plays, too: this is for what is queued elsewhere


WATCHED = Rhythm(playing_s=5.0, paused_s=15.0, idle_s=30.0, queue_s=60.0)
# Of pages that nobody has touched for a minute; who comes back to one is shown what is true then.
UNTOUCHED = Rhythm(playing_s=20.0, paused_s=30.0, idle_s=60.0, queue_s=300.0)
# Spotify tells of the next item a moment after the last one ended, and of a command's effect likewise.
AFTER_END_S = AFTER_COMMAND_S = 0.7
# Devices come and go while nothing is chosen; while one plays, the list is only looked at when it is opened.
DEVICES_S, DEVICES_WHILE_IDLE_S = 300.0, 30.0
# A poll that others go before comes back after this.
GIVE_WAY_S = 2.0
# Longer than the slowest answer we wait for; a crashed reader blocks the others no longer than this.
LOCK_S = 15
FIRST_READ_WAIT_S = 4.0
# Nothing that a page does ends these: each of its polls would be refused again, three requests at a time.
_REFUSALS = {kind.code: kind for kind in (NotOnAllowlist, OwnerPremiumLapsed)}
REFUSED_S = 20
# The last known state is worth more than an error page while one of these lasts.
PASSING = (Throttled, Unavailable)

# Reads run beside each other on these threads; the caller's own thread takes the playback.
_observers: list[Observer] = []
_readers = ThreadPoolExecutor(max_workers=6, thread_name_prefix="player-read")


def get_state(member: Member, *, parts: StateParts = "all", rhythm: Rhythm = WATCHED) -> PlayerState:
    """Return the state, read again when it is due. "playback" leaves queue and devices as they are.

    Raises errors of Spotify that last; a passing one raises only when nothing is known yet.
    """
    state = load_state(member)
    if state.is_known and get_due_at(state, rhythm) > time.time():
        return state
    if cache.add(cache_key(member, "lock"), "", LOCK_S):
        return _read_locked(member, parts, rhythm)
    _raise_refusal(cache.get(cache_key(member, "lock")))
    return state if state.is_known else _wait_for_first_read(member)


def get_due_at(state: PlayerState, rhythm: Rhythm) -> float:
    """When who looks in this rhythm is to ask Spotify again."""
    is_settled = state.trouble is None and state.expectation is None and state.changed_at <= state.playback_at
    if rhythm is WATCHED or not is_settled:
        return state.due_at
    return max(state.due_at, _due_at(state, state.playback_at, rhythm))


def are_devices_old(state: PlayerState) -> bool:
    """Whether somebody who opens the list should not have to ask for a device that was just switched on."""
    return time.time() - state.devices_at >= DEVICES_WHILE_IDLE_S and not state.trouble


def fetch_devices(member: Member) -> PlayerState:
    """Ask Spotify for the devices now, and return the state with them."""
    get_state(member)
    devices = player.get_a_users_available_devices(spotify_for(member))
    write_beside(partial(record_devices, member, devices))
    remembered = remembered_devices(member, devices)
    return update_state(
        member,
        lambda latest: structs.replace(
            latest, devices=devices, devices_at=time.time(), remembered=remembered
        ),
    )


def expect_change(
    member: Member,
    expectation: Expectation,
    *,
    predict: Callable[[PlayerState], PlayerState] = lambda state: state,
) -> PlayerState:
    """Show what a command will bring, and ask Spotify shortly after."""
    now = time.time()

    def predict_change(state: PlayerState) -> PlayerState:
        return structs.replace(
            predict(state),
            expectation=merge_expectations(state.expectation, expectation.from_now(now), now=now),
            due_at=now + AFTER_COMMAND_S,
            changed_at=now,
        )

    return _update_observed(member, predict_change)


def request_refresh(member: Member) -> None:
    """Make the next read ask Spotify: something turned out different from what is known."""
    update_state(member, lambda state: structs.replace(state, due_at=0.0, changed_at=time.time()))


def request_queue(member: Member) -> None:
    """Make the next read that a page needs ask for the queue too: something was put into it."""
    update_state(member, lambda state: structs.replace(state, changed_at=time.time()))


def register_observer(observer: Observer) -> Observer:
    """Have it called with each state of a player and the one before it."""
    _observers.append(observer)
    return observer


def _update_observed(member: Member, change: Callable[[PlayerState], PlayerState]) -> PlayerState:
    before = PlayerState()

    def apply(latest: PlayerState) -> PlayerState:
        nonlocal before
        before = latest
        return structs.replace(change(latest), memo=latest.memo)

    state = update_state(member, apply)
    for observe in _observers:
        state = observe(member, before, state)
    return state


def _raise_refusal(held: str | None) -> None:
    """`held` is what the lock holds: nothing while somebody reads, and the code of what was refused."""
    if refusal := _REFUSALS.get(held or ""):
        raise refusal


def _read_locked(member: Member, parts: StateParts, rhythm: Rhythm) -> PlayerState:
    lock, refusal = cache_key(member, "lock"), ""
    try:
        return _read_alone(member, parts, rhythm)
    except tuple(_REFUSALS.values()) as error:
        refusal = error.code
        raise
    finally:
        if refusal:
            cache.set(lock, refusal, REFUSED_S)
        else:
            cache.delete(lock)


def _read_alone(member: Member, parts: StateParts, rhythm: Rhythm) -> PlayerState:
    before = load_state(member)
    started_at = time.time()
    if before.is_known and get_due_at(before, rhythm) > started_at:
        return before  # another request read between our load and our lock
    try:
        fresh = _fetch(member, before, parts, rhythm)
    except PaceReached:
        if not before.is_known:
            raise
        # Others come first, and what is known is shown: nothing is wrong.
        return update_state(member, lambda latest: structs.replace(latest, due_at=time.time() + GIVE_WAY_S))
    except PASSING as error:
        if not before.is_known:
            raise
        return _update_observed(member, partial(_with_trouble, error=error))

    def apply_read(latest: PlayerState) -> PlayerState:
        shown = _without_contradiction(latest, fresh, started_at)
        return saved.merge_saved(shown, fresh=fresh, latest=latest, started_at=started_at)

    state = _update_observed(member, apply_read)
    if not state.memo.lending:  # else it is another member's
        record_place(member, state)
    return state


def _fetch(member: Member, before: PlayerState, parts: StateParts, rhythm: Rhythm) -> PlayerState:
    """Playback here, the rest beside it. A failing queue or device list leaves the older one standing."""
    now = time.time()
    client = spotify_for(member, purpose=_purpose_of(before, parts))
    needs_queue = parts == "all" and _needs_queue(before, now, rhythm)
    beside_queue = _beside(player.get_queue, client) if needs_queue else None
    beside_devices = (
        _beside(player.get_a_users_available_devices, client)
        if parts == "all" and _needs_devices(before, now)
        else None
    )
    playback = player.get_information_about_the_users_current_playback(client)
    state = structs.replace(before, playback=playback, playback_at=time.time(), trouble=None)
    if beside_queue is None and parts == "all" and _is_another_queue(state):
        state = _with_next_playing(state, before, member)
        if _is_another_queue(state):
            beside_queue = _beside(player.get_queue, client)
    # Beside the queue, which is read anew as well when the context is another one.
    state = structs.replace(state, context_name=fetch_context_name(member, client, state.playback))
    state = _with_devices(_with_queue(state, beside_queue, member), beside_devices, member)
    return saved.with_fetched_saved(state, before, client) if parts == "all" else state


def _purpose_of(before: PlayerState, parts: StateParts) -> Purpose:
    """A member waits for what is shown first, for what a command has done, and where a command begins."""
    is_poll = before.is_known and parts == "all" and before.changed_at <= before.playback_at
    return "poll" if is_poll else "page"


def _needs_queue(before: PlayerState, now: float, rhythm: Rhythm) -> bool:
    return before.changed_at > before.queue_at or now - before.queue_at >= rhythm.queue_s


def _is_another_queue(state: PlayerState) -> bool:
    return state.queue_source != queue_source_of(state.playback)


def _with_next_playing(state: PlayerState, before: PlayerState, member: Member) -> PlayerState:
    """When what was next plays now, take it from the queue: then the queue need not be read."""
    foreseen = with_next(before)
    if (
        before.queue is None
        or not before.queue.queue
        or before.queue_source != queue_source_of(before.playback)
    ):
        return state
    if queue_source_of(foreseen.playback) != queue_source_of(state.playback):
        return state
    if before.attributions:
        move_rows_up(member)
    return structs.replace(
        state,
        queue=foreseen.queue,
        attributions=foreseen.attributions,
        queue_source=queue_source_of(state.playback),
    )


def _needs_devices(before: PlayerState, now: float) -> bool:
    device = before.playback.device if before.playback else None
    is_listed = device is not None and any(other.id == device.id for other in before.devices or ())
    return now - before.devices_at >= (DEVICES_S if is_listed else DEVICES_WHILE_IDLE_S)


def _with_queue(state: PlayerState, beside: "Future[Queue] | None", member: Member) -> PlayerState:
    if beside is None:
        return state
    try:
        queue = beside.result()
    except ReconnectNeeded:
        raise
    except PaceReached:  # as old as it was, so that it is asked again soon
        return state
    except SpotifyError as error:  # the playback came: the page says that the queue is old, and goes on
        return structs.replace(state, queue_trouble=player_trouble(error, state.queue_trouble))
    before = state.queue_source.item_uri if state.queue_source else None
    playing = state.playback.item.uri if state.playback and state.playback.item else None
    attributions = attribute_rows(member, queue, has_changed=before != playing)
    attributions, follows_context = place_rows(member, state.playback, queue, attributions)
    return structs.replace(
        state,
        queue=queue,
        queue_at=time.time(),
        queue_source=queue_source_of(state.playback),
        attributions=attributions,
        follows_context=follows_context,
        queue_trouble=None,
    )


def _with_devices(
    state: PlayerState, beside: "Future[tuple[Device, ...]] | None", member: Member
) -> PlayerState:
    if beside is None:
        return state
    try:
        devices = beside.result()
    except PASSING:
        # Asked again in its own time; until then the older list stands.
        return structs.replace(state, devices_at=time.time())
    write_beside(partial(record_devices, member, devices))
    state = structs.replace(state, devices=devices, devices_at=time.time())
    return with_remembered(state, member)


def _beside(operation: Callable[[Client], T], client: Client) -> "Future[T]":
    def run_operation() -> T:
        try:
            return operation(client)
        finally:
            close_old_connections()  # this thread's own, opened by the cache and the token

    return _readers.submit(run_operation)


def _without_contradiction(latest: PlayerState, fresh: PlayerState, started_at: float) -> PlayerState:
    """The read, unless a command since then or shortly before shows that Spotify is only late to obey."""
    now = time.time()
    expectation = latest.expectation
    if expectation is None or not expectation.is_current(now):
        return structs.replace(
            fresh, expectation=None, changed_at=latest.changed_at, due_at=_due_at(fresh, now)
        )
    shown = structs.replace(fresh, expectation=expectation, changed_at=latest.changed_at)
    if latest.changed_at > started_at or not expectation.is_met_by(fresh.playback, now=now):
        # The queue of a read that came too early belongs to the item that was left.
        shown = structs.replace(
            latest,
            trouble=None,
            devices=fresh.devices,
            devices_at=fresh.devices_at,
            remembered=fresh.remembered,
            due_at=now + AFTER_COMMAND_S,
        )
    elif not expectation.is_met_by_queue(fresh.queue):
        # As it was foreseen, and as old as before the command, so that it is asked again.
        shown = structs.replace(
            shown,
            queue=latest.queue,
            attributions=latest.attributions,
            follows_context=latest.follows_context,
            queue_at=latest.queue_at,
            due_at=now + AFTER_COMMAND_S,
        )
    else:
        shown = structs.replace(shown, due_at=_due_at(shown, now))
    return shown


def _due_at(state: PlayerState, now: float, rhythm: Rhythm = WATCHED) -> float:
    playback = state.playback
    if playback is None or (playback.item is None and not playback.is_playing):
        return now + rhythm.idle_s
    if not playback.is_playing:
        return now + rhythm.paused_s
    ends_in_s = _ends_in_s(state)
    if ends_in_s is None or ends_in_s <= 0:  # over, and Spotify has not noticed yet
        return now + WATCHED.playing_s
    return now + min(rhythm.playing_s, ends_in_s + AFTER_END_S)


def _ends_in_s(state: PlayerState) -> float | None:
    """Seconds from the read to the end of the item."""
    playback = state.playback
    if not playback or not playback.is_playing or not playback.item or playback.progress_ms is None:
        return None
    duration_ms = playback.item.duration_ms
    return (duration_ms - playback.progress_ms) / 1000 if duration_ms else None


def _with_trouble(latest: PlayerState, error: SpotifyError) -> PlayerState:
    trouble = player_trouble(error, latest.trouble)
    # Nobody has to be spared where the box itself is what fails.
    times = 1 if trouble.code in TEXTS else trouble.times
    wait_s = min(WATCHED.playing_s * 2 ** (times - 1), WATCHED.idle_s)
    due_at = max(time.time() + wait_s, trouble.until.timestamp() if trouble.until else 0.0)
    return structs.replace(latest, trouble=trouble, due_at=due_at)


def _wait_for_first_read(member: Member) -> PlayerState:
    """Wait for the first read, which another request has begun: there is nothing older to show."""
    hold_thread("page", family="player")
    deadline = time.monotonic() + FIRST_READ_WAIT_S
    while time.monotonic() < deadline:
        # One request to Spotify is under way: asking beside it would cost another.
        time.sleep(0.03)
        state = load_state(member)
        if state.is_known:
            return state
        held = cache.get(cache_key(member, "lock"))
        if held is None:
            break
        _raise_refusal(held)
    # The other request may have ended between the two looks. If it failed, asking twice is no use.
    state = load_state(member)
    if state.is_known:
        return state
    raise Unavailable
