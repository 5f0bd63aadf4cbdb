"""What the page says while Spotify is read, when it is paused, and when something is in the way."""

from django.utils import timezone

from accounts.models import Grant
from library.sync import actions as sync_actions
from tests.library.saved_pages.test_pages import LIBRARY, count_of, part, read_all
from tests.player.parts import PART, attribute, titles

SYNC = "/library/track/sync/"


def look(person, seen="", query=""):
    return person.get(f"{SYNC}?seen={seen}{query}", **PART)


def test_the_first_visit_shows_the_first_songs_and_how_far_it_is(ada, sandbox):
    answer = ada.get(LIBRARY)
    assert len(titles(answer.text)) == 50
    assert "50 of 400 songs read" in answer.text
    assert "you can browse already" in answer.text.lower()
    assert attribute(answer, "sync", "hx-trigger") == "every 2s"
    assert len(sandbox.requests("get-users-saved-tracks")) == 1


def test_what_has_been_read_can_be_filtered_meanwhile(ada):
    first = titles(ada.get(LIBRARY).text)[0]
    assert first in titles(part(ada, query=f"?q={first}").text)


def test_once_all_is_read_the_page_asks_no_more(ada):
    seen = attribute_value(ada.get(LIBRARY))
    read_all(ada)
    answer = look(ada, seen)
    assert attribute(answer, "sync", "hx-trigger") is None
    assert "393 songs" in count_of(answer)
    assert "Synced" in answer.text


def test_an_empty_page_is_filled_and_a_full_one_left_alone(ada):
    ada.get(LIBRARY)
    read_all(ada)
    assert len(titles(look(ada, "0-0-0").text)) == 50
    answer = look(ada, attribute_value(ada.get(LIBRARY)))
    assert not titles(answer.text)


def test_what_is_new_is_told_in_a_line(ada, sandbox):
    read_all(ada)
    seen = attribute_value(ada.get(LIBRARY))
    more = [one["uri"] for one in sandbox.control("GET", "catalog?type=track&limit=300")[290:293]]
    ada.post("/library/saved/", {"saved": "true", "uris": more}, **PART)
    ada.post("/library/track/refresh/", **PART)
    answer = look(ada, seen, query="&sort=title")
    assert "3 new ones." in answer.text
    assert 'href="/library/?sort=title"' in answer.text
    assert "new one" not in look(ada, attribute_value(ada.get(LIBRARY))).text


def test_a_reading_can_be_paused_and_goes_on_from_there(ada, sandbox):
    ada.get(LIBRARY)
    answer = ada.post("/library/track/pause/", **PART)
    assert "Paused" in answer.text
    assert attribute(answer, "sync", "hx-trigger") is None
    assert "/library/track/go-on/" in answer.text
    read_all(ada, "album")
    assert "50 of 400 songs read" in ada.get(LIBRARY).text
    answer = ada.post("/library/track/go-on/", **PART)
    assert attribute(answer, "sync", "hx-trigger") == "every 2s"
    read_all(ada)
    assert "393 songs" in count_of(ada.get(LIBRARY))


def test_without_a_script_pausing_leads_back(ada):
    ada.get(LIBRARY)
    answer = ada.post("/library/track/pause/", {"next": "/library/?sort=title"})
    assert answer.headers["Location"] == "/library/?sort=title"


def test_a_used_up_quota_is_told_with_when_it_goes_on(ada, sandbox):
    ada.get(LIBRARY)
    sandbox.fault("/v1/me/tracks*", "quota", retry_after=7200)
    read_all(ada)
    answer = ada.get(LIBRARY)
    assert "share of Spotify is used up until" in answer.text
    assert len(titles(answer.text)) == 50


def test_with_spotify_down_the_page_shows_what_is_known(ada, sandbox):
    read_all(ada)
    sandbox.fault("/v1/*", "status", status=503)
    answer = ada.post("/library/track/refresh/", **PART)
    assert answer.status_code in {200, 503}
    answer = ada.get(LIBRARY)
    assert answer.status_code == 200
    assert len(titles(answer.text)) == 50


def test_with_spotify_down_the_first_reading_says_that_it_goes_on_by_itself(ada, sandbox):
    sandbox.fault("/v1/me/tracks*", "status", status=503)
    assert "try again automatically" in ada.get(LIBRARY).text


def test_with_a_revoked_grant_the_page_shows_what_is_known(ada, sandbox):
    read_all(ada)
    sandbox.control("POST", "revoke", {"member": "ada"})
    Grant.objects.filter(member=ada.member).update(access_expires_at=timezone.now())
    assert ada.post("/library/track/refresh/", **PART).status_code >= 400
    answer = ada.get(LIBRARY)
    assert answer.status_code == 200
    assert len(titles(answer.text)) == 50
    assert "Reconnect" in answer.text


def test_where_no_audiobooks_are_sold_there_is_no_page_of_them(ada, sandbox):
    sandbox.control("PUT", "product", {"member": "ada", "country": "PL"})
    sync_actions.visit_index(ada.member, "audiobook")
    assert "/library/audiobooks/" not in ada.get("/library/albums/").text
    assert ada.get("/library/audiobooks/").status_code == 200


def attribute_value(answer):
    return answer.text.split('name="seen" value="', 1)[1].split('"', 1)[0]
