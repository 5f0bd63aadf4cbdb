"""One list as several."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from msgspec import Struct

from playlists.tools.facts import Fact

MOST_PARTS = 20


class Part(Struct, frozen=True):
    """`name` is null for what fits nowhere else; positions are those of the list."""

    name: str | None
    positions: tuple[int, ...]


def by_count(total: int, *, size: int) -> list[Part]:
    return _numbered([list(range(start, min(start + size, total))) for start in range(0, total, size)])


def by_minutes(facts: Sequence[Fact], *, minutes: int) -> list[Part]:
    """As many as fit; what is longer than a part has one of its own."""
    parts: list[list[int]] = []
    room = 0
    for at, fact in enumerate(facts):
        if not parts or fact.duration_ms > room:
            parts.append([])
            room = minutes * 60_000
        parts[-1].append(at)
        room -= fact.duration_ms
    return _numbered(parts)


def by_artist(facts: Sequence[Fact], *, least: int) -> list[Part]:
    """One for each artist with that many songs, those with most first; the others together."""
    names = {fact.artist: fact.artist_name for fact in reversed(facts)}
    counts = Counter(fact.artist for fact in facts if fact.artist)
    own = [artist for artist, count in counts.most_common() if count >= least]
    return _named(
        [names[fact.artist] if fact.artist in own else None for fact in facts], [names[it] for it in own]
    )


def by_years(facts: Sequence[Fact], *, span: int) -> list[Part]:
    """By year (`span` 1) or decade (10) of the release, the oldest first."""
    years = [fact.year for fact in facts]
    labels = [_label(year, span) if year is not None else None for year in years]
    return _named(labels, sorted({label for label in labels if label is not None}))


def _label(year: int, span: int) -> str:
    start = year // span * span
    return str(start) if span == 1 else f"{start}–{start + span - 1}"


def _named(labels: Sequence[str | None], order: Sequence[str]) -> list[Part]:
    found: defaultdict[str | None, list[int]] = defaultdict(list)
    for at, label in enumerate(labels):
        found[label].append(at)
    return [Part(label, tuple(found[label])) for label in (*dict.fromkeys(order), None) if found[label]]


def _numbered(parts: Sequence[Sequence[int]]) -> list[Part]:
    return [Part(f"{number}/{len(parts)}", tuple(rows)) for number, rows in enumerate(parts, start=1)]
