"""Titles as they are compared: what names the song, what names one recording of it, and who is its guest.

A title is read with caution: only what is known to make no difference is left out, and only words that are
known to say the same are taken for each other (`title_words`). Whatever else it says stays part of it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from library.catalogue import title_words
from library.catalogue.text import fold_text, unify_text

# Spotify refuses longer queries.
MAX_QUERY_LENGTH = 200
# Longer than Spotify's longest titles: movements of one work differ at their end.
MAX_TITLE_LENGTH = 1000

# Differences that one recording may show under one ISRC: how much of it is heard, and how it was mixed down.
_SOFT_MARKS = frozenset({"radio_edit", "single", "edit", "mono", "clean"})
_MIN_ROMAN_LENGTH = 2


class TitleReading(Struct, frozen=True):
    """`exact` is as written, but for case, widths, typographic signs and how an aside is put. `words` are
    those of the title without what makes no difference, `base` those outside brackets and before a dash.
    `marks` make it another recording of the song: "live", "part:2", "remix". `guests` and `sources` (films)
    are keys of names.
    """

    exact: str
    words: str
    base: str
    marks: frozenset[str] = frozenset()
    guests: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The same for titles that name one recording, guests and films aside."""
        return "\0".join([self.words, *sorted(self.marks)])

    @property
    def hard_marks(self) -> frozenset[str]:
        """Those that no two titles of one recording differ by, whatever else speaks for it."""
        return self.marks - _SOFT_MARKS


class _Piece(Struct):
    text: str
    is_aside: bool = False  # in brackets, or behind a dash


def song_key(title: str) -> str:
    """Return what the titles of one song have in common, whatever they say in brackets or behind a dash."""
    return read_title(title).base


@lru_cache(maxsize=20_000)
def read_title(title: str) -> TitleReading:
    """Separate the title from what it says of the recording."""
    title = title[:MAX_TITLE_LENGTH].replace("`", "'")  # a sign of keyboards, which folding leaves
    words: list[str] = []
    base: list[str] = []
    marks: set[str] = set()
    guests: set[str] = set()
    sources: set[str] = set()
    pieces = _split_pieces(fold_text(title))
    is_remaster = any(piece.is_aside and _REMASTER.search(piece.text) for piece in pieces)
    for piece in pieces:
        if is_remaster and piece.is_aside and _YEAR.fullmatch(piece.text.strip()):
            continue  # "Home - 2012 - Remaster"
        text, named = _cut_guests(piece)
        guests |= named
        if piece.is_aside and (source := _SOURCE.match(text)) and not _names_place(text):
            named_words = _list_words(source[1])
            sources |= set(named_words) - _EVERY_FILM or {" ".join(named_words)}
            continue
        text, numbered = _cut_numbers(text)
        found = _read_aside(text) if piece.is_aside else None
        if found is None:
            said = _list_words(text)
            words += said
            base += [] if piece.is_aside and base else said
            marks |= numbered
        else:
            marks |= found | numbered
    folded = fold_text(title)
    # Of a title of marks alone ("¨") folding leaves nothing; "+" and "&" are titles of their own.
    has_words = any(sign.isalnum() for sign in folded)
    whole = (" ".join(_modernise(_list_words(folded))) if has_words else folded) or unify_text(title)
    words = words if has_words else []
    if not words and marks == _numbers(marks) and marks:
        whole = " ".join(sorted(marks)).replace(":", " ")  # "Chapter One" is "Chapter 1"
    if not words:
        # A title that says nothing else: "Part II", "(Untitled)", "Interlude", "!!!".
        return TitleReading(
            _unify_asides(title), whole, whole, frozenset(marks & _numbers(marks)), frozenset(guests)
        )
    words = _modernise(words)
    return TitleReading(
        _unify_asides(title),
        " ".join(words),
        " ".join(_modernise(base)) or " ".join(words),
        frozenset(marks),
        frozenset(guests),
        frozenset(sources),
    )


def _unify_asides(title: str) -> str:
    """As it is written, with "(Live)" and "[Live]" as "- Live": services differ in that alone."""
    return " ".join(_ASIDE.sub(r" - \1 ", unify_text(title)).split())


def get_core_text(title: str) -> str:
    """Return the title as it is searched for: folded, without what stands in brackets or behind a dash."""
    pieces = _split_pieces(fold_text(title[:MAX_TITLE_LENGTH]))
    kept = [_cut_guests(piece)[0] for piece in pieces if not piece.is_aside]
    return " ".join(kept) or fold_text(title[:MAX_TITLE_LENGTH])


def name_key(name: str) -> str:
    """Return the same text for spellings of one name: without "the", signs, spaces and words like "and"."""
    return "".join(name_tokens(name))


