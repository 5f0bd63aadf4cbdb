"""Playlists are read as each mode allows, and what is written is what is read afterwards."""

import base64
from typing import Any

import pytest

from tests.sandbox.conftest import Box

JPEG = b"\xff\xd8\xff\xe0" + b"a picture " * 30
COVER = base64.b64encode(JPEG)


def tracks(box: Box, count: int) -> list[str]:
    return [one["uri"] for one in box.control("GET", f"catalog?type=track&limit={count}")]


def make(box: Box, items: list[str | None] | None = None, **more: Any) -> str:
    return str(box.control("POST", "playlists", {"owner": "ada", "items": items or []} | more)["id"])


def uris(box: Box, playlist: str, member: str = "ada") -> list[str | None]:
    """All items, page by page, along the links that the pages give."""
    path: str | None = f"/playlists/{playlist}/items?limit=50&additional_types=track,episode"
    found: list[str | None] = []
    while path:
        page = box.get(path, member)
        found += [row["item"] and row["item"]["uri"] for row in page["items"]]
        path = page["next"] and page["next"].partition("/v1")[2]
    return found


def named(box: Box, name: str) -> dict[str, Any]:
    return next(one for one in box.control("GET", "playlists") if one["name"] == name)


# Reading


def test_one_sees_ones_own_and_what_one_follows(box: Box) -> None:
    listed = box.get("/me/playlists?limit=50")["items"]
    names = {one["name"] for one in listed if one}
    assert {"Saturday slow", "Groceries & chores", "Wednesday run"} <= names
    assert {one["owner"]["display_name"] for one in listed if one} > {"Ada", "Ben"}
    ben = {one["name"] for one in box.get("/me/playlists?limit=50", "ben")["items"] if one}
    assert "Groceries & chores" in ben
    assert "Saturday slow" not in ben


def test_spotifys_own_are_null_in_development_mode_and_there_in_extended(box: Box, extended: Box) -> None:
    small, big = (one.get("/me/playlists?limit=50") for one in (box, extended))
    assert small["total"] == big["total"] == len(small["items"])
    assert small["items"].count(None) == 3
    owners = [one["owner"]["id"] for one in big["items"]]
    assert owners.count("spotify") == 3
    editorial = next(one for one in big["items"] if one["owner"]["id"] == "spotify")["id"]
    assert box.api("ada", "GET", f"/playlists/{editorial}").error == (404, "Resource not found", "")


def test_items_of_others_are_closed_in_development_mode(box: Box, extended: Box) -> None:
    foreign = named(box, "Sunday kitchen")
    document = box.get(f"/playlists/{foreign['id']}")
    assert document["name"] == "Sunday kitchen"
    assert not {"items", "tracks", "followers"} & set(document)
    assert box.api("ada", "GET", f"/playlists/{foreign['id']}/items").error == (403, "Forbidden", "")
    seen = extended.get(f"/playlists/{foreign['id']}")
    assert seen["items"]["total"] == seen["tracks"]["total"] == len(foreign["items"])
    row = extended.get(f"/playlists/{foreign['id']}/items")["items"][0]
    assert row["item"] == row["track"]


def test_who_is_invited_may_look_inside(box: Box) -> None:
    invited = named(box, "Wednesday run")["id"]
    assert len(uris(box, invited)) == 40
    assert box.api("ines", "GET", f"/playlists/{invited}/items").status == 403


def test_how_much_others_have_is_told_in_three_ways_or_not_at_all(box: Box) -> None:
    house = {one["user_id"] for one in box.control("GET", "members")}

    def is_open(one: dict[str, Any]) -> bool:
        return one["owner"]["id"] in house

    found = box.get("/search?q=e&type=playlist&limit=10&offset=10")["playlists"]["items"]
    told = {one.get("items", {}).get("total", "absent") for one in found if one and not is_open(one)}
    assert told <= {0, None, "absent"}
    assert len(told) > 1
    mine = next(
        one for one in box.get("/me/playlists?limit=50")["items"] if one and one["name"] == "Dinner for eight"
    )
    assert mine["items"]["total"] == 58


