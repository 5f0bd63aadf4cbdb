"""Positions as they travel between page and server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.positions import MAX_ROWS, format_positions, parse_positions


@given(st.sets(st.integers(0, MAX_ROWS - 1)))
def test_what_is_sent_comes_back(chosen):
    assert parse_positions(format_positions(sorted(chosen))) == tuple(sorted(chosen))


@given(st.lists(st.integers(0, 99), unique=True))
def test_an_order_is_kept(order):
    text = format_positions(order)
    spelt = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        spelt += range(int(first), int(last or first) + 1)
    assert spelt == order


@pytest.mark.parametrize("text", ["x", "1-", "-1", "3;4", "1--4", "0-99999", "12000", "1e3", "٣"])
def test_what_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError, match=r"position|playlist"):
        parse_positions(text)


def test_many_small_parts_are_no_burden():
    assert parse_positions(",".join(["0-11999"] * 50)) == tuple(range(12_000))
