"""Finds saved items by words in memory, where a keystroke has to be answered.

The texts of an index are kept as one list for as long as its version is the same. Looking through 100,000 of
them takes 5 ms; a database takes 25 for handing over what it found, twice, and an index of all trigrams would
make each row that is written three times as dear (docs/decisions/0119).
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from threading import Lock

from django.db import connection
from msgspec import Struct, field

from library.models import SavedIndex, SavedItem
from library.saved.order import get_month_start

# About 150 bytes each. An index that is larger alone is looked through by the database.
MAX_ROWS = 200_000
_MONTH_AND_A_DAY_S = 32 * 86_400
_COLUMNS = ("id", "facet", "duration_ms", "added_at", "first_added_at", "words")


class MonthNumbers(Struct, frozen=True):
    """The month of each place, as a number, and the moment at which each month began; 0 is unknown."""

    starts: list[int]
    numbers: "array[int]"


class IndexTexts(Struct, frozen=True):
    """All items of an index, side by side: what they are found by, counted by and dated by.

    They stand in the order of their facets, and `ends` says behind which place each facet ends.
    """

    pks: "array[int]"
    codes: "array[int]"
    durations_ms: "array[int]"
    moments: "dict[str, array[int]]"  # by column
    words: list[str]
    ends: dict[int, int]
    months: dict[str, MonthNumbers] = field(default_factory=dict)  # by column, once they are asked for

    def find(self, words: Sequence[str]) -> list[int]:
        """Return the places of those that contain all words."""
        texts = self.words
        rarest, *others = sorted(words, key=len, reverse=True)
        places = [place for place, text in enumerate(texts) if rarest in text]
        for word in others:
            places = [place for place in places if word in texts[place]]
        return places

    def tally(self, places: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Return how many there are of each facet, and how long they are together."""
        tallies = {}
        begin = 0
        for code, end_of_code in self.ends.items():
            end = bisect_left(places, end_of_code, lo=begin)
            if end > begin:
                total_ms = sum(map(self.durations_ms.__getitem__, places[begin:end]))
                tallies[code] = (end - begin, total_ms)
            begin = end
        return tallies

    def count_months(self, column: str, places: Iterable[int]) -> list[tuple[int, int]]:
        """Return the moment at which each month began in which there are any, and how many there are."""
        if column not in self.months:
            self.months[column] = _number_months(self.moments[column])
        months = self.months[column]
        counted = Counter(map(months.numbers.__getitem__, places))
        return [(months.starts[number], counted[number]) for number in sorted(counted)]


def _number_months(moments: Sequence[int]) -> MonthNumbers:
    starts, following = [0], 0
    for moment in sorted(set(moments)):
        if moment >= max(following, 1):
            starts.append(get_month_start(moment))
            following = get_month_start(starts[-1] + _MONTH_AND_A_DAY_S)
    return MonthNumbers(starts, array("H", [bisect_right(starts, moment) - 1 for moment in moments]))


_kept: OrderedDict[int, tuple[int, IndexTexts]] = OrderedDict()
_lock = Lock()


# What is typed is asked for by the list and by the places to jump to.
@lru_cache(maxsize=4)
def find_places(
    index_id: int, version: int, words: tuple[str, ...]
) -> tuple[IndexTexts, Sequence[int]] | None:
    """Return the texts of an index and the places of those with all words; null for one that is too large."""
    texts = get_texts(index_id, version)
    return (texts, array("q", texts.find(words))) if texts else None


def get_texts(index_id: int, version: int) -> IndexTexts | None:
    """Return the texts of this version of an index; null for one that is too large."""
    with _lock:
        kept = _kept.get(index_id)
        if kept and kept[0] == version:
            _kept.move_to_end(index_id)
            return kept[1]
    texts = _read_texts(index_id)
    if texts is None:
        return None
    with _lock:
        _kept[index_id] = (version, texts)
        _kept.move_to_end(index_id)
        while sum(len(kept.pks) for _, kept in _kept.values()) > MAX_ROWS:
            _kept.popitem(last=False)
    return texts


def is_kept(saved_index: SavedIndex) -> bool:
    """Whether it is worth it: an index that is being read for the first time changes every two seconds."""
    return saved_index.complete_at is not None


def _read_texts(index_id: int) -> IndexTexts | None:
    numbers = [array("q") for _ in _COLUMNS[:-1]]
    words: list[str] = []
    quote = connection.ops.quote_name
    names, table = ", ".join(map(quote, _COLUMNS)), quote(SavedItem._meta.db_table)  # noqa: SLF001  # documented
    where, order = quote("index_id"), quote("facet")
    sql = f"SELECT {names} FROM {table} WHERE {where} = %s ORDER BY {order} LIMIT {MAX_ROWS + 1}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [index_id])
        while rows := cursor.fetchmany(2000):
            *columns, texts = zip(*rows, strict=True)
            for kept, column in zip(numbers, columns, strict=True):
                kept.extend(column)
            words.extend(texts)
    if len(words) > MAX_ROWS:
        return None
    pks, codes, durations_ms, added, first = numbers
    moments = {"added_at": added, "first_added_at": first}
    ends = {code: place for place, code in enumerate(codes, 1)}
    return IndexTexts(pks, codes, durations_ms, moments, words, ends)
