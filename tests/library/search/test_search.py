"""The search page: the own library first, Spotify beside it, pasted links, words that are kept."""

import pytest

from library.saved.actions import set_saved
from tests.player.parts import PART, titles


def found(person, **asked: object):
    return person.get("/search/", asked, **PART)


def at_spotify(person, **asked: object):
    return person.get("/search/spotify/", asked, **PART)


def section(answer, name):
    """The text of one section of the page."""
    return (
        answer.text.split(f'id="{name}"', 1)[1].split("</section>", 1)[0]
        if f'id="{name}"' in answer.text
        else ""
    )


def first(sandbox, kind, place=0):
    return sandbox.control("GET", f"catalog?type={kind}&limit={place + 1}")[place]


def test_the_page_alone_asks_nothing(ada, sandbox):
    assert ada.get("/search/").status_code == 200
    assert not sandbox.requests("search")


def test_without_a_script_the_page_shows_what_spotify_finds(ada):
    page = ada.get("/search/", {"q": "night"})
    assert titles(section(page, "spotify"))
    assert 'Show all<span class="visually-hidden">: Songs' in page.text


def test_while_one_types_spotify_is_asked_afterwards(ada, sandbox):
    answer = found(ada, q="night")
    assert "<html" not in answer.text
    assert 'hx-get="/search/spotify/?q=night"' in answer.text
    assert answer.headers["HX-Replace-Url"] == "/search/?q=night"
    assert not sandbox.requests("search")
    assert titles(at_spotify(ada, q="night").text)
    assert len(sandbox.requests("search")) == 1


def test_what_is_saved_comes_first_and_costs_nothing(ada, sandbox):
    album = first(sandbox, "album")
    ada.get(f"/albums/{album['id']}/")
    set_saved(ada.member, [album["uri"]], saved=True)
    sandbox.forget_requests()
    answer = found(ada, q=album["name"].upper())
    assert f'href="/albums/{album["id"]}/"' in section(answer, "mine")
    assert not sandbox.requests()


@pytest.mark.parametrize("sign", ['"{}', '"{}"', "album:{}", 'album:"{}"', "Album:{}"])
def test_signs_for_spotify_hide_nothing_that_is_saved(ada, sandbox, sign):
    album = first(sandbox, "album")
    ada.get(f"/albums/{album['id']}/")
    set_saved(ada.member, [album["uri"]], saved=True)
    answer = found(ada, q=sign.format(album["name"]))
    assert f'href="/albums/{album["id"]}/"' in section(answer, "mine")


@pytest.mark.parametrize("q", ["night year:1990-1999", "tag:new", "isrc:ZZSBX1945018"])
def test_of_what_only_spotify_understands_nothing_is_said_about_the_own_library(ada, q):
    answer = found(ada, q=q)
    assert "your library" not in answer.text.split('id="spotify"')[0].split('id="search-found"')[-1]


def test_somebody_elses_library_stays_theirs(ada, ben, sandbox):
    album = first(sandbox, "album")
    ada.get(f"/albums/{album['id']}/")
    set_saved(ada.member, [album["uri"]], saved=True)
    assert not section(found(ben, q=album["name"]), "mine")


def test_a_kind_is_shown_ten_by_ten_until_there_is_no_more(ada, sandbox):
    page = at_spotify(ada, q="the", kind="track")
    assert len(titles(page.text)) <= 10
    seen, offset = set(titles(page.text)), 10
    while f"offset={offset}" in page.text and offset < 60:
        page = at_spotify(ada, q="the", kind="track", offset=offset)
        seen |= set(titles(page.text))
        offset += 10
    assert len(seen) > 10


def test_a_tab_costs_nothing_when_all_kinds_were_shown(ada, sandbox):
    at_spotify(ada, q="night")
    for kind in ("track", "album", "artist", "playlist", "show", "episode", "audiobook"):
        assert at_spotify(ada, q="night", kind=kind).status_code == 200
    assert len(sandbox.requests("search")) == 1


@pytest.mark.parametrize("kind", ["nothing", "", "user"])
@pytest.mark.parametrize("offset", ["-1", "x", "1001", "9" * 30])
def test_what_makes_no_sense_shows_the_beginning(ada, kind, offset):
    answer = at_spotify(ada, q="night", kind=kind, offset=offset)
    assert answer.status_code == 200
    assert titles(answer.text)


