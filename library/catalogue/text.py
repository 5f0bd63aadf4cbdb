"""Text as it is searched and sorted: without case, diacritics and widths, in every language."""

import re
import unicodedata
from functools import lru_cache

# Marks that are left out when one types in a hurry. Those that make another letter (Japanese, Indic) stay.
_MARKS = re.compile(
    r"[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]"
)
# Typographic signs that keyboards do not have.
_TYPOGRAPHY = str.maketrans(
    {
        "’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‐": "-",
        "‑": "-", "‒": "-", "―": "-", "−": "-", "′": "'", "ʼ": "'", "\x00": " ",
    }
)  # fmt: skip
# What Unicode does not take apart.
_LETTERS = _TYPOGRAPHY | str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
)
# Zero width, direction and variation signs: never typed, and names are full of them.
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_THE = "the "

MAX_QUERY_WORDS = 12
_MAX_QUERY_LENGTH = 300


# The names of artists and albums come again and again while a library is read.
@lru_cache(maxsize=2048)
def fold_text(text: str) -> str:
    """Return the text without case, diacritics and widths, and with single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        text = _UNSEEN.sub("", _MARKS.sub("", text)).translate(_LETTERS)
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.replace("\x00", " ").lower().split())


def unify_text(text: str) -> str:
    """Return the text without case, widths and typographic signs, with its diacritics and single spaces."""
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text).casefold()).translate(_TYPOGRAPHY)
    return " ".join(text.replace("\x00", " ").lower().split())


def split_words(query: str) -> tuple[str, ...]:
    """Return the folded words of a query, each once. A query longer than any sensible one is cut."""
    return tuple(dict.fromkeys(fold_text(query[:_MAX_QUERY_LENGTH]).split()))[:MAX_QUERY_WORDS]


def has_all_words(words: tuple[str, ...], folded_text: str) -> bool:
    """Tell whether a folded text contains all words, in any order and also within words."""
    return all(word in folded_text for word in words)


def sort_key(text: str, *, the_aside: bool = False) -> str:
    """Return the key by which texts are sorted: as they read, then by their exact letters.

    Leading quotes and brackets do not count; with `the_aside` a leading "The" does not either.
    """
    return f"{plain_key(text, the_aside=the_aside)}\x01{text}"


def plain_key(text: str, *, the_aside: bool = False) -> str:
    """Return the first half of `sort_key`."""
    return sort_key_of_folded(fold_text(text), the_aside=the_aside)


def sort_key_of_folded(folded: str, *, the_aside: bool = False) -> str:
    """Return the same for a text that was folded before."""
    key = folded.lstrip("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~…«»¡¿ ") or folded
    return key.removeprefix(_THE) if the_aside else key
