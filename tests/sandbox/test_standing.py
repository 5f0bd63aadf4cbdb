"""Who may call the Web API at all, and what the two quota modes leave of it."""

import pytest

from tests.sandbox.conftest import Box


def test_without_a_token_and_with_a_wrong_one(box: Box) -> None:
    missing = box.send("GET", "/v1/me")
    assert missing.error == (401, "Missing/invalid/expired access token", "")
    assert 'error="missing_token"' in missing.headers["WWW-Authenticate"]
    invalid = box.send("GET", "/v1/me", headers={"Authorization": "Bearer BQnonsense"})
    assert invalid.error == missing.error
    assert 'error="invalid_token"' in invalid.headers["WWW-Authenticate"]
    basic = box.send("GET", "/v1/me", headers={"Authorization": "Basic eDp5"})
    assert basic.error == (400, "Only valid bearer authentication supported", "")


def test_a_token_in_the_address_is_not_looked_at_nor_logged(box: Box) -> None:
    token = box.token("ada")
    assert box.send("GET", f"/v1/me?access_token={token}").status == 401
    assert token not in str(box.control("GET", "requests"))


def test_a_missing_scope_is_401_on_player_reads_and_403_elsewhere(box: Box) -> None:
    scopes = ("user-read-private",)
    assert box.api("ada", "GET", "/me/player", scopes=scopes).error == (401, "Permissions missing", "")
    assert box.api("ada", "PUT", "/me/player/pause", scopes=scopes).error == (
        403,
        "Insufficient client scope",
        "",
    )
    assert box.api("ada", "GET", "/me", scopes=()).status == 200


def test_the_queue_needs_both_scopes(box: Box) -> None:
    one = ("user-read-playback-state",)
    assert box.api("ada", "GET", "/me/player/queue", scopes=one).status == 401
    both = ("user-read-playback-state", "user-read-currently-playing")
    assert box.api("ada", "GET", "/me/player/queue", scopes=both).status == 200


def test_a_market_from_the_token_needs_the_scope_to_know_it(box: Box) -> None:
    path = "/search?q=kettle&type=track&market=from_token"
    assert box.api("ada", "GET", path, scopes=()).error == (403, "Insufficient client scope", "")
    assert box.api("ada", "GET", path).status == 200
    assert box.api("ada", "GET", "/search?q=x&type=track&market=Ireland").error[1] == "Invalid market code"


def test_an_account_off_the_list_signs_in_and_then_gets_nowhere(box: Box) -> None:
    assert box.exchange_code(box.code("cleo")).status == 200
    texts = []
    for path in ("/me", "/me/player", "/search?q=a&type=track", "/markets"):
        answer = box.api("cleo", "GET", path)
        assert answer.status == 403
        texts.append(answer.text)
    for words in ("user may not be registered", "is not registered", "not registered in", "not approved for"):
        assert sum(words in text for text in texts) == 1
    box.control("PUT", "allowlist", {"members": ["ada", "cleo"]})
    assert box.api("cleo", "GET", "/me").status == 200
    assert box.api("ben", "GET", "/me").status == 403


def test_the_list_does_not_matter_in_extended_mode(extended: Box) -> None:
    assert extended.api("cleo", "GET", "/me").status == 200


def test_everything_stops_when_the_owners_premium_lapses(box: Box) -> None:
    box.control("PUT", "settings", {"owner_has_premium": False})
    status, message, _ = box.api("ben", "GET", "/me").error
    assert status == 403
    assert message.startswith("Active premium subscription required for the owner of the app.")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/markets"),
        ("GET", "/browse/new-releases"),
        ("GET", "/tracks?ids=x"),
        ("GET", "/users/someone"),
        ("PUT", "/me/tracks"),
        ("GET", "/me/tracks/contains?ids=x"),
        ("GET", "/playlists/x/tracks"),
        ("GET", "/artists/x/top-tracks"),
        ("POST", "/users/x/playlists"),
    ],
)
def test_what_development_mode_lost_is_forbidden(box: Box, method: str, path: str) -> None:
    answer = box.api("ada", method, path, b"" if method != "GET" else None)
    assert answer.error == (403, "Forbidden", "")


@pytest.mark.parametrize(
    "path",
    [
        "/audio-features/x",
        "/audio-analysis/x",
        "/recommendations",
        "/artists/x/related-artists",
        "/browse/featured-playlists",
    ],
)
def test_what_was_lost_first_is_not_found(box: Box, path: str) -> None:
    assert box.api("ada", "GET", path).error == (404, "Resource not found", "")


def test_unknown_paths_and_methods(box: Box) -> None:
    assert box.api("ada", "GET", "/me/plaeyr").error == (404, "Service not found", "")
    assert box.api("ada", "DELETE", "/me/player").status == 405
    assert box.send("PUT", "/v1/me/player/pause", headers={"Transfer-Encoding": "chunked"}).status == 411


