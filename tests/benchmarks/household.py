"""Five members with 10,000 saved songs each: `python tests/benchmarks/household.py [--songs 10000] [--json]`.

The app as in a household, its worker and the simulated Spotify are processes of their own. Nobody shares a
song with another, which is the most that a household can be. All libraries are read and every member opens
pages; then the memory of web server and worker is taken. The same app tells how many bytes of HTML a browser
gets of pages of fifty rows, and how soon an idle worker begins what a member has just asked for.
"""

import argparse
import json
import random
import statistics
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.app import read_memory_mb  # noqa: E402
from tests.benchmarks.player import PART, House, open_house  # noqa: E402

MEMBERS = ("ben", "ines", "willem", "noor", "tove")
READ_WITHIN_S = 600
PAGES = ("/", "/player/", "/library/", "/library/albums/", "/playlists/", "/recent/", "/search/?q=rain")
KEYSTROKES = ("/library/?q=l", "/library/?q=lo", "/library/?q=love", "/library/albums/?q=sea")
BEGINNINGS = 20
BROWSER_TAKES = {"Accept-Encoding": "gzip, deflate, br, zstd"}  # as Chromium says


def move_everybody_in(house: House, songs: int) -> dict[str, dict[str, str]]:
    """Each saves a part of the catalogue, which is as large as Ada's library, who has not moved in.

    Returns their cookies.
    """
    from accounts.tokens import spotify_for
    from spotweb.spotify import library

    house.control("PUT", "allowlist", {"members": list(MEMBERS)})
    known = [one["uri"] for one in house.control("GET", "catalog?type=track&limit=500000")]
    cookies = {}
    for number, name in enumerate(MEMBERS):
        member, cookies[name] = (house.member, house.cookie) if not number else house.move_in(name)
        library.save_library_items(spotify_for(member), known[number * songs : (number + 1) * songs])
    return cookies


def read_libraries(house: House, cookies: dict[str, dict[str, str]], songs: int) -> None:
    from library.models import SavedIndex
    from library.saved import browse
    from spotweb.jobs.models import Job

    for cookie in cookies.values():
        open_pages(house, cookie, ("/", "/library/"))
    until = time.monotonic() + READ_WITHIN_S
    unread = SavedIndex.objects.filter(needs_full_sync=True, is_offered=True)
    while unread.exists() or Job.objects.filter(state__in=Job.ACTIVE).exists():
        if time.monotonic() > until:
            sys.exit(f"{unread.count()} libraries are not read after {READ_WITHIN_S} s")
        time.sleep(0.5)
    for index in SavedIndex.objects.filter(kind="track").select_related("member"):
        if (total := browse.get_page(index.member, "track", limit=1).total) < songs:
            sys.exit(f"of {index.member} only {total} songs were read")


def open_pages(house: House, cookie: dict[str, str], paths: tuple[str, ...], **headers: str) -> None:
    browser = house.browser(cookie)
    for path in paths:
        address = f"{house.app_url}{path.removeprefix('/')}"
        browser.get(address, headers=headers, timeout=60).raise_for_status()


def measure_html(house: House) -> dict[str, float]:
    """KB of HTML on the wire, pages as a browser opens them."""
    items = [one["uri"] for one in house.control("GET", "catalog?type=track&limit=50")]
    made = house.control("POST", "playlists", {"owner": MEMBERS[0], "name": "Fifty songs", "items": items})
    pages = {
        "saved songs": "library/",
        "saved albums": "library/albums/",
        "a playlist": f"playlists/{made['uri'].rsplit(':', 1)[1]}/",
        "search results": "search/?q=the",
    }
    browser, sizes = house.browser(), {}
    for name, path in pages.items():
        for _ in range(3):  # the padding against guesses is random, and the first visit of a list reads it
            answer = browser.get(house.app_url + path, headers=BROWSER_TAKES, stream=True, timeout=60)
            answer.raise_for_status()
            sizes.setdefault(name, []).append(len(answer.raw.read(decode_content=False)) / 1000)
    return {name: statistics.median(found) for name, found in sizes.items()}


def measure_beginnings(house: House) -> list[float]:
    """Seconds from a job that a member has just started to the worker's first request for it."""
    from spotweb.jobs.models import Job

    tracks = [one["uri"] for one in house.control("GET", "catalog?type=track&limit=60")]
    house.sandbox.scene(MEMBERS[0], tracks=tracks, repeat="context")
    browser, dice = house.browser(), random.Random(4)
    browser.get(f"{house.app_url}player/", timeout=60).raise_for_status()
    csrf = next(value for name, value in browser.cookies.items() if name.endswith("csrftoken"))
    headers = {**PART, "X-CSRFToken": csrf, "Referer": house.app_url}
    found = []
    for number in range(BEGINNINGS):
        time.sleep(dice.uniform(1.0, 2.0))  # whichever moment of its rest the worker is at
        last = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        house.sandbox.forget_requests()
        lines = "\n".join(tracks[number : number + 2])
        asked = browser.post(f"{house.app_url}player/lines/", {"lines": lines}, headers=headers, timeout=60)
        asked.raise_for_status()
        job = _wait_for_end(Job, last)
        first = min(datetime.fromisoformat(one["at"]) for one in house.sandbox.requests("add-to-queue"))
        found.append((first - job.created_at).total_seconds())
    return found


def _wait_for_end(jobs: Any, last: int) -> Any:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if job := jobs.objects.filter(pk__gt=last, state=jobs.State.DONE).first():
            return job
        time.sleep(0.02)
    sys.exit(f"not done within a minute: {[str(job) for job in jobs.objects.filter(pk__gt=last)]}")


def run(house: House, songs: int) -> dict[str, Any]:
    cookies = move_everybody_in(house, songs)
    began = time.monotonic()
    read_libraries(house, cookies, songs)
    told: dict[str, Any] = {"read in s": time.monotonic() - began, "memory": {}}
    told["memory"]["when all is read"] = {name: read_memory_mb(pid) for name, pid in house.pids.items()}
    for cookie in cookies.values():
        open_pages(house, cookie, PAGES)
        open_pages(house, cookie, KEYSTROKES, **PART, **{"HX-Target": "section#results"})
    told["html"] = measure_html(house)
    told["beginnings"] = measure_beginnings(house)
    told["memory"]["after pages of all"] = {name: read_memory_mb(pid) for name, pid in house.pids.items()}
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--songs", type=int, default=10_000, help="of each member")
    parser.add_argument("--json", action="store_true", help="print nothing but what was found")
    wanted = parser.parse_args()
    spotify = ("--saved-tracks", str(wanted.songs * len(MEMBERS)), "--members", str(len(MEMBERS) + 1))
    with open_house(
        has_worker=True, member=MEMBERS[0], spotify=spotify, SPOTIFY_PACE_REQUESTS="0", DEBUG="false"
    ) as house:
        told = run(house, wanted.songs)
    print(json.dumps(told, indent=None if wanted.json else 2))


if __name__ == "__main__":
    main()
