"""Spotify's shop window: there in extended mode, kindly absent in development mode."""

import re
from html import unescape

import pytest

from tests.player.parts import PART, titles


@pytest.fixture(autouse=True)
def _development(settings):
    """Unless a test says otherwise."""
    settings.SPOTIFY_QUOTA_MODE = "development"


@pytest.fixture
def extended(settings):
    settings.SPOTIFY_QUOTA_MODE = "extended"


@pytest.fixture
def eve(extended, ada):
    """Ada, where the app has extended quota."""
    return ada


def first(sandbox, kind, place=0):
    return sandbox.control("GET", f"catalog?type={kind}&limit={place + 1}")[place]


def user_id(sandbox, name):
    return next(one["user_id"] for one in sandbox.control("GET", "members") if one["id"] == name)


WINDOW = ["/browse/", "/browse/new/", "/browse/categories/pop/", "/recommendations/", "/users/ben/"]


@pytest.mark.parametrize("path", WINDOW)
def test_in_development_mode_a_typed_address_is_answered_kindly(ada, sandbox, path):
    answer = ada.get(path)
    assert answer.status_code == 410
    assert "no longer offers this to apps like ours" in answer.text
    assert not sandbox.requests()


def test_in_development_mode_nothing_leads_there(ada, sandbox):
    track, artist = first(sandbox, "track"), first(sandbox, "artist")
    for path in ("/search/", f"/tracks/{track['id']}/", f"/artists/{artist['id']}/"):
        page = ada.get(path)
        assert 'href="/browse' not in page.text
        assert 'href="/recommendations' not in page.text
        assert 'href="/users/' not in page.text


def test_the_window_shows_records_playlists_and_kinds(eve, sandbox):
    page = eve.get("/browse/")
    assert page.status_code == 200
    assert "New releases" in page.text
    assert 'href="/browse/categories/' in page.text
    assert "Spotify is in" in page.text
    asked = len(sandbox.requests())
    eve.get("/browse/")
    assert len(sandbox.requests()) == asked


def test_new_records_come_page_by_page(eve):
    page = eve.get("/browse/new/")
    assert page.text.count('class="cover-card"') == 20
    more = eve.get("/browse/new/", {"offset": 20}, **PART)
    assert "<html" not in more.text
    assert more.text.count('class="cover-card"') > 0


def test_a_kind_shows_its_playlists(eve):
    link = eve.get("/browse/").text.split('href="/browse/categories/', 1)[1].split('"', 1)[0]
    page = eve.get(f"/browse/categories/{link}")
    assert page.status_code == 200
    assert 'href="/playlists/' in page.text


def test_an_unknown_kind_is_not_found(eve):
    assert eve.get("/browse/categories/nothing-of-the-sort/").status_code == 404


def test_a_person_has_a_page_and_can_be_followed(eve, sandbox):
    ben = user_id(sandbox, "ben")
    page = eve.get(f"/users/{ben}/")
    assert "<h1" in page.text
    assert ">Ben</h1>" in page.text
    answer = eve.post("/library/follow/", {"uri": f"spotify:user:{ben}", "saved": "true"}, **PART)
    assert "Following" in answer.text
    assert ben in sandbox.control("GET", "library/ada")["user"]


def test_nobody_follows_themselves(eve, sandbox):
    eve.member.spotify_id = user_id(sandbox, "ada")
    eve.member.save(update_fields=["spotify_id"])
    assert 'id="follow"' not in eve.get(f"/users/{eve.member.spotify_id}/").text


def test_songs_are_proposed_for_seeds_of_all_kinds(eve, sandbox):
    track, artist = first(sandbox, "track"), first(sandbox, "artist")
    genres = eve.get("/recommendations/").text
    genre = genres.split('name="genre" value="', 1)[1].split('"', 1)[0]
    asked = {"seed": [track["uri"], artist["uri"]], "genre": [genre], "energy": "70", "tempo": "120"}
    page = eve.get("/recommendations/", asked)
    assert titles(page.text)
    query = sandbox.requests("get-recommendations")[-1]["query"]
    assert "0.7" in str(query["target_energy"])


