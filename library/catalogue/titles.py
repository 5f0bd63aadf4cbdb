"""Titles as they are compared: what several titles of one song, or of one recording, have in common."""

import re
from functools import lru_cache

from msgspec import Struct

from library.catalogue.text import fold_text

# Spotify refuses longer queries.
MAX_QUERY_LENGTH = 200
MAX_NAME_LENGTH = 160

# What a title says of a recording in brackets or behind a dash. These words make it another recording.
_VARIANT_WORDS = frozenset(
    {"live", "remix", "mix", "acoustic", "instrumental", "karaoke", "demo", "cover", "tribute", "orchestral"}
    | {"unplugged", "session", "sessions", "sped", "slowed", "nightcore", "reprise", "rework", "bootleg"}
    | {"dub", "extended", "interlude"}
)
# These do not.
_HARMLESS_WORDS = re.compile(
    r"remaster|mono|stereo|version|edit|single|album|deluxe|bonus|explicit|clean|anniversary|feat|ft\b|with\b"
    r"|from\b|original|soundtrack|\b(19|20)\d\d\b"
)
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_BEHIND_DASH = re.compile(r"\s-\s+(.*)$")
_FEATURING = re.compile(r"\b(?:feat|ft|featuring)\b\.?\s.*$")
_SIGNS = re.compile(r"[^\w]+")


class ParsedTitle(Struct, frozen=True):
    """`core` is the title alone; `variants` are the words that make it another recording."""

    core: str
    variants: frozenset[str]


def title_key(title: str) -> str:
    """Return what the titles of one song have in common, whatever they say in brackets."""
    return parse_title(title).core


def recording_key(title: str) -> str:
    """Return the same text for titles of one recording: a live version differs, a remastered one does not."""
    parsed = parse_title(title)
    return " ".join([parsed.core, *sorted(parsed.variants)])


@lru_cache(maxsize=20_000)
def parse_title(title: str) -> ParsedTitle:
    """Separate the title from the words that make it another recording."""
    folded = fold_text(title[:MAX_NAME_LENGTH])
    additions = _BRACKETS.findall(folded)
    bare = _BRACKETS.sub(" ", folded)
    behind = _BEHIND_DASH.search(bare)
    if behind and (_VARIANT_WORDS & set(behind[1].split()) or _HARMLESS_WORDS.search(behind[1])):
        additions.append(behind[1])
        bare = bare[: behind.start()]
    core = plain_words(_FEATURING.sub("", bare))
    words = {word for addition in additions for word in plain_words(addition).split()}
    # A title that stands in brackets as a whole keeps them.
    return ParsedTitle(core or plain_words(folded), frozenset(_VARIANT_WORDS & words))


def plain_words(text: str) -> str:
    """Return the words without signs; a text without words (a band called "!!!", an emoji) stays as it is."""
    folded = fold_text(text)
    words = " ".join(_SIGNS.sub(" ", folded).split()) or " ".join(folded.replace('"', " ").split())
    return words[:MAX_QUERY_LENGTH].strip()
