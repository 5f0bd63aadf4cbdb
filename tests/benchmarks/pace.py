"""A first reading at the pace of development mode: `python tests/benchmarks/pace.py [--songs 6000] [--json]`.

The app as in a household, its worker and the simulated Spotify, which refuses what is above 45 requests in
30 s, are processes of their own. A member opens the library, and the worker reads all that they have saved.
Of the 45 requests background work gets 34, one after the other: the last sixth of a window is for buttons,
and pages and polls come before it, too. Windows are reckoned 0.8 % longer than Spotify's, since the network
may bring requests closer together than they were sent. So the pace alone takes 0.89 s for each request but
the first. What else is in the time: the worker has to notice the work, and writes what it has read.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.player import House, open_house  # noqa: E402

WINDOW_S, WINDOW_REQUESTS = 30, 45
LATENCY_MS = 50
READ_WITHIN_S = 600


def run(house: House, songs: int) -> dict[str, Any]:
    from library.models import SavedIndex
    from library.saved import browse
    from spotweb.spotify.rate_limit.limits import get_pace

    house.control("PUT", "settings", {"window_requests": WINDOW_REQUESTS, "window_s": WINDOW_S})
    house.sandbox.forget_requests()
    house.browser().get(f"{house.app_url}library/", timeout=60).raise_for_status()
    began = time.monotonic()
    for_page = _count(house, "total")
    unread = SavedIndex.objects.filter(needs_full_sync=True)
    while unread.exists():
        if time.monotonic() - began > READ_WITHIN_S:
            sys.exit(f"not read after {READ_WITHIN_S} s")
        time.sleep(0.05)
    length_s = time.monotonic() - began
    if (total := browse.get_page(house.member, "track", limit=1).total) < songs - 20:  # some have vanished
        sys.exit(f"only {total} songs were read")
    in_background = _count(house, "total") - for_page
    return {
        "s": length_s,
        "requests": in_background,
        "pace_s": (in_background - 1) * get_pace().spacing_s,
        "refused": house.control("GET", "requests")["by_status"].get("429", 0),
    }


def _count(house: House, name: str) -> int:
    return int(house.control("GET", "requests")[name])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--songs", type=int, default=6_000)
    parser.add_argument("--json", action="store_true", help="print nothing but what was found")
    wanted = parser.parse_args()
    spotify = ("--saved-tracks", str(wanted.songs), "--latency-ms", str(LATENCY_MS))
    with open_house(has_worker=True, spotify=spotify) as house:
        told = run(house, wanted.songs)
    print(json.dumps(told, indent=None if wanted.json else 2))


if __name__ == "__main__":
    main()
