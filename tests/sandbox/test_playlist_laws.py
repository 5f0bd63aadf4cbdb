"""Any sequence of writes gives the list that the documented rules give."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.sandbox.conftest import Box, make_box
from tests.sandbox.test_playlists import make, tracks, uris
from tests.support.laws import limit_examples

POOL = 5  # so few that copies are common


@pytest.fixture(scope="module")
def house() -> Iterator[Box]:
    made = make_box()
    made.control("PUT", "settings", {"snapshot_lag_s": 0})
    yield made
    made.sandbox.stop()


# The rules, for one writer at a time


def added(items: list[str], new: list[str], position: int) -> list[str]:
    return items[:position] + new + items[position:]


def moved(items: list[str], start: int, length: int, before: int) -> list[str]:
    rest = items[:start] + items[start + length :]
    at = before if before <= start else max(start, before - length)
    return added(rest, items[start : start + length], at)


def removed(items: list[str], gone: list[str]) -> list[str]:
    return [one for one in items if one not in gone]


class OneWriter(RuleBasedStateMachine):
    """With or without the snapshot id of the last write: it is the newest, so it changes nothing."""

    house: Box

    @initialize(count=st.integers(0, 6))
    def begin(self, count: int) -> None:
        self.pool = tracks(self.house, POOL)
        self.items = [self.pool[number % POOL] for number in range(count)]
        self.playlist = make(self.house, [*self.items])
        self.snapshot: str | None = None

    def send(self, method: str, body: dict[str, Any], *, with_snapshot: bool = False) -> None:
        if with_snapshot and self.snapshot:
            body["snapshot_id"] = self.snapshot
        answer = self.house.api("ada", method, f"/playlists/{self.playlist}/items", body)
        assert answer.status in {200, 201}, answer.text
        self.snapshot = answer.json["snapshot_id"]

    def some(self, numbers: list[int]) -> list[str]:
        return [self.pool[number] for number in numbers]

    @rule(numbers=st.lists(st.integers(0, POOL - 1), min_size=1, max_size=4), data=st.data())
    def add(self, numbers: list[int], data: st.DataObject) -> None:
        position = data.draw(st.none() | st.integers(0, len(self.items)))
        wish: dict[str, Any] = {"uris": self.some(numbers)}
        self.send("POST", wish if position is None else wish | {"position": position})
        at = len(self.items) if position is None else position
        self.items = added(self.items, self.some(numbers), at)

    @rule(numbers=st.lists(st.integers(0, POOL - 1), max_size=6))
    def replace(self, numbers: list[int]) -> None:
        self.send("PUT", {"uris": self.some(numbers)})
        self.items = self.some(numbers)

    @rule(numbers=st.lists(st.integers(0, POOL - 1), min_size=1, max_size=2), with_snapshot=st.booleans())
    def remove(self, numbers: list[int], with_snapshot: bool) -> None:
        gone = [{"uri": uri, "positions": [0]} for uri in self.some(numbers)]
        self.send("DELETE", {"items": gone}, with_snapshot=with_snapshot)
        self.items = removed(self.items, self.some(numbers))

    @precondition(lambda self: self.items)
    @rule(data=st.data(), with_snapshot=st.booleans())
    def reorder(self, data: st.DataObject, with_snapshot: bool) -> None:
        start = data.draw(st.integers(0, len(self.items) - 1))
        length = data.draw(st.integers(1, len(self.items) - start))
        before = data.draw(st.integers(0, len(self.items)))
        wish = {"range_start": start, "range_length": length, "insert_before": before}
        self.send("PUT", wish, with_snapshot=with_snapshot)
        self.items = moved(self.items, start, length, before)

    @invariant()
    def the_list_is_as_the_rules_have_it(self) -> None:
        assert uris(self.house, self.playlist) == self.items


def test_a_sequence_of_writes_follows_the_rules(house: Box) -> None:
    machine = type("OneWriterHere", (OneWriter,), {"house": house})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=limit_examples(25), stateful_step_count=12, deadline=None)
    )


# Two writers, of whom one has not seen what the other did


@settings(max_examples=limit_examples(40), deadline=None)
@given(data=st.data())
def test_a_stale_move_loses_nothing_and_keeps_the_others_order(house: Box, data: st.DataObject) -> None:
    """Whatever one does with an old snapshot, no item is lost or doubled, and what it did not touch stays."""
    known = tracks(house, 12)
    then, new = known[:8], known[8:]
    playlist = make(house, [*then], collaborative=True, public=False)
    seen = house.get(f"/playlists/{playlist}")["snapshot_id"]
    position = data.draw(st.integers(0, 8))
    gone = data.draw(st.lists(st.sampled_from(then), max_size=3, unique=True))
    path = f"/playlists/{playlist}/items"
    assert house.api("ada", "POST", path, {"uris": new, "position": position}).status == 201
    if gone:
        house.do("DELETE", path, {"items": [{"uri": uri} for uri in gone]})
    meanwhile = uris(house, playlist)
    start = data.draw(st.integers(0, 7))
    length = data.draw(st.integers(1, 8 - start))
    before = data.draw(st.integers(0, 8))
    body = {"range_start": start, "range_length": length, "insert_before": before, "snapshot_id": seen}
    house.do("PUT", path, body, "ben")
    after = uris(house, playlist)
    touched = set(then[start : start + length])
    assert sorted(map(str, after)) == sorted(map(str, meanwhile))
    assert [one for one in after if one not in touched] == [one for one in meanwhile if one not in touched]
    # Among what the mover knew, everything is where the mover wanted it.
    wanted = removed(moved(then, start, length, before), gone)
    assert [one for one in after if one in then] == wanted
