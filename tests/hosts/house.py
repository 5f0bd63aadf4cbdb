"""A household on two hosts behind one proxy: its processes, and browsers that know only the proxy."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.environment import free_port
from tests.hosts.network import GATEWAY, Forwarder
from tests.run.box import Box
from tests.support.box import ROOT

PACE, PACE_S = 120, 10.0
_DATABASE, _CACHE_NUMBER = "spotweb_hosts", 15


class House:
    """What both hosts share is on the machine itself; each has a data folder of its own."""

    def __init__(self, folder: Path, hosts: dict[str, str], *, members: int) -> None:
        self.folder = folder
        self.hosts = hosts
        self.proxy_port, self.sandbox_port = free_port(), free_port()
        self._web_port = free_port()
        self._processes: dict[tuple[str, str], subprocess.Popen[bytes]] = {}
        self._forwarders = [
            Forwarder("127.0.0.1", self.proxy_port, [(ip, self._web_port) for ip in hosts.values()])
        ]
        self._environment = self._make_environment()
        self._members = members

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self) -> None:
        make_database(_DATABASE)
        # Before the sandbox listens there itself, for phones: to them it offers its consent page alone.
        self._forwarders.append(Forwarder(GATEWAY, self.sandbox_port, [("127.0.0.1", self.sandbox_port)]))
        self._start(
            "", "sandbox", "sandbox", "--port", str(self.sandbox_port), "--members", str(self._members)
        )
        self.open_browser().wait_for(lambda: _listens(self.sandbox_port, "127.0.0.1"))
        for command in ("migrate", "collectstatic"):
            for name in self.hosts:
                self._start(name, command, command, "-v0", "--noinput").wait()
        for name, ip in self.hosts.items():
            self._start(name, "web", "serve", "--host", ip, "--port", str(self._web_port))
            self._start(name, "worker", "worker", "--interval", "0.2", "--no-startup-delay")
        for ip in self.hosts.values():
            self.open_browser().wait_for(lambda ip=ip: _listens(self._web_port, ip))

    def open_browser(self, host: str = "") -> "Browser":
        """One that goes to the proxy, or straight to a host."""
        log = self.folder / "logs"
        address = f"http://{self.hosts[host]}:{self._web_port}" if host else ""
        return Browser(self, log, address)

    def kill_host(self, name: str) -> None:
        """Pull its plug: all processes at once, with nothing said to anybody."""
        for (host, _kind), process in self._processes.items():
            if host == name and process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()

    def close(self) -> None:
        for process in self._processes.values():
            process.kill()
            process.wait()
        for forwarder in self._forwarders:
            forwarder.close()
        drop_database(_DATABASE)

    @property
    def log(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def _make_environment(self) -> dict[str, str]:
        database = urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{_DATABASE}")
        cache = urlsplit(os.environ["TEST_CACHE_URL"])._replace(path=f"/{_CACHE_NUMBER}")
        for server in (database, cache):
            self._forwarders.append(Forwarder(GATEWAY, server.port or 0, [("127.0.0.1", server.port or 0)]))
        return {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "PYTHONUNBUFFERED": "1",
            "SPOTWEB_ENV_FILE": os.devnull,
            "SPOTWEB_URL": f"http://127.0.0.1:{self.proxy_port}",
            "SPOTIFY_API_URL": f"http://{GATEWAY}:{self.sandbox_port}/v1",
            "SPOTIFY_ACCOUNTS_URL": f"http://{GATEWAY}:{self.sandbox_port}",
            "SPOTIFY_QUOTA_MODE": "extended",
            "SPOTIFY_PACE_REQUESTS": str(PACE),
            "SPOTIFY_PACE_SECONDS": str(PACE_S),
            "SECRET_KEY": "f4d0c1b7a9e36852" * 4,
            "SANDBOX_PORT": str(self.sandbox_port),
            "SPOTWEB_LAN_URL": f"http://{GATEWAY}:{self.proxy_port}",
            "PORT": str(self._web_port),
            "DATABASE_URL": urlunsplit(
                database._replace(netloc=f"{database.username}@{GATEWAY}:{database.port}")
            ),
            "CACHE_URL": urlunsplit(cache._replace(netloc=f"{GATEWAY}:{cache.port}")),
        }

    def _start(self, host: str, name: str, *command: str) -> subprocess.Popen[bytes]:
        data = self.folder / (host or "sandbox")
        data.mkdir(exist_ok=True)
        launcher = ["ip", "netns", "exec", host] if host else []
        with (self.folder / f"{host or 'machine'}-{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [*launcher, sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=self._environment | {"SPOTWEB_DATA_DIR": str(data)},
                stdout=log,
                stderr=log,
            )
        self._processes[host, name] = process
        return process


class Browser(Box):
    def __init__(self, house: House, log: Path, address: str) -> None:
        super().__init__(house.folder, log)
        self.port, self.sandbox_port = house.proxy_port, house.sandbox_port
        self._house, self._address = house, address

    @property
    def address(self) -> str:
        return self._address or super().address

    @property
    def log(self) -> str:
        return self._house.log


def _connect() -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True)


def make_database(name: str) -> None:
    drop_database(name)
    with _connect() as server:
        server.execute(f"CREATE DATABASE {name}")


def drop_database(name: str) -> None:
    with _connect() as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _listens(port: int, host: str) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False
