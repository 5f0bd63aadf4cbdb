"""Lines of the table about what is read from Spotify: libraries, playlists, and the requests of a day."""

import argparse
import statistics
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

from tests.benchmarks import library
from tests.benchmarks.collect import PAGES_OF, longest_playlist, run, simulated_spotify, token_of
from tests.benchmarks.figures import Figure, Skipped, read_findings, run_program, start_program

LATENCY_MS, CONNECTIONS = 50, 8
# By saved songs. The time is x requests x latency / connections.
READING_GOALS = {10_000: 1.15, 100_000: 1.3}
MEDIAN_GOALS_MS = {"tracks page": {10_000: 12.0}}
P95_GOALS_MS = {
    "tracks page": {10_000: 20.0},
    "keystroke": {10_000: 25.0, 100_000: 50.0},
    "scrolling on": {10_000: 25.0, 100_000: 25.0},
}
# What others are called in the table.
YARDSTICKS = {"bare": "its pages by http.client alone"}
# A song goes into a dozen trees, each a quarter deeper at 100,000 than at 10,000 (log 100,000 / log 10,000),
# and that is a third of the work: 1.08. As much again is for caches that no longer hold all of it.
LINEAR_WITHIN = 1.2
FLAT_WITHIN_MB = 5.0
PACE_WITHIN = 1.01
# Half of what it was before pages that nobody touches asked more seldom (docs/decisions/0127).
REQUESTS_OF_A_DAY = 5_406 / 2


def measure_libraries(options: argparse.Namespace) -> Iterator[Figure]:
    medians: dict[str, list[float]] = {}
    readings: dict[int, Mapping[str, Any]] = {}
    refused: list[str] = []
    for size in options.sizes:
        try:
            found = readings[size] = library.measure(size, options)
        except SystemExit as reason:
            refused.append(f"{size:,} songs: {str(reason).strip().splitlines()[-1]}")
            continue
        yield from _tell_reading(size, found)
        yield from _tell_pages(size, found["pages"], medians)
    sizes = [f"{size:,}" for size in readings]
    for name, growth in medians.items() if len(sizes) > 1 else ():
        title = f"{name}, growth of the median from {sizes[0]} to {sizes[-1]}"
        yield Figure(title, growth[-1] / growth[0], "x", 1.2)
    if {10_000, 100_000} <= readings.keys():
        yield from _compare_readings(readings[10_000], readings[100_000])
    if refused:
        raise Skipped("; ".join(refused))


def _tell_reading(size: int, found: Mapping[str, Any]) -> Iterator[Figure]:
    songs = f"{size:,} songs"
    ideal = found["sync_requests"] * LATENCY_MS / 1000 / CONNECTIONS
    yield Figure(f"first reading of {songs}, x ideal", found["sync_s"] / ideal, "x", READING_GOALS.get(size))
    yield Figure(f"its CPU per 10,000 songs, {songs}", found["sync_cpu_s"] / size * 10_000, "s CPU", 0.6)
    yield Figure(f"memory for it, {songs}", found["grown_mb"], "MB")
    if isinstance(floor := found.get("bare"), dict):
        yield Figure(f"{songs}, {YARDSTICKS['bare']} (yardstick)", floor["wall"] / ideal, "x")
    if isinstance(other := found.get("spotipy"), dict):
        yield Figure(f"spotipy reads {songs}, each time (yardstick)", other["wall"], "s")
    yield Figure(f"six unchanged kinds, {songs}, requests", found["unchanged_requests"], "", 6)
    beyond_s = found["unchanged_s"] - found["unchanged_requests"] * LATENCY_MS / 1000
    yield Figure(f"six unchanged kinds, {songs}, beyond six round trips", beyond_s, "s", 0.12)


