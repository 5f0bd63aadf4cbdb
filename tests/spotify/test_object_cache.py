"""What was read lately is not asked again, and what is personal stays personal."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache

from spotweb.spotify import catalog, library, playlists, profile, quota_probe
from spotweb.spotify.batches import MAX_SINGLE_READS
from spotweb.spotify.errors import (
    Gone,
    InvalidRequest,
    NotFound,
    NotOnAllowlist,
    QuotaExceeded,
    RateLimited,
    Unavailable,
)
from spotweb.spotify.http import Client
from tests.spotify.conftest import HandOfTokens
from tests.spotify.unruly import Asked, Reply, found, said

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ID = "4iV5W9uYEdYUVa79Axb7Rh"


def track(id_: str, name: str = "One") -> dict[str, object]:
    return {
        "type": "track",
        "id": id_,
        "uri": f"spotify:track:{id_}",
        "name": name,
        "artists": [{"name": "A"}],
    }


def ids(count: int) -> list[str]:
    return [f"{number:022}" for number in range(count)]


@pytest.fixture
def ben(unruly) -> Client:
    return Client(HandOfTokens("BQben", key="ben"))


def test_an_object_is_asked_for_once_a_day_by_the_whole_house(unruly, client, ben):
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(found(track(ID)), found(track(ID, "Two")))
        assert catalog.get_track(client, ID) == catalog.get_track(ben, f"https://open.spotify.com/track/{ID}")
        assert len(unruly.asked) == 1
        clock.shift(timedelta(hours=25))
        assert catalog.get_track(ben, ID).name == "Two"


def test_what_is_kept_is_what_came(unruly, client):
    unruly.answer(found({**track(ID), "album": {"name": "B", "images": [{"url": "u", "width": 640}]}}))
    first = catalog.get_track(client, ID)
    assert catalog.get_track(client, ID) == first
    assert first.album.images[0].width == 640


def test_how_far_an_episode_was_heard_is_nobody_elses_business(unruly, client, ben):
    def episode(asked: Asked) -> Reply:
        heard = 7 if asked.headers["Authorization"] == "Bearer BQben" else 9
        return found({"type": "episode", "id": ID, "resume_point": {"resume_position_ms": heard}})

    unruly.answer_as(episode)
    for _ in range(2):
        assert catalog.get_an_episode(client, ID).resume_point.resume_position_ms == 9
        assert catalog.get_an_episode(ben, ID).resume_point.resume_position_ms == 7
    assert len(unruly.asked) == 2


def test_markets_and_modes_are_not_mixed(unruly, client, settings):
    unruly.answer(found(track(ID)))
    catalog.get_track(client, ID)
    catalog.get_track(client, ID, market="GB")
    settings.SPOTIFY_QUOTA_MODE = "extended"
    catalog.get_track(client, ID)
    assert [asked.query for asked in unruly.asked] == [{}, {"market": "GB"}, {}]


def test_an_unchanged_object_is_told_by_its_etag(unruly, client):
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(found(track(ID), ETag='"v1"'), Reply(304))
        catalog.get_track(client, ID)
        clock.shift(timedelta(hours=25))
        for _ in range(2):
            assert catalog.get_track(client, ID).name == "One"
        assert [asked.headers.get("If-None-Match") for asked in unruly.asked] == [None, '"v1"']
        # And it is known from then on, again for a day.
        clock.shift(timedelta(hours=25))
        catalog.get_track(client, ID)
        assert unruly.asked[2].headers["If-None-Match"] == '"v1"'


@pytest.mark.parametrize("etag", ['W/"v1"', "v1", '"a b"', "x" * 400])
def test_an_etag_of_any_kind_is_sent_back_as_it_came(unruly, client, etag):
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(found(track(ID), eTaG=etag), Reply(304))
        catalog.get_track(client, ID)
        clock.shift(timedelta(hours=25))
        assert catalog.get_track(client, ID).name == "One"
        assert unruly.asked[1].headers["If-None-Match"] == etag


@pytest.mark.parametrize("etag", ["", "  ", "ä", "a\tb", "x" * 9000])
def test_an_etag_that_cannot_be_sent_back_is_none(unruly, client, etag):
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(found(track(ID), ETag=etag), found(track(ID)))
        catalog.get_track(client, ID)
        clock.shift(timedelta(hours=25))
        assert catalog.get_track(client, ID).name == "One"
        assert "If-None-Match" not in unruly.asked[1].headers


@pytest.mark.parametrize("status", [412, 431])
def test_an_etag_that_is_refused_is_left_out(unruly, client, status):
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(found(track(ID), ETag='"v1"'), Reply(status), found(track(ID)))
        catalog.get_track(client, ID)
        clock.shift(timedelta(hours=25))
        assert catalog.get_track(client, ID).name == "One"
        assert [asked.headers.get("If-None-Match") for asked in unruly.asked] == [None, '"v1"', None]


@pytest.mark.parametrize("trouble", [said(429, "", "QUOTA_EXCEEDED"), Reply(503)])
def test_an_old_object_is_better_than_none(unruly, client, trouble):
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(found(track(ID)), trouble)
        catalog.get_track(client, ID)
        clock.shift(timedelta(days=3))
        assert catalog.get_track(client, ID).name == "One"
        clock.shift(timedelta(days=9))
        with pytest.raises((QuotaExceeded, Unavailable)):
            catalog.get_track(client, ID)


def test_what_is_gone_for_good_is_said_although_it_was_kept(unruly, client):
    with time_machine.travel(NOON, tick=False) as clock:
        unruly.answer(found(track(ID)), said(404, "Not found."))
        catalog.get_track(client, ID)
        clock.shift(timedelta(hours=25))
        with pytest.raises(NotFound):
            catalog.get_track(client, ID)


def test_a_kept_object_of_another_version_is_read_anew(unruly, client):
    unruly.answer(found(track(ID)))
    catalog.get_track(client, ID)
    key = next(key.split(":", 2)[2] for key in cache._cache)
    cache.set(key, (NOON.timestamp() * 2, None, b"\x93\x01"), timeout=60)
    assert catalog.get_track(client, ID).name == "One"


# --- several at once ----------------------------------------------------------------------------------------


def one_by_one(asked: Asked) -> Reply:
    id_ = asked.path.rsplit("/", 1)[1]
    return said(404, "Not found.") if id_ == f"{3:022}" else found(track(id_, id_[-2:]))


def test_development_mode_reads_several_one_by_one(unruly, client):
    unruly.answer_as(one_by_one)
    tracks = catalog.get_several_tracks(client, [*ids(5), ids(1)[0]])
    assert [track and track.name for track in tracks] == ["00", "01", "02", None, "04", "00"]
    assert len(unruly.asked) == 5
    assert {asked.path.rsplit("/", 1)[0] for asked in unruly.asked} == {"/v1/tracks"}


def test_what_is_kept_costs_nothing_and_counts_for_nothing(unruly, client):
    unruly.answer_as(one_by_one)
    catalog.get_several_tracks(client, ids(3))
    unruly.answer_as(one_by_one)
    tracks = catalog.get_several_tracks(client, [*ids(3), *ids(4 + MAX_SINGLE_READS)[4:]])
    assert len(tracks) == 3 + MAX_SINGLE_READS
    assert len(unruly.asked) == MAX_SINGLE_READS


def test_too_many_single_reads_are_refused_before_the_first(unruly, client):
    with pytest.raises(InvalidRequest):
        catalog.get_several_tracks(client, ids(MAX_SINGLE_READS + 1))
    assert unruly.asked == []


def test_extended_mode_reads_several_in_one_request(unruly, client, settings):
    settings.SPOTIFY_QUOTA_MODE = "extended"

    def answer(asked: Asked) -> Reply:
        wanted = asked.query["ids"].split(",")
        return found({"albums": [None if id_ == ids(4)[3] else {"id": id_, "name": id_} for id_ in wanted]})

    unruly.answer_as(answer)
    albums = catalog.get_multiple_albums(client, ids(45))
    assert [album and album.name for album in albums] == [*ids(3), None, *ids(45)[4:]]
    assert [len(asked.query["ids"].split(",")) for asked in unruly.asked] == [20, 20, 5]
    catalog.get_an_album(client, ids(1)[0])
    assert len(unruly.asked) == 3, "what came in a batch is kept for single reads"


def test_one_failing_read_fails_them_all(unruly, client):
    unruly.answer_as(lambda asked: Reply(500) if asked.path.endswith("2") else one_by_one(asked))
    with pytest.raises(Unavailable):
        catalog.get_several_tracks(client, ids(5))


# --- small things -------------------------------------------------------------------------------------------


def test_creating_playlists_asks_who_i_am_once_a_day(unruly, client, settings):
    settings.SPOTIFY_QUOTA_MODE = "extended"
    unruly.answer_as(lambda _: found({"id": "ada", "name": "x"}))
    for _ in range(3):
        playlists.create_playlist(client, "New")
    assert [asked.path for asked in unruly.asked] == ["/v1/me", *["/v1/users/ada/playlists"] * 3]


def test_audiobooks_and_chapters_by_the_names_spotify_gives_them(unruly, client):
    unruly.answer_as(lambda _: found({"id": ID, "name": "x"}))
    catalog.get_an_audiobook(client, f"spotify:show:{ID}")
    catalog.get_a_chapter(client, f"https://open.spotify.com/episode/{ID}")
    assert [asked.path for asked in unruly.asked] == [f"/v1/audiobooks/{ID}", f"/v1/chapters/{ID}"]
    unruly.answer(Reply(200))
    library.save_audiobooks_user(client, [f"spotify:show:{ID}", ids(1)[0]])
    assert unruly.asked[0].query["uris"] == f"spotify:audiobook:{ID},spotify:audiobook:{ids(1)[0]}"


@pytest.mark.parametrize(
    ("reply", "mode"),
    [
        (said(403, "Forbidden"), "development"),
        (said(404, "Not found."), "development"),
        (found({"markets": ["GB"]}), "extended"),
        (Reply(429, b"Too many requests"), None),
    ],
)
def test_the_mode_that_spotify_really_grants(unruly, client, settings, reply, mode):
    for configured in ("development", "extended"):
        settings.SPOTIFY_QUOTA_MODE = configured
        cache.clear()
        unruly.answer(reply)
        assert quota_probe.detect_quota_mode(client) == mode
        assert unruly.asked[0].path == "/v1/markets"


def test_probing_slows_nobody_down(unruly, client, tokens):
    unruly.answer(Reply(429, b""), found({"id": "ada"}))
    quota_probe.detect_quota_mode(client)
    assert profile.get_current_users_profile(Client(tokens, purpose="background")).id == "ada"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(403, b"the user may not be registered"), NotOnAllowlist),
        (Reply(503), Unavailable),
        (said(429, "", "QUOTA_EXCEEDED"), QuotaExceeded),
    ],
)
def test_what_is_about_something_else_is_no_answer_about_the_mode(unruly, client, reply, expected):
    unruly.answer(reply)
    with pytest.raises(expected):
        quota_probe.detect_quota_mode(client)


def test_what_is_gone_stays_unasked(unruly, client):
    with pytest.raises(Gone):
        catalog.get_audio_features(client, ID)
    with pytest.raises(Gone):
        profile.get_users_profile(client, "joe")
    assert unruly.asked == []


def test_a_throttled_single_read_is_told(unruly, client):
    unruly.answer(Reply(429, b""))
    with pytest.raises(RateLimited):
        catalog.get_track(client, ID)
