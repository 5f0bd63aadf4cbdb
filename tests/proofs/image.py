"""Builds the image and starts it, with Podman and debootstrap and without a registry: run it as root.

    python3 -m tests.proofs.image [--keep]

The base is a Debian made by debootstrap, of the release and the Python that the Dockerfile names. Each
container runs as compose.yaml runs it. It prints what it measured, and ends with 1 at the first thing that
is not so.
`--keep` leaves base and image for the next time, which then takes two minutes less.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BASE, IMAGE = "localhost/spotweb-base:trixie", "localhost/spotweb-proof:local"
MIRROR = "http://deb.debian.org/debian"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PORT, SANDBOX_PORT = "23080", "23081"
PATIENCE_S = 180
AS_COMPOSE_DOES = [
    "--read-only", "--tmpfs=/tmp", "--cap-drop=all", "--security-opt=no-new-privileges", "--memory=512m",
]  # fmt: skip
# Where Podman runs without systemd, and where cgroups are of both versions.
CONFIGURATION = """[engine]
events_logger = "file"
cgroup_manager = "cgroupfs"
{runtime}
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
"""


def main() -> None:
    if os.geteuid() or not (shutil.which("podman") and shutil.which("debootstrap")):
        sys.exit("This needs root, podman and debootstrap (apt install podman runc debootstrap).")
    with tempfile.TemporaryDirectory() as folder:
        configure_podman(Path(folder))
        prove(Path(folder))
    if "--keep" not in sys.argv:
        podman("rmi", "--force", IMAGE, BASE)


def configure_podman(folder: Path) -> None:
    configuration = folder / "containers.conf"
    runtime = 'runtime = "runc"' if shutil.which("runc") else ""
    configuration.write_text(CONFIGURATION.format(runtime=runtime))
    os.environ |= {"CONTAINERS_CONF": str(configuration), "BUILDAH_ISOLATION": "chroot"}


def prove(folder: Path) -> None:
    provide_base(folder / "base")
    begin = time.monotonic()
    podman(
        "build", "--format=docker", "--network=host", f"--build-arg=BASE={BASE}", f"--tag={IMAGE}", str(ROOT)
    )
    size, base_size = get_size(IMAGE), get_size(BASE)
    print(
        f"Built in {time.monotonic() - begin:.0f} s: {size} MB, {size - base_size} MB of it beside the base."
    )

    own_folder = folder / "data"
    own_folder.mkdir(mode=0o700)
    os.chown(own_folder, 12345, 12345)
    cases = {
        "the image's own user, a new volume": ["--volume=spotweb-proof:/data"],
        "the same volume again": ["--volume=spotweb-proof:/data"],
        "another user, a new volume": ["--user=12345", "--volume=spotweb-proof-2:/data"],
        "another user, a folder of theirs": ["--user=12345:12345", f"--volume={own_folder}:/data"],
    }
    try:
        houses = [check_container(name, options) for name, options in cases.items()]
    finally:
        podman("volume", "rm", "--force", "spotweb-proof", "spotweb-proof-2")
    require(houses[0] == houses[1] != houses[2], "the household is in the volume, and in nothing else")


def provide_base(folder: Path) -> None:
    """The image BASE, made in this folder unless it was kept from the last time."""
    if subprocess.run(["podman", "image", "exists", BASE], check=False).returncode:
        make_base(folder)


def make_base(folder: Path) -> None:
    print("Making the base …")
    release = re.search(r"slim-(\w+)", (ROOT / "Dockerfile").read_text())
    packages = "python3,python3-venv,ca-certificates"
    run(
        "debootstrap",
        "--variant=minbase",
        f"--include={packages}",
        release[1] if release else "",
        str(folder),
        MIRROR,
    )
    # In some networks packages come through a proxy that this machine trusts.
    shutil.copy(CERTIFICATES, folder / CERTIFICATES.relative_to("/"))
    for name in ("var/cache/apt/archives", "var/lib/apt/lists"):
        shutil.rmtree(folder / name)
    archive = folder.with_suffix(".tar")
    run("tar", "-C", str(folder), "-cf", str(archive), ".")
    podman("import", f"--change=ENV PIP_CERT={CERTIFICATES}", str(archive), BASE)


def check_container(name: str, options: list[str]) -> str:
    """The number of its household."""
    begin = time.monotonic()
    with start_container(options) as container:
        wait_until_ready(container)
        print(f"{name}: ready after {time.monotonic() - begin:.0f} s", end=", ", flush=True)
        require(get(PORT, "/healthz") == "ok\n", "it is well, seen from outside")
        require(bool(get(SANDBOX_PORT, "/status")), "the simulated Spotify of the demo is reached")
        wait_for(lambda: not podman("healthcheck", "run", container, must_work=False)[0], "its HEALTHCHECK")
        said = podman("logs", container)[1]
        require("set SPOTWEB_LAN_URL to the host's address" in said, "it says what phones need")
        changed = [line for line in podman("diff", container)[1].split("\n") if re.match(r"[ACD] /opt", line)]
        require(not changed, f"nothing is written outside /data: {changed}")
        house = podman("exec", container, "cat", "/data/demo/house.json")[1]
        backup = podman("exec", container, "python", "manage.py", "backup")[1]
        require("Backup: /data/backups" in backup, "a backup is made")
        memory = sum(map(int, podman("exec", container, "sh", "-c", MEMORY)[1].split())) // 1024
        begin = time.monotonic()
        podman("stop", "--time=60", container)
        code = podman("inspect", container, "--format={{.State.ExitCode}}")[1].strip()
        require(code == "0", f"it stops in order (exit code {code})")
        print(f"{memory} MB with the demo, stopped in {time.monotonic() - begin:.0f} s")
    return house


# Of all its processes, shared pages counted once.
MEMORY = "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Pss:/ {print $2}'"


@contextmanager
def start_container(options: list[str]) -> Iterator[str]:
    ports = [f"--publish=127.0.0.1:{port}:{port}" for port in (PORT, SANDBOX_PORT)]
    settings = [f"--env=PORT={PORT}", f"--env=SANDBOX_PORT={SANDBOX_PORT}"]
    container = podman("run", "--detach", *AS_COMPOSE_DOES, *ports, *settings, *options, IMAGE)[1].split()[-1]
    try:
        yield container
    finally:
        podman("rm", "--force", container, must_work=False)


def wait_until_ready(container: str) -> None:
    wait_for(lambda: "is ready: open" in podman("logs", container)[1], "it starts")


def wait_for(find, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not find():
        require(time.monotonic() < deadline, what)
        time.sleep(0.5)


def get(port: str, path: str) -> str:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
        f"http://127.0.0.1:{port}{path}"
    ) as answer:
        return str(answer.read().decode())


def get_size(image: str) -> int:
    return int(podman("image", "inspect", image, "--format={{.Size}}")[1]) // 10**6


def require(claim: bool, what: str) -> None:
    if not claim:
        sys.exit(f"\nNot so: {what}")


def podman(*arguments: str, must_work: bool = True) -> tuple[int, str]:
    """Exit code and all that was said, without Podman's remarks on a missing systemd."""
    done = subprocess.run(
        ["podman", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    said = "\n".join(line for line in done.stdout.split("\n") if "systemd connection" not in line)
    require(not must_work or not done.returncode, f"podman {' '.join(arguments)}\n{said}")
    return done.returncode, said


def run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    require(not done.returncode, f"{' '.join(command)}\n{done.stdout[-2000:]}")


if __name__ == "__main__":
    main()
