"""How the queue is shown: Spotify mixes what members queued with the context, and repeats the context."""

from dataclasses import dataclass

from player.playback.attribution import MOST_SHOWN
from spotweb.spotify.models import Episode, Item, Queue, Track

SHORTEST_RUN = 2


@dataclass(frozen=True)
class UpNext:
    """The rows of the queue, and what the line above them says."""

    items: tuple[Item, ...]
    tracks: int
    episodes: int
    duration_ms: int
    is_all_spotify_gives: bool  # as many as it ever gives: there may be more
    is_cut: bool  # the rest only repeated what is shown

    @property
    def hours(self) -> int:
        return round(self.duration_ms / 60_000) // 60

    @property
    def minutes(self) -> int:
        """The minutes beyond the hours."""
        return round(self.duration_ms / 60_000) % 60


def up_next(queue: Queue | None) -> UpNext:
    given = queue.queue if queue else ()
    items = without_repetition(queue.currently_playing, given) if queue else ()
    return UpNext(
        items=items,
        tracks=sum(not isinstance(item, Episode) for item in items),
        episodes=sum(isinstance(item, Episode) for item in items),
        duration_ms=sum(item.duration_ms for item in items),
        is_all_spotify_gives=len(given) >= MOST_SHOWN,
        is_cut=len(items) < len(given),
    )


def without_repetition(current: Item | None, queue: tuple[Item, ...]) -> tuple[Item, ...]:
    """The queue up to where it starts over.

    Spotify loops the context even with repeat off: an album of four reads 2, 3, 4, 1, 2, … Something queued
    twice by hand stays: only a tail that goes on repeating until the end counts, and it must be long enough.
    """
    sequence = (current, *queue) if current else queue
    start = min((_tail_start(sequence, period) for period in range(1, len(sequence))), default=len(sequence))
    if current and 0 < start < len(sequence) and _is_same(sequence[start - 1], current) and start > 1:
        start -= 1  # the round begins with what plays now, in front of what was queued by hand
    return sequence[1:start] if current else sequence[:start]


def _tail_start(sequence: tuple[Item, ...], period: int) -> int:
    """Where the tail begins in which each item equals the one `period` earlier; the end without one."""
    start = len(sequence)
    while start > period and _is_same(sequence[start - 1], sequence[start - 1 - period]):
        start -= 1
    run = len(sequence) - start
    # A loop always fills the list, or starts over with what plays now.
    is_likely = len(sequence) > MOST_SHOWN or start == period
    is_loop = run >= period * 2 or (run >= SHORTEST_RUN and is_likely)
    return start if is_loop else len(sequence)


def _is_same(one: Item, other: Item) -> bool:
    """The same recording: Spotify may name another release of it elsewhere in the queue."""
    if one.uri is not None and one.uri == other.uri:
        return True
    return bool(one.name) and (one.name, _by(one)) == (other.name, _by(other))


def _by(item: Item) -> tuple[str, ...]:
    if isinstance(item, Track):
        return tuple(artist.name for artist in item.artists)
    return (item.show.name if isinstance(item, Episode) and item.show else "", str(item.duration_ms))
