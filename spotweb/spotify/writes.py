"""Writes that need several requests: one after the other; an error says how far they came.

A member waits two seconds at most for a request's slot: what takes more than some dozens of requests
belongs into the background (`client.in_background()`), where it goes as fast as the pace allows.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import TypeVar

from spotweb.spotify.errors import SpotifyError, Unavailable, WriteProgress

T = TypeVar("T")


def split_chunks(entries: Sequence[T], size: int) -> list[tuple[T, ...]]:
    return [tuple(entries[start : start + size]) for start in range(0, len(entries), size)]


def write_all(
    chunks: Sequence[tuple[T, ...]], write: Callable[[int], str | None], *, name: Callable[[T], str] = str
) -> str | None:
    """Calls `write` with the number of each chunk, in order: side by side Spotify would shuffle them.

    `write` returns the snapshot_id where there is one, and so does this. The error that ends it says in
    `written` what was done, what was not, and what is in doubt; `name` says how entries are named there.
    """
    snapshot_id: str | None = None
    for number, chunk in enumerate(chunks):
        try:
            snapshot_id = write(number) or snapshot_id
        except SpotifyError as error:
            is_in_doubt = isinstance(error, Unavailable) and error.is_outcome_unknown
            error.written = WriteProgress(
                done=_names(chunks[:number], name),
                in_doubt=_names([chunk], name) if is_in_doubt else (),
                not_done=_names(chunks[number + is_in_doubt :], name),
                snapshot_id=snapshot_id,
            )
            raise
    return snapshot_id


def _names(chunks: Sequence[tuple[T, ...]], name: Callable[[T], str]) -> tuple[str, ...]:
    return tuple(name(entry) for entry in chain.from_iterable(chunks))
