"""Finding something to queue: by words and by links."""

import pytest

from tests.player.parts import PART


def find(person, q):
    return person.get("/find/", {"q": q}, **PART)


def test_words_find_songs_and_a_few_episodes(ada):
    answer = find(ada, "night")
    assert 'value="spotify:track:' in answer.text
    assert answer.text.count("Queue</span>") <= 7
    assert "<html" not in answer.text


def test_the_same_words_are_asked_once_a_minute_however_they_are_written(ada, sandbox):
    for words in ("night", " Night ", "NIGHT"):
        find(ada, words)
    assert len(sandbox.requests("search")) == 1


def test_no_words_are_those_under_which_something_else_is_kept(ada, sandbox):
    """What was found and shown last is kept beside the searches: nobody's words lead there."""
    found = find(ada, "night").text
    assert ada.get("/recent/").status_code == 200
    for words in ("latest", "shown", "words:night"):
        assert find(ada, words).text != found
    assert [one["query"]["q"] for one in sandbox.requests("search")] == [
        "night",
        "latest",
        "shown",
        "words:night",
    ]


def test_each_member_is_answered_on_their_own(ada, ben, sandbox):
    find(ada, "night")
    find(ben, "night")
    assert [one["member"] for one in sandbox.requests("search")] == ["ada", "ben"]


def test_no_words_ask_nothing(ada, sandbox):
    assert find(ada, "   ").status_code == 200
    assert not sandbox.requests("search")


def test_words_that_find_nothing_are_said(ada):
    answer = find(ada, "qqqqzzzz <b>")
    assert "Spotify found nothing for “qqqqzzzz &lt;b&gt;”." in answer.text


def test_a_pasted_link_is_offered_directly(ada, sandbox):
    track = sandbox.control("GET", "catalog?type=track")[2]
    for link in (track["uri"], f"https://open.spotify.com/track/{track['id']}?si=1"):
        answer = find(ada, link)
        assert f'value="{track["uri"]}"' in answer.text
        assert "This is what the link leads to." in answer.text
    assert not sandbox.requests("search")
    assert len(sandbox.requests("get-track")) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("https://open.spotify.com/artist/0123456789abcdefghijkl", "this is a link to something else"),
        ("https://open.spotify.com/album/0123456789abcdefghijkl", "knows nothing under this link"),
        ("spotify:track:short", "isn’t a link to a song"),
        ("https://example.com/track/1", "isn’t a link to a song"),
        ("https://spotify.link/xyz", "short link"),
        ("spotify:track:0000000000000000000000", "knows nothing under this link"),
        ("x" * 300, "too long to search"),
    ],
)
def test_what_leads_nowhere_is_said_in_words(ada, text, sentence):
    answer = find(ada, text)
    assert answer.status_code == 422
    assert sentence in answer.text
    page = ada.get("/player/", {"q": text})
    assert page.status_code == 200
    assert sentence in page.text


def test_one_search_brings_all_kinds_and_shows_more_of_one_when_asked(ada, sandbox):
    answer = find(ada, "the")
    for label in ("Songs", "Albums", "Playlists"):
        assert f">{label}</h3>" in answer.text
    albums = ada.get("/find/", {"q": "the", "kind": "albums"}, **PART)
    assert 'id="kind-albums" name="kind" value="albums" aria-pressed="true"' in albums.text
    assert "row-found" not in albums.text
    assert albums.text.count("Queue all of") > answer.text.count('id="whole-albums')
    assert len(sandbox.requests("search")) == 1
    assert "</h3>" in ada.get("/find/", {"q": "the", "kind": "nonsense"}, **PART).text


def test_a_pasted_album_is_offered_as_a_whole(ada, sandbox):
    album = sandbox.control("GET", "catalog?type=album")[4]
    answer = find(ada, f"https://open.spotify.com/album/{album['id']}")
    assert f'name="lines" value="{album["uri"]}"' in answer.text
    assert not sandbox.requests("search")


def test_words_that_were_of_use_are_offered_again_and_can_be_forgotten(ada, ben):
    ada.get("/player/")
    assert "search-box__past" not in ada.get("/player/").text
    found = find(ada, "night")
    find(ada, "nigh")
    find(ada, "night")
    ada.post("/player/queue/", {"uri": found.text.split('name="uri" value="', 1)[1].split('"', 1)[0]}, **PART)
    page = ada.get("/player/")
    assert 'data-search="night"' in page.text
    assert 'data-search="nigh"' not in page.text
    assert "search-box__past" not in ben.get("/player/").text
    assert "data-search" not in ada.post("/find/forget/", **PART).text
    assert "data-search" not in ada.get("/player/").text


def test_only_the_latest_few_searches_are_kept(ada):
    ada.get("/player/")
    for number in range(10):
        ada.member.past_searches.create(words=f"old {number}")
    found = find(ada, "night")
    ada.post("/player/queue/", {"uri": found.text.split('name="uri" value="', 1)[1].split('"', 1)[0]}, **PART)
    assert ada.member.past_searches.count() == 8
    assert ada.member.past_searches.first().words == "night"
