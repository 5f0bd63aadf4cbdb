"""Which rows of the queue were queued by hand. Spotify does not say; it is worked out from what spotweb saw.

What members queue plays in the order it was added, in front of everything the context brings. So the rows up
to the last one that is recognised were all queued by hand, and a row only ever moves up.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from spotweb.spotify.models import Item, Queue

# Spotify shows no more rows than this: what does not fit in may still be there.
MOST_SHOWN = 20


class Mark(Struct, frozen=True, kw_only=True):
    """Who queued a row, and when. Null where it was queued elsewhere, such as in Spotify's own app."""

    added_by: str | None = None
    added_by_id: int | None = None
    added_at: datetime | None = None


class Waiting(Struct, frozen=True, kw_only=True):
    """Something that was queued through spotweb and has not been seen leaving.

    `is_fresh`: so new that a read may have been too early to show it.
    """

    pk: int
    uri: str
    name: str = ""
    mark: Mark = Mark()
    place: int | None = None
    is_fresh: bool = False


class Found(Struct, frozen=True, kw_only=True):
    """`marks` belong to the first rows; `places` and `gone` name what was waiting, by pk."""

    marks: tuple[Mark, ...] = ()
    places: dict[int, int] = {}
    gone: tuple[int, ...] = ()


def recognise(queue: Queue, waiting: Sequence[Waiting], *, has_changed: bool = False) -> Found:
    """`waiting` in the order it was queued; `has_changed`: something else plays than at the last look."""
    rows = queue.queue
    places: dict[int, int] = {}
    gone = [waiting[0].pk] if has_changed and waiting and _plays(waiting[0], queue.currently_playing) else []
    unseen: list[int] = []
    start = 0
    for one in waiting[len(gone) :]:
        row = _row_of(one, rows, start, left=len(gone))
        if row is not None:
            # What should have come before it has left in the meantime.
            gone, unseen = [*gone, *unseen], []
            places[one.pk], start = row, row + 1
        elif one.is_fresh:
            continue
        elif one.place is None:
            unseen.append(one.pk)
        else:
            gone.append(one.pk)
    is_cut_off = len(rows) >= MOST_SHOWN and start >= len(rows)
    return Found(
        marks=_marks(waiting, places, start), places=places, gone=(*gone, *(() if is_cut_off else unseen))
    )


def _plays(first: Waiting, item: Item | None) -> bool:
    return item is not None and first.place == 0 and _is(first, item)


def _is(one: Waiting, item: Item) -> bool:
    """Spotify may play another release of what was asked for; only its name is the same then."""
    return item.uri == one.uri or (bool(one.name) and item.name == one.name)


def _row_of(one: Waiting, rows: Sequence[Item], start: int, *, left: int) -> int | None:
    """Its row: never further down than it was, and higher by what has left from above it."""
    end = len(rows) if one.place is None else min(one.place - left + 1, len(rows))
    by_uri = (row for row in range(start, end) if rows[row].uri == one.uri)
    by_name = (row for row in range(start, end) if _is(one, rows[row]))
    return next(by_uri, next(by_name, None))


def _marks(waiting: Sequence[Waiting], places: dict[int, int], length: int) -> tuple[Mark, ...]:
    marks = [Mark()] * length
    for one in waiting:
        if one.pk in places:
            marks[places[one.pk]] = one.mark
    return tuple(marks)
