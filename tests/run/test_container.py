"""What the image holds is enough, and runs as it does in a container: read-only, as the first process."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.support.box import ROOT, Box
from tests.support.lan import get_lan_ip

IN_IMAGE = {"container": "oci", "BIND": "0.0.0.0", "SPOTWEB_STATIC_DIR": "staticfiles"}  # noqa: S104


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app's folder in the image: what .dockerignore lets through, and the collected static files."""
    folder = tmp_path_factory.mktemp("image")
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    for name in (line[1:] for line in lines if line.startswith("!")):
        source, copy = ROOT / name, folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy2(source, copy)
    box = Box(tmp_path_factory.mktemp("build"), **IN_IMAGE)
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "-v", "0", "--noinput"],
        cwd=folder,
        env=box.get_environment(),
        check=True,
    )
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    return folder


def _check_health(box, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "deploy/check_health.py"],
        cwd=ROOT,
        env={**box.get_environment(), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _get(url: str, **headers: str) -> requests.Response:
    with requests.Session() as browser:
        browser.trust_env = False
        return browser.get(url, headers=headers, timeout=60, allow_redirects=False)


def test_what_the_image_holds_runs_and_is_reached_through_published_ports(make_box, image):
    ip = get_lan_ip()
    box = make_box(**IN_IMAGE)
    box.root = image
    shutil.rmtree(box.data / "static", ignore_errors=True)  # of a house that was laid
    assert _check_health(box).returncode == 1, "nothing runs yet"
    box.start()
    box.wait_until_healthy()
    well = _check_health(box)
    assert (well.returncode, well.stdout) == (0, "ok\n")
    assert _check_health(box, PORT="1").stdout.startswith("No answer on port 1: ")
    assert "set SPOTWEB_LAN_URL to the host's address" in box.log
    assert not (box.data / "static").exists(), "they were collected when the image was made"

    # As through a published port: from another address, with the name that the browser was given.
    page = _get(f"http://{ip}:{box.port}/accounts/login/", Host=f"127.0.0.1:{box.port}")
    assert page.status_code == 200
    stylesheet = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert _get(box.address + stylesheet).status_code == 200
    spotify = f"http://{ip}:{box.sandbox_port}"
    name = f"127.0.0.1:{box.sandbox_port}"
    assert _get(f"{spotify}/status", Host=name).status_code == 200
    assert _get(f"{spotify}/images/abc-64.svg", Host=name).status_code == 200
    for path, host in (("/status", "evil.example"), ("/__sandbox__/members", name), ("/v1/me", name)):
        assert _get(spotify + path, Host=host).status_code == 404


def test_a_first_process_can_be_stopped_before_it_has_started_anything(make_box):
    """The kernel keeps signals without a handler from the first process of a container."""
    if os.geteuid() or not shutil.which("unshare"):
        pytest.skip("only root can make a namespace of processes here")
    box = make_box()
    box.launcher = ("unshare", "--pid", "--fork", "--kill-child")
    with closing(sqlite3.connect(box.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        process = box.launch()
        box.wait_for(lambda: "Waiting for it" in box.log)
        first = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
        os.kill(int(first), signal.SIGTERM)
        assert process.wait(60) == 0
