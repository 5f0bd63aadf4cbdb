"""Saving, removing and checking: what goes over the wire in each mode, and what is told when it fails."""

import pytest

from spotweb.spotify import library
from spotweb.spotify.errors import BadResponse, InvalidRequest, RateLimited, Unavailable
from spotweb.spotify.links import ShortLink
from tests.spotify.unruly import Reply, found


def uris(kind: str, count: int) -> list[str]:
    return [f"spotify:{kind}:{number:022}" for number in range(count)]


def ids(kind: str, count: int) -> str:
    return ",".join(uri.rsplit(":", 1)[1] for uri in uris(kind, count))


@pytest.fixture
def extended(settings):
    settings.SPOTIFY_QUOTA_MODE = "extended"


def asked_for(unruly) -> list[tuple[str, str]]:
    return [(asked.method, asked.path.removeprefix("/v1")) for asked in unruly.asked]


MIXED = [*uris("album", 21), *uris("track", 51), *uris("playlist", 2), *uris("artist", 1), "spotify:user:joe"]


def test_development_mode_saves_in_forties_by_query(unruly, client):
    unruly.answer(Reply(200))
    library.save_library_items(client, MIXED)
    assert asked_for(unruly) == [("PUT", "/me/library")] * 2
    assert [len(asked.query["uris"].split(",")) for asked in unruly.asked] == [40, 36]
    assert ",".join(asked.query["uris"] for asked in unruly.asked).split(",") == MIXED
    assert {asked.body for asked in unruly.asked} == {b""}


def test_extended_mode_saves_each_kind_on_its_own_path(unruly, client, extended):
    unruly.answer(Reply(200))
    library.save_library_items(client, MIXED)
    first, last = "0" * 22, f"{1:022}"
    assert asked_for(unruly) == [
        *[("PUT", "/me/albums")] * 2,
        *[("PUT", "/me/tracks")] * 2,
        ("PUT", f"/playlists/{first}/followers"),
        ("PUT", f"/playlists/{last}/followers"),
        *[("PUT", "/me/following")] * 2,
    ]
    assert [asked.query.get("ids", "").count(",") + 1 for asked in unruly.asked[:2]] == [20, 1]
    assert [len(asked.json["ids"]) for asked in unruly.asked[2:4]] == [50, 1]
    assert [asked.query for asked in unruly.asked[6:]] == [
        {"type": "artist", "ids": first},
        {"type": "user", "ids": "joe"},
    ]


def test_removing_takes_the_same_ways(unruly, client, settings):
    unruly.answer(Reply(200))
    library.remove_library_items(client, uris("episode", 2))
    settings.SPOTIFY_QUOTA_MODE = "extended"
    library.remove_library_items(client, uris("episode", 2))
    assert asked_for(unruly) == [("DELETE", "/me/library"), ("DELETE", "/me/episodes")]
    assert unruly.asked[1].query == {"ids": ids("episode", 2)}


def test_answers_come_back_in_the_order_of_the_questions(unruly, client, extended):
    unruly.answer(found([True, False]), found([False, True]))
    album, track = uris("album", 2), uris("track", 2)
    asked = [album[0], track[0], album[1], track[1]]
    assert library.check_library_contains(client, asked) == (True, False, False, True)
    assert asked_for(unruly) == [("GET", "/me/albums/contains"), ("GET", "/me/tracks/contains")]


def test_a_question_asked_twice_costs_one(unruly, client):
    unruly.answer(found([True]))
    assert library.check_library_contains(client, uris("track", 1) * 3) == (True, True, True)
    assert len(unruly.asked) == 1


def test_too_few_answers_are_no_answer(unruly, client):
    unruly.answer(found([True]))
    with pytest.raises(BadResponse):
        library.check_library_contains(client, uris("track", 2))


def test_links_and_bare_ids_will_do(unruly, client):
    unruly.answer(found([True]))
    plain = uris("playlist", 1)[0].rsplit(":", 1)[1]
    assert library.check_if_user_follows_playlist(client, plain) is True
    library.save_library_items(client, [f"https://open.spotify.com/intl-de/track/{plain}?si=1"])
    assert unruly.asked[1].query == {"uris": f"spotify:track:{plain}"}


