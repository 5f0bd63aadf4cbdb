"""Whatever stands at whatever place of an answer, of any operation: the rest of it is understood."""

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from typing import Any, NamedTuple

import pytest
import requests
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spotweb.spotify import catalog, library, modes, paging, player, playlists, profile
from spotweb.spotify.answers import oddities
from spotweb.spotify.errors import BadResponse
from spotweb.spotify.models import Playback, UnknownItem
from tests.spotify.mutations import VALUES, list_pointers, make_fault
from tests.spotify.walks import WALKS, House, is_gone, row_of
from tests.support.laws import limit_examples
from tests.support.sandbox_control import SandboxControl

READS = [operation for operation in sorted(WALKS) if row_of(operation).method == "GET"]


def many(examples: int) -> Callable[[Any], Any]:
    # Each example is a few requests over real HTTP, and machines are slow at times.
    return settings(
        max_examples=limit_examples(examples),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


@pytest.fixture
def mode(served) -> str:
    return str(served.world.settings.quota_mode)


@pytest.fixture
def house(served, settings) -> Iterator[House]:
    settings.SPOTIFY_QUOTA_MODE = served.world.settings.quota_mode
    settings.SPOTIFY_API_URL = f"{served.url}/v1"
    settings.SPOTIFY_DAILY_READS = 0
    oddities.reset_process_memory()
    control = SandboxControl(served.url)
    control.scene("ada", scene="playing")
    yield House(control)
    control.control("DELETE", "faults")


class Read(NamedTuple):
    """A request that was made, and the true answer to it."""

    path: str
    document: Any


def record_read(house: House, act: Callable[[], Any]) -> Read:
    """What `act` reads last."""
    cache.clear()
    house.control.forget_requests()
    act()
    asked = [entry for entry in house.control.requests() if entry["method"] == "GET"][-1]
    answer = requests.get(
        house.control.url + asked["path"],
        params=asked["query"],
        headers={"Authorization": f"Bearer {house.control.tokens('ada')['access_token']}"},
        timeout=60,
    )
    return Read(asked["path"], answer.json())


def change(house: House, read: Read, pointer: str, value: Any) -> None:
    cache.clear()
    # Its own encoder refuses NaN, and half characters have to arrive as they are.
    told = json.dumps([make_fault(read.path, pointer, value)])
    answer = requests.put(f"{house.control.url}/__sandbox__/faults", data=told, timeout=60)
    assert answer.ok, answer.text


@pytest.mark.parametrize("operation", READS)
def test_no_odd_field_makes_an_operation_fail(house, mode, operation):
    if is_gone(operation, mode) or row_of(operation).path_in(mode) is None:
        return
    walk = WALKS[operation]
    read = record_read(house, lambda: walk.act(house))
    pointers = list(list_pointers(read.document))
    # When one of the answers is missing nobody knows which, and their callers get by without any.
    is_list_of_flags = isinstance(read.document, list) and isinstance(read.document[0], bool)

    @many(8)
    @given(st.sampled_from(pointers), st.sampled_from(VALUES))
    def try_it(pointer: str, value: Any) -> None:
        change(house, read, pointer, value)
        with suppress(BadResponse) if is_list_of_flags else nullcontext():
            walk.act(house)

    try_it()


class Rows(NamedTuple):
    pointer: str  # to the rows
    read: Callable[[House], Any]


COLLECTIONS = {
    "saved tracks": Rows("/items", lambda h: library.get_users_saved_tracks(h.client).items),
    "saved albums": Rows("/items", lambda h: library.get_users_saved_albums(h.client).items),
    "saved episodes": Rows("/items", lambda h: library.get_users_saved_episodes(h.client).items),
    "saved shows": Rows("/items", lambda h: library.get_users_saved_shows(h.client).items),
    "saved audiobooks": Rows("/items", lambda h: library.get_users_saved_audiobooks(h.client).items),
    "followed artists": Rows("/artists/items", lambda h: library.get_followed(h.client).items),
    "top tracks": Rows(
        "/items",
        lambda h: profile.get_users_top_artists_and_tracks(h.client, "tracks").items,
    ),
    "recently played": Rows("/items", lambda h: player.get_recently_played(h.client).items),
    "queue": Rows("/queue", lambda h: player.get_queue(h.client).queue),
    "devices": Rows("/devices", lambda h: player.get_a_users_available_devices(h.client)),
    "playlists": Rows(
        "/items",
        lambda h: playlists.get_a_list_of_current_users_playlists(h.client).items,
    ),
    "items of a playlist": Rows(
        "/items", lambda h: playlists.get_playlists_items(h.client, h.playlist).items
    ),
    "found tracks": Rows(
        "/tracks/items", lambda h: catalog.search(h.client, "a", types=["track"]).tracks.items
    ),
    "found playlists": Rows(
        "/playlists/items",
        lambda h: catalog.search(h.client, "a", types=["playlist"]).playlists.items,
    ),
    "albums of an artist": Rows(
        "/items",
        lambda h: catalog.get_an_artists_albums(h.client, h.one("artist"), limit=10).items,
    ),
    "tracks of an album": Rows(
        "/tracks/items", lambda h: catalog.get_an_album(h.client, h.one("album")).tracks.items
    ),
    "episodes of a show": Rows(
        "/items",
        lambda h: catalog.get_a_shows_episodes(h.client, h.one("show")).items,
    ),
}


@pytest.mark.parametrize("name", sorted(COLLECTIONS))
def test_an_odd_row_costs_none_of_its_neighbours(house, name):
    rows = COLLECTIONS[name]
    true_rows: list[Any] = []
    read = record_read(house, lambda: true_rows.extend(rows.read(house)))
    pointers = [pointer for pointer in list_pointers(read.document) if pointer.startswith(f"{rows.pointer}/")]
    sent = read.document
    for step in rows.pointer.split("/")[1:]:
        sent = sent[step]
    places = [at for at, row in enumerate(sent) if row is not None]
    assert len(places) == len(true_rows) > 1

    @many(15)
    @given(st.sampled_from(pointers), st.sampled_from(VALUES))
    def try_it(pointer: str, value: Any) -> None:
        change(house, read, pointer, value)
        shown = list(rows.read(house))
        at = int(pointer.removeprefix(f"{rows.pointer}/").split("/")[0])
        if at not in places:  # a row that was null before
            others, here = true_rows, shown
        else:
            mine = places.index(at)
            others = true_rows[:mine] + true_rows[mine + 1 :]
            here = shown if len(shown) == len(others) else shown[:mine] + shown[mine + 1 :]
        assert here == others

    try_it()


def test_odd_rows_keep_their_places(house):
    true = {
        at: entry for page in paging.collect(house.client, library.SAVED_TRACKS) for at, entry in page.items
    }
    cache.clear()
    fault = {"match": "/v1/me/tracks", "kind": "rewrite", "put": {"/items/3": None, "/items/7/track": 7}}
    house.control.control("PUT", "faults", fault)
    listed = paging.collect(house.client, library.SAVED_TRACKS)
    shown = {at: entry for page in listed for at, entry in page.items}
    size = modes.get_max_limit("get-users-saved-tracks")
    for at, entry in shown.items():
        if at % size == 7:
            assert (entry.track, entry.added_at) == (None, true[at].added_at)
        else:
            assert entry == true[at]
    assert {at % size for at in true.keys() - shown.keys()} == {3}


def test_a_queue_of_odd_things_keeps_its_order(house):
    true = player.get_queue(house.client)
    fault = {
        "match": "/v1/me/player/queue",
        "kind": "rewrite",
        "put": {"/queue/1": None, "/queue/2/type": "video", "/queue/3": "spotify:track:x", "/queue/4/uri": 7},
    }
    house.control.control("PUT", "faults", fault)
    queue = player.get_queue(house.client).queue
    assert len(queue) == len(true.queue)
    assert [type(item) for item in queue[1:4:2]] == [UnknownItem, UnknownItem]
    assert queue[2].name == true.queue[2].name
    assert (queue[0], queue[5:]) == (true.queue[0], true.queue[5:])


def test_the_playlist_page_without_rows_is_no_empty_playlist(house):
    fault = {"match": "/v1/playlists/*s", "kind": "rewrite", "remove": ["/items"]}
    house.control.control("PUT", "faults", fault)
    with pytest.raises(BadResponse):
        list(paging.collect(house.client, playlists.items_of(house.playlist)))


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/repeat_state", None),
        ("/shuffle_state", "false"),
        ("/progress_ms", 64_000.7),
        ("/progress_ms", "64001"),
        ("/actions", []),
        ("/timestamp", 1.7e12),
        ("/device/volume_percent", "38"),
        ("/device", []),
        ("/context", 7),
        ("/item/duration_ms", "long"),
        ("/item/album/images/0/url", None),
        ("/item/artists/0", None),
    ],
)
def test_a_playback_with_odd_fields(house, pointer, value):
    true = player.get_information_about_the_users_current_playback(house.client)
    house.control.control(
        "PUT", "faults", {"match": "/v1/me/player", "kind": "rewrite", "put": {pointer: value}}
    )
    odd = player.get_information_about_the_users_current_playback(house.client)
    assert isinstance(true, Playback)
    assert isinstance(odd, Playback)
    assert odd.is_playing
    assert odd.item
    assert odd.item.name == true.item.name  # type: ignore[union-attr]
    assert odd.shuffle_state is False
    assert odd.repeat_state == "off"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "latin-1"])
