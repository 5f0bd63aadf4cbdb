"""Add items to playlists from anywhere: which playlists can be added to, and what they contain already."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from accounts.models import Member
from accounts.tokens import spotify_for
from library.catalogue import store
from library.saved import memberships
from playlists.editing.actions import add_items, move_to_playlists, remove_items
from playlists.editing.start import require_idle
from playlists.errors import PlaylistChanged
from playlists.index.actions import create_playlist
from playlists.models import Edit, MemberPlaylist, Playlist
from playlists.page.state import find_shown_contents, list_uris
from playlists.sync import access
from playlists.sync.index import get_playlists
from spotweb.spotify import catalog
from spotweb.spotify.links import (
    ADDABLE_KINDS,
    ITEM_KINDS,
    Link,
    PastedLinks,
    parse_lines,
)
from spotweb.spotify.paging import collect
from spotweb.web.texts.link_messages import describe_for

MAX_LINES = 10_000
# Each is a request or more of its own.
MAX_COLLECTIONS = 20
MAX_URIS = 10_000
# Answers to whether items are added that a playlist contains already.
ALL, MISSING = "all", "missing"


class SelectedRows(Struct, frozen=True, kw_only=True):
    """Rows of a revision of a playlist, as the page shows it."""

    playlist_id: str
    seen: int
    positions: tuple[int, ...]


class AddRequest(Struct, frozen=True, kw_only=True):
    """Either links or rows. `again` answers what to do with items that a playlist contains already; ""
    asks."""

    links: tuple[Link, ...] = ()
    rows: SelectedRows | None = None
    to: tuple[str, ...] = ()
    new_name: str = ""
    again: str = ""
    is_move: bool = False


class PossibleDuplicate(Struct, frozen=True, kw_only=True):
    playlist: Playlist
    contained_count: int
    is_all: bool


class AddOutcome(Struct, frozen=True, kw_only=True):
    """Either questions, and nothing was done, or what was done."""

    duplicates: tuple[PossibleDuplicate, ...] = ()
    edits: tuple[Edit, ...] = ()


class AddTarget(Struct, frozen=True, kw_only=True):
    """A playlist that can be added to. `contained_count` of the items are in it, as far as
    it has been read."""

    entry: MemberPlaylist
    contained_count: int
    is_last_used: bool = False


def list_targets(member: Member, uris: Sequence[str], *, leave_out: str = "") -> list[AddTarget]:
    """The member's own and editable lists, those used last first."""
    counts: dict[str, int] = {}
    for holdings in memberships.get_playlists_holding(member, uris).values():
        for holding in holdings:
            counts[holding.playlist_id] = counts.get(holding.playlist_id, 0) + 1
    used = _list_last_used(member)
    entries = [entry for entry in get_playlists(member) if entry.can_edit]
    entries.sort(key=lambda entry: used.get(entry.playlist_id, len(used) + entry.position))
    return [
        AddTarget(
            entry=entry,
            contained_count=counts.get(entry.playlist.spotify_id, 0),
            is_last_used=entry.playlist_id in used,
        )
        for entry in entries
        if entry.playlist.spotify_id != leave_out
    ]


def _list_last_used(member: Member) -> dict[int, int]:
    """Keys of the playlists added to last, with their places."""
    playlists = Edit.objects.filter(member=member, kind__in=["add", "copy"]).values_list(
        "playlist", flat=True
    )[:60]
    return {playlist: place for place, playlist in enumerate(dict.fromkeys(playlists))}


def find_contained(member: Member, playlist_id: str, uris: Iterable[str]) -> set[str]:
    """The URIs that the playlist contains now; Spotify is asked whether it changed."""
    opened = access.open_playlist(member, playlist_id)
    contained = {entry.uri for entry in opened.contents.entries} if opened.contents else set()
    return {uri for uri in uris if uri in contained}


def find_name(uris: Sequence[str]) -> str:
    """Of a single item, where it is known."""
    if len(uris) != 1:
        return ""
    items = store.get_items_by_uri(uris)
    return next((item.name for item in items.values()), "")


