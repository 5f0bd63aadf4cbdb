"""Positions of rows as text: "3,7-20,55" stands for sixteen of them. They count from 0."""

import re
from collections.abc import Iterable, Iterator

# Spotify stops at 10,000 rows; a few lists are known to have grown beyond.
MAX_ROWS = 12_000
_RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")


def parse_positions(text: str) -> tuple[int, ...]:
    """In ascending order, each once. Raises ValueError for anything but positions of a playlist."""
    positions: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _RANGE.fullmatch(part)
        if match is None:
            message = "not positions"
            raise ValueError(message)
        first, last = int(match[1]), int(match[2] or match[1])
        if last >= MAX_ROWS:
            message = "too far down for any playlist"
            raise ValueError(message)
        positions.update(range(first, last + 1))
    return tuple(sorted(positions))


def format_positions(positions: Iterable[int]) -> str:
    """In the order given; a run of neighbours becomes a range."""
    return ",".join(
        f"{first}-{last}" if last > first else f"{first}" for first, last in _find_runs(positions)
    )


def _find_runs(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for position in positions:
        if position != last + 1 or first < 0:
            if first >= 0:
                yield first, last
            first = position
        last = position
    if first >= 0:
        yield first, last
