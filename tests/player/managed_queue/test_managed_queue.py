"""The queue that this app keeps, played by the real worker: what is heard is what the pages show."""

from html import unescape
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from player.managed_queue import actions
from player.managed_queue.engine import (
    LONG_PAUSED_LOOK_S,
    PAUSED_LOOK_S,
    PlayerLook,
    find_next_look,
    order_fairly,
)
from player.managed_queue.entries import is_block, list_entries
from player.models import ManagedItem
from player.playback.items import unpack_item
from spotweb.jobs.models import Job
from tests.player.observation.parts import act_in_app, share_clock
from tests.player.parts import PART, act
from tests.player.queue.test_jobs import queued, said, work
from tests.support.undo import press_undo


@pytest.fixture
def songs(sandbox):
    return [entry["uri"] for entry in sandbox.control("GET", "catalog?type=track&limit=400")[330:340]]


@pytest.fixture
def clock(ada, sandbox):
    """Ada listens to an album, and lets us keep her queue."""
    album = sandbox.control("GET", "catalog?type=album")[4]["uri"]
    sandbox.scene("ada", context=album, progress_ms=10_000, repeat="context")
    ada.get("/player/")
    act(ada, "kept", is_on="true")
    with share_clock(sandbox) as clock:
        yield clock


def player(sandbox):
    return sandbox.control("GET", "player/ada")


def add(person, uris):
    for uri in uris:
        act(person, "queue", uri=uri)


def let_pass(clock):
    """Until the worker looks next."""
    due = Job.objects.get(kind=actions.MANAGE, state=Job.State.QUEUED).run_after
    clock.skip(max((due - timezone.now()).total_seconds(), 0) + 0.1)
    work()


def waiting(person):
    queue = actions.find_queue(person.member)
    return [row.uri for row in actions.list_waiting(queue)]


def pk_of(uri):
    return ManagedItem.objects.get(uri=uri).pk


def hear(sandbox, clock, count):
    """The items that play, looked at after each look of the worker."""
    heard = []
    for _ in range(count):
        let_pass(clock)
        heard.append(player(sandbox)["item"])
    return heard


def test_one_song_at_a_time_is_handed_over_and_the_order_is_ours(ada, sandbox, clock, songs):
    add(ada, songs[:4])
    assert queued(sandbox) == []
    work()
    assert queued(sandbox) == songs[:1]
    act(ada, "kept/move", item=pk_of(songs[3]), before=0)
    answer = act(ada, "kept/remove", item=pk_of(songs[1]))
    assert "Removed from the queue." in answer.text
    assert waiting(ada) == [songs[3], songs[2]]
    sandbox.forget_requests()
    assert hear(sandbox, clock, 3) == [songs[0], songs[3], songs[2]]
    assert len(sandbox.requests()) <= 6
    assert not Job.objects.filter(state__in=Job.ACTIVE).exists()
    assert queued(sandbox) == []


def test_undo_brings_back_what_was_cleared_and_the_armed_row_is_skipped_in_its_turn(
    ada, sandbox, clock, songs
):
    add(ada, songs[:3])
    work()
    act(ada, "kept/move", item=f"{pk_of(songs[2])} 0")
    answer = act(ada, "kept/clear")
    assert waiting(ada) == []
    press_undo(ada, answer.text)
    assert waiting(ada) == [songs[2], songs[1]]
    act(ada, "kept/remove", item=pk_of(songs[0]))
    page = ada.get("/player/").text
    assert "Keep it" in page
    assert "will be skipped" in page
    let_pass(clock)
    assert player(sandbox)["item"] == songs[2]
    assert queued(sandbox) == []
    let_pass(clock)
    assert queued(sandbox) == [songs[1]]


def test_songs_from_spotifys_app_play_first_and_what_is_cleared_there_is_not_sent_again(
    ada, sandbox, clock, songs
):
    add(ada, songs[:3])
    work()
    act_in_app(sandbox, "ada", "queue", uris=songs[5:6])
    let_pass(clock)
    assert player(sandbox)["item"] == songs[0]
    assert queued(sandbox) == [songs[5], songs[1]]
    # Rows stand as they will play: the foreign one before the one that is handed over.
    clock.skip(6)
    page = ada.get("/player/").text.split('id="handed-over"', 1)[1].split("</ol>", 1)[0]
    assert page.index(songs[5]) < page.index(songs[1]) < page.index("handed to the speaker")
    sandbox.forget_requests()
    let_pass(clock)
    assert player(sandbox)["item"] == songs[5]
    assert not sandbox.requests("get-queue")  # it isn't of the album, so it stood in front: ours still comes
    act_in_app(sandbox, "ada", "clear")
    let_pass(clock)
    # One song of the album plays; then ours goes on. Whether the armed one was heard nobody can tell.
    assert queued(sandbox) == [songs[2]]
    assert ManagedItem.objects.get(is_passed=True).uri == songs[1]
    assert hear(sandbox, clock, 1) == [songs[2]]


