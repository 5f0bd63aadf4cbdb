"""What an import ends with: its songs in a playlist, a new one or one that is there."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import ngettext
from msgspec import Struct

from playlists.editing.actions import add_items
from playlists.index import actions as keeping
from playlists.models import Edit, ImportRun, Playlist
from playlists.sync import access
from playlists.transfer import imports as importing
from spotweb.spotify.errors import InvalidRequest, SpotifyError
from spotweb.spotify.playlists import MAX_DESCRIPTION_CHARS


class NothingToAdd(Exception):
    """No line has anything that could be added."""


class AddedMeanwhile(Exception):
    """The page that asked for it did not know that it had been added."""


class Added(Struct, frozen=True):
    """`edit` may still be under way in the worker."""

    playlist: Playlist
    edit: Edit
    count: int

    @property
    def said(self) -> str:
        if self.edit.is_done:
            words = ngettext(
                "Added %(count)s item to “%(name)s”.", "Added %(count)s items to “%(name)s”.", self.count
            )
        else:
            words = ngettext(
                "%(count)s item is being added to “%(name)s”.",
                "%(count)s items are being added to “%(name)s”.",
                self.count,
            )
        return words % {"count": f"{self.count:,}", "name": self.playlist.name}


def add(run: ImportRun, *, into: str, name: str, once: bool, skip_there: bool, seen: int | None) -> Added:
    """To the end of the playlist `into`, or to a new one called `name`.

    `once`: each only where it comes first. `skip_there`: not what the playlist holds already. `seen`: how
    many the page said were added before. Raises NothingToAdd, AddedMeanwhile, and what making and adding
    raise; a new playlist that was made by then is kept in mind.
    """
    uris = importing.uris(run, once=once)
    if into and skip_there:
        uris = _missing(run, into, uris)
    if not uris:
        raise NothingToAdd
    mine = ImportRun.objects.filter(pk=run.pk)
    before = run.added if seen is None else seen
    if not mine.filter(added=before).update(added=before + len(uris), added_at=timezone.now()):
        raise AddedMeanwhile
    try:
        playlist_id = into or _created(run, name)
        values = {"name": run.source or run.name}
        edit = add_items(run.member, playlist_id, uris, kind="import", values=values)
    except SpotifyError:
        mine.update(added=before, added_at=run.added_at)
        raise
    mine.update(playlist_id=playlist_id)
    return Added(edit.playlist, edit, len(uris))


def _missing(run: ImportRun, playlist_id: str, uris: Sequence[str]) -> list[str]:
    opened = access.open_playlist(run.member, playlist_id)
    there = {entry.uri for entry in opened.contents.entries} if opened.contents else set()
    return [uri for uri in uris if uri not in there]


def _created(run: ImportRun, name: str) -> str:
    """Noted at once: whoever tries again after a failure shall not make a second one."""
    description = " ".join(run.description.split())[:MAX_DESCRIPTION_CHARS]
    try:
        playlist = keeping.create(run.member, name, description=description)
    except InvalidRequest:  # Spotify refuses some descriptions, those with web addresses for one
        playlist = keeping.create(run.member, name)
    ImportRun.objects.filter(pk=run.pk).update(playlist_id=playlist.spotify_id)
    return playlist.spotify_id