@lru_cache(maxsize=20_000)
def name_tokens(name: str) -> tuple[str, ...]:
    """Return the words of one or several names that tell them apart; of a band called "!!!" its signs."""
    folded = _INITIALS.sub(lambda found: found[0].replace(".", ""), fold_text(name))
    folded = _FAKE_LETTERS.sub(lambda sign: {"$": "s", "!": "i"}[sign[0]], folded)
    words = _SIGNS.sub(" ", folded.replace("'", "")).split() or folded.split()
    own = [word for word in words if word not in _CONNECTORS and word != "the"]
    return tuple(own or words)


def is_anybody(name: str) -> bool:
    """Tell whether a name stands for nobody, as "Various Artists" does."""
    return bool(_VARIOUS.fullmatch(" ".join(_SIGNS.sub(" ", fold_text(name)).split())))


def plain_words(text: str) -> str:
    """Return the words without signs; a text without words (a band called "!!!", an emoji) stays as it is."""
    folded = fold_text(text)
    words = " ".join(_SIGNS.sub(" ", folded).split()) or " ".join(folded.replace('"', " ").split())
    return words[:MAX_QUERY_LENGTH].strip()


# --- Taking a title apart ---------------------------------------------------------------------------------


def _split_pieces(text: str) -> list[_Piece]:
    """What stands outside brackets and before a dash, and each of the rest, in their order."""
    text = _WAVES.sub(r" (\1)", text.translate(_BRACKETS))
    text = _TIGHT_DASHES.sub(lambda found: f" ({found[1]})" if _reads_aside(found[1]) else found[0], text)
    pieces: list[_Piece] = []
    for part, is_bracket in _split_brackets(text):
        if is_bracket:
            pieces.append(_Piece(part, is_aside=True))
            continue
        first, *rest = _DASH.split(part)
        if first.strip():
            # What follows a bracket or a dash and is no addition belongs to the title again.
            pieces.append(_Piece(first, is_aside=bool(pieces) and _reads_aside(first)))
        for behind in rest:
            pieces += [_Piece(behind, is_aside=True)] if behind.strip() else []
    if pieces and not pieces[-1].is_aside:
        pieces += _split_tail(pieces.pop().text)
    return pieces


