"""How fast the simulated Spotify pages: `python tests/benchmarks/sandbox_pages.py [--saved-tracks 100000]`.

The sandbox is a process of its own, on loopback, without latency; one client process reads all pages of 50
of the saved tracks and of a long playlist, in 8 threads over connections that are kept alive. The pages are
not decoded, so that it is the sandbox that is measured. The second pass finds every object encoded already.
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = 50


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def sandbox(mode: str, *, saved_tracks: int, long_playlist: int) -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [sys.executable, "manage.py", "sandbox", f"--port={port}", f"--quota-mode={mode}"]
    command += [f"--saved-tracks={saved_tracks}", f"--long-playlist={long_playlist}"]
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, env=os.environ | {"SPOTWEB_SANDBOX": "true"}
    )
    try:
        while not is_up(port):
            time.sleep(0.02)
        print(f"{mode}: started in {time.perf_counter() - started:.1f} s")
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def is_up(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port: int, method: str, path: str, body: Any = None) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, None if body is None else json.dumps(body).encode())
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def read_pages(port: int, token: str, path: str, *, total: int, threads: int) -> tuple[int, int]:
    """How many pages there were, and how many bytes."""
    offsets, sizes = iter(range(0, total, PAGE)), []

    def work() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        for offset in offsets:
            connection.request(
                "GET", f"{path}?limit={PAGE}&offset={offset}", headers={"Authorization": f"Bearer {token}"}
            )
            response = connection.getresponse()
            sizes.append(len(response.read()))
            if response.status != 200:
                sys.exit(f"{path}: {response.status}")
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(sizes), sum(sizes)


def memory_mb(pid: int, what: str) -> float:
    found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def measure(mode: str, *, saved_tracks: int, long_playlist: int, threads: int) -> None:
    with sandbox(mode, saved_tracks=saved_tracks, long_playlist=long_playlist) as (port, pid):
        token = ask(port, "POST", "/__sandbox__/tokens", {"member": "ada"})["access_token"]
        playlists = ask(port, "GET", "/__sandbox__/playlists")
        longest = max(playlists, key=lambda one: len(one["items"]))
        wanted = (
            ("saved tracks", "/v1/me/tracks", saved_tracks),
            ("playlist", f"/v1/playlists/{longest['id']}/items", len(longest["items"])),
        )
        for name, path, total in wanted:
            for number in ("first", "second"):
                began = time.perf_counter()
                pages, size = read_pages(port, token, path, total=total, threads=threads)
                took = time.perf_counter() - began
                print(
                    f"  {name}, {number} pass: {pages} pages in {took:.2f} s = {pages / took:.0f}/s, "
                    f"{size / pages / 1024:.0f} KB each"
                )
        print(f"  memory of the sandbox: {memory_mb(pid, 'VmRSS'):.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--saved-tracks", type=int, default=100_000)
    parser.add_argument("--long-playlist", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=8)
    chosen = parser.parse_args()
    for mode in ("development", "extended"):
        measure(
            mode,
            saved_tracks=chosen.saved_tracks,
            long_playlist=chosen.long_playlist,
            threads=chosen.threads,
        )


if __name__ == "__main__":
    main()