@pytest.mark.parametrize(
    "q", ['a "b" %_', "100%", "_", "🎷", "ليلى", "<script>alert(1)</script>", "' OR 1=1 --"]
)
def test_any_words_are_only_words(ada, q):
    page = ada.get("/search/", {"q": q})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_words_that_are_too_long_are_refused_in_words(ada):
    answer = found(ada, q="x" * 2100)
    assert answer.status_code == 422
    assert "too long to search for" in answer.text


@pytest.mark.parametrize("kind", ["track", "album", "artist", "show", "episode"])
def test_a_pasted_link_leads_to_its_page(ada, sandbox, kind):
    thing = first(sandbox, kind)
    for link in (thing["uri"], f"https://open.spotify.com/intl-de/{kind}/{thing['id']}?si=1"):
        assert ada.get("/search/", {"q": link})["Location"] == f"/{kind}s/{thing['id']}/"
    shown = found(ada, q=thing["uri"])
    assert "This is where it leads" in shown.text
    assert f'href="/{kind}s/{thing["id"]}/"' in shown.text
    assert not sandbox.requests("search")


def test_several_links_are_shown_as_a_list(ada, sandbox):
    track, album = first(sandbox, "track"), first(sandbox, "album")
    page = ada.get("/search/", {"q": f"{track['uri']} {album['uri']}"})
    assert f'href="/tracks/{track["id"]}/"' in page.text
    assert f'href="/albums/{album["id"]}/"' in page.text


@pytest.mark.parametrize(
    ("q", "sentence"),
    [
        ("https://spotify.link/abc", "short link"),
        ("spotify:local:a:b:c:3", "a file on somebody’s computer"),
        ("https://example.com/track/1", "no link to something on Spotify"),
        (
            "spotify:track:0000000000000000000000 spotify:album:0000000000000000000000",
            "has nothing under one",
        ),
    ],
)
def test_links_that_lead_nowhere_are_explained(ada, q, sentence):
    assert sentence in ada.get("/search/", {"q": q}).text


@pytest.mark.parametrize(
    ("kind", "words"), [("quota", "is limiting searches until"), ("status", "isn’t answering")]
)
def test_when_spotify_cannot_be_asked_the_own_library_is_still_searched(ada, sandbox, kind, words):
    album = first(sandbox, "album")
    ada.get(f"/albums/{album['id']}/")
    set_saved(ada.member, [album["uri"]], saved=True)
    details = {"retry_after": 9000} if kind == "quota" else {"status": 503}
    sandbox.fault("/v1/search", kind, **details)
    page = ada.get("/search/", {"q": album["name"]})
    assert page.status_code == 200
    assert words in page.text
    assert f'href="/albums/{album["id"]}/"' in section(page, "mine")


def test_words_that_led_somewhere_are_offered_again(ada, ben):
    ada.post("/search/note/", {"q": " slow   water "}, **PART)
    assert 'href="/search/?q=slow%20water"' in ada.get("/search/").text
    assert "slow water" not in ben.get("/search/").text
    assert "slow water" in ada.get("/player/").text  # the player's search knows them too
    ada.post("/search/note/", {"q": "fast fire"}, **PART)
    left = ada.post("/search/forget/", {"words": "slow water"}, **PART).text
    assert "slow water" not in left
    assert "fast fire" in left
    ada.post("/search/forget/", **PART)
    assert "fast fire" not in ada.get("/search/").text


def test_links_are_not_kept_as_words(ada, sandbox):
    ada.post("/search/note/", {"q": first(sandbox, "track")["uri"]})
    assert "Recent searches" not in ada.get("/search/").text


def test_what_was_opened_lately_is_there_before_one_types(ada, sandbox):
    album = first(sandbox, "album")
    assert "Recently opened" not in ada.get("/search/").text
    ada.get(f"/albums/{album['id']}/")
    sandbox.forget_requests()
    page = ada.get("/search/").text
    assert "Recently opened" in page
    assert f'href="/albums/{album["id"]}/"' in page
    assert not sandbox.requests()
