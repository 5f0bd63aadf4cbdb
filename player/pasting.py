"""Lines of links that somebody pasted: what can be used of them, and why not the rest."""

from collections.abc import Callable, Collection, Sequence

from msgspec import Struct

from player.playback.items import looks_like_link
from spotweb.spotify.links import Link, LinkError, parse_link

MOST_SHOWN = 200


class LeftOut(Struct, frozen=True, kw_only=True):
    """A pasted line, from 1, and why it is of no use."""

    number: int
    text: str
    reason: str


class Pasted(Struct, frozen=True, kw_only=True):
    links: tuple[Link, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def read_lines(text: str, *, kinds: Collection[str], words_for: Callable[[LinkError], str]) -> Pasted:
    """Links of these kinds, one or several in a line; empty lines count for nothing."""
    links: list[Link] = []
    left_out: list[LeftOut] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for word in _words(line):
            try:
                links.append(parse_link(word, kinds=tuple(kinds)))
            except LinkError as error:
                left_out.append(LeftOut(number=number, text=word[:MOST_SHOWN], reason=words_for(error)))
    return Pasted(links=tuple(links), left_out=tuple(left_out))


def _words(line: str) -> Sequence[str]:
    """The links of a line; a line without any is a mistake as a whole."""
    line = line.strip()
    return [word for word in line.split() if looks_like_link(word)] or ([line] if line else [])
