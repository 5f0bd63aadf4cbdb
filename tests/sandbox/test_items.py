"""Adding, moving, replacing and removing items: the documented rules, and what really happens."""

from typing import Any

import pytest

from tests.sandbox.conftest import Answer, Box
from tests.sandbox.test_playlists import make, named, tracks, uris


def write(box: Box, method: str, playlist: str, body: Any, member: str = "ada") -> Answer:
    return box.api(member, method, f"/playlists/{playlist}/items", body)


def snapshot(answer: Answer) -> str:
    assert answer.status in {200, 201}, answer.text
    return str(answer.json["snapshot_id"])


def test_items_are_added_where_they_are_wanted(box: Box) -> None:
    a, b, c, d = tracks(box, 4)
    playlist = make(box, [a, b])
    write(box, "POST", playlist, {"uris": [c]})
    write(box, "POST", playlist, {"uris": [d, a], "position": 1})
    assert uris(box, playlist) == [a, d, a, b, c]
    row = box.get(f"/playlists/{playlist}/items?limit=1&offset=1")["items"][0]
    assert row["added_by"]["id"] == box.get("/me")["id"]
    assert row["added_at"].endswith("Z")


def test_uris_in_the_query_override_the_body(box: Box) -> None:
    a, b, c = tracks(box, 3)
    playlist = make(box, [a])
    told = box.api("ada", "POST", f"/playlists/{playlist}/items?uris={b}&position=0", {"uris": [c]})
    assert told.status == 201
    assert uris(box, playlist) == [b, a]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "No uris provided"),
        ({"uris": []}, "No uris provided"),
        ({"uris": ["spotify:album:1"]}, "Invalid track uri: spotify:album:1"),
        ({"uris": ["spotify:local:a:b:c:1"]}, "Invalid track uri: spotify:local:a:b:c:1"),
        ({"uris": [f"spotify:track:{'0' * 22}"]}, "Payload contains a non-existing ID"),
        ({"uris": ["spotify:track:x"] * 101}, "You can add a maximum of 100 tracks per request."),
        ({"uris": "spotify:track:x"}, "Invalid uris"),
    ],
)
def test_additions_are_refused(box: Box, body: Any, message: str) -> None:
    playlist = make(box, tracks(box, 2))
    assert write(box, "POST", playlist, body).error == (400, message, "")
    assert write(box, "POST", playlist, b'{"uris": [').error == (400, "Malformed json", "")
    assert uris(box, playlist) == tracks(box, 2)


def test_positions_outside_are_refused(box: Box) -> None:
    a, b = tracks(box, 2)
    playlist = make(box, [a])
    for position in (2, -1, "0", 1.5):
        assert write(box, "POST", playlist, {"uris": [b], "position": position}).status == 400
    assert write(box, "POST", playlist, {"uris": [b], "position": 1}).status == 201


def test_a_full_playlist_breaks_instead_of_refusing(box: Box) -> None:
    one = tracks(box, 1)
    playlist = make(box, one * 9_999)
    assert write(box, "POST", playlist, {"uris": one * 2}).error == (500, "Server error.", "")
    assert write(box, "POST", playlist, {"uris": one}).status == 201


def test_reordering_counts_in_the_list_as_it_was(box: Box) -> None:
    ten = tracks(box, 10)
    playlist = make(box, ten)
    write(box, "PUT", playlist, {"range_start": 0, "insert_before": 10})
    assert uris(box, playlist) == [*ten[1:], ten[0]]
    write(box, "PUT", playlist, {"range_start": 9, "insert_before": 0})
    assert uris(box, playlist) == ten
    write(box, "PUT", playlist, {"range_start": 2, "range_length": 3, "insert_before": 7})
    assert uris(box, playlist) == [*ten[:2], *ten[5:7], *ten[2:5], *ten[7:]]


def test_moving_keeps_dates_and_what_can_not_be_added(box: Box) -> None:
    local, one = "spotify:local:A:B:C:12", tracks(box, 1)[0]
    playlist = make(box, [local, None, one])
    dates = [row["added_at"] for row in box.get(f"/playlists/{playlist}/items")["items"]]
    box.wait(100)
    write(box, "PUT", playlist, {"range_start": 0, "insert_before": 3, "range_length": 2})
    assert uris(box, playlist) == [one, local, None]
    assert [row["added_at"] for row in box.get(f"/playlists/{playlist}/items")["items"]] == dates


