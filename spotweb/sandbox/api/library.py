"""Reading what a member has saved and whom a member follows."""

from bisect import bisect_right
from collections.abc import Callable

from spotweb.sandbox.api.catalogue import check_market, country_of, resume_ms
from spotweb.sandbox.api.operations import Call, operation, require_member
from spotweb.sandbox.api.player import READ_POSITION
from spotweb.sandbox.catalogue.models import AUDIOBOOK_MARKETS, Album, Artist, Audiobook, Episode, Show, Track
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.clock import format_iso
from spotweb.sandbox.core.messages import Json, JsonObject, Reply, encode_json, json_reply, page_reply
from spotweb.sandbox.model.libraries import SavedList

READ_LIBRARY = "user-library-read"
_PAGE = 50


def shelf_of(call: Call, kind: str) -> SavedList:
    return call.world.libraries[require_member(call).key][kind]


def _saved(
    call: Call,
    kind: str,
    serialize: Callable[[str], bytes | None],
    *,
    path: str,
    ids: list[str] | None = None,
) -> Reply:
    """One page, newest first. What Spotify no longer has still counts, but is left out of its page."""
    check_market(call)
    limit = call.number("limit", default=20, low=1, high=_PAGE)
    offset = call.number("offset", default=0, low=0, high=10_000_000)
    saved = shelf_of(call, kind).newest_first() if ids is None else ids
    items = [
        shown for thing_id in saved[offset : offset + limit] if (shown := serialize(thing_id)) is not None
    ]
    market = call.query.get("market", "")
    page = call.world.serializer.page(
        [],
        path=path,
        total=len(saved),
        limit=limit,
        offset=offset,
        query=f"&market={market}" if market else "",
    )
    reply = page_reply(page, items)
    reply.body = call.world.serializer.finish(reply.body)
    return reply


def _dated(call: Call, kind: str, thing_id: str, body: bytes) -> bytes:
    added_at = format_iso(shelf_of(call, kind).added_at(thing_id))
    return b"".join((b'{"added_at":"', added_at.encode(), b'","', kind.encode(), b'":', body, b"}"))


@operation("get-users-saved-tracks", "GET", "/me/tracks", scopes=[READ_LIBRARY], bucket="library")
def get_saved_tracks(call: Call) -> Reply:
    def serialize(thing_id: str) -> bytes | None:
        track = call.world.catalog.get("track", thing_id)
        if not isinstance(track, Track):
            return None
        return _dated(call, "track", thing_id, call.world.serializer.track_json(track))

    return _saved(call, "track", serialize, path="/me/tracks")


@operation("get-users-saved-albums", "GET", "/me/albums", scopes=[READ_LIBRARY], bucket="library")
def get_saved_albums(call: Call) -> Reply:
    """Each album brings its first 50 tracks."""

    def serialize(thing_id: str) -> bytes | None:
        album = call.world.catalog.get("album", thing_id)
        if not isinstance(album, Album):
            return None
        return _dated(call, "album", thing_id, call.world.serializer.album_json(album))

    return _saved(call, "album", serialize, path="/me/albums")


@operation("get-users-saved-shows", "GET", "/me/shows", scopes=[READ_LIBRARY], bucket="library")
def get_saved_shows(call: Call) -> Reply:
    """At Spotify, audiobooks turn up here too for some; a setting has it so."""
    ids = None
    if call.world.settings.audiobooks_in_shows:
        ids = shelf_of(call, "show").newest_first() + shelf_of(call, "audiobook").newest_first()

    def serialize(thing_id: str) -> bytes | None:
        show = call.world.catalog.get("show", thing_id)
        serializer = call.world.serializer
        if isinstance(show, Show):
            return _dated(call, "show", thing_id, encode_json(serializer.simple_show(show)))
        book = call.world.catalog.get("audiobook", thing_id)
        if not isinstance(book, Audiobook):
            return None
        added_at = format_iso(shelf_of(call, "audiobook").added_at(thing_id))
        return encode_json({"added_at": added_at, "show": serializer.audiobook_as_show(book)})

    return _saved(call, "show", serialize, path="/me/shows", ids=ids)


@operation(
    "get-users-saved-episodes",
    "GET",
    "/me/episodes",
    scopes=[READ_LIBRARY, READ_POSITION],
    bucket="library",
)
def get_saved_episodes(call: Call) -> Reply:
    def serialize(thing_id: str) -> bytes | None:
        episode = call.world.catalog.get("episode", thing_id)
        if not isinstance(episode, Episode):
            return None
        point = resume_ms(call, f"spotify:episode:{thing_id}")
        body = call.world.serializer.episode(episode, resume_ms=point)
        return _dated(call, "episode", thing_id, encode_json(body))

    return _saved(call, "episode", serialize, path="/me/episodes")


@operation("get-users-saved-audiobooks", "GET", "/me/audiobooks", scopes=[READ_LIBRARY], bucket="library")
def get_saved_audiobooks(call: Call) -> Reply:
    """Bare objects: when they were saved is not told. Where none are sold, it is not even a page."""
    require_member(call)
    if country_of(call) not in AUDIOBOOK_MARKETS:
        is_missing = call.world.settings.audiobook_status == 404  # noqa: PLR2004
        raise errors.resource_not_found() if is_missing else errors.forbidden()

    def serialize(thing_id: str) -> bytes | None:
        book = call.world.catalog.get("audiobook", thing_id)
        return (
            encode_json(call.world.serializer.simple_audiobook(book)) if isinstance(book, Audiobook) else None
        )

    return _saved(call, "audiobook", serialize, path="/me/audiobooks")


@operation("get-followed", "GET", "/me/following", scopes=["user-follow-read"], bucket="library")
def get_followed(call: Call) -> Reply:
    """Artists alone, by cursor: `after` is the last id of the page before, whether still followed or not."""
    shelf = shelf_of(call, "artist")
    if call.query.get("type") != "artist":
        raise errors.bad_request("Invalid type")
    limit = call.number("limit", default=20, low=1, high=_PAGE)
    after, ids = call.query.get("after", ""), sorted(shelf.newest_first())
    start = bisect_right(ids, after) if after else 0
    chosen = ids[start : start + limit]
    is_last = start + limit >= len(ids)
    address = call.world.serializer.href("/me/following?type=artist")
    page: JsonObject = {
        "href": f"{address}&limit={limit}" + (f"&after={after}" if after else ""),
        "items": _artists(call, chosen),
        "limit": limit,
        "next": None if is_last else f"{address}&limit={limit}&after={chosen[-1]}",
        "cursors": {"after": None if is_last else chosen[-1]},
        "total": len(ids),
    }
    return json_reply({"artists": page})


def _artists(call: Call, ids: list[str]) -> list[Json]:
    artists = (call.world.catalog.get("artist", artist_id) for artist_id in ids)
    return [call.world.serializer.artist(artist) for artist in artists if isinstance(artist, Artist)]
