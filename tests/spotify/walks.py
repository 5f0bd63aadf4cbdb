"""One call for every operation of the Web API, by its operationId, against the simulated Spotify.

Read by the test that runs them all, by the check that every request is legal, and by the table in the docs.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from spotweb.spotify import browse, catalog, library, modes, player, playlists, profile
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.http import Client
from tests.spotify.conftest import HandOfTokens
from tests.support.sandbox_control import SandboxControl

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 400 + b"\xff\xd9"
KINDS: tuple[catalog.SearchType, ...] = (
    *("album", "artist", "playlist", "track"),
    *("show", "episode", "audiobook"),
)
MODULES = {
    "browse": browse,
    "catalog": catalog,
    "library": library,
    "player": player,
    "playlists": playlists,
    "profile": profile,
}


class House:
    """A member, and things of Spotify's to act on."""

    def __init__(self, control: SandboxControl) -> None:
        self.control = control
        self.client = self.client_of("ada")

    def some(self, kind: str, count: int = 3) -> list[str]:
        return [thing["uri"] for thing in self.control.control("GET", f"catalog?type={kind}&limit={count}")]

    def one(self, kind: str) -> str:
        return self.some(kind)[0]

    @cached_property
    def playlist(self) -> str:
        made = playlists.create_playlist(self.client, "For walking", public=False)
        playlists.add_items_to_playlist(self.client, made.uri or "", self.some("track", 5))
        return made.uri or ""

    @cached_property
    def category(self) -> str:
        return browse.get_categories(self.client).items[0].id

    @cached_property
    def neighbour(self) -> str:
        return profile.get_user_id(self.client_of("ben"))

    def client_of(self, member: str) -> Client:
        return Client(HandOfTokens(self.control.tokens(member)["access_token"], key=member))

    def other_device(self) -> str:
        devices = player.get_a_users_available_devices(self.client)
        return next(device.id for device in devices if device.id and not device.is_active)


class Walk(NamedTuple):
    """`functions` are the service's, the first being the operation's own; `act` calls them."""

    functions: tuple[str, ...]
    act: Callable[[House], Any]


def _player() -> dict[str, Walk]:
    def walk(name: str, act: Callable[[House], Any]) -> Walk:
        return Walk((f"player.{name}",), act)

    return {
        "get-information-about-the-users-current-playback": walk(
            "get_information_about_the_users_current_playback",
            lambda h: player.get_information_about_the_users_current_playback(h.client),
        ),
        "transfer-a-users-playback": walk(
            "transfer_a_users_playback",
            lambda h: player.transfer_a_users_playback(h.client, h.other_device(), play=True),
        ),
        "get-a-users-available-devices": walk(
            "get_a_users_available_devices", lambda h: player.get_a_users_available_devices(h.client)
        ),
        "get-the-users-currently-playing-track": walk(
            "get_the_users_currently_playing_track",
            lambda h: player.get_the_users_currently_playing_track(h.client),
        ),
        "start-a-users-playback": walk("start_a_users_playback", _play),
        "pause-a-users-playback": walk(
            "pause_a_users_playback", lambda h: player.pause_a_users_playback(h.client)
        ),
        "skip-users-playback-to-next-track": walk(
            "skip_users_playback_to_next_track", lambda h: player.skip_users_playback_to_next_track(h.client)
        ),
        "skip-users-playback-to-previous-track": walk("skip_users_playback_to_previous_track", _skip_back),
        "seek-to-position-in-currently-playing-track": walk(
            "seek_to_position_in_currently_playing_track",
            lambda h: player.seek_to_position_in_currently_playing_track(h.client, 20_000),
        ),
        "set-repeat-mode-on-users-playback": walk(
            "set_repeat_mode_on_users_playback",
            lambda h: player.set_repeat_mode_on_users_playback(h.client, "context"),
        ),
        "set-volume-for-users-playback": walk(
            "set_volume_for_users_playback", lambda h: player.set_volume_for_users_playback(h.client, 30)
        ),
        "toggle-shuffle-for-users-playback": walk(
            "toggle_shuffle_for_users_playback",
            lambda h: player.toggle_shuffle_for_users_playback(h.client, state=False),
        ),
        "get-recently-played": walk(
            "get_recently_played", lambda h: player.get_recently_played(h.client, limit=50, after=1)
        ),
        "get-queue": walk("get_queue", lambda h: player.get_queue(h.client)),
        "add-to-queue": walk("add_to_queue", lambda h: player.add_to_queue(h.client, h.one("track"))),
    }


