"""What a house costs the box: `python tests/benchmarks/load.py [--members 25] [--tabs 25] [--seconds 40]`.

The web server and the worker of the Procfile, and the simulated Spotify in extended mode, are processes of
their own, on loopback, with a data folder that is thrown away. All members move in and listen; then tabs are
left open, pages are opened and buttons are pressed, each by itself. A tab asks as the page's script does.
What counts is the processor time of web server, worker and database: it hardly depends on what else the
machine does. Times of answers do. With `--engine server` PostgreSQL and Redis are started in a temporary
folder.
"""

import argparse
import heapq
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import urllib3

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.app import Site, lay_app, list_with_children, read_memory_mb, run_process  # noqa: E402
from tests.benchmarks.player import PART  # noqa: E402
from tests.engines import find_cache_server, find_postgresql, run_cache, run_postgresql  # noqa: E402

MOST_MEMBERS, MOST_TABS, LONGEST_S = 1000, 500, 120
HANDS = 8  # how many browsers act at once
IDLE_S = 10
MOVED_IN_WITHIN_S = 60
PAGES = ("/", "/player/", "/library/", "/library/albums/", "/playlists/", "/recent/", "/search/?q=rain")
PRESSES = ("pause", "play", "next", "previous")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass
class Browser:
    """One member's, with an open tab whose player asks again when it was told to."""

    app: urllib3.HTTPConnectionPool
    headers: dict[str, str]
    tag: str = ""
    statuses: Counter[int] = field(default_factory=Counter)
    answered_s: list[float] = field(default_factory=list)

    def poll(self) -> float:
        """Returns after how many seconds the next one is due."""
        answer = self.send("GET", "/player/bar/", {**PART, "HX-PTag": self.tag})
        if answer.status == 200:
            self.tag = answer.data.decode().split('data-tag="', 1)[1].split('"', 1)[0]
        return int(answer.headers.get("Poll-Ms", "5000")) / 1000

    def open_tab(self) -> "Browser":
        return Browser(self.app, self.headers)

    def open_page(self, path: str) -> None:
        answer = self.send("GET", path, {})
        if found := re.search(r"([\w-]*csrftoken)=(\w+)", answer.headers.get("Set-Cookie", "")):
            self.headers |= {
                "X-CSRFToken": found[2],
                "Cookie": f"{self.headers['Cookie'].partition(';')[0]}; {found[0]}",
            }

    def press(self, name: str) -> None:
        self.send("POST", f"/player/{name}/", {**PART, "HX-Target": "div#bar"})

    def send(self, method: str, path: str, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        began = time.perf_counter()
        answer = self.app.request(method, path, headers={**self.headers, **headers}, redirect=False)
        self.answered_s.append(time.perf_counter() - began)
        self.statuses[answer.status] += 1
        return answer


class Meter:
    """Processor time and memory of the app's processes, and of those of its database."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._pids = pids

    def read_cpu_s(self) -> dict[str, float]:
        return {name: _read_cpu_s(pid) for name, pid in self._pids.items()}

    def read_memory_mb(self) -> dict[str, int]:
        return {name: round(read_memory_mb(pid)) for name, pid in self._pids.items()}


@dataclass
class Club:
    sandbox_url: str
    meter: Meter
    browsers: list[Browser]

    @contextmanager
    def measure(self, what: str, *, per: str, browsers: list[Browser], count: float = 0) -> Iterator[None]:
        """Prints what it cost; without a count, what one answer did."""
        for browser in browsers:
            browser.statuses.clear()
            browser.answered_s.clear()
        asked, before, began = self.count_asked(), self.meter.read_cpu_s(), time.perf_counter()
        yield
        length_s, after = time.perf_counter() - began, self.meter.read_cpu_s()
        asked = self.count_asked() - asked
        times = sorted(second for browser in browsers for second in browser.answered_s)
        number = count or len(times)
        costs = "  ".join(f"{name} {(after[name] - before[name]) * 1000 / number:.1f}" for name in after)
        print(f"{what}, {number:.0f} x {per} in {length_s:.0f} s, CPU ms for each:  {costs}")
        if times:
            statuses = sum((browser.statuses for browser in browsers), Counter())
            median, p95 = statistics.median(times) * 1000, times[int(len(times) * 0.95)] * 1000
            print(f"    answers {dict(sorted(statuses.items()))}, median {median:.0f} ms, p95 {p95:.0f} ms")
        print(f"    asked of Spotify: {asked / number:.2f} for each, {asked / length_s:.1f} a second")

    def count_asked(self) -> int:
        from tests.support.sandbox_control import SandboxControl

        asked = SandboxControl(self.sandbox_url).control("GET", "requests")["by_operation"]
        return int(sum(asked.values()))

    def move_in(self) -> None:
        """Each opens two pages, which has the worker read what they have saved."""
        from spotweb.jobs.models import Job

        with self.measure("moving in", per="member", count=len(self.browsers), browsers=self.browsers):
            with ThreadPoolExecutor(HANDS) as hands:
                list(
                    hands.map(lambda one: [one.open_page(path) for path in ("/", "/library/")], self.browsers)
                )
            deadline = time.monotonic() + MOVED_IN_WITHIN_S
            while left := Job.objects.filter(state__in=["queued", "running"]).count():
                if time.monotonic() > deadline:
                    print(f"    {left} jobs are left")
                    break
                time.sleep(0.5)

    def leave_open(self, tabs: int, seconds: float, dice: random.Random) -> None:
        """That many tabs, spread over the members, for so long."""
        opened = [self.browsers[number % len(self.browsers)].open_tab() for number in range(tabs)]
        until = time.monotonic() + seconds
        due = [(time.monotonic() + dice.uniform(0, 5), number) for number in range(tabs)]
        heapq.heapify(due)
        lock = threading.Lock()

        def ask() -> None:
            while time.monotonic() < until:
                with lock:
                    number = heapq.heappop(due)[1] if due and due[0][0] <= time.monotonic() else None
                if number is None:
                    time.sleep(0.02)
                    continue
                again_s = opened[number].poll()
                with lock:
                    heapq.heappush(due, (time.monotonic() + again_s, number))

        with self.measure(f"{tabs} open tabs", per="tab-minute", count=tabs * seconds / 60, browsers=opened):
            _do_together(ask, HANDS)

    def open_pages(self, seconds: float, dice: random.Random) -> None:
        self._act("pages", "page", seconds, lambda browser: browser.open_page(dice.choice(PAGES)), dice)

    def press_buttons(self, seconds: float, dice: random.Random) -> None:
        self._act("buttons", "press", seconds, lambda browser: browser.press(dice.choice(PRESSES)), dice)

    def _act(
        self, what: str, per: str, seconds: float, act: Callable[[Browser], None], dice: random.Random
    ) -> None:
        """Two at a time, each after the other."""
        until = time.monotonic() + seconds

        def go_on() -> None:
            while time.monotonic() < until:
                act(dice.choice(self.browsers))

        with self.measure(what, per=per, browsers=self.browsers):
            _do_together(go_on, 2)


def _do_together(act: Callable[[], None], hands: int) -> None:
    with ThreadPoolExecutor(hands) as pool:
        for done in [pool.submit(act) for _ in range(hands)]:
            done.result()


def _find_processes(words: str, *, variable: str = "") -> list[int]:
    """By what stands in their command, and in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if words in command and variable in (folder / "environ").read_bytes().decode():
                found.append(int(folder.name))
    return found


def _read_cpu_s(pid: int) -> float:
    """With its children, those that have ended included."""
    ticks = 0
    for one in list_with_children(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15] if one == pid else fields[11:13]))
    return ticks / TICKS_PER_S


