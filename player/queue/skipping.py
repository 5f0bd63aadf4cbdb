"""Skipping to a row of the queue: Spotify knows only "next", so it is said as often as it takes."""

import time

from accounts.models import Member
from player import commands, jobs
from player.models import Job
from player.playback import refresh
from player.playback.state import load_state

# Two in the same instant count as one at Spotify.
BETWEEN_S = 0.35


class RowGone(Exception):
    """The queue has moved on, and this row is not in it any more."""


def start(member: Member, *, place: int, uri: str) -> Job | None:
    """`place` counts from 0. The next item needs no job. Raises RowGone."""
    now = load_state(member)
    rows = now.queue.queue if now.queue else ()
    # Rows only ever move up.
    places = [at for at, item in enumerate(rows[: place + 1]) if item.uri == uri]
    if not places:
        refresh.request_refresh(member)
        raise RowGone
    if places[-1] == 0:
        commands.skip_to_next(member)
        return None
    wanted = {"uri": uri, "names": [item.name for item in rows[: places[-1] + 1]]}
    return jobs.start(
        member,
        Job.Kind.SKIP,
        wanted,
        started_by=member,
        title=rows[places[-1]].name,
        device_id=now.device_id or "",
    )


def work(job: Job) -> None:
    names: list[str] = job.wanted["names"]
    job.steps_total = len(names)
    for number, name in enumerate(names):
        if number:
            time.sleep(BETWEEN_S)
        jobs.step(job, name, lambda: commands.skip_to_next(job.member, device_id=job.device_id or None))