@pytest.mark.parametrize(("start", "before", "length"), [(3, 0, 1), (0, 4, 1), (1, 0, 3), (2, 0, 2)])
def test_ranges_outside_are_refused(box: Box, start: int, before: int, length: int) -> None:
    playlist = make(box, tracks(box, 3))
    body = {"range_start": start, "insert_before": before, "range_length": length}
    assert write(box, "PUT", playlist, body).error == (400, "Given positions are out of bounds", "")
    assert uris(box, playlist) == tracks(box, 3)


def test_replacing_loses_what_can_not_be_added_and_all_dates(box: Box) -> None:
    a, b = tracks(box, 2)
    playlist = make(box, ["spotify:local:A:B:C:12", None, a])
    before = box.get(f"/playlists/{playlist}/items")["items"][2]["added_at"]
    box.wait(100)
    write(box, "PUT", playlist, {"uris": [b, a]})
    assert uris(box, playlist) == [b, a]
    assert box.get(f"/playlists/{playlist}/items")["items"][1]["added_at"] > before
    write(box, "PUT", playlist, {"uris": []})
    assert uris(box, playlist) == []
    both = {"uris": [a], "range_start": 0, "insert_before": 0}
    assert write(box, "PUT", playlist, both).status == 400
    assert write(box, "PUT", playlist, {}).error == (400, "No uris provided", "")


def test_removing_takes_every_copy_whatever_the_position(box: Box) -> None:
    a, b, c = tracks(box, 3)
    playlist = make(box, [a, b, a, c, a])
    answer = write(box, "DELETE", playlist, {"items": [{"uri": a, "positions": [2]}]})
    assert answer.status == 200
    assert uris(box, playlist) == [b, c]
    # What is not there is no mistake, and makes no version.
    assert snapshot(write(box, "DELETE", playlist, {"items": [{"uri": a}]})) == snapshot(answer)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "No uris provided"),
        ({"items": []}, "No uris provided"),
        ({"items": [{"positions": [0]}]}, "No uris provided"),
        ({"tracks": [{"uri": "spotify:track:x"}]}, "No uris provided"),
        ({"items": [{"uri": "spotify:local:A:B:C:12"}]}, "Invalid track uri: spotify:local:A:B:C:12"),
    ],
)
def test_removals_are_refused(box: Box, body: Any, message: str) -> None:
    playlist = make(box, ["spotify:local:A:B:C:12"])
    assert write(box, "DELETE", playlist, body).error == (400, message, "")
    assert len(uris(box, playlist)) == 1


# Snapshots


def test_snapshots_lag_behind_in_reads(box: Box) -> None:
    playlist = make(box, tracks(box, 1))
    old = box.get(f"/playlists/{playlist}")["snapshot_id"]
    new = snapshot(write(box, "POST", playlist, {"uris": tracks(box, 1)}))
    assert new != old
    assert len(uris(box, playlist)) == 2
    assert box.get(f"/playlists/{playlist}")["snapshot_id"] == old
    box.wait(16)
    between = box.get("/me/playlists")["items"][0]["snapshot_id"]
    assert between not in {old, new}
    box.wait(15)
    assert box.get(f"/playlists/{playlist}")["snapshot_id"] == new
    box.control("PUT", "settings", {"snapshot_lag_s": 0})
    newest = snapshot(write(box, "POST", playlist, {"uris": tracks(box, 1)}))
    assert box.get(f"/playlists/{playlist}")["snapshot_id"] == newest