def _read_size_mb() -> float:
    """Of the database, what has not been written into its file yet included."""
    from django.db import connection

    sizes = {"sqlite": "page_count * page_size FROM pragma_page_count, pragma_page_size"}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sizes.get(connection.vendor, 'pg_database_size(current_database())')}")
        return int(cursor.fetchone()[0]) / 1e6


def run(wanted: argparse.Namespace, club: Club) -> None:
    dice = random.Random(4)
    club.move_in()
    print(f"    memory in MB {club.meter.read_memory_mb()}")
    with club.measure("nobody looks", per="second", count=IDLE_S, browsers=[]):
        time.sleep(IDLE_S)
    club.leave_open(wanted.tabs, wanted.seconds, dice)
    club.open_pages(wanted.seconds / 3, dice)
    club.press_buttons(wanted.seconds / 3, dice)
    print(f"    memory in MB {club.meter.read_memory_mb()}")


def make_browsers(app_url: str, sandbox_url: str, members: int) -> list[Browser]:
    """Everybody in the sandbox's house, signed in and listening to something that does not end."""
    from django.conf import settings

    from tests.support.people import move_in
    from tests.support.sandbox_control import SandboxControl

    sandbox = SandboxControl(sandbox_url)
    tracks = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=1000")]
    pool = urllib3.connection_from_url(app_url, maxsize=HANDS)
    browsers = []
    for number, one in enumerate(sandbox.control("GET", "members")[:members]):
        person = move_in(sandbox, one["id"], is_owner=number == 0)
        begin = number * 7 % 900
        sandbox.scene(one["id"], tracks=tracks[begin : begin + 40], repeat="context")
        session = person.client.cookies[settings.SESSION_COOKIE_NAME]
        headers = {"Cookie": f"{session.key}={session.value}", "Referer": app_url}
        browsers.append(Browser(pool, headers))
    sandbox.forget_requests()
    return browsers


