"""What every open page of a member knows: one read of Spotify for all tabs and processes.

The answer is kept in the shared cache with the moment it is due again. Whoever comes first after that moment
takes the lock and asks; everybody else is answered with what is known.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Literal, TypeVar

from django.core.cache import cache
from django.db import close_old_connections
from msgspec import structs

from accounts.models import Member
from accounts.tokens import spotify_for
from player.playback import contexts, knowing_devices, remembering
from player.playback import saved as liking
from player.playback.expectations import Expectation, merge
from player.playback.predictions import with_next
from player.playback.state import Live, keep, key, load, trouble_of, whereabouts
from spotweb.spotify import player
from spotweb.spotify.errors import ReconnectNeeded, SpotifyError, Throttled, Unavailable
from spotweb.spotify.http import Client
from spotweb.spotify.models import Device, Queue

T = TypeVar("T")
Wanted = Literal["all", "playback"]

PLAYING_S, PAUSED_S, IDLE_S = 5.0, 15.0, 30.0
# Spotify tells of the next item a moment after the last one ended, and of a command's effect likewise.
AFTER_END_S = AFTER_COMMAND_S = 0.7
# The queue is read whenever something else plays and after commands; this is for what is queued elsewhere.
QUEUE_S = 60.0
# Devices come and go while nothing is chosen; while one plays, the list is only looked at when it is opened.
DEVICES_S, DEVICES_WHILE_IDLE_S = 300.0, 30.0
# Longer than the slowest answer we wait for; a crashed reader blocks the others no longer than this.
LOCK_S = 15
FIRST_READ_WAIT_S = 4.0
# The last known state is worth more than an error page while one of these lasts.
PASSING = (Throttled, Unavailable)

# Reads run beside each other on these threads; the caller's own thread takes the playback.
_readers = ThreadPoolExecutor(max_workers=6, thread_name_prefix="live")


def read(member: Member, *, wanted: Wanted = "all") -> Live:
    """What is known, asked anew when it is due. "playback" leaves queue and devices as they are.

    Raises what Spotify refuses for good; a passing trouble raises only when nothing is known yet.
    """
    known = load(member)
    if known.is_known and known.due_at > time.time():
        return known
    if cache.add(key(member, "lock"), 1, LOCK_S):
        try:
            return _read_alone(member, wanted)
        finally:
            cache.delete(key(member, "lock"))
    return known if known.is_known else _wait_for_first(member)


def look_for_devices(member: Member) -> Live:
    """Ask for the devices now; the rest as it is known."""
    read(member)
    devices = player.get_a_users_available_devices(spotify_for(member))
    knowing_devices.note(member, devices)
    remembered = knowing_devices.remembered(member, devices)
    return keep(
        member,
        lambda latest: structs.replace(
            latest, devices=devices, devices_at=time.time(), remembered=remembered
        ),
    )


def expect(
    member: Member, expectation: Expectation, *, predict: Callable[[Live], Live] = lambda live: live
) -> Live:
    """Show what a command will bring, and ask Spotify shortly after."""
    now = time.time()

    def change(live: Live) -> Live:
        return structs.replace(
            predict(live),
            expectation=merge(live.expectation, expectation.from_now(now), now=now),
            due_at=now + AFTER_COMMAND_S,
            changed_at=now,
        )

    return keep(member, change)


def ask_soon(member: Member) -> None:
    """Something turned out different from what is known: the next read asks Spotify."""
    keep(member, lambda live: structs.replace(live, due_at=0.0, changed_at=time.time()))


def _read_alone(member: Member, wanted: Wanted) -> Live:
    before = load(member)
    started_at = time.time()
    if before.is_known and before.due_at > started_at:  # somebody read between our look and our lock
        return before
    try:
        fresh = _ask(member, before, wanted)
    except PASSING as error:
        if not before.is_known:
            raise
        return keep(member, partial(_troubled, error=error))

    def settle(latest: Live) -> Live:
        shown = _settled(latest, fresh, started_at)
        return liking.settled(shown, fresh=fresh, latest=latest, started_at=started_at)

    return keep(member, settle)


def _ask(member: Member, before: Live, wanted: Wanted) -> Live:
    """Playback here, the rest beside it. A failing queue or device list leaves the older one standing."""
    client, now = spotify_for(member), time.time()
    beside_queue = (
        _beside(player.get_queue, client) if wanted == "all" and _needs_queue(before, now) else None
    )
    beside_devices = (
        _beside(player.get_a_users_available_devices, client)
        if wanted == "all" and _needs_devices(before, now)
        else None
    )
    playback = player.get_information_about_the_users_current_playback(client)
    live = structs.replace(before, playback=playback, playback_at=time.time(), trouble=None)
    if beside_queue is None and wanted == "all" and _is_another_queue(live):
        live = _gone_on(live, before, member)
        if _is_another_queue(live):
            beside_queue = _beside(player.get_queue, client)
    # Beside the queue, which is read anew as well when the context is another one.
    live = structs.replace(live, context_name=contexts.name_of(member, client, live.playback))
    live = _with_devices(_with_queue(live, beside_queue, member), beside_devices, member)
    return liking.with_saved(live, before, client) if wanted == "all" else live


def _needs_queue(before: Live, now: float) -> bool:
    return before.changed_at > before.queue_at or now - before.queue_at >= QUEUE_S


def _is_another_queue(live: Live) -> bool:
    return live.queue_of != whereabouts(live.playback)


def _gone_on(live: Live, before: Live, member: Member) -> Live:
    """What was next plays now: the queue is the same without it, and need not be asked for."""
    foreseen = with_next(before)
    if before.queue is None or not before.queue.queue or before.queue_of != whereabouts(before.playback):
        return live
    if whereabouts(foreseen.playback) != whereabouts(live.playback):
        return live
    if before.marks:
        remembering.move_up(member)
    return structs.replace(
        live, queue=foreseen.queue, marks=foreseen.marks, queue_of=whereabouts(live.playback)
    )


def _needs_devices(before: Live, now: float) -> bool:
    device = before.playback.device if before.playback else None
    is_listed = device is not None and any(other.id == device.id for other in before.devices or ())
    return now - before.devices_at >= (DEVICES_S if is_listed else DEVICES_WHILE_IDLE_S)


def _with_queue(live: Live, beside: "Future[Queue] | None", member: Member) -> Live:
    if beside is None:
        return live
    try:
        queue = beside.result()
    except ReconnectNeeded:
        raise
    except SpotifyError as error:  # the playback came: the page says that the queue is old, and goes on
        return structs.replace(live, queue_trouble=trouble_of(error, live.queue_trouble))
    before = live.queue_of.item_uri if live.queue_of else None
    playing = live.playback.item.uri if live.playback and live.playback.item else None
    return structs.replace(
        live,
        queue=queue,
        queue_at=time.time(),
        queue_of=whereabouts(live.playback),
        marks=remembering.recognise(member, queue, has_changed=before != playing),
        queue_trouble=None,
    )


def _with_devices(live: Live, beside: "Future[tuple[Device, ...]] | None", member: Member) -> Live:
    if beside is None:
        return live
    try:
        devices = beside.result()
    except PASSING:
        # Asked again in its own time; until then the older list stands.
        return structs.replace(live, devices_at=time.time())
    knowing_devices.note(member, devices)
    live = structs.replace(live, devices=devices, devices_at=time.time())
    return knowing_devices.with_remembered(live, member)


def _beside(operation: Callable[[Client], T], client: Client) -> "Future[T]":
    def run() -> T:
        try:
            return operation(client)
        finally:
            close_old_connections()  # this thread's own, opened by the gate's cache and the token

    return _readers.submit(run)


def _settled(latest: Live, fresh: Live, started_at: float) -> Live:
    """The read, unless a command since then or shortly before says that Spotify is only late to obey."""
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
            marks=latest.marks,
            queue_at=latest.queue_at,
            due_at=now + AFTER_COMMAND_S,
        )
    else:
        shown = structs.replace(shown, due_at=_due_at(shown, now))
    return shown


def _due_at(live: Live, now: float) -> float:
    playback = live.playback
    if playback is None or (playback.item is None and not playback.is_playing):
        return now + IDLE_S
    if not playback.is_playing:
        return now + PAUSED_S
    ends_in_s = _ends_in_s(live)
    if ends_in_s is None or ends_in_s <= 0:  # over, and Spotify has not noticed yet
        return now + PLAYING_S
    return now + min(PLAYING_S, ends_in_s + AFTER_END_S)


def _ends_in_s(live: Live) -> float | None:
    """Seconds from the read to the end of the item."""
    playback = live.playback
    if not playback or not playback.is_playing or not playback.item or playback.progress_ms is None:
        return None
    duration_ms = playback.item.duration_ms
    return (duration_ms - playback.progress_ms) / 1000 if duration_ms else None


def _troubled(latest: Live, error: SpotifyError) -> Live:
    trouble = trouble_of(error, latest.trouble)
    wait_s = min(PLAYING_S * 2 ** (trouble.times - 1), IDLE_S)
    due_at = max(time.time() + wait_s, trouble.until.timestamp() if trouble.until else 0.0)
    return structs.replace(latest, trouble=trouble, due_at=due_at)


def _wait_for_first(member: Member) -> Live:
    """Somebody else asks for the first time right now, and there is nothing older to show."""
    deadline = time.monotonic() + FIRST_READ_WAIT_S
    while time.monotonic() < deadline:
        # The neighbour's one request to Spotify is what we wait for: asking beside it would cost another.
        time.sleep(0.03)
        live = load(member)
        if live.is_known:
            return live
        if cache.get(key(member, "lock")) is None:  # the neighbour failed, and would not have asked twice
            break
    raise Unavailable
