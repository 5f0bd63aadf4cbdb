"""Spotify's answers as they come, odd ones included, become objects that a page can show."""

import json
import pickle

import pytest

from spotweb.spotify import catalog, player, profile
from spotweb.spotify.answers import json_repair
from spotweb.spotify.answers.json_decoder import decode_body
from spotweb.spotify.errors import BadResponse
from spotweb.spotify.models import Album, Episode, Page, Playback, Profile, Queue, Track, UnknownItem
from tests.spotify.unruly import Reply, found

TRACK = {
    "type": "track",
    "id": "4iV5W9uYEdYUVa79Axb7Rh",
    "uri": "spotify:track:4iV5W9uYEdYUVa79Axb7Rh",
    "name": "Slow Water",
    "duration_ms": 201_000,
    "explicit": True,
    "artists": [
        {"id": "a", "name": "The Lanterns", "type": "artist", "external_urls": {"spotify": "https://x"}}
    ],
    "album": {"name": "Rivers", "images": [{"url": "https://i.scdn.co/1", "width": 640, "height": 640}]},
    "external_urls": {"spotify": "https://open.spotify.com/track/4iV5W9uYEdYUVa79Axb7Rh"},
    "popularity": 17,
}
EPISODE = {
    "type": "episode",
    "id": "512ojhOuo1ktJprKbVcKyQ",
    "uri": "spotify:episode:512ojhOuo1ktJprKbVcKyQ",
    "name": "On Bridges",
    "duration_ms": 1_502_795,
    "images": [{"url": "https://i.scdn.co/2", "width": None, "height": None}],
    "show": {"name": "Structures", "publisher": "Somebody"},
    "resume_point": {"fully_played": False, "resume_position_ms": 1200},
}
LOCAL = {
    "type": "track",
    "id": None,
    "uri": "spotify:local:Aunt+May:Tapes:Kitchen+Song:61",
    "name": "Kitchen Song",
    "is_local": True,
    "duration_ms": 0,
    "artists": [{"id": None, "uri": None, "name": "Aunt May", "external_urls": {}, "href": None}],
    "album": {
        "id": None,
        "uri": None,
        "album_type": None,
        "name": "Tapes",
        "images": [],
        "external_urls": {},
    },
    "external_urls": {},
}
# As a device answers right after playback was moved to it.
IDLE = {
    "device": {"id": "52a0", "is_active": True, "is_private_session": False, "is_restricted": False,
               "name": "Kitchen", "type": "Speaker", "volume_percent": 20, "supports_volume": True},
    "repeat_state": "off", "shuffle_state": False, "smart_shuffle": False, "context": None,
    "timestamp": 1733528444321, "progress_ms": 0, "is_playing": False, "item": None,
    "currently_playing_type": "unknown",
    "actions": {"disallows": {"skipping_prev": True, "toggling_repeat_track": True}},
}  # fmt: skip


def queue_of(*items: object, playing: object = None) -> Queue:
    return decode_body(json.dumps({"currently_playing": playing, "queue": items}).encode(), Queue)


def test_tracks_and_episodes_are_told_apart():
    queue = queue_of(TRACK, EPISODE, playing=TRACK)
    track, episode = queue.queue
    assert isinstance(track, Track)
    assert (track.type, track.artists[0].name, track.images[0].width) == ("track", "The Lanterns", 640)
    assert track.url == "https://open.spotify.com/track/4iV5W9uYEdYUVa79Axb7Rh"
    assert isinstance(episode, Episode)
    assert (episode.type, episode.show.name, episode.images[0].width) == ("episode", "Structures", None)
    assert queue.currently_playing == track


def test_a_local_file_has_a_name_but_no_page():
    (item,) = queue_of(LOCAL).queue
    assert (item.id, item.is_local, item.url, item.images) == (None, True, None, ())


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "chapter", "name": "One", "uri": "spotify:chapter:x", "duration_ms": 5000},
        {"type": ["track"], "name": "One", "artists": "nobody"},
        {"name": "One", "uri": "spotify:concert:x", "images": "none"},
    ],
)
def test_an_item_nobody_understands_hides_no_other(odd):
    queue = queue_of(TRACK, odd, EPISODE)
    assert [item.type for item in queue.queue] == ["track", "unknown", "episode"]
    assert isinstance(queue.queue[1], UnknownItem)
    assert queue.queue[1].name == "One"


