"""What only extended mode has: batches, browsing, other people, the sound of tracks, recommendations."""

from typing import Any

import pytest

from tests.sandbox.conftest import Box

NOTHING = "0" * 22


def some(box: Box, kind: str, count: int) -> list[str]:
    return [one["id"] for one in box.control("GET", f"catalog?type={kind}&limit={count}")]


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("track", 50),
        ("album", 20),
        ("artist", 50),
        ("show", 50),
        ("episode", 50),
        ("audiobook", 50),
        ("chapter", 50),
    ],
)
def test_batches_are_the_single_ones_in_order(extended: Box, kind: str, most: int) -> None:
    first, second = some(extended, kind, 2)
    several = extended.get(f"/{kind}s?ids={second},{NOTHING},{first}")[f"{kind}s"]
    assert several[1] is None
    assert [one["id"] for one in (several[0], several[2])] == [second, first]
    if kind != "show":  # a show brings its episodes only when it comes alone
        assert several[2] == extended.get(f"/{kind}s/{first}")
    assert extended.api("ada", "GET", f"/{kind}s?ids={','.join([first] * most)}").status == 200
    refused = extended.api("ada", "GET", f"/{kind}s?ids={','.join([first] * (most + 1))}")
    assert refused.error == (400, "Too many ids requested", "")
    assert extended.api("ada", "GET", f"/{kind}s?ids=short").error == (400, "Invalid base62 id", "")
    assert extended.api("ada", "GET", f"/{kind}s").error == (400, "Missing required field: ids", "")


def test_top_tracks_and_related_artists(extended: Box) -> None:
    artist = extended.get(f"/artists/{some(extended, 'artist', 1)[0]}")
    tracks = extended.get(f"/artists/{artist['id']}/top-tracks")["tracks"]
    assert 0 < len(tracks) <= 10
    assert all(artist["id"] in [one["id"] for one in track["album"]["artists"]] for track in tracks)
    popularity = [track["popularity"] for track in tracks]
    assert popularity == sorted(popularity, reverse=True)
    for other in extended.get(f"/artists/{artist['id']}/related-artists")["artists"]:
        assert set(other["genres"]) & set(artist["genres"])
        assert other["id"] != artist["id"]


def walk(box: Box, path: str, *inside: str) -> list[Any]:
    """All items of all pages."""
    found: list[Any] = []
    following: str | None = path
    while following:
        page = box.get(following)
        for name in inside:
            page = page[name]
        found += page["items"]
        following = page["next"] and page["next"].partition("/v1")[2]
    assert len(found) == page["total"]
    return found


def test_browsing(extended: Box) -> None:
    dates = [one["release_date"] for one in walk(extended, "/browse/new-releases?limit=40", "albums")]
    assert dates == sorted(dates, reverse=True)
    categories = walk(extended, "/browse/categories?limit=5", "categories")
    one = categories[3]
    assert extended.get(f"/browse/categories/{one['id']}") == one
    assert extended.send("GET", one["icons"][0]["url"].removeprefix(extended.url)).status == 200
    featured = walk(extended, "/browse/featured-playlists?limit=5", "playlists")
    assert {playlist["owner"]["id"] for playlist in featured} == {"spotify"}
    of_category = walk(extended, f"/browse/categories/{one['id']}/playlists", "playlists")
    assert {playlist["id"] for playlist in of_category} < {playlist["id"] for playlist in featured}
    assert extended.get(f"/playlists/{featured[0]['id']}")["items"]["total"] > 0
    assert extended.api("ada", "GET", "/browse/categories/nothing").status == 404
    assert "IE" in extended.get("/markets")["markets"]


def test_other_people(extended: Box) -> None:
    ben = extended.control("GET", "members")[1]["user_id"]
    told = extended.get(f"/users/{ben}")
    assert told["display_name"] == "Ben"
    assert not {"email", "product", "country", "account_id"} & set(told)
    listed = walk(extended, f"/users/{ben}/playlists?limit=2")
    assert {one["owner"]["id"] for one in listed} == {ben}
    assert "Do not open" not in [one["name"] for one in listed]
    stranger = next(
        one["owner"] for one in extended.control("GET", "playlists") if one["name"] == "Rain on a tent"
    )
    assert extended.get(f"/users/{stranger}")["display_name"] == stranger
    assert extended.api("ada", "GET", "/users/nobody").status == 404


