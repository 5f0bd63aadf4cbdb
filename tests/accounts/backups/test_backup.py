"""A backup is whole or not there, costs no earlier one, and the owner finds it on the household page."""

import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse

from accounts.backups import actions, databases
from accounts.backups.actions import list_backups, make_backup, make_nightly_backup
from accounts.backups.errors import BackupFailed
from accounts.models import House
from accounts.status import facts
from spotweb.jobs.models import Job
from tests.jobs.workers import work
from tests.run.test_outages import disk, fill
from tests.support.box import Box

__all__ = ["disk"]

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def test_others_can_read_nothing_and_no_draft_stays(house: Box):
    made = house.manage("backup")
    assert made.returncode == 0, made.stdout
    folder = house.folder / "backups/demo"
    (file,) = folder.iterdir()
    assert str(file) in made.stdout
    assert file.name.endswith("-by-hand.zip")
    assert file.stat().st_mode & 0o077 == 0


def test_a_full_disk_costs_no_earlier_backup(house: Box, disk: Path):
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    assert house.manage("backup", BACKUP_DIR=str(disk)).returncode == 0
    before = list((disk / "demo").iterdir())
    assert len(before) == 1
    ballast = fill(disk)
    ended = house.manage("backup", BACKUP_DIR=str(disk))
    assert (ended.returncode, "room" in ended.stdout, "Traceback" in ended.stdout) == (1, True, False)
    assert list((disk / "demo").iterdir()) == before
    ballast.unlink()
    assert house.manage("backup", BACKUP_DIR=str(disk)).returncode == 0


def test_a_damaged_database_gives_no_backup(house: Box, tmp_path: Path):
    database = house.folder / "demo/spotweb.sqlite3"
    data = bytearray(database.read_bytes())
    data[8192:40_960] = bytes(32_768)
    database.write_bytes(data)
    ended = house.manage("backup", str(tmp_path / "new.zip"))
    assert (ended.returncode, "damaged" in ended.stdout, "Traceback" in ended.stdout) == (1, True, False)
    assert not (tmp_path / "new.zip").exists()


@pytest.fixture
def folder(settings, tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(actions._Failure, "try_again_at", 0.0)
    settings.BACKUP_DIR = tmp_path / "backups"
    return settings.BACKUP_DIR


@pytest.fixture
def founded(ada) -> None:
    House.objects.all().delete()
    House.objects.create(founded_at=NOON - timedelta(hours=1))


def test_a_night_has_one_backup_and_a_missed_one_is_made_up_for(folder, founded):
    with time_machine.travel(NOON, tick=False) as clock:
        assert make_nightly_backup() is None, "a house of today"
        clock.move_to(NOON + timedelta(hours=15))
        assert make_nightly_backup() is None, "3 o'clock: not yet"
        clock.move_to(NOON + timedelta(hours=16))
        assert make_nightly_backup()
        assert make_nightly_backup() is None
        clock.shift(timedelta(hours=23))
        assert make_nightly_backup() is None
        clock.shift(timedelta(hours=60))  # it was off for two nights
        assert make_nightly_backup()
        assert make_nightly_backup() is None
    assert [backup.occasion for backup in list_backups()] == ["night", "night"]


def test_seven_days_are_kept_and_what_was_made_by_hand(folder, founded):
    with time_machine.travel(NOON, tick=False) as clock:
        by_hand = make_backup()
        for _ in range(10):
            clock.shift(timedelta(days=1))
            assert make_nightly_backup()
        assert len(list_backups()) == 1 + 8  # the first of them is seven days old to the second
        clock.shift(timedelta(days=60))
        assert by_hand in [backup.path for backup in list_backups()]
        newest = make_nightly_backup()
        assert {backup.path for backup in list_backups()} == {by_hand, newest}


def test_old_backups_stay_while_the_disk_is_full(folder, founded, settings, disk, caplog):
    settings.BACKUP_DIR = disk
    # The database of this test process has grown with the tests before; two backups have to fit.
    megabytes = 64 + 6 * databases.estimate_bytes() // 1_000_000
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", disk], check=True)
    with time_machine.travel(NOON + timedelta(days=1), tick=False) as clock:
        old = make_nightly_backup()
        clock.shift(timedelta(days=30))
        ballast = fill(disk)
        assert make_nightly_backup() is None
        assert "room" in caplog.text
        assert [backup.path for backup in list_backups()] == [old]
        ballast.unlink()
        assert make_nightly_backup() is None, "it is tried again in an hour"
        actions._Failure.try_again_at = 0.0
        new = make_nightly_backup()
        assert [backup.path for backup in list_backups()] == [new]


def test_a_folder_that_cannot_be_written_is_said(folder, founded, settings, caplog):
    folder.write_text("a file where the folder should be")
    with pytest.raises(BackupFailed, match="No backup was made"):
        make_backup()
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert make_nightly_backup() is None
    assert "No backup can be made" in caplog.text


def test_none_is_made_by_itself_where_the_settings_say_so(folder, founded, settings):
    settings.BACKUP_DAYS = 0
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert make_nightly_backup() is None


def test_the_owner_sees_and_downloads_them_and_nobody_else(folder, ada, ben):
    assert "No backups yet" in ada.get("/household/").content.decode()
    made = make_backup()
    page = ada.get("/household/").content.decode()
    address = f"/household/backups/{made.name}/"
    assert address in page
    answer = ada.get(address)
    assert b"".join(answer.streaming_content) == made.read_bytes()
    assert made.name in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    with zipfile.ZipFile(made) as archive:
        assert archive.testzip() is None
    assert made.name not in ben.get("/household/").content.decode()
    assert ben.get(address).status_code == 403
    for name in ("..%2Fsecret_key", ".lock", "spotweb-2026-01-01-000000-night.zip"):
        assert ada.get(f"/household/backups/{name}/").status_code == 404


def test_the_owner_makes_one_and_reads_how_it_went(folder, ada, ben):
    assert ben.post("/household/backups/").status_code == 403
    assert "Making a backup" in ada.post("/household/backups/", **PART).content.decode()
    ada.post("/household/backups/")  # pressed twice: one is enough
    work()
    (made,) = list_backups()
    assert made.occasion == "by-hand"
    page = ada.get("/household/").content.decode()
    assert "Backup made." in page
    assert f"/household/backups/{made.name}/" in page
    assert "made by hand" in page
    assert facts.read_status().last_backup_at == made.made_at


def test_a_backup_that_failed_says_why_and_can_be_tried_again(folder, ada):
    folder.write_text("a file where the folder should be")
    ada.post("/household/backups/")
    work()
    page = ada.get("/household/").content.decode()
    assert f"No backup was made in {folder}" in page
    assert "Try again" in page
    folder.unlink()
    job = Job.objects.get(kind="backup")
    ada.post(reverse("jobs:resume", args=["accounts:household", job.pk]))
    work()
    assert "Backup made." in ada.get("/household/").content.decode()