ARTIST, ALBUM = TRACK["artists"][0], TRACK["album"]


@pytest.mark.parametrize(
    "odd",
    [
        {"artists": ARTIST},
        {"artists": [[ARTIST]]},
        {"artists": {"0": ARTIST}},
        {"artists": [None, ARTIST, [], "x", [[]]]},
        {"album": [ALBUM]},
    ],
)
def test_one_object_and_a_list_of_one_say_the_same(odd):
    (item,) = queue_of({**TRACK, **odd}).queue
    assert [artist.name for artist in item.artists] == ["The Lanterns"]
    assert item.album.name == "Rivers"


@pytest.mark.parametrize(
    "odd", [{"artists": {}}, {"artists": {"a": 1}}, {"artists": [[[ARTIST]]]}, {"album": []}]
)
def test_what_is_neither_costs_nothing_else(odd):
    (item,) = queue_of({**TRACK, **odd}).queue
    assert item.name == "Slow Water"


def test_a_list_of_rows_is_never_made_of_something_else():
    for odd in ({}, {"a": 1}, {"total": 5}):
        page = decode_body(json.dumps({"items": odd, "total": 50}).encode(), Page[Track])
        assert (page.items, page.total) == ((), 50)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_any_unicode_is_read(encoding):
    assert decode_body(json.dumps(TRACK).encode(encoding), Track).name == "Slow Water"


def test_what_stands_behind_an_answer_and_says_nothing_is_left_out():
    assert decode_body(json.dumps(TRACK).encode() + b"\n\x00\x00", Track).name == "Slow Water"


@pytest.mark.parametrize(("item", "kind"), [(TRACK, "track"), (EPISODE, "episode"), (LOCAL, "track")])
def test_a_missing_type_is_read_from_the_uri(item, kind):
    queue = queue_of({name: value for name, value in item.items() if name != "type"})
    assert queue.queue[0].type == kind
    assert queue.queue[0].name == item["name"]


@pytest.mark.parametrize("name", [*sorted(TRACK.keys() - {"type"}), "images", "is_local", "disc_number"])
def test_null_instead_of_anything_costs_nothing_else(name):
    (item,) = queue_of({**TRACK, name: None}).queue
    assert item.type == "track"
    assert item.name == ("" if name == "name" else "Slow Water")


def test_null_images_are_no_images():
    album = decode_body(b'{"name": "Rivers", "images": null, "artists": null}', Album)
    assert (album.images, album.artists) == ((), ())


@pytest.mark.parametrize("nothing", [None, [], 7, "spotify:track:x"])
def test_nothing_in_the_queue_keeps_its_place(nothing):
    assert [item.type for item in queue_of(TRACK, nothing, EPISODE).queue] == ["track", "unknown", "episode"]


@pytest.mark.parametrize(
    ("sent", "read"), [("201000", 201_000), (201_000.0, 201_000), (200_999.6, 201_000), ("long", 0), (-1, 0)]
)
def test_numbers_are_read_leniently(sent, read):
    (item,) = queue_of({**TRACK, "duration_ms": sent}).queue
    assert (item.type, item.name, item.duration_ms) == ("track", "Slow Water", read)


@pytest.mark.parametrize(("sent", "read"), [("true", True), ("False", False), (1, True), ("yes", False)])
def test_booleans_are_read_leniently(sent, read):
    (item,) = queue_of({**TRACK, "explicit": sent}).queue
    assert item.explicit is read


def test_text_is_repaired():
    body = json.dumps({"name": "half \ud83d, whole \ud83d\ude00, NUL \x00"}).encode()
    assert decode_body(body, Album).name == "half \ufffd, whole 😀, NUL "
    assert decode_body(b'\xef\xbb\xbf{"name": "\xff"}', Album).name == "\ufffd"
    assert decode_body(b'{"name": "Rivers", "popularity": NaN}', Album) == Album(name="Rivers")