def test_pages_and_their_limits(box: Box, extended: Box) -> None:
    playlist, old = make(box, tracks(box, 60)), make(extended, tracks(box, 130))
    first = box.get(f"/playlists/{playlist}/items")
    assert (first["limit"], len(first["items"]), first["total"]) == (20, 20, 60)
    assert box.api("ada", "GET", f"/playlists/{playlist}/items?limit=51").error == (400, "Invalid limit", "")
    assert len(uris(box, playlist)) == 60
    classic = extended.get(f"/playlists/{old}/tracks")
    assert (classic["limit"], len(classic["items"])) == (100, 100)
    assert len(extended.get(classic["next"].partition("/v1")[2])["items"]) == 30
    assert extended.api("ada", "GET", f"/playlists/{old}/tracks?limit=101").status == 400


@pytest.mark.parametrize("part", ["items", "tracks"])
def test_links_inside_a_playlist_lead_on(extended: Box, box: Box, part: str) -> None:
    playlist = make(extended, tracks(extended, 130))
    embedded = extended.get(f"/playlists/{playlist}")[part]
    rest = extended.get(embedded["next"].partition("/v1")[2])
    assert len(embedded["items"]) + len(rest["items"]) == 130
    small = box.get(f"/playlists/{make(box, tracks(box, 130))}")["items"]
    assert len(box.get(small["next"].partition("/v1")[2])["items"]) == 50


def test_rows_hold_everything_that_can_be_in_a_playlist(box: Box) -> None:
    mixed = named(box, "Ferry mixtape")
    path = f"/playlists/{mixed['id']}/items?limit=50"
    rows = box.get(f"{path}&additional_types=track,episode")["items"]
    assert len(rows) == len(mixed["items"])
    kinds = [row["item"] and row["item"]["type"] for row in rows]
    assert kinds.count(None) == 2
    assert kinds.count("episode") == 3
    local = [row["item"] for row in rows if row["is_local"]]
    assert {(one["id"], one["uri"][:14]) for one in local} == {(None, "spotify:local:")}
    assert len({row["item"]["uri"] for row in rows if row["item"]}) < len(rows) - 2
    as_tracks = [row["item"] for row in box.get(path)["items"] if row["item"] and row["item"]["episode"]]
    assert all("album" in one and "show" not in one for one in as_tracks)


def test_very_old_rows_know_neither_when_nor_by_whom(box: Box) -> None:
    rows = box.get(f"/playlists/{named(box, 'Letters from 2009')['id']}/items")["items"]
    assert {(row["added_at"], row["added_by"]) for row in rows} == {(None, None)}


def test_fields_pick_out_what_is_wanted(box: Box) -> None:
    playlist = make(box, tracks(box, 30))
    wanted = "total,next,items(added_by.id,item(name,album(!images,!artists)),nonsense)"
    page = box.get(f"/playlists/{playlist}/items?fields={wanted}")
    assert set(page) == {"total", "next", "items"}
    row = page["items"][0]
    assert set(row) == {"added_by", "item"}
    assert set(row["added_by"]) == {"id"}
    assert set(row["item"]) == {"name", "album"}
    assert "name" in row["item"]["album"]
    assert not {"images", "artists"} & set(row["item"]["album"])
    # The wish travels along with the links.
    assert set(box.get(page["next"].partition("/v1")[2])) == {"total", "next", "items"}
    small = box.get(f"/playlists/{playlist}?fields=name,owner.display_name,items.total,items.items.item.uri")
    assert small["owner"] == {"display_name": "Ada"}
    assert small["items"]["total"] == 30
    assert set(small["items"]["items"][0]["item"]) == {"uri"}
    without = box.get(f"/playlists/{playlist}?fields=!items,!owner")
    assert not {"items", "owner"} & set(without)
    assert "images" in without
    for wrong in ("name(", "(name", "a,,b", "name)", "!"):
        assert box.api("ada", "GET", f"/playlists/{playlist}?fields={wrong}").status == 400


