"""What is saved is found again, by either mode's way of saving."""

from typing import Any

import pytest

from tests.sandbox.conftest import Box, make_box

KINDS = ("track", "album", "show", "episode", "audiobook")


def some(box: Box, kind: str, count: int = 1) -> list[str]:
    """Ids that Ada has not saved yet."""
    saved = set(box.control("GET", "library/ada")[kind])
    listed = box.control("GET", f"catalog?type={kind}&limit=200")
    return [one["id"] for one in listed if one["id"] not in saved][:count]


def pages(box: Box, path: str) -> list[dict[str, Any]]:
    found = []
    following: str | None = path
    while following:
        page = box.get(following)
        found.append(page)
        following = page["next"] and page["next"].partition("/v1")[2]
    return found


def ids(box: Box, kind: str) -> list[str]:
    rows = [row for page in pages(box, f"/me/{kind}s?limit=50") for row in page["items"]]
    return [row.get(kind, row)["id"] for row in rows]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_saved_comes_first_and_goes_again(box: Box, kind: str) -> None:
    wanted, before = some(box, kind)[0], ids(box, kind)
    uri = f"spotify:{kind}:{wanted}"
    box.do("PUT", f"/me/library?uris={uri}")
    assert ids(box, kind) == [wanted, *before]
    assert box.get(f"/me/library/contains?uris={uri}") == [True]
    box.do("PUT", f"/me/library?uris={uri}")
    assert len(ids(box, kind)) == len(before) + 1
    box.do("DELETE", f"/me/library?uris={uri}")
    assert ids(box, kind) == before
    assert box.get(f"/me/library/contains?uris={uri}") == [False]


@pytest.mark.parametrize("kind", KINDS)
def test_the_classic_way_leads_to_the_same_shelf(extended: Box, kind: str) -> None:
    first, second = some(extended, kind, 2)
    extended.do("PUT", f"/me/{kind}s?ids={first}")
    extended.do("PUT", f"/me/{kind}s", {"ids": [second]})
    assert extended.get(f"/me/{kind}s/contains?ids={first},{second},{first}") == [True, True, True]
    assert extended.get(f"/me/library/contains?uris=spotify:{kind}:{second}") == [True]
    assert {first, second} == set(ids(extended, kind)[:2])
    extended.do("DELETE", f"/me/{kind}s", [first])
    extended.do("DELETE", f"/me/{kind}s?ids={second}")
    assert extended.get(f"/me/{kind}s/contains?ids={first},{second}") == [False, False]


def test_members_have_libraries_of_their_own(box: Box) -> None:
    wanted = f"spotify:track:{some(box, 'track')[0]}"
    box.do("PUT", f"/me/library?uris={wanted}")
    assert box.api("ben", "GET", f"/me/library/contains?uris={wanted}").json == [False]
    sizes = {box.get("/me/tracks", member)["total"] for member in ("ada", "ben", "ines", "willem")}
    assert len(sizes) == 4


def test_the_newest_is_first_and_heaps_share_a_date(box: Box) -> None:
    rows = [row for page in pages(box, "/me/tracks?limit=50") for row in page["items"]]
    dates = [row["added_at"] for row in rows]
    assert dates == sorted(dates, reverse=True)
    assert len(set(dates)) < len(dates)


def test_what_spotify_no_longer_has_counts_and_is_not_shown(box: Box) -> None:
    listed = pages(box, "/me/tracks?limit=50")
    shown = sum(len(page["items"]) for page in listed)
    assert 0 < listed[0]["total"] - shown < 10
    assert {page["total"] for page in listed} == {400}


def test_saved_albums_bring_their_first_tracks(box: Box) -> None:
    album = box.get("/me/albums?limit=1")["items"][0]["album"]
    assert album == box.get(f"/albums/{album['id']}")


def test_pages_of_tracks_are_the_tracks(box: Box, extended: Box) -> None:
    """They are put together in a way of their own, for speed."""
    for house in (box, extended):
        for row in house.get("/me/tracks?limit=50")["items"]:
            assert row["track"] == house.get(f"/tracks/{row['track']['id']}")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "Missing required field: uris"),
        ("uris=", "Missing required field: uris"),
        ("uris=nonsense", "Invalid uri: nonsense"),
        (
            "uris=spotify:chapter:0000000000000000000000",
            "Invalid uri: spotify:chapter:0000000000000000000000",
        ),
        ("uris=" + ",".join(["spotify:user:x"] * 41), "Too many uris requested"),
    ],
)
def test_wishes_are_refused(box: Box, query: str, message: str) -> None:
    for method, path in (("PUT", "/me/library"), ("DELETE", "/me/library"), ("GET", "/me/library/contains")):
        assert box.api("ada", method, f"{path}?{query}").error == (400, message, "")