def test_a_list_that_was_started_elsewhere_takes_nothing_away(ada, sandbox, clock, songs):
    add(ada, songs[:2])
    work()
    act(ada, "play-item", uri=songs[8])
    assert queued(sandbox) == []
    clock.skip(8)
    ada.get("/player/")
    work()
    assert queued(sandbox) == [songs[0]]
    assert hear(sandbox, clock, 2) == songs[:2]


def test_while_paused_nobody_looks_before_something_could_have_to_be_sent():
    def find_next(left_s, *, is_armed):
        look = PlayerLook(at=0, item_uri="a", progress_s=300 - left_s, duration_s=300)
        return find_next_look(look, is_armed=is_armed)

    assert find_next(10, is_armed=True) == PAUSED_LOOK_S
    assert 130 < find_next(130, is_armed=True) < 135
    assert 100 < find_next(130, is_armed=False) < 130
    assert find_next(280, is_armed=True) == LONG_PAUSED_LOOK_S


def test_next_at_the_speaker_pauses_and_a_restart_lose_nothing(ada, sandbox, clock, songs):
    add(ada, songs[:4])
    work()
    act_in_app(sandbox, "ada", "skip")
    clock.skip(5)
    ada.get("/player/")  # what a page sees wakes the worker
    work()
    assert player(sandbox)["item"] == songs[0]
    assert queued(sandbox) == [songs[1]]
    act_in_app(sandbox, "ada", "pause")
    let_pass(clock)
    let_pass(clock)
    assert "Paused. The queue waits." in ada.get("/player/").text
    sandbox.forget_requests()
    for _ in range(30):
        let_pass(clock)
    assert len(sandbox.requests()) <= 35
    act_in_app(sandbox, "ada", "resume")
    for _ in range(3):
        let_pass(clock)
    assert player(sandbox)["item"] in songs[:4]
    assert not ManagedItem.objects.filter(is_passed=True).exists()


def test_a_lost_answer_is_looked_up_and_a_wait_is_waited_out(ada, sandbox, clock, songs):
    sandbox.fault("/v1/me/player/queue", "reset", method="POST", handled=True, times=1)
    add(ada, songs[:4])
    work()
    let_pass(clock)
    let_pass(clock)
    assert queued(sandbox) == songs[:1]
    assert ManagedItem.objects.filter(state="armed", is_doubtful=False).count() == 1
    sandbox.fault("/v1/me/player*", "rate_limit", retry_after=40, times=1)
    heard = hear(sandbox, clock, 4)
    assert [uri for uri in dict.fromkeys(heard) if uri in songs] == songs[: len(set(heard) & set(songs))]
    assert songs[1] in heard
    assert not ManagedItem.objects.filter(is_passed=True).exists()


def test_fair_turns_duplicates_and_giving_it_back(ada, ben, sandbox, clock, songs):
    assert order_fairly([1, 1, 1, 2, 3, 2], None) == [0, 3, 4, 1, 5, 2]
    assert order_fairly([1, 1, 2], 1) == [2, 0, 1]
    ada.member.has_open_queue = True
    ada.member.save()
    add(ada, songs[:3])
    ben.post("/player/queue/", {"uri": songs[5], "for_member": ada.member.pk})
    act(ada, "kept", is_fair="true")
    assert waiting(ada) == [songs[0], songs[5], songs[1], songs[2]]
    page = ada.get("/player/").text
    assert "Ben" in page.split('id="kept-rows"', 1)[1]
    assert "It is already at 3." in act(ada, "queue", uri=songs[1]).text
    assert act(ben, "kept/remove", item=pk_of(songs[0])).status_code == 200
    assert len(waiting(ada)) == 5
    act(ada, "kept", is_on="false")
    work()
    assert queued(sandbox) == [songs[0], songs[5], songs[1], songs[1], songs[2]] or len(queued(sandbox)) == 5
    add(ada, songs[7:8])
    assert queued(sandbox)[-1] == songs[7]


