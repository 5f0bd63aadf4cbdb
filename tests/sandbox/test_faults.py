"""Misfortune to order: each kind arrives as asked, for whom it was asked, as often as asked."""

import gc
import json
import socket
import struct
import time
import warnings
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from threading import Thread
from threading import enumerate as enumerate_threads
from urllib.parse import urlsplit

import pytest

from tests.sandbox.conftest import Box, wait_until


def fault(box: Box, **told: object) -> None:
    box.control("PUT", "faults", {"match": "/v1/me/player*"} | told)


def test_a_rate_limit_with_and_without_its_header(box: Box) -> None:
    fault(box, kind="rate_limit", retry_after=7)
    answer = box.api("ada", "GET", "/me/player")
    assert (answer.status, answer.text, answer.headers["Retry-After"]) == (429, "Too many requests", "7")
    fault(box, kind="rate_limit", retry_after=None)
    assert "Retry-After" not in box.api("ada", "GET", "/me/player").headers
    fault(box, kind="rate_limit", message="API rate limit exceeded")
    assert box.api("ada", "GET", "/me/player").error == (429, "API rate limit exceeded", "")


def test_the_quota_names_itself(box: Box) -> None:
    fault(box, kind="quota", retry_after=48_925)
    answer = box.api("ada", "GET", "/me/player/queue")
    assert answer.error == (429, "Too many requests", "QUOTA_EXCEEDED")
    assert answer.headers["Retry-After"] == "48925"


@pytest.mark.parametrize(
    ("told", "status", "body"),
    [
        ({"kind": "status", "status": 503}, 503, b'{"error":{"status":503,"message":"Service unavailable"}}'),
        ({"kind": "html", "status": 502}, 502, b"<html>"),
        ({"kind": "html", "status": 200}, 200, b"<html>"),
        ({"kind": "empty", "status": 500}, 500, b""),
        ({"kind": "text", "status": 503, "message": "upstream"}, 503, b"upstream"),
        ({"kind": "invalid_json"}, 200, b'{"items": [,'),
    ],
)
def test_bodies_that_nobody_wants(box: Box, told: dict[str, object], status: int, body: bytes) -> None:
    fault(box, **told)
    answer = box.api("ada", "GET", "/me/player")
    assert answer.status == status
    assert answer.body.startswith(body)
    assert bool(answer.body) is bool(body)


def test_a_token_that_is_suddenly_no_good(box: Box) -> None:
    fault(box, kind="unauthorized", message="Access token missing", times=1)
    assert box.api("ada", "GET", "/me/player").error == (401, "Access token missing", "")
    assert box.api("ada", "GET", "/me/player").status == 200


def test_a_body_that_breaks_off(box: Box) -> None:
    fault(box, kind="truncate")
    with pytest.raises(IncompleteRead):
        box.api("ada", "GET", "/me/player")


def test_a_connection_that_is_reset(box: Box) -> None:
    before = box.state()
    fault(box, kind="reset", method="POST")
    with pytest.raises(ConnectionError):
        box.api("ada", "POST", "/me/player/next")
    assert box.state()["item"] == before["item"]
    assert box.api("ada", "GET", "/me/player").status == 200


def test_an_answer_that_drips_is_whole_in_the_end(box: Box) -> None:
    true = box.api("ada", "GET", "/me/player/devices").json
    fault(box, kind="drip", pieces=7, delay_ms=70)
    assert box.api("ada", "GET", "/me/player/devices").json == true


def test_an_answer_that_is_longer_than_it_need_be(box: Box) -> None:
    true = box.api("ada", "GET", "/me/player/devices").json
    fault(box, kind="pad", size=300_000)
    answer = box.api("ada", "GET", "/me/player/devices")
    assert (answer.json, len(answer.body)) == (true, 300_000)


def test_the_first_ones_get_through(box: Box) -> None:
    fault(box, kind="status", after=2, times=1)
    assert [box.api("ada", "GET", "/me/player").status for _ in range(4)] == [200, 200, 503, 200]