def read_lines(text: str) -> PastedLinks:
    return parse_lines(text, kinds=ADDABLE_KINDS, describe_error=describe_for("add"))


def expand_links(member: Member, links: Sequence[Link]) -> list[str]:
    """URIs of single items: of whole albums and playlists what is in them, in their order."""
    uris: list[str] = []
    for link in links:
        uris += [link.uri] if link.kind in ITEM_KINDS else _list_contained(member, link)
    return uris[:MAX_URIS]


def _list_contained(member: Member, link: Link) -> list[str]:
    if link.kind == "album":
        parts = collect(spotify_for(member), catalog.tracks_of(link.uri))
        return [track.uri for part in parts for _at, track in part.items if track.uri]
    contents = access.open_playlist(member, link.id).contents
    entries = contents.entries if contents else ()
    return [entry.uri for entry in entries if entry.uri and not entry.is_local]


def list_addable_uris(member: Member, request: AddRequest) -> list[str]:
    """What can be added at all: no local files, nothing vanished, of rows each once."""
    if request.rows is None:
        return expand_links(member, request.links)
    opened = access.open_cached(member, request.rows.playlist_id)
    contents = find_shown_contents(opened, request.rows.seen)
    if contents is None:
        raise PlaylistChanged
    return list_uris(contents, request.rows.positions)


def add_to_playlists(member: Member, request: AddRequest) -> AddOutcome:
    """Add to each list, and then take the rows out of where they came from if they are moved.

    Raises PlaylistChanged where the page with the rows is too old.
    """
    uris = list_addable_uris(member, request)
    contained = {playlist_id: find_contained(member, playlist_id, uris) for playlist_id in request.to}
    if not request.again and any(contained.values()):
        return AddOutcome(duplicates=_list_duplicates(contained, total=len(uris)))
    if request.is_move and request.rows:
        _require_removable(member, request.rows)
        if request.again != MISSING:
            return AddOutcome(edits=(_move_rows(member, request, request.rows),))
    edits = [
        add_items(access.open_for_add(member, playlist_id), new)
        for playlist_id, here in contained.items()
        if (new := [uri for uri in uris if request.again != MISSING or uri not in here])
    ]
    if request.new_name:
        new_playlist = access.open_for_add(member, _create_playlist(member, request.new_name))
        edits.append(add_items(new_playlist, uris))
    if request.is_move and request.rows:
        edits.append(_remove_rows(member, request.rows, after=edits))
    return AddOutcome(edits=tuple(edits))


def _require_removable(member: Member, rows: SelectedRows) -> None:
    """Before anything is added: what cannot be taken out afterwards would stand in both lists."""
    playlist = access.open_for_edit(member, rows.playlist_id).playlist
    require_idle(playlist)
    if not playlist.revisions.filter(pk=rows.seen).exists():
        raise PlaylistChanged


def _create_playlist(member: Member, name: str) -> str:
    return create_playlist(member, name).spotify_id


def _move_rows(member: Member, request: AddRequest, rows: SelectedRows) -> Edit:
    """All copies of a song that were chosen."""
    to = [*request.to, _create_playlist(member, request.new_name)] if request.new_name else request.to
    playlist = access.open_for_edit(member, rows.playlist_id)
    return move_to_playlists(playlist, base_revision=rows.seen, positions=rows.positions, to_ids=to)


def _remove_rows(member: Member, rows: SelectedRows, *, after: Sequence[Edit]) -> Edit:
    return remove_items(
        access.open_for_edit(member, rows.playlist_id),
        base_revision=rows.seen,
        positions=rows.positions,
        waits_for=[edit for edit in after if not edit.is_done],
    )


def _list_duplicates(contained: dict[str, set[str]], *, total: int) -> tuple[PossibleDuplicate, ...]:
    return tuple(
        PossibleDuplicate(playlist=playlist, contained_count=len(here), is_all=len(here) == total)
        for playlist in Playlist.objects.filter(spotify_id__in=contained)
        if (here := contained[playlist.spotify_id])
    )
