"""What an import ends with: its songs in a playlist, a new one or one that is there."""

from collections.abc import Sequence

from django.db.models import F
from django.utils import timezone
from django.utils.translation import ngettext
from msgspec import Struct

from playlists import editing, importing, keeping, reading
from playlists.models import Edit, Playlist
from playlists.transfer_models import ImportRun
from spotweb.spotify.errors import InvalidRequest
from spotweb.spotify.playlists import MOST_DESCRIPTION


class NothingToAdd(Exception):
    """No line has anything that could be added."""


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


def add(run: ImportRun, *, into: str, name: str, once: bool, skip_there: bool) -> Added:
    """To the end of the playlist `into`, or to a new one called `name`.

    `once`: each only where it comes first. `skip_there`: not what the playlist holds already. Raises
    NothingToAdd, and what creating and adding raise; a new playlist that was made by then is kept in mind.
    """
    uris = importing.uris(run, once=once)
    if into and skip_there:
        uris = _missing(run, into, uris)
    if not uris:
        raise NothingToAdd
    playlist_id = into or _created(run, name)
    edit = editing.add_items(
        run.member, playlist_id, uris, kind="import", values={"name": run.source or run.name}
    )
    ImportRun.objects.filter(pk=run.pk).update(
        playlist_id=playlist_id, added_at=timezone.now(), added=F("added") + len(uris)
    )
    return Added(edit.playlist, edit, len(uris))


def _missing(run: ImportRun, playlist_id: str, uris: Sequence[str]) -> list[str]:
    opened = reading.open_playlist(run.member, playlist_id)
    there = {entry.uri for entry in opened.contents.entries} if opened.contents else set()
    return [uri for uri in uris if uri not in there]


def _created(run: ImportRun, name: str) -> str:
    """Noted at once: whoever tries again after a failure shall not make a second one."""
    description = " ".join(run.description.split())[:MOST_DESCRIPTION]
    try:
        playlist = keeping.create(run.member, name, description=description)
    except InvalidRequest:  # Spotify refuses some descriptions, those with web addresses for one
        playlist = keeping.create(run.member, name)
    ImportRun.objects.filter(pk=run.pk).update(playlist_id=playlist.spotify_id)
    return playlist.spotify_id
