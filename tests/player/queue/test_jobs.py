"""Work in the background, done by the real worker: what is said while it goes on, and when it ends midway."""

from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from accounts.tokens import spotify_for
from player.queue import jobs
from spotweb.jobs.models import Job
from spotweb.spotify import player
from tests.player.parts import PART, act, rows, words


def work():
    """All that waits for the worker, done here and now."""
    call_command("worker", batch=True, interval=0, startup_delay=False, verbosity=0)


def links(sandbox, count, start=300):
    return [
        one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")[start : start + count]
    ]


def queued(sandbox, name="ada"):
    return sandbox.control("GET", f"player/{name}")["queue"]


def said(person):
    return words(person.get("/player/jobs/", **PART).text)


@pytest.fixture
def playing(ada, sandbox):
    sandbox.scene("ada", context=sandbox.control("GET", "catalog?type=album")[4]["uri"])
    ada.get("/player/")
    return ada


def test_several_links_are_added_in_their_order(playing, sandbox):
    wanted = links(sandbox, 5)
    answer = act(playing, "lines", lines="\n".join(wanted))
    assert "about to be added" in answer.text
    assert not queued(sandbox)
    work()
    assert queued(sandbox) == wanted
    assert "Added 5 items of “5 links” to the queue." in said(playing)
    assert "5 links" not in said(playing)  # a toast says it once


def test_a_whole_album_is_added_and_named(playing, sandbox):
    album = sandbox.control("GET", "catalog?type=album")[4]
    act(playing, "lines", lines=f"https://open.spotify.com/album/{album['id']}?si=1")
    work()
    assert len(queued(sandbox)) > 1
    assert len(sandbox.requests("get-an-album")) == 1
    assert Job.objects.get().state == Job.State.DONE


def test_cancel_stops_midway_and_says_how_far_it_came(playing, sandbox):
    wanted = links(sandbox, 12)
    act(playing, "lines", lines="\n".join(wanted))
    job = Job.objects.get()
    sandbox.control("PUT", "settings", {"latency_ms": 60})

    def cancel_after_two():
        while Job.objects.get(pk=job.pk).done < 2:  # ends with the worker at the latest
            pass
        playing.post(f"/jobs/player:now/{job.pk}/cancel/", **PART)
        connections.close_all()

    with ThreadPoolExecutor(1) as member:
        pressed = member.submit(cancel_after_two)
        work()
        pressed.result()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert 2 <= job.done < 12
    assert queued(sandbox) == wanted[: job.done]
    assert f"Stopped: {job.done} of 12 of “12 links” were added." in said(playing)
    playing.post(f"/jobs/player:now/{job.pk}/resume/", **PART)
    work()
    assert queued(sandbox) == wanted
    assert "Added 12 items" in said(playing)


def test_a_job_that_nobody_has_begun_is_cancelled_at_once(playing, sandbox):
    act(playing, "lines", lines="\n".join(links(sandbox, 2)))
    playing.post(f"/jobs/player:now/{Job.objects.get().pk}/cancel/", **PART)
    work()
    assert not queued(sandbox)
    assert "Nothing of “2 links” was added." in said(playing)


def test_a_lost_answer_is_said_and_never_sent_twice(playing, sandbox):
    wanted = links(sandbox, 4)
    act(playing, "lines", lines="\n".join(wanted))
    sandbox.fault("/v1/me/player/queue", "status", method="POST", status=502, times=1, handled=True)
    work()
    words = said(playing)
    assert "Stopped: 0 of 4" in words
    assert "was added isn’t known" in words
    assert "Spotify isn’t answering" in words
    playing.post(f"/jobs/player:now/{Job.objects.get().pk}/resume/", **PART)
    work()
    assert queued(sandbox) == wanted


def test_a_worker_that_was_ended_leaves_a_job_that_says_how_far_it_came(playing, sandbox):
    wanted = links(sandbox, 3)
    act(playing, "lines", lines="\n".join(wanted))
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, done=1, total=3, last_step="One", in_doubt="Two",
        payload={"items": [[uri, ""] for uri in wanted], "device_id": ""},
    )  # fmt: skip
    assert "1 of 3" in said(playing)
    assert "Cancel" in said(playing)
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=90)):
        words = said(playing)
        assert "Stopped: 1 of 3" in words
        assert "Whether “Two” was added isn’t known." in words
        assert "restarted in the middle" in words
        playing.post(f"/jobs/player:now/{job.pk}/resume/", **PART)
    work()
    assert queued(sandbox) == wanted[2:]


def test_nobody_takes_it_up(playing, sandbox):
    act(playing, "lines", lines="\n".join(links(sandbox, 2)))
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=30)):
        assert "hasn’t taken it up yet" in said(playing)


def test_a_short_wait_for_spotify_is_waited_out(playing, sandbox):
    wanted = links(sandbox, 2)
    act(playing, "lines", lines="\n".join(wanted))
    sandbox.fault("/v1/me/player/queue", "rate_limit", method="POST", retry_after=1, times=1)
    work()
    assert "asked us to wait" in said(playing)
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=3)):
        work()
    assert queued(sandbox) == wanted


