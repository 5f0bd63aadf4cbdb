"""A box of version 0.2.0 is updated in the middle of everything: all that was begun or waited is finished.

The box is real: every process of the Procfile, on the data that `make_0_2_0.py` has made. Only Spotify is
there before the worker, as it is in life. Nothing is waited for but what a member would wait for.
"""

import json
import lzma
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests
from django.conf import settings

from tests.environment import free_port
from tests.support.box import Box as PlainBox
from tests.support.sqlite_file import ask

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATIENCE_S = 240  # until a test gives up; the waits end as soon as what they wait for is there
# The box was off for this long: whatever its worker was at counts as lost.
AWAY_S = 3_600
# What is due at once stands in the queue with a date after this one.
FAR_AWAY = "9000-01-01"

T = TypeVar("T")


class Box:
    """One running box, as its members and the simulated Spotify see it."""

    def __init__(self, folder: Path, document: dict[str, Any]) -> None:
        self.facts = document["facts"]
        self.database = folder / "demo" / "spotweb.sqlite3"  # where the update moves it
        self.port, self.sandbox_port = free_port(), free_port()
        self._document = document
        self._folder = folder
        self._log = folder / "log.txt"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._http = requests.Session()
        self._http.trust_env = False

    def unpack(self) -> None:
        self._away_s = time.time() - self._document["made_at"] - AWAY_S
        with sqlite3.connect(self._folder / "spotweb.sqlite3") as database:
            database.executescript(self._document["sql"])
            self._move_to_now(database)
        database.close()
        state = self._document["sandbox"]
        for grant in state["grants"]:
            grant["authorized_at"] += self._away_s  # Spotify ends a sign-in after six months
        (self._folder / "sandbox.json").write_text(json.dumps(state))
        (self._folder / "secret_key").write_text(self._document["secret_key"])

    def _move_to_now(self, database: sqlite3.Connection) -> None:
        """As if it had happened minutes ago: exports are kept for a day, notices are shown for hours."""
        shift = f"{self._away_s:+.0f} seconds"
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for _, column, kind, *_ in database.execute(f"PRAGMA table_info({table})").fetchall():
                if kind == "datetime":
                    # Six digits, as Django writes it: moments are compared as text.
                    moved = f"strftime('%Y-%m-%d %H:%M:%f000', {column}, ?)"
                    update = f"UPDATE {table} SET {column} = {moved}"  # noqa: S608
                    database.execute(f"{update} WHERE {column} < '{FAR_AWAY}'", [shift])

    def start(self) -> None:
        prepared = PlainBox(self._folder).lay_static_files().prepare()
        assert prepared.returncode == 0, prepared.stdout
        lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
        self._run(lines.pop("sandbox"))
        self._wait_for_port(self.sandbox_port)
        for line in lines.values():
            self._run(line)
        self._wait_for_port(self.port)

    def _run(self, command: str) -> None:
        environment = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ} | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "SPOTWEB_ENV_FILE": os.devnull,
            "SPOTWEB_DATA_DIR": str(self._folder),
            "BIND": "127.0.0.1",
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "SPOTIFY_PACE_REQUESTS": "0",
            "TZ": "UTC",
        }
        with self._log.open("a") as log:
            process = subprocess.Popen(
                ["sh", "-c", f"exec {command}"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        self._processes.append(process)

    def _wait_for_port(self, port: int) -> None:
        def answers() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        self.wait_for(answers, bool)

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(PATIENCE_S)
        self._http.close()

    @property
    def said(self) -> str:
        return self._log.read_text() if self._log.exists() else ""

    def get(self, path: str, *, member: str = "ada") -> requests.Response:
        cookies = {settings.SESSION_COOKIE_NAME: self.facts["sessions"][member]}
        answer = self._http.get(f"http://127.0.0.1:{self.port}{path}", cookies=cookies)
        assert answer.status_code == 200, (path, answer.status_code, self.said)
        return answer

    def exported_uris(self, playlist_id: str, *, member: str = "ada") -> list[str] | None:
        """What is in a playlist as far as the app knows; None while it has not been read to its end."""
        answer = self.get(f"/playlists/{playlist_id}/export/json/", member=member)
        is_file = answer.headers["Content-Type"].startswith("application/json")
        return [item["uri"] for item in answer.json()["items"]] if is_file else None

    def read(self, path: str, *, member: str = "ada") -> str:
        """The words of a page."""
        text = self.get(path, member=member).text.partition("<main")[2]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())

    def press(self, path: str, page: str, *, member: str = "ada") -> None:
        """Send a form of that page as a browser does."""
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"|"X-CSRFToken": ?"([^"]+)"', page)
        cookies = {settings.SESSION_COOKIE_NAME: self.facts["sessions"][member]}
        if token:
            cookies[settings.CSRF_COOKIE_NAME] = token[1] or token[2]
        host = f"http://127.0.0.1:{self.port}"
        answer = self._http.post(
            host + path,
            headers={"Origin": host, "X-CSRFToken": (token[1] or token[2]) if token else ""},
            cookies=cookies,
            allow_redirects=False,
        )
        assert answer.status_code < 400, (path, answer.status_code, answer.text[:500])

    def control(self, path: str) -> Any:
        return self._http.get(f"http://127.0.0.1:{self.sandbox_port}/__sandbox__/{path}").json()

    def items(self, playlist_id: str) -> list[str]:
        return list(self.control(f"playlists/{playlist_id}")["items"])

    def wait_for(self, look: Callable[[], T], wanted: Callable[[T], object]) -> T:
        deadline = time.monotonic() + PATIENCE_S
        while not wanted(seen := look()):
            if time.monotonic() > deadline:
                pytest.fail(f"never came: {str(seen)[:3000]}\n\n{self.said[-5000:]}")
            time.sleep(0.2)
        return seen


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    document = json.loads(lzma.decompress((HERE / "from_0_2_0.json.xz").read_bytes()))
    box = Box(tmp_path_factory.mktemp("box"), document)
    box.unpack()
    try:
        box.start()
        yield box
    finally:
        box.stop()
    assert "Traceback" not in box.said, box.said


@pytest.fixture(scope="module")
def tracks(box: Box) -> list[str]:
    return [one["uri"] for one in box.control("catalog?type=track&limit=800")]


def test_the_demo_goes_on_as_the_demo_and_nobody_signs_in_again(box: Box) -> None:
    assert not (box.database.parents[1] / "spotweb.sqlite3").exists()
    names = ask(box.database, "SELECT display_name FROM accounts_member ORDER BY display_name")
    sessions = ask(box.database, "SELECT session_key FROM accounts_browsersession")
    assert names == [("Ada",), ("Ben",)]
    assert {key for (key,) in sessions} == set(box.facts["sessions"].values())
    for name in ("ada", "ben"):
        assert "Sign in with Spotify" not in box.get("/household/", member=name).text


@pytest.mark.parametrize("name", ["running_edit", "waiting_edit"])
def test_a_long_edit_is_finished(box: Box, tracks: list[str], name: str) -> None:
    fact = box.facts[name]
    kept, added = tracks[slice(*fact["kept"])], tracks[slice(*fact["added"])]
    position = fact.get("position", len(kept))
    wanted = [*kept[:position], *added, *kept[position:]]
    assert (
        box.wait_for(lambda: box.items(fact["playlist"]), lambda items: len(items) >= len(wanted)) == wanted
    )
    box.wait_for(lambda: box.exported_uris(fact["playlist"]), lambda uris: uris == wanted)
    assert "Stopped" not in box.read(f"/playlists/{fact['playlist']}/")
    assert box.items(fact["playlist"]) == wanted, "and nothing comes twice"


def test_what_moves_to_another_list_leaves_when_it_has_arrived(box: Box, tracks: list[str]) -> None:
    fact = box.facts["waiting_move"]
    moved, stays = tracks[slice(*fact["moved"])], tracks[slice(*fact["stays"])]
    box.wait_for(lambda: box.items(fact["source"]), lambda items: items == stays)
    assert box.items(fact["target"]) == moved


def test_a_first_reading_of_a_playlist_is_finished_and_the_edit_behind_it(
    box: Box, tracks: list[str]
) -> None:
    fact = box.facts["running_reading"]
    total, added = fact["total"] + 2, tracks[slice(*fact["added"])]
    items = box.wait_for(lambda: box.items(fact["playlist"]), lambda items: len(items) >= total)
    assert items[fact["total"] :] == added
    box.wait_for(lambda: box.exported_uris(fact["playlist"]), lambda uris: uris == items)


def test_a_reading_that_waited_is_begun(box: Box) -> None:
    playlist_id = box.facts["waiting_reading"]["playlist"]
    items = box.items(playlist_id)
    assert len(items) == box.facts["waiting_reading"]["total"]
    box.wait_for(lambda: box.exported_uris(playlist_id, member="ben"), lambda uris: uris == items)


@pytest.mark.parametrize(("name", "member"), [("running_import", "ada"), ("waiting_import", "ben")])
def test_an_import_is_looked_through(box: Box, name: str, member: str) -> None:
    path = f"/playlists/imports/{box.facts[name]['pk']}/"
    page = box.wait_for(lambda: box.read(path, member=member), lambda page: "Not found 12 " in page)
    assert "Song11" in page


@pytest.mark.parametrize(("name", "member"), [("running_export", "ada"), ("waiting_export", "ben")])
def test_an_export_holds_every_playlist(box: Box, name: str, member: str) -> None:
    fact = box.facts[name]
    path = f"/playlists/exports/{fact['pk']}/file/"

    def look() -> str:
        return box.read("/playlists/export/", member=member)

    page = box.wait_for(look, lambda page: "playlists are ready" in page)
    ready = int(re.search(r"(\d+) playlists are ready", page)[1])
    # Of lists of strangers Spotify does not say what is in them.
    withheld = page.count(": Spotify doesn’t say what is in it")
    assert ready + withheld == len(fact["wanted"])
    with zipfile.ZipFile(BytesIO(box.get(path, member=member).content)) as archive:
        names = [name for name in archive.namelist() if name.endswith((".json", ".csv"))]
    assert len(names) == ready


@pytest.mark.parametrize("member", ["ada", "ben"])
def test_a_first_reading_of_the_library_is_finished(box: Box, member: str) -> None:
    page = box.wait_for(lambda: box.read("/library/", member=member), lambda page: "Synced" in page)
    saved = len(box.control(f"library/{member}")["track"])
    count = int(re.search(r"(\d+) songs", page)[1])
    assert saved - 7 <= count <= saved, "all but what Spotify itself has lost"


def test_songs_on_their_way_into_a_queue_arrive(box: Box) -> None:
    uris = box.facts["waiting_queueing"]["uris"]
    box.wait_for(lambda: box.control("player/ben")["queue"], lambda queue: queue[: len(uris)] == uris)


def test_songs_whose_worker_was_ended_go_on_when_a_member_says_so(box: Box) -> None:
    """What was on its way may have arrived: it is never sent again."""
    fact = box.facts["running_queueing"]
    resume = re.compile(r'(?:action|hx-post)="([^"]*jobs/[^"]*/(?:go-on|resume)/)"')
    page = box.wait_for(lambda: box.get("/player/").text, resume.search)
    box.press(resume.search(page)[1], page)
    uris = [uri for uri, _ in fact["items"]]

    def is_over(queue: list[str]) -> bool:
        return uris[-1] in queue

    queue = box.wait_for(lambda: box.control("player/ada")["queue"], is_over)
    arrived = [uri for uri in queue if uri in uris]
    assert len(set(arrived)) == len(arrived)
    assert arrived in (uris, [uri for place, uri in enumerate(uris) if place != fact["steps_done"]])


def test_no_work_of_the_old_version_is_left_in_the_queue(box: Box) -> None:
    def look() -> list[tuple[str, str]]:
        return ask(
            box.database,
            "SELECT task_path, status FROM django_tasks_database_dbtaskresult"
            " WHERE status IN ('READY', 'RUNNING') AND run_after < strftime('%Y-%m-%d %H:%M:%f', 'now')"
            " OR status = 'FAILED' OR status IN ('READY', 'RUNNING') AND run_after > '9000-01-01'",
        )

    box.wait_for(look, lambda rows: not rows)
