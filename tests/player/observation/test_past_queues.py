"""A queue that is emptied is kept and comes back; what was played, skipped or is private is not kept."""

from html import unescape

import pytest

from player.models import PastQueue
from player.playback.state import load_state
from tests.player.observation.parts import act_in_app, share_clock
from tests.player.parts import act
from tests.player.queue.test_jobs import queued, work


@pytest.fixture
def album(sandbox):
    return sandbox.control("GET", "catalog?type=album")[4]["uri"]


@pytest.fixture
def songs(sandbox):
    return [entry["uri"] for entry in sandbox.control("GET", "catalog?type=track&limit=400")[320:330]]


@pytest.fixture
def clock(ada, sandbox, album):
    """Ada listens to an album, and her page is open."""
    sandbox.scene("ada", context=album, progress_ms=30_000)
    ada.get("/player/")
    with share_clock(sandbox) as clock:
        yield clock


def offer(person):
    """What the bar says of a lost queue."""
    text = person.get("/player/").text
    return (
        unescape(text.split('id="bar-replaced"', 1)[1].split("</div>", 1)[0])
        if "bar-replaced" in text
        else ""
    )


def fill(person, songs, clock):
    for uri in songs:
        act(person, "queue", uri=uri)
    clock.skip(13)
    person.get("/player/")


def test_play_on_a_song_offers_to_go_on_with_the_queue_and_who_queued_it_stays(
    ada, ben, sandbox, clock, songs
):
    ada.member.has_open_queue = True
    ada.member.save()
    fill(ada, songs[:2], clock)
    ben.post("/player/queue/", {"uri": songs[2], "for_member": ada.member.pk})
    clock.skip(13)
    ada.get("/player/")
    answer = act(ada, "play-item", uri=songs[5])
    assert "This replaced your queue." in answer.text
    assert "3 songs are kept." in offer(ada)
    assert "bar-go-on" in answer.text
    assert queued(sandbox) == []
    answer = act(ada, "queues/restore", rest=PastQueue.objects.get().pk)
    assert "bar-replaced" not in answer.text
    work()
    state = sandbox.control("GET", "player/ada")
    assert state["queue"] == songs[:3]
    assert state["item"] == songs[5]
    clock.skip(13)
    ada.get("/player/")
    assert [row.added_by for row in load_state(ada.member).attributions] == ["Ada", "Ada", "Ben"]
    assert PastQueue.objects.get().is_restored


def test_a_queue_that_was_replaced_elsewhere_comes_back_at_the_old_place(ada, sandbox, clock, album, songs):
    fill(ada, songs[:4], clock)
    before = sandbox.control("GET", "player/ada")
    act_in_app(sandbox, "ada", "clear")
    act_in_app(sandbox, "ada", "start", context=sandbox.control("GET", "catalog?type=album")[7]["uri"])
    clock.skip(6)
    shown = offer(ada)
    assert "The queue was replaced in a Spotify app or on the device." in shown
    assert "4 songs are kept." in shown
    page = ada.get("/player/queues/").text
    assert "5 requests to Spotify" in page
    sandbox.forget_requests()
    ada.post("/player/queues/restore/", {"queue": PastQueue.objects.get().pk})
    work()
    after = sandbox.control("GET", "player/ada")
    assert (after["item"], after["context"]) == (before["item"], album)
    assert abs(after["progress_ms"] - before["progress_ms"]) < 8_000
    assert after["queue"] == songs[:4]
    writes = [one for one in sandbox.requests() if one["method"] != "GET"]
    assert len(writes) == 5
    assert not offer(ada)
    assert "Put back already." in ada.get("/player/queues/").text
    # Only cleared: the song goes on.
    clock.skip(13)
    ada.get("/player/")
    act_in_app(sandbox, "ada", "clear")
    clock.skip(61)
    ada.get("/player/")
    assert PastQueue.objects.count() == 2
    assert "4 requests to Spotify" in ada.get("/player/queues/").text


def test_what_was_played_or_skipped_is_not_lost(ada, sandbox, clock, songs):
    fill(ada, songs[:2], clock)
    act_in_app(sandbox, "ada", "skip", times=4)
    clock.skip(6)
    assert not offer(ada)
    fill(ada, songs[:1], clock)
    clock.skip(1_500)
    assert not offer(ada)
    act(ada, "queue", uri=songs[3])
    act(ada, "next")
    clock.skip(13)
    assert not offer(ada)
    assert not PastQueue.objects.exists()


def test_a_queue_lost_with_its_device_is_offered_until_it_comes_back_by_itself(ada, sandbox, clock, songs):
    fill(ada, songs[:3], clock)
    act_in_app(sandbox, "ada", "lose-device")
    clock.skip(6)
    assert "The device is gone, and the queue with it." in offer(ada)
    act_in_app(sandbox, "ada", "resume")
    clock.skip(31)
    assert not offer(ada)
    assert not PastQueue.objects.exists()
    act_in_app(sandbox, "ada", "end")
    clock.skip(61)
    assert "3 songs are kept." in offer(ada)
    clock.skip(601)
    assert not offer(ada)
    assert "3 songs" in ada.get("/player/queues/").text


def test_private_sessions_are_left_alone_and_nobody_elses_queue_can_be_put_back(
    ada, ben, sandbox, clock, album, songs
):
    fill(ada, songs[:3], clock)
    act_in_app(sandbox, "ada", "clear")
    clock.skip(61)
    ada.get("/player/")
    kept = PastQueue.objects.get()
    sandbox.forget_requests()
    ben.post("/player/queues/restore/", {"queue": kept.pk})
    work()
    assert not [one for one in sandbox.requests() if one["method"] != "GET"]
    assert act(ben, "queues/restore").status_code == 422
    sandbox.scene("ada", scene="private", context=album, queue=songs[:3])
    clock.skip(61)
    ada.get("/player/")
    act_in_app(sandbox, "ada", "clear")
    clock.skip(61)
    ada.get("/player/")
    assert PastQueue.objects.count() == 1
    act(ada, "queues/dismiss")
    assert not offer(ada)


def test_only_the_last_five_are_kept_and_a_local_file_is_named(ada, sandbox, clock, album, songs):
    local = "spotify:local:Otis+Kettlewell:Shed+Tapes:Rain+on+a+Tin+Roof:214"
    for number in range(6):
        sandbox.scene("ada", context=album, queue=[local])
        clock.skip(61)
        fill(ada, [songs[number]], clock)
        act_in_app(sandbox, "ada", "clear")
        clock.skip(61)
        ada.get("/player/")
    assert PastQueue.objects.filter(member=ada.member).count() == 5
    page = ada.get("/player/queues/").text
    assert "apps can’t queue local files" in unescape(page)
