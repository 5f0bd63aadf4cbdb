"""One list as several."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from msgspec import Struct

from playlists.tools.facts import RowFacts

MAX_PARTS = 20


class ListPart(Struct, frozen=True):
    """`name` is null for what fits nowhere else; positions are those of the list."""

    name: str | None
    positions: tuple[int, ...]


def split_by_count(total: int, *, size: int) -> list[ListPart]:
    return _make_numbered_parts(
        [list(range(start, min(start + size, total))) for start in range(0, total, size)]
    )


def split_by_minutes(facts: Sequence[RowFacts], *, minutes: int) -> list[ListPart]:
    """As many as fit; what is longer than a part has one of its own."""
    parts: list[list[int]] = []
    room = 0
    for at, fact in enumerate(facts):
        if not parts or fact.duration_ms > room:
            parts.append([])
            room = minutes * 60_000
        parts[-1].append(at)
        room -= fact.duration_ms
    return _make_numbered_parts(parts)


def split_by_artist(facts: Sequence[RowFacts], *, least: int) -> list[ListPart]:
    """One for each artist with that many songs, those with most first; the others together."""
    names = {fact.artist: fact.artist_name for fact in reversed(facts)}
    counts = Counter(fact.artist for fact in facts if fact.artist)
    own = [artist for artist, count in counts.most_common() if count >= least]
    return _make_named_parts(
        [names[fact.artist] if fact.artist in own else None for fact in facts], [names[it] for it in own]
    )


def split_by_years(facts: Sequence[RowFacts], *, span: int) -> list[ListPart]:
    """By year (`span` 1) or decade (10) of the release, the oldest first."""
    years = [fact.year for fact in facts]
    labels = [_make_label(year, span) if year is not None else None for year in years]
    return _make_named_parts(labels, sorted({label for label in labels if label is not None}))


def _make_label(year: int, span: int) -> str:
    start = year // span * span
    return str(start) if span == 1 else f"{start}–{start + span - 1}"


def _make_named_parts(labels: Sequence[str | None], order: Sequence[str]) -> list[ListPart]:
    positions: defaultdict[str | None, list[int]] = defaultdict(list)
    for at, label in enumerate(labels):
        positions[label].append(at)
    return [
        ListPart(label, tuple(positions[label]))
        for label in (*dict.fromkeys(order), None)
        if positions[label]
    ]


def _make_numbered_parts(parts: Sequence[Sequence[int]]) -> list[ListPart]:
    return [ListPart(f"{number}/{len(parts)}", tuple(rows)) for number, rows in enumerate(parts, start=1)]