def test_a_long_wait_ends_it_and_names_the_time(playing, sandbox):
    act(playing, "lines", lines="\n".join(links(sandbox, 2)))
    sandbox.fault("/v1/me/player/queue", "rate_limit", method="POST", retry_after=4_000, times=1)
    work()
    assert Job.objects.get().state == Job.State.FAILED
    assert "asked us to wait" in said(playing)


def test_lines_that_make_no_sense_stay_in_the_field_with_the_reason(playing, sandbox):
    good = links(sandbox, 2)
    lines = f"{good[0]}\nhello there\n\n{good[1]} https://open.spotify.com/artist/0123456789abcdefghijkl\n"
    answer = act(playing, "lines", lines=lines)
    assert "Line 2: This is no link" in answer.text
    assert "Line 4: An artist can be played, but not queued." in answer.text
    field = answer.text.rsplit("<textarea", 1)[1].split(">", 1)[1].split("</textarea>")[0]
    assert unescape(field).split("\n") == [
        "hello there",
        "https://open.spotify.com/artist/0123456789abcdefghijkl",
    ]
    work()
    assert queued(sandbox) == good


def test_ten_thousand_lines_are_refused_and_not_lost(playing, sandbox):
    lines = "\n".join(f"https://open.spotify.com/track/{number:022}" for number in range(10_000))
    sandbox.forget_requests()
    answer = playing.post("/player/lines/", {"lines": lines})
    assert answer.status_code == 422
    assert "At most 200 lines at once; these are 10,000." in answer.text
    field = answer.text.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>")[0]
    assert field.count("open.spotify.com") == 10_000
    assert not sandbox.requests("add-to-queue")
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "lines", ["", "   \n ", "nothing of the kind", "spotify:artist:0123456789abcdefghijkl"]
)
def test_without_a_single_link_nothing_begins(playing, lines):
    assert act(playing, "lines", lines=lines).status_code == 422
    assert not Job.objects.exists()


def test_without_a_device_one_is_asked_for_and_the_links_are_kept(ada, sandbox):
    sandbox.scene("ada", scene="nothing")
    ada.get("/player/")
    wanted = links(sandbox, 2)
    asked = act(ada, "lines", lines="\n".join(wanted))
    assert asked.status_code == 409
    assert 'name="command" value="add-lines"' in asked.text
    device_id = asked.text.split('id="choose-1" name="device_id" value="', 1)[1].split('"', 1)[0]
    assert (
        act(ada, "device", device_id=device_id, command="add-lines", lines="\n".join(wanted)).status_code
        == 200
    )
    work()
    assert queued(sandbox) == wanted


def test_skip_to_a_row_says_next_as_often_as_it_takes(playing, sandbox):
    wanted = rows(playing.get("/player/"))[2]
    uri = sandbox.control("GET", "player/ada")["rest_of_context"][2]
    answer = act(playing, "skip-to", row=f"2 {uri}")
    assert "About to skip" in answer.text
    work()
    assert sandbox.control("GET", "player/ada")["item"] == uri
    assert len(sandbox.requests("skip-users-playback-to-next-track")) == 3
    page = playing.get("/player/").text
    assert f"Skipped to “{wanted}”." in page
    assert 'class="notice' not in page.split('id="job-list"')[1].split("</div>")[0]
    assert f"Skipped to “{wanted}”." not in said(playing) + playing.get("/player/").text


def test_a_row_is_found_behind_what_was_queued_since_the_page_was_made(playing, sandbox):
    uri = sandbox.control("GET", "player/ada")["rest_of_context"][1]
    spotify = spotify_for(playing.member)
    for one in links(sandbox, 2):  # in another app, or so lately that no page knows of it
        player.add_to_queue(spotify, one)
    assert act(playing, "skip-to", row=f"1 {uri}").status_code == 200
    work()
    assert sandbox.control("GET", "player/ada")["item"] == uri
    assert len(sandbox.requests("skip-users-playback-to-next-track")) == 4


@pytest.mark.parametrize(("skipped", "sent"), [(1, 2), (2, 1), (3, 0)])
def test_what_was_skipped_meanwhile_is_not_skipped_again(playing, sandbox, skipped, sent):
    """By the end of a song, or by a key in Spotify's own app, before the worker comes to it."""
    uri = sandbox.control("GET", "player/ada")["rest_of_context"][2]
    act(playing, "skip-to", row=f"2 {uri}")
    sandbox.control("POST", "app/ada", {"act": "skip", "times": skipped})
    work()
    assert sandbox.control("GET", "player/ada")["item"] == uri
    assert len(sandbox.requests("skip-users-playback-to-next-track")) == sent


