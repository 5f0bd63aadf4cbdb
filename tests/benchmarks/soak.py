"""Half an hour with a bad connection: `python tests/benchmarks/soak.py [--minutes 30] [--percent 1]`.

The app's web server and the simulated Spotify are processes of their own, whose clocks are moved along with
ours; each kind of fault strikes the given share of all requests. Two members with two tabs each poll as the
page does, press keys and look at other pages. The memory is that of the web server. At the end the faults
stop: then nothing may be stuck. Exits with 1 when something was wrong, or when the memory grew after the
first sixth.
"""

import argparse
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.app import lay_app, run_process  # noqa: E402
from tests.benchmarks.player import PART  # noqa: E402

STEP_S = 1.0
PRESS_EVERY_S = 15.0
LOOK_EVERY_S = 20.0
SETTLE_S = 40
PARTS = 6  # memory is looked at after each; the first has met most kinds of fault
MOST_GROWTH_MB = 2.0  # between any two of the others
CLOCK_PATH = "/soak-clock"
KINDS: list[dict[str, Any]] = [
    {"kind": "rate_limit", "retry_after": 3},
    {"kind": "quota", "retry_after": 5},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "unauthorized"},
    {"kind": "html", "status": 502},
    {"kind": "text"},
    {"kind": "empty"},
    {"kind": "invalid_json"},
    {"kind": "truncate"},
    {"kind": "timeout"},
    {"kind": "reset"},
    {"kind": "reset", "handled": True},
    {"kind": "slow", "delay_ms": 100},
    {"kind": "drip", "delay_ms": 2_000, "pieces": 40},
]
PRESSES: list[tuple[str, dict[str, str]]] = [
    ("pause", {}),
    ("play", {}),
    ("next", {}),
    ("next", {"times": "3"}),
    ("previous", {}),
    ("seek", {"position_ms": "30000"}),
    ("volume", {"volume_percent": "35"}),
    ("shuffle", {"state": "true"}),
    ("shuffle", {"state": "false"}),
    ("repeat", {"state": "context"}),
]
PAGES = (
    "/recent/",
    "/household/",
    "/find/?q=a",
    "/search/?q=rain",
    "/search/spotify/?q=fog&kind=tracks",
    "/search/spotify/?q=sea&kind=albums",
)


@dataclass
class Tab:
    """A page, or only the bar of one, that asks again when it was told to."""

    browser: requests.Session
    url: str
    due_at: float = 0.0
    tag: str = ""
    seen: Counter[int] = field(default_factory=Counter)

    def poll(self, now: float) -> None:
        answer = self.browser.get(self.url, headers={**PART, "HX-PTag": self.tag}, timeout=60)
        self.seen[answer.status_code] += 1
        self.due_at = now + int(answer.headers.get("Poll-Ms", "5000")) / 1000
        if answer.status_code == 200:
            self.tag = answer.text.split('data-tag="', 1)[1].split('"', 1)[0]


class House:
    """Two members, and what happens to them. `now` is seconds on their clock."""

    def __init__(self, app_url: str, sandbox_url: str) -> None:
        from tests.support.people import move_in
        from tests.support.sandbox_control import SandboxControl

        self.app_url, self.now = app_url, 0.0
        self.sandbox = SandboxControl(sandbox_url)
        people = {name: move_in(self.sandbox, name, is_owner=name == "ada") for name in ("ada", "ben")}
        self.cookies = {name: one.client.cookies for name, one in people.items()}
        self.browsers = {name: self.open_browser(name) for name in people}
        self.tabs = [
            Tab(self.open_browser(name), app_url + path)
            for name in people
            for path in ("/player/", "/player/bar/")
        ]
        self.presses: Counter[int] = Counter()
        self.looks: Counter[int] = Counter()

    def open_browser(self, name: str) -> requests.Session:
        """With the cookies of this member, and what a form needs."""
        from django.conf import settings

        browser = requests.Session()
        browser.trust_env = False
        browser.cookies.update({key: one.value for key, one in self.cookies[name].items()})
        browser.get(self.app_url, timeout=60)
        browser.headers["X-CSRFToken"] = browser.cookies.get(settings.CSRF_COOKIE_NAME, "")
        browser.headers["Referer"] = self.app_url
        return browser

    def control(self, method: str, path: str, payload: object = None) -> Any:
        return self.sandbox.control(method, path, payload)

    def break_things(self, percent: float) -> None:
        probability = percent / 100
        self.control(
            "PUT", "faults", [{"match": "/v1/*", "probability": probability, **one} for one in KINDS]
        )

    def put_clocks_on(self, seconds: float) -> float:
        """Returns the memory of the web server, in MB."""
        self.now += seconds
        self.control("POST", "clock", {"advance_s": seconds})
        return float(requests.get(f"{self.app_url}{CLOCK_PATH}?{seconds}", timeout=60).text)

    def live_through(self, seconds: float, *, dice: random.Random) -> float:
        """Polls what is due, presses a key and looks at a page now and then. Returns the memory after it."""
        until, press_at, look_at = self.now + seconds, self.now + PRESS_EVERY_S, self.now + LOOK_EVERY_S
        memory_mb = 0.0
        with ThreadPoolExecutor(len(self.tabs)) as pool:
            while self.now < until:
                memory_mb = self.put_clocks_on(STEP_S)
                due = [tab for tab in self.tabs if tab.due_at <= self.now]
                list(pool.map(lambda tab: tab.poll(self.now), due))
                if press_at <= self.now:
                    press_at = self.now + PRESS_EVERY_S
                    name, values = dice.choice(PRESSES)
                    self.press(dice.choice(list(self.browsers)), name, values)
                if look_at <= self.now:
                    look_at = self.now + LOOK_EVERY_S
                    browser = self.browsers[dice.choice(list(self.browsers))]
                    page = browser.get(self.app_url + dice.choice(PAGES), timeout=60)
                    self.looks[page.status_code] += 1
        return memory_mb

    def press(self, member: str, name: str, values: dict[str, str]) -> int:
        status: int = self.post(member, name, values, {**PART, "HX-Target": "div#player"}).status_code
        self.presses[status] += 1
        for tab in self.tabs:  # an answer to a command makes the page ask again soon
            tab.due_at = min(tab.due_at, self.now + 0.8)
        return status

    def post(self, member: str, name: str, values: dict[str, str], headers: dict[str, str]) -> Any:
        url = f"{self.app_url}/player/{name}/"
        return self.browsers[member].post(url, values, headers=headers, timeout=60)

    def stuck(self) -> list[str]:
        """What does not answer, or does not tell the truth, although nothing is wrong any more."""
        found = []
        for name, browser in self.browsers.items():
            for wanted, command in ((False, "pause"), (True, "play"), (False, "pause")):
                device = self.control("GET", f"player/{name}")["device"]
                status = self.post(name, command, {}, PART).status_code
                if status == 409 and device is None:  # asleep: the page asks for a device, and that is right
                    break
                if status != 200:
                    found.append(f"{name}: {command} answers {status}")
                if self.control("GET", f"player/{name}")["is_playing"] is not wanted:
                    found.append(f"{name}: {command} does nothing")
            page = browser.get(f"{self.app_url}/player/", headers=PART, timeout=60)
            if page.status_code != 200 or 'id="stale"' in page.text:
                found.append(f"{name}: the page answers {page.status_code} and calls itself old")
        return found


