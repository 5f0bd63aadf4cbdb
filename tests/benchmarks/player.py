"""What an open player costs: `python tests/benchmarks/player.py [--seconds 18] [--latency-ms 50]`.

The simulated Spotify and the app (its web server, as in a household) are processes of their own, on loopback,
with a data folder that is thrown away. Tabs are threads that ask as the page's script does: after the time
the server names, with the tag of what they show. Minutes are reckoned from real seconds.
"""

import argparse
import json
import os
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.app import lay_app, run_process  # noqa: E402

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
PLAYER_READS = {
    "get-information-about-the-users-current-playback": "playback",
    "get-queue": "queue",
    "get-a-users-available-devices": "devices",
}


@contextmanager
def open_house(
    *, has_worker: bool = False, member: str = "ada", spotify: Sequence[str] = (), **settings: str
) -> Iterator["House"]:
    """The app as in a household and the simulated Spotify, on a data folder that is thrown away.

    `spotify`: options of its command.
    """
    # Playwright keeps an event loop in its thread, and the database is asked from it.
    settings["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    manage = (sys.executable, "manage.py")
    with lay_app("benchmark", **settings) as site:
        app_url = f"{site.app_url}/"
        sandbox = (*manage, "sandbox", "--port", str(site.sandbox_port), *spotify)
        work = (*manage, "worker", "--interval", "0.2", "--no-startup-delay")
        with (
            run_process(*sandbox, url=f"{site.sandbox_url}/__sandbox__/members"),
            run_process(*manage, "serve", "--port", str(site.port), url=f"{app_url}healthz") as web,
            run_process(*work, url=f"{app_url}healthz") if has_worker else nullcontext() as worker,
        ):
            pids = {"web server": web} | ({"worker": worker} if worker else {})
            yield House(app_url, site.sandbox_url, member, pids)


class House:
    """The app with one member signed in, and the simulated Spotify behind it."""

    def __init__(self, app_url: str, sandbox_url: str, member: str, pids: dict[str, int]) -> None:
        from tests.support.sandbox_control import SandboxControl

        self.app_url, self.sandbox_url, self.pids = app_url, sandbox_url, pids
        self.sandbox = SandboxControl(sandbox_url)
        self.member, self.cookie = self.move_in(member, is_owner=True)

    def move_in(self, name: str, *, is_owner: bool = False):
        """A member, and the cookie of their browser."""
        from django.conf import settings

        from tests.support.people import move_in

        person = move_in(self.sandbox, name, is_owner=is_owner)
        cookie = person.client.cookies[settings.SESSION_COOKIE_NAME]
        return person.member, {cookie.key: cookie.value}

    def control(self, method: str, path: str, payload: object = None):
        return self.sandbox.control(method, path, payload)

    def browser(self, cookie: dict[str, str] | None = None) -> requests.Session:
        browser = requests.Session()
        browser.trust_env = False
        browser.cookies.update(cookie or self.cookie)
        return browser

    def make_due(self) -> None:
        from player.playback import refresh

        refresh.request_refresh(self.member)

    def playing(self) -> None:
        """A long item, so that no end of a track adds reads to the count."""
        epic = self.control("GET", "catalog?odd=epic&type=track")[0]["uri"]
        self.control("PUT", "player/ada", {"item": epic})
        self.make_due()


def open_tab(house: House, until: float, polls: list[int]) -> None:
    browser, tag = house.browser(), ""
    while time.monotonic() < until:
        answer = browser.get(f"{house.app_url}player/", headers={**PART, "HX-PTag": tag}, timeout=30)
        answer.raise_for_status()
        polls.append(answer.status_code)
        if answer.status_code == 200:
            tag = answer.text.split('data-tag="', 1)[1].split('"', 1)[0]
        time.sleep(min(int(answer.headers["Poll-Ms"]) / 1000, max(until - time.monotonic(), 0)))


def upstream_per_minute(house: House, *, tabs: int, seconds: float) -> None:
    house.playing()
    house.browser().get(f"{house.app_url}player/", timeout=30)
    house.control("DELETE", "requests")
    polls: list[int] = []
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=open_tab, args=(house, until, polls)) for _ in range(tabs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = house.control("GET", "requests")["by_operation"]
    per_minute = Counter(
        {PLAYER_READS.get(name, name): count * 60 / seconds for name, count in asked.items()}
    )
    reads = "  ".join(f"{name} {count:.0f}" for name, count in sorted(per_minute.items()))
    print(
        f"{tabs:4} tabs   {per_minute.total():5.0f} upstream calls a minute   ({reads};"
        f" {len(polls) * 60 / seconds:.0f} polls a minute, {polls.count(304)} of {len(polls)} answered 304)"
    )


def median_ms(
    work: Callable[[], object], *, times: int, before: Callable[[], object] = lambda: None
) -> float:
    taken = []
    for _ in range(times):
        before()
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def measure_fragment(house: House, *, latency_ms: int) -> dict[str, float]:
    """Milliseconds of one round trip to Spotify, and of the player's fragment in three cases."""
    house.control("PUT", "settings", {"latency_ms": latency_ms})
    token = house.control("POST", "tokens", {"member": "ada"})["access_token"]
    spotify, browser = requests.Session(), house.browser()
    spotify.trust_env = False
    bearer = {"Authorization": f"Bearer {token}"}

    def round_trip() -> None:
        spotify.get(f"{house.sandbox_url}/v1/me/player", headers=bearer, timeout=30).raise_for_status()

    def fragment(tag: str = "") -> requests.Response:
        answer = browser.get(f"{house.app_url}player/", headers={**PART, "HX-PTag": tag}, timeout=30)
        answer.raise_for_status()
        return answer

    for _ in range(8):  # every thread of every worker has its connections
        house.make_due()
        fragment()
    one = median_ms(round_trip, times=20)
    fresh = median_ms(fragment, times=20, before=house.make_due)
    house.control("PUT", "settings", {"latency_ms": 0})
    house.make_due()
    tag = fragment().text.split('data-tag="', 1)[1].split('"', 1)[0]
    return {
        "round trip": one,
        "anew": fresh,
        "cached": median_ms(fragment, times=60),
        "unchanged": median_ms(lambda: fragment(tag), times=60),
    }


def tell_fragment(found: dict[str, float], *, latency_ms: int) -> None:
    print(f"one round trip at {latency_ms} ms latency          {found['round trip']:6.1f} ms")
    times = f"= {found['anew'] / found['round trip']:.2f} x one round trip"
    print(f"fragment with playback and queue read anew  {found['anew']:6.1f} ms   {times}")
    print(f"fragment from the cache                     {found['cached']:6.1f} ms")
    print(f"unchanged (304)                             {found['unchanged']:6.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=18, help="how long each number of tabs is watched")
    parser.add_argument("--latency-ms", type=int, default=50)
    parser.add_argument(
        "--json", action="store_true", help="the fragment alone, and nothing but what was found"
    )
    wanted = parser.parse_args()
    # Reading anew a hundred times in a row is no household's pace.
    with open_house(SPOTIFY_PACE_REQUESTS="0") as house:
        fragment = measure_fragment(house, latency_ms=wanted.latency_ms)
        if wanted.json:
            print(json.dumps(fragment))
            return
        print(f"waitress; cache in SQLite; {os.cpu_count()} cores")
        tell_fragment(fragment, latency_ms=wanted.latency_ms)
        for tabs in (1, 5, 20):
            upstream_per_minute(house, tabs=tabs, seconds=wanted.seconds)


if __name__ == "__main__":
    main()