def test_ids_of_the_wrong_form_and_of_nothing(box: Box) -> None:
    assert box.api("ada", "GET", "/playlists/nonsense").error == (400, "Invalid base62 id", "")
    assert box.api("ada", "GET", f"/playlists/{'0' * 22}/items").error == (404, "Resource not found", "")


def test_private_and_shared_ones_need_their_scopes(box: Box) -> None:
    shared, private = named(box, "Groceries & chores")["id"], named(box, "For Mam")["id"]
    assert box.api("ada", "GET", f"/playlists/{shared}", scopes=("playlist-read-private",)).status == 403
    assert box.api("ines", "GET", f"/playlists/{private}", scopes=()).status == 403
    listed = box.api("ada", "GET", "/me/playlists?limit=50", scopes=("playlist-read-private",)).json
    assert "Groceries & chores" not in [one["name"] for one in listed["items"] if one]


# Making and changing


def test_a_new_playlist_is_there_for_everybody(box: Box) -> None:
    told = box.api("ada", "POST", "/me/playlists", {"name": "Fresh", "description": "one & two/three's"})
    assert told.status == 201
    made = told.json
    assert made["owner"]["display_name"] == "Ada"
    assert (made["public"], made["collaborative"], made["items"]["total"]) == (True, False, 0)
    assert made["description"] == "one &amp; two&#x2F;three&#x27;s"
    assert box.get("/me/playlists")["items"][0]["id"] == made["id"]
    assert box.get(f"/playlists/{made['id']}", "ben")["name"] == "Fresh"


def test_private_ones_read_back_as_public(box: Box) -> None:
    made = box.api("ada", "POST", "/me/playlists", {"name": "Secret", "public": False}).json
    assert made["public"] is True
    box.do("PUT", f"/playlists/{made['id']}", {"public": False})
    assert box.get(f"/playlists/{made['id']}")["public"] is True


def test_collaborative_means_not_public_and_both_scopes(box: Box) -> None:
    refused = box.api("ada", "POST", "/me/playlists", {"name": "x", "collaborative": True})
    assert refused.status == 400
    wish = {"name": "x", "collaborative": True, "public": False}
    one_scope = ("playlist-modify-private", "playlist-read-collaborative")
    assert box.api("ada", "POST", "/me/playlists", wish, scopes=one_scope).status == 403
    made = box.api("ada", "POST", "/me/playlists", wish).json
    assert (made["collaborative"], made["public"]) == (True, False)
    plain = make(box)
    assert box.api("ada", "PUT", f"/playlists/{plain}", {"collaborative": True}).status == 400
    box.do("PUT", f"/playlists/{plain}", {"collaborative": True, "public": False})
    assert box.get(f"/playlists/{plain}")["collaborative"] is True


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"description": ""}, "Attribute description is empty"),
        ({"description": "two\nlines"}, "Invalid description"),
        ({"description": "see https://example.org"}, "Invalid description"),
        ({"description": "x" * 301}, "Attribute description is too long"),
        ({"name": ""}, "Attribute name is empty"),
        ({"name": "x" * 101}, "Attribute name is too long"),
        ({"public": "yes"}, "Invalid public"),
    ],
)
def test_details_are_refused(box: Box, change: dict[str, Any], message: str) -> None:
    playlist = make(box, name="As it was")
    assert box.api("ada", "PUT", f"/playlists/{playlist}", change).error == (400, message, "")
    assert box.get(f"/playlists/{playlist}")["name"] == "As it was"