def test_making_playlists_the_classic_way(extended: Box) -> None:
    ada, ben = (one["user_id"] for one in extended.control("GET", "members")[:2])
    made = extended.api("ada", "POST", f"/users/{ada}/playlists", {"name": "Classic"})
    assert made.status == 201
    assert made.json["tracks"]["total"] == 0
    assert extended.get(f"/users/{ada}/playlists")["items"][0]["name"] == "Classic"
    assert extended.api("ada", "POST", f"/users/{ben}/playlists", {"name": "x"}).status == 403


@pytest.mark.parametrize("kind", ["artists", "tracks"])
def test_what_is_on_top_hangs_on_the_time(box: Box, kind: str) -> None:
    terms = {
        term: [one["id"] for one in walk(box, f"/me/top/{kind}?time_range={term}&limit=50")]
        for term in ("short_term", "medium_term", "long_term")
    }
    assert len({tuple(ids) for ids in terms.values()}) == 3
    assert terms["medium_term"][:20] == [one["id"] for one in box.get(f"/me/top/{kind}")["items"]]
    assert len(terms["long_term"]) == len(set(terms["long_term"]))
    assert [one["id"] for one in box.get(f"/me/top/{kind}", "ben")["items"]] != terms["medium_term"][:20]
    assert box.api("ada", "GET", f"/me/top/{kind}?time_range=ever").error == (400, "Invalid time_range", "")


def test_what_is_played_again_and_again_gets_on_top(box: Box) -> None:
    track = some(box, "track", 300)[-1]
    uri = f"spotify:track:{track}"
    for _ in range(3):
        box.scene(tracks=[uri])
        box.wait(60)
        box.do("PUT", "/me/player/play", {"uris": [uri]})
    assert box.get("/me/top/tracks?time_range=short_term")["items"][0]["id"] == track


def test_every_track_has_a_sound_that_stays(extended: Box) -> None:
    first, second = some(extended, "track", 2)
    features = extended.get(f"/audio-features?ids={first},{NOTHING},{second}")["audio_features"]
    assert features[1] is None
    assert features[0] == extended.get(f"/audio-features/{first}") != features[2]
    analysis = extended.get(features[0]["analysis_url"].partition("/v1")[2])
    assert analysis["track"]["tempo"] == features[0]["tempo"]
    assert analysis["track"]["duration"] == pytest.approx(features[0]["duration_ms"] / 1000)
    assert len(analysis["tatums"]) == pytest.approx(2 * len(analysis["beats"]), abs=2)
    many = ",".join([first] * 101)
    assert extended.api("ada", "GET", f"/audio-features?ids={many}").status == 400


def test_recommendations_are_like_their_seeds(extended: Box) -> None:
    artist = next(
        one
        for one in (extended.get(f"/artists/{found}") for found in some(extended, "artist", 20))
        if one["genres"]
    )
    told = extended.get(f"/recommendations?seed_artists={artist['id']}&limit=30")
    assert [(seed["type"], seed["id"]) for seed in told["seeds"]] == [("ARTIST", artist["id"])]
    assert len(told["tracks"]) == 30
    for track in told["tracks"][:8]:
        performers = [extended.get(f"/artists/{one['id']}") for one in track["artists"]]
        assert any(set(one["genres"]) & set(artist["genres"]) for one in performers)


def test_recommendations_keep_within_bounds_and_aim(extended: Box) -> None:
    genre = extended.get("/recommendations/available-genre-seeds")["genres"][0]
    path = f"/recommendations?seed_genres={genre}&limit=20"
    bounded = extended.get(f"{path}&min_tempo=100&max_tempo=130&max_popularity=60")
    seed = bounded["seeds"][0]
    assert 0 < seed["afterFilteringSize"] < seed["initialPoolSize"]
    ids = ",".join(track["id"] for track in bounded["tracks"])
    features = extended.get(f"/audio-features?ids={ids}")["audio_features"]
    assert all(100 <= one["tempo"] <= 130 for one in features)
    assert all(track["popularity"] <= 60 for track in bounded["tracks"])
    aimed = extended.get(f"{path}&target_energy=0.9")["tracks"]
    energies = [extended.get(f"/audio-features/{one['id']}")["energy"] for one in aimed[:10]]
    assert sum(energies) / len(energies) > 0.7
    seeds = "&seed_tracks=" + ",".join(some(extended, "track", 6))
    assert extended.api("ada", "GET", f"/recommendations?{seeds}").error == (400, "invalid request", "")
    assert extended.api("ada", "GET", "/recommendations").error == (400, "invalid request", "")
