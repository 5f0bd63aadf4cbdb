"""The names by which the household knows its members: something to see, and no two alike."""

import unicodedata
from collections.abc import Collection

from spotweb.web.texts.names import clean_name, is_visible

MAX_LENGTH = 255


def choose_name(texts: Collection[str | None], taken: Collection[str]) -> str:
    """The first of these texts that shows, numbered where somebody has that name already."""
    name = next(filter(None, map(clean_name, texts)), "?")[:MAX_LENGTH].rstrip()
    keys = set(map(_key, taken))
    number, chosen = 1, name
    while _key(chosen) in keys:
        number += 1
        chosen = f"{name[: MAX_LENGTH - 8]} ({number})"
    return chosen


def _key(name: str) -> str:
    """The same for names that look alike."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if is_visible(sign))
