"""What may go from a list: copies, and what cannot be played."""

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from playlists.tools.duplicates import Sameness, groups
from playlists.tools.facts import Fact


class Keep(StrEnum):
    """Which of several copies stays where it is."""

    FIRST = "first"
    OLDEST = "oldest"
    NEWEST = "newest"
    PLAYABLE = "playable"  # the oldest of those that can be played


class Cleaned(Struct, frozen=True):
    """Positions. `stuck` should go as well, but Spotify removes neither local files nor vanished rows."""

    gone: tuple[int, ...]
    stuck: tuple[int, ...] = ()

    def rest(self, total: int) -> list[int]:
        gone = set(self.gone)
        return [at for at in range(total) if at not in gone]


def duplicates(facts: Sequence[Fact], *, how: Sameness, keep: Keep) -> Cleaned:
    copies: defaultdict[int, list[int]] = defaultdict(list)
    for at, group in enumerate(groups(facts, how)):
        copies[group].append(at)
    staying = {_kept(facts, rows, keep) for rows in copies.values()}
    return Cleaned(tuple(at for at in range(len(facts)) if at not in staying))


def unavailable(facts: Sequence[Fact]) -> Cleaned:
    """What Spotify does not play in this country any more, or has no more at all."""
    off = [at for at, fact in enumerate(facts) if not fact.is_playable]
    return Cleaned(
        gone=tuple(at for at in off if facts[at].can_go),
        stuck=tuple(at for at in off if not facts[at].can_go),
    )


def _kept(facts: Sequence[Fact], rows: Sequence[int], keep: Keep) -> int:
    # In very old lists nobody knows when something was added: long ago.
    if keep is Keep.NEWEST:
        return max(rows, key=lambda at: (facts[at].added_at or 0, -at))
    if keep is Keep.OLDEST:
        return min(rows, key=lambda at: (facts[at].added_at or 0, at))
    if keep is Keep.PLAYABLE:
        return min(rows, key=lambda at: (not facts[at].is_playable, facts[at].added_at or 0, at))
    return min(rows)
