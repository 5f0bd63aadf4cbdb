"""What an address of the saved things may say, and what becomes of nonsense in it."""

import string

from django.http import QueryDict
from hypothesis import example, given
from hypothesis import strategies as st

from library.saved_pages import query as saved_query
from library.saved_pages.kinds import ORDERS

KINDS = st.sampled_from(sorted(ORDERS))
NAMES = st.sampled_from(["q", "sort", "view", "the", "only", "decade", "year", "length", "playlist", "also"])
VALUES = st.one_of(
    st.sampled_from(
        ["title", "first", "aside", "explicit", "off", "listed", "1990", "0", "long", "7", "grid"]
    ),
    st.text(max_size=30),
)


def read(query, kind="track"):
    return saved_query.parse_query(kind, QueryDict(query))


@given(KINDS, st.lists(st.tuples(NAMES, VALUES), max_size=12))
@example("track", [("also", "0")])
@example("track", [("year", "0012")])
def test_an_address_written_from_a_state_reads_as_that_state(kind, pairs):
    sent = QueryDict(mutable=True)
    for name, value in pairs:
        sent.appendlist(name, value)
    made = saved_query.parse_query(kind, sent)
    assert saved_query.parse_query(kind, QueryDict(made.query_string)) == made


def test_the_usual_needs_no_words():
    assert not read("").query_string
    assert not read("q=+&sort=added&view=rows&decade=&playlist=").query_string
    assert read("sort=title&q=blue++night").query_string == "q=blue+night&sort=title"


def test_nonsense_is_left_out():
    made = read(
        "sort=drop+table&view=grid&decade=19x0&decade=99999&year=-1&also=1e9&also=&only=all&length=endless"
    )
    assert made == read("")


def test_nobody_has_the_number_zero():
    assert read("also=0") == read("also=000") == read("")
    assert not read("also=0").is_filtered


def test_a_very_long_filter_is_cut():
    assert len(read(f"q={string.ascii_letters * 90}").q) == saved_query.MAX_QUERY_LENGTH
    assert read("q=%00blue%00").q == "blue"


def test_both_sides_of_a_choice_choose_nothing():
    assert read("only=listed").selected.is_listed is True
    assert read("only=unlisted").selected.is_listed is False
    assert read("only=unlisted&only=listed").selected.is_listed is None
    assert read("only=off").selected.is_playable is False


def test_only_the_words_differ_while_one_types():
    assert saved_query.differs_in_text_only(read("q=blu&sort=title"), read("q=bl&sort=title"))
    assert not saved_query.differs_in_text_only(read("q=blu&sort=title"), read("q=blu"))
