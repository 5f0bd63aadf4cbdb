"""Finding something to queue: by words and by links."""

import pytest

from tests.player.parts import PART


def find(person, q):
    return person.get("/find/", {"q": q}, **PART)


def test_words_find_songs_and_a_few_episodes(ada):
    answer = find(ada, "night")
    assert 'value="spotify:track:' in answer.text
    assert answer.text.count('name="uri"') <= 10
    assert "<html" not in answer.text


def test_the_same_words_are_asked_once_a_minute_however_they_are_written(ada, sandbox):
    for words in ("night", " Night ", "NIGHT"):
        find(ada, words)
    assert len(sandbox.requests("search")) == 1


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
        ("https://open.spotify.com/album/0123456789abcdefghijkl", "Only single songs and episodes"),
        ("spotify:track:short", "not a link to a song"),
        ("https://example.com/track/1", "not a link to a song"),
        ("https://spotify.link/xyz", "short link"),
        ("spotify:track:0000000000000000000000", "knows nothing under this link"),
        ("x" * 300, "too long to search"),
    ],
)
def test_what_leads_nowhere_is_said_in_words(ada, text, sentence):
    answer = find(ada, text)
    assert answer.status_code == 422
    assert sentence in answer.text
    page = ada.get("/", {"q": text})
    assert page.status_code == 200
    assert sentence in page.text
