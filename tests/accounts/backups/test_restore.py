"""Only a whole backup of this house's kind takes its place, and what was there is kept."""

import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.accounts.backups.conftest import PASSPHRASE
from tests.support.box import ROOT, Box
from tests.support.sqlite_file import ask, write_to

NAMES = "SELECT display_name FROM accounts_member"
RENAME = "UPDATE accounts_member SET display_name = 'Changed since'"


def _restore(house: Box, name: str = "house.zip", **environment: str) -> tuple[int, str]:
    ended = house.manage("restore", str(house.folder.parent / name), **environment)
    assert "Traceback" not in ended.stdout, ended.stdout
    return ended.returncode, ended.stdout


def _get_state(house: Box) -> dict[str, bytes]:
    files = [path for path in house.folder.rglob("*") if path.is_file() and "lock" not in path.name]
    return {str(path): _read(path) for path in files}


def _read(path: Path) -> bytes:
    """Of a database what is in it: closing its log changes two bytes of the file."""
    if path.suffix != ".sqlite3":
        return path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump()).encode()


def test_what_a_restore_replaces_is_kept(house: Box):
    data = house.folder / "demo"
    write_to(data / "spotweb.sqlite3", RENAME)
    key = (data / "secret_key").read_text()
    (data / "secret_key").write_text("another key of this box")
    code, said = _restore(house)
    assert code == 0, said
    assert ask(data / "spotweb.sqlite3", NAMES) == [("Ada",)]
    assert (data / "secret_key").read_text() == key
    (kept,) = data.glob("replaced-*")
    assert f"What was here before is now in {kept}" in said
    assert ask(kept / "spotweb.sqlite3", NAMES) == [("Changed since",)]
    assert (kept / "secret_key").read_text() == "another key of this box"
    assert house.manage("house").returncode == 0, "a sound house"


def test_settings_that_differ_are_said(house: Box):
    code, said = _restore(house, SECRET_KEY="another-key-that-is-long-enough-for-a-check-of-secrets")
    assert code == 0
    assert "SECRET_KEY is set to another key than the backup's" in said


def test_an_encrypted_backup_opens_with_its_passphrase_alone(house: Box):
    sealed = (house.folder.parent / "sealed.zip").read_bytes()
    assert b"PK\x03\x04" not in sealed
    before = _get_state(house)
    for passphrase, words in (("", "its passphrase is needed"), ("wrong horse", "n't the passphrase")):
        code, said = _restore(house, "sealed.zip", BACKUP_PASSPHRASE=passphrase)
        assert (code, words in said) == (1, True), said
        assert _get_state(house) == before
    write_to(house.folder / "demo/spotweb.sqlite3", RENAME)
    code, said = _restore(house, "sealed.zip", BACKUP_PASSPHRASE=PASSPHRASE)
    assert code == 0, said
    assert ask(house.folder / "demo/spotweb.sqlite3", NAMES) == [("Ada",)]


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])


def _damage(file: Path) -> None:
    data = bytearray(file.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 64] = bytes(64)
    file.write_bytes(data)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _take_other_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("holiday.txt", "no backup")


def _rewrite(file: Path, change: Callable[[Path], None]) -> None:
    folder = file.with_name("unpacked")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    change(folder)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder))
    shutil.rmtree(folder)


def _make_newer(file: Path) -> None:
    statement = (
        "INSERT INTO django_migrations (app, name, applied) VALUES ('playlists', '0999_later', '2030-01-01')"
    )
    _rewrite(file, lambda folder: write_to(folder / "database.sqlite3", statement))


def _change_manifest(file: Path, **facts: object) -> None:
    def change(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | facts))

    _rewrite(file, change)


def _damage_database(file: Path) -> None:
    def change(folder: Path) -> None:
        data = bytearray((folder / "database.sqlite3").read_bytes())
        data[8192:24_576] = bytes(16_384)
        (folder / "database.sqlite3").write_bytes(data)

    _rewrite(file, change)


def _take_postgresql(file: Path) -> None:
    _rewrite(file, lambda folder: (folder / "database.sqlite3").rename(folder / "database.dump"))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_truncate, "not a whole one"),
        (_damage, "not a whole one"),
        (_empty, "no backup of this app"),
        (_take_other_zip, "no backup of this app"),
        (_make_newer, "newer version"),
        (lambda file: _change_manifest(file, format=99, version="9.0"), "newer version (9.0)"),
        (_damage_database, "damaged"),
        (
            lambda file: _change_manifest(file, is_demo=False, spotify="api.spotify.com"),
            "This backup is of api.spotify.com, but the settings name the demo",
        ),
        (_take_postgresql, "a house on PostgreSQL, and the settings name SQLite"),
        (lambda file: file.unlink(), "There is no file"),
    ],
)
def test_what_cannot_be_restored_is_refused_in_words(house: Box, spoil, words):
    spoil(house.folder.parent / "house.zip")
    before = _get_state(house)
    code, said = _restore(house)
    assert (code, words in said) == (1, True), said
    assert _get_state(house) == before


@pytest.mark.parametrize("spoil", [_truncate, _damage])
def test_a_spoiled_encrypted_backup_is_noticed(house: Box, spoil):
    spoil(house.folder.parent / "sealed.zip")
    before = _get_state(house)
    code, said = _restore(house, "sealed.zip", BACKUP_PASSPHRASE=PASSPHRASE)
    assert (code, "damaged or incomplete" in said) == (1, True), said
    assert _get_state(house) == before


def test_a_shell_that_has_the_database_open_is_noticed(house: Box):
    script = "from accounts.models import Member; Member.objects.count(); print('open', flush=True); input()"
    shell = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v0", "-c", script],
        cwd=ROOT,
        env=house.get_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert shell.stdout
    assert shell.stdout.readline() == b"open\n"
    code, said = _restore(house)
    shell.communicate(b"\n")
    assert (code, "Another program uses the database" in said) == (1, True), said
    assert _restore(house)[0] == 0
