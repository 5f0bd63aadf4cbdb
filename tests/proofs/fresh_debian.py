"""Follows README and docs/self-hosting.md in a Debian that knows nothing: python -m tests.proofs.fresh_debian

Needs root, debootstrap, systemd-container and libnss3-tools. The Debian is made by debootstrap and gets what
the documents name.
1. `git clone`, `make run LAN=1`; a phone in another network namespace signs in and lets a second device in.
2. `apt-get install caddy`, `make https` and what it says: a phone loads the certificate, trusts it, signs in
   over https and lets a second device in.
3. It boots with systemd: `make install-service`, faults, an update, `make uninstall-service`, what is left.
It prints how long each step takes. `--keep FOLDER` leaves the Debian there, to begin from the next time.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIRROR = "http://deb.debian.org/debian"
RELEASE = "bookworm"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
NEEDED = "apt-get -qq update && apt-get -qq install -y --no-install-recommends python3-venv make git"
SYSTEM = "systemd,systemd-sysv,dbus,ca-certificates"
HOME_ADDRESS, PHONE_ADDRESS = "192.168.77.1", "192.168.77.2"
BOX_NETWORK = "--network-namespace-path=/run/netns/spotweb-box"
RUN = ["make", "-C", "/root/spotweb", "run", "LAN=1"]
PATIENCE_S = 300
SERVICE_PROOF = Path(__file__).with_name("service.sh")
SERVICE_UNIT = f"""[Unit]
After=multi-user.target
[Service]
Type=oneshot
Environment=PIP_CERT={CERTIFICATES} HOME=/root
StandardOutput=file:/root/said
StandardError=file:/root/said
ExecStart=/bin/sh -c "sh /root/service.sh; systemctl poweroff"
TimeoutStartSec=20min
[Install]
WantedBy=multi-user.target
"""


def main() -> None:
    if os.geteuid() or not (shutil.which("systemd-nspawn") and shutil.which("debootstrap")):
        sys.exit(
            "This needs root, debootstrap and systemd-nspawn (apt install debootstrap systemd-container)."
        )
    kept = Path(sys.argv[2]) if sys.argv[1:2] == ["--keep"] else None
    with tempfile.TemporaryDirectory() as folder:
        source = kept or Path(folder, "fresh")
        if not source.exists():
            make_debian(source)
        debian = Path(folder, "debian")
        run("cp", "-a", str(source), str(debian))
        run("git", "clone", "-q", "--bare", "--no-local", str(ROOT), str(debian / "srv/spotweb.git"))
        begin = time.monotonic()
        prove_readme(debian, Path(folder, "log"))
        print(f"README: {time.monotonic() - begin:.0f} s to the second device.\n", flush=True)
        begin = time.monotonic()
        prove_https(debian, Path(folder, "log"))
        print(f"HTTPS: {time.monotonic() - begin:.0f} s more to the second device.\n", flush=True)
        prove_service(debian)


def make_debian(folder: Path) -> None:
    with measure("debootstrap"):
        run("debootstrap", "--variant=minbase", f"--include={SYSTEM}", RELEASE, str(folder), MIRROR)
    # In some networks packages come through a proxy that this machine trusts.
    shutil.copy(CERTIFICATES, folder / CERTIFICATES.lstrip("/"))


def prove_readme(debian: Path, log: Path) -> None:
    with measure("apt-get install python3-venv make git"):
        inside(debian, NEEDED)
    with measure("git clone"):
        inside(debian, "git clone -q /srv/spotweb.git /root/spotweb")
    with measure("what the first `make run` installs"):
        inside(debian, "make -s -C /root/spotweb .venv/.runtime")
    with (
        make_networks(),
        measure("make run LAN=1, then a phone and a second device"),
        start_inside(debian, RUN, log),
    ):
        address = f"http://{HOME_ADDRESS}:8000"
        wait_for(lambda: f"Phones and tablets on your network: {address}" in log.read_text(), log)
        send_phone(address)


def prove_https(debian: Path, log: Path) -> None:
    """docs/https.md, “A certificate of your own”."""
    with measure("apt-get install caddy"):
        inside(debian, "apt-get -qq install -y --no-install-recommends caddy")
    with make_networks(), measure("make https, Caddy and make run, then a phone and a second device"):
        said = run(*enter(debian), BOX_NETWORK, "make", "-s", "-C", "/root/spotweb", "https")
        lines = [line.strip() for line in said.splitlines()]
        settings = [line for line in lines if line.startswith("SPOTWEB_")]
        (debian / "root/spotweb/.env").write_text("\n".join(settings) + "\n")
        caddy = next(line for line in lines if line.startswith("caddy run"))
        page = lines[next(number for number, line in enumerate(lines) if "encryption/" in line)]
        fingerprint = lines[lines.index("Fingerprint (SHA-256):") + 1]
        both = ["sh", "-c", f"cd /root/spotweb && make run & cd /root/spotweb && {caddy}"]
        with start_inside(debian, both, log):
            wait_for(lambda: "is ready: open" in log.read_text(), log)
            send_phone(settings[0].partition("=")[2], page, fingerprint)
    (debian / "root/spotweb/.env").unlink()


@contextmanager
def start_inside(debian: Path, command: list[str], log: Path) -> Iterator[None]:
    """On the box, in its network."""
    with log.open("w") as output:
        started = subprocess.Popen(
            [*enter(debian), BOX_NETWORK, *command], stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
    try:
        yield
    finally:
        started.terminate()
        started.wait(PATIENCE_S)


def send_phone(*words: str) -> None:
    run("ip", "netns", "exec", "spotweb-phone", sys.executable, "-m", "tests.proofs.phone", *words)


def prove_service(debian: Path) -> None:
    shutil.copy(SERVICE_PROOF, debian / "root/service.sh")
    units = debian / "etc/systemd/system"
    (units / "proof.service").write_text(SERVICE_UNIT)
    wanted = units / "multi-user.target.wants"
    wanted.mkdir(exist_ok=True)
    (wanted / "proof.service").symlink_to("../proof.service")
    subprocess.run(
        [*enter(debian), "--boot"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    said = (debian / "root/said").read_text()
    print(said)
    if not said.rstrip().endswith("All of it is so."):
        sys.exit(1)


@contextmanager
def make_networks() -> Iterator[None]:
    """Two machines and a cable between them: the box and a phone."""
    names = ("spotweb-box", "spotweb-phone")
    for name in names:
        with suppress(SystemExit):
            run("ip", "netns", "del", name)
        run("ip", "netns", "add", name)
    try:
        run(
            "ip",
            "link",
            "add",
            "home0",
            "netns",
            names[0],
            "type",
            "veth",
            "peer",
            "name",
            "home0",
            "netns",
            names[1],
        )
        for name, address in zip(names, (HOME_ADDRESS, PHONE_ADDRESS), strict=True):
            run("ip", "-n", name, "addr", "add", f"{address}/24", "dev", "home0")
            run("ip", "-n", name, "link", "set", "home0", "up")
            run("ip", "-n", name, "link", "set", "lo", "up")
        yield
    finally:
        for name in names:
            run("ip", "netns", "del", name)


@contextmanager
def measure(what: str) -> Iterator[None]:
    begin = time.monotonic()
    yield
    print(f"{time.monotonic() - begin:5.0f} s  {what}", flush=True)


def inside(debian: Path, command: str) -> None:
    run(*enter(debian), "sh", "-c", command)


def enter(debian: Path) -> list[str]:
    return [
        "systemd-nspawn", "--register=no", "--keep-unit", "--quiet", "--console=pipe",
        f"--directory={debian}", f"--setenv=PIP_CERT={CERTIFICATES}",
        "--setenv=DEBIAN_FRONTEND=noninteractive",
    ]  # fmt: skip


def wait_for(find, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not find():
        if time.monotonic() > deadline:
            sys.exit(log.read_text())
        time.sleep(0.5)


def run(*command: str) -> str:
    """What it said; ends all where it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout[-3000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
