"""What a browser has to do: `python tests/benchmarks/browser.py [--rows 10000] [--json]`.

The app as in a household, its worker and the simulated Spotify are processes of their own. A long playlist is
opened, by a browser that was never here and by one that was: bytes on the wire, requests, the processor
time of the page, and until its script has taken over, so that it can be scrolled, filtered and edited. Then
pages are used on a processor that is four times slower, for tasks that hold the page up for more than 50 ms;
and controls are pressed, until the frame that shows the change.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.controls import CONTROLS, measure  # noqa: E402
from tests.benchmarks.player import House, open_house  # noqa: E402
from tests.benchmarks.scrolling import open_list  # noqa: E402

TIMES = 5
SLOWER = 4
LATENCY_MS = 200
PHONE = {"width": 390, "height": 844}
# The rows are the script's and can be dragged, the filter takes words, and arrow keys lead into the list.
IS_READY = """() => document.querySelector("#rows > .gap") && document.querySelector("#rows > [tabindex='0']")
  && document.querySelector("#filter input:enabled") && document.querySelector("#rows[data-can-drag]")
  && performance.now()"""
WATCH_TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((one) => one.duration)))
    .observe({type: "longtask"});
}"""


class Wire:
    """What a page's session of the debugging protocol saw go by."""

    def __init__(self, page: Any) -> None:
        self.cdp = page.context.new_cdp_session(page)
        self.bytes: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        self.cdp.send("Network.enable")
        self.cdp.send("Performance.enable")
        self.cdp.on("Network.requestWillBeSent", self._note_request)
        self.cdp.on("Network.loadingFinished", self._note_end)

    def _note_request(self, told: dict[str, Any]) -> None:
        self._urls[told["requestId"]] = told["request"]["url"]

    def _note_end(self, told: dict[str, Any]) -> None:
        if url := self._urls.get(told["requestId"]):
            self.bytes[url] = self.bytes.get(url, 0) + int(told["encodedDataLength"])

    def read_cpu_ms(self) -> float:
        told = {one["name"]: one["value"] for one in self.cdp.send("Performance.getMetrics")["metrics"]}
        return float(told["TaskDuration"] * 1000)


def open_playlist(browser: Any, house: House, address: str) -> Iterator[tuple[str, dict[str, float]]]:
    """By a browser that was never here, and the same again.

    Scripts and pictures that come when nothing else is to do are in `kb`, and not in `kb_until_ready`.
    """
    for _ in range(TIMES):
        with make_window(browser, house) as context:
            for name in ("first visit", "again"):
                page = context.new_page()
                wire = Wire(page)
                page.goto(address, wait_until="commit")
                ready_ms = page.wait_for_function(IS_READY, timeout=60_000).json_value()
                kb_until_ready = sum(_own(wire.bytes).values()) / 1000
                cpu_ms = wire.read_cpu_ms()
                page.wait_for_load_state("networkidle")
                own = _own(wire.bytes)
                yield (
                    name,
                    {
                        "ready": ready_ms,
                        "cpu": cpu_ms,
                        "kb_until_ready": kb_until_ready,
                        "kb": sum(own.values()) / 1000,
                        "pictures_kb": sum(
                            size for url, size in own.items() if not url.startswith(house.app_url)
                        )
                        / 1000,
                        "html": max(size for url, size in own.items() if url.startswith(address)) / 1000,
                        "requests": len(own),
                    },
                )
                page.close()


def _own(sizes: dict[str, int]) -> dict[str, int]:
    """Without the notice of the demo, which a household does not have."""
    return {url: size for url, size in sizes.items() if "/demo/" not in url}


@contextmanager
def make_window(browser: Any, house: House, **options: Any) -> Iterator[Any]:
    context = browser.new_context(base_url=house.app_url, service_workers="block", **options)
    context.add_cookies([{"name": n, "value": v, "url": house.app_url} for n, v in house.cookie.items()])
    yield context
    context.close()


def use_pages(page: Any, address: str) -> dict[str, Callable[[], object]]:
    """Flows in which no task is to hold the page up."""

    def scroll() -> None:
        for _ in range(20):
            page.mouse.wheel(0, 500)
            page.wait_for_timeout(50)

    def type_words() -> None:
        page.locator("#filter input[name=q]").press_sequentially("the", delay=120)
        page.wait_for_timeout(800)

    def go(path: str) -> Callable[[], object]:
        return lambda: (page.goto(path), page.wait_for_timeout(1000))

    return {
        "opening Home": go("/"),
        "opening the player": go("/player/"),
        "going to the playlists": lambda: (
            page.locator("#bar-replaced, .sidebar__link").first.wait_for(state="attached"),
            page.goto("/"),
            page.locator(".sidebar__link").nth(1).click(),
            page.wait_for_timeout(1000),
        ),
        "opening a playlist": go(address),
        "scrolling it": scroll,
        "filtering it": type_words,
        "opening saved songs": go("/library/"),
        "pressing Play": lambda: (page.locator("#bar-play").click(), page.wait_for_timeout(1500)),
    }


def run(house: House, rows: int) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    from tests.get_chromium import find

    address = open_list(house, rows=rows)
    house.browser().get(f"{house.app_url}player/", timeout=30)
    told: dict[str, Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        opened: dict[str, list[dict[str, float]]] = {}
        for name, one in open_playlist(browser, house, address):
            opened.setdefault(name, []).append(one)
        for name, ones in opened.items():
            told[name] = {key: statistics.median(one[key] for one in ones) for key in ones[0]}
        with make_window(browser, house) as context:
            page = context.new_page()
            wire = Wire(page)
            wire.cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            told["long tasks"] = {}
            page.add_init_script(f"({WATCH_TASKS})()")
            page.goto("/")
            for name, act in use_pages(page, address).items():
                page.evaluate("longTasks.length = 0")
                act()
                told["long tasks"][name] = [round(ms) for ms in page.evaluate("longTasks")]
            wire.cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
            house.control("PUT", "settings", {"latency_ms": LATENCY_MS})
            told["clicks"] = {
                name: [round(ms) for ms in measure(page, name, times=TIMES)[0]] for name in CONTROLS
            }
        browser.close()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--json", action="store_true", help="print nothing but what was found")
    wanted = parser.parse_args()
    with open_house(has_worker=True, SPOTIFY_PACE_REQUESTS="0") as house:
        told = run(house, wanted.rows)
    print(json.dumps(told, indent=None if wanted.json else 2))


if __name__ == "__main__":
    main()
