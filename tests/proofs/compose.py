"""Starts compose.yaml, alone and with both profiles, without a registry.

    python3 -m tests.proofs.compose [--keep]

Needs root, Podman with its DNS (apt install podman runc netavark aardvark-dns debootstrap) and Compose 2.24
or newer; COMPOSE=/where/docker-compose names one. The images that compose.yaml names are made here of a
Debian 13 and its packages. They take over folders and change to another user as the real ones do, so the
rights that compose.yaml leaves them are tried; those images themselves are not. Without systemd nothing
runs healthchecks: this program has Podman run them, as they are written.
`--keep` leaves the images for the next time.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.proofs.image import BASE, configure_podman, get, podman, provide_base, require, run

ROOT = Path(__file__).resolve().parents[2]
PROJECT, NAME = "spotweb-proof", "music.example"
PORT, SANDBOX_PORT = "23090", "23091"
APP = "localhost/spotweb:local"
PATIENCE_S = 240
SETTINGS = f"""COMPOSE_PROFILES=https,server
SPOTWEB_URL=https://{NAME}
CADDY_TLS="tls internal"
ENGINES=1
POSTGRES_PASSWORD=a0b1c2d3e4f5
DATABASE_URL=postgres://spotweb:${{POSTGRES_PASSWORD}}@database/spotweb
CACHE_URL=redis://cache:6379/0
PORT={PORT}
SANDBOX_PORT={SANDBOX_PORT}
"""
# What docs/self-hosting.md says for phones; the network between the two is made here.
HOME_ADDRESS, PHONE_ADDRESS = "192.168.78.1", "192.168.78.2"
# Netavark 1.4, of Debian 12, takes 0.0.0.0 for an address that nobody has.
PHONE_SETTINGS = f"""PUBLISH={HOME_ADDRESS}
SPOTWEB_LAN_URL=http://{HOME_ADDRESS}:{PORT}
PORT={PORT}
SANDBOX_PORT={SANDBOX_PORT}
"""
INSTALL = "RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends"
# As in the real images: the file has the right to low ports, and the folders belong to root.
CADDY = f"""{INSTALL} caddy wget libcap2-bin \\
    && setcap cap_net_bind_service=+ep /usr/bin/caddy && mkdir -p /config /data
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
"""
POSTGRESQL = f"""RUN mkdir -p /etc/postgresql-common \\
    && echo create_main_cluster=false >/etc/postgresql-common/createcluster.conf
{INSTALL} postgresql-17
RUN install -d -o postgres -g postgres -m 1777 /var/lib/postgresql/data
COPY enter-database /usr/local/bin/enter
ENV PATH=/usr/lib/postgresql/17/bin:$PATH PGDATA=/var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["enter"]
CMD ["postgres", "-c", "listen_addresses=*"]
"""
ENTER_DATABASE = """#!/bin/bash
set -e
if [ "$(id -u)" = 0 ]; then
    chmod 700 "$PGDATA"
    find "$PGDATA" /var/run/postgresql ! -user postgres -exec chown postgres {} +
    exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initdb --username="$POSTGRES_USER" --pwfile=<(echo "${POSTGRES_PASSWORD:?}") >/dev/null
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    pg_ctl -w start -o "-c listen_addresses=''"
    createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
    pg_ctl -w stop -m fast
fi
exec "$@"
"""
# Debian's listens on loopback alone unless it is told otherwise; the image's does not.
VALKEY = f"""{INSTALL} valkey-server valkey-tools
RUN install -d -o valkey -g valkey -m 1777 /data
WORKDIR /data
COPY enter-cache /usr/local/bin/enter
ENTRYPOINT ["enter"]
CMD ["valkey-server"]
"""
ENTER_CACHE = """#!/bin/sh
set -e
if [ "$(id -u)" = 0 ]; then
    find . ! -user valkey -exec chown valkey {} +
    exec setpriv --reuid=valkey --regid=valkey --clear-groups "$0" "$@"
