"""One house, made once, of which each test gets a copy: files alone, nothing runs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.box import Box
from tests.support.sqlite_file import add_ada

PASSPHRASE = "correct horse"


@pytest.fixture(scope="session")
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A demo house where Ada lives, with a backup and an encrypted backup beside it."""
    room = tmp_path_factory.mktemp("house")
    box = Box(room / "data")
    box.lay_house()
    add_ada(box.folder / "demo/spotweb.sqlite3")
    assert box.manage("migrate", "-v0").stdout == ""
    for name, environment in (("house.zip", {}), ("sealed.zip", {"BACKUP_PASSPHRASE": PASSPHRASE})):
        made = box.manage("backup", str(room / name), **environment)
        assert made.returncode == 0, made.stdout
    return room


@pytest.fixture
def house(_prepared: Path, tmp_path: Path) -> Box:
    """Its backups are `house.zip` and `sealed.zip` beside its folder."""
    shutil.copytree(_prepared, tmp_path, dirs_exist_ok=True)
    return Box(tmp_path / "data")