def _tell_pages(
    size: int, pages: Mapping[str, list[float]], medians: dict[str, list[float]]
) -> Iterator[Figure]:
    """Adds to the medians, by page."""
    songs = f"{size:,} songs"
    for name, goals in P95_GOALS_MS.items():
        times = pages[f"{name}, CPU"]
        median = statistics.median(times)
        medians.setdefault(name, []).append(median)
        yield Figure(f"{name}, {songs}, median", median, "ms CPU", MEDIAN_GOALS_MS.get(name, {}).get(size))
        yield Figure(f"{name}, {songs}, p95", library.find_p95(times), "ms CPU", goals.get(size))
    bare = statistics.median(pages["bare view, CPU"])
    yield Figure(f"a Django view that does nothing (yardstick), {songs}", bare, "ms CPU")


def _compare_readings(small: Mapping[str, Any], large: Mapping[str, Any]) -> Iterator[Figure]:
    """Of 10,000 and of 100,000 songs."""
    growth = large["sync_cpu_s"] / small["sync_cpu_s"] / 10
    yield Figure(
        "CPU of a first reading for each song, growth from 10,000 to 100,000", growth, "x", LINEAR_WITHIN
    )
    more_mb = large["peak_mb"] - small["peak_mb"]
    yield Figure(
        "peak memory of a first reading, growth from 10,000 to 100,000", more_mb, "MB", FLAT_WITHIN_MB
    )


def measure_playlist(options: argparse.Namespace) -> Iterator[Figure]:
    refused: list[str] = []
    for mode in ("development", "extended"):
        with simulated_spotify(mode, "--latency-ms", str(LATENCY_MS), "--long-playlist", "10000") as url:
            token = token_of(url)
            playlist = longest_playlist(url, token)
            ideal = (10_000 // PAGES_OF + 1) * LATENCY_MS / 1000 / CONNECTIONS
            for who, python in options.pythons.items():
                wish: dict[str, Any] = {"who": who, "url": url, "token": token, "what": playlist}
                if who == "ours":
                    wish |= {"mode": mode, "pace": (0, 30, CONNECTIONS)}
                if who == "bare":
                    wish |= {"size": 10_000, "parallel": CONNECTIONS, "limit": PAGES_OF}
                found = run(python, wish)
                if isinstance(found, str):
                    refused.append(f"{who} and a playlist of 10,000 in {mode} mode: {found}")
                    continue
                name = f"a playlist of 10,000 in {mode} mode"
                if who != "ours":
                    yield Figure(
                        f"{name}, {YARDSTICKS.get(who, who)} (yardstick)", found["wall"] / ideal, "x"
                    )
                    continue
                yield Figure(f"{name}, x ideal", found["wall"] / ideal, "x", 1.1)
                yield Figure(f"{name}, memory of the process", found["peak_mb"], "MB", 50)
    if refused:
        raise Skipped("; ".join(refused))


def measure_pace_and_days(_options: argparse.Namespace) -> Iterator[Figure]:
    """A first reading at the default pace, which mostly waits, and beside it a day of five members."""
    pace = start_program("pace")
    refused: list[str] = []
    for tell in (_tell_days, lambda: _tell_pace(pace)):
        try:
            yield from tell()
        except Skipped as reason:
            refused.append(str(reason))
    if refused:
        raise Skipped("; ".join(refused))


def _tell_days() -> Iterator[Figure]:
    found = run_program("two_days", "--days", "1")
    yield Figure("requests of Spotify in a day of five members", found["for members"], "", REQUESTS_OF_A_DAY)
    refused = found["refused by Spotify"] + found["members refused"]
    yield Figure("of them refused, by Spotify or by the app", refused, "", 0)


def _tell_pace(pace: subprocess.Popen[str]) -> Iterator[Figure]:
    found = read_findings(pace)
    name = f"{found['requests']} requests of a first reading at the default pace"
    yield Figure(f"{name}, x what it leaves to them", found["s"] / found["pace_s"], "x", PACE_WITHIN)
    yield Figure(f"{name}, refused", found["refused"], "", 0)