def test_an_answer_that_is_lost_after_the_deed(box: Box) -> None:
    before = box.state()
    fault(box, kind="reset", method="POST", handled=True)
    with pytest.raises(ConnectionError):
        box.api("ada", "POST", "/me/player/next")
    assert box.state()["item"] == before["queue"][0]


def test_a_caller_that_is_left_hanging_until_released(box: Box) -> None:
    fault(box, kind="timeout", times=1)
    ended: list[str] = []

    def hang() -> None:
        try:
            box.api("ada", "GET", "/me/player")
        except (RemoteDisconnected, ConnectionResetError):
            ended.append("nothing came")

    caller = Thread(target=hang)
    box.token("ada")
    caller.start()
    wait_until(lambda: box.control("GET", "requests")["by_status"].get("0") == 1)
    assert ended == []
    box.control("DELETE", "faults")
    caller.join(timeout=60)
    assert ended == ["nothing came"]


def test_only_the_named_member_and_only_so_often(box: Box) -> None:
    fault(box, kind="status", status=500, member="ben", times=2)
    assert box.api("ada", "GET", "/me/player").status == 200
    assert [box.api("ben", "GET", "/me/player").status for _ in range(3)] == [500, 500, 200]
    assert box.control("GET", "faults")[0]["times"] == 0


def test_misfortune_by_chance_is_neither_never_nor_always(box: Box) -> None:
    fault(box, kind="status", status=500, probability=0.5)
    statuses = [box.api("ada", "GET", "/me/player").status for _ in range(40)]
    assert {200, 500} == set(statuses)


def test_several_faults_and_the_accounts_service(box: Box) -> None:
    box.control(
        "PUT",
        "faults",
        [
            {"match": "/api/token", "kind": "status", "status": 503},
            {"match": "/v1/me", "kind": "status", "status": 500},
        ],
    )
    assert box.exchange(grant_type="client_credentials").status == 503
    assert box.api("ada", "GET", "/me").status == 500
    assert box.api("ada", "GET", "/me/player").status == 200
    box.control("DELETE", "faults")
    assert box.api("ada", "GET", "/me").status == 200


def test_a_fault_that_makes_no_sense_is_refused_and_changes_nothing(box: Box) -> None:
    fault(box, kind="status", status=500)
    for told in ({"kind": "flood"}, {"kind": "status"}, {"match": "*", "kind": "status", "colour": "red"}):
        assert "error" in box.control("PUT", "faults", told, expect=400)
    assert box.api("ada", "GET", "/me/player").status == 500


def test_latency_is_added_to_every_answer_but_control_s(box: Box) -> None:
    box.control("PUT", "settings", {"latency_ms": 80})
    started = box.sandbox.world.clock.now()
    box.api("ada", "GET", "/me")
    took = box.sandbox.world.clock.now() - started
    assert took >= 0.08


def test_a_slow_answer_is_the_true_one(box: Box) -> None:
    fault(box, kind="slow", delay_ms=150)
    started = box.sandbox.world.clock.now()
    assert box.get("/me/player")["is_playing"] is True
    assert box.sandbox.world.clock.now() - started >= 0.15


def test_any_value_at_any_place(box: Box) -> None:
    put = {"/item/name": "half \ud83d", "/device/volume_percent": float("nan"), "/item/artists/-": None}
    box.control(
        "PUT",
        "faults",
        {"match": "/v1/me/player", "kind": "rewrite", "put": put, "remove": ["/actions", "/nowhere/0"]},
    )
    answer = box.api("ada", "GET", "/me/player")
    assert answer.json["item"]["name"] == "half \ud83d"
    assert str(answer.json["device"]["volume_percent"]) == "nan"
    assert answer.json["item"]["artists"][-1] is None
    assert "actions" not in answer.json