@pytest.mark.parametrize(
    "act",
    [
        lambda c: library.save_library_items(c, []),
        lambda c: library.save_library_items(c, ["spotify:local:a:b:c:1"]),
        lambda c: library.save_library_items(c, ["0" * 22]),
        lambda c: library.save_tracks_user(c, uris("album", 1)),
        lambda c: library.follow_artists_users(c, uris("track", 1)),
        lambda c: library.follow_artists_users(c, ["joe"], type="band"),
        lambda c: library.get_users_saved_tracks(c, limit=51),
        lambda c: library.get_users_saved_tracks(c, offset=-1),
        lambda c: library.get_followed(c, after="not an id"),
    ],
)
def test_what_makes_no_sense_costs_no_request(unruly, client, act):
    with pytest.raises(InvalidRequest):
        act(client)
    assert unruly.asked == []


def test_a_short_link_is_told_apart(client):
    with pytest.raises(InvalidRequest) as caught:
        library.save_library_items(client, ["https://spotify.link/abc"])
    assert isinstance(caught.value.__cause__, ShortLink)


# --- how far it came ----------------------------------------------------------------------------------------


def test_a_write_that_stops_says_what_is_done_and_what_is_not(unruly, client):
    unruly.answer(Reply(200), Reply(200), Reply(429, b"", {"Retry-After": "9"}))
    tracks = uris("track", 130)
    with pytest.raises(RateLimited) as caught:
        library.save_library_items(client, tracks)
    written = caught.value.written
    assert (written.done, written.in_doubt, written.not_done) == (tuple(tracks[:80]), (), tuple(tracks[80:]))


def test_what_was_left_can_be_resumed(unruly, client):
    unruly.answer(Reply(200), Reply(400), Reply(200))
    tracks = uris("track", 100)
    with pytest.raises(InvalidRequest) as caught:
        library.save_library_items(client, tracks)
    library.save_library_items(client, caught.value.written.not_done)
    sent = [asked.query["uris"].split(",") for asked in unruly.asked]
    assert sent[0] + sent[2] + sent[3] == tracks


def test_a_lost_answer_leaves_its_part_in_doubt(unruly, client):
    unruly.answer(Reply(200), Reply(503))
    tracks = uris("track", 81)
    with pytest.raises(Unavailable) as caught:
        library.remove_library_items(client, tracks)
    written = caught.value.written
    assert (len(written.done), len(written.in_doubt), len(written.not_done)) == (40, 40, 1)


# --- what is read -------------------------------------------------------------------------------------------


def test_saved_things_are_typed_and_lost_ones_left_out(unruly, client):
    track = {"type": "track", "id": "1", "uri": "spotify:track:1", "name": "One"}
    rows = [{"added_at": "2026-01-01T00:00:00Z", "track": track}, None, {"added_at": None, "track": None}]
    unruly.answer(
        found({"items": rows, "total": 7, "limit": 50, "offset": 0, "next": "https://x/?offset=50"})
    )
    page = library.get_users_saved_tracks(client)
    assert [saved.track and saved.track.name for saved in page.items] == ["One", None]
    assert (page.total, page.next) == (7, "https://x/?offset=50")


@pytest.mark.parametrize("is_wrapped", [True, False])
def test_audiobooks_come_bare_or_wrapped(unruly, client, is_wrapped):
    book = {"id": "1", "uri": "spotify:show:1", "name": "A Book", "authors": [{"name": "Somebody"}]}
    row = {"added_at": "2026-01-01T00:00:00Z", "audiobook": book} if is_wrapped else book
    unruly.answer(found({"items": [row], "total": 1, "next": None}))
    saved = library.get_users_saved_audiobooks(client).items[0]
    assert (saved.audiobook.name, saved.audiobook.authors[0].name) == ("A Book", "Somebody")
    assert bool(saved.added_at) == is_wrapped


def test_followed_artists_are_read_on_from_the_last_one(unruly, client):
    artist = {"id": "a", "uri": "spotify:artist:a", "name": "A", "images": None}
    page = {"items": [artist, None], "cursors": {"after": "a"}, "total": 2, "next": "https://x"}
    unruly.answer(found({"artists": page}))
    followed = library.get_followed(client, after="0" * 22)
    assert ([artist.name for artist in followed.items], followed.cursors.after) == (["A"], "a")
    assert unruly.asked[0].query == {"type": "artist", "limit": "50", "after": "0" * 22}