def _skip_back(h: House) -> None:
    player.skip_users_playback_to_next_track(h.client)
    player.skip_users_playback_to_previous_track(h.client)


def _play(h: House) -> None:
    player.start_a_users_playback(h.client, context_uri=h.one("album"), offset_position=0, position_ms=1000)
    player.start_a_users_playback(h.client, uris=tuple(h.some("track")), offset_uri=h.some("track")[1])


def _profile_and_browse() -> dict[str, Walk]:
    def walk(name: str, act: Callable[[House], Any]) -> Walk:
        return Walk((name,), act)

    return {
        "get-current-users-profile": walk(
            "profile.get_current_users_profile", lambda h: profile.get_current_users_profile(h.client)
        ),
        "get-users-profile": walk(
            "profile.get_users_profile", lambda h: profile.get_users_profile(h.client, h.neighbour)
        ),
        "get-users-top-artists-and-tracks": walk("profile.get_users_top_artists_and_tracks", _top),
        "get-new-releases": walk("browse.get_new_releases", lambda h: browse.get_new_releases(h.client)),
        "get-featured-playlists": walk(
            "browse.get_featured_playlists",
            lambda h: browse.get_featured_playlists(h.client, locale="en_US", limit=5),
        ),
        "get-categories": walk(
            "browse.get_categories", lambda h: browse.get_categories(h.client, locale="en_US")
        ),
        "get-a-category": walk(
            "browse.get_a_category", lambda h: browse.get_a_category(h.client, h.category)
        ),
        "get-a-categories-playlists": walk(
            "browse.get_a_categories_playlists",
            lambda h: browse.get_a_categories_playlists(h.client, h.category),
        ),
        "get-recommendations": walk(
            "browse.get_recommendations",
            lambda h: browse.get_recommendations(
                h.client,
                seed_artists=h.some("artist", 1),
                seed_tracks=h.some("track", 1),
                seed_genres=browse.get_recommendation_genres(h.client)[:1],
                tuning={"min_energy": 0.1, "target_tempo": 120},
                limit=10,
            ),
        ),
        "get-recommendation-genres": walk(
            "browse.get_recommendation_genres", lambda h: browse.get_recommendation_genres(h.client)
        ),
        "get-available-markets": walk(
            "browse.get_available_markets", lambda h: browse.get_available_markets(h.client)
        ),
        "get-audio-features": walk(
            "catalog.get_audio_features", lambda h: catalog.get_audio_features(h.client, h.one("track"))
        ),
        "get-several-audio-features": walk(
            "catalog.get_several_audio_features",
            lambda h: catalog.get_several_audio_features(h.client, h.some("track")),
        ),
        "get-audio-analysis": walk(
            "catalog.get_audio_analysis", lambda h: catalog.get_audio_analysis(h.client, h.one("track"))
        ),
    }


def _top(h: House) -> None:
    profile.get_users_top_artists_and_tracks(h.client, "artists", time_range="long_term")
    profile.get_users_top_artists_and_tracks(h.client, "tracks", time_range="short_term", limit=5)


