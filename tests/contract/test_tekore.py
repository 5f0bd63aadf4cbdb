"""tekore: its models were made from recorded answers and refuse what Spotify never sent."""

import pytest
import tekore
from conftest import CLIENT_ID, CLIENT_SECRET, DetourTransport
from httpx import Client as HttpClient

pytestmark = pytest.mark.parametrize("mode", ["extended"], indirect=True)

# Both documented, and both crash its models.
BEYOND_TEKORE = {
    "Letters from 2009",  # rows of very old lists have no date
    "Ferry mixtape",  # albums of local files have no type
}


@pytest.fixture
def tracks(teke):
    (found,) = teke.search("lemon", types=("track",), limit=10)
    return [track.id for track in found.items]


def test_who_am_i(teke):
    me = teke.current_user()
    assert (me.display_name, me.product) == ("Ada", "premium")


def test_the_player(teke, tracks):
    teke.playback_start_tracks(tracks[:3])
    assert teke.playback_currently_playing().item.id == tracks[0]
    teke.playback_next()
    assert teke.playback().item.id == tracks[1]
    teke.playback_queue_add(tekore.to_uri("track", tracks[4]))
    assert teke.playback_queue().queue[0].id == tracks[4]
    teke.playback_pause()
    assert teke.playback().is_playing is False
    teke.playback_volume(33)
    assert teke.playback().device.volume_percent == 33
    assert teke.playback_devices()
    assert teke.playback_recently_played().items


def test_a_playlist_lives_through_everything(teke, tracks):
    made = teke.playlist_create(teke.current_user().id, "Contract", public=True)
    uris = [tekore.to_uri("track", one) for one in tracks]
    teke.playlist_add(made.id, uris[:4])
    teke.playlist_reorder(made.id, range_start=0, insert_before=4)
    assert _ids(teke, made.id) == [*tracks[1:4], tracks[0]]
    teke.playlist_remove(made.id, [uris[2]])
    assert _ids(teke, made.id) == [tracks[1], tracks[3], tracks[0]]
    teke.playlist_replace(made.id, uris[5:7])
    assert _ids(teke, made.id) == tracks[5:7]
    teke.playlist_clear(made.id)
    assert _ids(teke, made.id) == []
    teke.playlist_unfollow(made.id)


def _ids(teke, playlist):
    return [row.track.id for row in teke.playlist_items(playlist).items]


def test_every_listed_playlist_can_be_read(teke):
    readable = [one for one in teke.followed_playlists().items if one and one.name not in BEYOND_TEKORE]
    assert len(readable) > 3
    for playlist in readable:
        assert teke.playlist(playlist.id).snapshot_id


def test_the_library(teke, tracks):
    teke.saved_tracks_add(tracks[:2])
    assert teke.saved_tracks_contains(tracks[:2]) == [True, True]
    teke.saved_tracks_delete(tracks[:2])
    assert teke.saved_tracks_contains(tracks[:2]) == [False, False]
    assert sum(1 for _ in teke.all_items(teke.saved_tracks(limit=50))) > 100
    assert teke.saved_albums().items
    assert teke.saved_shows().items
    assert teke.saved_episodes().items


def test_following(teke, tracks):
    artist = teke.track(tracks[0]).artists[0].id
    teke.artists_follow([artist])
    assert teke.artists_is_following([artist]) == [True]
    assert teke.followed_artists().items
    teke.artists_unfollow([artist])


def test_the_catalogue(teke, tracks):
    track = teke.track(tracks[0])
    assert teke.album(track.album.id).tracks.items
    assert teke.artist_top_tracks(track.artists[0].id, "US")
    assert teke.artist_albums(track.artists[0].id).items
    assert [one.id for one in teke.tracks(tracks[:5])] == tracks[:5]
    assert teke.new_releases().items
    assert teke.categories().items
    assert teke.markets()
    shows, episodes = teke.search("the", types=("show", "episode"), limit=5)
    assert teke.show(shows.items[0].id, market="US").episodes.items
    assert teke.episode(episodes.items[0].id, market="US").show


def test_sounds_and_suggestions(teke, tracks):
    assert teke.track_audio_features(tracks[0]).tempo
    assert teke.track_audio_analysis(tracks[0]).bars
    assert teke.recommendations(track_ids=tracks[:1], limit=5).tracks


def test_its_own_tokens(sandbox, told):
    granted = told("POST", "tokens", {"member": "ada"})
    http = HttpClient(transport=DetourTransport(sandbox.url))
    credentials = tekore.Credentials(CLIENT_ID, CLIENT_SECRET, sender=tekore.SyncSender(http))
    assert credentials.request_client_token().access_token
    assert credentials.refresh_user_token(granted["refresh_token"]).access_token != granted["access_token"]
