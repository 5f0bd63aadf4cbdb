"""What holds a page up: `python tests/benchmarks/long_tasks.py [--runs 3] [--flow "scrolling it"]`.

The flows of browser.py are traced at full speed, and each task of the page's thread is told in processor
time, which says the same on a busy machine: one of 12.5 ms takes 50 ms on a processor four times slower. Said
is how many such tasks a flow has, what they and all others consist of, and which styles, layouts and scripts
are long.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.browser import SLOWER, make_window, use_pages  # noqa: E402
from tests.benchmarks.player import House, open_house  # noqa: E402
from tests.benchmarks.scrolling import open_list  # noqa: E402

LONG_MS = 50 / SLOWER
WORTH_TELLING_MS = 1.5
CATEGORIES = [
    "toplevel",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "v8.execute",
    "loading",
]
# As Chromium names its work, and what it is for us. All else that is long enough is told by its own name.
CAUSES = {
    "Layout": "layout",
    "UpdateLayoutTree": "style",
    "PrePaint": "paint",
    "Paint": "paint",
    "PaintImage": "pictures",
    "Layerize": "layers",
    "Commit": "layers",
    "ParseHTML": "reading HTML",
    "ParseAuthorStyleSheet": "reading styles",
    "MinorGC": "collecting garbage",
    "MajorGC": "collecting garbage",
    **dict.fromkeys(
        (
            "EvaluateScript",
            "FunctionCall",
            "EventDispatch",
            "FireAnimationFrame",
            "TimerFire",
            "v8.callFunction",
            "v8.evaluateModule",
            "v8.run",
            "RunMicrotasks",
        ),
        "script",
    ),
    **dict.fromkeys(("v8.compile", "v8.compileModule"), "compiling"),
    **dict.fromkeys(("ThreadControllerImpl::RunTask", "RunTask", "ThreadController active"), "the browser"),
}


@dataclass
class Task:
    """One of the page's thread, with how long each part of it took without what it calls, in ms."""

    ms: float
    causes: Counter[str] = field(default_factory=Counter)
    parts: list[str] = field(default_factory=list)


def read_tasks(trace: bytes) -> Iterator[Task]:
    """The tasks of all pages' main threads, by processor time."""
    events = json.loads(trace)["traceEvents"]
    mains = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    threads: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for one in events:
        if one.get("ph") == "X" and "tdur" in one and (one["pid"], one["tid"]) in mains:
            threads[one["pid"], one["tid"]].append(one)
    for found in threads.values():
        yield from _read_thread(sorted(found, key=lambda one: (one["ts"], -one["dur"])))


def _read_thread(events: Iterable[dict[str, Any]]) -> Iterator[Task]:
    open_ones: list[dict[str, Any]] = []
    task: Task | None = None
    for event in events:
        ms = event["tdur"] / 1000
        while open_ones and open_ones[-1]["ts"] + open_ones[-1]["dur"] <= event["ts"]:
            open_ones.pop()
        cause = CAUSES.get(event["name"], event["name"])
        if not open_ones:
            if task:
                yield task
            task = Task(ms)
        else:
            around = CAUSES.get(open_ones[-1]["name"], open_ones[-1]["name"])
            task.causes[around] -= ms  # type: ignore[union-attr]  # the first event of all has none around it
        task.causes[cause] += ms  # type: ignore[union-attr]
        if ms >= WORTH_TELLING_MS and event["name"] in CAUSES and cause != "the browser":
            task.parts.append("  " * len(open_ones) + _describe(event, ms))  # type: ignore[union-attr]
        open_ones.append(event)
    if task:
        yield task


def _describe(event: dict[str, Any], ms: float) -> str:
    about = event["args"].get("data") or event["args"].get("beginData") or {}
    where = f"{about['url'].rsplit('/', 1)[-1]}:{about.get('lineNumber', '')}" if about.get("url") else ""
    told = [event["name"], where, about.get("functionName", ""), about.get("type", "")]
    if elements := event["args"].get("elementCount"):
        told.append(f"{elements} elements")
    if objects := about.get("totalObjects"):
        told.append(f"{about['dirtyObjects']} of {objects} boxes")
    return f"{ms:5.1f} ms {' '.join(filter(None, told))}"


def tell(name: str, runs: list[list[Task]]) -> None:
    tasks = [task for run in runs for task in run]
    long = [task for task in tasks if task.ms > LONG_MS]
    print(
        f"{name}: {len(long) / len(runs):.1f} tasks of more than {LONG_MS} ms,"
        f" the longest {max((task.ms for task in tasks), default=0):.0f} ms;"
        f" {sum(task.ms for task in tasks) / len(runs):.0f} ms in all"
    )
    for words, ones in (("long ones", long), ("all", tasks)):
        causes: Counter[str] = Counter()
        for task in ones:
            causes.update(task.causes)
        shown = ", ".join(f"{cause} {ms / len(runs):.0f}" for cause, ms in causes.most_common(9) if ms > 0)
        print(f"  {words}: {shown or 'none'}")
    for task in [one for one in runs[-1] if one.ms > LONG_MS]:
        print(f"  {task.ms:5.1f} ms")
        for part in task.parts:
            print(f"    {part}")


def run(house: House, wanted: argparse.Namespace) -> None:
    from playwright.sync_api import sync_playwright

    from tests.get_chromium import find

    address = open_list(house, rows=wanted.rows)
    house.browser().get(f"{house.app_url}player/", timeout=30)
    found: dict[str, list[list[Task]]] = defaultdict(list)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        for _ in range(wanted.runs):
            with make_window(browser, house) as context:
                page = context.new_page()
                page.goto("/")
                page.wait_for_load_state("networkidle")
                for name, act in use_pages(page, address).items():
                    browser.start_tracing(page=page, categories=CATEGORIES)
                    act()
                    found[name].append(list(read_tasks(browser.stop_tracing())))
        browser.close()
    for name, runs in found.items():
        if wanted.flow in name:
            tell(name, runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--flow", default="", help="tell only of flows whose name has this in it")
    wanted = parser.parse_args()
    with open_house(has_worker=True, SPOTIFY_PACE_REQUESTS="0") as house:
        run(house, wanted)


if __name__ == "__main__":
    main()