def test_a_body_is_not_looked_at(box: Box) -> None:
    uris = {"uris": [f"spotify:track:{some(box, 'track')[0]}"]}
    assert box.api("ada", "PUT", "/me/library", uris).error == (400, "Missing required field: uris", "")


def test_one_that_does_not_exist_and_none_is_saved(box: Box) -> None:
    good = f"spotify:track:{some(box, 'track')[0]}"
    assert box.api("ada", "PUT", f"/me/library?uris={good},spotify:track:{'0' * 22}").status == 400
    assert box.get(f"/me/library/contains?uris={good}") == [False]


def test_mixed_kinds_need_every_scope(box: Box) -> None:
    track, artist = some(box, "track")[0], some(box, "artist")[0]
    path = f"/me/library?uris=spotify:track:{track},spotify:artist:{artist},spotify:user:someone"
    for scopes in (("user-library-modify",), ("user-follow-modify",)):
        refused = box.api("ada", "PUT", path, scopes=scopes)
        assert refused.error == (403, "Insufficient client scope", "")
    both = ("user-library-modify", "user-follow-modify")
    assert box.api("ada", "PUT", path, scopes=both).status == 200
    checked = path.replace("library?", "library/contains?")
    assert box.get(checked) == [True, True, True]


def test_the_answer_is_in_the_order_of_the_question(box: Box) -> None:
    new, old = some(box, "track")[0], ids(box, "track")[0]
    asked = ",".join(f"spotify:track:{one}" for one in (new, old, new, old))
    assert box.get(f"/me/library/contains?uris={asked}") == [False, True, False, True]


@pytest.mark.parametrize(("kind", "most"), [("track", 50), ("album", 20), ("show", 50)])
def test_so_many_at_a_time(extended: Box, kind: str, most: int) -> None:
    known = [one["id"] for one in extended.control("GET", f"catalog?type={kind}&limit=1")] * (most + 1)
    for method, path in (("PUT", f"/me/{kind}s"), ("GET", f"/me/{kind}s/contains")):
        allowed = extended.api("ada", method, f"{path}?ids={','.join(known[:most])}")
        assert allowed.status == 200
        refused = extended.api("ada", method, f"{path}?ids={','.join(known)}")
        assert refused.error == (400, "Too many ids requested", "")
    assert extended.api("ada", "PUT", f"/me/{kind}s?ids=short").error == (400, "Invalid base62 id", "")
    assert extended.api("ada", "PUT", f"/me/{kind}s").error == (400, "Missing required field: ids", "")


def test_tracks_may_bring_dates_of_their_own(extended: Box) -> None:
    old, new = some(extended, "track", 2)
    stamps = [
        {"id": new, "added_at": "2031-05-05T05:05:05Z"},
        {"id": old, "added_at": "1999-01-01T00:00:00Z"},
    ]
    extended.do("PUT", "/me/tracks", {"timestamped_ids": stamps})
    assert extended.get("/me/tracks?limit=1")["items"][0]["added_at"] == "2031-05-05T05:05:05Z"
    assert ids(extended, "track")[-1] == old
    wrong = {"timestamped_ids": [{"id": new, "added_at": "yesterday"}]}
    assert extended.api("ada", "PUT", "/me/tracks", wrong).error == (400, "Invalid added_at", "")


def test_limits_of_pages(box: Box) -> None:
    for path in ("tracks", "albums", "shows", "episodes", "audiobooks", "playlists", "top/artists"):
        assert box.api("ada", "GET", f"/me/{path}?limit=51").error == (400, "Invalid limit", "")
        assert box.get(f"/me/{path}")["limit"] == 20


# Following


def test_followed_artists_come_by_cursor(box: Box) -> None:
    path: str | None = "/me/following?type=artist&limit=15"
    seen: list[str] = []
    sizes = []
    while path:
        page = box.get(path)["artists"]
        seen += [one["id"] for one in page["items"]]
        sizes.append(len(page["items"]))
        path = page["next"] and page["next"].partition("/v1")[2]
        assert (page["cursors"]["after"] is None) == (path is None)
    assert sizes == [15, 15, 8]
    assert len(set(seen)) == page["total"] == 38
    assert box.api("ada", "GET", "/me/following?type=user").error == (400, "Invalid type", "")