def test_play_next_goes_in_front_and_is_offered_where_the_queue_is_kept(ada, sandbox, clock, songs):
    add(ada, songs[:3])
    work()
    answer = act(ada, "queue/next", uri=songs[4])
    assert "plays next." in answer.text
    assert waiting(ada) == [songs[4], *songs[1:3]]
    answer = act(ada, "queue/next", uri=songs[2])
    assert "It is already at 4." in answer.text
    assert waiting(ada) == [songs[2], songs[4], *songs[1:3]]
    offers = [("item", songs[5]), ("found", songs[5]), ("played", songs[5])]
    for menu, value in offers:
        assert "Play next" in ada.get(f"/menu/?{urlencode({menu: value})}", **PART).text
    track_page = f"/tracks/{songs[5].split(':')[-1]}/"
    assert 'id="thing-next"' in ada.get(track_page).text
    act(ada, "kept", is_on="false")
    for menu, value in offers:
        assert "Play next" not in ada.get(f"/menu/?{urlencode({menu: value})}", **PART).text
    assert 'id="thing-next"' not in ada.get(track_page).text
    # From a page of before: Spotify's own queue takes it at its end, and nothing else is claimed.
    assert "plays next." not in act(ada, "queue/next", uri=songs[6]).text


def test_songs_of_an_album_come_with_length_cover_and_the_time_when_they_play(ada, sandbox, clock):
    act(ada, "lines", lines=sandbox.control("GET", "catalog?type=album")[2]["uri"])
    work()
    queue = actions.find_queue(ada.member)
    items = [unpack_item(row.item) for row in actions.list_waiting(queue)]
    assert len(items) > 3
    assert all(item.duration_ms and item.artists and item.album.images for item in items)
    page = ada.get("/player/").text
    assert page.count("plays at ") == len(items) + 1  # the album's own row says it too
    assert "handed to the speaker" in page
    act(ada, "pause")
    assert "plays at " not in ada.get("/player/").text


def name_entries(person):
    """What the page shows: the names of albums, and the URIs of songs alone."""
    queue = actions.find_queue(person.member)
    found = list_entries(actions.list_waiting(queue))
    return [entry[0].block.name if is_block(entry) else entry[0].uri for entry in found]


def test_an_album_is_one_row_that_opens_moves_and_goes_as_a_whole(ada, ben, sandbox, clock, songs):
    album = sandbox.control("GET", "catalog?type=album")[2]
    add(ada, songs[:2])
    work()
    answer = act(ada, "lines", lines=f"https://open.spotify.com/album/{album['id']}?si=1")
    assert "one link" in answer.text  # nobody here has seen it yet
    work()
    assert f" items of “{album['name']}” to the queue." in said(ada)
    tracks = waiting(ada)[1:]
    assert name_entries(ada) == [songs[1], album["name"]]
    page = ada.get("/player/").text
    assert f"Songs of {album['name']}" in page
    assert f"{len(tracks)} songs" in unescape(page)
    # As a whole: to the front, away, and back.
    head = pk_of(tracks[0])
    answer = act(ada, "kept/move", item=f"{head} 0")
    assert waiting(ada) == [*tracks, songs[1]]
    press_undo(ada, answer.text)
    answer = act(ada, "kept/remove", item=f"{head} 0 all")
    assert waiting(ada) == [songs[1]]
    press_undo(ada, answer.text)
    assert waiting(ada) == [songs[1], *tracks]
    # Single songs of it: within it, out of it, away.
    act(ada, "kept/move", item=f"{pk_of(tracks[2])} 0 within")
    answer = act(ada, "kept/move", item=f"{pk_of(tracks[1])} 0 alone")
    assert waiting(ada) == [tracks[1], songs[1], tracks[2], tracks[0], *tracks[3:]]
    assert name_entries(ada) == [tracks[1], songs[1], album["name"]]
    press_undo(ada, answer.text)
    act(ada, "kept/remove", item=pk_of(tracks[2]))
    assert waiting(ada) == [songs[1], tracks[0], tracks[1], *tracks[3:]]
    # A copy is named by where the page shows it.
    assert f"It is already in “{album['name']}”, at 2." in act(ada, "queue", uri=tracks[4]).text
    assert f"“{album['name']}” is already at 2." in act(ada, "lines", lines=album["uri"]).text
    menus = {"kept": pk_of(tracks[5]), "kept-block": pk_of(tracks[0])}
    texts = {
        name: ada.get(f"/menu/?{urlencode({name: value})}", **PART).text for name, value in menus.items()
    }
    assert "Play next" in texts["kept"]
    assert "Remove this album from the queue" not in texts["kept"]
    assert "Go to album" in texts["kept-block"]
    assert ada.get("/menu/?kept-block=99999", **PART).status_code == 404
    assert act(ben, "kept/remove", item=f"{head} 0 all").status_code == 200
    assert len(waiting(ada)) > len(tracks)


