"""The operations of the Web API, and the only place that knows development from extended mode.

One row per operation, named by its operationId: method, path in both modes (`development` only where it
differs; GONE where Spotify left nothing), the endpoint family whose limits it shares, the scopes it needs,
and the largest page or batch of each mode. `instead` names the operation that our function takes where the
path of its own is gone; where there is none, calling it raises Gone and spends no request.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from django.conf import settings
from msgspec import Struct

from spotweb.spotify.errors import Gone, InvalidRequest

DEVELOPMENT: Final = "development"
EXTENDED: Final = "extended"
MODES = (DEVELOPMENT, EXTENDED)

SAME = "same"
GONE = None

# What members do side by side shares a limit; which operations Spotify really counts together is not known.
FAMILIES = ("player", "profile", "search", "catalogue", "library", "playlists", "covers", "browse", "probing")

_READ_STATE = "user-read-playback-state"
_READ_PLAYING = "user-read-currently-playing"
_COMMAND = "user-modify-playback-state"
_POSITION = "user-read-playback-position"
_LIBRARY_READ = "user-library-read"
_LIBRARY = "user-library-modify"
_FOLLOW_READ = "user-follow-read"
_FOLLOW = "user-follow-modify"
_LISTS_READ = "playlist-read-private"
_LISTS_SHARED = "playlist-read-collaborative"
_LISTS_PUBLIC = "playlist-modify-public"
_LISTS_PRIVATE = "playlist-modify-private"

_SAVE = "/me/library"
_CONTAINS = "/me/library/contains"
_ITEMS = "/playlists/{playlist_id}/items"
_TRACKS = "/playlists/{playlist_id}/tracks"


class Operation(Struct, frozen=True):
    """`is_repeatable`: sending it twice does no harm, so a lost answer may be answered by asking again."""

    name: str
    method: str
    extended: str | None
    family: str
    scopes: tuple[str, ...] = ()
    development: str | None = SAME
    is_repeatable: bool = True
    limits: tuple[int, int] | None = None  # in development mode, in extended mode
    instead: str = ""

    def path(self) -> str:
        """The template of the path in this installation's mode; raises Gone when there is none."""
        path = self.path_in(EXTENDED if is_extended() else DEVELOPMENT)
        if path is None:
            raise Gone(operation=self.name)
        return path

    def path_in(self, mode: str) -> str | None:
        if mode == DEVELOPMENT and self.development != SAME:
            return self.development
        return self.extended

    @property
    def limit(self) -> int | None:
        if self.limits is None:
            return None
        return self.limits[is_extended()]


