"""Playlists as files: what is in them, what they are called, and who gets them."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from playlists.models import ExportRun, ListSync
from playlists.transfer import export, export_job
from playlists.transfer.formats.detect import read_file
from spotweb.jobs.models import Job

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def work():
    """All that waits for the worker, done here and now."""
    call_command("worker", batch=True, interval=0, startup_delay=False, verbosity=0)


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def named(sandbox, name):
    return next(one for one in sandbox.control("GET", "playlists") if one["name"] == name)


def uris_of(sandbox, playlist):
    return sandbox.control("GET", f"playlists/{playlist['id']}")["items"]


@pytest.fixture
def ferry(sandbox):
    """Local files, episodes, copies, and two rows whose content has vanished."""
    return named(sandbox, "Ferry mixtape")


def test_json_says_everything(ada, sandbox, ferry):
    answer = ada.get(f"/playlists/{ferry['id']}/export/json/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Ferry mixtape.json"'
    kept = json.loads(body(answer))
    assert kept["format"] == "spotweb-playlist"
    assert kept["playlist"]["uri"] == ferry["uri"]
    assert kept["playlist"]["owner"]["name"] == ada.member.display_name
    assert [row.get("uri") for row in kept["items"]] == uris_of(sandbox, ferry)
    assert any(row.get("is_local") for row in kept["items"])
    assert all("title" in row for row in kept["items"] if row.get("uri"))


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_was_exported_is_understood_again(ada, sandbox, ferry, form):
    data = body(ada.get(f"/playlists/{ferry['id']}/export/{form}/"))
    (found,) = read_file(data).lists
    assert [row.uri for row in found.rows] == uris_of(sandbox, ferry)
    assert sum(row.is_vanished for row in found.rows) == uris_of(sandbox, ferry).count(None) > 0
    assert all(row.added_at for row in found.rows)


def test_csv_is_for_spreadsheets(ada, sandbox):
    odd = next(one for one in sandbox.control("GET", "playlists") if "odd" in one["name"])
    data = body(ada.get(f"/playlists/{odd['id']}/export/csv/"))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["position"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row.values() if cell)


def test_m3u8_leads_to_spotify(ada, sandbox, ferry):
    lines = body(ada.get(f"/playlists/{ferry['id']}/export/m3u8/")).decode().splitlines()
    assert lines[:2] == ["#EXTM3U", "#PLAYLIST:Ferry mixtape"]
    assert any(line.startswith("https://open.spotify.com/track/") for line in lines)
    assert sum(line.startswith("# ") for line in lines) == uris_of(sandbox, ferry).count(None)


def test_names_of_files_are_safe_everywhere():
    names = {
        "../../etc/passwd": "etc passwd.csv",
        "a\r\nSet-Cookie: x": "a Set-Cookie x.csv",
        "CON": "playlist CON.csv",
        "": "playlist.csv",
        " . ": "playlist.csv",
        "é\u202e漢字 🎷": "é漢字 🎷.csv",
        "x" * 300: "x" * 80 + ".csv",
    }
    assert {name: export.make_file_name(name, "csv") for name in names} == names


def test_a_hostile_name_stays_in_its_header(ada, sandbox):
    made = sandbox.control(
        "POST", "playlists", {"owner": "ada", "name": 'x"; filename="y.exe\r\n漢', "items": []}
    )
    answer = ada.get(f"/playlists/{made['id']}/export/json/")
    assert answer.status_code == 200
    header = answer.headers["Content-Disposition"]
    assert "\n" not in header
    assert header.startswith("attachment; filename*=utf-8''x%20%3B%20filename%3D%20y.exe%20")


def test_the_formats_are_offered_in_a_dialog_and_on_a_page(ada, ferry):
    page = ada.get(f"/playlists/{ferry['id']}/export/").text
    dialog = ada.get(f"/playlists/{ferry['id']}/export/", **PART).text
    for form in ("json", "csv", "m3u8"):
        assert f"/playlists/{ferry['id']}/export/{form}/" in page
        assert f"/playlists/{ferry['id']}/export/{form}/" in dialog
    assert "<html" not in dialog
    assert ada.get(f"/playlists/{ferry['id']}/export/exe/").status_code == 404


def test_what_spotify_withholds_is_not_exported_as_empty(ada, sandbox, settings):
    foreign = next(one for one in sandbox.control("GET", "playlists") if one["name"] == "For Mam")
    answer = ada.get(f"/playlists/{foreign['id']}/export/json/")
    if settings.SPOTIFY_QUOTA_MODE == "development":
        assert answer.status_code == 403
        assert not answer.streaming


def test_all_lists_in_one_archive(ada, sandbox, ferry):
    ada.get("/playlists/export/")
    assert "Reading playlists" in ada.post("/playlists/export/start/", {"format": "json"}, **PART).text
    work()
    run = ExportRun.objects.get()
    page = ada.get("/playlists/export/").text
    assert run.job.state == Job.State.DONE
    assert f"/playlists/exports/{run.pk}/file/" in page
    answer = ada.get(f"/playlists/exports/{run.pk}/file/")
    archive = zipfile.ZipFile(io.BytesIO(body(answer)))
    assert answer.headers["Content-Type"] == "application/zip"
    assert archive.testzip() is None
    assert len(archive.namelist()) == len(set(map(str.casefold, archive.namelist()))) == len(run.read_ids)
    assert {*run.read_ids, *(one for one, _ in run.failed)} == set(run.playlist_ids)
    kept = json.loads(archive.read("Ferry mixtape.json"))
    assert [row.get("uri") for row in kept["items"]] == uris_of(sandbox, ferry)


def test_an_archive_is_its_members_alone_and_goes_after_a_day(ada, ben, sandbox):
    ada.post("/playlists/export/start/", {"format": "csv"})
    work()
    run = ExportRun.objects.get()
    path = export_job.get_path(run)
    assert path.stat().st_mode & 0o077 == 0
    for address in ("file", "cancel", "go-on", "forget"):
        ask = ben.get if address == "file" else ben.post
        assert ask(f"/playlists/exports/{run.pk}/{address}/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        answer = ada.get(f"/playlists/exports/{run.pk}/file/")
        assert answer.status_code == 302
        work()
    assert not path.exists()
    assert not ExportRun.objects.exists()


def test_an_archive_stays_when_no_new_one_can_begin(ada, sandbox):
    ada.post("/playlists/export/start/", {"format": "csv"})
    work()
    run = ExportRun.objects.get()
    ListSync.objects.update(read_at=timezone.now() - timedelta(hours=1))
    sandbox.control("PUT", "allowlist", {"members": []})
    assert ada.post("/playlists/export/start/", {"format": "json"}).status_code == 403
    assert zipfile.ZipFile(io.BytesIO(body(ada.get(f"/playlists/exports/{run.pk}/file/")))).namelist()


def test_a_wait_of_spotifys_is_waited_out_by_itself(ada, sandbox):
    ada.get("/playlists/export/")
    ada.post("/playlists/export/start/", {"format": "csv"})
    sandbox.fault("/v1/playlists/*", "rate_limit", retry_after=30)
    work()
    run = ExportRun.objects.get()
    assert run.job.state == Job.State.QUEUED
    assert "it goes on by itself then" in ada.get("/playlists/export/").text
    sandbox.control("DELETE", "faults")
    with time_machine.travel(run.job.run_after + timedelta(seconds=1)):
        work()
    assert ExportRun.objects.get().job.state == Job.State.DONE


def test_a_long_list_is_read_first_by_a_task_of_its_own(ada, lists):
    wanted = [lists.tracks[n % 400] for n in range(1100)]
    playlist_id = lists.make(ada, wanted, name="Long one")
    assert "still loading" in ada.get(f"/playlists/{playlist_id}/export/").text
    assert ada.get(f"/playlists/{playlist_id}/export/json/").status_code == 302
    ada.post("/playlists/export/start/", {"format": "json"})
    for _ in range(3):
        with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=True):
            work()
    run = ExportRun.objects.get()
    archive = zipfile.ZipFile(export_job.get_path(run))
    kept = json.loads(archive.read("Long one.json"))
    assert [row["uri"] for row in kept["items"]] == wanted


def test_cancel_and_go_on(ada, sandbox):
    ada.post("/playlists/export/start/", {"format": "csv"})
    run = ExportRun.objects.get()
    ada.post(f"/playlists/exports/{run.pk}/cancel/", **PART)
    work()
    assert "Cancelled" in ada.get("/playlists/export/").text
    assert not export_job.get_path(run).exists()
    ada.post(f"/playlists/exports/{run.pk}/go-on/", **PART)
    work()
    assert ExportRun.objects.get().job.state == Job.State.DONE


def test_no_format_is_a_mistake(ada):
    answer = ada.post("/playlists/export/start/", {"format": "exe"})
    assert answer.status_code == 422
    assert "Choose one of the formats." in answer.text
