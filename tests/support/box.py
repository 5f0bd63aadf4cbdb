"""A box as its host sees it: commands and web processes of the real app, on a data folder and a port."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar

import requests

from tests.environment import free_port

ROOT = Path(__file__).parents[2]
PATIENCE_S = 300  # until a test gives up; the waits end as soon as what they wait for is there
OWN_KEYS = {
    "SPOTIFY_CLIENT_ID": "0123456789abcdef0123456789abcdef",
    "SPOTIFY_CLIENT_SECRET": "fedcba9876543210fedcba9876543210",
}
DATABASE = "spotweb.sqlite3"
# In one process, since each needs most of a second to begin.
_PREPARE = """
from django.core.management import call_command
from spotweb.web.static_files import collect_static_files
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
collect_static_files()
"""

T = TypeVar("T")


class Box:
    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = environment

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        """Where the house lies: without keys of one's own it is the demo's."""
        return self.folder if "SPOTIFY_CLIENT_ID" in self.environment else self.folder / "demo"

    @property
    def database(self) -> Path:
        return self.data / DATABASE

    @property
    def log(self) -> str:
        path = self.folder / "web.log"
        return path.read_text() if path.exists() else ""

    def manage(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` to its end; what it said is in `stdout`."""
        return self._run("manage.py", *command, **environment)

    def ask_settings(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run lines that need the settings and no app: a third of what a command takes."""
        return self._run("-c", script, DJANGO_SETTINGS_MODULE="spotweb.settings", **environment)

    def _run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.get_environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def prepare(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """What `make run` does before it starts the processes; returns what `migrate` said."""
        return self.manage("shell", "-v0", "-c", _PREPARE, **environment)

    def lay_house(self) -> Self:
        """What `prepare` makes: a house that nobody has moved into."""
        shutil.copytree(_get_prepared(is_demo=self.data != self.folder), self.folder, dirs_exist_ok=True)
        return self

    def lay_static_files(self) -> Self:
        """What `prepare` collects, minifies and compresses: that takes longer than all else that it does."""
        static = _get_prepared(is_demo=True) / "demo" / "static"
        shutil.copytree(static, self.data / "static", dirs_exist_ok=True)
        return self

    @contextmanager
    def serve(self, **environment: str) -> Iterator[str]:
        """The web process of the Procfile; yields its address."""
        command = f"python manage.py serve --host 127.0.0.1 --port {self.port}"
        log = self.folder / "web.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                ["sh", "-c", f"exec {command}"],
                cwd=ROOT,
                env=self.get_environment(**environment),
                stdout=output,
                stderr=output,
            )
        try:
            self.wait_for(lambda: self._answers(process))
            yield self.address
        finally:
            process.terminate()
            process.wait(PATIENCE_S)

    def get(self, path: str, **headers: str) -> requests.Response:
        with requests.Session() as browser:
            browser.trust_env = False
            return browser.get(
                self.address + path, headers=headers, allow_redirects=False, timeout=PATIENCE_S
            )

    def wait_for(self, find: Callable[[], T]) -> T:
        """Until `find` finds something, generously: how fast a busy machine is, no test can say."""
        deadline = time.monotonic() + PATIENCE_S
        while not (found := find()):
            assert time.monotonic() < deadline, self.log
            time.sleep(0.1)
        return found

    def get_environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        own = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "SPOTWEB_ENV_FILE": os.devnull,
            "SPOTWEB_DATA_DIR": str(self.folder),
            "PORT": str(self.port),
        }
        return kept | own | self.environment | more

    def _answers(self, process: "subprocess.Popen[bytes]") -> bool:
        assert process.poll() is None, self.log
        try:
            self.get("/healthz")
        except requests.ConnectionError:
            return False
        return True


def _get_prepared(*, is_demo: bool) -> Path:
    """Made once for all processes of a test run, since making a database takes seconds."""
    shared = Path(os.environ["TEST_SHARED_FOLDER"])
    folder = shared / ("demo-house" if is_demo else "real-house")
    with (shared / "houses.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = Path(tempfile.mkdtemp(dir=shared))
            box = Box(draft, **({} if is_demo else OWN_KEYS))
            said = box.prepare()
            assert (said.returncode, said.stdout) == (0, ""), said.stdout
            draft.rename(folder)
    return folder
