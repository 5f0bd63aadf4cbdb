"""Every answer of the sandbox against Spotify's own description of it, where the file is at hand."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from spotweb.sandbox.api.operations import all_operations
from tests.sandbox.conftest import Answer, Box, make_box
from tests.sandbox.legal import ALL, PLAYER, Legal, filled, words_for

FILE = Path(
    os.environ.get("OPENAPI_FILE")
    or Path(__file__).parents[2].parent / "shared" / "spotify" / "openapi-2026-05.yml"
)
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="Spotify's OpenAPI file is not here")

# Where reality differs from the file. Each entry: schema, property, what is sent instead.
GONE_IN_DEVELOPMENT = {
    # The file still requires what development mode lost in February 2026.
    "ShowBase": {"available_markets", "publisher"},
    "AudiobookBase": {"available_markets", "publisher"},
    "AlbumBase": {"available_markets"},
    "AlbumObject": {"label", "popularity"},
    "ArtistDiscographyAlbumObject": {"album_group"},
}
NULLABLE = {
    # The file knows no nothing in these places; the Web API does.
    "CurrentlyPlayingContextObject": {"item", "context", "progress_ms"},
    "QueueObject": {"currently_playing"},
    "CursorPagingObject": {"next", "cursors"},
    "PlayHistoryObject": {"context"},
    # How much is in somebody else's playlist is not told; an empty one has no pictures in lists.
    "PlaylistTracksRefObject": {"total"},
    "SimplifiedPlaylistObject": {"images"},
    # Very old rows know neither when nor by whom, and what has vanished is null.
    "PlaylistTrackObject": {"added_at", "added_by", "item", "track"},
    # A local file has no id, and its album nearly nothing.
    "TrackObject": {"id", "href"},
    "SimplifiedArtistObject": {"id", "href", "uri"},
    "AlbumBase": {
        "id",
        "href",
        "uri",
        "album_type",
        "release_date",
        "release_date_precision",
        "total_tracks",
    },
    # `followers.href` is documented as always null.
    "FollowersObject": {"href"},
}
# The file shows the disallows flat; they come nested in `actions`.
NESTED_DISALLOWS = {
    "type": "object",
    "required": ["disallows"],
    "properties": {"disallows": {"$ref": "#/components/schemas/DisallowsObject"}},
}
# Playlists of Spotify's own are null in lists and search results.
NULL_ENTRIES = "PagingPlaylistObject"


@cache
def description() -> Any:
    return yaml.load(FILE.read_text(), Loader=yaml.CSafeLoader)


def translated(node: Any, *, may_be_null: bool = False) -> Any:
    """OpenAPI 3.0's schemas in JSON Schema's words."""
    if isinstance(node, list):
        return [translated(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {name: translated(value) for name, value in node.items() if name not in {"example", "nullable"}}
    if "properties" in node:
        made["properties"] = {name: translated(value) for name, value in node["properties"].items()}
    if isinstance(node.get("oneOf"), list):
        # Tracks and episodes are told apart by `type`, an enum; more than one may fit where it is missing.
        made["anyOf"] = made.pop("oneOf")
    return {"anyOf": [made, {"type": "null"}]} if may_be_null or node.get("nullable") else made


def schemas(mode: str) -> dict[str, Any]:
    made = {name: translated(schema) for name, schema in description()["components"]["schemas"].items()}
    for name, fields in NULLABLE.items():
        for field in fields:
            part = made[name]["properties"]
            part[field] = {"anyOf": [part[field], {"type": "null"}]}
    if mode == "development":
        for name, fields in GONE_IN_DEVELOPMENT.items():
            for part in [made[name], *made[name].get("allOf", [])]:
                if "required" in part:
                    part["required"] = [field for field in part["required"] if field not in fields]
    made["CurrentlyPlayingContextObject"]["properties"]["actions"] = NESTED_DISALLOWS
    for part in made[NULL_ENTRIES]["allOf"]:
        items = part.get("properties", {}).get("items")
        if items:
            items["items"] = {"anyOf": [items["items"], {"type": "null"}]}
    return made


@cache
def validator(mode: str, operation: str, status: str) -> Draft202012Validator | None:
    for methods in description()["paths"].values():
        for method in methods.values():
            if isinstance(method, dict) and method.get("operationId") == operation:
                response = method["responses"].get(status)
                if response is None:
                    return None
                if "$ref" in response:
                    response = description()["components"]["responses"][response["$ref"].rpartition("/")[2]]
                schema = translated(response["content"]["application/json"]["schema"])
                return Draft202012Validator({**schema, "components": {"schemas": schemas(mode)}})
    return None


def check(mode: str, operation: str, status: int, body: Any) -> None:
    found = validator(mode, operation, str(status))
    assert found is not None, f"the file knows no {status} of {operation}"
    problems = [f"{'/'.join(map(str, p.absolute_path))}: {p.message[:200]}" for p in found.iter_errors(body)]
    assert problems == []


@pytest.fixture(params=["development", "extended"], scope="module")
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def house(mode: str) -> Iterator[Box]:
    made = make_box(quota_mode=mode)
    yield made
    made.sandbox.stop()


@pytest.mark.parametrize("legal", ALL, ids=lambda legal: legal.operation)
def test_answers_are_as_described(house: Box, mode: str, legal: Legal) -> None:
    answer = ask(house, legal)
    if mode == "development" and legal.in_development:
        check_error(answer)
    elif answer.headers.get_content_type() == "application/json":
        check(mode, legal.operation, answer.status, answer.json)
    else:
        assert answer.body == b"" or legal in PLAYER  # whose commands are answered by a meaningless text


def ask(house: Box, legal: Legal) -> Answer:
    words = words_for(house)
    return house.api("ada", legal.method, filled(legal.path, words), filled(legal.body, words))


def check_error(answer: Answer) -> None:
    error = description()["components"]["schemas"]["ErrorObject"]
    assert list(Draft202012Validator(translated(error)).iter_errors(answer.json["error"])) == []


def read(house: Box, operation: str) -> Any:
    return ask(house, next(legal for legal in ALL if legal.operation == operation)).json


@pytest.mark.parametrize(
    "scene", ["playing", "idle", "paused", "podcast", "local", "ad", "dj", "unknown", "private"]
)
def test_every_scene_of_the_player_is_as_described(house: Box, mode: str, scene: str) -> None:
    house.scene(scene=scene)
    for operation in (
        "get-information-about-the-users-current-playback",
        "get-the-users-currently-playing-track",
        "get-queue",
    ):
        check(mode, operation, 200, read(house, operation))


def test_odd_things_are_as_described(house: Box, mode: str) -> None:
    for kind in ("hostile", "rtl", "emoji", "long", "unplayable", "no_image", "many_artists", "empty_name"):
        for found in house.control("GET", f"catalog?type=track&odd={kind}"):
            check(mode, "get-track", 200, house.get(f"/tracks/{found['id']}"))


def test_refusals_are_as_described(house: Box, mode: str) -> None:
    house.scene(scene="nothing")
    answer = house.api("ada", "PUT", "/me/player/pause")
    assert answer.status == 404
    check_error(answer)


def test_what_is_sent_is_named_in_the_file(house: Box, mode: str) -> None:
    """A misspelt field would pass the schemas, which allow any: what it does not name is listed here."""
    extras = {
        "get-track": set(),
        "get-an-album": {"is_playable"},  # sent on albums too wherever a market applies
        "get-current-users-profile": set(),
        "get-a-show": set(),
        "get-an-episode": set(),
    }
    for operation, allowed in extras.items():
        body = read(house, operation)
        assert set(body) - _named(operation) <= allowed, operation


def _named(operation: str) -> set[str]:
    found = validator("extended", operation, "200")
    assert found is not None
    names: set[str] = set()
    parts = [found.schema]
    known = found.schema["components"]["schemas"]
    while parts:
        part = parts.pop()
        if "$ref" in part:
            parts.append(known[part["$ref"].rpartition("/")[2]])
        parts += part.get("allOf", [])
        names |= set(part.get("properties", {}))
    return names


def test_operations_carry_the_files_names_and_paths() -> None:
    described = {
        (method.upper(), path): body["operationId"]
        for path, methods in description()["paths"].items()
        for method, body in methods.items()
        if method in {"get", "put", "post", "delete"}
    }
    ours = {(known.method, "/" + "/".join(known.segments)): known.name for known in all_operations()}
    assert ours == described
