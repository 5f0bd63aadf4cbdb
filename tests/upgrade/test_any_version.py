"""Any 0.x becomes any later version: with a backup before, everybody still signed in, and what they had."""

import json
import lzma
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.box import Box
from tests.support.sqlite_file import ask, describe_tables, write_to

HERE = Path(__file__).parent
VERSIONS = ("0.1.0", "0.2.0")
# What each has in tables that are called the same today, and how many of them.
SHARED = ("accounts_member", "accounts_grant", "player_queueditem")
KEY_OF_OWNER = (
    "SELECT access_token FROM accounts_grant JOIN accounts_member m ON m.id = member_id WHERE is_owner"
)


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        lzma.decompress((HERE / f"from_{request.param.replace('.', '_')}.json.xz").read_bytes())
    )
    return document


@pytest.fixture
def box(tmp_path: Path, old: dict[str, Any]) -> Box:
    """Its data as that version left them: there the demo lay where a real house lies."""
    folder = tmp_path / "data"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "spotweb.sqlite3")) as database:
        database.executescript(old["sql"])
    (folder / "sandbox.json").write_text(json.dumps(old["sandbox"]))
    (folder / "secret_key").write_text(old["secret_key"])
    return Box(folder).lay_static_files()


def _count(database: Path) -> dict[str, int]:
    return {table: ask(database, f"SELECT count(*) FROM {table}")[0][0] for table in SHARED}  # noqa: S608


def test_an_old_house_is_backed_up_updated_opens_and_can_be_restored(box: Box, old: dict[str, Any]):
    assert old["version"] in VERSIONS
    before = _count(box.folder / "spotweb.sqlite3")
    key = ask(box.folder / "spotweb.sqlite3", KEY_OF_OWNER)
    assert before["accounts_member"] == 2
    assert before["player_queueditem"]
    said = box.prepare().stdout
    database = box.folder / "demo/spotweb.sqlite3"
    assert _count(database) == before
    # The old one is in a file, as it was.
    (backup,) = (box.folder / "backups/demo").glob("*-update.zip")
    assert f"A backup of how it was before: {backup}" in said
    with zipfile.ZipFile(backup) as archive:
        archive.extract("database.sqlite3", box.folder)
        assert archive.read("secret_key").decode() == old["secret_key"]
    tables = ask(box.folder / "database.sqlite3", "SELECT name FROM sqlite_master WHERE type = 'table'")
    assert ("accounts_house",) not in tables
    assert _count(box.folder / "database.sqlite3") == before
    assert ask(box.folder / "database.sqlite3", KEY_OF_OWNER) == key
    _compare_with_a_new_house(box)
    # A second start has nothing to update.
    assert box.prepare().stdout == ""
    assert len(list((box.folder / "backups/demo").iterdir())) == 1
    _open_pages(box, old)
    if old["version"] != VERSIONS[-1]:
        return
    # The backup of the newest of them is restored as well, and updated once more.
    write_to(database, "DELETE FROM player_queueditem")
    restored = box.manage("restore", str(backup))
    assert restored.returncode == 0, restored.stdout
    box.prepare()
    assert _count(database) == before
    _open_pages(box, old)


def _compare_with_a_new_house(box: Box) -> None:
    """A new house gets its tables at once, an old one by migrations: they must come to the same."""
    new = Box(box.folder / "new").lay_house()
    tables, others = describe_tables(box.database), describe_tables(new.database)
    assert tables.keys() == others.keys()
    for name, table in tables.items():
        assert table == others[name], name
    applied = "SELECT app, name FROM django_migrations"
    assert {*ask(new.database, applied)} == {*ask(box.database, applied)}
    assert ask(new.database, "SELECT count(*) FROM auth_permission")[0][0] > 0


def _open_pages(box: Box, old: dict[str, Any]) -> None:
    """Without Spotify, which says nothing here: what the box itself knows, for whoever was signed in."""
    with box.serve():
        for name in ("ada", "ben"):
            cookie = {"Cookie": f"demo_sessionid={old['facts']['sessions'][name]}"}
            page = box.get("/household/", **cookie)
            assert page.status_code == 200, (name, page.status_code, box.log)
            assert "Ada" in page.text
            assert "Has to reconnect" not in page.text
        assert box.get("/healthz?part=web").text.startswith("ok")