def test_an_idle_device():
    playback = decode_body(json.dumps(IDLE).encode(), Playback)
    assert playback.item is None
    assert playback.device.volume_percent == 20
    assert playback.disallows.skipping_prev
    assert not playback.disallows.pausing


def test_disallows_are_read_flat_too():
    flat = {**IDLE, "actions": {"pausing": True}}
    assert decode_body(json.dumps(flat).encode(), Playback).disallows.pausing
    assert not decode_body(json.dumps({**IDLE, "actions": None}).encode(), Playback).disallows.pausing


def test_a_track_that_plays_among_flags_of_the_same_names():
    odd = {**IDLE, "item": {**TRACK, "track": True, "episode": False, "name": None}}
    assert decode_body(json.dumps(odd).encode(), Playback).item.uri == TRACK["uri"]


def test_nulls_among_the_items_of_a_page_keep_their_places():
    page = decode_body(json.dumps({"items": [TRACK, None, TRACK], "total": 3}).encode(), Page[Track | None])
    assert [item is None for item in page.items] == [False, True, False]


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"null", b"7", b"[]", b'"id"', b"\xff\xfe"])
def test_what_cannot_be_read_is_a_bad_response(body):
    with pytest.raises(BadResponse):
        decode_body(body, Profile)


def test_deeply_nested_nonsense_is_a_bad_response():
    with pytest.raises(BadResponse):
        decode_body(b'{"queue": ' + b"[" * 100_000, Queue)


def test_what_a_cache_keeps_comes_back_the_same():
    queue = queue_of(TRACK, EPISODE, LOCAL, {"type": "new"}, playing=TRACK)
    assert pickle.loads(pickle.dumps(queue)) == queue  # noqa: S301  # our own bytes


def test_members_are_known_by_account_id_where_there_is_one(unruly, client):
    unruly.answer(found({"id": "ada", "account_id": "9f3c", "display_name": None, "images": []}))
    assert profile.get_current_users_profile(client).account_key == "9f3c"
    unruly.answer(found({"id": "ada"}))
    assert profile.get_current_users_profile(client).account_key == "ada"


def test_search_leaves_out_nulls_and_what_was_not_asked_for(unruly, client):
    playlist = {"id": "p", "name": "Mix", "owner": {"id": "ben"}, "items": {"href": "x", "total": 3}}
    unruly.answer(
        found({"tracks": {"items": [TRACK, None], "total": 2}, "playlists": {"items": [None, playlist]}})
    )
    results = catalog.search(client, " slow  ", types=("track", "playlist"), limit=10)
    assert [track.name for track in results.tracks.items] == ["Slow Water"]
    assert results.tracks.total == 2
    assert results.playlists.items[0].total_items == 3
    assert results.albums.items == ()
    assert unruly.asked[0].query == {"q": "slow", "type": "track,playlist", "limit": "10", "offset": "0"}


@pytest.mark.parametrize("nothing", [Reply(204), Reply(200), Reply(202, b" \n")])
def test_nothing_active_is_nothing_and_no_error(unruly, client, nothing):
    unruly.answer(nothing)
    assert player.get_information_about_the_users_current_playback(client) is None
    assert player.get_the_users_currently_playing_track(client) is None
    assert player.get_queue(client) == Queue()
    assert player.get_a_users_available_devices(client) == ()
    assert player.get_recently_played(client).items == ()


def test_an_album_carries_its_first_tracks(unruly, client):
    simplified = {name: value for name, value in TRACK.items() if name != "album"}
    unruly.answer(
        found({"id": "r", "name": "Rivers", "tracks": {"items": [simplified], "next": None, "total": 1}})
    )
    album = catalog.get_an_album(client, "2up3OPMp9Tb4dAKM2erWXQ")
    assert album.tracks.items[0].album is None
    assert album.tracks.next is None


def test_odd_names_of_fields_forge_no_lines_and_break_no_page():
    found: list[str] = []
    names = {"b\nERROR forged": [1], "half \ud800": [1], "n" * 500: [1]}
    assert json_repair.fit(names, dict[str, str], found) == {}
    for place in found:
        assert place.isascii()
        assert place.isprintable()
        assert len(place) < 100
