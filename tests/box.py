"""A box as its host sees it: commands and web processes of the real app, on a data folder and a port."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.environment import free_port

ROOT = Path(__file__).parents[1]
PATIENCE_S = 120
OWN_KEYS = {
    "SPOTIFY_CLIENT_ID": "0123456789abcdef0123456789abcdef",
    "SPOTIFY_CLIENT_SECRET": "fedcba9876543210fedcba9876543210",
}


class Box:
    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = environment

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` to its end; what it said is in `stdout`."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
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
        said = self.manage("migrate", "-v0", **environment)
        self.manage("createcachetable", **environment)
        self.manage("collectstatic", "-v0", "--noinput", **environment)
        return said

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
            self._wait_for_web(process)
            yield self.address
        finally:
            process.terminate()
            process.wait(PATIENCE_S)

    @property
    def log(self) -> str:
        return (self.folder / "web.log").read_text()

    def get(self, path: str, **headers: str) -> requests.Response:
        with requests.Session() as browser:
            browser.trust_env = False
            return browser.get(
                self.address + path, headers=headers, allow_redirects=False, timeout=PATIENCE_S
            )

    def _wait_for_web(self, process: "subprocess.Popen[Any]") -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and process.poll() is None:
            try:
                self.get("/healthz")
            except requests.ConnectionError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(self.log)

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
