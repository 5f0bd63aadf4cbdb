"""What a program that watches the household is told: everything with the token, else whether it works."""

import json
import logging
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from logging.config import DictConfigurator

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from spotweb import health
from spotweb.jobs.models import Job
from spotweb.spotify import last_reads
from tests.support.people import new_client

TOKEN = "a token that nobody guesses"  # of these tests
PATHS = ["/healthz?full", "/metrics"]


@pytest.fixture(autouse=True)
def _anew(settings, monkeypatch):
    settings.STATUS_TOKEN = TOKEN
    monkeypatch.setattr(health, "_VALID_FOR_S", -1.0)
    last_reads.reset_process_memory()


def watch(path: str, token: str = TOKEN):
    return new_client().get(path, headers={"Authorization": f"Bearer {token}"})


def read_metrics() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = watch("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize("path", PATHS)
def test_only_the_owner_and_who_has_the_token_are_told_more(ada, ben, path):
    assert new_client().get(path).status_code == 403
    assert ben.get(path).status_code == 403
    assert watch(path, "another token").status_code == 403
    assert watch(path, "").status_code == 403
    assert watch(path, "ä token").status_code == 403
    assert ada.get(path).status_code == 200
    assert watch(path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_without_a_token_in_the_settings_no_token_opens(ada, settings, path):
    settings.STATUS_TOKEN = ""
    for token in ("", TOKEN):
        assert watch(path, token).status_code == 403
    assert ada.get(path).status_code == 200


def test_the_short_answer_stays_as_it_was(ada):
    assert new_client().get("/healthz").text == "ok\n"
    assert ada.get("/healthz").text == "ok\n"


def test_the_status_names_members_work_and_room(ada, ben, sandbox):
    ada.get("/player/")
    Job.objects.create(member=ben.member, kind="import", state=Job.State.FAILED)
    status = watch("/healthz?full").json()
    assert status["status"] == "ok"
    assert status["version"] == django_settings.VERSION
    by_name = {member["name"]: member for member in status["members"]}
    assert by_name["Ada"]["days_left"] in {179, 180}
    assert by_name["Ada"]["trouble"] == ""
    read_at = datetime.fromisoformat(by_name["Ada"]["last_read_at"])
    assert timezone.now() - read_at < timedelta(minutes=2)
    assert by_name[ben.member.display_name]["last_read_at"] is None
    assert status["jobs"] == {"queued": 0, "running": 0, "paused": 0, "failed": 1}
    assert status["disk"]["free"] > 0
    assert status["blocks"] == []
    assert not any(token in json.dumps(status) for token in ("access", "refresh", "Bearer"))


def test_a_refused_read_is_not_the_last_one(ada, sandbox):
    sandbox.fault("/v1/*", "status", status=503)
    ada.get("/library/albums/")
    assert watch("/healthz?full").json()["members"][0]["last_read_at"] is None


def test_what_spotify_blocks_is_named_with_its_end(ada, sandbox):
    sandbox.fault("/v1/me/player*", "rate_limit", retry_after=40_000)
    ada.get("/player/")
    status = watch("/healthz?full").json()
    families = {block["family"] for block in status["blocks"]}
    assert "player" in families
    until = datetime.fromisoformat(status["blocks"][0]["until"])
    assert until - timezone.now() > timedelta(hours=10)
    metrics = read_metrics()
    ends = metrics["spotweb_blocked_until_timestamp_seconds", (("family", "player"),)]
    assert abs(ends - until.timestamp()) < 2


def test_a_sign_in_that_ends_is_seen_coming(ada):
    with time_machine.travel(timezone.now() + timedelta(days=170)):
        metrics = read_metrics()
    assert metrics["spotweb_sign_in_days_left", (("member", "Ada"),)] in {9, 10}
    ada.member.grant.trouble = "revoked"
    ada.member.grant.save()
    assert read_metrics()["spotweb_sign_in_works", (("member", "Ada"),)] == 0


def test_metrics_are_read_by_prometheus_own_parser(ada, ben, sandbox):
    ben.member.display_name = 'A\\d"a'
    ben.member.save()
    ada.get("/player/")
    metrics = read_metrics()
    assert metrics["spotweb_up", ()] == 1
    assert metrics["spotweb_members", ()] == 2
    assert metrics["spotweb_sign_in_days_left", (("member", 'A\\d"a'),)] >= 179
    asked = metrics["spotweb_spotify_requests_day", (("family", "player"), ("purpose", "page"))]
    assert asked >= 1
    before = metrics["spotweb_responses_total", (("method", "GET"), ("status", "200"))]
    ada.get("/privacy/")
    after = read_metrics()["spotweb_responses_total", (("method", "GET"), ("status", "200"))]
    assert after >= before + 1


def test_two_members_of_one_name_are_two_lines(ada, ben):
    ben.member.display_name = "Ada"
    ben.member.save()
    names = {labels[0][1] for name, labels in read_metrics() if name == "spotweb_sign_in_works"}
    assert names == {"Ada", "Ada (2)"}


def test_unknown_methods_make_one_line(ada):
    for method in ("BREW", "PROPFIND"):
        ada.client.generic(method, "/")
    methods = {dict(labels)["method"] for name, labels in read_metrics() if name == "spotweb_responses_total"}
    assert "other" in methods
    assert "BREW" not in methods


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a lock of the whole database is SQLite's")
def test_a_locked_database_is_told_and_counted(ada, settings):
    settings.DATABASE_WAIT_S = 0.2
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = watch("/healthz?full")
        metrics = read_metrics()
        other.execute("ROLLBACK")
    assert answer.status_code == 503
    assert [reason["code"] for reason in answer.json()["reasons"]] == ["database_busy"]
    assert metrics["spotweb_up", ()] == 0
    assert metrics["spotweb_trouble", (("code", "database_busy"),)] == 1


def test_whatever_watches_may_call_the_box_by_any_name(ada):
    for path in ("/healthz", "/metrics"):
        headers = {"Host": "10.0.0.7:8000", "Authorization": f"Bearer {TOKEN}"}
        assert new_client().get(path, headers=headers).status_code == 200


def test_log_lines_are_json_on_request():
    configurator = DictConfigurator(django_settings.LOGGING)
    formatter = configurator.configure_formatter(dict(django_settings.LOG_FORMATTERS["json"]))
    try:
        raise ValueError("two\nlines")
    except ValueError:
        failure = sys.exc_info()
    line = formatter.format(
        logging.LogRecord("spotweb.x", logging.ERROR, "", 1, "it %s", ("“failed”",), failure)
    )
    assert "\n" not in line
    fields = json.loads(line)
    assert (fields["level"], fields["logger"], fields["message"]) == ("ERROR", "spotweb.x", "it “failed”")
    assert "ValueError: two\nlines" in fields["exc_info"]
    assert fields["timestamp"]


def test_a_running_house_prints_nothing_but_json(tmp_path):
    code = """import sys; print('plain'); print('{"message": "sent"}'); sys.exit(3)"""
    program = (
        "from spotweb.processes.process_group import run_processes\n"
        f"run_processes({{'web': [{sys.executable!r}, '-c', {code!r}]}}, environment={{}}, directory='.',"
        " on_tick=lambda: True, has_json_lines=True)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    assert {"plain", "sent"} <= {line["message"] for line in lines}
    assert {line["process"] for line in lines} == {"web", "run"}
