"""The names by which the household knows its members: something to see, and no two alike."""

import unicodedata
from collections.abc import Collection

MAX_LENGTH = 255
# Letters and signs that show nothing, beside what Unicode calls a control, a format or a space.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f")
_AT_NO_END = " \u200b\u200c\u200d\u2060\ufeff"  # joins letters, or nothing
_MARKS = ("Mn", "Me")  # alone they sit on nothing


def clean_name(text: str | None) -> str:
    """On one line and without what turns the text around it; empty where there is nothing to see."""
    signs = [" " if sign.isspace() else sign for sign in text or ""]
    kept = "".join(sign for sign in signs if not _is_control(sign))
    name = " ".join(kept.split()).strip(_AT_NO_END)
    return name[:MAX_LENGTH].rstrip() if any(map(_is_visible, name)) else ""


def choose_name(texts: Collection[str | None], taken: Collection[str]) -> str:
    """The first of these texts that shows, numbered where somebody has that name already."""
    name = next(filter(None, map(clean_name, texts)), "?")
    keys = set(map(_key, taken))
    number, chosen = 1, name
    while _key(chosen) in keys:
        number += 1
        chosen = f"{name[: MAX_LENGTH - 8]} ({number})"
    return chosen


def _key(name: str) -> str:
    """The same for names that look alike."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if _is_visible(sign))


def _is_control(sign: str) -> bool:
    return (
        unicodedata.category(sign) in {"Cc", "Cs", "Cn"}
        or "\u202a" <= sign <= "\u202e"
        or "\u2066" <= sign <= "\u2069"
    )


def _is_visible(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] not in "CZ" and category not in _MARKS and sign not in _BLANK
