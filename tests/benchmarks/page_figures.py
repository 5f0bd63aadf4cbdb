"""Lines of the table about pages in a browser, and what they ask of the app."""

import argparse
import statistics
import time
from collections.abc import Iterator

from tests.benchmarks.figures import Figure, Skipped, run_program
from tests.benchmarks.lighthouse import CATEGORIES

ONE_AUDIT_S = 15


def measure_browser(_options: argparse.Namespace) -> Iterator[Figure]:
    """A playlist of 10,000 in a real browser, and presses of its controls."""
    found = run_program("browser")
    for name, visit in (("first visit", found["first visit"]), ("again", found["again"])):
        yield Figure(f"opening a playlist of 10,000, {name}, until it can be used", visit["ready"], "ms", 400)
        yield Figure(f"opening a playlist of 10,000, {name}, on the wire", visit["kb"], "KB", 60)
        yield Figure(f"opening a playlist of 10,000, {name}, of it pictures", visit["pictures_kb"], "KB")
        yield Figure(f"opening a playlist of 10,000, {name}, CPU of the page", visit["cpu"], "ms CPU")
    clicks = [ms for times in found["clicks"].values() for ms in times]
    yield Figure("click to changed control, median", statistics.median(clicks), "ms", 16)
    tasks = [ms for times in found["long tasks"].values() for ms in times]
    yield Figure("tasks of more than 50 ms in eight flows, processor 4 x slower", len(tasks), "", 0)
    yield Figure("the longest of them", max(tasks, default=0), "ms", 50)


def measure_walk(_options: argparse.Namespace) -> Iterator[Figure]:
    """What a first visit brings, and which rules of the stylesheets nothing is drawn by."""
    found = run_program("walk")
    for name, visit in found["first visit"].items():
        yield Figure(f"script and style that {name} names, first visit", visit["named"], "KB", 45)
        yield Figure("the same with what comes when nothing else is to do", visit["all"], "KB")
    for name, rules in found["rules"].items():
        share = rules["unused"] / rules["all"] * 100
        yield Figure(f"rules of {name} that nothing on the walk uses, of {rules['all']}", share, "%", 10)
    if found["left out"]:
        msg = f"the steps {'; '.join(found['left out'])}"
        raise Skipped(msg)


def measure_player(_options: argparse.Namespace) -> Iterator[Figure]:
    found = run_program("player")
    times = found["anew"] / found["round trip"]
    yield Figure("the player's fragment read anew, x one round trip", times, "x", 1.15)
    yield Figure("the same from the cache", found["cached"], "ms")
    yield Figure("the same unchanged (304)", found["unchanged"], "ms")


def measure_lighthouse(options: argparse.Namespace) -> Iterator[Figure]:
    """As many pages as fit into what is left of the time."""
    left_s = options.ends_at - time.monotonic()
    if left_s < ONE_AUDIT_S:
        msg = "no time is left for it"
        raise Skipped(msg)
    wanted = ("--seconds", f"{left_s:.0f}")
    if options.lighthouse:
        wanted += ("--lighthouse", options.lighthouse)
    found = run_program("lighthouse", *wanted)
    pages = found["pages"]
    for category in CATEGORIES:
        scores = {name: audits[category]["score"] for name, audits in pages.items()}
        least = min(scores, key=lambda name: scores[name])
        title = f"Lighthouse, mobile, {category}, least of {len(scores)} pages"
        if scores[least] < 100:
            title += f" ({least})"
        yield Figure(title, scores[least], "", 100, is_least=True)
        yield Figure(f"of these pages with 100 for {category}", sum(n == 100 for n in scores.values()), "")
    if found["left out"]:
        msg = f"no time was left for {', '.join(found['left out'])}"
        raise Skipped(msg)
