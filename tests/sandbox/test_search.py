"""Search finds what people type, in the pages and with the limits of each mode."""

from urllib.parse import quote

import pytest

from tests.sandbox.conftest import Box


def found(box: Box, query: str, kind: str = "track", more: str = "") -> list[dict]:
    return box.get(f"/search?q={quote(query)}&type={kind}{more}")[f"{kind}s"]["items"]


def test_whole_names_come_first(box: Box) -> None:
    assert found(box, "copper kettle morning")[0]["name"] == "Copper Kettle Morning"
    assert found(box, "aldous fern", "artist")[0]["name"] == "Aldous Fern"


def test_case_and_accents_do_not_matter(box: Box) -> None:
    assert found(box, "ZAZOLC GESLA")[0]["name"].startswith("Zażółć gęślą jaźń")
    assert found(box, "süßer verdacht") == found(box, "susser verdacht")


def test_words_may_come_from_title_and_artist_together(box: Box) -> None:
    hit = found(box, "kettlewell", more="&limit=1")[0]
    both = found(box, f"{hit['name']} {hit['artists'][0]['name']}")
    assert hit["uri"] in [item["uri"] for item in both]


@pytest.mark.parametrize(
    "query", ["<script>", "أغنية", "sunflowers", "Donaudampf", "'", "spare button", "夜明け"]
)
def test_odd_names_can_be_found(box: Box, query: str) -> None:
    assert found(box, query)


def test_field_filters_narrow(box: Box) -> None:
    track = box.get(f"/tracks/{box.control('GET', 'catalog?type=track&limit=1')[0]['id']}")
    by_isrc = found(box, f"isrc:{track['external_ids']['isrc']}")
    assert [item["uri"] for item in by_isrc] == [track["uri"]]
    artist = track["artists"][0]["name"]
    albums = found(box, f'artist:"{artist}"', "album", "&limit=10")
    assert albums
    assert all(artist in [one["name"] for one in album["artists"]] for album in albums)
    year = track["album"]["release_date"][:4]
    assert all(item["album"]["release_date"][:4] == year for item in found(box, f"year:{year} the"))


def test_nothing_found_is_an_empty_page(box: Box) -> None:
    page = box.get("/search?q=zzzqqqxxx&type=track")["tracks"]
    assert (page["items"], page["total"], page["next"], page["previous"]) == ([], 0, None, None)


def test_development_mode_gives_five_and_at_most_ten(box: Box, extended: Box) -> None:
    assert len(found(box, "the")) == 5
    assert len(found(box, "the", more="&limit=10")) == 10
    assert box.api("ada", "GET", "/search?q=the&type=track&limit=11").error == (400, "Invalid limit", "")
    assert len(found(extended, "the")) == 20
    assert len(found(extended, "the", more="&limit=50")) == 50
    assert extended.api("ada", "GET", "/search?q=the&type=track&limit=51").status == 400


def test_pages_follow_their_links_without_gaps(box: Box) -> None:
    path: str | None = "/search?q=kettle&type=track&limit=10"
    seen: list[str] = []
    total = 0
    while path:
        page = box.get(path)["tracks"]
        seen += [item["uri"] for item in page["items"]]
        total = page["total"]
        path = page["next"] and page["next"].partition("/v1")[2]
    assert len(seen) == len(set(seen)) == total > 20


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("q=&type=track", "No search query"),
        ("q=a", "Missing parameter type"),
        ("q=a&type=song", "Bad search type field song"),
        ("q=a&type=track&offset=1001", "Invalid offset"),
        ("q=a&type=track&limit=-1", "Invalid limit"),
        ("q=a&type=track&limit=ten", "Invalid limit"),
        (f"q={'a' * 251}&type=track", "Query exceeds maximum length of 250 characters"),
    ],
)
def test_bad_questions_are_refused(box: Box, query: str, message: str) -> None:
    assert box.api("ada", "GET", f"/search?{query}").error == (400, message, "")


def test_playlists_come_with_holes(box: Box) -> None:
    listed = found(box, "e", "playlist", "&limit=10")
    assert None in listed
    assert any(item and item["owner"]["id"] for item in listed)


def test_audiobooks_are_sold_in_some_countries_only(box: Box) -> None:
    assert found(box, "umbrellas", "audiobook")
    box.control("PUT", "product", {"member": "ada", "country": "NL"})
    assert found(box, "umbrellas", "audiobook") == []
    book = box.control("GET", "catalog?type=audiobook&limit=1")[0]["id"]
    assert box.api("ada", "GET", f"/audiobooks/{book}").status == 404


def test_ids_of_the_wrong_form_and_of_nothing(box: Box) -> None:
    assert box.api("ada", "GET", "/tracks/short").error == (400, "Invalid base62 id", "")
    assert box.api("ada", "GET", "/tracks/0000000000000000000000").error == (404, "Resource not found", "")


def test_records_people_and_tracks_agree_with_each_other(box: Box) -> None:
    for listed in box.control("GET", "catalog?type=album&limit=12"):
        album = box.get(f"/albums/{listed['id']}")
        assert album["total_tracks"] == album["tracks"]["total"] == len(album["tracks"]["items"])
        track = box.get(f"/tracks/{album['tracks']['items'][-1]['id']}")
        assert track["album"]["uri"] == album["uri"]
        artist_id = album["artists"][0]["id"]
        path: str | None = f"/artists/{artist_id}/albums?include_groups={album['album_type']}"
        theirs: list[str] = []
        while path:
            page = box.get(path)
            theirs += [one["uri"] for one in page["items"]]
            path = page["next"] and page["next"].partition("/v1")[2]
        assert album["uri"] in theirs


def test_every_kind_of_oddity_can_be_looked_up(box: Box) -> None:
    refusal = box.control("GET", "catalog?odd=nonsense", expect=400)["error"]
    kinds = refusal.partition("odd is one of ")[2].split(", ")
    assert {"hostile", "rtl", "emoji", "long", "no_image", "explicit", "unplayable"} <= set(kinds)
    for kind in kinds:
        assert box.control("GET", f"catalog?odd={kind}&limit=3")
    assert len(box.control("GET", "catalog?odd=long")[0]["name"]) == 400