# fmt: off
_ROWS = (
    # Player. next, previous and add-to-queue are POSTs whose repetition would skip or queue twice.
    Operation("get-information-about-the-users-current-playback", "GET", "/me/player", "player",
              (_READ_STATE,)),
    Operation("transfer-a-users-playback", "PUT", "/me/player", "player", (_COMMAND,)),
    Operation("get-a-users-available-devices", "GET", "/me/player/devices", "player", (_READ_STATE,)),
    Operation("get-the-users-currently-playing-track", "GET", "/me/player/currently-playing", "player",
              (_READ_PLAYING,)),
    Operation("start-a-users-playback", "PUT", "/me/player/play", "player", (_COMMAND,)),
    Operation("pause-a-users-playback", "PUT", "/me/player/pause", "player", (_COMMAND,)),
    Operation("skip-users-playback-to-next-track", "POST", "/me/player/next", "player", (_COMMAND,),
              is_repeatable=False),
    Operation("skip-users-playback-to-previous-track", "POST", "/me/player/previous", "player", (_COMMAND,),
              is_repeatable=False),
    Operation("seek-to-position-in-currently-playing-track", "PUT", "/me/player/seek", "player", (_COMMAND,)),
    Operation("set-repeat-mode-on-users-playback", "PUT", "/me/player/repeat", "player", (_COMMAND,)),
    Operation("set-volume-for-users-playback", "PUT", "/me/player/volume", "player", (_COMMAND,)),
    Operation("toggle-shuffle-for-users-playback", "PUT", "/me/player/shuffle", "player", (_COMMAND,)),
    Operation("get-recently-played", "GET", "/me/player/recently-played", "player",
              ("user-read-recently-played",), limits=(50, 50)),
    Operation("get-queue", "GET", "/me/player/queue", "player", (_READ_STATE, _READ_PLAYING)),
    Operation("add-to-queue", "POST", "/me/player/queue", "player", (_COMMAND,), is_repeatable=False),

    # Profile
    Operation("get-current-users-profile", "GET", "/me", "profile"),
    Operation("get-users-top-artists-and-tracks", "GET", "/me/top/{type}", "profile", ("user-top-read",),
              limits=(50, 50)),
    Operation("get-users-profile", "GET", "/users/{user_id}", "profile", development=GONE),

    # Library: what is read
    Operation("get-users-saved-tracks", "GET", "/me/tracks", "library", (_LIBRARY_READ,), limits=(50, 50)),
    Operation("get-users-saved-albums", "GET", "/me/albums", "library", (_LIBRARY_READ,), limits=(50, 50)),
    Operation("get-users-saved-episodes", "GET", "/me/episodes", "library", (_LIBRARY_READ, _POSITION),
              limits=(50, 50)),
    Operation("get-users-saved-shows", "GET", "/me/shows", "library", (_LIBRARY_READ,), limits=(50, 50)),
    Operation("get-users-saved-audiobooks", "GET", "/me/audiobooks", "library", (_LIBRARY_READ,),
              limits=(50, 50)),
    Operation("get-followed", "GET", "/me/following", "library", (_FOLLOW_READ,), limits=(50, 50)),

    # Library: what is changed and checked. In development mode one path for all kinds, with `uris`; in
    # extended mode one path per kind, with `ids`.
    Operation("save-library-items", "PUT", GONE, "library", (_LIBRARY, _FOLLOW, _LISTS_PUBLIC),
              development=_SAVE, limits=(40, 40), instead="the classic operation of each kind"),
    Operation("remove-library-items", "DELETE", GONE, "library", (_LIBRARY, _FOLLOW, _LISTS_PUBLIC),
              development=_SAVE, limits=(40, 40), instead="the classic operation of each kind"),
    Operation("check-library-contains", "GET", GONE, "library", (_LIBRARY_READ, _FOLLOW_READ, _LISTS_READ),
              development=_CONTAINS, limits=(40, 40), instead="the classic operation of each kind"),
    Operation("save-tracks-user", "PUT", "/me/tracks", "library", (_LIBRARY,), _SAVE, limits=(40, 50)),
    Operation("save-albums-user", "PUT", "/me/albums", "library", (_LIBRARY,), _SAVE, limits=(40, 20)),
    Operation("save-episodes-user", "PUT", "/me/episodes", "library", (_LIBRARY,), _SAVE, limits=(40, 50)),
    Operation("save-shows-user", "PUT", "/me/shows", "library", (_LIBRARY,), _SAVE, limits=(40, 50)),
    Operation("save-audiobooks-user", "PUT", "/me/audiobooks", "library", (_LIBRARY,), _SAVE,
              limits=(40, 50)),
    Operation("follow-artists-users", "PUT", "/me/following", "library", (_FOLLOW,), _SAVE, limits=(40, 50)),
    Operation("follow-playlist", "PUT", "/playlists/{playlist_id}/followers", "library",
              (_LISTS_PUBLIC, _LISTS_PRIVATE), _SAVE, limits=(40, 1)),
    Operation("remove-tracks-user", "DELETE", "/me/tracks", "library", (_LIBRARY,), _SAVE, limits=(40, 50)),
    Operation("remove-albums-user", "DELETE", "/me/albums", "library", (_LIBRARY,), _SAVE, limits=(40, 20)),
    Operation("remove-episodes-user", "DELETE", "/me/episodes", "library", (_LIBRARY,), _SAVE,
              limits=(40, 50)),
    Operation("remove-shows-user", "DELETE", "/me/shows", "library", (_LIBRARY,), _SAVE, limits=(40, 50)),
    Operation("remove-audiobooks-user", "DELETE", "/me/audiobooks", "library", (_LIBRARY,), _SAVE,
              limits=(40, 50)),
    Operation("unfollow-artists-users", "DELETE", "/me/following", "library", (_FOLLOW,), _SAVE,
              limits=(40, 50)),
    Operation("unfollow-playlist", "DELETE", "/playlists/{playlist_id}/followers", "library",
              (_LISTS_PUBLIC, _LISTS_PRIVATE), _SAVE, limits=(40, 1)),
    Operation("check-users-saved-tracks", "GET", "/me/tracks/contains", "library", (_LIBRARY_READ,),
              _CONTAINS, limits=(40, 50)),
    Operation("check-users-saved-albums", "GET", "/me/albums/contains", "library", (_LIBRARY_READ,),
              _CONTAINS, limits=(40, 20)),
    Operation("check-users-saved-episodes", "GET", "/me/episodes/contains", "library", (_LIBRARY_READ,),
              _CONTAINS, limits=(40, 50)),
    Operation("check-users-saved-shows", "GET", "/me/shows/contains", "library", (_LIBRARY_READ,),
              _CONTAINS, limits=(40, 50)),
    Operation("check-users-saved-audiobooks", "GET", "/me/audiobooks/contains", "library", (_LIBRARY_READ,),
              _CONTAINS, limits=(40, 50)),
    Operation("check-current-user-follows", "GET", "/me/following/contains", "library", (_FOLLOW_READ,),
              _CONTAINS, limits=(40, 50)),
    Operation("check-if-user-follows-playlist", "GET", "/playlists/{playlist_id}/followers/contains",
              "library", (_LISTS_READ,), _CONTAINS, limits=(40, 1)),

    # Playlists. A repeated POST would add or create twice, a repeated move would move twice. Spotify asks for
    # the scope that fits the playlist, public or private; both are asked for at sign-in.
    Operation("get-a-list-of-current-users-playlists", "GET", "/me/playlists", "playlists",
              (_LISTS_READ, _LISTS_SHARED), limits=(50, 50)),
    Operation("get-list-users-playlists", "GET", "/users/{user_id}/playlists", "playlists",
              (_LISTS_READ, _LISTS_SHARED), GONE, limits=(50, 50)),
    Operation("get-playlist", "GET", "/playlists/{playlist_id}", "playlists"),
    Operation("change-playlist-details", "PUT", "/playlists/{playlist_id}", "playlists",
              (_LISTS_PUBLIC, _LISTS_PRIVATE)),
    Operation("create-playlist", "POST", "/users/{user_id}/playlists", "playlists",
              (_LISTS_PUBLIC, _LISTS_PRIVATE), "/me/playlists", is_repeatable=False),
    Operation("get-playlists-items", "GET", _TRACKS, "playlists", (_LISTS_READ, _LISTS_SHARED), _ITEMS,
              limits=(50, 50)),
    Operation("add-items-to-playlist", "POST", _TRACKS, "playlists", (_LISTS_PUBLIC, _LISTS_PRIVATE), _ITEMS,
              is_repeatable=False, limits=(100, 100)),
    Operation("reorder-or-replace-playlists-items", "PUT", _TRACKS, "playlists",
              (_LISTS_PUBLIC, _LISTS_PRIVATE), _ITEMS, is_repeatable=False, limits=(100, 100)),
    Operation("remove-items-playlist", "DELETE", _TRACKS, "playlists", (_LISTS_PUBLIC, _LISTS_PRIVATE),
              _ITEMS, limits=(100, 100)),
    Operation("get-playlist-cover", "GET", "/playlists/{playlist_id}/images", "covers"),
    Operation("upload-custom-playlist-cover", "PUT", "/playlists/{playlist_id}/images", "covers",
              ("ugc-image-upload", _LISTS_PUBLIC, _LISTS_PRIVATE)),

    # Catalogue: in development mode about 600 of these a day, for the whole household together.
    Operation("search", "GET", "/search", "search", limits=(10, 50)),
    Operation("get-track", "GET", "/tracks/{id}", "catalogue"),
    Operation("get-an-album", "GET", "/albums/{id}", "catalogue"),
    Operation("get-an-albums-tracks", "GET", "/albums/{id}/tracks", "catalogue", limits=(50, 50)),
    Operation("get-an-artist", "GET", "/artists/{id}", "catalogue"),
    Operation("get-an-artists-albums", "GET", "/artists/{id}/albums", "catalogue", limits=(10, 50)),
    Operation("get-a-show", "GET", "/shows/{id}", "catalogue", (_POSITION,)),
    Operation("get-a-shows-episodes", "GET", "/shows/{id}/episodes", "catalogue", (_POSITION,),
              limits=(50, 50)),
    Operation("get-an-episode", "GET", "/episodes/{id}", "catalogue", (_POSITION,)),
    Operation("get-an-audiobook", "GET", "/audiobooks/{id}", "catalogue"),
    Operation("get-audiobook-chapters", "GET", "/audiobooks/{id}/chapters", "catalogue", limits=(50, 50)),
    Operation("get-a-chapter", "GET", "/chapters/{id}", "catalogue"),

    # Several at once: gone in development mode, where the single ones are read side by side.
    Operation("get-several-tracks", "GET", "/tracks", "catalogue", (), GONE, limits=(50, 50),
              instead="get-track"),
    Operation("get-multiple-albums", "GET", "/albums", "catalogue", (), GONE, limits=(20, 20),
              instead="get-an-album"),
    Operation("get-multiple-artists", "GET", "/artists", "catalogue", (), GONE, limits=(50, 50),
              instead="get-an-artist"),
    Operation("get-multiple-shows", "GET", "/shows", "catalogue", (), GONE, limits=(50, 50),
              instead="get-a-show"),
    Operation("get-multiple-episodes", "GET", "/episodes", "catalogue", (_POSITION,), GONE, limits=(50, 50),
              instead="get-an-episode"),
    Operation("get-multiple-audiobooks", "GET", "/audiobooks", "catalogue", (), GONE, limits=(50, 50),
              instead="get-an-audiobook"),
    Operation("get-several-chapters", "GET", "/chapters", "catalogue", (), GONE, limits=(50, 50),
              instead="get-a-chapter"),

    # Browsing and the sound of tracks: nothing of it is left in development mode.
    Operation("get-an-artists-top-tracks", "GET", "/artists/{id}/top-tracks", "browse", (), GONE),
    Operation("get-an-artists-related-artists", "GET", "/artists/{id}/related-artists", "browse", (), GONE),
    Operation("get-new-releases", "GET", "/browse/new-releases", "browse", (), GONE, limits=(50, 50)),
    Operation("get-featured-playlists", "GET", "/browse/featured-playlists", "browse", (), GONE,
              limits=(50, 50)),
    Operation("get-categories", "GET", "/browse/categories", "browse", (), GONE, limits=(50, 50)),
    Operation("get-a-category", "GET", "/browse/categories/{category_id}", "browse", (), GONE),
    Operation("get-a-categories-playlists", "GET", "/browse/categories/{category_id}/playlists", "browse",
              (), GONE, limits=(50, 50)),
    Operation("get-recommendations", "GET", "/recommendations", "browse", (), GONE, limits=(100, 100)),
    Operation("get-recommendation-genres", "GET", "/recommendations/available-genre-seeds", "browse", (),
              GONE),
    Operation("get-available-markets", "GET", "/markets", "browse", (), GONE),
    Operation("get-audio-features", "GET", "/audio-features/{id}", "browse", (), GONE),
    Operation("get-several-audio-features", "GET", "/audio-features", "browse", (), GONE, limits=(100, 100)),
    Operation("get-audio-analysis", "GET", "/audio-analysis/{id}", "browse", (), GONE),
)
# fmt: on

