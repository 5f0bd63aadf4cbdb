"""What a page says of a job when it is opened and when it asks again: the same words and buttons."""

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone

from library.models import SavedIndex
from playlists.editing.actions import set_order
from playlists.models import ExportRun, ImportRun, PlaylistRead
from playlists.sync import access
from spotweb.jobs.models import Job
from tests.player.parts import PART, act
from tests.playlists.pages import PlaylistPage, make

State = Job.State
_VOID = {"input", "img", "br", "meta", "link", "hr", "use"}


def list_states() -> dict[str, dict[str, Any]]:
    now = timezone.now()
    old, soon = now - timedelta(minutes=10), now + timedelta(minutes=5)
    blocked = {"state": State.QUEUED, "run_after": soon, "done": 2}
    return {
        "waiting": {"state": State.QUEUED},
        "late": {"state": State.QUEUED, "heartbeat_at": now - timedelta(seconds=30), "created_at": old},
        "running": {"state": State.RUNNING, "done": 2},
        "asked to stop": {"state": State.RUNNING, "done": 2, "is_cancel_requested": True},
        "blocked": {**blocked, "error_code": "rate_limited"},
        "out of reach": {**blocked, "error_code": "unavailable"},
        "worker lost": {"state": State.RUNNING, "done": 2, "heartbeat_at": old},
        "cancelled": {"state": State.CANCELLED, "done": 2},
        "stopped": {"state": State.FAILED, "done": 2, "error_code": "unavailable"},
        "failed": {"state": State.FAILED, "done": 0, "error_code": "forbidden"},
    }


class _Element(HTMLParser):
    """The words of the element with an id, and the names of its buttons, links and fields."""

    def __init__(self, html: str, key: str) -> None:
        super().__init__()
        self._key, self._depth, self.words = key, 0, []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = dict(attrs)
        if self._depth or found.get("id") == self._key:
            self._depth += tag not in _VOID
            shown = ("id", "aria-label", "aria-busy", "class", "value", "max", "hx-trigger", "name")
            if found.get("name") != "csrfmiddlewaretoken":
                self.words += [
                    f"{name}={' '.join(str(found[name]).split())}" for name in shown if name in found
                ]

    def handle_endtag(self, tag: str) -> None:
        self._depth -= bool(self._depth) and tag not in _VOID

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.words += data.split()


def read_element(answer: Any, key: str) -> list[str]:
    assert answer.status_code == 200
    return _Element(answer.text, key).words


def check_states(
    person: Any,
    jobs: Any,
    key: str,
    *,
    page: str,
    poll: str,
    key_over: str = "",
    without: tuple[str, ...] = (),
) -> None:
    """`key_over`: the id of the part that is told when it is over, where that is another one."""
    for name, fields in list_states().items():
        if name in without:
            continue
        if key_over and fields["state"] not in Job.ACTIVE:
            key = key_over
        now = {"heartbeat_at": timezone.now(), "total": 5, "done": 0, "error_code": "", "run_after": None}
        jobs.update(**{**now, "is_cancel_requested": False, **fields})
        shown = read_element(person.get(page), key)
        done = set(jobs.values_list("state", "started_by"))
        jobs.update(**{**now, "is_cancel_requested": False, **fields})
        told = read_element(person.get(poll, **PART), key)
        assert told == shown, name
        assert set(jobs.values_list("state", "started_by")) == done, name


@pytest.fixture
def tracks(sandbox):
    return [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")]


def test_an_import(ada):
    ada.post("/playlists/import/", {"lines": "la\nlo\nlu"})
    run = ImportRun.objects.get()
    page = f"/playlists/imports/{run.pk}/"
    jobs = Job.objects.filter(import_run=run)
    check_states(ada, jobs, "import-progress", page=page, poll=f"{page}?poll=1", key_over="import-run")


def test_an_export(ada):
    ada.get("/playlists/")
    ada.post("/playlists/export/start/", {"format": "csv"})
    jobs = Job.objects.filter(export_run=ExportRun.objects.get())
    check_states(ada, jobs, "exports", page="/playlists/export/", poll="/playlists/export/")


def test_a_change_of_a_playlist_and_no_other_page_tells_of_it(ada, sandbox, tracks):
    page, other = (PlaylistPage(ada, make(sandbox, items=tracks[:60])) for _ in range(2))
    edit = set_order(
        access.open_playlist(ada.member, page.id),
        base_revision=int(page.seen),
        target=[(place * 11) % 60 for place in range(60)],
        kind="order",
    )
    jobs = Job.objects.filter(pk=edit.job_id)
    check_states(ada, jobs, "state", page=page.url, poll=f"{page.url}state/?seen={page.seen}")
    for fields in list_states().values():
        jobs.update(**fields)
        for address in (other.url, f"{other.url}state/?seen={other.seen}"):
            assert "job-notice" not in ada.get(address, **PART).text


def test_what_is_queued_in_the_background(ada, sandbox, tracks):
    sandbox.scene("ada", context=sandbox.control("GET", "catalog?type=album")[4]["uri"])
    ada.get("/player/")
    act(ada, "lines", lines="\n".join(tracks[:5]))
    jobs = Job.objects.all()
    assert jobs.count() == 1
    check_states(ada, jobs, "job-list", page="/player/", poll="/jobs/player:now/")


def test_the_sync_of_a_library(ada):
    ada.get("/library/")
    jobs = Job.objects.filter(pk=SavedIndex.objects.get(kind="track").job_id)
    # It is paused instead.
    without = ("asked to stop", "cancelled")
    check_states(ada, jobs, "sync", page="/library/", poll="/library/track/sync/", without=without)


def test_a_playlist_that_is_being_read_and_goes_on_when_told_to(ada, sandbox, tracks):
    long = make(sandbox, items=[tracks[place % 400] for place in range(1_200)])["id"]
    page = f"/playlists/{long}/"
    ada.get(page)
    jobs = Job.objects.filter(pk=PlaylistRead.objects.get().job_id)
    check_states(ada, jobs, "reading", page=page, poll=f"{page}state/?seen=0")
    assert jobs.get().state == State.FAILED
    told = read_element(ada.post(f"{page}resume/", {"seen": "0"}, **PART), "reading")
    assert "Loading" in told
    assert jobs.get().state == State.QUEUED
