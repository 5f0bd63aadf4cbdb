"""Pages of albums, artists, songs, podcasts, episodes, audiobooks and chapters, and what they cost."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from library.catalogue.store import save_items
from library.saved import memberships
from library.saved.actions import set_saved
from library.templatetags.catalogue import why_not
from spotweb.spotify.models import Album, Restrictions, Track
from spotweb.web.texts.release_dates import format_release
from spotweb.web.texts.time_format import format_length
from tests.player.parts import PART, titles
from tests.spotify.unruly import UnrulyServer, found
from tests.support.menus import buttons_of, menu_of
from tests.support.undo import press_undo

KINDS = ("album", "artist", "track", "show", "episode", "audiobook", "chapter")
SINGLE_READS = {
    "album": {"get-an-album": 1},
    "artist": {"get-an-artist": 1, "get-an-artists-albums": 1},
    "track": {"get-track": 1},
    "show": {"get-a-show": 1, "get-a-shows-episodes": 1},
    "episode": {"get-an-episode": 1},
    "audiobook": {"get-an-audiobook": 1, "get-audiobook-chapters": 1},
    "chapter": {"get-a-chapter": 1},
}


@pytest.fixture(autouse=True)
def _development(settings):
    """Unless a test says otherwise."""
    settings.SPOTIFY_QUOTA_MODE = "development"


@pytest.fixture(params=["development", "extended"])
def mode(request, settings):
    settings.SPOTIFY_QUOTA_MODE = request.param
    return request.param


@pytest.fixture
def eve(mode, ada):
    """Ada, in both modes one after the other."""
    return ada


def first(sandbox, kind, place=0, **which: str):
    query = "".join(f"&{name}={value}" for name, value in which.items())
    return sandbox.control("GET", f"catalog?type={kind}&limit={place + 1}{query}")[place]


def page_of(person, thing, kind, **asked: object):
    return person.get(f"/{kind}s/{thing['id']}/", asked)


def reads(sandbox):
    """How often each operation of the catalogue was asked for."""
    counts = {}
    for one in sandbox.requests():
        if (
            one["operation"].startswith("get-")
            and "/me/" not in one["path"]
            and "audio-" not in one["operation"]
        ):
            counts[one["operation"]] = counts.get(one["operation"], 0) + 1
    return counts


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_page_in_both_modes(eve, sandbox, kind):
    thing = first(sandbox, kind)
    page = page_of(eve, thing, kind)
    assert page.status_code == 200
    assert f'dir="auto">{thing["name"]}</h1>' in page.text.replace("&#x27;", "'")
    assert "Open in Spotify" in page.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_costs_as_few_single_reads_as_there_are_and_the_next_look_none(ada, ben, sandbox, kind):
    thing = first(sandbox, kind)
    page_of(ada, thing, kind)
    assert reads(sandbox) == SINGLE_READS[kind]
    page_of(ada, thing, kind)
    assert reads(sandbox) == SINGLE_READS[kind]


@pytest.mark.parametrize("kind", ["album", "artist", "track", "show"])
def test_what_one_member_looked_at_costs_the_next_one_nothing(ada, ben, sandbox, kind):
    thing = first(sandbox, kind)
    page_of(ada, thing, kind)
    once = reads(sandbox)
    page_of(ben, thing, kind)
    once.pop("get-a-shows-episodes", None)
    later = reads(sandbox)
    later.pop("get-a-shows-episodes", None)  # how far each was heard is everybody's own
    assert later == once


def test_a_song_that_the_household_knows_costs_nothing_in_development_mode(ada, sandbox):
    album = first(sandbox, "album")
    tracks = re.findall(r'href="/tracks/(\w{22})/"', page_of(ada, album, "album").text)
    sandbox.forget_requests()
    assert ada.get(f"/tracks/{tracks[0]}/").status_code == 200
    assert not reads(sandbox)


def test_titles_and_names_lead_to_pages_here_and_every_row_to_spotify_too(ada, sandbox):
    album = first(sandbox, "album")
    page = page_of(ada, album, "album").text
    assert re.search(r'item-row__title"><a href="/tracks/\w{22}/"', page)
    assert re.search(r'href="/artists/\w{22}/"', page)
    menu = menu_of(ada, "item", buttons_of(page, "item")[0])
    assert re.search(r'role="menuitem" href="https://open.spotify.com/track/\w{22}"', menu)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("id_", ["x", "0" * 21, "0" * 23, "ä" * 22, "..", "%2e%2e"])
def test_what_is_no_id_is_a_kind_404_and_asks_nothing(ada, sandbox, kind, id_):
    answer = ada.get(f"/{kind}s/{id_}/")
    assert answer.status_code == 404
    assert "<h1" in answer.text
    assert not sandbox.requests()


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_spotify_does_not_know_is_a_kind_404(ada, kind):
    answer = ada.get(f"/{kind}s/{'0' * 22}/")
    assert answer.status_code == 404
    assert "Spotify doesn’t have this any more" in answer.text


def test_a_link_of_another_kind_leads_to_its_page(ada, sandbox):
    track = first(sandbox, "track")
    answer = ada.get(f"/albums/{track['uri']}/")
    assert answer["Location"] == f"/tracks/{track['id']}/"
    assert ada.get(f"/tracks/{track['uri']}/")["Location"] == f"/tracks/{track['id']}/"


@pytest.mark.parametrize(("kind", "taken_for"), [("audiobook", "show"), ("chapter", "episode")])
def test_what_spotify_links_to_as_something_else_is_found(ada, sandbox, kind, taken_for):
    thing = first(sandbox, kind)
    assert ada.get(f"/{taken_for}s/{thing['id']}/")["Location"] == f"/{kind}s/{thing['id']}/"


def test_an_album_of_several_discs_is_headed_by_disc(ada, sandbox):
    named = sandbox.control("GET", "catalog?type=album&name=Letzte Runde im Planetarium&limit=9")
    pages = [page_of(ada, album, "album").text for album in named]
    assert any("Disc 1" in page and "Disc 2" in page for page in pages)
    assert any("Disc 1" not in page for page in pages)


@pytest.fixture
def box_set(settings, ada):
    """An album of 120 songs, of which Spotify brings 50 along."""
    server = UnrulyServer()
    settings.SPOTIFY_API_URL = f"{server.url}/v1"
    server.answer_as(answer_for_box_set)
    yield server
    server.stop()


def answer_for_box_set(asked):
    if "/contains" in asked.path:
        return found([False] * len(asked.query["uris"].split(",")))
    offset = int(asked.query.get("offset", 0))
    songs = [
        {
            "type": "track",
            "id": f"{number:022}",
            "uri": f"spotify:track:{number:022}",
            "name": f"Song {number}",
            "disc_number": 1 + number // 60,
            "track_number": 1 + number % 60,
            "duration_ms": 60_000,
        }
        for number in range(offset, min(offset + 50, 120))
    ]
    following = "https://api.spotify.com/v1/next" if offset + 50 < 120 else None
    tracks = {"items": songs, "limit": 50, "offset": offset, "total": 120, "next": following}
    box = {"id": "B" * 22, "uri": f"spotify:album:{'B' * 22}", "name": "Box", "total_tracks": 120}
    return found(tracks if asked.path.endswith("/tracks") else {**box, "tracks": tracks})


def test_a_long_album_comes_page_by_page(ada, box_set):
    path = f"/albums/{'B' * 22}/"
    assert titles(ada.get(path).text) == [f"Song {number}" for number in range(50)]
    more = ada.get(path, {"offset": 50}, **PART)
    assert titles(more.text) == [f"Song {number}" for number in range(50, 100)]
    assert "Disc 2" in more.text
    last = ada.get(path, {"offset": 100})
    assert titles(last.text) == [f"Song {number}" for number in range(100, 120)]
    assert "Back to the first song" in last.text
    assert "Show more songs" not in last.text
    asked = [one.path for one in box_set.asked if "/contains" not in one.path]
    assert len(asked) == 3


@pytest.mark.parametrize("offset", ["-1", "x", "9" * 30, "100001"])
def test_a_place_that_makes_no_sense_is_the_beginning(ada, sandbox, offset):
    album = first(sandbox, "album")
    assert page_of(ada, album, "album", offset=offset).status_code == 200


def test_an_artists_records_come_by_group_ten_at_a_time(eve, sandbox):
    artist = first(sandbox, "artist")
    for group in ("album", "single", "compilation", "appears_on", "nonsense"):
        assert page_of(eve, artist, "artist", group=group).status_code == 200
    asked = [one["query"] for one in sandbox.requests("get-an-artists-albums")]
    assert len(asked) == 4
    assert all("10" in str(query["limit"]) for query in asked)


def test_more_records_are_added_below(ada, sandbox):
    artist = first(sandbox, "artist")
    more = ada.get(f"/artists/{artist['id']}/", {"group": "album", "offset": 10}, **PART)
    assert "<html" not in more.text
    assert '<hx-partial hx-target="#rest"' in more.text


def test_what_is_saved_and_in_which_playlists_it_stands_is_said(ada, sandbox):
    album = first(sandbox, "album")
    ids = re.findall(r'href="/tracks/(\w{22})/"', page_of(ada, album, "album").text)
    uri = f"spotify:track:{ids[0]}"
    set_saved(ada.member, [uri, album["uri"]], saved=True)
    memberships.record_playlist(
        ada.member, "P" * 22, name="Slow <Cooking>", item_pks=save_items([Track(id=ids[0], uri=uri)]).values()
    )
    page = page_of(ada, album, "album").text
    assert f'value="false {uri}"' in page
    assert f'value="false {album["uri"]}"' in page
    assert "Slow &lt;Cooking&gt;" in page
    assert f'href="/playlists/{"P" * 22}/"' in page
    assert "In your library since" in page


def test_an_artists_page_shows_what_is_saved_of_them(ada, sandbox):
    artist = first(sandbox, "artist")
    album = re.search(r'href="/albums/(\w{22})/"', page_of(ada, artist, "artist").text)[1]
    page = ada.get(f"/albums/{album}/").text
    tracks = [f"spotify:track:{id_}" for id_ in re.findall(r'href="/tracks/(\w{22})/"', page)[:2]]
    set_saved(ada.member, [*tracks, f"spotify:album:{album}"], saved=True)
    page = page_of(ada, artist, "artist").text
    assert "In your library" in page
    assert "2 songs" in page


def test_following_shows_at_once_and_can_be_undone(eve, sandbox):
    artist = first(sandbox, "artist")
    page_of(eve, artist, "artist")
    answer = eve.post("/library/follow/", {"uri": artist["uri"], "saved": "true"}, **PART)
    assert "Undo" in answer.text
    assert artist["id"] in sandbox.control("GET", "library/ada")["artist"]
    button = page_of(eve, artist, "artist").text.split('id="follow-button"', 1)[1].split(">", 1)[0]
    assert 'aria-pressed="true"' in button
    press_undo(eve, answer.text, **PART)
    assert artist["id"] not in sandbox.control("GET", "library/ada")["artist"]


def test_without_a_script_following_leads_back_to_the_artist(ada, sandbox):
    artist = first(sandbox, "artist")
    answer = ada.post("/library/follow/", {"uri": artist["uri"], "saved": "true"})
    assert answer["Location"] == f"/artists/{artist['id']}/"


@pytest.mark.parametrize(
    "sent", [{}, {"uri": "x", "saved": "true"}, {"uri": "spotify:user:ben", "saved": "true"}]
)
def test_nobody_else_can_be_followed(ada, sandbox, sent):
    answer = ada.post("/library/follow/", sent, **PART)
    assert answer.status_code == 422
    assert "Only artists can be followed here." in answer.text
    assert not sandbox.requests()


def test_episodes_can_be_had_unheard_first(ada, sandbox):
    show = first(sandbox, "show")
    newest = titles(page_of(ada, show, "show").text)
    unheard = titles(page_of(ada, show, "show", order="unheard").text)
    assert sorted(newest) == sorted(unheard)
    assert len(sandbox.requests("get-a-shows-episodes")) == 1


@pytest.mark.parametrize(
    "odd", ["hostile", "rtl", "emoji", "long", "empty_name", "unplayable", "no_image", "epic"]
)
def test_odd_songs_have_pages(ada, sandbox, odd):
    track = first(sandbox, "track", odd=odd)
    page = page_of(ada, track, "track")
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_what_cannot_be_played_says_why(ada, sandbox):
    pages = [
        page_of(ada, track, "track").text
        for track in sandbox.control("GET", "catalog?type=track&odd=unplayable&limit=9")
    ]
    assert all("Not available here" in page for page in pages)
    assert any("Spotify doesn’t offer it in your country." in page for page in pages)


FAULTS = [("quota", {"retry_after": 9000}), ("status", {"status": 503}), ("rate_limit", {"retry_after": 600})]


@pytest.mark.parametrize(("fault", "details"), FAULTS)
@pytest.mark.parametrize("kind", ["album", "artist", "show"])
def test_when_spotify_cannot_be_asked_the_page_shows_what_the_household_knows(
    eve, sandbox, kind, fault, details
):
    album = first(sandbox, "album")
    page_of(eve, album, "album")
    thing = album
    if kind == "artist":
        artist_id = re.search(r'href="/artists/(\w{22})/"', page_of(eve, album, "album").text)[1]
        thing = {"id": artist_id}
    if kind == "show":
        episode = first(sandbox, "episode")
        show_id = re.search(r'href="/shows/(\w{22})/"', page_of(eve, episode, "episode").text)[1]
        thing = {"id": show_id}
    else:
        cache.clear()
    sandbox.fault("/v1/albums/*", fault, **details)
    sandbox.fault("/v1/artists/*", fault, **details)
    sandbox.fault("/v1/shows/*", fault, **details)
    page = page_of(eve, thing, kind)
    assert page.status_code == 200
    assert "what the household already knows" in page.text


@pytest.mark.parametrize(("fault", "details"), FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_when_nothing_is_known_the_error_says_what_to_do(ada, sandbox, kind, fault, details):
    thing = first(sandbox, kind)
    sandbox.fault("/v1/*", fault, **details)
    page = page_of(ada, thing, kind)
    assert page.status_code == 503
    assert "again" in page.text


def test_an_old_page_of_episodes_is_better_than_none(ada, sandbox, time_machine):
    show = first(sandbox, "show")
    before = titles(page_of(ada, show, "show").text)
    time_machine.move_to(timezone.now() + timedelta(minutes=30))
    sandbox.fault("/v1/shows/*/episodes", "quota", retry_after=9000)
    page = page_of(ada, show, "show")
    assert titles(page.text) == before
    assert "Spotify can’t be asked before" in page.text


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2026-11-03", "3 November 2026"),
        ("2026-11", "November 2026"),
        ("1981", "1981"),
        ("0000", ""),
        ("2026-02-30", "2026"),
        ("nonsense", ""),
        ("9" * 30, ""),
        ("2026-" + "1" * 5000, ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_release_date_is_as_precise_as_it_is_known(date, words):
    assert format_release(Album(release_date=date)) == words


@pytest.mark.parametrize(
    ("ms", "words"),
    [(1000, "1 min"), (43 * 60_000, "43 min"), (72 * 60_000, "1 h 12 min"), (59.6 * 60_000, "1 h 0 min")],
)
def test_long_times_are_said_in_hours_and_minutes(ms, words):
    assert format_length(int(ms)) == words


@pytest.mark.parametrize("reason", ["market", "product", "explicit", "moon phase", None])
def test_every_restriction_has_words(reason):
    assert why_not(Track(restrictions=Restrictions(reason=reason)))
    assert not why_not(Track())
