"""spotipy: reads and writes, in both quota modes as far as it supports them."""

import base64

import pytest
import spotipy
from conftest import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, detoured


@pytest.fixture
def tracks(spotify):
    return [item["uri"] for item in spotify.search("lemon", limit=10, type="track")["tracks"]["items"]]


def test_who_am_i(spotify, mode):
    me = spotify.me()
    assert me["display_name"] == "Ada"
    assert ("product" in me) == (mode == "extended")


def test_the_player_is_read_and_steered(spotify, tracks):
    assert spotify.current_playback()["is_playing"] is True
    spotify.pause_playback()
    assert spotify.current_playback()["is_playing"] is False
    spotify.start_playback(uris=tracks[:3])
    assert spotify.currently_playing()["item"]["uri"] == tracks[0]
    spotify.next_track()
    assert spotify.currently_playing()["item"]["uri"] == tracks[1]
    spotify.add_to_queue(tracks[5])
    assert spotify.queue()["queue"][0]["uri"] == tracks[5]
    spotify.volume(20)
    spotify.shuffle(True)
    spotify.repeat("context")
    state = spotify.current_playback()
    assert (state["device"]["volume_percent"], state["shuffle_state"], state["repeat_state"]) == (
        20,
        True,
        "context",
    )
    other = next(d for d in spotify.devices()["devices"] if not d["is_active"] and not d["is_restricted"])
    spotify.transfer_playback(other["id"])
    assert spotify.current_playback()["device"]["id"] == other["id"]
    spotify.seek_track(1000)
    assert spotify.current_user_recently_played(limit=5)["items"]


def test_a_playlist_lives_through_everything(spotify, tracks, mode):
    made = spotify.current_user_playlist_create("Contract", public=False, description="A test")
    playlist = made["id"]
    spotify.playlist_add_items(playlist, tracks[:4])
    assert _uris(spotify, playlist) == tracks[:4]
    spotify.playlist_reorder_items(playlist, range_start=0, insert_before=4)
    assert _uris(spotify, playlist) == [*tracks[1:4], tracks[0]]
    spotify.playlist_remove_all_occurrences_of_items(playlist, [tracks[2]])
    assert _uris(spotify, playlist) == [tracks[1], tracks[3], tracks[0]]
    spotify.playlist_replace_items(playlist, tracks[5:7])
    assert _uris(spotify, playlist) == tracks[5:7]
    spotify.playlist_change_details(playlist, name="Renamed")
    assert spotify.playlist(playlist)["name"] == "Renamed"
    picture = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9").decode()
    spotify.playlist_upload_cover_image(playlist, picture)
    assert spotify.playlist_cover_image(playlist)
    assert playlist in [one["id"] for one in spotify.current_user_playlists()["items"] if one]
    if mode == "development":  # spotipy still takes the path that was removed
        with pytest.raises(spotipy.SpotifyException) as refused:
            spotify.current_user_unfollow_playlist(playlist)
        assert refused.value.http_status == 403
        return
    spotify.current_user_unfollow_playlist(playlist)
    assert playlist not in [one["id"] for one in spotify.current_user_playlists()["items"] if one]


def _uris(spotify, playlist):
    entries = spotify.playlist_items(playlist)["items"]
    return [(entry.get("item") or entry.get("track"))["uri"] for entry in entries]


def test_saving_and_forgetting_tracks(spotify, tracks):
    wanted = tracks[:3]
    spotify.current_user_saved_tracks_delete(wanted)
    assert spotify.current_user_saved_tracks_contains(wanted) == [False] * 3
    spotify.current_user_saved_tracks_add(wanted)
    assert spotify.current_user_saved_tracks_contains(wanted) == [True] * 3
    newest = [row["track"]["uri"] for row in spotify.current_user_saved_tracks(limit=3)["items"]]
    assert sorted(newest) == sorted(wanted)


def test_paging_through_the_library_reaches_its_end(spotify):
    page = spotify.current_user_saved_tracks(limit=50)
    seen = 0
    while page:
        seen += len(page["items"])
        page = spotify.next(page) if page["next"] else None
    assert seen > 100


def test_albums_shows_and_episodes_of_the_library(spotify):
    for read, inner in [
        (spotify.current_user_saved_albums, "album"),
        (spotify.current_user_saved_shows, "show"),
        (spotify.current_user_saved_episodes, "episode"),
    ]:
        assert read(limit=5)["items"][0][inner]["uri"]


def test_artists_are_followed_and_left(spotify):
    artist = spotify.search("a", limit=1, type="artist")["artists"]["items"][0]["id"]
    spotify.user_follow_artists([artist])
    assert spotify.current_user_following_artists([artist]) == [True]
    spotify.user_unfollow_artists([artist])
    assert spotify.current_user_following_artists([artist]) == [False]
    assert "cursors" in spotify.current_user_followed_artists()["artists"]


def test_single_things_of_the_catalogue(spotify, tracks):
    track = spotify.track(tracks[0])
    album = spotify.album(track["album"]["id"])
    assert track["id"] in [one["id"] for one in album["tracks"]["items"]]
    artist = spotify.artist(track["artists"][0]["id"])
    albums = spotify.artist_albums(artist["id"], limit=10)
    assert albums["items"]
    assert spotify.album_tracks(album["id"])["total"] == album["total_tracks"]


def test_top_items(spotify):
    assert spotify.current_user_top_tracks(limit=5)["items"]
    assert spotify.current_user_top_artists(limit=5, time_range="long_term")["items"]


def test_reads_in_batches_are_left_in_extended_mode_only(spotify, tracks, mode):
    if mode == "development":
        with pytest.raises(spotipy.SpotifyException) as refused:
            spotify.tracks(tracks[:3])
        assert refused.value.http_status == 403
    else:
        assert [track["uri"] for track in spotify.tracks(tracks[:3])["tracks"]] == tracks[:3]
        assert spotify.new_releases(limit=3)["albums"]["items"]
        assert spotify.categories(limit=3)["categories"]["items"]
        assert spotify.artist_top_tracks(spotify.track(tracks[0])["artists"][0]["id"])["tracks"]
        assert spotify.recommendations(seed_tracks=tracks[:1], limit=5)["tracks"]
        assert spotify.audio_features(tracks[:2])[0]["id"]
        assert spotify.available_markets()["markets"]


def test_too_large_a_page_is_refused(spotify):
    with pytest.raises(spotipy.SpotifyException) as refused:
        spotify.current_user_saved_tracks(limit=51)
    assert refused.value.http_status == 400


def test_its_own_credentials_flow(sandbox):
    manager = spotipy.SpotifyClientCredentials(
        CLIENT_ID,
        CLIENT_SECRET,
        requests_session=detoured(sandbox),
        cache_handler=spotipy.MemoryCacheHandler(),
    )
    assert manager.get_access_token(as_dict=False, check_cache=False)


def test_its_own_renewal_of_a_token(sandbox, told):
    granted = told("POST", "tokens", {"member": "ada"})
    manager = spotipy.SpotifyOAuth(
        CLIENT_ID,
        CLIENT_SECRET,
        REDIRECT_URI,
        requests_session=detoured(sandbox),
        cache_handler=spotipy.MemoryCacheHandler(),
    )
    renewed = manager.refresh_access_token(granted["refresh_token"])
    assert renewed["access_token"] != granted["access_token"]
