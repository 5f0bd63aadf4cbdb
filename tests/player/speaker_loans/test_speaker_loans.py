"""Borrowing a speaker: asked for or lent, what plays then, what is kept, and what comes between."""

import pytest

from accounts.household import leave_household
from player.models import PastQueue, SpeakerLoan
from player.playback.refresh import fetch_devices
from player.playback.state import load_state
from tests.player.observation.parts import act_in_app, share_clock
from tests.player.parts import PART, act, look_again, toast, words
from tests.player.queue.test_jobs import work
from tests.player.speaker_loans.parts import answer, notice, remove_device, share, speakers

AMP = "Living room amp"


@pytest.fixture
def album(sandbox):
    return sandbox.control("GET", "catalog?type=album")[9]["uri"]


@pytest.fixture
def both(ada, ben, sandbox, album):
    """Ada listens on her amp, with two songs queued; Ben to an album on his phone."""
    songs = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=400")[320:322]]
    sandbox.scene(
        "ada", context=sandbox.control("GET", "catalog?type=album")[4]["uri"], progress_ms=30_000, queue=songs
    )
    sandbox.scene("ben", context=album, offset=1, progress_ms=20_000)
    ada.get("/player/")
    ben.get("/player/")
    return ada, ben


def amp(person):
    playback = load_state(person.member).playback
    assert playback.device.name == AMP
    return f"{person.member.pk} {playback.device.id}"


def player(sandbox, name):
    return sandbox.control("GET", f"player/{name}")


def test_speakers_are_listed_where_their_member_agreed_and_phones_never(both, sandbox):
    ada, ben = both
    assert not speakers(ben)
    share(ada)
    shown = words(speakers(ben))
    assert f"{AMP} Ada is listening" in shown
    assert "Shared by Ada" in shown
    assert "phone" not in shown.replace("on a device", "")
    assert "Kitchen radio" not in shown  # it stands in Ben's own list
    assert "Play through" not in shown
    assert not speakers(ada)
    sandbox.scene("ada", scene="private")
    look_again(ada)
    assert not speakers(ben)
    sandbox.scene("ada")
    look_again(ada)
    assert AMP in speakers(ben)
    # Of a speaker that both know there is one line, whoever has it.
    sandbox.scene("ada", device="Kitchen radio")
    look_again(ada)
    fetch_devices(ben.member)
    assert "Kitchen radio Ada is listening" in words(speakers(ben))
    panel = words(ben.get("/player/devices/panel/", **PART).text)
    assert panel.count("Kitchen radio") == panel.count("choose Kitchen radio there") + 1
    ada.member.grant.trouble = "revoked"
    ada.member.grant.save()
    assert not speakers(ben)


def test_asked_for_and_accepted_it_plays_is_marked_and_what_was_before_comes_back(
    both, sandbox, album, either_mode
):
    ada, ben = both
    share(ada)
    before, wanted = player(sandbox, "ada"), player(sandbox, "ben")
    act(ben, "speakers/ask", speaker=amp(ada))
    assert notice(ben, "borrowing").startswith("Asking Ada")
    assert load_state(ben.member).poll_ms <= 2_500
    request = notice(ada, "request")
    assert "Ben asks to play on Living room amp through your account." in request
    assert "listening history" in request
    assert answer(ada, "accept").status_code == 200
    now = player(sandbox, "ada")
    assert (now["item"], now["context"], now["is_playing"]) == (wanted["item"], album, True)
    assert now["queue"] == []  # Ada's songs don't come between
    assert 20_000 <= now["progress_ms"] < 40_000
    assert not player(sandbox, "ben")["is_playing"]  # it has moved
    assert "Connected to Living room amp through the account of Ada." in notice(ben, "borrowing")
    assert "Ben plays on Living room amp through your account." in notice(ada, "lending")
    assert "Ben’s music" in ada.get("/library/").text
    assert "Ben played" in words(ada.get("/player/events/").text)
    assert "through the account of Ada" in words(ben.get("/player/events/").text)
    assert not ada.member.listening_places.filter(uri=album).exists()
    act(ada, "speakers/reclaim")
    work()
    back = player(sandbox, "ada")
    assert (back["item"], back["context"], back["queue"]) == (
        before["item"],
        before["context"],
        before["queue"],
    )
    assert back["progress_ms"] >= 30_000
    assert not notice(ada, "lending")
    assert "Ada plays something else now." in notice(ben, "borrowing")
    act(ben, "speakers/hide")
    assert not notice(ben, "borrowing")


