"""Names of people and things as pages show them: something to see, on one line, that turns no text around it.

What is stored, exported and sent to Spotify stays as it is.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.utils.translation import gettext as _

# Letters and signs that show nothing, beside what Unicode calls a control, a format or a space.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f")
_AT_NO_END = " \u200b\u200c\u200d\u2060\ufeff"  # joins letters, or nothing
_MARKS = ("Mn", "Me")  # alone they sit on nothing
# More of them on one letter than any language writes reach over the lines above and below.
_MAX_MARKS = 4
# Signs younger than Python's tables are unassigned to it, and may be an emoji.
_UNSEEN = ("Cc", "Cf", "Cs")


def show_name(name: str | None, default: str = "") -> str:
    """The name as a page shows it; `default`, else Untitled, where there is nothing to see."""
    return clean_name(name) or clean_name(default) or _("Untitled")


def clean_name(text: str | None) -> str:
    """On one line and without what turns the text around it; empty where there is nothing to see."""
    if text and text.isascii() and text.isprintable():  # most of them
        return " ".join(text.split())
    return _clean_signs(text or "")


@lru_cache(maxsize=5000)
def _clean_signs(text: str) -> str:
    signs = [" " if sign.isspace() else sign for sign in text]
    kept = "".join(_limit_marks(sign for sign in signs if not _is_control(sign)))
    name = " ".join(kept.split()).strip(_AT_NO_END)
    return name if any(map(is_visible, name)) else ""


def _limit_marks(signs: Iterable[str]) -> Iterator[str]:
    count = 0
    for sign in signs:
        count = count + 1 if unicodedata.category(sign) in _MARKS else 0
        if count <= _MAX_MARKS:
            yield sign


def is_visible(sign: str) -> bool:
    category = unicodedata.category(sign)
    return (
        category not in _UNSEEN
        and category[0] != "Z"
        and category not in _MARKS
        and sign not in _BLANK
        and not _is_noncharacter(sign)
    )


def _is_control(sign: str) -> bool:
    return (
        unicodedata.category(sign) in {"Cc", "Cs"}
        or "\u202a" <= sign <= "\u202e"
        or "\u2066" <= sign <= "\u2069"
        or _is_noncharacter(sign)
    )


def _is_noncharacter(sign: str) -> bool:
    return ord(sign) & 0xFFFE == 0xFFFE or "\ufdd0" <= sign <= "\ufdef"  # noqa: PLR2004  # Unicode's own
