"""Every operation works in both modes, or is gone without a request; and each request is a legal one."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.cache import cache

from spotweb.spotify import modes
from spotweb.spotify.errors import Gone
from tests.spotify.recorder import Recorded, Recorder
from tests.spotify.walks import WALKS, House, is_gone, row_of, walk_all
from tests.support.sandbox_control import SandboxControl

OPENAPI = Path(
    os.environ.get("OPENAPI_FILE")
    or Path(__file__).resolve().parents[3] / "shared" / "spotify" / "openapi-2026-05.yml"
)

# Where apps in extended mode are allowed more than the file of May 2026 says: it describes the others.
MORE_IN_EXTENDED = {("search", "limit"): 50, ("get-an-artists-albums", "limit"): 50}

# The most that one request may name, which the file says in words only.
MOST_NAMED = {"uris": 100, "ids": 50, "items": 100, "tracks": 100}
MOST_IN_QUERY = {"save-library-items": 40, "remove-library-items": 40, "check-library-contains": 40,
    "save-albums-user": 20, "remove-albums-user": 20, "check-users-saved-albums": 20,
    "get-multiple-albums": 20, "get-several-audio-features": 100}  # fmt: skip


@pytest.fixture
def mode(served, settings) -> str:
    settings.SPOTIFY_QUOTA_MODE = served.world.settings.quota_mode
    settings.SPOTIFY_API_URL = f"{served.url}/v1"
    settings.SPOTIFY_DAILY_READS = 0
    return str(served.world.settings.quota_mode)


@pytest.fixture
def house(served, mode) -> House:
    control = SandboxControl(served.url)
    control.scene("ada", scene="playing")
    return House(control)


@pytest.mark.parametrize("operation", sorted(WALKS))
def test_it_works_or_is_gone(house, mode, operation):
    house.control.forget_requests()
    if not is_gone(operation, mode):
        WALKS[operation].act(house)
        assert house.control.requests()
        return
    with pytest.raises(Gone):
        WALKS[operation].act(house)
    assert [asked for asked in house.control.requests() if asked["member"] == "ada"] == []


# --- every request is a legal one ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    if not OPENAPI.exists():
        pytest.skip("no OpenAPI file")
    return yaml.safe_load(OPENAPI.read_text())  # type: ignore[no-any-return]


def test_every_operation_of_the_file_is_ours(openapi):
    described = {op["operationId"] for path in openapi["paths"].values() for op in _verbs(path).values()}
    assert described == set(WALKS)
    assert described == set(modes.OPERATIONS) | set(modes.FORMER_NAMES)


def test_what_the_file_calls_deprecated_is_what_development_mode_lost(openapi):
    for path, operations in openapi["paths"].items():
        for verb, described in _verbs(operations).items():
            row = row_of(described["operationId"])
            own = modes.DEVELOPMENT if not described.get("deprecated") else modes.EXTENDED
            if row.path_in(own) is None and row.instead:
                continue
            assert (row.method, row.path_in(own)) == (verb.upper(), path), described["operationId"]


def test_every_request_is_legal(house, mode, openapi, settings, served):
    recorder = Recorder(served.url)
    settings.SPOTIFY_API_URL = f"{recorder.url}/v1"
    cache.clear()
    try:
        refused = walk_all(house, mode)
    finally:
        recorder.stop()
    assert refused == {}
    assert len(recorder.requests) >= 60
    troubles = [
        f"{asked}: {trouble}" for asked in recorder.requests for trouble in _troubles(asked, openapi, mode)
    ]
    assert troubles == []


def _verbs(path: dict[str, Any]) -> dict[str, Any]:
    return {verb: found for verb, found in path.items() if verb in {"get", "put", "post", "delete"}}


def _troubles(asked: Recorded, openapi: dict[str, Any], mode: str) -> Iterator[str]:
    found = _described(asked, openapi)
    if found is None:
        yield "no such operation"
        return
    name = found["operationId"]
    if mode == "development" and found.get("deprecated"):
        yield f"{name} is gone in development mode"
    yield from _query_troubles(asked, found, openapi, mode)
    yield from _body_troubles(asked, found, openapi)


def _described(asked: Recorded, openapi: dict[str, Any]) -> dict[str, Any] | None:
    path = asked.path.removeprefix("/v1")
    # Literal paths before templates: /me/library is no /me/{something}.
    for template in sorted(openapi["paths"], key=lambda template: "{" in template):
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path):
            found: dict[str, Any] | None = openapi["paths"][template].get(asked.method.lower())
            return found
    return None


def _query_troubles(
    asked: Recorded, found: dict[str, Any], openapi: dict[str, Any], mode: str
) -> Iterator[str]:
    parameters = [_resolved(parameter, openapi) for parameter in found.get("parameters", [])]
    declared = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}
    given = dict(asked.query)
    yield from (f"unknown parameter {name}" for name in given if name not in declared)
    yield from (
        f"{name} is missing" for name, one in declared.items() if one.get("required") and name not in given
    )
    for name, value in given.items():
        schema = dict(declared.get(name, {}).get("schema", {}))
        if mode == "extended" and (found["operationId"], name) in MORE_IN_EXTENDED:
            schema["maximum"] = MORE_IN_EXTENDED[found["operationId"], name]
        yield from _value_troubles(name, value, _resolved(schema, openapi))
        most = MOST_IN_QUERY.get(found["operationId"], MOST_NAMED.get(name, 1000))
        if value.count(",") >= most:
            yield f"{name} names more than {most}"


def _value_troubles(name: str, value: str, schema: dict[str, Any]) -> Iterator[str]:
    kind = schema.get("type")
    typed: Any = value
    if kind in {"integer", "number"}:
        try:
            typed = int(value) if kind == "integer" else float(value)
        except ValueError:
            yield f"{name} is no {kind}"
            return
    elif kind == "boolean":
        typed = {"true": True, "false": False}.get(value, value)
    elif kind == "array":
        typed = value.split(",")
    schema = {key: rule for key, rule in schema.items() if key not in {"example", "nullable"}}
    yield from (
        f"{name}: {error.message}" for error in jsonschema.Draft202012Validator(schema).iter_errors(typed)
    )


def _body_troubles(asked: Recorded, found: dict[str, Any], openapi: dict[str, Any]) -> Iterator[str]:
    described = found.get("requestBody")
    if not asked.body:
        if described and _resolved(described, openapi).get("required"):
            yield "the body is missing"
        return
    if described is None:
        yield "a body where none belongs"
        return
    content = _resolved(described, openapi)["content"]
    if asked.content_type not in content:
        yield f"content type {asked.content_type}"
    elif asked.content_type == "application/json":
        body, schema = (
            json.loads(asked.body),
            _resolved(content["application/json"].get("schema", {}), openapi),
        )
        properties = schema.get("properties", {})
        yield from (f"unknown field {name}" for name in body if name not in properties)
        # For save-tracks-user the file requires a field that it does not describe.
        for name, value in body.items():
            if isinstance(value, list) and len(value) > MOST_NAMED.get(name, 1000):
                yield f"{name} names too many"
        schema = {**schema, "required": [name for name in schema.get("required", []) if name in properties]}
        yield from (error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(body))


def _resolved(described: dict[str, Any], openapi: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in described:
        return described
    for step in described["$ref"].removeprefix("#/").split("/"):
        openapi = openapi[step]
    return openapi