def _catalog() -> dict[str, Walk]:
    single = {
        "get-track": "track",
        "get-an-album": "album",
        "get-an-artist": "artist",
        "get-a-show": "show",
        "get-an-episode": "episode",
        "get-an-audiobook": "audiobook",
        "get-a-chapter": "chapter",
        "get-an-albums-tracks": "album",
        "get-an-artists-albums": "artist",
        "get-an-artists-top-tracks": "artist",
        "get-an-artists-related-artists": "artist",
        "get-a-shows-episodes": "show",
        "get-audiobook-chapters": "audiobook",
    }
    several = {
        "get-several-tracks": "track",
        "get-multiple-albums": "album",
        "get-multiple-artists": "artist",
        "get-multiple-shows": "show",
        "get-multiple-episodes": "episode",
        "get-multiple-audiobooks": "audiobook",
        "get-several-chapters": "chapter",
    }
    walks = {operation: _on_one(operation, kind) for operation, kind in single.items()}
    walks |= {operation: _on_some(operation, kind) for operation, kind in several.items()}
    kinds: tuple[catalog.SearchType, ...] = (
        "album",
        "artist",
        "playlist",
        "track",
        "show",
        "episode",
        "audiobook",
    )
    walks["search"] = Walk(
        ("catalog.search",), lambda h: catalog.search(h.client, "a", types=kinds, offset=5, market="GB")
    )
    return walks


def _on_one(operation: str, kind: str) -> Walk:
    name = operation.replace("-", "_")
    return Walk((f"catalog.{name}",), lambda h: getattr(catalog, name)(h.client, h.one(kind)))


def _on_some(operation: str, kind: str) -> Walk:
    name = operation.replace("-", "_")
    return Walk((f"catalog.{name}",), lambda h: getattr(catalog, name)(h.client, h.some(kind)))


def _library() -> dict[str, Walk]:
    walks: dict[str, Walk] = {}
    for kind in ("track", "album", "episode", "show", "audiobook"):
        for operation in (f"save-{kind}s-user", f"check-users-saved-{kind}s", f"remove-{kind}s-user"):
            walks[operation] = _on_saved(operation, kind)
        walks[f"get-users-saved-{kind}s"] = _reading(f"get_users_saved_{kind}s")
    for operation in ("follow-artists-users", "check-current-user-follows", "unfollow-artists-users"):
        walks[operation] = _on_saved(operation, "artist")
    for operation in ("follow-playlist", "check-if-user-follows-playlist", "unfollow-playlist"):
        walks[operation] = _on_playlist(operation)
    for operation in ("save-library-items", "check-library-contains", "remove-library-items"):
        walks[operation] = _on_mixture(operation)
    walks["get-followed"] = Walk(("library.get_followed",), lambda h: library.get_followed(h.client))
    return walks


def _reading(name: str) -> Walk:
    return Walk((f"library.{name}",), lambda h: getattr(library, name)(h.client, limit=10, offset=5))


def _on_saved(operation: str, kind: str) -> Walk:
    name = operation.replace("-", "_")
    return Walk((f"library.{name}",), lambda h: getattr(library, name)(h.client, h.some(kind, 30)))


def _on_playlist(operation: str) -> Walk:
    name = operation.replace("-", "_")
    return Walk((f"library.{name}",), lambda h: getattr(library, name)(h.client, h.playlist))


def _on_mixture(operation: str) -> Walk:
    name = operation.replace("-", "_")
    kinds = ("track", "album", "episode", "show")

    def act(h: House) -> None:
        items = [uri for kind in kinds for uri in h.some(kind, 15)]
        getattr(library, name)(h.client, [*items, h.playlist, f"spotify:user:{h.neighbour}"])

    return Walk((f"library.{name}",), act)


