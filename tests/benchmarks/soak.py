"""Half an hour with a bad connection: `python tests/benchmarks/soak.py [--minutes 30] [--percent 1]`.

The simulated Spotify is a process of its own, whose clock is moved along with ours; each kind of fault
strikes the given share of all requests. Two members with two tabs each poll as the page does and press keys.
At the end the faults stop: then nothing may be stuck. Exits with 1 when something was wrong.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.player import PART, free_port, running  # noqa: E402

STEP_S = 1.0
PRESS_EVERY_S = 15.0
SETTLE_S = 40
PARTS = 6  # memory is looked at after each; the first has met most kinds of fault
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


@dataclass
class Tab:
    """A page, or only the bar of one, that asks again when it was told to."""

    cookies: Any
    path: str
    due_at: float = 0.0
    tag: str = ""
    seen: Counter[int] = field(default_factory=Counter)

    def poll(self) -> None:
        answer = browser(self.cookies).get(self.path, headers={**PART, "HX-PTag": self.tag})
        self.seen[answer.status_code] += 1
        self.due_at = time.time() + int(answer.headers.get("Poll-Ms", "5000")) / 1000
        if answer.status_code == 200:
            self.tag = answer.text.split('data-tag="', 1)[1].split('"', 1)[0]


def browser(cookies: Any) -> Any:
    """A new one for each request: Django's test client leaves two finalizers behind with every request."""
    from django.test import Client

    client = Client(raise_request_exception=False, headers={"Host": "127.0.0.1"})
    client.cookies = cookies
    return client


def memory_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


class House:
    """Two members, and what happens to them."""

    def __init__(self, sandbox_url: str) -> None:
        self.control_url = f"{sandbox_url}/__sandbox__"
        self.cookies = {name: self._move_in(name) for name in ("ada", "ben")}
        self.tabs = [
            Tab(cookies, path) for cookies in self.cookies.values() for path in ("/", "/player/bar/")
        ]
        self.presses: Counter[int] = Counter()

    def control(self, method: str, path: str, payload: object = None) -> Any:
        import requests

        answer = requests.request(method, f"{self.control_url}/{path}", json=payload, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _move_in(self, name: str) -> Any:
        from django.test import Client

        from accounts.models import Member
        from accounts.tokens import store_grant
        from spotweb.spotify.authorization import Tokens

        granted = self.control("POST", "tokens", {"member": name})
        member = Member.objects.create(account_key=name, spotify_id=name, display_name=name)
        known = ("access_token", "refresh_token", "expires_in", "scope")
        store_grant(member, Tokens(**{key: granted[key] for key in known}))
        client = Client(raise_request_exception=False, headers={"Host": "127.0.0.1"})
        client.force_login(member)
        return client.cookies

    def break_things(self, percent: float) -> None:
        probability = percent / 100
        self.control(
            "PUT", "faults", [{"match": "/v1/*", "probability": probability, **one} for one in KINDS]
        )

    def live_through(self, seconds: float, *, clock: Any, dice: random.Random) -> None:
        """Moves both clocks in steps, polls what is due, and presses a key now and then."""
        until, press_at = time.time() + seconds, time.time() + PRESS_EVERY_S
        while time.time() < until:
            clock.shift(STEP_S)
            self.control("POST", "clock", {"advance_s": STEP_S})
            for tab in self.tabs:
                if tab.due_at <= time.time():
                    tab.poll()
            if press_at <= time.time():
                press_at = time.time() + PRESS_EVERY_S
                name, values = dice.choice(PRESSES)
                self.press(dice.choice(list(self.cookies)), name, values)

    def press(self, member: str, name: str, values: dict[str, str]) -> int:
        headers = {**PART, "HX-Target": "div#player"}
        status: int = self.post(member, name, values, headers).status_code
        self.presses[status] += 1
        for tab in self.tabs:  # an answer to a command makes the page ask again soon
            tab.due_at = min(tab.due_at, time.time() + 0.8)
        return status

    def post(self, member: str, name: str, values: dict[str, str], headers: dict[str, str]) -> Any:
        return browser(self.cookies[member]).post(f"/player/{name}/", values, headers=headers)

    def stuck(self) -> list[str]:
        """What does not answer, or does not tell the truth, although nothing is wrong any more."""
        found = []
        for name, cookies in self.cookies.items():
            for wanted, command in ((False, "pause"), (True, "play"), (False, "pause")):
                device = self.control("GET", f"player/{name}")["device"]
                status = self.post(name, command, {}, PART).status_code
                if status == 409 and device is None:  # asleep: the page asks for a device, and that is right
                    break
                if status != 200:
                    found.append(f"{name}: {command} answers {status}")
                if self.control("GET", f"player/{name}")["is_playing"] is not wanted:
                    found.append(f"{name}: {command} does nothing")
            page = browser(cookies).get("/", headers=PART)
            if page.status_code != 200 or 'id="stale"' in page.text:
                found.append(f"{name}: the page answers {page.status_code} and calls itself old")
        return found


def run(wanted: argparse.Namespace, sandbox_url: str) -> int:
    import time_machine
    from django.conf import settings
    from django.utils import timezone

    settings.SPOTIFY_READ_TIMEOUT_S = 0.15
    house = House(sandbox_url)
    house.control("PUT", "settings", {"delay_ms": 0})
    house.control("DELETE", "requests")
    dice = random.Random(4)
    began = time.perf_counter()
    with time_machine.travel(timezone.now(), tick=True) as clock:
        house.live_through(120, clock=clock, dice=dice)
        house.break_things(wanted.percent)
        memory = []
        for _ in range(PARTS):
            house.live_through(wanted.minutes * 60 / PARTS, clock=clock, dice=dice)
            memory.append(memory_mb())
        house.control("DELETE", "faults")
        house.live_through(SETTLE_S, clock=clock, dice=random.Random(1))
        clock.shift(3)
        stuck = house.stuck()
    polls = sum((tab.seen for tab in house.tabs), Counter())
    crashes = polls[500] + house.presses[500]
    log = house.control("GET", "requests")
    print(f"{wanted.minutes} simulated minutes in {time.perf_counter() - began:.0f} s, seed 4")
    print(f"upstream answers by status  {dict(sorted(log['by_status'].items()))}")
    print(f"polls by status             {dict(sorted(polls.items()))}")
    print(f"commands by status          {dict(sorted(house.presses.items()))}")
    print(f"memory after each sixth     {'  '.join(f'{mb:.1f}' for mb in memory)} MB")
    print(f"answers of 500              {crashes}")
    print(f"stuck afterwards            {stuck or 'nothing'}")
    return 1 if crashes or stuck else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--percent", type=float, default=1.0, help="share of requests for each kind of fault")
    wanted = parser.parse_args()
    data, sandbox_port = Path(tempfile.mkdtemp(prefix="soak-")), free_port()
    (data / "static").mkdir()
    os.environ |= {
        "SPOTWEB_DATA_DIR": str(data),
        "SANDBOX_PORT": str(sandbox_port),
        "DJANGO_SETTINGS_MODULE": "spotweb.settings",
        "LOG_LEVEL": "ERROR",
        "DEBUG": "true",  # unhashed static files; nothing else of it matters here
    }
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    settings.DEBUG = False  # the log of queries would grow without end
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    manage = (sys.executable, "manage.py", "sandbox", "--port", str(sandbox_port))
    sandbox_url = f"http://127.0.0.1:{sandbox_port}"
    try:
        with running(*manage, url=f"{sandbox_url}/__sandbox__/members"):
            status = run(wanted, sandbox_url)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
