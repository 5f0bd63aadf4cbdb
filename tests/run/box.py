"""A box that runs all its processes with `manage.py run`, and what a keeper of the house sees of it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urljoin

import requests

from tests.accounts.consent import get_form
from tests.environment import free_port
from tests.support import box
from tests.support.box import PATIENCE_S, ROOT
from tests.support.sandbox_control import SandboxControl

T = TypeVar("T")


class Box(box.Box):
    """Start it with `start`; `stop` ends all, however the test went."""

    # What stands before the command.
    launcher: tuple[str, ...] = ()
    root = ROOT

    def __init__(self, folder: Path, log: Path, **environment: str) -> None:
        super().__init__(folder, **environment)
        self.sandbox_port = free_port()
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._http = requests.Session()
        self._http.trust_env = False

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """Of the last start."""
        return self._log.read_text()

    def launch(self) -> subprocess.Popen[bytes]:
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [*self.launcher, sys.executable, "manage.py", "run"],
                cwd=self.root,
                env=self.get_environment(SANDBOX_PORT=str(self.sandbox_port), SPOTIFY_PACE_REQUESTS="0"),
                stdout=log,
                stderr=log,
            )
        return self._process

    def start(self) -> Self:
        self.launch()
        self.wait_for(lambda: "is ready: open" in self.log)
        return self

    def run_to_its_end(self) -> tuple[int, str]:
        """For a start that is refused: its exit code and what it says."""
        code = self.launch().wait(PATIENCE_S)
        return code, self.log

    def end(self, sign: signal.Signals) -> int:
        """Send this signal to what `make run` has started; its exit code."""
        assert self._process
        self._process.send_signal(sign)
        return self._process.wait(PATIENCE_S)

    def stop(self) -> None:
        self._http.close()
        if self.is_running:
            assert self._process
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
        return self._http.get(self.address + path, headers=headers, timeout=PATIENCE_S, allow_redirects=False)

    def get_health(self) -> tuple[int, str]:
        """The answer of /healthz; (0, "") while nothing listens."""
        try:
            answer = self._http.get(f"{self.address}/healthz", timeout=PATIENCE_S)
        except requests.ConnectionError:
            return 0, ""
        return answer.status_code, answer.text

    def wait_until_healthy(self) -> None:
        self.wait_for(lambda: self.get_health()[0] == 200)

    def wait_for(self, find: Callable[[], T]) -> T:
        def look() -> T:
            assert self._process is None or self._process.poll() is None, self.log
            return find()

        return super().wait_for(look)

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
            self.address + path,
            data,
            headers={"X-CSRFToken": token or "", **headers},
            timeout=PATIENCE_S,
            allow_redirects=False,
        )

    @property
    def sandbox(self) -> SandboxControl:
        return SandboxControl(f"http://127.0.0.1:{self.sandbox_port}")