def test_lent_always_it_plays_at_once_and_stopped_it_is_offered_back(both, sandbox):
    ada, ben = both
    share(ada, lends="always")
    assert "appears in the listening history of Ada" in words(speakers(ben))
    assert "Play through Ada’s account" in words(speakers(ben))
    act(ben, "speakers/play", speaker=amp(ada))
    assert "Connected to" in notice(ben, "borrowing")
    assert "listening history" not in speakers(ben)  # said once
    panel = words(ben.get("/player/devices/panel/", **PART).text)
    assert f"{AMP} Playing here, through Ada" in panel  # among the devices, while the bar shows it
    act(ben, "speakers/own", own="true")
    assert "Ben plays here" in words(speakers(ben))
    # Something else of Ben's: what Ada had stays what it was.
    sandbox.scene("ben", context=sandbox.control("GET", "catalog?type=album")[12]["uri"])
    look_again(ben)
    act(ben, "speakers/play", speaker=amp(ada))
    assert PastQueue.objects.filter(member=ada.member).count() == 1
    act(ben, "speakers/stop")
    assert not player(sandbox, "ada")["is_playing"]
    assert not notice(ben, "borrowing")
    assert "Ben no longer plays through your account. 2 songs are kept." in notice(ada, "lost")
    assert "Ben played through your account" in words(ada.get("/player/queues/").text)
    # A member who has left is named no more.
    leave_household(ben.member)
    look_again(ada)
    assert "Ben" not in words(ada.get("/player/queues/").text + ada.get("/player/events/").text)
    assert not SpeakerLoan.objects.exists()


@pytest.mark.parametrize("is_playing", [True, False])
def test_lent_while_idle_only_then(both, sandbox, is_playing):
    ada, ben = both
    share(ada, lends="idle")
    if not is_playing:
        act(ada, "pause")
    assert ("Play through" in speakers(ben)) is not is_playing
    response = act(ben, "speakers/play", speaker=amp(ada))
    assert ("Ada is listening right now" in toast(response)) is is_playing
    assert SpeakerLoan.objects.exists() is not is_playing


def test_never_without_consent_not_in_private_not_without_grant(both, sandbox):
    ada, ben = both
    speaker = amp(ada)
    assert "isn’t there any more" in toast(act(ben, "speakers/play", speaker=speaker))
    share(ada)
    assert "wants to be asked" in toast(act(ben, "speakers/play", speaker=speaker))
    share(ada, lends="always")
    sandbox.scene("ada", scene="private", device=AMP)
    for path in ("play", "ask"):
        assert "isn’t available" in toast(act(ben, f"speakers/{path}", speaker=speaker))
    remove_device(sandbox, "ada", AMP)
    assert "isn’t there any more" in toast(act(ben, "speakers/play", speaker=speaker))
    ada.member.grant.trouble = "revoked"
    ada.member.grant.save()
    assert "has to sign in with Spotify again" in toast(act(ben, "speakers/play", speaker=speaker))
    assert not SpeakerLoan.objects.exists()
    assert act(ben, "speakers/play", speaker="x").status_code == 422
    assert act(ben, "speakers/answer", answer="x").status_code == 422


def test_a_request_is_declined_withdrawn_lapses_and_two_at_once_are_one(both, sandbox, willem):
    ada, ben = both
    share(ada)
    sandbox.scene("willem")
    willem.get("/player/")
    act(ben, "speakers/ask", speaker=amp(ada))
    assert "Somebody is asking Ada already" in toast(act(willem, "speakers/ask", speaker=amp(ada)))
    answer(ada, "decline")
    assert "Ada declined." in notice(ben, "borrowing")
    act(ben, "speakers/ask", speaker=amp(ada))
    stale = load_state(ada.member).memo.request.pk
    act(ben, "speakers/stop")
    assert not notice(ada, "request")
    response = act(ada, "speakers/answer", answer=f"{stale} accept")
    assert "thought better of it" in toast(response)
    with share_clock(sandbox) as clock:
        act(ben, "speakers/ask", speaker=amp(ada))
        stale = load_state(ada.member).memo.request.pk
        clock.skip(61)
        assert "Ada didn’t answer." in notice(ben, "borrowing")
        assert not notice(ada, "request")
        assert "This request is over." in toast(act(ada, "speakers/answer", answer=f"{stale} accept"))
        # The next one may ask now, and leaves before the answer.
        act(willem, "speakers/ask", speaker=amp(ada))
        stale = load_state(ada.member).memo.request.pk
        leave_household(willem.member)
        assert not notice(ada, "request")
        assert "has left" in toast(act(ada, "speakers/answer", answer=f"{stale} accept"))
    assert player(sandbox, "ada")["context"] != player(sandbox, "ben")["context"]


