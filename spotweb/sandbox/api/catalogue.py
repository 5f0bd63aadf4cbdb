"""Single objects of the catalogue by id, and what belongs to them."""

import re
from collections.abc import Callable
from typing import TypeVar

from spotweb.sandbox.api.operations import Call, operation
from spotweb.sandbox.api.player import READ_POSITION
from spotweb.sandbox.catalogue.models import (
    AUDIOBOOK_MARKETS,
    Album,
    Artist,
    Audiobook,
    Chapter,
    Episode,
    Show,
    Thing,
    Track,
)
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Json, JsonObject, Reply, json_reply

_ID = re.compile(r"[0-9A-Za-z]{22}")
_MAX_PAGE = 50
T = TypeVar("T", bound=Thing)


def find_in_catalogue(call: Call, kind: type[T], name: str) -> T:
    """The object that the path names; else what Spotify answers for an id of a wrong form, or of nothing."""
    thing_id = call.params["id"]
    if not _ID.fullmatch(thing_id):
        raise errors.invalid_id()
    thing = call.world.catalog.get(name, thing_id)
    if not isinstance(thing, kind):
        raise errors.resource_not_found()
    check_market(call)
    return thing


def check_market(call: Call) -> None:
    market = call.query.get("market", "")
    if market == "from_token":
        if "user-read-private" not in call.scopes:
            raise errors.insufficient_scope()
    elif market and not (len(market) == 2 and market.isascii() and market.isalpha() and market.isupper()):  # noqa: PLR2004
        raise errors.bad_request("Invalid market code")


def country_of(call: Call) -> str:
    """Whose catalogue is seen: the account's country wins over the query."""
    return call.member.country if call.member else call.query.get("market", "")


def resume_ms(call: Call, uri: str) -> int | None:
    """How far the member got; None without the scope to know."""
    if call.member is None or READ_POSITION not in call.scopes:
        return None
    return call.world.players[call.member.key].resume_ms.get(uri, 0)


def page_of(
    call: Call,
    things: list[T],
    serialize: Callable[[T], Json],
    *,
    path: str,
    default: int = 20,
    maximum: int = _MAX_PAGE,
    carries: str = "",
) -> Reply:
    limit = call.number("limit", default=default, low=1, high=maximum)
    offset = call.number("offset", default=0, low=0, high=100_000)
    items = [serialize(thing) for thing in things[offset : offset + limit]]
    page = call.world.serializer.page(
        items, path=path, total=len(things), limit=limit, offset=offset, query=carries + _carried_market(call)
    )
    return json_reply(page)


def _carried_market(call: Call) -> str:
    market = call.query.get("market", "")
    return f"&market={market}" if market else ""


@operation("get-track", "GET", "/tracks/{id}", bucket="catalogue")
def get_track(call: Call) -> Reply:
    return json_reply(call.world.serializer.track(find_in_catalogue(call, Track, "track")))


@operation("get-an-artist", "GET", "/artists/{id}", bucket="catalogue")
def get_artist(call: Call) -> Reply:
    return json_reply(call.world.serializer.artist(find_in_catalogue(call, Artist, "artist")))


@operation("get-an-album", "GET", "/albums/{id}", bucket="catalogue")
def get_album(call: Call) -> Reply:
    return json_reply(call.world.serializer.album(find_in_catalogue(call, Album, "album")))


@operation("get-an-albums-tracks", "GET", "/albums/{id}/tracks", bucket="catalogue")
def get_album_tracks(call: Call) -> Reply:
    album = find_in_catalogue(call, Album, "album")
    return page_of(call, album.tracks, call.world.serializer.simple_track, path=f"/albums/{album.id}/tracks")


