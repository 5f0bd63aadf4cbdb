"""The sleep timer, done by the real worker with all pages closed."""

import pytest
from django.utils import timezone

from player.models import PlayerEvent
from player.sleep_timer.actions import SLEEP
from spotweb.jobs.models import Job
from tests.player.observation.parts import act_in_app, share_clock, shown_reason
from tests.player.parts import act
from tests.player.queue.test_jobs import work


@pytest.fixture
def clock(ada, sandbox):
    """Ada listens to an album."""
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    sandbox.scene("ada", context=album, progress_ms=10_000, repeat="context")
    ada.get("/player/")
    with share_clock(sandbox) as clock:
        yield clock


def player(sandbox):
    return sandbox.control("GET", "player/ada")


def let_pass(clock, seconds, *, steps=1):
    for _ in range(steps):
        clock.skip(seconds / steps)
        work()


def test_after_some_minutes_it_fades_pauses_and_play_means_the_same_again(ada, sandbox, clock):
    volume = player(sandbox)["devices"][0]["volume_percent"]
    answer = act(ada, "sleep", after="15")
    assert "15 min left" in answer.text
    assert "15 min" in ada.get("/library/").text
    let_pass(clock, 1)
    sandbox.forget_requests()
    let_pass(clock, 14 * 60)
    assert player(sandbox)["is_playing"]
    assert not sandbox.requests()
    let_pass(clock, 40)
    # Each step is a slice of its own, so that the worker is free in between.
    assert Job.objects.get(kind=SLEEP).state == Job.State.QUEUED
    let_pass(clock, 20, steps=4)
    assert not player(sandbox)["is_playing"]
    assert player(sandbox)["devices"][0]["volume_percent"] == volume
    volumes = [entry for entry in sandbox.requests() if entry["path"].endswith("/volume")]
    assert 3 <= len(volumes) <= 5  # where the machine is slow, a step is left out
    assert "The sleep timer ended." in shown_reason(ada)
    act(ada, "play")
    assert "15 min left" in ada.get("/player/").text
    let_pass(clock, 15 * 60, steps=3)
    assert not player(sandbox)["is_playing"]
    # At the speaker as well; afterwards it is over.
    act_in_app(sandbox, "ada", "resume")
    let_pass(clock, 22)
    assert "15 min left" in ada.get("/player/").text
    act(ada, "sleep/cancel")
    let_pass(clock, 16 * 60, steps=2)
    assert player(sandbox)["is_playing"]
    assert "min left" not in ada.get("/player/").text
    assert not Job.objects.filter(state__in=Job.ACTIVE).exists()


def test_a_fade_that_is_cancelled_or_prolonged_gives_the_volume_back(ada, sandbox, clock):
    volume = player(sandbox)["devices"][0]["volume_percent"]
    for answer in ({"more": "15"}, {}):
        act(ada, "sleep", after="15")
        let_pass(clock, 1)
        let_pass(clock, 15 * 60 - 15)
        assert player(sandbox)["devices"][0]["volume_percent"] < volume
        act(ada, "sleep" if answer else "sleep/cancel", **answer)
        assert player(sandbox)["devices"][0]["volume_percent"] == volume
        assert player(sandbox)["is_playing"]
    let_pass(clock, 60)
    assert player(sandbox)["is_playing"]


def test_it_ends_with_the_song_in_its_last_second(ada, sandbox, clock):
    first = player(sandbox)["item"]
    act(ada, "sleep", after="songs-1")
    let_pass(clock, 2)
    job = Job.objects.get()
    assert job.run_after is not None
    clock.skip((job.run_after - timezone.now()).total_seconds() + 0.2)
    work()
    now = player(sandbox)
    assert (now["item"], now["is_playing"]) == (first, False)


def test_songs_count_down_and_a_missed_end_goes_back_to_the_beginning(ada, sandbox, clock):
    act(ada, "sleep", after="songs-2")
    let_pass(clock, 2)
    let_pass(clock, (Job.objects.get().run_after - timezone.now()).total_seconds() + 1)
    assert Job.objects.get().payload["songs"] == 1
    assert "at the end of this song" in ada.get("/player/").text
    let_pass(clock, 600)
    # The worker was away when the last one ended.
    now = player(sandbox)
    assert not now["is_playing"]
    assert now["progress_ms"] < 2_000


def test_another_device_turns_it_off_and_a_pause_keeps_it_waiting(ada, sandbox, clock):
    act(ada, "sleep", after="album")
    assert "at the end of this album" in ada.get("/player/").text
    let_pass(clock, 2)
    act_in_app(sandbox, "ada", "pause")
    let_pass(clock, 300, steps=3)
    assert Job.objects.filter(state=Job.State.QUEUED).exists()
    act_in_app(sandbox, "ada", "resume", device="Kitchen radio")
    let_pass(clock, 120)
    assert PlayerEvent.objects.filter(kind=PlayerEvent.Kind.AWAKE).count() == 1
    assert not Job.objects.filter(state__in=Job.ACTIVE).exists()
    assert player(sandbox)["is_playing"]


def test_what_makes_no_sense_is_refused(ada, sandbox, clock):
    assert act(ada, "sleep", after="0").status_code == 422
    assert act(ada, "sleep", after="forever").status_code == 422
    assert act(ada, "sleep").status_code == 422
    act(ada, "pause")
    assert "Nothing is playing." in act(ada, "sleep", after="15").text
    assert act(ada, "sleep/cancel").status_code == 200
