"""Scrolling through a long playlist: `python tests/benchmarks/scrolling.py [--rows 10000] [--slower 4]`.

The app (as in a household), its worker and the simulated Spotify are processes of their own; a real
browser with the screen of a phone scrolls. Counted inside the page: frames, those that came late, long tasks
(above 50 ms, when a finger would notice), rows and elements at once, and how long the screen showed empty
rows. `--slower 4` slows the browser's processor down, as a cheap phone would.
"""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.player import House, open_house  # noqa: E402

PHONE = {"width": 390, "height": 844}
# How fast: a finger that reads along, one that is in a hurry, a fling.
SPEEDS_PX_S = {"reading": 1_200, "hurrying": 5_000, "flinging": 20_000}
SECONDS = 6
MOST_LONG_TASKS = 2
MEASURE = """([speed, seconds]) => new Promise((resolve) => {
  const told = {frames: 0, late: 0, longest: 0, empty: 0, rows: 0, elements: 0, long: [], px: 0};
  const watching = new PerformanceObserver((list) => {
    told.long.push(...list.getEntries().map((one) => one.duration));
  });
  watching.observe({type: "longtask"});
  const isEmpty = () => [innerHeight * 0.3, innerHeight * 0.6].some((y) =>
    document.elementFromPoint(innerWidth / 2, y)?.closest(".gap"));
  let begun = 0, last = 0;
  const step = (now) => {
    begun ||= now;
    if (last) {
      const took = now - last;
      told.frames += 1;
      told.late += took > 25;
      told.longest = Math.max(told.longest, took);
      told.empty += isEmpty() ? took : 0;
      told.rows = Math.max(told.rows, document.querySelectorAll("#rows > .item-row").length);
      const by = speed * took / 1000;
      told.px += by;
      scrollBy(0, by);
    }
    last = now;
    if (now - begun < seconds * 1000) return requestAnimationFrame(step);
    told.elements = document.querySelectorAll("*").length;
    watching.disconnect();
    resolve(told);
  };
  requestAnimationFrame(step);
})"""


def open_list(house: House, *, rows: int) -> str:
    """Read once, so that the page is warm; returns its address."""
    house.control("PUT", "settings", {"window_requests": None, "quota_reads": None, "quota_playlists": None})
    tracks = [one["uri"] for one in house.control("GET", "catalog?type=track&limit=2000")]
    items = (tracks * (rows // len(tracks) + 1))[:rows]
    made = house.control("POST", "playlists", {"owner": "ada", "name": "Everything", "items": items})
    address = f"{house.app_url}playlists/{made['uri'].rsplit(':', 1)[1]}/"
    until = time.monotonic() + 300
    while "data-movable" not in (text := house.browser().get(address, timeout=120).text):
        if time.monotonic() > until:
            sys.exit(f"not read: {text[:500]}")
        time.sleep(1)
    return address


def scroll(page: Any, name: str, *, slower: int) -> int:
    told = page.evaluate(MEASURE, [SPEEDS_PX_S[name], SECONDS])
    print(
        f"{name:9} {told['px'] / 56:6.0f} rows passed  {told['frames'] / SECONDS:3.0f} frames/s"
        f"  {told['late']:3} late (longest {told['longest']:4.0f} ms)  {len(told['long']):2} long tasks"
        f" (most {max(told['long'], default=0):4.0f} ms)  empty for {told['empty']:4.0f} ms"
        f"  at most {told['rows']} rows, {told['elements']:,} elements"
    )
    return len(told["long"])


def run(wanted: argparse.Namespace, house: House) -> int:
    from playwright.sync_api import sync_playwright

    from tests.get_chromium import find

    address = open_list(house, rows=wanted.rows)
    print(f"{wanted.rows:,} rows; processor slowed down {wanted.slower} times; {os.cpu_count()} cores")
    tasks = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
        context.add_cookies([{"name": n, "value": v, "url": house.app_url} for n, v in house.cookie.items()])
        page = context.new_page()
        began = time.monotonic()
        page.goto(address)
        page.locator("#rows .item-row").first.wait_for()
        print(f"first rows after {time.monotonic() - began:.2f} s")
        page.locator("#rows > .gap").last.wait_for(state="attached")
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": wanted.slower})
        for name in SPEEDS_PX_S:
            page.evaluate("scrollTo(0, 0)")
            page.wait_for_timeout(1_000)
            tasks += scroll(page, name, slower=wanted.slower)
        browser.close()
    print(f"{tasks} long tasks; goal: at most {MOST_LONG_TASKS}")
    return 0 if tasks <= MOST_LONG_TASKS else 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--slower", type=int, default=1)
    wanted = parser.parse_args()
    # How long the first reading takes is measured elsewhere.
    with open_house(has_worker=True, SPOTIFY_PACE_REQUESTS="0") as house:
        status = run(wanted, house)
    sys.exit(status)


if __name__ == "__main__":
    main()