@operation("get-an-artists-albums", "GET", "/artists/{id}/albums", bucket="catalogue")
def get_artist_albums(call: Call) -> Reply:
    """Newest first within each group; development mode gives 5, at most 10."""
    artist = find_in_catalogue(call, Artist, "artist")
    groups = call.query.get("include_groups") or "album,single,appears_on,compilation"
    known = {"album", "single", "appears_on", "compilation"}
    if not set(groups.split(",")) <= known:
        raise errors.bad_request("Invalid album group")
    listed: list[Album] = []
    for group in groups.split(","):
        albums = (
            artist.appears_on
            if group == "appears_on"
            else [a for a in artist.albums if a.album_type == group]
        )
        listed += sorted(albums, key=lambda album: album.release_date, reverse=True)

    def serialize(album: Album) -> Json:
        body = call.world.serializer.simple_album(album)
        if call.world.serializer.is_extended:
            body["album_group"] = "appears_on" if artist not in album.artists else album.album_type
        return body

    default, maximum = (5, 10) if call.world.is_development else (20, 50)
    carries = f"&include_groups={groups}" if "include_groups" in call.query else ""
    path = f"/artists/{artist.id}/albums"
    return page_of(call, listed, serialize, path=path, default=default, maximum=maximum, carries=carries)


@operation("get-a-show", "GET", "/shows/{id}", scopes=[READ_POSITION], bucket="catalogue")
def get_show(call: Call) -> Reply:
    show, serializer = find_in_catalogue(call, Show, "show"), call.world.serializer
    episodes: list[Json] = [episode_json(call, episode) for episode in show.episodes[:_MAX_PAGE]]
    page = serializer.page(
        episodes,
        path=f"/shows/{show.id}/episodes",
        total=len(show.episodes),
        limit=_MAX_PAGE,
        offset=0,
    )
    return json_reply(serializer.simple_show(show) | {"episodes": page})


@operation("get-a-shows-episodes", "GET", "/shows/{id}/episodes", scopes=[READ_POSITION], bucket="catalogue")
def get_show_episodes(call: Call) -> Reply:
    show = find_in_catalogue(call, Show, "show")
    return page_of(
        call,
        show.episodes,
        lambda episode: episode_json(call, episode),
        path=f"/shows/{show.id}/episodes",
    )


@operation("get-an-episode", "GET", "/episodes/{id}", scopes=[READ_POSITION], bucket="catalogue")
def get_episode(call: Call) -> Reply:
    episode = find_in_catalogue(call, Episode, "episode")
    point = resume_ms(call, f"spotify:episode:{episode.id}")
    return json_reply(call.world.serializer.episode(episode, resume_ms=point))


def episode_json(call: Call, episode: Episode) -> JsonObject:
    return call.world.serializer.simple_episode(
        episode, resume_ms=resume_ms(call, f"spotify:episode:{episode.id}")
    )


def chapter_json(call: Call, chapter: Chapter) -> JsonObject:
    point = resume_ms(call, f"spotify:episode:{chapter.id}")
    return call.world.serializer.simple_chapter(chapter, resume_ms=point)


def require_audiobook_market(call: Call) -> None:
    """Audiobooks are sold in six countries; elsewhere there are none."""
    if country_of(call) not in {*AUDIOBOOK_MARKETS, ""}:
        is_forbidden = call.world.settings.audiobook_status == 403  # noqa: PLR2004
        raise errors.forbidden() if is_forbidden else errors.resource_not_found()


@operation("get-an-audiobook", "GET", "/audiobooks/{id}", bucket="catalogue")
def get_audiobook(call: Call) -> Reply:
    require_audiobook_market(call)
    book, serializer = find_in_catalogue(call, Audiobook, "audiobook"), call.world.serializer
    chapters: list[Json] = [chapter_json(call, chapter) for chapter in book.chapters[:_MAX_PAGE]]
    page = serializer.page(
        chapters, path=f"/audiobooks/{book.id}/chapters", total=len(book.chapters), limit=_MAX_PAGE, offset=0
    )
    return json_reply(serializer.simple_audiobook(book) | {"chapters": page})


@operation("get-audiobook-chapters", "GET", "/audiobooks/{id}/chapters", bucket="catalogue")
def get_audiobook_chapters(call: Call) -> Reply:
    require_audiobook_market(call)
    book = find_in_catalogue(call, Audiobook, "audiobook")
    path = f"/audiobooks/{book.id}/chapters"
    return page_of(call, book.chapters, lambda chapter: chapter_json(call, chapter), path=path)


@operation("get-a-chapter", "GET", "/chapters/{id}", bucket="catalogue")
def get_chapter(call: Call) -> Reply:
    require_audiobook_market(call)
    chapter = find_in_catalogue(call, Chapter, "chapter")
    return json_reply(
        chapter_json(call, chapter) | {"audiobook": call.world.serializer.simple_audiobook(chapter.audiobook)}
    )