def test_every_row_another_value_and_rows_removed(box: Box) -> None:
    true = box.get("/me/tracks?limit=5")
    put = {"/items/*/added_at": 0}
    box.control(
        "PUT",
        "faults",
        {"match": "/v1/me/tracks", "kind": "rewrite", "put": put, "remove": ["/items/3", "/items/1"]},
    )
    answer = box.api("ada", "GET", "/me/tracks?limit=5")
    assert [row["added_at"] for row in answer.json["items"]] == [0, 0, 0]
    kept = [true["items"][at]["track"]["id"] for at in (0, 2, 4)]
    assert [row["track"]["id"] for row in answer.json["items"]] == kept
    assert "ETag" not in answer.headers


def test_another_document_and_another_encoding(box: Box) -> None:
    fault(box, kind="rewrite", put={"": None})
    assert box.api("ada", "GET", "/me/player").body == b"null"
    fault(box, kind="rewrite", put={"": {"name": "ż é"}}, encoding="latin-1")
    assert box.api("ada", "GET", "/me/player").body == b'{"name": "? \xe9"}'


def test_everything_and_everybody_is_renamed_the_same_each_time(box: Box) -> None:
    fault(box, kind="rename", match="/v1/*", names=["\u3164", "x" * 400])
    lists = [one for one in box.get("/me/playlists")["items"] if one]
    assert {one["name"] for one in lists} == {"\u3164", "x" * 400}
    assert {one["owner"]["display_name"] for one in lists} <= {"\u3164", "x" * 400}
    assert [one for one in box.get("/me/playlists")["items"] if one] == lists
    assert lists[0]["type"] == "playlist"


def test_a_pointer_that_makes_no_sense_is_refused(box: Box) -> None:
    for told in ({"put": {"items": 1}}, {"remove": ["x"]}, {"put": 7}, {"encoding": "elvish"}):
        assert "error" in box.control("PUT", "faults", {"match": "*", "kind": "rewrite", **told}, expect=400)


def test_a_wait_as_a_fraction_and_as_a_date(box: Box) -> None:
    fault(box, kind="rate_limit", retry_after=2.5)
    assert box.api("ada", "GET", "/me/player").headers["Retry-After"] == "2.5"
    fault(box, kind="quota", retry_after=3600, as_date=True)
    told = parsedate_to_datetime(box.api("ada", "GET", "/me/player").headers["Retry-After"])
    assert 3500 < told.timestamp() - time.time() <= 3600


def test_a_deed_that_is_answered_with_nothing(box: Box) -> None:
    before = box.get("/me/playlists")["total"]
    fault(box, match="/v1/me/playlists", kind="empty", status=201, handled=True)
    answer = box.api("ada", "POST", "/me/playlists", {"name": "Made in silence"})
    assert (answer.status, answer.body) == (201, b"")
    box.control("DELETE", "faults")
    assert box.get("/me/playlists")["total"] == before + 1


def test_a_lost_connection_does_not_end_the_others(box: Box) -> None:
    kept = HTTPConnection(urlsplit(box.url).netloc, timeout=60)
    bearer = {"Authorization": f"Bearer {box.token('ada')}"}
    for _ in range(3):
        kept.request("GET", "/v1/me", headers=bearer)
        response = kept.getresponse()
        assert json.loads(response.read())["display_name"] == "Ada"
        fault(box, kind="reset", times=1)
        with pytest.raises(ConnectionError):
            box.api("ada", "GET", "/me/player")
    kept.close()


def test_who_hangs_up_before_the_answer_leaves_no_socket_behind(box: Box) -> None:
    box.sandbox.world.settings.latency_ms = 50
    before = set(enumerate_threads())  # other simulated Spotifies have callers who stay
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", box.sandbox.port)) as caller:
                caller.sendall(b"GET /v1/me HTTP/1.1\r\nHost: x\r\n\r\n")
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wait_until(lambda: not {thread for thread in enumerate_threads() if thread not in before})
        gc.collect()
    assert [str(one.message) for one in told if f", {box.sandbox.port})" in str(one.message)] == []
