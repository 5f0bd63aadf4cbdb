"""Puts back a queue that was lost: what played, then the rows, one request for each."""

from contextlib import suppress

from django.utils.translation import gettext as _

from accounts.models import Member
from player import commands
from player.models import PlayerEvent
from player.observation import past_queues
from player.observation.events import record_event
from player.observation.past_queues import LostQueue
from player.playback.state import PlayerState, load_state
from player.queue import jobs
from spotweb.jobs.patience import write_beside
from spotweb.spotify.errors import SpotifyError
from spotweb.storage.database_waits import require_writable
from spotweb.web.texts.time_format import format_time


def restore_queue(
    member: Member, *, queue: int | None = None, rest: int | None = None, device_id: str | None = None
) -> None:
    """Play what played when it was lost, and have the worker append its rows.

    `queue` names it; `rest` instead has only its rows appended. Raises what Spotify refuses, and TooManyJobs.
    """
    lost = past_queues.get_past_queue(member, queue or rest or 0)
    if lost is None:
        return
    require_writable()  # or the music would start, and the queue not come after it
    if queue and needs_start(load_state(member), lost):
        _start(member, lost, device_id)
    if rows := [(row.uri, row.name, row.by_pk) for row in lost.returning]:
        title = _("Queue of %(time)s") % {"time": format_time(lost.at)}
        jobs.queue_rows(member, rows, title=title, device_id=device_id)
    facts = {"count": str(len(rows))}
    write_beside(lambda: past_queues.mark_restored(member, lost.pk))
    write_beside(lambda: record_event(member, PlayerEvent.Kind.RESTORED, facts, is_own=True))


def needs_start(state: PlayerState, lost: LostQueue) -> bool:
    """Whether something else plays now than when the queue was lost."""
    playback = state.playback
    if not lost.can_start or lost.item is None:
        return False
    context_uri = (playback.context.uri or "") if playback and playback.context else ""
    is_same = bool(playback and playback.item and playback.item.uri == lost.item.uri)
    return not (is_same and context_uri == lost.context_uri)


def needs_shuffle(state: PlayerState, lost: LostQueue) -> bool:
    """For a guest's list it was turned off."""
    return lost.is_lent and lost.is_shuffled and not (state.playback and state.playback.shuffle_state)


def count_calls(state: PlayerState, lost: LostQueue) -> int:
    """How many requests to Spotify it takes to put everything back."""
    has_to_start = needs_start(state, lost)
    return len(lost.returning) + int(has_to_start) + int(has_to_start and needs_shuffle(state, lost))


def _start(member: Member, lost: LostQueue, device_id: str | None) -> None:
    uri = (lost.item.uri if lost.item else "") or ""
    if lost.starts_context:
        commands.play_from(
            member,
            context_uri=lost.context_uri,
            uri=uri,
            position_ms=lost.position_ms,
            device_id=device_id,
        )
    else:
        commands.play_item(member, uri=uri, position_ms=lost.position_ms, device_id=device_id)
    if needs_shuffle(load_state(member), lost):
        with suppress(SpotifyError):  # the music is back, which matters more
            commands.set_shuffle(member, state=True, device_id=device_id)