def test_an_old_snapshot_is_merged_not_refused(box: Box) -> None:
    a, b, c, d, e = tracks(box, 5)
    playlist = make(box, [a, b, c])
    seen = box.get(f"/playlists/{playlist}")["snapshot_id"]
    write(box, "POST", playlist, {"uris": [d, e], "position": 0})
    # "c to the front", said by somebody who has not seen d and e.
    write(box, "PUT", playlist, {"range_start": 2, "insert_before": 0, "snapshot_id": seen})
    assert uris(box, playlist) == [d, e, c, a, b]
    # Of two copies only the one that was seen goes.
    write(box, "POST", playlist, {"uris": [a]})
    write(box, "DELETE", playlist, {"items": [{"uri": a}], "snapshot_id": seen})
    assert uris(box, playlist) == [d, e, c, b, a]


def test_the_id_in_between_names_the_new_version(box: Box) -> None:
    a, b = tracks(box, 2)
    playlist = make(box, [a])
    write(box, "POST", playlist, {"uris": [b]})
    box.wait(16)
    between = box.get(f"/playlists/{playlist}")["snapshot_id"]
    body = {"range_start": 1, "insert_before": 0, "snapshot_id": between}
    assert write(box, "PUT", playlist, body).status == 200
    assert uris(box, playlist) == [b, a]


def test_snapshots_of_long_ago_and_of_nothing(box: Box) -> None:
    a, b = tracks(box, 2)
    playlist = make(box, [a, b])
    first = named(box, "A playlist")["snapshot_id"]
    move = {"range_start": 0, "insert_before": 2}
    for _ in range(25):
        write(box, "PUT", playlist, move)
    old = write(box, "PUT", playlist, move | {"snapshot_id": first})
    assert old.error == (502, "Error while loading resource", "")
    assert write(box, "PUT", playlist, move | {"snapshot_id": "abc"}).error == (400, "Invalid base62", "")


# Together


def test_two_members_edit_one_list_and_see_each_other(box: Box) -> None:
    a, b, c, d = tracks(box, 4)
    playlist = make(box, [a, b], collaborative=True, public=False, followers=["ben"])
    seen_by_ben = box.get(f"/playlists/{playlist}", "ben")["snapshot_id"]
    write(box, "POST", playlist, {"uris": [c], "position": 0})
    assert write(box, "POST", playlist, {"uris": [d]}, "ben").status == 201
    write(box, "PUT", playlist, {"range_start": 0, "insert_before": 2, "snapshot_id": seen_by_ben}, "ben")
    assert uris(box, playlist) == uris(box, playlist, "ben") == [c, b, d, a]
    rows = box.get(f"/playlists/{playlist}/items")["items"]
    ada, ben = (one["user_id"] for one in box.control("GET", "members")[:2])
    assert [row["added_by"]["id"] for row in rows] == [ada, ada, ben, ada]


def test_somebody_else_with_spotifys_own_app(box: Box) -> None:
    a, b = tracks(box, 2)
    playlist = make(box, [a])
    box.control("PUT", f"playlists/{playlist}", {"items": [b, None], "append": True, "member": "ines"})
    assert uris(box, playlist) == [a, b, None]
    box.control("PUT", f"playlists/{playlist}", {"items": ["nonsense"]}, expect=400)
    assert box.control("GET", f"playlists/{playlist}")["items"] == [a, b, None]


def test_what_plays_knows_the_new_items(box: Box) -> None:
    a, b, c = tracks(box, 3)
    playlist = make(box, [a, b])
    write(box, "POST", playlist, {"uris": [c]})
    box.do(
        "PUT", "/me/player/play", {"context_uri": f"spotify:playlist:{playlist}", "offset": {"position": 2}}
    )
    assert box.state()["item"] == c


@pytest.mark.parametrize("part", ["items", "tracks"])
def test_both_names_work_in_extended_mode(extended: Box, part: str) -> None:
    a, b = tracks(extended, 2)
    playlist, path = make(extended, [a]), f"/playlists/{{}}/{part}"
    extended.do("PUT", path.format(playlist), {"uris": [a, b]})
    assert extended.api("ada", "POST", path.format(playlist), {"uris": [a]}).status == 201
    extended.do("PUT", path.format(playlist), {"range_start": 1, "insert_before": 0})
    assert uris(extended, playlist) == [b, a, a]
    extended.do("DELETE", path.format(playlist), {part: [{"uri": a}]})
    assert uris(extended, playlist) == [b]
