"""Every operation answers a legal request in both modes, and refuses who may not ask."""

import json
from collections.abc import Iterator
from functools import cache

import pytest

from spotweb.sandbox.api.operations import Operation, all_operations
from spotweb.sandbox.model.grants import ALL_SCOPES
from tests.sandbox.conftest import Answer, Box, make_box
from tests.sandbox.legal import ALL, Legal, filled, words_for

BY_NAME = {operation.name: operation for operation in all_operations()}
# Whoever has signed in may ask for these.
NEED_NOTHING = {
    "get-current-users-profile",
    "get-playlist",
    "get-playlist-cover",
    "check-if-user-follows-playlist",
    "search",
}


@pytest.fixture(params=["development", "extended"], scope="module")
def house(request: pytest.FixtureRequest) -> Iterator[Box]:
    made = make_box(quota_mode=request.param)
    yield made
    made.sandbox.stop()


def ask(house: Box, legal: Legal, scopes: tuple[str, ...] | None = None) -> Answer:
    words = words_for(house)
    house.scene(offset=1)
    return house.api("ada", legal.method, filled(legal.path, words), filled(legal.body, words), scopes=scopes)


def is_development(house: Box) -> bool:
    return house.sandbox.world.is_development


def test_the_table_has_every_operation_once() -> None:
    assert sorted(legal.operation for legal in ALL) == sorted(BY_NAME)


@pytest.mark.parametrize("legal", ALL, ids=lambda legal: legal.operation)
def test_a_legal_request_is_answered(house: Box, legal: Legal) -> None:
    expected = (is_development(house) and legal.in_development) or legal.status
    answer = ask(house, legal)
    # Commands to the player answer with any success.
    player = BY_NAME[legal.operation].segments[:2] == ("me", "player") and legal.method != "GET"
    assert answer.status in ({200, 202, 204} if player else {expected}), answer.text
    assert house.control("GET", "requests")["requests"][-1]["operation"] == legal.operation


@pytest.mark.parametrize("legal", ALL, ids=lambda legal: legal.operation)
def test_no_scope_no_answer(house: Box, legal: Legal) -> None:
    operation = BY_NAME[legal.operation]
    if is_development(house) and legal.in_development:
        pytest.skip("lost in development mode")
    for lacking in ways_to_lack(operation):
        scopes = tuple(scope for scope in ALL_SCOPES if scope not in lacking)
        answer = ask(house, legal, scopes)
        status, message, _ = answer.error
        assert (status, message) in {
            (403, "Insufficient client scope"),
            (401, "Permissions missing"),  # reads of the player
        }, lacking
        assert (status == 401) == operation.reads_player


def ways_to_lack(operation: Operation) -> list[set[str]]:
    each = [{scope} for scope in operation.scopes]
    return [*each, set(operation.any_of)] if operation.any_of else each


def test_only_public_things_need_no_scope() -> None:
    free = {name for name, known in BY_NAME.items() if not known.scopes and not known.any_of}
    catalogue = {
        name for name in free if BY_NAME[name].segments[0] not in {"me", "playlists", "users", "search"}
    }
    assert free - catalogue == NEED_NOTHING | {"get-users-profile"}


@pytest.mark.parametrize("legal", ALL, ids=lambda legal: legal.operation)
def test_an_apps_own_token_gets_nothing_personal(house: Box, legal: Legal) -> None:
    if is_development(house) and legal.in_development:
        pytest.skip("lost in development mode")
    words, headers = words_for(house), {"Authorization": f"Bearer {app_token(house)}"}
    body = filled(legal.body, words)
    encoded = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    answer = house.send(legal.method, f"/v1{filled(legal.path, words)}", encoded, headers)
    is_personal = legal.path.startswith("/me") or legal.method != "GET"
    if is_personal:
        assert answer.error == (401, "Unauthorized.", "")
    else:
        assert answer.status in {200, 401, 403}, answer.text


@cache
def app_token(house: Box) -> str:
    told = house.exchange(grant_type="client_credentials", basic=("house", "hush")).json
    return str(told["access_token"])


def test_nothing_is_answered_without_a_token(house: Box) -> None:
    words = words_for(house)
    for legal in ALL:
        assert house.send(legal.method, f"/v1{filled(legal.path, words)}", b"{}").status == 401


NONSENSE: tuple[bytes, ...] = (
    b"[]",
    b"null",
    b'"text"',
    b"\xff\xfe",
    b'{"uris": 7, "ids": {}, "items": "x", "tracks": [[]], "name": 3, "range_start": -1}',
    b'{"uris": [null, []], "ids": [{}], "items": [{"uri": 5}], "tracks": [{"uri": null}], "position": {}}',
    b'{"range_start": 0, "insert_before": null, "range_length": 0, "snapshot_id": 12, "public": 1}',
    b'{"timestamped_ids": [{"id": 1}], "device_ids": 3, "offset": 1, "context_uri": [], "description": []}',
    b'{"range_start": 0, "insert_before": 1, "snapshot_id": "\\ud800"}',
)
NONSENSE_QUERY = "limit=x&offset=&ids=,&uris=%00&market=%C3%A4&fields=((&type=x&position=x&additional_types=,"


@pytest.mark.parametrize("legal", ALL, ids=lambda legal: legal.operation)
def test_nonsense_is_refused_and_breaks_nothing(house: Box, legal: Legal) -> None:
    words, headers = words_for(house), {"Authorization": f"Bearer {house.token('ada')}"}
    bare = filled(legal.path, words).partition("?")[0]
    for path in (filled(legal.path, words), f"{bare}?{NONSENSE_QUERY}", bare):
        for body in NONSENSE if legal.method != "GET" else (None,):
            assert house.send(legal.method, f"/v1{path}", body, headers).status < 500
    odd = filled(legal.path, dict.fromkeys(words, "%F0%9F%8C%BB%2F.."))
    assert house.send(legal.method, f"/v1{odd}", b"{}", headers).status < 500