# The same thing under the name it has in extended mode.
FORMER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "get-playlists-tracks": "get-playlists-items",
        "add-tracks-to-playlist": "add-items-to-playlist",
        "reorder-or-replace-playlists-tracks": "reorder-or-replace-playlists-items",
        "remove-tracks-playlist": "remove-items-playlist",
        "create-playlist-for-user": "create-playlist",
    }
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType({row.name: row for row in _ROWS})


def is_extended() -> bool:
    return bool(settings.SPOTIFY_QUOTA_MODE == EXTENDED)


def items_key() -> str:
    """What the rows of a playlist are called in the body of remove-items-playlist."""
    return "tracks" if is_extended() else "items"


def fill_path(path: str, ids: Mapping[str, str]) -> str:
    """The path with its ids, escaped so that an id with a slash cannot name another operation."""
    return path.format_map({name: quote(value, safe="") for name, value in ids.items()})


def check_limit(operation: str, count: int) -> int:
    """`count` itself, or InvalidRequest before a request is spent on a page that Spotify refuses."""
    limit = OPERATIONS[operation].limit
    if count < 1 or (limit is not None and count > limit):
        message = f"{count} is not between 1 and {limit}"
        raise InvalidRequest(message, operation=operation)
    return count


def get_max_limit(operation: str) -> int:
    """The largest page or batch that this installation's mode allows."""
    limit = OPERATIONS[operation].limit
    if limit is None:
        message = "has no pages and no batches"
        raise InvalidRequest(message, operation=operation)
    return limit
