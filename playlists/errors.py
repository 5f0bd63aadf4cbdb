"""Errors of playlists beyond what Spotify itself refuses; each code has its message."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from spotweb.spotify.errors import SpotifyError

if TYPE_CHECKING:
    from playlists.models import Edit, Playlist, PlaylistRead, Revision
    from playlists.revisions.diff import Diff


class PlaylistError(SpotifyError):
    """Nothing was changed."""

    code = "playlist_error"
    status = HTTPStatus.CONFLICT


class PlaylistChanged(PlaylistError):
    """Others have changed the list since `base` so that the edit makes no sense any more in `now`.

    `diff` says what they changed, in positions of both. All are null when `base` is so old that it is no
    longer kept.
    """

    code = "playlist_changed"

    def __init__(
        self,
        *,
        base: "Revision | None" = None,
        now: "Revision | None" = None,
        diff: "Diff | None" = None,
    ) -> None:
        self.base = base
        self.now = now
        self.diff = diff
        super().__init__()


class PlaylistBusy(PlaylistError):
    """One edit at a time: `edit` is under way, or null when the list is being read."""

    code = "playlist_busy"

    def __init__(self, edit: "Edit | None" = None) -> None:
        self.edit = edit
        super().__init__()


class PlaylistBeingRead(PlaylistBusy):
    """A long list is read in the background first; `reading` says how far it is."""

    code = "playlist_being_read"

    def __init__(self, reading: "PlaylistRead") -> None:
        self.reading = reading
        super().__init__()


class NotEditable(PlaylistError):
    """Only the owner and invited users may change it."""

    code = "playlist_not_editable"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, playlist: "Playlist | None" = None) -> None:
        self.playlist = playlist
        super().__init__()


class NotReadable(PlaylistError):
    """Spotify does not say what is in it, which is not the same as empty."""

    code = "playlist_not_readable"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, playlist: "Playlist | None" = None) -> None:
        self.playlist = playlist
        super().__init__()


class PlaylistGone(PlaylistError):
    """Spotify has no such playlist, or none for this app."""

    code = "playlist_gone"
    status = HTTPStatus.NOT_FOUND


class PlaylistFull(PlaylistError):
    """`room` is how many more items Spotify accepts."""

    code = "playlist_full"
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, *, room: int) -> None:
        self.room = room
        super().__init__()


class CannotRemove(PlaylistError):
    """Local files and vanished rows have no URI that Spotify could remove; `positions` are theirs."""

    code = "playlist_cannot_remove"

    def __init__(self, positions: Sequence[int]) -> None:
        self.positions = tuple(positions)
        super().__init__()


class NothingToDo(PlaylistError):
    """The list is already as wanted."""

    code = "playlist_nothing_to_do"