def test_slashes_at_the_end_are_accepted(box: Box) -> None:
    assert box.get("/me/")["display_name"] == "Ada"
    assert box.get("/search/?q=kettle&type=track")["tracks"]["total"] > 0


def test_the_profile_says_less_in_development_mode(box: Box, extended: Box) -> None:
    small, big = box.get("/me"), extended.get("/me")
    assert small["account_id"] == big["account_id"] != small["id"] == big["id"]
    assert set(big) - set(small) == {"country", "email", "explicit_content", "followers", "product"}
    shy = extended.api("ada", "GET", "/me", scopes=()).json
    assert not {"country", "email", "product"} & set(shy)
    assert extended.get("/me", "willem")["product"] == "free"


def test_objects_lose_fields_in_development_mode(box: Box, extended: Box) -> None:
    lost = {
        "track": {"available_markets", "popularity"},
        "album": {"available_markets", "popularity", "label"},
        "artist": {"followers", "popularity"},
        "show": {"available_markets", "publisher"},
        "audiobook": {"available_markets", "publisher"},
        "chapter": {"available_markets"},
    }
    for kind, fields in lost.items():
        thing_id = box.control("GET", f"catalog?type={kind}&limit=1")[0]["id"]
        small, big = box.get(f"/{kind}s/{thing_id}"), extended.get(f"/{kind}s/{thing_id}")
        assert set(big) - set(small) == fields
        assert not any(f'"{field}"' in str(small) for field in fields)


def test_the_rolling_window_refuses_and_opens_again(box: Box) -> None:
    box.control("PUT", "settings", {"window_requests": 3})
    assert [box.api("ada", "GET", "/me").status for _ in range(4)] == [200, 200, 200, 429]
    refused = box.api("ben", "GET", "/me")
    assert refused.status == 429
    assert refused.text == "Too many requests"
    box.wait(int(refused.headers["Retry-After"]))
    assert box.api("ada", "GET", "/me").status == 200


def test_the_daily_quota_counts_single_catalogue_reads_only(box: Box) -> None:
    track = box.control("GET", "catalog?type=track&limit=1")[0]["id"]
    box.control("PUT", "settings", {"quota_reads": 2})
    answers = [box.api("ada", "GET", f"/tracks/{track}") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].error == (429, "Too many requests", "QUOTA_EXCEEDED")
    assert int(answers[2].headers["Retry-After"]) > 80_000
    assert box.api("ada", "GET", "/me/player").status == 200
    box.wait(24 * 3600)
    box.control("POST", "expire", {"member": "nobody"}, expect=400)


def test_each_bucket_has_a_quota_of_its_own(box: Box, extended: Box) -> None:
    playlist = box.get("/me/playlists")["items"][0]["id"]
    reads = {
        "quota_playlists": ("/me/playlists", f"/playlists/{playlist}", f"/playlists/{playlist}/items"),
        "quota_library": (
            "/me/tracks",
            "/me/following?type=artist",
            "/me/library/contains?uris=spotify:user:x",
        ),
        "quota_search": ("/search?q=a&type=track", "/search?q=b&type=album", "/search?q=c&type=show"),
    }
    for house in (box, extended):
        house.control("PUT", "settings", dict.fromkeys(reads, 2))
    for paths in reads.values():
        assert [box.api("ada", "GET", path).status for path in paths] == [200, 200, 429]
        assert box.api("ben", "GET", paths[0]).error == (429, "Too many requests", "QUOTA_EXCEEDED")
    # What is written is not counted, and who has extended mode has no quota.
    assert box.api("ada", "POST", "/me/playlists", {"name": "x"}).status == 201
    assert [extended.api("ada", "GET", "/me/tracks").status for _ in range(3)] == [200, 200, 200]


def test_whoever_has_it_already_gets_it_not_again(box: Box) -> None:
    bearer = {"Authorization": f"Bearer {box.token('ada')}"}
    first = box.send("GET", "/v1/me/tracks?limit=1", headers=bearer)
    tag = first.headers["ETag"]
    again = box.send("GET", "/v1/me/tracks?limit=1", headers=bearer | {"If-None-Match": f'"x", W/{tag}'})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    uri = first.json["items"][0]["track"]["uri"]
    box.do("DELETE", f"/me/library?uris={uri}")
    changed = box.send("GET", "/v1/me/tracks?limit=1", headers=bearer | {"If-None-Match": tag})
    assert changed.status == 200
    assert changed.headers["ETag"] != tag
    assert box.send("GET", "/v1/me/player", headers=bearer).headers["ETag"] is None
