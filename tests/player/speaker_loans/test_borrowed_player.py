"""What a guest sees and steers on a borrowed speaker, and what no key of theirs may ever reach."""

import re
from typing import Any

import pytest
import requests
from msgspec import structs

from accounts.models import Member
from player.playback.state import load_state
from tests.player.observation.parts import act_in_app, share_clock
from tests.player.parts import PART, act, attribute, look_again, poll, toast, words
from tests.player.speaker_loans.parts import answer, notice, share
from tests.support.people import move_in

AMP = "Living room amp"


@pytest.fixture
def albums(sandbox):
    return [one["uri"] for one in sandbox.control("GET", "catalog?type=album")]


@pytest.fixture
def long_album(sandbox, albums):
    for uri in albums:
        sandbox.scene("ben", context=uri)
        if len(player(sandbox, "ben")["rest_of_context"]) > 4:
            return uri
    raise AssertionError


@pytest.fixture
def lent(ada, ben, sandbox, albums, long_album):
    """Ben plays his album on Ada's amp; his own player is paused on his phone."""
    own = next(uri for uri in albums if uri != long_album)
    sandbox.scene("ada", context=own, progress_ms=30_000)
    sandbox.scene("ben", context=long_album, offset=1, progress_ms=20_000)
    ada.get("/player/")
    ben.get("/player/")
    share(ada, lends="always")
    device = load_state(ada.member).playback.device
    act(ben, "speakers/play", speaker=f"{ada.member.pk} {device.id}")
    return ada, ben


def player(sandbox, name):
    return sandbox.control("GET", f"player/{name}")


def play_in_app(sandbox, member, uri):
    """A single song, as Spotify's own app starts it from a search."""
    headers = {"Authorization": f"Bearer {sandbox.tokens(member)['access_token']}"}
    url = f"{sandbox.url}/v1/me/player/play"
    requests.put(url, json={"uris": [uri]}, headers=headers, timeout=60).raise_for_status()


def press(person, name, **values: Any):
    """A key of the bar, as the page has it: with the loan that it was shown for."""
    pk = attribute(poll(person), "bar-loan", "value")
    return act(person, name, loan=pk, **values)


def bar(person):
    return words(person.get("/player/bar/", **PART, HTTP_HX_TARGET="div#bar").text.split("bar-now", 1)[1])


def test_the_keys_steer_the_speaker_and_the_own_player_stays(lent, sandbox):
    ada, ben = lent
    own = player(sandbox, "ben")
    shown = bar(ben)
    assert "Through Ada" in shown
    assert AMP in shown
    assert "On Living room amp, through the account of Ada" in words(ben.get("/player/").text)
    assert "Ben’s music" in bar(ada)
    for name, values, key, expected in (
        ("pause", {}, "is_playing", False),
        ("play", {}, "is_playing", True),
        ("seek", {"position_ms": 90_000}, "progress_ms", 90_000),
        ("skip", {"seconds": 15}, "progress_ms", 105_000),
        ("volume", {"volume_percent": 33}, "volume_percent", 33),
    ):
        assert press(ben, name, **values).status_code == 200
        now = player(sandbox, "ada")
        value = next(one for one in now["devices"] if one["name"] == AMP).get(key, now.get(key))
        if key == "progress_ms":
            assert expected <= value < expected + 20_000, name
        else:
            assert value == expected, name
    assert "33" in ben.get("/player/devices/panel/", **PART).text
    before = player(sandbox, "ada")
    press(ben, "next", times=2)
    after = player(sandbox, "ada")
    assert after["item"] == before["rest_of_context"][1]
    press(ben, "previous")
    assert "plays now" not in toast(press(ben, "volume", volume_percent=20))
    for key in ("item", "context", "is_playing", "device"):
        assert player(sandbox, "ben").get(key) == own.get(key), key
    # Without a script the same forms are sent, and lead back.
    assert "Shuffle and repeat stay as Ada has them." in toast(press(ben, "shuffle", state="true"))
    assert not player(sandbox, "ada")["shuffle"]
    page = ben.get("/library/").text
    loan = re.search(r'id="bar-loan" value="(\d+)"', page)[1]
    assert ben.post("/player/pause/", {"loan": loan, "next": "/library/"}).url == "/library/"
    assert not player(sandbox, "ada")["is_playing"]


def test_every_command_names_the_lent_device_and_goes_with_the_sign_in_of_its_host(lent, sandbox):
    _ada, ben = lent
    amp = next(one["id"] for one in player(sandbox, "ada")["devices"] if one["name"] == AMP)
    sandbox.forget_requests()
    for name, values in (("pause", {}), ("play", {}), ("next", {}), ("volume", {"volume_percent": 30})):
        press(ben, name, **values)
    sent = [entry for entry in sandbox.requests() if entry["method"] != "GET"]
    assert len(sent) == 4
    assert {entry["member"] for entry in sent} == {"ada"}
    assert all(f"device_id={amp}" in str(entry["query"]) or amp in str(entry["query"]) for entry in sent)
    # What is saved is Ben's library, and what a key without the loan does is his own player's.
    sandbox.forget_requests()
    uri = player(sandbox, "ada")["item"]
    press(ben, "saved", uri=uri, saved="true")
    act(ben, "play")
    assert {entry["member"] for entry in sandbox.requests() if entry["method"] != "GET"} == {"ben"}
    assert player(sandbox, "ben")["is_playing"]