def _playlists() -> dict[str, Walk]:
    def walk(name: str, act: Callable[[House], Any], *more: str) -> Walk:
        return Walk(tuple(f"playlists.{one}" for one in (name, *more)), act)

    walks = {
        "get-a-list-of-current-users-playlists": walk(
            "get_a_list_of_current_users_playlists",
            lambda h: playlists.get_a_list_of_current_users_playlists(h.client),
        ),
        "get-list-users-playlists": walk(
            "get_list_users_playlists", lambda h: playlists.get_list_users_playlists(h.client, h.neighbour)
        ),
        "get-playlist": walk("get_playlist", _get_playlist),
        "change-playlist-details": walk("change_playlist_details", _change_details),
        "create-playlist": walk(
            "create_playlist",
            lambda h: playlists.create_playlist(
                h.client, "Made by walking", public=False, collaborative=True, description="A walk"
            ),
        ),
        "get-playlists-items": walk("get_playlists_items", _read_items),
        "add-items-to-playlist": walk(
            "add_items_to_playlist",
            lambda h: playlists.add_items_to_playlist(h.client, h.playlist, h.some("track", 120), position=1),
        ),
        "reorder-or-replace-playlists-items": walk(
            "reorder_playlists_items", _reorder_and_replace, "replace_playlists_items"
        ),
        "remove-items-playlist": walk("remove_items_playlist", _remove_items),
        "get-playlist-cover": walk(
            "get_playlist_cover", lambda h: playlists.get_playlist_cover(h.client, h.playlist)
        ),
        "upload-custom-playlist-cover": walk(
            "upload_custom_playlist_cover",
            lambda h: playlists.upload_custom_playlist_cover(h.client, h.playlist, JPEG),
        ),
    }
    for former, current in modes.FORMER_NAMES.items():
        own = former.replace("-", "_")
        functions = walks[current].functions
        walks[former] = Walk(
            (f"playlists.{own}",) if hasattr(playlists, own) else functions, walks[current].act
        )
    return walks


def _get_playlist(h: House) -> None:
    playlists.get_playlist(h.client, h.playlist)
    playlists.get_playlist(h.client, h.playlist, fields="snapshot_id", market="GB")


def _change_details(h: House) -> None:
    playlists.change_playlist_details(h.client, h.playlist, name="Walked", description="A longer walk")
    playlists.change_playlist_details(h.client, h.playlist, public=False, collaborative=True)


def _read_items(h: House) -> None:
    playlists.get_playlists_items(h.client, h.playlist, limit=5, market="GB")


def _reorder_and_replace(h: House) -> None:
    snapshot_id = playlists.reorder_playlists_items(h.client, h.playlist, range_start=0, insert_before=3)
    playlists.reorder_playlists_items(
        h.client, h.playlist, range_start=1, insert_before=0, range_length=2, snapshot_id=snapshot_id
    )
    playlists.replace_playlists_items(h.client, h.playlist, h.some("track", 130))


def _remove_items(h: House) -> None:
    snapshot_id = playlists.remove_items_playlist(h.client, h.playlist, h.some("track", 2))
    playlists.remove_items_playlist(h.client, h.playlist, h.some("track", 5)[2:], snapshot_id=snapshot_id)


WALKS: Mapping[str, Walk] = {
    **_player(),
    **_profile_and_browse(),
    **_catalog(),
    **_library(),
    **_playlists(),
}


def row_of(operation: str) -> modes.Operation:
    """The row of modes.py, also for an operation by the name it has in extended mode."""
    return modes.OPERATIONS[modes.FORMER_NAMES.get(operation, operation)]


def is_gone(operation: str, mode: str) -> bool:
    """Whether calling it raises Gone."""
    row = row_of(operation)
    return row.path_in(mode) is None and not row.instead


def walk_all(house: House, mode: str) -> dict[str, SpotifyError]:
    """Every operation that this mode has; what was refused, by operation."""
    refused: dict[str, SpotifyError] = {}
    for operation, walk in WALKS.items():
        if is_gone(operation, mode):
            continue
        house.control.scene("ada", scene="playing")
        try:
            walk.act(house)
        except SpotifyError as error:
            refused[operation] = error
    return refused
