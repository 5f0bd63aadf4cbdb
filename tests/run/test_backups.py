"""A box is backed up while it runs, is lost, and comes back from the file: members notice nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.run.box import Box
from tests.support.sqlite_file import ask, write_to

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def _make_label(box: Box, name: str) -> None:
    assert box.post("/playlists/labels/", {"name": name}, **PART).status_code < 400


def _has_label(box: Box, name: str) -> bool:
    # A page that needs no Spotify, which the sandbox may still be starting.
    assert box.get("/household/").status_code == 200, "signed in"
    return (name,) in ask(box.data / "spotweb.sqlite3", "SELECT name FROM playlists_label")


def _list_in(folder: Path, pattern: str = "*.zip") -> list[str]:
    return sorted(path.name for path in folder.glob(pattern))


def test_a_lost_box_comes_back_from_its_backup(make_box: Callable[..., Box], tmp_path: Path) -> None:
    box = make_box().start()
    box.sign_in("ada")
    _make_label(box, "Before the backup")
    (box.data / "exports").mkdir(exist_ok=True)
    (box.data / "exports" / "77.zip").write_bytes(b"an export")
    file = tmp_path / "stick" / "house.zip"
    file.parent.mkdir()
    said = box.manage("backup", str(file)).stdout
    assert str(file) in said
    assert _list_in(file.parent, "*") == ["house.zip"], "no drafts"
    assert file.stat().st_mode & 0o077 == 0, "others can read nothing"
    _make_label(box, "After the backup")
    said = box.manage("restore", str(file)).stdout
    assert "The app is running" in said
    assert _has_label(box, "After the backup")
    box.stop()
    shutil.rmtree(box.folder)
    said = box.manage("restore", str(file)).stdout
    assert "Restored: the household" in said
    assert "What was here before" not in said, "nothing was"
    # At the same address with the same cookies. The house was founded days ago, and the box was off since.
    write_to(box.data / "spotweb.sqlite3", "UPDATE accounts_house SET founded_at = '2026-01-01 00:00:00'")
    box.start()
    assert _has_label(box, "Before the backup")
    assert not _has_label(box, "After the backup")
    assert (box.data / "exports" / "77.zip").read_bytes() == b"an export"
    box.wait_until_healthy()
    _check_backup_of_the_night(box)
    box.stop()
    # What was replaced is a whole data folder: the way back.
    said = box.manage("restore", str(file)).stdout
    assert "Restored: the household" in said
    (kept,) = box.data.glob("replaced-*")
    assert f"What was here before is now in {kept}" in said
    assert {path.name for path in kept.iterdir()} >= {
        "spotweb.sqlite3",
        "secret_key",
        "house.json",
        "exports",
    }


def _check_backup_of_the_night(box: Box) -> None:
    """The worker makes it, and the owner gets it."""
    folder = box.folder / "backups" / "demo"
    box.wait_for(lambda: [name for name in _list_in(folder) if name.endswith("-night.zip")])
    (name,) = _list_in(folder)
    page = box.get("/household/")
    assert name in page.text
    answer = box.get(f"/household/backups/{name}/")
    assert answer.content == (folder / name).read_bytes()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
