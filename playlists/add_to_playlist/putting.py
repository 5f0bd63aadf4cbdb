"""Putting items into several playlists at once, and asking before something stands in one twice."""

from collections.abc import Sequence

from django.http import Http404
from msgspec import Struct

from accounts.models import Member
from playlists.add_to_playlist import actions as adding
from playlists.editing.actions import add_items, move_to_playlists, remove_items
from playlists.editing.start import require_idle
from playlists.errors import PlaylistChanged
from playlists.index import actions as keeping
from playlists.models import Edit, Playlist
from playlists.page import context as page
from playlists.sync import access
from spotweb.spotify.links import Link

ALL, MISSING = "all", "missing"


class Rows(Struct, frozen=True, kw_only=True):
    """Rows of a version of a playlist."""

    playlist_id: str
    seen: int
    positions: tuple[int, ...]


class Wish(Struct, frozen=True, kw_only=True):
    """Either links or rows. `again` answers what to do with items that a list holds already; "" asks."""

    links: tuple[Link, ...] = ()
    rows: Rows | None = None
    to: tuple[str, ...] = ()
    new_name: str = ""
    again: str = ""
    is_move: bool = False


class Double(Struct, frozen=True, kw_only=True):
    playlist: Playlist
    held: int
    is_all: bool


class Outcome(Struct, frozen=True, kw_only=True):
    """Either questions, and nothing was done, or what was done."""

    asks: tuple[Double, ...] = ()
    edits: tuple[Edit, ...] = ()


def uris_of(member: Member, wish: Wish) -> list[str]:
    """What can be added at all: no local files, nothing vanished, of rows each once."""
    if wish.rows is None:
        return adding.expanded(member, wish.links)
    opened = access.open_cached(member, wish.rows.playlist_id)
    try:
        held = page.version_of(opened, wish.rows.seen)
    except Http404:
        raise PlaylistChanged from None
    return page.uris_at(held, wish.rows.positions)


def put(member: Member, wish: Wish) -> Outcome:
    """Add to each list, and then take the rows out of where they came from if they are moved.

    Raises PlaylistChanged where the page with the rows is too old.
    """
    uris = uris_of(member, wish)
    held = {playlist_id: adding.held_in(member, playlist_id, uris) for playlist_id in wish.to}
    if not wish.again and any(held.values()):
        return Outcome(asks=_doubles(held, total=len(uris)))
    if wish.is_move and wish.rows:
        _insist_on_removable(member, wish.rows)
        if wish.again != MISSING:
            return Outcome(edits=(_moved(member, wish, wish.rows),))
    edits = [
        add_items(member, playlist_id, wanted)
        for playlist_id, here in held.items()
        if (wanted := [uri for uri in uris if wish.again != MISSING or uri not in here])
    ]
    if wish.new_name:
        edits.append(add_items(member, _made(member, wish.new_name), uris))
    if wish.is_move and wish.rows:
        edits.append(_taken_out(member, wish.rows, after=edits))
    return Outcome(edits=tuple(edits))


def _insist_on_removable(member: Member, rows: Rows) -> None:
    """Before anything is added: what cannot be taken out afterwards would stand in both lists."""
    playlist = access.open_for_edit(member, rows.playlist_id).playlist
    require_idle(playlist)
    if not playlist.revisions.filter(pk=rows.seen).exists():
        raise PlaylistChanged


def _made(member: Member, name: str) -> str:
    return keeping.create(member, name).spotify_id


def _moved(member: Member, wish: Wish, rows: Rows) -> Edit:
    """All copies of a song that were chosen."""
    to = [*wish.to, _made(member, wish.new_name)] if wish.new_name else wish.to
    return move_to_playlists(member, rows.playlist_id, seen=rows.seen, positions=rows.positions, to_ids=to)


def _taken_out(member: Member, rows: Rows, *, after: Sequence[Edit]) -> Edit:
    return remove_items(
        member,
        rows.playlist_id,
        seen=rows.seen,
        positions=rows.positions,
        waits_for=[edit for edit in after if not edit.is_done],
    )


def _doubles(held: dict[str, set[str]], *, total: int) -> tuple[Double, ...]:
    return tuple(
        Double(playlist=playlist, held=len(here), is_all=len(here) == total)
        for playlist in Playlist.objects.filter(spotify_id__in=held)
        if (here := held[playlist.spotify_id])
    )
