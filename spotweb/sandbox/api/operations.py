"""Which function answers which operation of the Web API."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from spotweb.sandbox.core.errors import api_error, bad_request
from spotweb.sandbox.core.messages import Reply, Request
from spotweb.sandbox.model.grants import Grant
from spotweb.sandbox.model.members import Member
from spotweb.sandbox.world.world import MODES, World


@dataclass(slots=True, kw_only=True)
class Call:
    """One authorized call of one operation."""

    world: World
    request: Request
    grant: Grant
    member: Member | None  # None when an app calls on its own behalf
    params: dict[str, str]

    @property
    def scopes(self) -> set[str]:
        return set(self.grant.scopes)

    @property
    def query(self) -> dict[str, str]:
        return self.request.query

    def ids(self, maximum: int, *, name: str = "ids") -> list[str]:
        """A comma-separated list of the query."""
        listed = [id_ for id_ in self.query.get(name, "").split(",") if id_]
        if not listed:
            raise bad_request(f"Missing required field: {name}")
        if len(listed) > maximum:
            raise bad_request(f"Too many {name} requested")
        return listed

    def number(self, name: str, *, default: int, low: int, high: int) -> int:
        """A number of the query; outside its range is `Invalid …`, never clipped."""
        raw = self.query.get(name, "")
        if not raw:
            return default
        if not raw.lstrip("-").isascii() or not raw.lstrip("-").isdigit() or not low <= int(raw) <= high:
            raise bad_request(f"Invalid {name}")
        return int(raw)


# When development mode lost what it lost.
FIRST_CUT, SECOND_CUT = "2024-11", "2026-02"
Handler: TypeAlias = Callable[[Call], Reply]


@dataclass(slots=True, frozen=True, kw_only=True)
class Operation:
    name: str
    method: str
    segments: tuple[str, ...]
    handler: Handler
    scopes: frozenset[str]
    modes: frozenset[str]
    any_of: frozenset[str]  # one of these is needed as well; which one, the handler knows
    reads_player: bool  # a missing scope is a 401 here, a 403 elsewhere
    bucket: str  # the daily quota it counts towards
    gone_since: str  # the month in which other modes lost it

    @property
    def has_tag(self) -> bool:
        """What plays is never the same twice."""
        return self.method == "GET" and not self.reads_player

    def admits(self, scopes: set[str]) -> bool:
        return self.scopes <= scopes and (not self.any_of or bool(self.any_of & scopes))

    def match(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        params: dict[str, str] = {}
        for mine, theirs in zip(self.segments, segments, strict=True):
            if mine.startswith("{"):
                params[mine[1:-1]] = theirs
            elif mine != theirs:
                return None
        return params


def require_member(call: Call) -> Member:
    if call.member is None:
        raise api_error(401, "Unauthorized.")
    return call.member


_operations: dict[int, list[Operation]] = {}


def operation(
    name: str,
    method: str,
    path: str,
    *,
    scopes: Iterable[str] = (),
    any_of: Iterable[str] = (),
    gone_since: str = "",
    bucket: str = "",
) -> Callable[[Handler], Handler]:
    """Register the handler of an operation, under the operationId of Spotify's OpenAPI file."""

    def register(handler: Handler) -> Handler:
        segments = tuple(path.strip("/").split("/"))
        registered = Operation(
            name=name,
            method=method,
            segments=segments,
            handler=handler,
            scopes=frozenset(scopes),
            any_of=frozenset(any_of),
            modes=frozenset({"extended"} if gone_since else MODES),
            reads_player=method == "GET" and path.startswith("/me/player"),
            bucket=bucket,
            gone_since=gone_since,
        )
        _operations.setdefault(len(segments), []).append(registered)
        return handler

    return register


def find_operation(method: str, path: str) -> tuple[Operation | None, dict[str, str], bool]:
    """The operation, its path parameters, and whether the path exists with another method."""
    segments = tuple(path.strip("/").split("/"))
    exists = False
    for candidate in _operations.get(len(segments), ()):
        params = candidate.match(segments)
        if params is not None:
            if candidate.method == method:
                return candidate, params, True
            exists = True
    return None, {}, exists


def all_operations() -> list[Operation]:
    return [operation for group in _operations.values() for operation in group]
