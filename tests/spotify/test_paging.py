"""Whole collections: in order, as they come, complete or not at all, and honest about what changed."""

import json
import threading
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from spotweb.spotify import library, playlists
from spotweb.spotify.errors import BadResponse, RateLimited, Unavailable
from spotweb.spotify.http import Client
from spotweb.spotify.models import SavedTrack
from spotweb.spotify.paging import CollectedPage, CollectionProgress, CursorPlace, collect, fetch_page
from spotweb.spotify.rate_limit import ledger
from tests.spotify.unruly import Asked, Reply

LIST = "3cEYpjA9oz9GiPac4AsH4n"
Row = dict[str, Any] | None


def track(name: str) -> dict[str, Any]:
    return {"type": "track", "id": name, "uri": f"spotify:track:{name}", "name": name}


def saved(name: str) -> Row:
    return {"added_at": "2026-01-01T00:00:00Z", "track": track(name)}


class Shelf:
    """A collection at Spotify that answers page by page; `before` may change it before an offset is read."""

    def __init__(self, names: list[str], row: Callable[[str], Row] = saved) -> None:
        self.rows: list[Row] = [row(name) for name in names]
        self.total: int | None = None
        self.before: dict[int, Callable[[], None]] = {}
        self.replies: dict[int, Reply] = {}
        self.lock = threading.Lock()

    def __call__(self, asked: Asked) -> Reply:
        with self.lock:
            offset, limit = int(asked.query["offset"]), int(asked.query["limit"])
            self.before.pop(offset, lambda: None)()
            if offset in self.replies:
                return self.replies[offset]
            return Reply(200, json.dumps(self.page(offset, limit)).encode())

    def page(self, offset: int, limit: int) -> dict[str, Any]:
        end = offset + limit
        return {
            "items": self.rows[offset:end],
            "total": len(self.rows) if self.total is None else self.total,
            "limit": limit,
            "offset": offset,
            "next": f"https://api.spotify.com/v1/me/tracks?offset={end}&limit={limit}"
            if end < len(self.rows)
            else None,
        }


def names_of(parts: list[CollectedPage[SavedTrack]]) -> list[str]:
    return [entry.track.name for part in parts for _, entry in part.items]


def numbers(count: int) -> list[str]:
    return [f"{number:022}" for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 50, 51, 100, 1234])