def test_songs_stay_proposed_until_others_are_asked_for(eve, sandbox):
    track, artist = first(sandbox, "track"), first(sandbox, "artist")
    asked = {"seed": [track["uri"], artist["uri"]], "energy": "70"}
    page = eve.get("/recommendations/", asked)
    assert titles(eve.get("/recommendations/", asked).text) == titles(page.text)
    for operation in ("get-recommendations", "get-multiple-artists", "get-several-tracks"):
        assert len(sandbox.requests(operation)) == 1, operation
    others = next(unescape(href) for href in re.findall(r'href="\?([^"]+)"', page.text) if "again=1" in href)
    assert titles(eve.get(f"/recommendations/?{others}").text)
    assert len(sandbox.requests("get-recommendations")) == 2
    assert "again=2" in eve.get(f"/recommendations/?{others}").text
    eve.get("/recommendations/", asked | {"energy": "20"})
    assert len(sandbox.requests("get-recommendations")) == 3


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"again": "x", "seed": ""}, "Enter a whole number"),
        ({"seed": "nonsense"}, "Only links to songs and artists"),
        ({"energy": "700"}, "less than or equal to 100"),
        ({"genre": "no-such-genre"}, "Select a valid choice"),
        ({"seed": "", "energy": "", "tempo": ""}, "Name a song, an artist or a genre to begin with."),
    ],
)
def test_wishes_that_make_no_sense_are_refused_in_words(eve, asked, words):
    answer = eve.get("/recommendations/", asked)
    assert answer.status_code == 422
    assert words in answer.text


def test_more_than_five_seeds_are_refused(eve, sandbox):
    seeds = [first(sandbox, "track", place)["uri"] for place in range(6)]
    answer = eve.get("/recommendations/", {"seed": seeds})
    assert answer.status_code == 422
    assert "At most 5" in answer.text


def test_an_artist_has_top_tracks_and_relatives(eve, sandbox):
    artist = first(sandbox, "artist")
    page = eve.get(f"/artists/{artist['id']}/")
    assert "Popular" in page.text
    assert "Related artists" in page.text


def test_a_track_tells_how_it_sounds_and_of_what_parts_it_is_made(eve, sandbox):
    track = first(sandbox, "track")
    page = eve.get(f"/tracks/{track['id']}/")
    assert "How it sounds" in page.text
    assert "beats a minute" in page.text
    assert not sandbox.requests("get-audio-analysis")
    parts = eve.get(f"/tracks/{track['id']}/", {"analysis": 1}, **PART)
    assert "<html" not in parts.text
    assert "Its parts" in parts.text
    assert eve.get(f"/tracks/{track['id']}/", {"analysis": 1}, **PART).text == parts.text
    for operation in ("get-audio-analysis", "get-audio-features"):
        assert len(sandbox.requests(operation)) == 1, operation


@pytest.mark.parametrize(
    "path", ["/v1/audio-features*", "/v1/artists/*/related-artists", "/v1/artists/*/top-tracks"]
)
def test_what_was_not_granted_is_absent_and_not_broken(eve, sandbox, path):
    sandbox.fault(path, "status", status=403)
    track, artist = first(sandbox, "track"), first(sandbox, "artist")
    assert eve.get(f"/tracks/{track['id']}/").status_code == 200
    assert eve.get(f"/artists/{artist['id']}/").status_code == 200


def test_an_album_tells_how_its_songs_sound_in_one_request(eve, sandbox):
    page = eve.get(f"/albums/{first(sandbox, 'album')['id']}/")
    assert "Mood and tempo" in page.text
    assert len(sandbox.requests("get-several-audio-features")) == 1


def test_the_owner_of_a_playlist_has_a_page(eve):
    page = eve.get("/search/", {"q": "the", "kind": "playlist"})
    assert 'href="/users/' in page.text


def test_many_links_of_each_kind_are_read_together(eve, sandbox):
    kinds = ("track", "album", "artist", "show", "episode")
    links = [first(sandbox, kind, place)["uri"] for kind in kinds for place in (0, 1)]
    page = eve.get("/search/", {"q": " ".join(links)})
    assert page.status_code == 200
    asked = {one["operation"] for one in sandbox.requests()}
    assert {"get-several-tracks", "get-multiple-albums", "get-multiple-artists"} <= asked
    assert {"get-multiple-shows", "get-multiple-episodes"} <= asked
