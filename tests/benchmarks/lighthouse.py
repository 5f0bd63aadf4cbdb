"""What Lighthouse says of every page: `python tests/benchmarks/lighthouse.py [--lighthouse PATH] [--json]`.

The app as in a household, its worker and the simulated Spotify are processes of their own. Each page is
audited as on a phone, by somebody who has signed in. Lighthouse is no dependency: `npm install lighthouse`
anywhere, and name node_modules/.bin/lighthouse, or have it on the PATH. How fast pages are depends on what
else the machine does; accessibility and best practices do not.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.player import House, open_house  # noqa: E402
from tests.benchmarks.walk import make_playlist  # noqa: E402

CATEGORIES = ("performance", "accessibility", "best-practices")
FLAGS = "--headless --no-sandbox --disable-gpu"
PATIENCE_S = 120


def find_lighthouse(wanted: str | None) -> str | None:
    return shutil.which(wanted or "lighthouse")


def audit(lighthouse: str, house: House, path: str) -> dict[str, Any]:
    """By category what it scores, from 0 to 100, and what it finds wrong."""
    from tests.get_chromium import find

    cookie = "; ".join(f"{name}={value}" for name, value in house.cookie.items())
    command = [lighthouse, f"{house.app_url}{path.removeprefix('/')}", "--quiet", "--output=json"]
    command += [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}"]
    command += [f"--extra-headers={json.dumps({'Cookie': cookie})}"]
    environment = {**os.environ, "CHROME_PATH": find() or ""}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    if done.returncode:
        sys.exit(f"lighthouse {path}: {(done.stderr.strip().splitlines() or ['no reason'])[-1]}")
    report = json.loads(done.stdout)
    found: dict[str, Any] = {}
    for name in CATEGORIES:
        category = report["categories"][name]
        score = category["score"]
        wrong = [
            one["id"]
            for one in category["auditRefs"]
            if one["weight"]
            and (report["audits"][one["id"]]["score"] or 0) < 1
            and report["audits"][one["id"]]["scoreDisplayMode"]
            not in {"notApplicable", "manual", "informative"}
        ]
        found[name] = {"score": None if score is None else round(score * 100), "wrong": wrong}
    return found


def list_pages(house: House) -> Iterator[tuple[str, str]]:
    """Each page that a member has, by name; of pages that are alike only one."""
    from tests.support.pages import list_addresses

    playlist = make_playlist(house)
    left_out = ("label/", "unfollow/", "clear/", "cover/", "tools/sort/", "?view=rows", "?q=lemon")
    for path in list_addresses(house.sandbox, {"id": playlist}):
        if not path.endswith(left_out):
            yield path.replace(playlist, "…"), path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lighthouse", metavar="PATH", help="its program, unless it is on the PATH")
    parser.add_argument("--seconds", type=float, default=math.inf, help="begin with no page after them")
    parser.add_argument("--json", action="store_true", help="print nothing but what was found")
    wanted = parser.parse_args()
    lighthouse = find_lighthouse(wanted.lighthouse)
    if lighthouse is None:
        sys.exit("there is no lighthouse here")
    began = time.monotonic()
    told: dict[str, Any] = {"pages": {}, "left out": []}
    with open_house(has_worker=True, SPOTIFY_PACE_REQUESTS="0") as house:
        house.playing()
        for name, path in list_pages(house):
            if time.monotonic() - began > wanted.seconds:
                told["left out"].append(name)
                continue
            # What is read for the first time is shown as it is from then on.
            house.browser().get(f"{house.app_url}{path.removeprefix('/')}", timeout=60)
            told["pages"][name] = audits = audit(lighthouse, house, path)
            if not wanted.json:
                tell(name, audits)
    if wanted.json:
        print(json.dumps(told))


def tell(name: str, audits: dict[str, Any]) -> None:
    scores = "  ".join(f"{category} {found['score']}" for category, found in audits.items())
    wrong = ", ".join(one for found in audits.values() for one in found["wrong"])
    print(f"{name:32} {scores}  {wrong}", flush=True)


if __name__ == "__main__":
    main()
