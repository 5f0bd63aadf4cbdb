"""A long line of strips in which neighbouring stretches are swapped quickly.

Ten thousand strips may be swapped five thousand times, and a plain list would be renumbered each time. This
line consists of chunks of some dozens: a swap touches a few chunks, and the order of the chunks.
"""

from collections.abc import Iterator, Sequence

_CHUNK = 64


class _Chunk:
    __slots__ = ("at", "strips", "weight")

    def __init__(self, strips: list[int], weight: int) -> None:
        self.strips = strips
        self.weight = weight
        self.at = 0


class StripLine:
    """Strips are named by their rank in the wanted order, 1 to n; 0 and n + 1 are fixed at the ends.

    Two strips that become neighbours in the wanted order are merged, so that all neighbours left in the line
    are wrong ones.
    """

    def __init__(self, ranks: Sequence[int], weights: Sequence[int]) -> None:
        self.end = len(ranks) + 1
        self.up: list[int] = [*range(1, self.end + 1), -1]  # the strip wanted behind this one
        self.down: list[int] = [-1, *range(self.end)]
        self._weight = [0] * (self.end + 1)
        for rank, weight in zip(ranks, weights, strict=True):
            self._weight[rank] = weight
        self._home: list[_Chunk] = [_Chunk([], 0)] * (self.end + 1)
        self._chunks: list[_Chunk] = []
        self._split_into_chunks([0, *ranks, self.end])
        self._merge_all()

    def __iter__(self) -> Iterator[int]:
        for chunk in self._chunks:
            yield from chunk.strips

    @property
    def is_sorted(self) -> bool:
        return self.up[0] == self.end

    def is_merged(self, strip: int) -> bool:
        """Whether it has been merged into another strip."""
        return strip != self.end and self.up[strip] < 0

    def get_place(self, strip: int) -> int:
        """Grows along the line; only good for comparing."""
        home = self._home[strip]
        return home.at << 20 | home.strips.index(strip)

    def get_next(self, strip: int) -> int:
        home = self._home[strip]
        index = home.strips.index(strip) + 1
        return home.strips[index] if index < len(home.strips) else self._chunks[home.at + 1].strips[0]

    def get_previous(self, strip: int) -> int:
        home = self._home[strip]
        index = home.strips.index(strip)
        return home.strips[index - 1] if index else self._chunks[home.at - 1].strips[-1]

    def swap_stretches(self, first: int, second: int, behind: int) -> tuple[int, int, int]:
        """Swap the stretch from `first` and the one from `second`, which ends ahead of `behind`.

        Returns the positions of the three, in single rows.
        """
        # From the end on, so that the chunks ahead keep their numbers meanwhile.
        cuts = [self._start_chunk(strip) for strip in (behind, second, first)][::-1]
        self._number_chunks()
        low, middle, high = (chunk.at for chunk in cuts)
        chunks = self._chunks
        start = sum(chunk.weight for chunk in chunks[:low])
        left = sum(chunk.weight for chunk in chunks[low:middle])
        right = sum(chunk.weight for chunk in chunks[middle:high])
        chunks[low:high] = chunks[middle:high] + chunks[low:middle]
        for at in range(low, high):
            chunks[at].at = at
        for chunk in (cuts[1], cuts[0], cuts[2]):
            if chunk.strips:
                self._merge_ahead(chunk)
        self._rechunk_if_fragmented()
        return start, start + left, start + left + right

    def _start_chunk(self, strip: int) -> _Chunk:
        """The chunk that begins with `strip`, split off if necessary."""
        home = self._home[strip]
        index = home.strips.index(strip)
        if not index:
            return home
        strips = home.strips[index:]
        new = _Chunk(strips, sum(self._weight[strip] for strip in strips))
        del home.strips[index:]
        home.weight -= new.weight
        for moved in strips:
            self._home[moved] = new
        self._chunks.insert(home.at + 1, new)
        return new

    def _merge_ahead(self, chunk: _Chunk) -> None:
        """Merge the first strip of the chunk with the one ahead of it, if that is its wanted neighbour."""
        ahead = self._chunks[chunk.at - 1]
        left, right = ahead.strips[-1], chunk.strips[0]
        if self.up[left] != right or self.is_sorted:
            return
        if right == self.end:
            self._absorb(left, into=right)
            ahead.strips.pop()
        else:
            self._absorb(right, into=left)
            del chunk.strips[0]
        if not ahead.strips or not chunk.strips:
            self._chunks = [chunk for chunk in self._chunks if chunk.strips]
            self._number_chunks()

    def _absorb(self, strip: int, *, into: int) -> None:
        weight = self._weight[strip]
        self._weight[into] += weight
        self._home[strip].weight -= weight
        self._home[into].weight += weight
        below, above = self.down[strip], self.up[strip]
        self.up[below], self.down[above] = above, below
        self.up[strip] = -1

    def _merge_all(self) -> None:
        strips = [0]
        for strip in list(self)[1:]:
            last = strips[-1]
            if self.up[last] != strip or self.is_sorted:
                strips.append(strip)
            elif strip == self.end:
                self._absorb(last, into=strip)
                strips[-1] = strip
            else:
                self._absorb(strip, into=last)
        self._split_into_chunks(strips)

    def _rechunk_if_fragmented(self) -> None:
        if len(self._chunks) > self._max_chunks:
            self._split_into_chunks(list(self))

    def _split_into_chunks(self, strips: list[int]) -> None:
        self._chunks = []
        for start in range(0, len(strips), _CHUNK):
            part = strips[start : start + _CHUNK]
            chunk = _Chunk(part, sum(self._weight[strip] for strip in part))
            self._chunks.append(chunk)
            for strip in part:
                self._home[strip] = chunk
        self._max_chunks = 2 * len(self._chunks) + _CHUNK
        self._number_chunks()

    def _number_chunks(self) -> None:
        for at, chunk in enumerate(self._chunks):
            chunk.at = at