def run(wanted: argparse.Namespace, house: House) -> int:
    house.control("PUT", "settings", {"delay_ms": 0})
    house.control("DELETE", "requests")
    dice = random.Random(4)
    began = time.perf_counter()
    house.live_through(120, dice=dice)
    house.break_things(wanted.percent)
    memory = [house.live_through(wanted.minutes * 60 / PARTS, dice=dice) for _ in range(PARTS)]
    house.control("DELETE", "faults")
    house.live_through(SETTLE_S, dice=random.Random(1))
    house.put_clocks_on(3)
    stuck = house.stuck()
    polls = sum((tab.seen for tab in house.tabs), Counter())
    crashes = polls[500] + house.presses[500] + house.looks[500]
    growth_mb = max(memory[1:]) - min(memory[1:])
    log = house.control("GET", "requests")
    print(f"{wanted.minutes} simulated minutes in {time.perf_counter() - began:.0f} s, seed 4")
    print(f"upstream answers by status  {dict(sorted(log['by_status'].items()))}")
    print(f"polls by status             {dict(sorted(polls.items()))}")
    print(f"commands by status          {dict(sorted(house.presses.items()))}")
    print(f"other pages by status       {dict(sorted(house.looks.items()))}")
    print(f"memory after each sixth     {'  '.join(f'{mb:.1f}' for mb in memory)} MB")
    print(f"growth after the first      {growth_mb:.1f} MB")
    print(f"answers of 500              {crashes}")
    print(f"stuck afterwards            {stuck or 'nothing'}")
    return 1 if crashes or stuck or growth_mb > MOST_GROWTH_MB else 0


def serve(port: int) -> None:
    """The web server, with a clock that can be put on."""
    import django
    import time_machine

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from spotweb.processes.memory import GIVES_BACK_EVERY_S, share_heap, trim_heap
    from spotweb.processes.web_server import create_server
    from spotweb.wsgi import application

    share_heap()
    settings.SPOTIFY_READ_TIMEOUT_S = 0.15
    passed_s = 0.0

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != CLOCK_PATH:
            return application(environ, start_response)
        nonlocal passed_s
        step_s = float(environ["QUERY_STRING"])
        clock.shift(step_s)
        if (passed_s + step_s) // GIVES_BACK_EVERY_S > passed_s // GIVES_BACK_EVERY_S:
            trim_heap()  # as the server does by a clock of its own
        passed_s += step_s
        start_response("200 OK", [])
        status = Path("/proc/self/status").read_text()
        return [str(int(status.split("VmRSS:")[1].split()[0]) / 1024).encode()]

    with time_machine.travel(timezone.now(), tick=True) as clock:
        create_server(answer, host="127.0.0.1", port=port, threads=settings.WEB_THREADS).run()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--percent", type=float, default=1.0, help="share of requests for each kind of fault")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.serve:
        serve(wanted.serve)
        return
    with lay_app("soak") as site:
        sandbox = (sys.executable, "manage.py", "sandbox", "--port", str(site.sandbox_port))
        web = (sys.executable, __file__, "--serve", str(site.port))
        with (
            run_process(*sandbox, url=f"{site.sandbox_url}/__sandbox__/members"),
            run_process(*web, url=f"{site.app_url}{CLOCK_PATH}?0"),
        ):
            status = run(wanted, House(site.app_url, site.sandbox_url))
    sys.exit(status)


if __name__ == "__main__":
    main()