def test_what_has_gone_from_the_queue_meanwhile_is_not_skipped_to(playing, sandbox):
    uri = sandbox.control("GET", "player/ada")["rest_of_context"][2]
    act(playing, "skip-to", row=f"2 {uri}")
    sandbox.control("POST", "app/ada", {"act": "skip", "times": 4})
    work()
    assert not sandbox.requests("skip-users-playback-to-next-track")
    assert "The queue has moved on" in said(playing)


def test_the_next_row_needs_no_job(playing, sandbox):
    uri = sandbox.control("GET", "player/ada")["rest_of_context"][0]
    act(playing, "skip-to", row=f"0 {uri}")
    assert sandbox.control("GET", "player/ada")["item"] == uri
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "row", ["", "x", "3", "-1 spotify:track:a", "3 spotify:track:0123456789abcdefghijkl"]
)
def test_a_row_that_is_not_there_is_not_skipped_to(playing, sandbox, row):
    assert act(playing, "skip-to", row=row).status_code == 422
    assert not sandbox.requests("skip-users-playback-to-next-track")


def test_jobs_of_others_are_out_of_reach(playing, ben, sandbox):
    act(playing, "lines", lines="\n".join(links(sandbox, 2)))
    job = Job.objects.get()
    for what in ("cancel", "dismiss", "resume"):
        ben.post(f"/jobs/player:now/{job.pk}/{what}/", **PART)
    job.refresh_from_db()
    assert (job.state, job.is_cancel_requested, job.is_dismissed) == (Job.State.QUEUED, False, False)
    assert "links" not in said(ben)


def test_five_at_once_are_enough(playing, sandbox):
    for number in range(jobs.MAX_ACTIVE_JOBS):
        assert act(playing, "lines", lines=links(sandbox, 1, start=number)[0]).status_code == 200
    refused = act(playing, "lines", lines=links(sandbox, 1, start=9)[0])
    assert refused.status_code == 422
    assert "under way already" in refused.text


def test_what_is_refused_for_five_others_is_never_called_done(playing, sandbox):
    wanted = links(sandbox, 1, start=9)
    device_id = sandbox.control("GET", "player/ada")["device"]
    for number in range(jobs.MAX_ACTIVE_JOBS):
        act(playing, "lines", lines=links(sandbox, 1, start=number)[0])
    for name, values in (
        ("saved/queue", {"uris": wanted}),
        ("device", {"device_id": device_id, "command": "add-lines", "lines": wanted[0]}),
    ):
        refused = act(playing, name, **values)
        assert refused.status_code == 422, name
        assert "under way already" in refused.text
        assert "goes to the queue" not in refused.text


def test_without_a_script_it_is_started_and_put_away(playing, sandbox):
    answer = playing.post("/player/lines/", {"lines": "\n".join(links(sandbox, 2))})
    assert answer.status_code == 302
    work()
    assert "Added 2 items" in playing.get("/player/").text
    assert "Added 2 items" not in playing.get("/player/").text


def test_what_went_wrong_stays_until_it_is_put_away(playing, sandbox):
    sandbox.fault("/v1/me/player/queue", "status", method="POST", status=403)
    playing.post("/player/lines/", {"lines": "\n".join(links(sandbox, 2))})
    work()
    for _time in range(2):
        assert "Stopped: 0 of 2" in playing.get("/player/").text
    playing.post(f"/jobs/player:now/{Job.objects.get().pk}/dismiss/")
    assert "Stopped: 0 of 2" not in playing.get("/player/").text


def test_a_success_of_long_ago_is_not_announced(playing, sandbox):
    act(playing, "lines", lines="\n".join(links(sandbox, 2)))
    work()
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=40)):
        assert "Added 2 items" not in playing.get("/player/").text


@pytest.mark.parametrize(
    "put",
    [
        {"/items/2/uri": "spotify:track:x/y", "/items/3/uri": 7, "/items/4": None},
        {"/tracks/items/2/uri": "spotify:track:x/y", "/tracks/items/3": 7},
        {"/limit": "2", "/tracks/limit": 1},
    ],
    ids=str,
)
def test_odd_rows_of_an_album_cost_no_others(playing, sandbox, put):
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    act(playing, "lines", lines=album)
    work()
    true = queued(sandbox)
    sandbox.scene("ada", context=album)
    sandbox.fault("/v1/albums/*", "rewrite", put=put)
    cache.clear()
    playing.get("/player/")
    act(playing, "lines", lines=album)
    work()
    odd = queued(sandbox)
    assert set(odd) <= set(true)
    assert len(odd) == len(set(odd)) >= len(true) - 3
    assert not Job.objects.exclude(state=Job.State.DONE).exists()


def test_a_song_that_was_queued_without_a_word_is_queued_once(playing, sandbox):
    wanted = links(sandbox, 3)
    for trouble in ({"kind": "empty", "status": 200}, {"kind": "html", "status": 200}):
        sandbox.fault("/v1/me/player/queue", method="POST", handled=True, times=2, **trouble)
    act(playing, "lines", lines="\n".join(wanted))
    work()
    assert queued(sandbox) == wanted
