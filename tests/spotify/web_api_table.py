"""Writes docs/web-api.md from modes.py and the walks: `python -m tests.spotify.web_api_table`."""

import os
import re
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.environment")

from spotweb.spotify import modes
from spotweb.spotify.modes import DEVELOPMENT, EXTENDED, FORMER_NAMES, Operation
from tests.spotify.walks import MODULES, WALKS, is_gone, row_of

PATH = Path(__file__).resolve().parents[2] / "docs" / "web-api.md"

HEAD = """# The Web API, operation by operation

Written by `python -m tests.spotify.web_api_table`; a test fails when this page is not what that writes.
The first column is Spotify's operationId, the second what a classic client class calls the same. A function
takes the client first. *gone*: Spotify left nothing in development mode, the function raises `Gone` and asks
nothing. *gone; instead …*: the function takes that way. Limits are the largest page, or the most ids of one
request.

The last column says what `tests/spotify/test_every_operation.py` does with the operation against the
simulated Spotify; each request it makes there is also held against the official description.

| operation | classic name | function | development mode | extended mode | tested |
|---|---|---|---|---|---|
"""

# What the class calls it that the project took its list of operations from.
CLASSIC = {
    "upload-custom-playlist-cover": "add_playlist_cover_image",
    "add-tracks-to-playlist": "add_playlist_items",
    "add-to-queue": "add_to_queue",
    "change-playlist-details": "change_playlist_details",
    "check-current-user-follows": "check_followed_people",
    "check-if-user-follows-playlist": "check_playlist_followers",
    "check-users-saved-albums": "check_saved_albums",
    "check-users-saved-audiobooks": "check_saved_audiobooks",
    "check-users-saved-episodes": "check_saved_episodes",
    "check-users-saved-shows": "check_saved_shows",
    "check-users-saved-tracks": "check_saved_tracks",
    "create-playlist-for-user": "create_playlist",
    "follow-artists-users": "follow_people",
    "follow-playlist": "follow_playlist",
    "get-an-album": "get_album",
    "get-an-albums-tracks": "get_album_tracks",
    "get-multiple-albums": "get_albums",
    "get-an-artist": "get_artist",
    "get-an-artists-albums": "get_artist_albums",
    "get-an-artists-top-tracks": "get_artist_top_tracks",
    "get-an-artists-related-artists": "get_related_artists",
    "get-multiple-artists": "get_artists",
    "get-an-audiobook": "get_audiobook",
    "get-audiobook-chapters": "get_audiobook_chapters",
    "get-multiple-audiobooks": "get_audiobooks",
    "get-categories": "get_categories",
    "get-a-category": "get_category",
    "get-a-categories-playlists": "get_category_playlists",
    "get-a-chapter": "get_chapter",
    "get-several-chapters": "get_chapters",
    "get-the-users-currently-playing-track": "get_currently_playing",
    "get-a-users-available-devices": "get_devices",
    "get-an-episode": "get_episode",
    "get-multiple-episodes": "get_episodes",
    "get-featured-playlists": "get_featured_playlists",
    "get-followed": "get_followed_artists",
    "get-recommendation-genres": "get_genre_seeds",
    "get-available-markets": "get_markets",
    "get-new-releases": "get_new_albums",
    "get-a-list-of-current-users-playlists": "get_personal_playlists",
    "get-information-about-the-users-current-playback": "get_playback_state",
    "get-playlist": "get_playlist",
    "get-playlist-cover": "get_playlist_cover_image",
    "get-playlists-tracks": "get_playlist_items",
    "get-current-users-profile": "get_profile",
    "get-queue": "get_queue",
    "get-recently-played": "get_recently_played",
    "get-recommendations": "get_recommendations",
    "get-users-saved-albums": "get_saved_albums",
    "get-users-saved-audiobooks": "get_saved_audiobooks",
    "get-users-saved-episodes": "get_saved_episodes",
    "get-users-saved-shows": "get_saved_shows",
    "get-users-saved-tracks": "get_saved_tracks",
    "get-a-show": "get_show",
    "get-a-shows-episodes": "get_show_episodes",
    "get-multiple-shows": "get_shows",
    "get-users-top-artists-and-tracks": "get_top_items",
    "get-track": "get_track",
    "get-audio-analysis": "get_track_audio_analysis",
    "get-audio-features": "get_track_audio_features",
    "get-several-tracks": "get_tracks",
    "get-several-audio-features": "get_tracks_audio_features",
    "get-list-users-playlists": "get_user_playlists",
    "get-users-profile": "get_user_profile",
    "pause-a-users-playback": "pause_playback",
    "remove-tracks-playlist": "remove_playlist_items",
    "remove-albums-user": "remove_saved_albums",
    "remove-audiobooks-user": "remove_saved_audiobooks",
    "remove-episodes-user": "remove_saved_episodes",
    "remove-shows-user": "remove_saved_shows",
    "remove-tracks-user": "remove_saved_tracks",
    "save-albums-user": "save_albums",
    "save-audiobooks-user": "save_audiobooks",
    "save-episodes-user": "save_episodes",
    "save-shows-user": "save_shows",
    "save-tracks-user": "save_tracks",
    "search": "search",
    "seek-to-position-in-currently-playing-track": "seek_to_position",
    "set-volume-for-users-playback": "set_playback_volume",
    "set-repeat-mode-on-users-playback": "set_repeat_mode",
    "skip-users-playback-to-next-track": "skip_to_next",
    "skip-users-playback-to-previous-track": "skip_to_previous",
    "start-a-users-playback": "start_playback",
    "toggle-shuffle-for-users-playback": "toggle_playback_shuffle",
    "transfer-a-users-playback": "transfer_playback",
    "unfollow-artists-users": "unfollow_people",
    "unfollow-playlist": "unfollow_playlist",
    "reorder-or-replace-playlists-tracks": "update_playlist_items",
}


