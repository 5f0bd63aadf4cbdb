"""Run the tests that touch a database or a cache on PostgreSQL and Redis (or Valkey): `make test-engines`.

All that does SQL, locks, jobs, sessions or caching is run. Left out is what no engine changes: the browser,
the simulated Spotify, boxes that run on a file of their own, and pages that are only drawn
(`tests/conftest.py`).

Arguments are pytest's. Both servers come from the system's packages. They are started here, on ports of
their own in a temporary folder, and stopped at the end; one that runs on this machine already is left alone.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Where Debian keeps PostgreSQL's own programs; elsewhere they are on PATH.
_POSTGRESQL_FOLDERS = "/usr/lib/postgresql/*/bin"
_CACHE_SERVERS = ["valkey-server", "redis-server"]
_PACKAGES = ["postgresql", "redis-server"]
_READY_WITHIN_S = 60
_MISSING = """\
The tests on other engines need PostgreSQL and Redis (or Valkey), and this machine lacks {missing}.
Install them from your system's packages; on Debian and Ubuntu: sudo apt-get install postgresql redis-server
`make test` runs on SQLite and needs neither."""


def find_postgresql() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest version first."""
    on_path = shutil.which("initdb")
    folders = sorted(Path("/").glob(_POSTGRESQL_FOLDERS[1:]), key=_version, reverse=True)
    candidates = [Path(on_path).resolve().parent] if on_path else []
    return next((folder for folder in [*candidates, *folders] if (folder / "postgres").exists()), None)


def find_cache_server() -> str | None:
    return next(filter(None, map(shutil.which, _CACHE_SERVERS)), None)


def main(arguments: list[str]) -> int:
    if not (find_postgresql() and find_cache_server()):
        _install_packages()
    postgresql, cache_server = find_postgresql(), find_cache_server()
    if postgresql is None or cache_server is None:
        missing = [name for name, path in (("PostgreSQL", postgresql), ("Redis", cache_server)) if not path]
        print(_MISSING.format(missing=" and ".join(missing)), file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory(prefix="spotweb-engines-") as name,
        run_postgresql(postgresql, Path(name)) as database_url,
        run_cache(cache_server, Path(name)) as cache_url,
    ):
        environment = os.environ | {"TEST_DATABASE_URL": database_url, "TEST_CACHE_URL": cache_url}
        command = [sys.executable, "-m", "pytest", "-m", "not browser", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.parent.name.split(".") if part.isdigit())


def _install_packages() -> None:
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (as_root and not shutil.which("sudo")):
        return
    print("Installing PostgreSQL and Redis for the tests …", flush=True)
    # The package would start a server of its own, which nothing here needs.
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run([*as_root, "apt-get", "update", "-qq"], env=environment, check=False)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *_PACKAGES]
    subprocess.run([*as_root, *install], env=environment, check=False, stdout=subprocess.DEVNULL)


@contextmanager
def run_postgresql(programs: Path, folder: Path) -> Iterator[str]:
    """A cluster that sorts as people of a language do, as most installed ones are set up. Yields its URL."""
    home, port = folder / "postgresql", _free_port()
    home.mkdir()
    account = _unprivileged_account()
    if account:
        folder.chmod(0o755)
        os.chown(home, account.pw_uid, account.pw_gid)
    who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    data = home / "data"
    sorting = ["-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
    initdb = [programs / "initdb", "-D", data, "-U", "spotweb", "-A", "trust", "--no-sync", *sorting]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=home, **who)
    # What a test wrote need not survive a power cut.
    settings = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"]
    options = [part for setting in settings for part in ("-c", setting)]
    command = [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", home, *options]
    with (folder / "postgresql.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, **who)
        try:
            _wait_until(lambda: _accepts(programs, port), server, folder / "postgresql.log")
            yield f"postgres://spotweb@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # it ends without waiting for clients
            server.wait()


@contextmanager
def run_cache(program: str, folder: Path, port: int = 0) -> Iterator[str]:
    """A server that writes nothing to the disk. Yields its URL, to be completed by a database number."""
    port = port or _free_port()
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    with (folder / "cache.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_until(lambda: _listens(port), server, folder / "cache.log")
            yield f"redis://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def _unprivileged_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; null where we are somebody else."""
    if os.geteuid() != 0:
        return None
    names = {account.pw_name: account for account in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _accepts(programs: Path, port: int) -> bool:
    ask = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(ask, check=False).returncode == 0


def _wait_until(is_ready: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while not is_ready():
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"A server did not start:\n{log.read_text()}")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