def test_an_album_plays_through_also_after_next_and_its_rest_can_be_removed(ada, ben, sandbox, clock, songs):
    album = sandbox.control("GET", "catalog?type=album")[2]["uri"]
    ada.member.has_open_queue = True
    ada.member.save()
    act(ada, "kept", is_fair="true")
    act(ada, "lines", lines=album)
    work()
    tracks = [*queued(sandbox), *waiting(ada)]
    add(ada, songs[:1])
    for uri in songs[5:7]:
        ben.post("/player/queue/", {"uri": uri, "for_member": ada.member.pk})
    assert "people take turns" in act(ada, "queue/next", uri=songs[0]).text
    act(ada, "kept/remove", item=max(ManagedItem.objects.filter(uri=songs[0]).values_list("pk", flat=True)))
    # It has begun, so it goes on; then it is Ben's turn.
    assert waiting(ada) == [*tracks[1:], songs[5], songs[0], songs[6]]
    act_in_app(sandbox, "ada", "skip")
    clock.skip(5)
    ada.get("/player/")
    work()
    assert player(sandbox)["item"] == tracks[0]
    act_in_app(sandbox, "ada", "skip")
    clock.skip(5)
    ada.get("/player/")
    work()
    assert [player(sandbox)["item"], *queued(sandbox)] == tracks[1:3]
    armed = pk_of(tracks[2])
    assert "Remove the rest of this album" in ada.get(f"/menu/?handed-over={armed}", **PART).text
    answer = act(ada, "kept/remove", item=f"{armed} 0 all")
    assert waiting(ada) == [songs[5], songs[0], songs[6]]
    assert ManagedItem.objects.get(pk=armed).is_unwanted
    press_undo(ada, answer.text)
    assert waiting(ada) == [*tracks[3:], songs[5], songs[0], songs[6]]
    assert not ManagedItem.objects.get(pk=armed).is_unwanted
    act(ada, "kept/remove", item=f"{pk_of(tracks[3])} 0 all")
    let_pass(clock)  # the song that is handed over begins, and is skipped
    let_pass(clock)
    assert player(sandbox)["item"] == songs[5]


def test_an_album_or_playlist_plays_next_as_a_whole_and_a_full_queue_says_so(ada, sandbox, clock, songs):
    album = sandbox.control("GET", "catalog?type=album")[2]
    add(ada, songs[:3])
    work()
    answer = act(ada, "queue/next", uri=album["uri"])
    assert "plays next." not in answer.text  # its job says what became of it
    work()
    assert name_entries(ada) == [album["name"], *songs[1:3]]
    for menu, uri in (("whole", album["uri"]), ("whole", "spotify:playlist:37i9dQZF1DXcBWIGoYBM5M")):
        assert "Play next" in ada.get(f"/menu/?{urlencode({menu: uri})}", **PART).text
    assert 'id="thing-next"' in ada.get(f"/albums/{album['id']}/").text
    assert act(ada, "queue/next", uri="spotify:artist:37i9dQZF1DXcBWIGoYBM5M").status_code == 422
    queue = actions.find_queue(ada.member)
    filler = [ManagedItem(queue=queue, place=99, uri=songs[9]) for _ in range(actions.MAX_ITEMS - 20)]
    ManagedItem.objects.bulk_create(filler)
    act(ada, "lines", lines=sandbox.control("GET", "catalog?type=album")[3]["uri"])
    work()
    assert "The queue is full" in said(ada)
    act(ada, "kept", is_on="false")
    assert "Play next" not in ada.get(f"/menu/?{urlencode({'whole': album['uri']})}", **PART).text
