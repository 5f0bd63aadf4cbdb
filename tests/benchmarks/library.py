"""What a big library costs: `python tests/benchmarks/library.py [--sizes 1000 10000 100000] [--paced]`.

For each size, with a simulated Spotify of 50 ms in a process of its own: seconds until the first tracks are
on the page, the first reading from end to end, an unchanged library, twenty new tracks; then what the pages
take on our side, through Django and down to the HTML. spotipy reads the same library in the same run, the way
one would do it today, when it is installed (`make contract`, or a python named by `--clients-python`).
`--paced` adds the first reading of the smallest size at the pace of development mode.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.app import fill_folder  # noqa: E402
from tests.benchmarks.collect import clients_python, control, get_peak_mb, run, simulated_spotify, token_of  # noqa: E402

PAGES_OF = 50
WORDS = ("the", "love", "ni", "a", "of the", "zzzz", "sea", "blue moon")
SLOWEST_SYNC = 1.3  # x requests x latency / connections
MAX_ROW_BYTES, MAX_ROW_MS = 1228, 0.08
PAGE_GOALS_MS = {10_000: 50, 100_000: 100}


# --- the app, in a process of its own -----------------------------------------------------------------------


def app(url: str, granted: dict[str, Any], rounds: int) -> dict[str, Any]:
    """Everything that is measured of one size."""
    fill_folder()
    person = _move_in(granted)
    found: dict[str, Any] = {}
    _reading(found, url, person)
    _again(found, url, person, granted["new"])
    control(url, "DELETE", "requests")
    found["pages"] = _pages(person, rounds)
    found["rows"] = _rows(person)
    found["upstream_of_pages"] = control(url, "GET", "requests")["total"]
    return found


def _move_in(granted: dict[str, Any]) -> Any:
    from accounts.models import Member
    from accounts.tokens import store_grant
    from spotweb.spotify.authorization import Tokens

    member = Member.objects.create(account_key="ada", spotify_id="ada", display_name="Ada", is_owner=True)
    names = ("access_token", "refresh_token", "expires_in", "scope")
    store_grant(member, Tokens(**{name: granted[name] for name in names}))
    return member


def _reading(found: dict[str, Any], url: str, member: Any) -> None:
    from library.models import SavedIndex
    from library.saved import browse
    from library.sync.progress import get_progress
    from spotweb.jobs.runner import run_slice
    from spotweb.processes.memory import freeze_loaded_objects

    browser = _browser(member)
    browser.get("/household/")  # what is imported with the first page is not what is measured
    control(url, "DELETE", "requests")
    began = time.perf_counter()
    page = browser.get("/library/")
    found["first_s"] = time.perf_counter() - began
    found["first_requests"] = len(_of_tracks(url))
    found["first_rows"] = page.content.count(b'<li class="item-row')
    saved_index = SavedIndex.objects.get(member=member, kind="track")
    freeze_loaded_objects()  # as the worker does after its start
    before_mb = get_peak_mb()
    began, used = time.perf_counter(), time.process_time()
    while get_progress(member, "track").is_under_way:
        saved_index.refresh_from_db()
        run_slice(saved_index.job.pk, saved_index.job.attempt)
    found["sync_s"], found["sync_cpu_s"] = time.perf_counter() - began, time.process_time() - used
    found["sync_requests"] = len(_of_tracks(url)) - found["first_requests"]
    found["peak_mb"], found["grown_mb"] = get_peak_mb(), get_peak_mb() - before_mb
    found["tracks"] = browse.get_page(member, "track", limit=1).total
    for kind in ("album", "show", "episode", "audiobook", "artist"):
        saved_index = SavedIndex.objects.get(member=member, kind=kind)
        run_slice(saved_index.job.pk, saved_index.job.attempt)


def _again(found: dict[str, Any], url: str, member: Any, new: list[str]) -> None:
    from accounts.tokens import spotify_for
    from library.models import SavedIndex
    from library.sync import actions as sync_actions
    from spotweb.spotify import library

    control(url, "DELETE", "requests")
    began = time.perf_counter()
    for kind in SavedIndex.Kind.values:
        sync_actions.refresh_index(member, kind)
    found["unchanged_s"] = time.perf_counter() - began
    found["unchanged_requests"] = control(url, "GET", "requests")["total"]
    library.save_library_items(spotify_for(member), new)
    control(url, "DELETE", "requests")
    sync_actions.refresh_index(member, "track")
    found["new_requests"] = control(url, "GET", "requests")["total"]


def _pages(member: Any, rounds: int) -> dict[str, list[float]]:
    from library.saved import browse
    from spotweb.processes.memory import freeze_loaded_objects

    freeze_loaded_objects()  # as the web server does after its start
    browser = _browser(member)
    part = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": "/library/"}
    # As htmx asks for them. The rows of scrolling on have never been shown.
    asked = {
        "keystroke": {**part, "HX-Target": "section#results"},
        "scrolling on": {**part, "HX-Target": "div#rows"},
    }
    after: str | None = None
    places = []
    for _ in range(199):
        page = browse.get_page(member, "track", after=after)
        if page.next is None:
            break
        after = page.next
        places.append(after)
    # The very first page of a process compiles templates and opens what it needs.
    began, cpu = time.perf_counter(), time.process_time()
    browser.get("/library/")
    found = {
        "first page": [(time.perf_counter() - began) * 1000],
        "first page, CPU": [(time.process_time() - cpu) * 1000],
    }
    acts: dict[str, Callable[[int], str]] = {
        "tracks page": lambda _: "/library/",
        "search": lambda number: f"/search/?q={WORDS[number % len(WORDS)]}",
        "keystroke": lambda number: f"/library/?q={WORDS[number % len(WORDS)]}",
        "page 200": lambda _: f"/library/?after={after}",
        "scrolling on": lambda number: f"/library/?after={places[-2 - number % (len(places) - 1)]}",
    }
    for name, address in acts.items():
        headers = asked.get(name, {})
        browser.get(address(0), headers=headers)
        times, used = [], []
        for number in range(rounds):
            began, cpu = time.perf_counter(), time.process_time()
            answer = browser.get(address(number), headers=headers)
            times.append((time.perf_counter() - began) * 1000)
            used.append((time.process_time() - cpu) * 1000)
            if answer.status_code != 200:
                sys.exit(f"{name}: {answer.status_code}")
        found[name] = times
        found[f"{name}, CPU"] = used
    found["bare view, CPU"] = _time_bare_view(rounds)
    return found


def _time_bare_view(rounds: int) -> list[float]:
    """What Django takes for a view that does nothing, behind no middleware: a yardstick."""
    from django.http import HttpResponse
    from django.test import Client, override_settings
    from django.urls import path

    class Urls:
        urlpatterns = (path("", lambda _: HttpResponse("nothing")),)

    times = []
    with override_settings(MIDDLEWARE=[], ROOT_URLCONF=Urls):
        browser = Client(headers={"Host": "127.0.0.1"})
        for _ in range(rounds):
            began = time.process_time()
            browser.get("/")
            times.append((time.process_time() - began) * 1000)
    return times


def _rows(member: Any) -> dict[str, float]:
    """Bytes of the rows of the first page, and the CPU time in ms to draw one.

    The least of twenty rounds, as timeit does: whatever else the machine does only adds to it.
    """
    from types import SimpleNamespace

    from library.saved import browse
    from library.saved_pages.context import build_line
    from library.saved_pages.query import SavedQuery
    from library.templatetags.library import saved_lines

    query = SavedQuery(kind="track", view="rows")
    context: Any = {"saved": SimpleNamespace(kind="track", query=query), "member": member}
    lines = [build_line(row, query) for row in browse.get_page(member, "track", limit=PAGES_OF).rows]
    spent = []
    for _ in range(20):
        began = time.process_time()
        drawn = [saved_lines(context, [line]) for line in lines]
        spent.append((time.process_time() - began) * 1000 / len(lines))
    sizes = [len(row.encode()) for row in drawn]
    return {"bytes": statistics.mean(sizes), "most": max(sizes), "ms": min(spent)}


def _browser(member: Any) -> Any:
    from django.conf import settings
    from django.test import Client

    client = Client(headers={"Host": settings.SPOTWEB_URL.netloc})
    client.force_login(member)
    return client


def _of_tracks(url: str) -> list[Any]:
    log = control(url, "GET", "requests")["requests"]
    return [one for one in log if one["operation"] == "get-users-saved-tracks"]


# --- the run ------------------------------------------------------------------------------------------------


def measure(size: int, options: argparse.Namespace, *, is_paced: bool = False) -> dict[str, Any]:
    settings = ("--latency-ms", str(options.latency_ms), "--saved-tracks", str(size))
    with simulated_spotify("development", *settings) as url:
        granted = control(url, "POST", "tokens", {"member": "ada"})
        granted["new"] = _unsaved(url, 20)
        if is_paced:
            control(url, "PUT", "settings", {"window_requests": 45, "window_s": 30})
        found = _in_a_process(url, granted, options, is_paced=is_paced)
        if "bare" in options.pythons and not is_paced:
            wish: dict[str, Any] = {"who": "bare", "url": url, "token": token_of(url), "what": "tracks"}
            wish |= {"size": size, "parallel": options.parallel, "limit": PAGES_OF}
            found["bare"] = run(options.pythons["bare"], wish)
        if "spotipy" in options.pythons and not is_paced:
            wish = {"who": "spotipy", "url": url, "token": token_of(url), "what": "tracks"}
            found["spotipy"] = run(options.pythons["spotipy"], wish)
        return found


def _unsaved(url: str, number: int) -> list[str]:
    saved = {f"spotify:track:{id_}" for id_ in control(url, "GET", "library/ada")["track"]}
    some = control(url, "GET", "catalog?type=track&limit=500000")
    return [one["uri"] for one in some if one["uri"] not in saved][:number]


def _in_a_process(
    url: str, granted: dict[str, Any], options: argparse.Namespace, *, is_paced: bool
) -> dict[str, Any]:
    folder = tempfile.mkdtemp(prefix="spotweb-library-")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "spotweb.settings",
        "SPOTWEB_DATA_DIR": folder,
        "SPOTWEB_ENV_FILE": os.devnull,
        "SPOTIFY_CLIENT_ID": "",
        "SPOTIFY_API_URL": f"{url}/v1",
        "SPOTIFY_ACCOUNTS_URL": url,
        "SPOTIFY_PACE_PARALLEL": "3" if is_paced else str(options.parallel),
        "LOG_LEVEL": "ERROR",
        "DEBUG": "false",  # else each query is kept, with all its values
        **({} if is_paced else {"SPOTIFY_PACE_REQUESTS": "0"}),
    }
    wish = json.dumps({"url": url, "granted": granted, "rounds": options.rounds})
    command = [*options.prefix, sys.executable, str(Path(__file__)), "--worker", wish]
    try:
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def find_p95(times: list[float]) -> float:
    """The only one, where there is one: the first page of a process."""
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def tell(size: int, found: dict[str, Any], options: argparse.Namespace) -> None:
    ideal = found["sync_requests"] * options.latency_ms / 1000 / options.parallel
    times = found["sync_s"] / ideal
    goal = "met" if times <= SLOWEST_SYNC else "MISSED"
    print(f"\n{size:,} saved tracks, {options.latency_ms} ms, {options.parallel} connections")
    print(
        f"  first tracks on the page  {found['first_s']:.2f} s, {found['first_requests']} request(s), "
        f"{found['first_rows']} rows"
    )
    print(
        f"  read from end to end      {found['sync_s']:.1f} s, {found['sync_requests']} requests, "
        f"{times:.2f} x requests x latency / connections (goal {SLOWEST_SYNC}: {goal}); "
        f"{found['sync_cpu_s']:.1f} s of CPU, "
        f"{found['peak_mb']:.0f} MB at the most, {found['grown_mb']:.0f} MB of it for this"
    )
    print(
        f"  unchanged                 {found['unchanged_requests']} requests for six kinds, "
        f"{found['unchanged_s']:.2f} s; twenty new: {found['new_requests']} request(s)"
    )
    for name, figures in found["pages"].items():
        p95 = find_p95(figures)
        goal_ms = PAGE_GOALS_MS.get(size)
        judged = f" (goal {goal_ms}: {'met' if p95 <= goal_ms else 'MISSED'})" if goal_ms else ""
        print(f"  {name:24}  median {statistics.median(figures):5.1f} ms, p95 {p95:5.1f} ms{judged}")
    rows = found["rows"]
    goals = rows["bytes"] <= MAX_ROW_BYTES, rows["ms"] <= MAX_ROW_MS
    print(
        f"  a row                     {rows['bytes']:.0f} bytes, {rows['most']} at the most "
        f"(goal {MAX_ROW_BYTES}: {'met' if goals[0] else 'MISSED'}); drawn in "
        f"{rows['ms']:.2f} ms of CPU (goal {MAX_ROW_MS}: {'met' if goals[1] else 'MISSED'})"
    )
    print(f"  asked of Spotify by all these pages: {found['upstream_of_pages']}")
    other = found.get("spotipy")
    if isinstance(other, dict):
        print(f"  spotipy, page by page     {other['wall']:.1f} s, {other['peak_mb']:.0f} MB, each time anew")
    elif other:
        print(f"  spotipy: {other}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--latency-ms", type=int, default=50)
    parser.add_argument("--parallel", type=int, default=8)
    parser.add_argument("--clients-python")
    parser.add_argument("--paced", action="store_true")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(app(**json.loads(options.worker))))
        return
    options.pythons, options.prefix = clients_python(options.clients_python), []
    medians: dict[str, list[float]] = {}
    for size in options.sizes:
        found = measure(size, options)
        tell(size, found, options)
        for name, figures in found["pages"].items():
            medians.setdefault(name, []).append(statistics.median(figures))
    for name, figures in medians.items() if len(options.sizes) > 1 else ():
        grown = figures[-1] / figures[0]
        print(f"{name}: x {grown:.1f} from {options.sizes[0]:,} to {options.sizes[-1]:,} tracks")
    if options.paced:
        found = measure(min(options.sizes), options, is_paced=True)
        pace_s = found["sync_requests"] * 30 / 45
        requests = found["sync_requests"]
        print(
            f"At 45 in 30 s: {requests} requests in {found['sync_s']:.0f} s; the pace allows {pace_s:.0f} s"
        )


if __name__ == "__main__":
    main()