def test_only_the_owner_changes_details_and_cover(box: Box) -> None:
    shared = named(box, "Groceries & chores")["id"]
    assert box.api("ben", "PUT", f"/playlists/{shared}", {"name": "Ben's"}).error == (403, "Forbidden", "")
    assert box.api("ben", "PUT", f"/playlists/{shared}/images", COVER).error == (403, "Forbidden", "")
    box.do("PUT", f"/playlists/{shared}", {"name": "Shopping", "description": "and more"})
    seen = box.get(f"/playlists/{shared}", "ben")
    assert (seen["name"], seen["description"]) == ("Shopping", "and more")


def test_others_playlists_are_not_to_be_changed(box: Box) -> None:
    foreign = named(box, "Sunday kitchen")["id"]
    for method, body in (
        ("POST", {"uris": tracks(box, 1)}),
        ("PUT", {"uris": []}),
        ("DELETE", {"items": [{"uri": tracks(box, 1)[0]}]}),
    ):
        assert box.api("ada", method, f"/playlists/{foreign}/items", body).error == (403, "Forbidden", "")


def test_which_scope_is_needed_hangs_on_the_playlist(box: Box) -> None:
    public, private = make(box), make(box, public=False)
    body = {"uris": tracks(box, 1)}
    for playlist, right, wrong in ((public, "public", "private"), (private, "private", "public")):
        path = f"/playlists/{playlist}/items"
        assert box.api("ada", "POST", path, body, scopes=(f"playlist-modify-{wrong}",)).status == 403
        assert box.api("ada", "POST", path, body, scopes=(f"playlist-modify-{right}",)).status == 201


# Covers


def test_a_cover_shows_a_moment_after_it_was_sent(box: Box) -> None:
    box.control("PUT", "settings", {"delay_ms": 5000})
    playlist = make(box, tracks(box, 3))
    before = box.get(f"/playlists/{playlist}/images")
    assert box.api("ada", "PUT", f"/playlists/{playlist}/images", COVER).status == 202
    assert box.get(f"/playlists/{playlist}/images") == before
    box.wait(6)
    images = box.get(f"/playlists/{playlist}/images")
    assert [(one["width"], one["height"]) for one in images] == [(None, None)]
    served = box.send("GET", images[0]["url"].removeprefix(box.url))
    assert (served.body, served.headers["Content-Type"]) == (JPEG, "image/jpeg")
    # The next one makes this one go.
    box.do("PUT", f"/playlists/{playlist}/images", base64.b64encode(JPEG + b"other"))
    assert box.get(f"/playlists/{playlist}/images") == images
    box.wait(6)
    assert box.get(f"/playlists/{playlist}")["images"] != images


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"data:image/jpeg;base64," + COVER, 400),
        (COVER[:40] + b"\n" + COVER[40:], 400),
        (base64.b64encode(b"\x89PNG a picture"), 400),
        (JPEG, 400),
        (b"", 400),
        (base64.b64encode(JPEG + b"x" * 200_000), 413),
    ],
)
def test_covers_are_refused(box: Box, body: bytes, status: int) -> None:
    assert box.api("ada", "PUT", f"/playlists/{make(box)}/images", body).status == status


def test_covers_need_a_scope_of_their_own(box: Box) -> None:
    answer = box.api(
        "ada", "PUT", f"/playlists/{make(box)}/images", COVER, scopes=("playlist-modify-public",)
    )
    assert answer.error == (401, "Unauthorized.", "")


def test_without_a_cover_a_playlist_wears_its_first_records(box: Box) -> None:
    playlist = make(box)
    assert box.get(f"/playlists/{playlist}")["images"] == []
    assert box.get("/me/playlists")["items"][0]["images"] is None
    album = next(one for one in box.control("GET", "catalog?type=album&limit=50"))
    track = box.get(f"/albums/{album['id']}")["tracks"]["items"][0]
    box.do("PUT", f"/playlists/{playlist}/items?uris={track['uri']}")
    assert box.get(f"/playlists/{playlist}")["images"] == box.get(f"/albums/{album['id']}")["images"][:1]
