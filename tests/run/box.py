"""A box of its own: `manage.py run` in a data folder, and what a keeper of the house sees of it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin

import requests

from tests.accounts.consent import get_form
from tests.environment import free_port
from tests.sandbox_control import SandboxControl

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120  # until a test gives up; the waits end as soon as what they wait for is there

T = TypeVar("T")


class Box:
    """Start it with `start`; `stop` ends all, however the test went."""

    def __init__(self, folder: Path, log: Path, **environment: str) -> None:
        self.folder = folder
        self.port, self.sandbox_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._http = requests.Session()
        self._http.trust_env = False

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def data(self) -> Path:
        return self.folder / "demo"

    @property
    def log(self) -> str:
        return self._log.read_text()

    def launch(self) -> subprocess.Popen[bytes]:
        names = [name for name in ("PATH", "HOME", "LANG") if name in os.environ]
        environment = {name: os.environ[name] for name in names} | {
            "SPOTWEB_ENV_FILE": os.devnull,
            "SPOTWEB_DATA_DIR": str(self.folder),
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "SPOTIFY_PACE_REQUESTS": "0",
            **self._environment,
        }
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "run"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        return self._process

    def start(self) -> "Box":
        self.launch()
        self.wait_for(lambda: "is ready: open" in self.log)
        return self

    def run_to_its_end(self) -> tuple[int, str]:
        """For a start that is refused: its exit code and what it says."""
        before = len(self.log) if self._log.exists() else 0
        code = self.launch().wait(PATIENCE_S)
        return code, self.log[before:]

    def stop(self) -> None:
        self._http.close()
        if self._process and self._process.poll() is None:
            for pid in [*self.list_processes().values(), self.pid]:
                os.kill(pid, signal.SIGCONT)
            self._process.terminate()
            self._process.wait(PATIENCE_S)

    def list_processes(self) -> dict[str, int]:
        """The process ids of web, worker and sandbox."""
        listing = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        )
        found = {}
        for line in listing.stdout.splitlines():
            pid, parent, command = line.split(None, 2)
            name = re.search(r"manage\.py (serve|worker|sandbox)", command)
            if int(parent) == self.pid and name:
                found[name[1].replace("serve", "web")] = int(pid)
        return found

    def get(self, path: str, **headers: str) -> requests.Response:
        return self._http.get(self.url + path, headers=headers, timeout=PATIENCE_S, allow_redirects=False)

    def get_health(self) -> tuple[int, str]:
        """The answer of /healthz; (0, "") while nothing listens."""
        try:
            answer = self._http.get(f"{self.url}/healthz", timeout=PATIENCE_S)
        except requests.ConnectionError:
            return 0, ""
        return answer.status_code, answer.text

    def wait_until_healthy(self) -> None:
        self.wait_for(lambda: self.get_health()[0] == 200)

    def wait_for(self, find: Callable[[], T]) -> T:
        deadline = time.monotonic() + PATIENCE_S
        while not (found := find()):
            assert time.monotonic() < deadline, self.log
            assert self._process is None or self._process.poll() is None, self.log
            time.sleep(0.1)
        return found

    # --- A member of the house -----------------------------------------------------------------------------

    def sign_in(self, member: str) -> None:
        """Walk through the sandbox's consent, as a browser does."""
        self.get("/accounts/login/")
        address = self.post("/accounts/spotify/login/").headers["Location"]
        spotify = requests.Session()
        spotify.trust_env = False
        page = spotify.get(address, timeout=PATIENCE_S)
        form = get_form(page.text)
        data = {**form.fields, "member": member, "answer": "agree"}
        answer = spotify.post(urljoin(page.url, form.action), data, allow_redirects=False, timeout=PATIENCE_S)
        back = self._http.get(answer.headers["Location"], timeout=PATIENCE_S)
        assert back.status_code == 200, back.text

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> requests.Response:
        token = next((cookie.value for cookie in self._http.cookies if "csrftoken" in cookie.name), "")
        return self._http.post(
            self.url + path,
            data,
            headers={"X-CSRFToken": token or "", **headers},
            timeout=PATIENCE_S,
            allow_redirects=False,
        )

    @property
    def sandbox(self) -> SandboxControl:
        return SandboxControl(f"http://127.0.0.1:{self.sandbox_port}")