def test_everything_comes_in_order(unruly, client, count):
    unruly.answer_as(Shelf(numbers(count)))
    collection = collect(client, library.SAVED_TRACKS)
    parts = list(collection)
    assert names_of(parts) == numbers(count)
    assert [position for part in parts for position, _ in part.items] == list(range(count))
    assert not collection.changed_during_read
    # One request for each page, and one to look whether the beginning has changed.
    assert len(unruly.asked) == max(1, -(-count // 50)) + (count > 50)


def test_pages_are_asked_for_side_by_side_and_not_all_at_once(unruly, client):
    shelf = Shelf(numbers(2000))
    unruly.answer_as(lambda asked: _late(shelf(asked)))
    list(collect(client, library.SAVED_TRACKS, side_by_side=4))
    assert 2 <= unruly.most_at_once <= 4


def _late(reply: Reply) -> Reply:
    reply.delay_s = 0.02
    return reply


def test_the_first_page_is_there_after_one_request(unruly, client):
    unruly.answer_as(Shelf(numbers(500)))
    first = next(iter(collect(client, library.SAVED_TRACKS)))
    assert len(first.items) == 50
    assert len(unruly.asked) == 1


def test_only_a_few_pages_are_read_ahead_of_who_takes_them(unruly, client):
    unruly.answer_as(Shelf(numbers(5000)))
    parts = iter(collect(client, library.SAVED_TRACKS, side_by_side=3))
    next(parts)
    next(parts)
    parts.close()
    assert len(unruly.asked) <= 1 + 2 * 3 + 1


def test_progress_is_told_with_numbers(unruly, client):
    unruly.answer_as(Shelf(numbers(120)))
    told: list[CollectionProgress] = []
    list(collect(client, library.SAVED_TRACKS, progress=told.append))
    assert [(step.pages, step.seen, step.total) for step in told] == [
        (1, 50, 120),
        (2, 100, 120),
        (3, 120, 120),
    ]


def test_a_total_that_promises_too_much_ends_with_the_last_page(unruly, client):
    shelf = Shelf(numbers(130))
    shelf.total = 400
    unruly.answer_as(shelf)
    assert names_of(list(collect(client, library.SAVED_TRACKS))) == numbers(130)


@pytest.mark.parametrize("total", [None, 60])
def test_a_total_that_promises_too_little_cuts_nothing_off(unruly, client, total):
    shelf = Shelf(numbers(333))

    def page(offset: int, limit: int) -> dict[str, Any]:
        return {**Shelf.page(shelf, offset, limit), "total": total}

    shelf.page = page
    unruly.answer_as(shelf)
    assert names_of(list(collect(client, library.SAVED_TRACKS))) == numbers(333)
    assert len(unruly.asked) <= 7 + 2


def test_short_pages_and_nulls_are_no_end_and_keep_their_places(unruly, client):
    shelf = Shelf(numbers(150))
    shelf.rows[10] = shelf.rows[60] = None
    unruly.answer_as(shelf)
    collection = collect(client, library.SAVED_TRACKS)
    positions = [position for part in collection for position, _ in part.items]
    assert positions == [place for place in range(150) if place not in {10, 60}]


def test_a_next_that_leads_elsewhere_is_followed(unruly, client):
    shelf = Shelf(numbers(300))
    skipped = json.dumps({**shelf.page(50, 50), "next": "https://x/v1/me/tracks?offset=200&limit=50"})
    shelf.replies[50] = Reply(200, skipped.encode())
    unruly.answer_as(shelf)
    found = names_of(list(collect(client, library.SAVED_TRACKS)))
    assert found == numbers(300)[:100] + numbers(300)[200:]


@pytest.mark.parametrize(("total", "has_more"), [(100, False), (101, True)])
def test_where_next_cannot_be_read_the_total_says_whether_more_comes(unruly, client, total, has_more):
    shelf = Shelf(numbers(total))
    shelf.replies[50] = Reply(200, json.dumps({**shelf.page(50, 50), "next": "https://["}).encode())
    unruly.answer_as(shelf)
    page = fetch_page(client, library.SAVED_TRACKS, offset=50)
    assert (page.next is not None) is has_more


@pytest.mark.parametrize("offset", [0, 50])
def test_a_page_that_leads_back_does_not_go_on_for_ever(unruly, client, offset):
    shelf = Shelf(numbers(200))
    back = json.dumps({**shelf.page(50, 50), "next": f"https://x/?offset={offset}"})
    shelf.replies[50] = Reply(200, back.encode())
    unruly.answer_as(shelf)
    with pytest.raises(BadResponse):
        list(collect(client, library.SAVED_TRACKS))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [(Reply(500), Unavailable), (Reply(429), RateLimited), (Reply(200, b"<html>"), BadResponse)],
)
def test_a_page_that_fails_fails_the_collection(unruly, client, reply, expected):
    shelf = Shelf(numbers(400))
    shelf.replies[300] = reply
    unruly.answer_as(shelf)
    taken: list[CollectedPage[SavedTrack]] = []
    with pytest.raises(expected):
        taken.extend(collect(client, library.SAVED_TRACKS))
    assert names_of(taken) == numbers(400)[: len(taken) * 50]
    assert len(taken) <= 6


# --- drift --------------------------------------------------------------------------------------------------


def test_a_track_saved_meanwhile_comes_late_and_none_comes_twice(unruly, client):
    shelf = Shelf(numbers(200))
    shelf.before[100] = lambda: shelf.rows.insert(0, saved("new"))
    unruly.answer_as(shelf)
    collection = collect(client, library.SAVED_TRACKS, side_by_side=1)
    parts = list(collection)
    found = names_of(parts)
    assert collection.changed_during_read
    assert sorted(found) == sorted([*numbers(200), "new"])
    assert parts[-1].is_late
    assert names_of(parts[-1:]) == ["new"]


def test_a_track_removed_meanwhile_is_noticed(unruly, client):
    shelf = Shelf(numbers(200))
    shelf.before[100] = lambda: shelf.rows.pop(0)
    unruly.answer_as(shelf)
    collection = collect(client, library.SAVED_TRACKS, side_by_side=1)
    assert len(names_of(list(collection))) == 199, "the one at the edge of a page was missed"
    assert collection.changed_during_read


def test_one_in_and_one_out_is_noticed_by_the_beginning(unruly, client):
    shelf = Shelf(numbers(200))

    def swap() -> None:
        shelf.rows.insert(0, saved("new"))
        shelf.rows.pop()

    shelf.before[100] = swap
    unruly.answer_as(shelf)
    collection = collect(client, library.SAVED_TRACKS, side_by_side=1)
    assert "new" in names_of(list(collection))
    assert collection.changed_during_read


def test_what_came_and_went_again_is_noticed_by_the_total(unruly, client):
    shelf = Shelf(numbers(200))
    shelf.before[100] = lambda: shelf.rows.insert(120, saved("for a moment"))
    shelf.before[150] = lambda: shelf.rows.pop(120)
    unruly.answer_as(shelf)
    collection = collect(client, library.SAVED_TRACKS, side_by_side=1)
    list(collection)
    assert collection.changed_during_read


def test_copies_in_a_playlist_all_come(unruly, client):
    names = ["same"] * 120
    unruly.answer_as(Shelf(names, lambda name: {"item": track(name)}))
    collection = collect(client, playlists.items_of(LIST))
    assert [entry.item.name for part in collection for _, entry in part.items] == names
    assert not collection.changed_during_read


def test_vanished_rows_of_a_playlist_keep_their_places(unruly, client):
    shelf = Shelf(numbers(60), lambda name: {"item": track(name)})
    shelf.rows[3], shelf.rows[4] = None, {"item": None}
    unruly.answer_as(shelf)
    items = [pair for part in collect(client, playlists.items_of(LIST)) for pair in part.items]
    assert [position for position, _ in items] == list(range(60))
    assert items[3][1].item is items[4][1].item is None


def test_a_playlist_changed_meanwhile_is_noticed(unruly, client):
    shelf = Shelf(numbers(200), lambda name: {"item": track(name)})
    shelf.before[100] = lambda: shelf.rows.insert(0, {"item": track("new")})
    unruly.answer_as(shelf)
    collection = collect(client, playlists.items_of(LIST), side_by_side=1)
    list(collection)
    assert collection.changed_during_read


# --- cursors ------------------------------------------------------------------------------------------------


def followed(asked: Asked) -> Reply:
    begin = int(asked.query.get("after", "-1")) + 1
    some = [
        {"id": f"{n:022}", "uri": f"spotify:artist:{n:022}", "name": f"{n}"} for n in range(begin, begin + 50)
    ]
    is_last = begin >= 100
    page = {
        "items": some,
        "total": 150,
        "next": None if is_last else "https://x",
        "cursors": {"after": None if is_last else some[-1]["id"]},
    }
    return Reply(200, json.dumps({"artists": page}).encode())


def test_cursors_are_followed(unruly, client):
    unruly.answer_as(followed)
    parts = list(collect(client, library.FOLLOWED_ARTISTS))
    assert [entry.name for part in parts for _, entry in part.items] == [str(n) for n in range(150)]
    assert [asked.query.get("after") for asked in unruly.asked] == [None, f"{49:022}", f"{99:022}"]
    assert "offset" not in unruly.asked[0].query


@pytest.mark.parametrize(
    ("total", "then"), [(150, [None, f"{99:022}"]), (149, [None, f"{49:022}", f"{99:022}"])]
)
def test_a_reading_by_cursor_goes_on_where_it_stopped_unless_the_list_has_changed(
    unruly, client, total, then
):
    unruly.answer_as(followed)
    place = CursorPlace(after=f"{99:022}", position=100, total=total)
    parts = list(collect(client, library.FOLLOWED_ARTISTS, resume=place))
    assert [asked.query.get("after") for asked in unruly.asked] == then
    assert parts[-1].items[0][0] == 100
    assert [part.after for part in parts][-1] == ""


def test_a_reading_by_cursor_that_stopped_on_the_first_page_goes_on_behind_it(unruly, client):
    unruly.answer_as(followed)
    place = CursorPlace(after=f"{9:022}", position=10, total=150)
    parts = list(collect(client, library.FOLLOWED_ARTISTS, resume=place))
    assert [asked.query.get("after") for asked in unruly.asked] == [None, f"{49:022}", f"{99:022}"]
    assert [entry.name for part in parts for _, entry in part.items] == [str(n) for n in range(150)]


def test_a_cursor_that_stands_still_does_not_go_on_for_ever(unruly, client):
    page = {"items": [], "total": 1, "next": "https://x", "cursors": {"after": "0" * 22}}
    unruly.answer(Reply(200, json.dumps({"artists": page}).encode()))
    with pytest.raises(BadResponse):
        list(collect(client, library.FOLLOWED_ARTISTS))


def test_most_pages_are_background_work(unruly, tokens):
    unruly.answer_as(Shelf(numbers(1000)))
    list(collect(Client(tokens), library.SAVED_TRACKS))
    spent = {row.purpose: row.day for row in ledger.list_usage() if row.family == "library"}
    assert spent == {"page": 8, "background": 13}


@pytest.mark.parametrize("taken", [1, 3, 100])
def test_no_thread_outlives_a_reading(unruly, client, taken):
    """Also when whoever reads takes no more."""
    unruly.answer_as(Shelf(numbers(400)))
    reading = iter(collect(client, library.SAVED_TRACKS))
    assert list(islice(reading, taken))
    reading.close()
    _join_threads()


def _join_threads() -> None:
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("collect")]
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)