def test_a_cursor_outlives_its_artist(box: Box) -> None:
    page = box.get("/me/following?type=artist&limit=10")["artists"]
    box.do("DELETE", f"/me/library?uris=spotify:artist:{page['cursors']['after']}")
    rest = box.get(page["next"].partition("/v1")[2])["artists"]
    assert len(rest["items"]) == 10
    assert not {one["id"] for one in rest["items"]} & {one["id"] for one in page["items"]}


def test_following_the_classic_way(extended: Box) -> None:
    artist, ben = some(extended, "artist")[0], extended.control("GET", "members")[1]["user_id"]
    assert extended.api("ada", "PUT", "/me/following?type=artist", {"ids": [artist]}).status == 204
    assert extended.get(f"/me/following/contains?type=artist&ids={artist}") == [True]
    assert extended.get(f"/me/library/contains?uris=spotify:artist:{artist}") == [True]
    assert extended.get(f"/me/following/contains?type=user&ids={ben},nobody") == [True, False]
    assert extended.api("ada", "DELETE", f"/me/following?type=artist&ids={artist}").status == 204
    assert extended.get(f"/me/following/contains?type=artist&ids={artist}") == [False]


def test_following_a_playlist_puts_it_on_the_list(box: Box, extended: Box) -> None:
    for house in (box, extended):
        made = house.control("POST", "playlists", {"owner": "stranger", "name": "Theirs"})
        if house is box:
            house.do("PUT", f"/me/library?uris={made['uri']}")
        else:
            house.do("PUT", f"/playlists/{made['id']}/followers", {"public": True})
        assert house.get("/me/playlists")["items"][0]["id"] == made["id"]
        assert house.get(f"/me/library/contains?uris={made['uri']}") == [True]
        house.do("DELETE", f"/me/library?uris={made['uri']}")
        assert made["id"] not in [one and one["id"] for one in house.get("/me/playlists?limit=50")["items"]]
    assert extended.get(f"/playlists/{made['id']}")["followers"]["total"] == 0


def test_ones_own_playlist_can_be_left_but_not_destroyed(box: Box) -> None:
    made = box.api("ada", "POST", "/me/playlists", {"name": "Short-lived"}).json
    box.do("DELETE", f"/me/library?uris={made['uri']}")
    assert box.get("/me/playlists")["items"][0]["name"] != "Short-lived"
    assert box.get(f"/playlists/{made['id']}")["name"] == "Short-lived"


# Audiobooks


def test_audiobooks_only_where_they_are_sold(box: Box) -> None:
    assert box.get("/me/audiobooks")["total"] == 3
    box.control("PUT", "product", {"member": "ada", "country": "NL"})
    assert box.api("ada", "GET", "/me/audiobooks").error == (403, "Forbidden", "")
    box.control("PUT", "settings", {"audiobook_status": 404})
    assert box.api("ada", "GET", "/me/audiobooks").error == (404, "Resource not found", "")


def test_audiobooks_have_the_uris_of_shows_and_may_leak(box: Box) -> None:
    book = box.get("/me/audiobooks")["items"][0]
    assert book["uri"] == f"spotify:show:{book['id']}"
    assert box.get(f"/me/library/contains?uris={book['uri']}") == [True]
    shows = box.get("/me/shows")["total"]
    box.control("PUT", "settings", {"audiobooks_in_shows": True})
    leaked = box.get("/me/shows?limit=50")
    assert leaked["total"] == shows + 3
    described = [row["show"]["description"] for row in leaked["items"]]
    assert sum(text.startswith("Author(s):") for text in described) == 3


def test_a_large_library_pages_without_gaps() -> None:
    box = make_box(saved_tracks=30_000, long_playlist=1_200)
    try:
        assert box.get("/me/tracks")["total"] == 30_000
        last = box.get("/me/tracks?limit=50&offset=29950")
        assert last["next"] is None
        assert len(last["items"]) == 50
        long = next(one for one in box.control("GET", "playlists") if len(one["items"]) == 1_200)
        rows = [
            row for page in pages(box, f"/playlists/{long['id']}/items?limit=50") for row in page["items"]
        ]
        assert [row["item"]["uri"] for row in rows] == long["items"]
    finally:
        box.sandbox.stop()
