"""How many of a member's playlists have been read: what "in no playlist" rests on.

Playlists are kept by an app above this one, which says how to count them.
"""

from collections.abc import Callable

from msgspec import Struct

from accounts.models import Member


class PlaylistCoverage(Struct, frozen=True, kw_only=True):
    """`total` counts the playlists in the member's library, null where even their list was never read.

    `read` counts those of which all items are known as they are now, `being_read` those that are read in the
    background or whose reading has stopped, `withheld` those that Spotify does not let the member's app read.
    """

    total: int | None = None
    read: int = 0
    being_read: int = 0
    withheld: int = 0

    @property
    def is_complete(self) -> bool:
        return self.total is not None and self.read == self.total


Counter = Callable[[Member], PlaylistCoverage]
_counters: list[Counter] = []


def set_counter(counter: Counter) -> None:
    """Have `counter` say how many playlists were read."""
    _counters[:] = [counter]


def count_read_playlists(member: Member) -> PlaylistCoverage:
    return _counters[0](member) if _counters else PlaylistCoverage()