def test_the_device_is_gone_and_the_session_private_when_the_answer_comes(both, sandbox):
    ada, ben = both
    share(ada)
    speaker = amp(ada)
    act(ben, "speakers/ask", speaker=speaker)
    sandbox.scene("ada", scene="private", device="Kitchen radio")
    assert "You’re in a private session" in toast(answer(ada, "accept"))
    assert "isn’t available" in notice(ben, "borrowing")
    assert player(sandbox, "ben")["is_playing"]
    sandbox.scene("ada", device=AMP)
    look_again(ada)
    act(ben, "speakers/ask", speaker=speaker)
    remove_device(sandbox, "ada", AMP)
    answer(ada, "accept")
    assert "isn’t there any more" in notice(ben, "borrowing")


def test_it_ends_when_the_host_plays_takes_back_the_consent_or_loses_the_grant(both, sandbox, album):
    ada, ben = both
    speaker = amp(ada)
    other = sandbox.control("GET", "catalog?type=album")[15]["uri"]
    share(ada, lends="always")
    with share_clock(sandbox) as clock:
        act(ben, "speakers/play", speaker=speaker)
        clock.skip(5)
        act(ada, "play-item", uri=other)
        assert not notice(ada, "lending")
        assert "Ada plays something else now." in notice(ben, "borrowing")
        for end in ("app", "consent", "paused", "grant"):
            sandbox.scene("ben", context=album)
            look_again(ben)
            act(ben, "speakers/play", speaker=speaker)
            assert notice(ada, "lending"), end
            clock.skip(20)
            if end == "app":
                act_in_app(sandbox, "ada", "start", context=other)
                work()
                expected = "Ada plays something else now."
            elif end == "consent":
                share(ada, lends="never")
                assert not player(sandbox, "ada")["is_playing"]
                assert "Play mine again" in ada.get("/player/").text
                share(ada, lends="always")
                expected = "Ada no longer lends this."
            elif end == "paused":
                act(ada, "pause")
                while "account of Ada" in notice(ben, "borrowing"):
                    clock.skip(61)
                    work()
                expected = "has ended"
                act_in_app(sandbox, "ada", "resume", device=AMP)
            else:
                ada.member.grant.trouble, ada.member.grant.refusals = "revoked", 2
                ada.member.grant.save()
                clock.skip(200)
                work()
                expected = "has to sign in with Spotify again"
            assert expected in notice(ben, "borrowing"), end
        assert not SpeakerLoan.objects.filter(status="playing").exists()


def test_a_start_whose_process_ends_marks_nobody_as_playing_for_long(both, sandbox, monkeypatch):
    ada, ben = both
    share(ada, lends="always")
    speaker = amp(ada)

    def end_process(*_args: object, **_values: object) -> None:
        raise SystemExit

    with share_clock(sandbox) as clock:
        with monkeypatch.context() as patch:
            patch.setattr("spotweb.spotify.player.start_a_users_playback", end_process)
            with pytest.raises(SystemExit):
                act(ben, "speakers/play", speaker=speaker)
        assert SpeakerLoan.objects.filter(status="playing").exists()
        clock.skip(61)
        work()
    assert not SpeakerLoan.objects.filter(status="playing").exists()
    assert not notice(ada, "lending")
    act(ben, "speakers/play", speaker=speaker)
    assert notice(ada, "lending")


def test_a_private_playlist_goes_as_songs_and_a_long_one_in_parts(both, sandbox, monkeypatch):
    ada, ben = both
    share(ada, lends="always")
    private = next(one for one in sandbox.control("GET", "playlists") if one["name"] == "Do not open")
    sandbox.scene("ben", context=private["uri"], offset=2)
    sandbox.scene("ada", shuffle=True)
    look_again(ada)
    look_again(ben)
    monkeypatch.setattr("player.speaker_loans.plans.MAX_URIS_PLAYED", 3)
    wanted = [player(sandbox, "ben")["item"], *player(sandbox, "ben")["rest_of_context"]]
    with share_clock(sandbox) as clock:
        act(ben, "speakers/play", speaker=amp(ada))
        now = player(sandbox, "ada")
        assert now["context"] is None
        assert [now["item"], *now["rest_of_context"]] == wanted[:3]
        assert "Do not open" not in ada.get("/player/").text
        clock.skip(10)
        work()
        assert not player(sandbox, "ada")["queue"]
        act_in_app(sandbox, "ada", "skip")
        clock.skip(400)
        work()
        assert player(sandbox, "ada")["queue"] == wanted[3:]
        assert "added by" in look_again(ada).text
        act(ada, "speakers/reclaim")
        assert player(sandbox, "ada")["shuffle"]