def _offsets(asked: list[Asked]) -> list[int]:
    return [int(one.query["offset"]) for one in asked]


def test_who_takes_no_more_has_nothing_more_asked(unruly, client):
    """Two are on their way, and one waits for a thread when the reading is given up."""
    shelf, gate, are_held = Shelf(numbers(2000)), threading.Event(), threading.Semaphore(0)

    def answer(asked: Asked) -> Reply:
        if int(asked.query["offset"]) > 50:
            are_held.release()
            assert gate.wait(30)
        return shelf(asked)

    unruly.answer_as(answer)
    reading = iter(collect(client, library.SAVED_TRACKS, side_by_side=2))
    assert len(list(islice(reading, 2))) == 2
    assert are_held.acquire(timeout=30)
    assert are_held.acquire(timeout=30)
    reading.close()  # which does not wait for them
    gate.set()
    _join_threads()
    assert sorted(_offsets(unruly.asked)) == [0, 50, 100, 150]


@pytest.mark.parametrize("taken", [1, 2, 5])
def test_a_reading_that_ends_early_hands_on_all_that_was_asked(unruly, client, taken):
    unruly.answer_as(Shelf(numbers(2000)))
    collection = collect(client, library.SAVED_TRACKS, side_by_side=3)
    parts = []
    for part in collection:
        parts.append(part)
        if len(parts) == taken:
            collection.finish_early()
    assert taken <= len(parts) < taken + collection.most_ahead
    assert collection.is_cut_short
    assert names_of(parts) == numbers(2000)[: len(parts) * 50]
    assert sorted(_offsets(unruly.asked)) == [50 * number for number in range(len(parts))]


def test_a_reading_whose_end_is_on_its_way_ends_whole(unruly, client):
    unruly.answer_as(Shelf(numbers(120)))
    collection = collect(client, library.SAVED_TRACKS, side_by_side=1)
    parts = []
    for part in collection:
        parts.append(part)
        if len(parts) == 3:
            collection.finish_early()
    assert not collection.is_cut_short
    assert names_of(parts) == numbers(120)
    assert _offsets(unruly.asked).count(0) == 2, "whether the beginning has changed is looked at"


def test_a_reading_by_cursor_ends_early_too(unruly, client):
    unruly.answer_as(followed)
    collection = collect(client, library.FOLLOWED_ARTISTS)
    parts = []
    for part in collection:
        parts.append(part)
        if len(parts) == 2:
            collection.finish_early()
    assert (len(parts), collection.is_cut_short, len(unruly.asked)) == (2, True, 2)
