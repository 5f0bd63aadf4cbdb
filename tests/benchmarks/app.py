"""The app that a benchmark measures, with data that is thrown away, and the processes it consists of."""

import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import requests

ROOT = Path(__file__).resolve().parents[2]


class Site(NamedTuple):
    """Where the data of an app lies, and where it and its simulated Spotify are to answer."""

    folder: Path
    port: int
    sandbox_port: int

    @property
    def app_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"


@contextmanager
def lay_app(name: str, *, has_static: bool = True, port: int = 0, **settings: str) -> Iterator[Site]:
    """Everything but its processes. Its simulated Spotify gets the port after a given one."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    site = Site(folder, port or find_free_port(), port + 1 if port else find_free_port())
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "spotweb.settings",
        "SPOTWEB_ENV_FILE": os.devnull,  # the household's own Spotify app must not be met
        "SPOTWEB_DATA_DIR": str(folder),
        "PORT": str(site.port),
        "SANDBOX_PORT": str(site.sandbox_port),
        "LOG_LEVEL": "ERROR",
        **settings,
    }
    try:
        # The house gets its key with its tables, and settings read it: its caches would be others' here.
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
        fill_folder(has_static=has_static)
        yield site
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill_folder(*, has_static: bool = True) -> None:
    """Set Django up as the environment says, and make the tables and what pages consist of."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if has_static:
        call_command("collectstatic", interactive=False, verbosity=0)


@contextmanager
def run_app_in_process() -> Iterator[str]:
    """The app as tests have it, without processes of its own; yields the address of its simulated Spotify."""
    # The settings of tests bring a folder and ports of their own.
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.environment", "LOG_LEVEL": "ERROR"}
    fill_folder()
    from django.conf import settings

    from spotweb.sandbox.server import Sandbox

    logging.disable(logging.CRITICAL)
    server = Sandbox(
        port=settings.SANDBOX_PORT,
        quota_mode=settings.SPOTIFY_QUOTA_MODE,
        clients={settings.SPOTIFY_CLIENT_ID: settings.SPOTIFY_CLIENT_SECRET},
        redirect_uris=[],
        delay_ms=0,
    )
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def run_process(*command: str, url: str) -> Iterator[int]:
    """The id of a process that answers at `url`, stopped at the end."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                requests.get(url, timeout=2)
                break
            except (requests.ConnectionError, requests.Timeout):
                if process.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"does not start: {' '.join(command)}")
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)  # a worker first ends what it is at, which a slow Spotify draws out


def list_with_children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [pid, *(int(child) for file in threads for child in file.read_text().split())]


def read_memory_mb(pid: int) -> float:
    """What a process and its children have for themselves, and their share of what they share with others."""
    found = 0.0
    for one in list_with_children(pid):
        with suppress(OSError):  # it has just ended
            found += int(Path(f"/proc/{one}/smaps_rollup").read_text().split("Pss:")[1].split()[0]) / 1024
    return found
