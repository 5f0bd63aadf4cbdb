"""A restart loses nothing, and the port is free again at once."""

import json
import stat
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from signal import SIGINT, SIGTERM
from urllib.parse import urlsplit

import pytest

from tests.sandbox.conftest import Box, make_box

ROOT = Path(__file__).parents[2]


def restarted(box: Box, file: Path) -> Box:
    box.sandbox.stop()
    return make_box(port=box.sandbox.port, state_file=file)


def test_consents_tokens_players_and_clock_survive(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "sandbox.json"
    box = make_box(state_file=file)
    told = box.exchange_code(box.code()).json
    cookie = str(box.agree().headers["Set-Cookie"]).partition(";")[0]
    box.wait(1000)
    box.do("POST", "/me/player/next")
    box.control("PUT", "product", {"member": "ben", "product": "free"})
    before, now = box.state(), box.control("POST", "clock", {})["now"]
    box = restarted(box, file)
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    assert box.send("GET", "/v1/me", headers=bearer).json["display_name"] == "Ada"
    assert box.refresh(told["refresh_token"]).status == 200
    assert box.send("GET", box.authorize_path(), headers={"Cookie": cookie}).status == 302
    after = box.state()
    for field in ("item", "queue", "context", "device", "rest_of_context", "plays"):
        assert after[field] == before[field]
    # The music stood still meanwhile.
    assert before["progress_ms"] <= after["progress_ms"] < before["progress_ms"] + 5000
    assert box.control("POST", "clock", {})["now"] >= now
    assert box.control("GET", "members")[1]["product"] == "free"
    box.sandbox.stop()


def test_commands_under_way_still_take_effect_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    box = make_box(state_file=file, delay_ms=60_000)
    box.do("PUT", "/me/player/pause")
    box = restarted(box, file)
    assert box.state()["pending"] == ["pause"]
    box.wait(61)
    assert box.state()["is_playing"] is False
    box.sandbox.stop()


def test_playlists_libraries_and_covers_survive(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    box = make_box(state_file=file)
    made = box.api("ada", "POST", "/me/playlists", {"name": "Kept", "description": "over night"}).json
    path = f"/playlists/{made['id']}"
    uris = [one["uri"] for one in box.control("GET", "catalog?type=track&limit=3")]
    seen = box.api("ada", "POST", f"{path}/items", {"uris": uris}).json["snapshot_id"]
    box.do("PUT", f"{path}/items", {"range_start": 0, "insert_before": 3})
    box.do("PUT", f"{path}/images", b"/9j/4AAQ")
    saved = box.get("/me/tracks?limit=1")["items"][0]["track"]["uri"]
    box.do("DELETE", f"/me/library?uris={saved}")
    reads = (path, f"{path}/items", "/me/playlists?limit=50", "/me/tracks?limit=50", "/me/albums?limit=50")
    before = [box.get(read) for read in reads]
    box = restarted(box, file)
    box.sign_in_again()
    assert [box.get(read) for read in reads] == before
    # Whoever still has the snapshot of before the restart is understood.
    move = {"range_start": 0, "insert_before": 3, "snapshot_id": seen}
    assert box.api("ada", "PUT", f"{path}/items", move).status == 200
    image = box.get(f"{path}/images")[0]["url"]
    assert box.send("GET", image.removeprefix(box.url)).body == b"\xff\xd8\xff\xe0\x00\x10"
    box.sandbox.stop()


def test_what_nobody_touched_is_not_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    box = make_box(state_file=file, saved_tracks=20_000)
    box.do("PUT", "/me/player/play", {"uris": [box.control("GET", "catalog?type=track&limit=1")[0]["uri"]]})
    box.sandbox.stop()
    assert 0 < file.stat().st_size < 150_000


def test_the_file_is_for_its_owner_alone_and_another_seeds_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    box = make_box(state_file=file)
    box.scene(scene="nothing")
    box.sandbox.stop()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    other = make_box(state_file=file, seed=2)
    assert other.state()["is_playing"] is True
    other.sandbox.stop()
    assert file.with_name("sandbox.json.old").read_bytes() == before, "nothing is thrown away"


def test_a_world_comes_back_as_it_was_made_without_being_told(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    box = make_box(state_file=file, seed=7, members=6, saved_tracks=120, long_playlist=130)
    box.scene(scene="nothing")
    paths = ("members", "catalog?type=album&limit=5")
    before = [*(box.control("GET", path) for path in paths), box.get("/me/tracks?limit=1")["total"]]
    box = restarted(box, file)
    box.sign_in_again()
    after = [*(box.control("GET", path) for path in paths), box.get("/me/tracks?limit=1")["total"]]
    assert after == before
    assert box.state()["is_playing"] is False
    box.sandbox.stop()


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2, "seed": "many"}', "\x00"])
def test_a_file_that_cannot_be_read_keeps_nobody_out(tmp_path: Path, text: str) -> None:
    file = tmp_path / "sandbox.json"
    file.write_text(text)
    box = make_box(state_file=file)
    assert box.state()["is_playing"] is True
    box.sandbox.stop()
    assert file.with_name("sandbox.json.old").read_text() == text


def test_changes_are_saved_while_it_runs(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    box = make_box(state_file=file)
    box.scene("ben", scene="nothing")
    keeper = box.sandbox._keeper
    assert keeper is not None
    keeper.save_changes()
    assert json.loads(file.read_text())["players"]["ben"]["is_playing"] is False
    box.sandbox.stop()


def test_the_same_seed_is_the_same_house_another_is_not() -> None:
    def shown(seed: int) -> list[str]:
        box = make_box(seed=seed)
        names = [found["uri"] for found in box.control("GET", "catalog?type=album&limit=5")]
        names += [str(box.state()["item"])]
        box.sandbox.stop()
        return names

    assert shown(1) == shown(1)
    assert set(shown(1)).isdisjoint(shown(2))


def command(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "sandbox", *arguments],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("sign", [SIGINT, SIGTERM])
def test_the_command_serves_and_stops_cleanly_saving_its_state(tmp_path: Path, sign: int) -> None:
    file = tmp_path / "sandbox.json"
    with command("--port", "0", "--state", str(file), "--members", "2") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Simulated Spotify on http://127.0.0.1:")
        process.send_signal(sign)
        assert process.wait(timeout=60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert set(json.loads(file.read_text())["players"]) == {"ada", "ben", "cleo"}


def test_a_taken_port_is_named_together_with_the_way_out(box: Box) -> None:
    with command("--port", str(box.sandbox.port)) as process:
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert str(box.sandbox.port) in complaint
    assert "SANDBOX_PORT" in complaint
    assert len(complaint.strip().splitlines()) == 1


def test_stopping_ends_the_connections_that_are_kept_alive(box: Box) -> None:
    kept = HTTPConnection(urlsplit(box.url).netloc, timeout=60)
    kept.request("GET", "/status")
    assert kept.getresponse().read().startswith(b"Simulated Spotify")
    box.sandbox.stop()
    # The farewell has arrived: reading finds the end.
    assert kept.sock.recv(1) == b""
    kept.close()
    again = make_box(port=box.sandbox.port)
    assert again.send("GET", "/status").status == 200
    again.sandbox.stop()