def _split_brackets(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts outside and inside of brackets; one that is not closed goes on to the end."""
    depth, part = 0, ""
    for sign in text:
        if sign not in "()":
            part += sign
            continue
        if (sign == "(" and depth == 0) or (sign == ")" and depth == 1):
            if part.strip():
                yield part, depth > 0
            part = ""
        elif not part.endswith(" "):
            part += " "
        depth = max(0, depth + (1 if sign == "(" else -1))
    if part.strip():
        yield part, depth > 0


def _split_tail(text: str) -> list[_Piece]:
    """An addition without brackets that names nothing else: "Moss Radio Edit", "Moss, Live"."""
    tail = _TAIL.search(text)
    if not tail or not text[: tail.start()].strip():
        return [_Piece(text)]
    return [_Piece(text[: tail.start()]), _Piece(tail[1] or tail[2], is_aside=True)]


def _cut_guests(piece: _Piece) -> tuple[str, set[str]]:
    text = piece.text.strip()
    named = _FEATURING.search(text)
    if not named and piece.is_aside:
        named = _WITH.match(text)
        if named and (_reads_aside(named[1]) or _names_ensemble(named[1])):
            named = None
    # A title that begins with the word is called so.
    if not named or (not piece.is_aside and not text[: named.start()].strip()):
        return text, set()
    guests = {name_key(name) for name in _PARTS_NAMES.split(named[1])}
    return text[: named.start()], guests - {""}


def _cut_numbers(text: str) -> tuple[str, set[str]]:
    """Cut "Part II" and its like; numbers of works stay where they are, as "no 5"."""
    marks: set[str] = set()

    def cut_number(label: str, numbers: str) -> str:
        name = next(name for name, pattern in _LABELS if pattern.fullmatch(label))
        values = [_NUMBERS.get(number, number.lstrip("0") or "0") for number in _NUMBER.findall(numbers)]
        if name in _NUMBERS_OF_WORKS:
            return f" {name} {' '.join(values)} "
        marks.add(f"{name}:{'+'.join(values)}")
        return " "

    text = _NUMBERED.sub(lambda found: cut_number(found[1], found[2]), text)
    text = _NUMBERED_BEFORE.sub(lambda found: cut_number(found[2], found[1]), " ".join(text.split()))
    text = " ".join(text.split())
    text = _NUMBERED_CJK.sub(lambda found: cut_number(_CJK_LABELS[found[2]], found[1]), text)
    return text, marks


def _read_aside(text: str) -> frozenset[str] | None:
    """The marks of an addition, none for a harmless one; null for words that say nothing of a recording."""
    found: set[str] = set()
    is_known = not text.strip(" .,:;-/")

    def cut_word(word: str) -> str:
        nonlocal is_known
        is_known = True
        found.update({word} if word else ())
        return " "

    rest = _HYPHEN.sub(" ", text)
    if _REMASTER.search(rest):
        rest = _YEAR.sub(" ", _REMASTER.sub(lambda _: cut_word(""), rest))
    rest = _HARMLESS.sub(lambda _: cut_word(""), rest)
    rest = _MARK.sub(
        lambda hit: cut_word(next(name for name, value in hit.groupdict().items() if value)), rest
    )
    rest = _VERSION.sub(lambda _: cut_word(""), rest)
    if not is_known:
        return None
    others = [word for word in _list_words(rest) if not _LITTLE.fullmatch(word) and word != "&"]
    return frozenset(found) | frozenset(others)


def _reads_aside(text: str) -> bool:
    return _read_aside(_cut_numbers(text)[0]) is not None


def _names_place(text: str) -> bool:
    """Where it was played is not where it comes from."""
    return bool(_MARK.search(text) or _PLACES.search(text))


def _names_ensemble(text: str) -> bool:
    """Who played along in another recording is no guest of this one."""
    return bool(_MARK.search(text) or _ENSEMBLES.search(text))


def _list_words(text: str) -> list[str]:
    """Words and signs that mean something; "C#" and "No. 1" are not "C" and "1"."""
    text = _SHARP.sub(" sharp ", text).replace("♯", " sharp ").replace("♭", " flat ").replace("'", "")
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    text = _WORK_NUMBER.sub(lambda found: f"{found[1].replace('kv', 'k')} {found[2]}", text)
    text = _MOVEMENT.sub(lambda found: f"{found[1]}{_NUMBERS.get(found[2], found[2])}.", text)
    found = _WORDS.findall(text.replace("&", " & ").replace("+", " & "))
    kept = [word for word in found if word[0].isalnum() or word == "&" or _is_symbol(word)]
    last = len(kept) - 1
    return [
        "&" if word in _ANDS and 0 < place < last else word
        for place, word in enumerate(word.strip("_") or word for word in kept)
    ]


def _modernise(words: Sequence[str]) -> list[str]:
    """Write a Roman number at the end as others do: "Rocky II" is "Rocky 2"."""
    *rest, last = words or [""]
    is_roman = bool(rest) and len(last) >= _MIN_ROMAN_LENGTH and _ROMAN.fullmatch(last)
    return [*rest, _NUMBERS.get(last, last) if is_roman else last] if words else []


def _numbers(marks: Iterable[str]) -> set[str]:
    return {mark for mark in marks if ":" in mark}


def _is_symbol(sign: str) -> bool:
    return sign == "%" or (unicodedata.category(sign[0]).startswith("S") and sign not in "|~^`´¨™®©°<>")


# --- Patterns ---------------------------------------------------------------------------------------------
# None begins with a repetition that may be tried again from each sign of a long run: that takes the square of
# its length.

_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _compile_words(alternatives: str) -> re.Pattern[str]:
    return re.compile(_whole_words(alternatives))


def _whole_words(alternatives: str) -> str:
    """A pattern for whole words; scripts that put no spaces between words match anywhere."""
    parts = _split_alternatives(fold_text(alternatives))
    spaced = "|".join(part for part in parts if not _ASIAN.search(part))
    asian = "|".join(sorted((part for part in parts if _ASIAN.search(part)), key=len, reverse=True))
    patterns = [rf"(?<![^\W_])(?:{spaced})(?![^\W_])\.?" if spaced else "", asian]
    return "|".join(pattern for pattern in patterns if pattern)


def _split_alternatives(pattern: str) -> list[str]:
    depth, parts = 0, [""]
    for sign in pattern:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part for part in parts if part]


_SIGNS = re.compile(r"[^\w]+")
_WORDS = re.compile(r"[^\W_]+(?:_+[^\W_]+)*|[^\w\s]")
_FAKE_LETTERS = re.compile(r"(?<=[a-z])[$!](?=[a-z])|(?<!\S)\$(?=[a-z])")
_SHARP = re.compile(r"(?<=\b[a-g])#")
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_INITIALS = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?")  # "S.O.S."
# Numbers of catalogues, and of movements in front of their names.
_WORK_NUMBER = re.compile(r"(?<![^\W_])(bwv|hwv|twv|kv?|rv|woo|d)\.?\s?(\d+)(?![^\W_])")
_MOVEMENT = re.compile(r"(^|[:;]\s?)([ivx]+)\.(?=\s)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ROMAN = re.compile(r"[ivx]+")
_ANDS = frozenset({"and", "und", "et", "y", "och", "og", "n", "&"})
_CONNECTORS = frozenset(fold_text(title_words.CONNECTORS).split("|"))
_VARIOUS = re.compile(fold_text(title_words.VARIOUS))
_BRACKETS = str.maketrans("[{「『【〈《〔〖«]}」』】〉》〕〗»", "((((((((((" + "))))))))))")
_WAVES = re.compile(r"(?:(?<!\s)\s+)?[~〜∼]\s*([^~〜∼]+?)\s*[~〜∼]\s*$")
_TIGHT_DASHES = re.compile(r"(?:(?<!\s)\s+)?(?<!\s-)-\s*([^-()]+?)\s*-\s*$")
_DASH = re.compile(r"(?<!\s)\s+-+\s*|(?<!-)-+\s+|(?<!\s)\s+[/|]\s+")
_TAIL = re.compile(
    r"(?:(?<!\s)\s+|,\s*)((?:radio|single|album|acoustic|live|instrumental|demo|piano|extended|original|club|karaoke|dub)"
    r" (?:edit|version|mix|remix)"
    r"|(?:\d{4} )?remaster(?:ed)?(?: \d{4})?(?: version)?|\d{4} remaster|remix|ao vivo"
    r"|en vivo|dal vivo|sped up(?: version)?|slowed(?: down)?(?:\s*[+&]\s*reverb)?|a ?cappella)$"
    r"|,\s*(live(?: (?:at|in|from|on|a) .+)?|acoustic|instrumental|demo|edit)$"
)
_FEATURING = re.compile(rf"(?<!\w)(?:{fold_text(title_words.FEATURING)})\.?(?![^\W_])[\s:]*(\S.*)$")
_WITH = re.compile(rf"(?:{fold_text(title_words.WITH)})\s+(\S.*)$")
_PARTS_NAMES = re.compile(r"(?:(?<!\s)\s+)?[,;/]\s*|(?<!\s)\s+(?:&|\+|and|und|et|y|e|och|og|x|with)\s+")
_ASIDE = re.compile(r"(?<!\s)\s+[(\[]\s*([^()\[\]]+?)\s*[)\]]")
_SOURCE = re.compile(r"\s*(?:(?:taken |music |(?:love )?theme )?from|aus|tire du|z filmu|из)\s+(.+)$")
# What the names of many films and soundtracks share.
_EVERY_FILM = frozenset(
    {"the", "a", "an", "of", "&", "from", "original", "motion", "picture", "film", "movie", "series", "tv"}
    | {"soundtrack", "score", "musical", "music", "ost"}
)

_REMASTER = _compile_words(title_words.REMASTER)
_HARMLESS = _compile_words(title_words.HARMLESS)
_VERSION = _compile_words(title_words.VERSION)
_LITTLE = re.compile(fold_text(title_words.LITTLE_WORDS))
_MARK = re.compile(
    "|".join(rf"(?P<{name}>{_whole_words(words)})" for name, words in title_words.MARKS.items())
)

_PLACES = _compile_words(title_words.PLACES)
_ENSEMBLES = _compile_words(title_words.ENSEMBLES)

_NUMBERS = {
    fold_text(word): number for number, words in title_words.NUMBER_WORDS.items() for word in words.split("|")
}
_NUMBERS_OF_WORKS = frozenset({"no", "op"})
_NUMBER = re.compile(rf"\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}")
_LABELS = [(name, re.compile(fold_text(words))) for name, words in title_words.NUMBERED.items()]
_A_LABEL = fold_text("|".join(title_words.NUMBERED.values()))
_A_NUMBER = rf"(?:\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_NUMBERED = re.compile(
    rf"(?<![^\W_])({_A_LABEL})(?:\.\s*|\s+|(?=\d))"
    rf"({_A_NUMBER}(?:\s*(?:&|\+|,|/|-|and|und|et|y)\s*{_A_NUMBER})*)(?![^\W_])"
)
_NUMBERED_BEFORE = re.compile(
    rf"(?<![^\W_])({_A_NUMBER})(?:\.|st|nd|rd|th|re|ere|eme|°|[ao])?\s*"
    r"(teil|satz|partie|parte|movement|mouvement|movimiento|part|часть|osa|resz|czesc|cast|act|akt)(?![^\W_])"
)
_NUMBERED_CJK = re.compile(
    r"(?:第\s*)?(?<!\d)(\d+|[一二三四五六七八九十])\s*(部|章|楽章|乐章|集|巻|卷|話|话|부|장|악장|편)"
)
_CJK_LABELS = {
    "部": "part", "부": "part", "편": "part", "章": "chapter", "장": "chapter", "楽章": "movement",
    "乐章": "movement", "악장": "movement", "集": "volume", "巻": "volume", "卷": "volume", "話": "episode",
    "话": "episode",
}  # fmt: skip
