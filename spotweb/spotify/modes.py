"""The operations of the Web API, and the only place that knows development from extended mode.

One row per operation, named by its operationId: method, path in both modes (`development` only where it
differs; GONE where Spotify left nothing), the endpoint family whose limits it shares, the scopes it needs,
and the largest page or batch of each mode.
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

_READ_STATE = "user-read-playback-state"
_READ_PLAYING = "user-read-currently-playing"
_COMMAND = "user-modify-playback-state"
_POSITION = "user-read-playback-position"


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

    def path(self) -> str:
        """The template of the path in this installation's mode; raises Gone when there is none."""
        path = self.extended
        if settings.SPOTIFY_QUOTA_MODE == DEVELOPMENT and self.development != SAME:
            path = self.development
        if path is None:
            raise Gone(operation=self.name)
        return path

    @property
    def limit(self) -> int | None:
        if self.limits is None:
            return None
        return self.limits[settings.SPOTIFY_QUOTA_MODE == EXTENDED]


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

    # Catalogue: in development mode about 600 of these a day, for the whole household together.
    Operation("search", "GET", "/search", "search", limits=(10, 50)),
    Operation("get-track", "GET", "/tracks/{id}", "catalogue"),
    Operation("get-an-album", "GET", "/albums/{id}", "catalogue"),
    Operation("get-an-artist", "GET", "/artists/{id}", "catalogue"),
    Operation("get-a-show", "GET", "/shows/{id}", "catalogue", (_POSITION,)),
    Operation("get-an-episode", "GET", "/episodes/{id}", "catalogue", (_POSITION,)),
)
# fmt: on

OPERATIONS: Mapping[str, Operation] = MappingProxyType({row.name: row for row in _ROWS})


def fill(path: str, ids: Mapping[str, str]) -> str:
    """The path with its ids, escaped so that an id with a slash cannot name another operation."""
    return path.format_map({name: quote(value, safe="") for name, value in ids.items()})


def within_limit(operation: str, count: int) -> int:
    """`count` itself, or InvalidRequest before a request is spent on a page that Spotify refuses."""
    limit = OPERATIONS[operation].limit
    if count < 1 or (limit is not None and count > limit):
        message = f"{count} is not between 1 and {limit}"
        raise InvalidRequest(message, operation=operation)
    return count
