"""A newcomer's first evening: a clone, one command, a browser. In both quota modes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.environment import free_port
from tests.support.texts import read_text

REPOSITORY = Path(__file__).parent.parent
READY_WITHIN_S = 120

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as a stranger gets it: only what is committed or about to be."""
    target = tmp_path_factory.mktemp("clone") / "spotweb"
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listing, cwd=REPOSITORY, capture_output=True, check=True).stdout.split(b"\0"):
        source = REPOSITORY / os.fsdecode(name)
        if name and source.is_file():
            copy = target / os.fsdecode(name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
    return target


def _make_run(clone: Path, **environment: str) -> subprocess.Popen[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    # The virtual environment of this run, since a second one would only test pip.
    command = ["make", "--no-print-directory", "run", f"VENV={Path(sys.prefix)}"]
    return subprocess.Popen(
        command,
        cwd=clone,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _wait_until_ready(process: subprocess.Popen[str]) -> str:
    """Reads on until the line that names the address; what came before it is returned."""
    said = ""
    for line in process.stdout or []:
        said += line
        if "is ready: open" in line:
            return said
    pytest.fail(f"make run ended early:\n{said}")


@pytest.fixture(params=["development", "extended"])
def address(clone: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    port, sandbox_port = str(free_port()), str(free_port())
    process = _make_run(clone, PORT=port, SANDBOX_PORT=sandbox_port, SPOTIFY_QUOTA_MODE=request.param)
    said = _wait_until_ready(process)
    assert f"open http://127.0.0.1:{port} (the demo household" in said
    yield f"http://127.0.0.1:{port}"
    os.killpg(process.pid, signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert "Traceback" not in rest, rest
    for freed in (port, sandbox_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(freed))), "a process was left behind"


def _sign_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="Sign in with Spotify").click()
    page.get_by_role("radio", name=name).check()
    page.get_by_role("button", name="Agree").click()


def test_from_one_command_to_a_song_in_the_queue(address: str, browser: Browser):
    page = browser.new_page(base_url=address)
    page.goto("/")
    _sign_in(page, "Ada")
    expect(page.get_by_role("heading", name="Continue")).to_be_visible()
    page.goto("/player/")
    expect(page.get_by_role("heading", name="Queue", exact=True).first).to_be_visible()
    rows = page.locator("#queue .item-row")
    expect(rows).to_have_count(20)
    page.get_by_role("searchbox").fill("lemon street")
    found = page.get_by_role("list", name="Found").get_by_role("listitem").first
    title = read_text(found.get_by_role("link").first)
    found.get_by_role("button", name="Queue").first.click()
    expect(page.get_by_role("status").get_by_text("Added")).to_be_visible()
    expect(page.locator("#queue").get_by_role("link", name=title).first).to_be_visible()
    page.close()


def test_a_taken_port_is_said_with_the_way_out(clone: Path):
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        process = _make_run(clone, PORT=str(port), SANDBOX_PORT=str(free_port()))
        said, _ = process.communicate(timeout=READY_WITHIN_S)
    assert process.returncode != 0
    assert f"Port {port} is taken by another program. Choose another one: make run PORT=" in said
    assert "Traceback" not in said