def table() -> str:
    return HEAD + "\n".join(map(_line, _in_order())) + "\n"


def cells(operation: str) -> tuple[str, ...]:
    row = row_of(operation)
    return (
        f"`{operation}`",
        f"`{CLASSIC[operation]}`" if operation in CLASSIC else "none",
        ", ".join(f"`{_existing(name)}`" for name in WALKS[operation].functions),
        _way(row, DEVELOPMENT),
        _way(row, EXTENDED),
        "works in both" if not is_gone(operation, DEVELOPMENT) else "gone; works in extended mode",
    )


def _in_order() -> list[str]:
    """As modes.py has them, each followed by the name it has in extended mode."""
    former = {current: name for name, current in FORMER_NAMES.items()}
    return [name for row in modes.OPERATIONS for name in (row, former.get(row)) if name]


def _line(operation: str) -> str:
    return f"| {' | '.join(cells(operation))} |"


def _way(row: Operation, mode: str) -> str:
    path = row.path_in(mode)
    limit = f", {row.limits[mode == EXTENDED]} at a time" if row.limits else ""
    if path is None:
        return f"gone; instead {_linked(row.instead)}" if row.instead else "*gone*"
    return f"`{row.method} {path}`{limit}"


def _linked(instead: str) -> str:
    return f"`{instead}`, one by one" if instead in modes.OPERATIONS else instead


def _existing(name: str) -> str:
    """The name itself, if the service module really has that function."""
    module, function = name.split(".")
    getattr(MODULES[module], function)
    return name


def seeds_in(text: str) -> set[str]:
    """The operations that the description of a classic client class lists, without what it does by itself."""
    headed = set(re.findall(r"^- ([a-z_]+)\(", text, re.MULTILINE)) - {"set_access_token", "set_flow"}
    # One is described, and has lost its heading.
    return headed | ({"get_related_artists"} if "Get Artist’s Related Artists:" in text else set())


if __name__ == "__main__":
    PATH.write_text(table())
