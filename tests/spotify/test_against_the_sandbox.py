"""Every operation against the simulated Spotify, in both modes, over real HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from spotweb.spotify import authorization, catalog, errors, player, profile
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.http import Client
from spotweb.spotify.links import parse_link
from spotweb.spotify.models import Episode, Playback, Queue, Track
from tests.spotify.conftest import HandOfTokens
from tests.support.sandbox_control import SandboxControl


@pytest.fixture
def control(served, settings) -> SandboxControl:
    settings.SPOTIFY_QUOTA_MODE = served.world.settings.quota_mode
    settings.SPOTIFY_API_URL, settings.SPOTIFY_ACCOUNTS_URL = f"{served.url}/v1", served.url
    control = SandboxControl(served.url)
    control.control("DELETE", "faults")
    for member in ("ada", "willem"):
        control.scene(member, scene="playing")
    control.forget_requests()
    return control


@pytest.fixture
def ada(control) -> Client:
    return client_of(control, "ada")


def client_of(control: SandboxControl, member: str, **wanted: Any) -> Client:
    return Client(HandOfTokens(control.tokens(member, **wanted)["access_token"], key=member))


def playback_of(client: Client) -> Playback:
    playback = player.get_information_about_the_users_current_playback(client)
    assert playback is not None
    return playback


DRIP = {"kind": "drip", "delay_ms": 60_000, "pieces": 600}  # each piece well within the patience of one read


def test_an_answer_that_drips_has_one_deadline(control, ada, settings):
    settings.SPOTIFY_READ_TIMEOUT_S = 0.5
    control.fault("/v1/*", **DRIP)
    with pytest.raises(errors.Unavailable) as caught:
        profile.get_current_users_profile(ada)
    assert not caught.value.is_outcome_unknown
    with pytest.raises(errors.Unavailable) as caught:
        player.skip_users_playback_to_next_track(ada)
    assert caught.value.is_outcome_unknown, "it was carried out, and its answer is lost"
    control.control("DELETE", "faults")
    assert profile.get_current_users_profile(ada).id


def test_tokens_that_drip_have_one_deadline(control, monkeypatch):
    monkeypatch.setattr(authorization, "_DEADLINE_S", 0.5)
    refresh_token = control.tokens("ada")["refresh_token"]
    control.fault("/api/token", **DRIP)
    with pytest.raises(errors.Unavailable):
        authorization.refresh_tokens(refresh_token)
    control.control("DELETE", "faults")
    assert authorization.refresh_tokens(refresh_token).access_token


def some_uri(control: SandboxControl, kind: str) -> str:
    uri: str = control.control("GET", f"catalog?type={kind}&limit=3")[-1]["uri"]
    return uri


@contextmanager
def refused_as(kind: type[SpotifyError]) -> Iterator[None]:
    with pytest.raises(SpotifyError) as caught:
        yield
    assert type(caught.value) is kind


def test_who_i_am(ada):
    me = profile.get_current_users_profile(ada)
    assert me.display_name == "Ada"
    assert me.account_key.startswith("acc_")


def test_what_plays_and_what_comes(ada):
    playback = playback_of(ada)
    assert isinstance(playback.item, Track)
    assert playback.item.album.images
    assert playback.item.url.startswith("https://open.spotify.com/track/")
    assert playback.is_playing
    assert playback.device.is_active
    assert playback.context.type == "album"
    queue = player.get_queue(ada)
    assert queue.currently_playing == playback.item
    assert 0 < len(queue.queue) <= 20


def test_a_podcast(control, ada):
    control.scene("ada", scene="podcast", progress_ms=5000)
    item = playback_of(ada).item
    assert isinstance(item, Episode)
    assert item.show.name
    assert isinstance(player.get_queue(ada).queue[0], Episode)


@pytest.mark.parametrize("scene", ["idle", "ad", "dj", "unknown", "local", "private", "paused"])
def test_odd_moments_are_understood(control, ada, scene):
    control.scene("ada", scene=scene)
    playback = playback_of(ada)
    assert (playback.item is None) == (scene in {"idle", "ad", "dj", "unknown"})
    assert isinstance(player.get_queue(ada), Queue)
    assert player.get_the_users_currently_playing_track(ada) is not None


def test_nothing_plays(control, ada):
    control.scene("ada", scene="nothing")
    assert player.get_information_about_the_users_current_playback(ada) is None
    assert player.get_the_users_currently_playing_track(ada) is None
    player.get_queue(ada)
    with refused_as(errors.NoActiveDevice):
        player.start_a_users_playback(ada)


def test_pausing_resuming_and_moving_about(ada):
    player.pause_a_users_playback(ada)
    assert not playback_of(ada).is_playing
    with refused_as(errors.RestrictionViolated):
        player.pause_a_users_playback(ada)
    player.start_a_users_playback(ada)
    assert playback_of(ada).is_playing
    player.seek_to_position_in_currently_playing_track(ada, 60_000)
    assert 60_000 <= (playback_of(ada).progress_ms or 0) < 70_000


def test_skipping(ada):
    first = playback_of(ada).item
    player.skip_users_playback_to_next_track(ada)
    second = playback_of(ada).item
    assert second != first
    player.skip_users_playback_to_previous_track(ada)
    assert playback_of(ada).item == first


def test_modes_and_volume(ada):
    player.set_repeat_mode_on_users_playback(ada, "track")
    player.toggle_shuffle_for_users_playback(ada, state=True)
    player.set_volume_for_users_playback(ada, 17)
    playback = playback_of(ada)
    assert (playback.repeat_state, playback.shuffle_state) == ("track", True)
    assert playback.device.volume_percent == 17


def test_queueing(control, ada):
    uris = [some_uri(control, "track"), some_uri(control, "episode")]
    for uri in uris:
        player.add_to_queue(ada, uri)
    assert [item.uri for item in player.get_queue(ada).queue[:2]] == uris


def test_playing_an_album_from_its_second_track(control, ada):
    album = catalog.get_an_album(ada, parse_link(some_uri(control, "album")).id)
    second = album.tracks.items[1]
    player.start_a_users_playback(ada, context_uri=album.uri, offset_uri=second.uri)
    playback = playback_of(ada)
    assert (playback.item.uri, playback.context.uri) == (second.uri, album.uri)


def test_playing_single_items(control, ada):
    uris = (some_uri(control, "track"), some_uri(control, "episode"))
    player.start_a_users_playback(ada, uris=uris, position_ms=1000)
    assert playback_of(ada).item.uri == uris[0]
    assert player.get_queue(ada).queue[0].uri == uris[1]


def test_moving_to_another_device(ada):
    other = next(
        d for d in player.get_a_users_available_devices(ada) if not d.is_active and not d.is_restricted
    )
    player.transfer_a_users_playback(ada, other.id, play=True)
    assert playback_of(ada).device.id == other.id
    with refused_as(errors.DeviceGone):
        player.transfer_a_users_playback(ada, "0" * 40)


def test_a_phone_lets_nobody_else_set_its_volume(control, ada):
    control.scene("ada", devices=[{"name": "Phone", "supports_volume": False}])
    with refused_as(errors.VolumeNotControllable):
        player.set_volume_for_users_playback(ada, 10)


def test_history(control, ada):
    for _ in range(2):
        player.skip_users_playback_to_next_track(ada)
    page = player.get_recently_played(ada, limit=2)
    assert len(page.items) <= 2
    assert all(play.track.name and play.played_at.endswith("Z") for play in page.items)


def test_search(ada):
    found = catalog.search(
        ada, "a", types=("track", "album", "artist", "playlist", "show", "episode", "audiobook"), limit=5
    )
    pages = (found.tracks, found.albums, found.artists, found.playlists, found.shows, found.episodes)
    assert all(page.items and len(page.items) <= 5 for page in pages)
    assert found.tracks.items[0].artists
    assert found.episodes.items[0].uri.startswith("spotify:episode:")


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("track", catalog.get_track),
        ("episode", catalog.get_an_episode),
        ("album", catalog.get_an_album),
        ("artist", catalog.get_an_artist),
        ("show", catalog.get_a_show),
    ],
)
def test_single_objects(control, ada, kind, read):
    uri = some_uri(control, kind)
    assert read(ada, parse_link(uri).id).uri == uri
    with refused_as(errors.NotFound):
        read(ada, "0" * 22)


def test_a_free_member_may_look_and_not_touch(control):
    willem = client_of(control, "willem")
    assert playback_of(willem).item
    with refused_as(errors.PremiumRequired):
        player.skip_users_playback_to_next_track(willem)


def test_an_account_that_is_not_on_the_list(served, control):
    cleo = client_of(control, "cleo")
    if served.world.settings.quota_mode == "extended":  # which knows no list
        assert profile.get_current_users_profile(cleo).display_name == "Cleo"
        return
    with refused_as(errors.NotOnAllowlist):
        profile.get_current_users_profile(cleo)


@pytest.mark.parametrize("served", ["development"], indirect=True)
def test_the_owner_stopped_paying(control, ada):
    control.control("PUT", "settings", {"owner_has_premium": False})
    try:
        with refused_as(errors.OwnerPremiumLapsed):
            profile.get_current_users_profile(ada)
    finally:
        control.control("PUT", "settings", {"owner_has_premium": True})


def test_a_scope_that_was_not_granted(control):
    with refused_as(errors.ScopeMissing):
        player.pause_a_users_playback(client_of(control, "ada", scopes=["user-read-playback-state"]))


def test_a_token_that_expired_meanwhile(control):
    old, new = (control.tokens("ada")["access_token"] for _ in range(2))
    source = HandOfTokens(old, new)
    control.fault("/v1/me", "unauthorized", times=1)
    assert profile.get_current_users_profile(Client(source)).display_name == "Ada"
    assert source.renewals == [old]


def test_refreshing_and_its_end(control):
    tokens = control.tokens("ben")
    fresh = authorization.refresh_tokens(tokens["refresh_token"])
    assert profile.get_current_users_profile(Client(HandOfTokens(fresh.access_token))).display_name == "Ben"
    control.control("POST", "expire", {"member": "ben", "what": "refresh"})
    with refused_as(errors.GrantExpired):
        authorization.refresh_tokens(tokens["refresh_token"])
    tokens = control.tokens("ben")
    control.control("POST", "revoke", {"member": "ben"})
    with refused_as(errors.GrantRevoked):
        authorization.refresh_tokens(tokens["refresh_token"])


def test_the_app_itself(control, settings):
    assert authorization.fetch_app_tokens().access_token
    settings.SPOTIFY_CLIENT_SECRET = "another"
    with refused_as(errors.ClientRejected):
        authorization.fetch_app_tokens()


def test_a_made_up_code(control):
    with refused_as(errors.CodeRejected):
        authorization.exchange_code(
            "nonsense", redirect_uri="http://127.0.0.1:8000/cb/", code_verifier="v" * 43
        )


@pytest.mark.parametrize(
    ("kind", "expected"), [("quota", errors.QuotaExceeded), ("rate_limit", errors.RateLimited)]
)
def test_a_blocked_family_sends_nothing(control, ada, kind, expected):
    control.fault("/v1/me/player*", kind, retry_after=40_000)
    for _ in range(3):
        with refused_as(expected):
            player.get_queue(ada)
    assert len(control.requests()) == 1
    assert profile.get_current_users_profile(ada).display_name == "Ada"


@pytest.mark.parametrize("kind", ["status", "html", "empty", "text", "truncate", "reset"])
def test_a_hiccup_is_not_noticed(control, ada, kind):
    control.fault("/v1/me/player/queue", kind, times=1)
    assert player.get_queue(ada).currently_playing


def test_a_queued_item_whose_answer_got_lost_is_queued_once(control, ada):
    uri = some_uri(control, "track")
    control.fault("/v1/me/player/queue", "reset", method="POST", handled=True, times=1)
    with pytest.raises(errors.Unavailable) as caught:
        player.add_to_queue(ada, uri)
    assert caught.value.is_outcome_unknown
    assert control.control("GET", "player/ada")["queue"] == [uri]


def test_no_token_was_ever_in_an_address(control, ada):
    catalog.search(ada, "a", limit=1)
    player.get_queue(ada)
    told = str(control.requests())
    assert len(control.requests()) == 2
    assert ada._tokens.access_token() not in told
