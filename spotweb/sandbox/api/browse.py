"""What Spotify puts in front of people: new records, its own playlists by category, markets."""

from spotweb.sandbox.api.operations import FIRST_CUT, SECOND_CUT, Call, operation
from spotweb.sandbox.api.playlist_json import simple_playlist
from spotweb.sandbox.catalogue import vocabulary
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.messages import Json, JsonObject, Reply, json_reply
from spotweb.sandbox.model.playlists import SPOTIFY_USER, Playlist
from spotweb.sandbox.serializers.common import MARKETS

_PAGE = 50
_NEW = 100


def _paged(call: Call, items: list[Json], *, path: str) -> JsonObject:
    limit = call.number("limit", default=20, low=1, high=_PAGE)
    offset = call.number("offset", default=0, low=0, high=100_000)
    locale = call.query.get("locale", "")
    return call.world.serializer.page(
        items[offset : offset + limit],
        path=path,
        total=len(items),
        limit=limit,
        offset=offset,
        query=f"&locale={locale}" if locale.isascii() and locale.replace("_", "").isalpha() else "",
    )


@operation("get-available-markets", "GET", "/markets", gone_since=SECOND_CUT)
def get_markets(_call: Call) -> Reply:
    return json_reply({"markets": MARKETS})


@operation("get-new-releases", "GET", "/browse/new-releases", gone_since=SECOND_CUT)
def get_new_releases(call: Call) -> Reply:
    newest = sorted(call.world.catalog.albums, key=lambda album: album.release_date, reverse=True)[:_NEW]
    albums: list[Json] = [call.world.serializer.simple_album(album) for album in newest]
    return json_reply({"albums": _paged(call, albums, path="/browse/new-releases")})


def _category(call: Call, category_id: str, name: str) -> JsonObject:
    serializer = call.world.serializer
    seed = "".join(sign for sign in category_id if sign.isalnum())
    return {
        "href": serializer.href(f"/browse/categories/{category_id}"),
        "icons": serializer.images(seed)[1:2],
        "id": category_id,
        "name": name,
    }


@operation("get-categories", "GET", "/browse/categories", gone_since=SECOND_CUT)
def get_categories(call: Call) -> Reply:
    categories: list[Json] = [_category(call, *known) for known in vocabulary.CATEGORIES]
    return json_reply({"categories": _paged(call, categories, path="/browse/categories")})


@operation("get-a-category", "GET", "/browse/categories/{category_id}", gone_since=SECOND_CUT)
def get_category(call: Call) -> Reply:
    return json_reply(_category(call, *_require_category(call)))


def _require_category(call: Call) -> tuple[str, str]:
    wanted = call.params["category_id"]
    for known in vocabulary.CATEGORIES:
        if known[0] == wanted:
            return known
    raise errors.resource_not_found()


@operation("get-featured-playlists", "GET", "/browse/featured-playlists", gone_since=FIRST_CUT)
def get_featured_playlists(call: Call) -> Reply:
    lists: list[Json] = [simple_playlist(call, playlist) for playlist in _editorial(call)]
    page = _paged(call, lists, path="/browse/featured-playlists")
    return json_reply({"message": "Popular playlists", "playlists": page})


@operation(
    "get-a-categories-playlists",
    "GET",
    "/browse/categories/{category_id}/playlists",
    gone_since=FIRST_CUT,
)
def get_category_playlists(call: Call) -> Reply:
    category_id, name = _require_category(call)
    at = [known for known, _ in vocabulary.CATEGORIES].index(category_id)
    lists: list[Json] = [
        simple_playlist(call, playlist)
        for number, playlist in enumerate(_editorial(call))
        if number % 4 == at % 4
    ]
    page = _paged(call, lists, path=f"/browse/categories/{category_id}/playlists")
    return json_reply({"message": name, "playlists": page})


def _editorial(call: Call) -> list[Playlist]:
    return call.world.playlists_of(SPOTIFY_USER)
