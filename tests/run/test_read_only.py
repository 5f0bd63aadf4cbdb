"""A running box whose folder or card turns read-only."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.run.box import Box

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
LABELS = "/playlists/labels/"


class UserBox(Box):
    """Run by somebody whom permissions of files bind, as root is not."""

    if not os.geteuid():
        launcher = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.fixture
def user_box(tmp_path: Path) -> Iterator[UserBox]:
    if not os.geteuid() and not shutil.which("setpriv"):
        pytest.skip("root can write everywhere, and setpriv is not there")
    box = UserBox(tmp_path / "data", tmp_path / "log.txt", DATABASE_WAIT_S="1")
    yield box
    _set_writable(box.folder, "u+w")
    box.stop()


def _set_writable(folder: Path, mode: str) -> None:
    subprocess.run(["chmod", "-R", mode, folder], check=True)


def test_a_web_server_started_in_a_read_only_folder_writes_when_it_may(user_box: UserBox) -> None:
    user_box.start()
    user_box.sign_in("ada")
    user_box.wait_until_healthy()
    _set_writable(user_box.folder, "a-w")
    before = user_box.list_processes()
    os.kill(before["web"], signal.SIGKILL)
    user_box.wait_for(lambda: user_box.list_processes().get("web", before["web"]) != before["web"])
    _, said = user_box.wait_for(lambda: (found := user_box.get_health())[0] and found)
    assert "(database_read_only)" in said
    # The worker is well; it only cannot be asked.
    assert "worker" not in said
    for _ in range(8):  # threads, each with a connection of its own
        assert user_box.get("/").status_code == 200
        refused = user_box.post(LABELS, {"name": "Never"}, **PART)
        assert refused.status_code == 503
        assert "save anything" in refused.text
    _set_writable(user_box.folder, "u+w")
    user_box.wait_until_healthy()
    assert user_box.post(LABELS, {"name": "At last"}, **PART).status_code < 400
    assert "At last" in user_box.get(LABELS).text


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own that turns read-only when it is told of an error."""
    image, folder = tmp_path / "card.img", tmp_path / "card"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    if not shutil.which("mkfs.ext4"):
        pytest.skip("no mkfs.ext4")
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    mounted = subprocess.run(["mount", "-o", "loop", image, folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("a disk of its own can only be mounted by root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_card_that_turned_read_only_is_said_and_the_box_ends_in_order(
    card: Path, make_box: Callable[..., Box]
) -> None:
    box = make_box(card / "data", DATABASE_WAIT_S="1").start()
    box.sign_in("ada")
    box.wait_until_healthy()
    before = box.list_processes()
    subprocess.run(["mount", "-o", "remount,abort", card], check=True)
    box.wait_for(lambda: "(database_read_only)" in box.get_health()[1])
    assert box.get("/").status_code == 200
    refused = box.post(LABELS, {"name": "Never"}, **PART)
    assert refused.status_code == 503
    assert "save anything" in refused.text
    assert box.list_processes() == before
    os.kill(box.pid, signal.SIGINT)
    _, status = os.waitpid(box.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert "None:" not in box.log
    assert "Traceback" not in box.log
