"""Playlists: lists of them, their items, and every change.

A playlist is named by its id, URI or link. Writes answer with the snapshot_id they made; reads may show it
half a minute later only. Of others' playlists development mode shows the name but not the items (Forbidden).
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import structs

from spotweb.spotify import modes, profile
from spotweb.spotify.arguments import check_position, id_of, links_of
from spotweb.spotify.errors import BadResponse, InvalidRequest
from spotweb.spotify.http import Client, Json
from spotweb.spotify.links import ITEM_KINDS
from spotweb.spotify.models import Image, Page, Playlist, PlaylistItem, Snapshot
from spotweb.spotify.paging import PagedList, fetch_page
from spotweb.spotify.writes import split_chunks, write_all

# Spotify refuses longer ones, newlines, and an empty description: one that is set can only be replaced.
MAX_NAME_CHARS = 100
MAX_DESCRIPTION_CHARS = 300
# After base64; above it Spotify answers 413 or hangs up.
MAX_COVER_BYTES = 256 * 1024

# Without it an episode may come in the shape of a track.
_BOTH_KINDS = "track,episode"
_JPEG = b"\xff\xd8\xff"


def _playlist_key(playlist: Playlist) -> str | None:
    return playlist.uri


def _item_key(item: PlaylistItem) -> str | None:
    return item.item.uri if item.item else None


def _item(row: PlaylistItem | None) -> PlaylistItem:
    """A null row too keeps its place: positions count it."""
    return row or PlaylistItem()


# All of a member's own and followed playlists, for paging.collect.
MY_PLAYLISTS: PagedList[Playlist] = PagedList(
    operation="get-a-list-of-current-users-playlists", answer=Page[Playlist | None], key_of=_playlist_key
)


def items_of(playlist: str) -> PagedList[PlaylistItem]:
    """All items of one playlist, for paging.collect; nothing is left out, so that positions hold."""
    operation = "get-playlists-items"
    return PagedList(
        operation=operation,
        answer=Page[PlaylistItem | None],
        entry_of=_item,
        key_of=_item_key,
        ids={"playlist_id": id_of(playlist, "playlist", operation=operation)},
        params={"additional_types": _BOTH_KINDS},
        is_unique=False,
    )


def playlists_of(user: str) -> PagedList[Playlist]:
    """The public playlists of somebody else, for paging.collect. Gone in development mode."""
    operation = "get-list-users-playlists"
    return PagedList(
        operation=operation,
        answer=Page[Playlist | None],
        key_of=_playlist_key,
        ids={"user_id": id_of(user, "user", operation=operation)},
    )


def get_a_list_of_current_users_playlists(
    client: Client, *, limit: int = 50, offset: int = 0
) -> Page[Playlist]:
    """Own and followed ones, in the order of Spotify's apps; folders and Liked Songs are not among them.

    Needs playlist-read-private. Web API: get-a-list-of-current-users-playlists.
    """
    return fetch_page(client, MY_PLAYLISTS, limit=limit, offset=offset)


def get_list_users_playlists(
    client: Client, user: str, *, limit: int = 50, offset: int = 0
) -> Page[Playlist]:
    """The public playlists of a user. Gone in development mode. Web API: get-list-users-playlists."""
    return fetch_page(client, playlists_of(user), limit=limit, offset=offset)


def get_playlist(
    client: Client, playlist: str, *, fields: str | None = None, market: str | None = None
) -> Playlist:
    """With its first items, where Spotify shows them. Raises NotFound, also for Spotify's own playlists.

    `fields` asks for less, such as "snapshot_id"; a name Spotify does not know is silently left out.
    Web API: get-playlist.
    """
    operation = "get-playlist"
    ids = {"playlist_id": id_of(playlist, "playlist", operation=operation)}
    params = {"additional_types": _BOTH_KINDS, "fields": fields, "market": market}
    return client.fetch(Playlist, operation, ids=ids, params=params)


def get_playlists_items(
    client: Client, playlist: str, *, limit: int = 50, offset: int = 0, market: str | None = None
) -> Page[PlaylistItem]:
    """Up to 50 rows. Raises Forbidden for the playlists of others in development mode.

    Needs playlist-read-private, for shared ones playlist-read-collaborative. Web API: get-playlists-items,
    in extended mode get-playlists-tracks.
    """
    return fetch_page(client, items_of(playlist).with_params(market=market), limit=limit, offset=offset)


def create_playlist(
    client: Client,
    name: str,
    *,
    public: bool = True,
    collaborative: bool = False,
    description: str | None = None,
) -> Playlist:
    """Never repeated: a lost answer may hide a new playlist. `public` means shown on the profile, not access,
    and may read back true whatever was set; a collaborative one must not be public. Raises BadResponse with
    `is_outcome_unknown` when it was made and the answer does not say which it is.

    Web API: create-playlist, in extended mode create-playlist-for-user.
    """
    operation = "create-playlist"
    body = _details(
        operation, name=name, public=public, collaborative=collaborative or None, description=description
    )
    ids = {"user_id": profile.get_user_id(client)} if modes.is_extended() else {}
    created = client.fetch(Playlist, operation, ids=ids, json=body)
    if not (created.id or created.uri):
        message = "a playlist without id"
        raise BadResponse(message, operation=operation, is_outcome_unknown=True)
    return structs.replace(created, name=created.name or name)


def change_playlist_details(
    client: Client,
    playlist: str,
    *,
    name: str | None = None,
    public: bool | None = None,
    collaborative: bool | None = None,
    description: str | None = None,
) -> None:
    """Only what is given changes; a description can be replaced but not emptied.

    Web API: change-playlist-details.
    """
    operation = "change-playlist-details"
    ids = {"playlist_id": id_of(playlist, "playlist", operation=operation)}
    body = _details(operation, name=name, public=public, collaborative=collaborative, description=description)
    client.call(operation, ids=ids, json=body)


def add_items_to_playlist(
    client: Client, playlist: str, items: Iterable[str], *, position: int | None = None
) -> str:
    """Add tracks and episodes, in their order, at `position` (from 0) or at the end; copies are allowed.

    A hundred a request, never repeated: `written` of the error says how far it came. Spotify takes about
    10,000 items in a playlist. Web API: add-items-to-playlist, in extended mode add-tracks-to-playlist.
    """
    operation = "add-items-to-playlist"
    ids = {"playlist_id": id_of(playlist, "playlist", operation=operation)}
    chunks = split_chunks(_uris(items, operation), modes.get_max_limit(operation))
    starts = _starts(chunks, position, operation)

    def write(number: int) -> str:
        body: dict[str, object] = {"uris": chunks[number]}
        if position is not None:
            body["position"] = starts[number]
        return client.fetch(Snapshot, operation, ids=ids, json=body).snapshot_id

    return write_all(chunks, write) or ""


def replace_playlists_items(client: Client, playlist: str, items: Iterable[str]) -> str:
    """Put these in the place of all that is there; nothing empties the playlist.

    Forgets when and by whom items were added, and loses local files, which cannot be added again. Beyond
    the first hundred the rest is added in further requests. Web API: reorder-or-replace-playlists-items.
    """
    operation = "reorder-or-replace-playlists-items"
    ids = {"playlist_id": id_of(playlist, "playlist", operation=operation)}
    items = list(items)
    chunks = split_chunks(_uris(items, operation), modes.get_max_limit(operation)) if items else [()]

    def write(number: int) -> str:
        name = operation if number == 0 else "add-items-to-playlist"
        return client.fetch(Snapshot, name, ids=ids, json={"uris": chunks[number]}).snapshot_id

    return write_all(chunks, write) or ""


def reorder_playlists_items(
    client: Client,
    playlist: str,
    *,
    range_start: int,
    insert_before: int,
    range_length: int = 1,
    snapshot_id: str | None = None,
) -> str:
    """Move `range_length` items from `range_start` to in front of `insert_before`.

    Positions count from 0 in the list as it was: the first of ten to the end is 0 before 10. An older
    `snapshot_id` applies the move to that version; it does not refuse. Local files can be moved as well.
    Never repeated. Web API: reorder-or-replace-playlists-items.
    """
    operation = "reorder-or-replace-playlists-items"
    if range_length < 1:
        message = "nothing to move"
        raise InvalidRequest(message, operation=operation)
    body: dict[str, object] = {
        "range_start": check_position(range_start, operation=operation),
        "insert_before": check_position(insert_before, operation=operation),
        "range_length": range_length,
    }
    if snapshot_id:
        body["snapshot_id"] = snapshot_id
    ids = {"playlist_id": id_of(playlist, "playlist", operation=operation)}
    return client.fetch(Snapshot, operation, ids=ids, json=body).snapshot_id


def remove_items_playlist(
    client: Client, playlist: str, items: Iterable[str], *, snapshot_id: str | None = None
) -> str:
    """Remove every copy of these tracks and episodes: positions are ignored, local files cannot be named.

    A hundred a request; `written` of the error says how far it came. Web API: remove-items-playlist, in
    extended mode remove-tracks-playlist.
    """
    operation = "remove-items-playlist"
    ids = {"playlist_id": id_of(playlist, "playlist", operation=operation)}
    chunks = split_chunks(list(dict.fromkeys(_uris(items, operation))), modes.get_max_limit(operation))

    def write(number: int) -> str:
        body: dict[str, object] = {modes.items_key(): [{"uri": uri} for uri in chunks[number]]}
        if snapshot_id:
            body["snapshot_id"] = snapshot_id
        return client.fetch(Snapshot, operation, ids=ids, json=body).snapshot_id

    return write_all(chunks, write) or ""


def get_playlist_cover(client: Client, playlist: str) -> tuple[Image, ...]:
    """Widest first; empty where there is none. Their addresses die within a day.

    Web API: get-playlist-cover.
    """
    operation = "get-playlist-cover"
    ids = {"playlist_id": id_of(playlist, "playlist", operation=operation)}
    images: Any = tuple[Image, ...] | None  # a type form, which no annotation can say
    cover_images: tuple[Image, ...] | None = client.fetch_if_any(images, operation, ids=ids)
    return cover_images or ()


def upload_custom_playlist_cover(client: Client, playlist: str, jpeg: bytes) -> None:
    """At most 192 KB of JPEG. Spotify queues it: the old cover may show for a while.

    Needs ugc-image-upload. Web API: upload-custom-playlist-cover.
    """
    operation = "upload-custom-playlist-cover"
    encoded = b64encode(jpeg)
    if not jpeg.startswith(_JPEG) or len(encoded) > MAX_COVER_BYTES:
        message = "no JPEG, or larger than 192 KB"
        raise InvalidRequest(message, operation=operation)
    ids = {"playlist_id": id_of(playlist, "playlist", operation=operation)}
    client.call(operation, ids=ids, jpeg=encoded)


# The same under the names of extended mode.
get_playlists_tracks = get_playlists_items
add_tracks_to_playlist = add_items_to_playlist
remove_tracks_playlist = remove_items_playlist
create_playlist_for_user = create_playlist


def _uris(items: Iterable[str], operation: str) -> list[str]:
    return [link.uri for link in links_of(items, *ITEM_KINDS, operation=operation)]


def _starts(chunks: Sequence[Sequence[str]], position: int | None, operation: str) -> list[int]:
    """Where each chunk goes, so that the later ones follow the earlier."""
    start = check_position(position or 0, operation=operation)
    return [start + sum(map(len, chunks[:number])) for number in range(len(chunks))]


def _details(
    operation: str,
    *,
    name: str | None,
    public: bool | None,
    collaborative: bool | None,
    description: str | None,
) -> Json:
    message = ""
    if name is not None and not 0 < len(name.strip()) <= MAX_NAME_CHARS:
        message = f"a name has 1 to {MAX_NAME_CHARS} characters"
    elif description is not None and not _is_description(description):
        message = f"a description has 1 to {MAX_DESCRIPTION_CHARS} characters in one line"
    elif collaborative and public is not False:
        message = "a collaborative playlist must not be public"
    given = {"name": name, "public": public, "collaborative": collaborative, "description": description}
    body = {field: value for field, value in given.items() if value is not None}
    if message or not body:
        raise InvalidRequest(message or "nothing to change", operation=operation)
    return body


def _is_description(text: str) -> bool:
    return 0 < len(text.strip()) <= MAX_DESCRIPTION_CHARS and len(text.splitlines()) == 1
