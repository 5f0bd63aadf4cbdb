"""Bringing rows into another order with few moves of whole stretches.

Rows that stay together are one strip, however many they are. To sort strips with the fewest exchanges of
neighbouring stretches is a hard problem (sorting by transpositions), so three ways compete and the shortest
wins: for a handful of strips the best there is, else the strips outside a longest increasing subsequence one
by one, or stretches chosen so that each move puts two or three strips where they belong.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, islice, pairwise
from math import ceil

from playlists.planner.steps import Move
from playlists.planner.strips import StripLine

# Of six strips all orders are searched through in some milliseconds, of seven it takes seconds.
_MAX_SEARCHED_STRIPS = 6
# How many strips are looked at for a move that settles two before one that settles a single strip is taken.
_PATIENCE = 64
# From here on, a stretch in reverse order is better exchanged in its middle first.
_LONG_DESCENT = 5

_Cut = tuple[int, int, int]


def moves_for(ranks: Sequence[int]) -> list[Move]:
    """Moves that sort the rows; `ranks` are 0 to n - 1, each once: where the row is wanted."""
    strips, weights = _strips(ranks)
    if len(strips) == 1 or not ranks:
        return []
    if len(strips) <= _MAX_SEARCHED_STRIPS:
        return [_move(*cut) for cut in _searched(strips, weights)]
    standing = longest_increasing(strips)
    alone = len(strips) - len(standing)
    settled = list(islice(_settling_pairs(StripLine(strips, weights)), alone + 1))
    if len(settled) <= alone:
        return [_move(*cut) for cut in settled]
    return [_move(*cut) for cut in _one_by_one(StripLine(strips, weights), standing=frozenset(standing))]


def _move(start: int, middle: int, end: int) -> Move:
    """Two neighbouring stretches change places: the shorter one is moved over the longer."""
    if middle - start <= end - middle:
        return Move(start=start, before=end, length=middle - start)
    return Move(start=middle, before=start, length=end - middle)


def _strips(ranks: Sequence[int]) -> tuple[list[int], list[int]]:
    """Stretches of rows that stay together: their ranks among each other, from 1, and their lengths."""
    starts = [0, *(at for at, (left, right) in enumerate(pairwise(ranks), start=1) if right != left + 1)]
    lengths = [after - at for at, after in pairwise([*starts, len(ranks)])]
    firsts = [ranks[at] for at in starts] if ranks else []
    places = {rank: place for place, rank in enumerate(sorted(firsts), start=1)}
    return [places[rank] for rank in firsts], lengths


def longest_increasing(numbers: Sequence[int]) -> list[int]:
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for at, number in enumerate(numbers):
        place = bisect_left(tails, number)
        previous.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [number]
        ends[place : place + 1] = [at]
    found: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(numbers[at])
        at = previous[at]
    return found[::-1]


def _one_by_one(line: StripLine, *, standing: frozenset[int]) -> Iterator[_Cut]:
    for strip in range(1, line.end):
        if strip in standing or line.is_gone(strip):
            continue
        below = line.down[strip]
        target = line.after(below)
        if line.place(strip) > line.place(below):
            yield line.exchange(target, strip, line.after(strip))
        else:
            yield line.exchange(strip, line.after(strip), target)


def _settling_pairs(line: StripLine) -> Iterator[_Cut]:
    """Takes, wherever there is one, a move that brings two or three pairs of strips together."""
    strip, patience = 0, _PATIENCE
    ends: list[int] = []
    descents = _descents(line)
    while not line.is_sorted:
        cut = None
        for candidate in chain(_around(line, ends), _from(line, strip, most=patience)):
            strip = candidate
            cut = _settling_two(line, strip)
            if cut:
                break
        patience = _PATIENCE if cut else patience // 2
        cut = cut or _reversing(line, descents) or _settling_one(line, strip)
        ends = [end for strip in cut for end in (strip, line.ahead_of(strip))]
        yield line.exchange(*cut)
        strip = 0 if line.is_gone(strip) else strip


def _around(line: StripLine, ends: Sequence[int]) -> Iterator[int]:
    """Where something has just changed, something more is likely to be settled."""
    for end in ends:
        if line.is_gone(end):
            continue
        below = line.down[end] if end else 0
        above = line.up[end] if end != line.end else end
        for strip in (end, below, above, line.down[below] if below else 0):
            if strip != line.end:
                yield strip


def _from(line: StripLine, strip: int, *, most: int) -> Iterator[int]:
    """Some strips in the wanted order, from the first again after the last."""
    for _ in range(most):
        yield strip
        above = line.up[strip]
        strip = above if above != line.end else 0


def _settling_two(line: StripLine, strip: int) -> _Cut | None:
    """Brings the wanted strip behind `strip`, by a move that brings another pair together as well."""
    wanted, behind = line.up[strip], line.after(strip)
    here, there = line.place(strip), line.place(wanted)
    # The other pair: the strip ahead of the wanted one and its follower, or `behind` and its leader.
    for other in (line.up[line.ahead_of(wanted)], line.after(line.down[behind])):
        place = line.place(other)
        if there < here:
            if there < place <= here:
                return wanted, other, behind
        elif place > there:
            return behind, wanted, other
        elif place <= here:
            return other, behind, wanted
    return None


def _reversing(line: StripLine, descents: list[list[int]]) -> _Cut | None:
    """Of strips in reverse order no move settles two, but after this one each does."""
    while descents:
        descent = descents.pop()
        if all(not line.is_gone(strip) and line.after(strip) == below for strip, below in pairwise(descent)):
            return descent[0], descent[len(descent) // 2], descent[-1]
    return None


def _descents(line: StripLine) -> list[list[int]]:
    descents: list[list[int]] = [[]]
    for strip in line:
        if descents[-1] and line.down[descents[-1][-1]] != strip:
            descents.append([])
        descents[-1].append(strip)
    return [descent for descent in descents if len(descent) >= _LONG_DESCENT]


def _settling_one(line: StripLine, strip: int) -> _Cut:
    """A line that is not sorted has a strip that stands behind the one that is wanted after it."""
    while line.place(line.up[strip]) > line.place(strip):
        above = line.up[strip]
        strip = above if above != line.end else 0
    return line.up[strip], strip, line.after(strip)


def _searched(strips: Sequence[int], weights: Sequence[int]) -> Iterator[_Cut]:
    """The fewest moves, by trying two, three, … until some sort the strips."""
    order = tuple(strips)
    most = ceil(_gaps(order) / 3)
    while (cuts := _search(order, most)) is None:
        most += 1
    line = list(zip(strips, weights, strict=True))
    for low, middle, high in cuts:
        yield _rows(line[:low]), _rows(line[:middle]), _rows(line[:high])
        line[low:high] = line[middle:high] + line[low:middle]


def _rows(line: Sequence[tuple[int, int]]) -> int:
    return sum(weight for _, weight in line)


def _search(order: tuple[int, ...], most: int) -> list[_Cut] | None:
    gaps = _gaps(order)
    if not gaps:
        return []
    if gaps > 3 * most:  # one move closes three gaps at the best
        return None
    for low, middle, high in combinations(range(len(order) + 1), 3):
        after = order[:low] + order[middle:high] + order[low:middle] + order[high:]
        rest = _search(after, most - 1)
        if rest is not None:
            return [(low, middle, high), *rest]
    return None


def _gaps(order: tuple[int, ...]) -> int:
    return sum(right != left + 1 for left, right in pairwise((0, *order, len(order) + 1)))
