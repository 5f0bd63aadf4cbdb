"""What a big collection costs: `python tests/benchmarks/collect.py [--rounds 3] [--paced]`.

Reads 10,000 saved tracks and a playlist of 10,000 items at 50 ms latency with spotipy, tekore, http.client
alone and ours, turn by turn in one run, in both modes; each is a process of its own, and so is the simulated
Spotify. Nobody keeps what comes: it is counted. CPU and memory are those of the whole process, imports and
all; the time is that of the collection alone. `--paced` adds ours at the pace of development mode, which
takes its time.

spotipy and tekore are not dependencies: they are taken from the environment that `make contract` makes, or
from the one whose python is named by `--clients-python`. What is missing is said and left out.
"""

import argparse
import http.client
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
WHATS = ("tracks", "playlist")
PAGES_OF = 50
PEAK_MB = {"development": 60, "extended": 80}


# --- workers, each in a process of its own ------------------------------------------------------------------


def ours(url: str, token: str, what: str, mode: str, pace: tuple[int, float, int]) -> dict[str, float]:
    import django
    from django.conf import settings

    folder = tempfile.mkdtemp(prefix="spotweb-collect-")
    settings.configure(
        SPOTIFY_API_URL=f"{url}/v1",
        SPOTIFY_QUOTA_MODE=mode,
        SPOTIFY_PACE_REQUESTS=pace[0],
        SPOTIFY_PACE_SECONDS=pace[1],
        SPOTIFY_PACE_PARALLEL=pace[2],
        # As in a household: the table in SQLite that all processes share.
        CACHES={"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}},
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/db.sqlite3"}},
        USE_TZ=True,
    )
    django.setup()
    from django.core.management import call_command

    from spotweb.spotify import library, playlists
    from spotweb.spotify.http import Client
    from spotweb.spotify.paging import collect

    call_command("createcachetable", verbosity=0)

    class Token:
        key = "ada"

        def access_token(self) -> str:
            return token

        def renew(self, rejected: str) -> str:
            return rejected

    began = time.perf_counter()
    first, count = 0.0, 0
    client = Client(Token(), purpose="background")
    for part in collect(client, library.SAVED_TRACKS if what == "tracks" else playlists.items_of(what)):
        first = first or time.perf_counter() - began
        count += len(part.items)
    shutil.rmtree(folder, ignore_errors=True)
    return {"wall": time.perf_counter() - began, "first": first, "count": count}


def bare(url: str, token: str, what: str, size: int, parallel: int, limit: int) -> dict[str, float]:
    """The same pages by as many connections, with http.client alone, which reads nothing in them.

    Nobody is faster against this simulated Spotify, which takes some milliseconds beyond its latency.
    """
    path = "/v1/me/tracks" if what == "tracks" else f"/v1/playlists/{what}/items"
    offsets = deque(range(0, size, limit))

    def read() -> None:
        connection = http.client.HTTPConnection(url.partition("//")[2])
        while offsets:
            place = f"{path}?limit={limit}&offset={offsets.popleft()}"
            connection.request("GET", place, headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.client.OK:
                raise http.client.HTTPException(answer.reason)

    began = time.perf_counter()
    with ThreadPoolExecutor(parallel) as pool:
        for reader in [pool.submit(read) for _ in range(parallel)]:
            reader.result()
    return {"wall": time.perf_counter() - began, "first": 0.0, "count": size}


def spotipy(url: str, token: str, what: str) -> dict[str, float]:
    from spotipy import Spotify

    spotify = Spotify(auth=token)
    spotify.prefix = f"{url}/v1/"
    began = time.perf_counter()
    page: Any = spotify.current_user_saved_tracks(limit=50) if what == "tracks" else _items(spotify, what)
    first, count = time.perf_counter() - began, len(page["items"])
    while page["next"]:
        page = spotify.next(page)
        count += len(page["items"])
    return {"wall": time.perf_counter() - began, "first": first, "count": count}


def _items(spotify: Any, playlist: str) -> Any:
    return spotify.playlist_items(playlist, limit=50)


def tekore(url: str, token: str, what: str) -> dict[str, float]:
    import httpx
    import tekore as tk

    target = httpx.URL(url)

    class Detour(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            request.url = request.url.copy_with(scheme="http", host=target.host, port=target.port)
            return super().handle_request(request)

    spotify = tk.Spotify(token, sender=tk.SyncSender(httpx.Client(transport=Detour(), trust_env=False)))
    began = time.perf_counter()
    page: Any = spotify.saved_tracks(limit=50) if what == "tracks" else spotify.playlist_items(what, limit=50)
    first, count = time.perf_counter() - began, len(page.items)
    while page.next:
        page = spotify.next(page)
        count += len(page.items)
    return {"wall": time.perf_counter() - began, "first": first, "count": count}


def work(options: argparse.Namespace) -> None:
    """What a worker does: collect, and print what it cost."""
    wish = json.loads(options.worker)
    who = wish.pop("who")
    found = {"ours": ours, "bare": bare, "spotipy": spotipy, "tekore": tekore}[who](**wish)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({**found, "cpu": used.ru_utime + used.ru_stime, "peak_mb": get_peak_mb()}))


def get_peak_mb() -> float:
    """Of this program: what the system counts for the process can be that of the one that started it."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        status = ""
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- the run ------------------------------------------------------------------------------------------------


@contextmanager
def simulated_spotify(mode: str, *options: str) -> Iterator[str]:
    """A sandbox in a process of its own, with a data folder that is thrown away."""
    folder = tempfile.mkdtemp(prefix="spotweb-collect-")
    environment = {**os.environ, "SPOTWEB_DATA_DIR": folder, "SPOTIFY_CLIENT_ID": ""}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sandbox", "--port", "0", "--quota-mode", mode, *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        yield line.split()[-1]
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def control(url: str, method: str, path: str, payload: Any = None) -> Any:
    answer = requests.request(method, f"{url}/__sandbox__/{path}", json=payload, timeout=10)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def token_of(url: str) -> str:
    return str(control(url, "POST", "tokens", {"member": "ada"})["access_token"])


def longest_playlist(url: str, token: str) -> str:
    answer = requests.get(
        f"{url}/v1/me/playlists?limit=50", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    rows = [row for row in answer.json()["items"] if row]
    longest = max(rows, key=lambda row: (row.get("items") or row.get("tracks") or {}).get("total") or 0)
    return str(longest["id"])


def run(python: str, wish: dict[str, Any]) -> dict[str, float] | str:
    """What a worker found, or the last line of what went wrong."""
    done = subprocess.run(
        [python, str(Path(__file__)), "--worker", json.dumps(wish)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=600,
        check=False,
    )
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1][:90]
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def clients_python(wanted: str | None) -> dict[str, str]:
    """Who takes part, and by which python; says who is missing."""
    python = wanted or str(Path(sys.prefix) / "contract" / "bin" / "python")
    found = {"ours": sys.executable, "bare": sys.executable}
    for name in ("spotipy", "tekore"):
        answer = (
            subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False)
            if Path(python).exists()
            else None
        )
        if answer is not None and answer.returncode == 0:
            found[name] = python
        else:
            print(f"{name} is missing: `make contract` installs it, or name a python with --clients-python")
    return found


def compare(options: argparse.Namespace) -> None:
    pythons = clients_python(options.clients_python)
    size = ("--saved-tracks", str(options.size), "--long-playlist", str(options.size))
    for mode in ("development", "extended"):
        with simulated_spotify(mode, "--latency-ms", str(options.latency_ms), *size) as url:
            token = token_of(url)
            playlist = longest_playlist(url, token)
            for what in WHATS:
                which = what if what == "tracks" else playlist
                _compare(options, pythons, mode=mode, url=url, token=token, what=which)


def _compare(
    options: argparse.Namespace, pythons: dict[str, str], *, mode: str, url: str, token: str, what: str
) -> None:
    found: dict[str, list[dict[str, float]]] = {who: [] for who in pythons}
    troubles: dict[str, str] = {}
    control(url, "DELETE", "requests")
    for _ in range(options.rounds):
        for who, python in pythons.items():
            if who in troubles:
                continue
            wish = {"who": who, "url": url, "token": token, "what": what}
            if who == "ours":
                wish |= {"mode": mode, "pace": (0, 30, options.parallel)}
            if who == "bare":
                wish |= {"size": options.size, "parallel": options.parallel, "limit": PAGES_OF}
            one = run(python, wish)
            if isinstance(one, str):
                troubles[who] = one
            else:
                found[who].append(one)
    pages = -(-options.size // PAGES_OF)
    # Ours asks once more than there are pages, to see whether the beginning has changed.
    ideal = (pages + 1) * options.latency_ms / 1000 / options.parallel
    title = "saved tracks" if what == "tracks" else "playlist"
    print(f"\n{mode} mode, {title}: {options.size} in {pages} pages")
    print(f"  ideal of {options.parallel} connections {ideal:.2f} s; medians of {options.rounds} rounds")
    for who, results in found.items():
        if who in troubles:
            print(f"  {who:8} {troubles[who]}")
        else:
            _say(who, results, ideal)
    if found["ours"]:
        _judge(found["ours"], ideal, mode)


def _say(who: str, results: list[dict[str, float]], ideal: float) -> None:
    wall, first, cpu, peak, count = (
        _median(results, name) for name in ("wall", "first", "cpu", "peak_mb", "count")
    )
    print(
        f"  {who:8} {wall:6.2f} s ({wall / ideal:5.2f} x ideal)  first page {first * 1000:4.0f} ms  "
        f"{peak:4.0f} MB  {cpu:5.2f} CPU s  {count:.0f} items"
    )


def _judge(results: list[dict[str, float]], ideal: float, mode: str) -> None:
    goals: list[tuple[str, float, float]] = [
        ("x ideal", _median(results, "wall") / ideal, 1.2),
        ("MB", _median(results, "peak_mb"), PEAK_MB[mode]),
        ("CPU s", _median(results, "cpu"), 1.0),
    ]
    told = (
        f"{name} {is_at:.2f} of {most:g}: {'met' if is_at <= most else 'MISSED'}"
        for name, is_at, most in goals
    )
    print(f"  goals    {'; '.join(told)}")


def _median(results: list[dict[str, float]], name: str) -> float:
    return statistics.median(result[name] for result in results)


def paced(options: argparse.Namespace) -> None:
    """Ours at the pace of development mode, against a sandbox that refuses what is above it."""
    with simulated_spotify(
        "development", "--latency-ms", str(options.latency_ms), "--saved-tracks", str(options.size)
    ) as url:
        control(url, "PUT", "settings", {"window_requests": 45, "window_s": 30})
        wish = {"who": "ours", "url": url, "token": token_of(url), "what": "tracks", "mode": "development"}
        found = run(sys.executable, {**wish, "pace": (45, 30, 3)})
        if isinstance(found, str):
            sys.exit(found)
        log = control(url, "GET", "requests")
        sent = len(log["requests"])
        pace = sent * 30 / 45
        print(f"\nAt 45 in 30 s: {sent} requests in {found['wall']:.1f} s; the pace allows {pace:.1f} s")
        print(
            f"  {found['wall'] / pace:.3f} x the pace; first page after {found['first'] * 1000:.0f} ms; "
            f"{sum(entry['status'] == 429 for entry in log['requests'])} refused"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--latency-ms", type=int, default=50)
    parser.add_argument("--parallel", type=int, default=8)
    parser.add_argument("--clients-python")
    parser.add_argument("--paced", action="store_true")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options)
        return
    compare(options)
    if options.paced:
        paced(options)


if __name__ == "__main__":
    main()
