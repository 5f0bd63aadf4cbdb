"""Home: what it shows, in both quota modes, with Spotify away, and what it asks for."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from home.models import FirstSteps
from player.models import ListeningPlace
from player.playback.items import pack_item
from player.playback.state import load_state
from spotweb.spotify.models import UnknownItem
from tests.library.conftest import work  # noqa: F401  # a fixture
from tests.player.parts import PART
from tests.playlists.pages import PlaylistPage, make
from tests.support.clock import pass_time

RECENT, TOP = "get-recently-played", "get-users-top-artists-and-tracks"


def asked(sandbox, member="ada"):
    return sorted(one["operation"] for one in sandbox.requests() if one["member"] == member)


def see_everything(person):
    """The page as a browser with scripts gets it."""
    answers = [person.get("/")]
    answers += [person.get(f"/home/{part}/", **PART) for part in ("continue", "listening", "top")]
    assert [answer.status_code for answer in answers] == [200] * 4
    return "".join(answer.text for answer in answers)


def test_home_asks_for_two_things_and_not_again(either_mode, ada, sandbox):
    sandbox.scene("ada")
    sandbox.forget_requests()
    page = ada.get("/").text
    assert asked(sandbox) == []
    assert 'hx-get="/home/continue/" hx-trigger="load"' in " ".join(page.split())
    see_everything(ada)
    assert asked(sandbox) == [RECENT, TOP]
    for _ in range(3):
        page = see_everything(ada)
    assert asked(sandbox) == [RECENT, TOP]
    assert 'hx-trigger="load"' not in ada.get("/").text
    assert "Your top artists" in page
    with pass_time(timedelta(minutes=11)):
        see_everything(ada)
    assert asked(sandbox) == [RECENT, RECENT, TOP]


def test_home_stands_while_spotify_is_away(ada, sandbox, work):  # noqa: F811
    ada.get("/library/albums/")
    work()
    sandbox.fault("/v1/*", "status", status=503)
    page = see_everything(ada)
    assert 'id="added-' in page
    assert "Play an album, a playlist or a podcast" in page


def test_an_episode_goes_on_where_it_was_stopped(ada, sandbox):
    sandbox.scene("ada", scene="podcast", progress_ms=754_000)
    ada.get("/player/")
    ada.post("/player/pause/", **PART)
    place = ListeningPlace.objects.get(member=ada.member)
    page = ada.get("/home/continue/", **PART).text
    assert f'name="position_ms" value="{place.position_ms}"' in page
    assert "min left" in page


def read_strip(person, address):
    """What the page of a thing says of where it was stopped, and the fields of its button."""
    text = person.get(address).text
    if 'id="thing-resume"' not in text:
        return "", {}
    strip = unescape(text.split('id="thing-resume"', 1)[1].split("Start over", 1)[0].partition(">")[2])
    words = " ".join(re.sub(r"<[^>]+>", " ", strip).split())
    return words, dict(
        re.findall(r'<input type="hidden" name="(uri|position|position_ms)" value="([^"]*)"', strip)
    )


def test_each_page_says_where_it_was_stopped_and_goes_on_from_there(ada, sandbox):
    album = sandbox.control("GET", "catalog?type=album")[4]
    address = f"/albums/{album['id']}/"
    assert read_strip(ada, address) == ("", {})
    sandbox.scene("ada", context=album["uri"], offset=3, progress_ms=130_000)
    ada.get("/player/")
    assert read_strip(ada, address) == ("", {})  # it plays
    ada.post("/player/pause/", **PART)
    track = load_state(ada.member).playback.item
    words, fields = read_strip(ada, address)
    assert f"Song {track.track_number}, “{track.name}”, 2:1" in words
    assert fields["uri"] == f"{album['uri']} {track.uri}"
    ada.post("/player/play-from/", fields, **PART)
    player = sandbox.control("GET", "player/ada")
    assert player["item"] == track.uri
    assert player["progress_ms"] >= 130_000
    # A song that was queued by hand meanwhile doesn't take the place away.
    ada.post(
        "/player/queue/", {"uri": sandbox.control("GET", "catalog?type=track&limit=400")[330]["uri"]}, **PART
    )
    ada.post("/player/next/", **PART)
    ada.post("/player/pause/", **PART)
    with pass_time(timedelta(seconds=20)):
        ada.get("/player/")
        assert read_strip(ada, address)[1]["uri"] == fields["uri"]
    sandbox.scene("ada", scene="podcast", progress_ms=754_000)
    with pass_time(timedelta(seconds=40)):
        ada.get("/player/")
        ada.post("/player/pause/", **PART)
        state = load_state(ada.member)
        show = state.playback.item.show
        words, fields = read_strip(ada, f"/shows/{show.id}/")
        assert f"{state.playback.item.name}, 12:" in words
        assert "min left" in words


def test_an_audiobook_says_the_chapter(ada, sandbox):
    book = sandbox.control("GET", "catalog?type=audiobook")[0]
    # As Spotify tells of it while it plays: an item of a kind of its own, of the show of the same id.
    chapter = UnknownItem(
        uri="spotify:episode:4PZQYdBrgaAsA7RXvJbCVv", name="Chapter 7", duration_ms=1_800_000
    )
    show_uri = f"spotify:show:{book['id']}"
    ListeningPlace.objects.create(
        member=ada.member, uri=show_uri, item=pack_item(chapter), position_ms=750_000
    )
    words, fields = read_strip(ada, f"/audiobooks/{book['id']}/")
    assert "Chapter 7, 12:30" in words
    assert fields == {"uri": f"{show_uri} {chapter.uri}", "position_ms": "750000"}


def test_the_right_copy_of_a_song_and_the_next_that_is_left(ada, sandbox):
    songs = [entry["uri"] for entry in sandbox.control("GET", "catalog?type=track&limit=400")[300:306]]
    rows = [songs[0], songs[1], songs[2], songs[0], songs[3], songs[4]]
    playlist = make(sandbox, items=rows)
    ada.get("/playlists/")
    page = PlaylistPage(ada, playlist)
    address = page.url
    sandbox.scene("ada", context=playlist["uri"], offset=3, progress_ms=60_000)
    ada.get("/player/")
    ada.post("/player/pause/", **PART)
    words, fields = read_strip(ada, address)
    assert words.startswith("Song 4, ")
    assert fields["position"] == "3"
    assert "song 4" in ada.get("/home/continue/", **PART).text
    # Both copies and what follows are removed: it goes on with the next that is left.
    page.act("remove", positions="0,3,4")
    words, fields = read_strip(ada, address)
    assert "isn’t in it any more" in words
    assert words.startswith("Song 3, ")
    assert fields == {"uri": f"{playlist['uri']} {songs[4]}"}


def test_a_step_stays_done_and_the_list_can_be_closed(ada):
    page = ada.get("/").text
    assert "Share what you hear" in page
    ada.post("/household/sharing/", {"shows_listening": "on"})
    ada.get("/")
    ada.post("/household/sharing/", {})
    assert "share" in FirstSteps.objects.get(member=ada.member).done
    assert "1 of " in ada.get("/").text
    part = ada.post("/home/first-steps/shortcuts/done/", **PART).text
    assert "2 of " in part
    assert ada.post("/home/first-steps/close/")["Location"] == "/"
    assert 'id="checklist"' not in ada.get("/").text


def test_the_list_goes_away_by_itself(ada):
    assert 'id="checklist"' in ada.get("/").text
    ada.member.joined_at = timezone.now() - timedelta(days=14)
    ada.member.save()
    assert 'id="checklist"' not in ada.get("/").text


@pytest.mark.parametrize(
    ("old", "new"),
    [("/?q=night", "/player/?q=night"), ("/?q=a%26b&kind=album", "/player/?q=a%26b&kind=album")],
)
def test_old_addresses_of_the_player_lead_there(ada, old, new):
    assert ada.get(old)["Location"] == new
    assert ada.get("/", **PART)["HX-Redirect"] == "/player/"