fi
[ -w . ] || { echo "/data can't be written" >&2; exit 1; }
exec "$@" --protected-mode no --bind '*'
"""


def main() -> None:
    if os.geteuid() or not (shutil.which("podman") and shutil.which("debootstrap")):
        sys.exit("This needs root, podman and debootstrap (apt install podman runc debootstrap).")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        configure_podman(folder)
        images = make_images(folder)
        clone = folder / "spotweb"
        run("git", "clone", "-q", "--no-local", str(ROOT), str(clone))
        shutil.copy(ROOT / "compose.yaml", clone)
        with serve_podman(folder / "podman.sock"), Compose(clone) as compose:
            (clone / ".env").write_text(PHONE_SETTINGS)
            prove_phone(compose)
            (clone / ".env").write_text(SETTINGS)
            prove(compose, folder)
        if "--keep" not in sys.argv:
            podman("rmi", "--force", *images, APP, BASE)


def make_images(folder: Path) -> list[str]:
    """Under the names that compose.yaml has for them."""
    provide_base(folder / "base")
    begin = time.monotonic()
    podman(
        "build", "--format=docker", "--network=host", f"--build-arg=BASE={BASE}", "--build-arg=ENGINES=1",
        f"--tag={APP}", str(ROOT),
    )  # fmt: skip
    print(f"The app with ENGINES=1: built in {time.monotonic() - begin:.0f} s", flush=True)
    named = {"caddy": CADDY, "postgres": POSTGRESQL, "valkey": VALKEY}
    images = []
    for line in (ROOT / "compose.yaml").read_text().splitlines():
        image = line.partition("image: docker.io/")[2]
        if not image:
            continue
        made = folder / image.rpartition("/")[2].partition(":")[0]
        made.mkdir()
        for name, text in (("enter-database", ENTER_DATABASE), ("enter-cache", ENTER_CACHE)):
            (made / name).write_text(text)
            (made / name).chmod(0o755)
        (made / "Containerfile").write_text(f"FROM {BASE}\n{named[made.name]}")
        podman("build", "--format=docker", "--network=host", f"--tag=docker.io/{image}", str(made))
        images.append(f"docker.io/{image}")
    return images


@contextmanager
def serve_podman(socket: Path) -> Iterator[None]:
    """What Compose talks to, and the healthchecks."""
    os.environ["DOCKER_HOST"] = f"unix://{socket}"
    service = subprocess.Popen(
        ["podman", "system", "service", "--time=0", os.environ["DOCKER_HOST"]],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    is_over = threading.Event()
    checks = threading.Thread(target=run_healthchecks, args=(is_over,))
    checks.start()
    try:
        wait_for(socket.exists, "Podman's service starts")
        yield
    finally:
        is_over.set()
        checks.join()
        service.terminate()
        service.wait()


def run_healthchecks(is_over: threading.Event) -> None:
    while not is_over.wait(2):
        for name in podman("ps", f"--filter=name={PROJECT}", "--format={{.Names}}")[1].split():
            podman("healthcheck", "run", name, must_work=False)


class Compose:
    def __init__(self, clone: Path) -> None:
        program = os.environ.get("COMPOSE") or shutil.which("docker-compose")
        self._command = [program] if program else ["docker", "compose"]
        self._command += ["-p", PROJECT]
        self._clone = clone

    def __enter__(self) -> "Compose":
        return self

    def __exit__(self, *_: object) -> None:
        self.run("down", "--volumes", must_work=False)

    def run(self, *words: str, must_work: bool = True) -> str:
        done = subprocess.run(
            [*self._command, *words],
            cwd=self._clone, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False,
        )  # fmt: skip
        if must_work and done.returncode:
            print(self.run("logs", "--tail=30", must_work=False))
            sys.exit(f"Not so: compose {' '.join(words)}\n{done.stdout[-3000:]}")
        return done.stdout

    def manage(self, *words: str) -> str:
        return self.run("exec", "-T", "app", "python", "manage.py", *words)


def prove_phone(compose: Compose) -> None:
    """One service, on SQLite, and a phone on the network that lets a second device in."""
    begin = time.monotonic()
    with make_phone() as phone:
        compose.run("up", "-d", "--no-build", "--wait")
        address = f"http://{HOME_ADDRESS}:{PORT}"
        run("ip", "netns", "exec", phone, sys.executable, "-m", "tests.proofs.phone", address)
    compose.run("down", "--volumes")
    print(f"compose up, a phone and a second device: {time.monotonic() - begin:.0f} s", flush=True)


@contextmanager
def make_phone() -> Iterator[str]:
    """A machine of its own with a cable to this one, by the name of its namespace."""
    phone, cable = "spotweb-phone", "spotweb-home"
    run("ip", "netns", "add", phone)
    try:
        run("ip", "link", "add", cable, "type", "veth", "peer", "name", "home0", "netns", phone)
        run("ip", "addr", "add", f"{HOME_ADDRESS}/24", "dev", cable)
        run("ip", "link", "set", cable, "up")
        run("ip", "-n", phone, "addr", "add", f"{PHONE_ADDRESS}/24", "dev", "home0")
        for end in ("home0", "lo"):
            run("ip", "-n", phone, "link", "set", end, "up")
        yield phone
    finally:
        run("ip", "netns", "del", phone)


def prove(compose: Compose, folder: Path) -> None:
    begin = time.monotonic()
    compose.run("up", "-d", "--no-build", "--wait")
    print(f"compose up, all four healthy: {time.monotonic() - begin:.0f} s", flush=True)
    require(get(PORT, "/healthz") == "ok\n", "the app is well, seen from this machine")
    root = folder / "root.crt"
    root.write_text(compose.run("exec", "-T", "https", "cat", "/data/caddy/pki/authorities/local/root.crt"))
    wait_for(lambda: "Sign in with Spotify" in ask_over_https(root), "Caddy hands the page on over https")
    engines = compose.manage("shell", "-v0", "-c", WHICH)
    require("postgresql" in engines and "redis" in engines, f"both engines are used: {engines}")
    require("Backup: /data/backups" in compose.manage("backup"), "a backup by pg_dump")
    house = compose.run("exec", "-T", "app", "cat", "/data/demo/house.json")

    for service, code in (("database", "database_away"), ("cache", "cache_away")):
        compose.run("stop", service)
        wait_for(lambda code=code: code in get_health(), f"/healthz says that it is away: {code}")
        compose.run("start", service)
        begin = time.monotonic()
        wait_for(lambda: get_health() == "ok\n", f"it is well again by itself after the {service}")
        print(f"{service} stopped and started: well again after {time.monotonic() - begin:.0f} s", flush=True)

    backup = compose.run("exec", "-T", "app", "sh", "-c", "ls /data/backups/demo/*.zip | head -1").strip()
    compose.run("stop", "app")
    restored = compose.run("run", "--rm", "-T", "app", "python", "manage.py", "restore", backup)
    require("estored" in restored or "back" in restored, f"restore: {restored}")
    compose.run("down")
    compose.run("up", "-d", "--no-build", "--wait")
    again = compose.run("exec", "-T", "app", "cat", "/data/demo/house.json")
    require(json.loads(again) == json.loads(house), "after down and up it is the same household")
    memory = podman("stats", "--no-stream", "--format={{.Name}} {{.MemUsage}}")[1].split("\n")
    print("\n".join(line for line in memory if PROJECT in line))
    compose.run("down", "--volumes")
    left = podman("volume", "ls", "--format={{.Name}}")[1].split()
    require(not [name for name in left if name.startswith(PROJECT)], "down --volumes leaves nothing")
    print("All of it is so.")


WHICH = "from django.conf import settings; print(settings.DATABASES, settings.CACHES)"


def ask_over_https(root: Path) -> str:
    """As a browser that trusts this root and knows where the name leads to."""
    done = subprocess.run(
        ["curl", "-sS", "--noproxy", "*", "--cacert", str(root), "--resolve", f"{NAME}:443:127.0.0.1",
         f"https://{NAME}/accounts/login/"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def get_health() -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return str(opener.open(f"http://127.0.0.1:{PORT}/healthz", timeout=10).read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError:
        return ""


def wait_for(find, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not find():
        require(time.monotonic() < deadline, what)
        time.sleep(0.5)


if __name__ == "__main__":
    main()