def test_marks_in_front_and_bad_encodings(house, encoding):
    put = {"/item/name": "Żółć – ¡olé!"}
    house.control.control(
        "PUT", "faults", {"match": "/v1/me/player", "kind": "rewrite", "put": put, "encoding": encoding}
    )
    playback = player.get_information_about_the_users_current_playback(house.client)
    assert playback
    assert playback.item
    assert "ol" in playback.item.name


def test_null_for_a_playback_is_nothing(house):
    house.control.control("PUT", "faults", {"match": "/v1/me/player*", "kind": "rewrite", "put": {"": None}})
    assert player.get_information_about_the_users_current_playback(house.client) is None
    assert player.get_queue(house.client).queue == ()
    assert player.get_a_users_available_devices(house.client) == ()


def test_what_was_odd_is_counted_and_logged_once(house, caplog):
    put = {"/items/*/track/duration_ms": "long", "/items/4": []}
    house.control.control("PUT", "faults", {"match": "/v1/me/tracks", "kind": "rewrite", "put": put})
    library.get_users_saved_tracks(house.client)
    library.get_users_saved_tracks(house.client)
    (odd,) = oddities.list_odd_answers(modes.OPERATIONS)
    assert (odd.operation, odd.places) == (
        "get-users-saved-tracks",
        (".items[].track.duration_ms", ".items[]"),
    )
    assert odd.count >= 1
    logged = [
        record.message for record in caplog.records if record.name == "spotweb.spotify.answers.oddities"
    ]
    assert len(logged) == 2
    assert "long" not in "".join(logged)