@contextmanager
def start_engine(name: str) -> Iterator[Path | None]:
    """Sets DATABASE_URL and CACHE_URL; yields where the database lies."""
    if name == "sqlite":
        yield None
        return
    postgresql, cache_server = find_postgresql(), find_cache_server()
    if postgresql is None or cache_server is None:
        sys.exit("PostgreSQL and Redis are not installed.")
    with (
        tempfile.TemporaryDirectory(prefix="load-") as folder,
        run_postgresql(postgresql, Path(folder)) as database_url,
        run_cache(cache_server, Path(folder)) as cache_url,
    ):
        os.environ |= {"DATABASE_URL": database_url, "CACHE_URL": f"{cache_url}/0"}
        yield Path(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--members", type=int, default=25)
    parser.add_argument("--tabs", type=int, default=25)
    parser.add_argument("--seconds", type=int, default=40, help="for the tabs; a third for pages and buttons")
    parser.add_argument("--latency-ms", type=int, default=100, help="of Spotify's answers")
    parser.add_argument("--engine", choices=["sqlite", "server"], default="sqlite")
    wanted = parser.parse_args()
    if wanted.members > MOST_MEMBERS or wanted.tabs > MOST_TABS or wanted.seconds > LONGEST_S:
        parser.error(f"at most {MOST_MEMBERS} members, {MOST_TABS} tabs and {LONGEST_S} seconds")
    with (
        start_engine(wanted.engine) as database_folder,
        lay_app("load", SPOTIFY_QUOTA_MODE="extended") as site,
    ):
        start_and_run(wanted, site, database_folder)


def start_and_run(wanted: argparse.Namespace, site: Site, database_folder: Path | None) -> None:
    manage = (sys.executable, "manage.py")
    latency = f"--latency-ms={wanted.latency_ms}"
    sandbox = (*manage, "sandbox", f"--port={site.sandbox_port}", f"--members={wanted.members}", latency)
    web = (*manage, "serve", "--host=127.0.0.1", f"--port={site.port}")
    worker = (*manage, "worker", "--interval=0.5", "--no-startup-delay")
    with (
        run_process(*sandbox, url=f"{site.sandbox_url}/__sandbox__/members"),
        run_process(*web, url=f"{site.app_url}/healthz?part=web"),
        run_process(*worker, url=f"{site.app_url}/healthz?part=web"),
    ):
        browsers = make_browsers(site.app_url, site.sandbox_url, wanted.members)
        here = f"SPOTWEB_DATA_DIR={site.folder}"
        pids = {
            "web": _find_processes(f"serve --host=127.0.0.1 --port={site.port}", variable=here),
            "worker": _find_processes("manage.py worker", variable=here),
        }
        if database_folder:
            pids["database"] = _find_processes(f"-D {database_folder}/postgresql/data")
            pids["cache"] = _find_processes(f":{os.environ['CACHE_URL'].split(':')[-1].split('/')[0]}")
        before_mb = _read_size_mb()
        print(f"{wanted.members} members on {wanted.engine}, load {os.getloadavg()[0]:.1f}")
        run(wanted, Club(site.sandbox_url, Meter({name: one[0] for name, one in pids.items()}), browsers))
        print(f"    database {before_mb:.1f} MB at first, then {_read_size_mb():.1f} MB")


if __name__ == "__main__":
    main()
