"""Sort rows with few moves of whole stretches.

Rows that stay together are one strip, however many they are. Sorting strips with the fewest swaps of
neighbouring stretches is a hard problem (sorting by transpositions), so three methods compete and the one
with the fewest moves wins: for a handful of strips the optimum, else the strips outside a longest increasing
subsequence one by one, or stretches chosen so that each move puts two or three strips where they belong.
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


def find_moves(ranks: Sequence[int]) -> list[Move]:
    """Moves that sort the rows; `ranks` are 0 to n - 1, each once: the wanted position of each row."""
    strips, weights = _find_strips(ranks)
    if len(strips) == 1 or not ranks:
        return []
    if len(strips) <= _MAX_SEARCHED_STRIPS:
        return [_make_move(*cut) for cut in _search_moves(strips, weights)]
    standing = find_longest_increasing(strips)
    alone = len(strips) - len(standing)
    settled = list(islice(_choose_pair_moves(StripLine(strips, weights)), alone + 1))
    if len(settled) <= alone:
        return [_make_move(*cut) for cut in settled]
    return [
        _make_move(*cut) for cut in _move_one_by_one(StripLine(strips, weights), standing=frozenset(standing))
    ]


def _make_move(start: int, middle: int, end: int) -> Move:
    """Two neighbouring stretches change places: the shorter one is moved over the longer."""
    if middle - start <= end - middle:
        return Move(start=start, before=end, length=middle - start)
    return Move(start=middle, before=start, length=end - middle)


def _find_strips(ranks: Sequence[int]) -> tuple[list[int], list[int]]:
    """Stretches of rows that stay together: their ranks among each other, from 1, and their lengths."""
    starts = [0, *(at for at, (left, right) in enumerate(pairwise(ranks), start=1) if right != left + 1)]
    lengths = [after - at for at, after in pairwise([*starts, len(ranks)])]
    firsts = [ranks[at] for at in starts] if ranks else []
    places = {rank: place for place, rank in enumerate(sorted(firsts), start=1)}
    return [places[rank] for rank in firsts], lengths


def find_longest_increasing(numbers: Sequence[int]) -> list[int]:
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for at, number in enumerate(numbers):
        place = bisect_left(tails, number)
        previous.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [number]
        ends[place : place + 1] = [at]
    increasing: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        increasing.append(numbers[at])
        at = previous[at]
    return increasing[::-1]


def _move_one_by_one(line: StripLine, *, standing: frozenset[int]) -> Iterator[_Cut]:
    for strip in range(1, line.end):
        if strip in standing or line.is_merged(strip):
            continue
        below = line.down[strip]
        target = line.get_next(below)
        if line.get_place(strip) > line.get_place(below):
            yield line.swap_stretches(target, strip, line.get_next(strip))
        else:
            yield line.swap_stretches(strip, line.get_next(strip), target)


def _choose_pair_moves(line: StripLine) -> Iterator[_Cut]:
    """Takes, wherever there is one, a move that brings two or three pairs of strips together."""
    strip, patience = 0, _PATIENCE
    ends: list[int] = []
    descents = _find_descents(line)
    while not line.is_sorted:
        cut = None
        for candidate in chain(_strips_around(line, ends), _strips_from(line, strip, most=patience)):
            strip = candidate
            cut = _find_move_for_two(line, strip)
            if cut:
                break
        patience = _PATIENCE if cut else patience // 2
        cut = cut or _find_reversal(line, descents) or _find_move_for_one(line, strip)
        ends = [end for strip in cut for end in (strip, line.get_previous(strip))]
        yield line.swap_stretches(*cut)
        strip = 0 if line.is_merged(strip) else strip


def _strips_around(line: StripLine, ends: Sequence[int]) -> Iterator[int]:
    """Where something has just changed, something more is likely to be settled."""
    for end in ends:
        if line.is_merged(end):
            continue
        below = line.down[end] if end else 0
        above = line.up[end] if end != line.end else end
        for strip in (end, below, above, line.down[below] if below else 0):
            if strip != line.end:
                yield strip


def _strips_from(line: StripLine, strip: int, *, most: int) -> Iterator[int]:
    """Some strips in the wanted order, from the first again after the last."""
    for _ in range(most):
        yield strip
        above = line.up[strip]
        strip = above if above != line.end else 0


def _find_move_for_two(line: StripLine, strip: int) -> _Cut | None:
    """Brings the wanted strip behind `strip`, by a move that brings another pair together as well."""
    wanted, behind = line.up[strip], line.get_next(strip)
    here, there = line.get_place(strip), line.get_place(wanted)
    # The other pair: the strip ahead of the wanted one and its follower, or `behind` and its leader.
    for other in (line.up[line.get_previous(wanted)], line.get_next(line.down[behind])):
        place = line.get_place(other)
        if there < here:
            if there < place <= here:
                return wanted, other, behind
        elif place > there:
            return behind, wanted, other
        elif place <= here:
            return other, behind, wanted
    return None


def _find_reversal(line: StripLine, descents: list[list[int]]) -> _Cut | None:
    """Of strips in reverse order no move settles two, but after this one each does."""
    while descents:
        descent = descents.pop()
        if all(
            not line.is_merged(strip) and line.get_next(strip) == below for strip, below in pairwise(descent)
        ):
            return descent[0], descent[len(descent) // 2], descent[-1]
    return None


def _find_descents(line: StripLine) -> list[list[int]]:
    descents: list[list[int]] = [[]]
    for strip in line:
        if descents[-1] and line.down[descents[-1][-1]] != strip:
            descents.append([])
        descents[-1].append(strip)
    return [descent for descent in descents if len(descent) >= _LONG_DESCENT]


def _find_move_for_one(line: StripLine, strip: int) -> _Cut:
    """A line that is not sorted has a strip that stands behind the one that is wanted after it."""
    while line.get_place(line.up[strip]) > line.get_place(strip):
        above = line.up[strip]
        strip = above if above != line.end else 0
    return line.up[strip], strip, line.get_next(strip)


def _search_moves(strips: Sequence[int], weights: Sequence[int]) -> Iterator[_Cut]:
    """The fewest moves, by trying two, three, … until some sort the strips."""
    order = tuple(strips)
    most = ceil(_count_gaps(order) / 3)
    while (cuts := _search(order, most)) is None:
        most += 1
    line = list(zip(strips, weights, strict=True))
    for low, middle, high in cuts:
        yield _count_rows(line[:low]), _count_rows(line[:middle]), _count_rows(line[:high])
        line[low:high] = line[middle:high] + line[low:middle]


def _count_rows(line: Sequence[tuple[int, int]]) -> int:
    return sum(weight for _, weight in line)


def _search(order: tuple[int, ...], most: int) -> list[_Cut] | None:
    gaps = _count_gaps(order)
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


def _count_gaps(order: tuple[int, ...]) -> int:
    return sum(right != left + 1 for left, right in pairwise((0, *order, len(order) + 1)))
