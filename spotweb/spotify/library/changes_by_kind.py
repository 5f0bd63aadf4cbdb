"""The operations of one kind, by the names they have in extended mode.

Each is saving, removing or checking of `saving.py` with only one kind allowed, so that bare ids will do; in
development mode they take its path.
"""

from collections.abc import Iterable

from spotweb.spotify.arguments import links_to
from spotweb.spotify.errors import InvalidRequest
from spotweb.spotify.http import Client
from spotweb.spotify.library.changes import check_library_contains, remove_library_items, save_library_items


def save_tracks_user(client: Client, tracks: Iterable[str]) -> None:
    """Web API: save-tracks-user."""
    save_library_items(client, _uris(tracks, "track", "save-tracks-user"))


def remove_tracks_user(client: Client, tracks: Iterable[str]) -> None:
    """Web API: remove-tracks-user."""
    remove_library_items(client, _uris(tracks, "track", "remove-tracks-user"))


def check_users_saved_tracks(client: Client, tracks: Iterable[str]) -> tuple[bool | None, ...]:
    """Web API: check-users-saved-tracks."""
    return check_library_contains(client, _uris(tracks, "track", "check-users-saved-tracks"))


def save_albums_user(client: Client, albums: Iterable[str]) -> None:
    """Web API: save-albums-user."""
    save_library_items(client, _uris(albums, "album", "save-albums-user"))


def remove_albums_user(client: Client, albums: Iterable[str]) -> None:
    """Web API: remove-albums-user."""
    remove_library_items(client, _uris(albums, "album", "remove-albums-user"))


def check_users_saved_albums(client: Client, albums: Iterable[str]) -> tuple[bool | None, ...]:
    """Web API: check-users-saved-albums."""
    return check_library_contains(client, _uris(albums, "album", "check-users-saved-albums"))


def save_episodes_user(client: Client, episodes: Iterable[str]) -> None:
    """Web API: save-episodes-user."""
    save_library_items(client, _uris(episodes, "episode", "save-episodes-user"))


def remove_episodes_user(client: Client, episodes: Iterable[str]) -> None:
    """Web API: remove-episodes-user."""
    remove_library_items(client, _uris(episodes, "episode", "remove-episodes-user"))


def check_users_saved_episodes(client: Client, episodes: Iterable[str]) -> tuple[bool | None, ...]:
    """Web API: check-users-saved-episodes."""
    return check_library_contains(client, _uris(episodes, "episode", "check-users-saved-episodes"))


def save_shows_user(client: Client, shows: Iterable[str]) -> None:
    """Web API: save-shows-user."""
    save_library_items(client, _uris(shows, "show", "save-shows-user"))


def remove_shows_user(client: Client, shows: Iterable[str]) -> None:
    """Web API: remove-shows-user."""
    remove_library_items(client, _uris(shows, "show", "remove-shows-user"))


def check_users_saved_shows(client: Client, shows: Iterable[str]) -> tuple[bool | None, ...]:
    """Web API: check-users-saved-shows."""
    return check_library_contains(client, _uris(shows, "show", "check-users-saved-shows"))


def save_audiobooks_user(client: Client, audiobooks: Iterable[str]) -> None:
    """Web API: save-audiobooks-user."""
    save_library_items(client, _uris(audiobooks, "audiobook", "save-audiobooks-user"))


def remove_audiobooks_user(client: Client, audiobooks: Iterable[str]) -> None:
    """Web API: remove-audiobooks-user."""
    remove_library_items(client, _uris(audiobooks, "audiobook", "remove-audiobooks-user"))


def check_users_saved_audiobooks(client: Client, audiobooks: Iterable[str]) -> tuple[bool | None, ...]:
    """Web API: check-users-saved-audiobooks."""
    return check_library_contains(client, _uris(audiobooks, "audiobook", "check-users-saved-audiobooks"))


def follow_artists_users(client: Client, people: Iterable[str], *, type: str = "artist") -> None:  # noqa: A002
    """`type` is artist or user, for bare ids. Web API: follow-artists-users."""
    save_library_items(client, _people(people, type, "follow-artists-users"))


def unfollow_artists_users(client: Client, people: Iterable[str], *, type: str = "artist") -> None:  # noqa: A002
    """`type` is artist or user, for bare ids. Web API: unfollow-artists-users."""
    remove_library_items(client, _people(people, type, "unfollow-artists-users"))


def check_current_user_follows(
    client: Client,
    people: Iterable[str],
    *,
    type: str = "artist",  # noqa: A002  # Spotify's word
) -> tuple[bool | None, ...]:
    """`type` is artist or user, for bare ids. Web API: check-current-user-follows."""
    return check_library_contains(client, _people(people, type, "check-current-user-follows"))


def follow_playlist(client: Client, playlist: str) -> None:
    """Web API: follow-playlist."""
    save_library_items(client, _uris([playlist], "playlist", "follow-playlist"))


def unfollow_playlist(client: Client, playlist: str) -> None:
    """Web API: unfollow-playlist."""
    remove_library_items(client, _uris([playlist], "playlist", "unfollow-playlist"))


def check_if_user_follows_playlist(client: Client, playlist: str) -> bool:
    """Whether the member does; Spotify tells nobody about others. Web API: check-if-user-follows-playlist."""
    flags = check_library_contains(client, _uris([playlist], "playlist", "check-if-user-follows-playlist"))
    return bool(flags[0])


def _uris(texts: Iterable[str], kind: str, operation: str) -> list[str]:
    return [link.uri for link in links_to(texts, kind, operation=operation)]


def _people(texts: Iterable[str], kind: str, operation: str) -> list[str]:
    if kind not in {"artist", "user"}:
        message = "only artists and users can be followed here"
        raise InvalidRequest(message, operation=operation)
    return _uris(texts, kind, operation)