def test_nothing_reaches_the_host_once_it_is_over(lent, sandbox, albums, willem):
    ada, ben = lent
    loan = attribute(poll(ben), "bar-loan", "value")
    other = next(uri for uri in albums if uri not in {player(sandbox, "ada")["context"]})
    assert "You no longer play on" in toast(act(willem, "pause", loan=loan))  # somebody else's
    assert act(ben, "pause", loan="x").status_code == 422
    with share_clock(sandbox) as clock:
        for end, expected in (
            ("app", "Ada plays something else now."),
            ("device", "Ada plays something else now."),
            ("private", "isn’t available"),
            ("consent", "no longer play"),
            ("stopped", "no longer play"),
            ("grant", "has to sign in with Spotify again"),
        ):
            look_again(ben)
            look_again(ada)
            device = next(one["id"] for one in player(sandbox, "ada")["devices"] if one["name"] == AMP)
            act(ben, "speakers/play", speaker=f"{ada.member.pk} {device}")
            loan = attribute(poll(ben), "bar-loan", "value")
            clock.skip(20)
            if end == "app":
                act_in_app(sandbox, "ada", "start", context=other)
            elif end == "device":
                act_in_app(sandbox, "ada", "resume", device="Kitchen radio")
            elif end == "private":
                sandbox.scene("ada", scene="private", device=AMP)
            elif end == "consent":
                Member.objects.filter(pk=ada.member.pk).update(lends_account="never")
            elif end == "stopped":
                act(ben, "speakers/stop")
            else:
                ada.member.grant.trouble, ada.member.grant.refusals = "revoked", 2
                ada.member.grant.save()
            before = player(sandbox, "ada")
            sandbox.forget_requests()
            refusal = act(ben, "next", loan=loan)
            assert expected in toast(refusal), end
            assert not [entry for entry in sandbox.requests() if entry["method"] != "GET"], end
            after = player(sandbox, "ada")
            assert (after["item"], after["is_playing"]) == (before["item"], before["is_playing"]), end
            assert 'name="loan"' not in ben.get("/player/").text, end
            share(ada, lends="always")
            sandbox.scene("ada", device=AMP)


def test_a_single_song_of_the_host_is_neither_shown_nor_steered(lent, sandbox):
    ada, ben = lent
    song = sandbox.control("GET", "catalog?type=track&limit=400")[333]
    with share_clock(sandbox) as clock:
        clock.skip(20)
        play_in_app(sandbox, "ada", song["uri"])
        refusal = press(ben, "next")
        assert "isn’t yours" in toast(refusal)
        assert player(sandbox, "ada")["item"] == song["uri"]
        look_again(ada)
        for page in ("/player/", "/library/"):
            text = ben.get(page).text
            assert song["name"] not in text
            assert "isn’t yours" in text
            assert "Not your music" in text
            assert "Nothing is playing" not in words(text)
            assert "Pick a device" not in text
        assert "wasn’t stopped" in toast(act(ben, "speakers/stop"))
        assert player(sandbox, "ada")["is_playing"]


def test_the_bar_turns_to_the_own_player_and_back(lent, sandbox):
    _ada, ben = lent
    act(ben, "speakers/own", own="true")
    assert "Through Ada" not in bar(ben)
    assert "Connected to Living room amp through the account of Ada." in notice(ben, "borrowing")
    assert 'name="loan"' not in ben.get("/library/").text
    act(ben, "speakers/own", own="false")
    assert "Through Ada" in bar(ben)
    # Who chooses one of their own devices means their own player; what plays there goes on.
    own = next(one["id"] for one in player(sandbox, "ben")["devices"])
    act(ben, "device", device_id=own)
    assert "Through Ada" not in bar(ben)
    assert player(sandbox, "ada")["is_playing"]


def test_a_free_account_steers_what_it_plays_through_a_premium_one(lent):
    _ada, ben = lent
    ben.member.is_premium = False
    ben.member.save(update_fields=["is_premium"])
    text = ben.get("/player/").text
    assert "Controlling playback needs Premium" not in text
    assert press(ben, "pause").status_code == 200
    act(ben, "speakers/own", own="true")
    assert "Controlling playback needs Premium" in ben.get("/player/").text


def test_right_after_the_start_the_host_sees_what_plays_and_never_the_old_song_as_the_guests(
    ada, ben, sandbox, albums
):
    sandbox.scene("ada", context=albums[4], progress_ms=30_000)
    sandbox.scene("ben", context=albums[9])
    ada.get("/player/")
    ben.get("/player/")
    share(ada)
    device = load_state(ada.member).playback.device
    act(ben, "speakers/ask", speaker=f"{ada.member.pk} {device.id}")
    sandbox.control("PUT", "settings", {"delay_ms": 1_500})
    old = load_state(ada.member).playback.item.name
    name = load_state(ben.member).playback.item.name
    for person in (ada, ben):
        shown = words(answer(ada, "accept").text if person is ada else ben.get("/library/").text)
        assert name in shown
    assert old not in bar(ada)
    # While it is being started, nothing is marked yet.
    memo = load_state(ada.member).memo
    assert structs.replace(memo, lending=structs.replace(memo.lending, sent_at=0)).current.lending is None


def test_what_is_started_and_queued_anywhere_plays_on_the_speaker(lent, sandbox, albums):
    ada, ben = lent
    own, kept = player(sandbox, "ben"), load_state(ada.member).memo.lending.past_queue
    songs = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")[330:334]]
    album = albums[12]
    lists = {one["name"]: one["uri"] for one in sandbox.control("GET", "playlists")}
    # An album, from its first song on; what is queued comes after the song and is Ben's.
    assert "Ben’s music" in words(act(ben, "play-item", uri=album).text) + bar(ada)
    assert player(sandbox, "ada")["context"] == album
    act(ben, "queue", uri=songs[0])
    assert player(sandbox, "ada")["queue"] == [songs[0]]
    assert "Added" in toast(act(ben, "queue", uri=songs[1]))
    assert "added by you" in words(look_again(ada) and poll(ben).text)
    for name, values, expected in (
        ("lines", {"lines": " ".join(songs)}, "queued one by one"),
        ("saved/queue", {"uris": " ".join(songs)}, "queued one by one"),
        ("shuffle-item", {"uri": album}, "Shuffle and repeat stay"),
    ):
        answered = act(ben, name, **values)
        assert expected in toast(answered), name
        assert "to the queue, one by one" not in answered.text, name
    assert player(sandbox, "ada")["queue"] == songs[:2]
    # A song that was queued is Ben's too, also in a list without a context.
    act(ben, "lines/play", lines=" ".join(songs[2:]))
    assert [player(sandbox, "ada")["item"], *player(sandbox, "ada")["rest_of_context"]] == songs[2:]
    act(ben, "queue", uri=songs[0])
    press(ben, "next")
    assert player(sandbox, "ada")["item"] == songs[0]
    assert "Through Ada" in bar(ben)
    press(ben, "pause")
    assert not player(sandbox, "ada")["is_playing"]
    # A private playlist goes as songs; a single row plays from there on.
    act(ben, "play-item", uri=lists["Do not open"])
    now = player(sandbox, "ada")
    assert now["context"] is None
    assert now["is_playing"]
    assert "Do not open" not in ada.get("/player/").text
    row = now["rest_of_context"][1]
    with share_clock(sandbox) as clock:
        clock.skip(3)
        look_again(ada)
        act(ben, "queue/play", row=f"{row} 1")
        assert player(sandbox, "ada")["item"] == row
    for key in ("item", "context", "is_playing"):
        assert player(sandbox, "ben")[key] == own[key], key
    assert load_state(ada.member).memo.lending.past_queue == kept
    assert "Stopped." in toast(act(ben, "speakers/stop"))
    assert not player(sandbox, "ada")["is_playing"]


def test_a_guest_plays_on_one_speaker_at_a_time(lent, sandbox):
    ada, ben = lent
    ines = move_in(sandbox, "ines")
    sandbox.scene("ines", devices=[{"name": "Attic", "type": "Speaker"}], device="Attic")
    ines.get("/player/")
    share(ines, lends="always")
    device = load_state(ines.member).playback.device
    started = act(ben, "speakers/play", speaker=f"{ines.member.pk} {device.id}")
    assert not toast(started)
    assert "Through Ines" in bar(ben)
    assert player(sandbox, "ines")["is_playing"]
    assert not player(sandbox, "ada")["is_playing"]
    assert load_state(ada.member).memo.lending is None
    # What can't be paused is told.
    sandbox.fault("/v1/me/player/pause", "status", status=503)
    assert "wasn’t stopped" in toast(act(ben, "speakers/stop"))


def test_what_waits_for_a_device_is_offered_those_of_the_own_account_alone(lent, sandbox):
    _ada, ben = lent
    amp = next(one["id"] for one in player(sandbox, "ada")["devices"] if one["name"] == AMP)
    asked = act(ben, "devices", command="play").text
    question = asked.split('id="wish"', 1)[1].split("now-playing", 1)[0]
    assert 'id="choose-1"' in question
    assert amp not in question


def test_a_start_that_fails_leaves_what_plays(lent, sandbox, albums):
    ada, ben = lent
    before = player(sandbox, "ada")
    sandbox.fault("/v1/me/player/play", "status", status=502)
    act(ben, "play-item", uri=albums[12])
    assert player(sandbox, "ada")["item"] == before["item"]
    assert "Ben’s music" in bar(ada)
    assert "Through Ada" in bar(ben)
