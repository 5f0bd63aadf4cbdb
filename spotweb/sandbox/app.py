"""From a request to a reply: which service is meant, who asks, and whether they may."""

from collections.abc import Callable
from typing import TypeAlias

from spotweb.sandbox.api import (  # noqa: F401 - importing them registers their operations
    batches,
    browse,
    catalogue,
    library,
    library_classic,
    library_writes,
    people,
    player,
    player_commands,
    playlist_details,
    playlist_writes,
    playlists,
    recommendations,
    search,
)
from spotweb.sandbox.api.operations import FIRST_CUT, Call, Operation, find_operation
from spotweb.sandbox.catalogue.covers import draw_cover
from spotweb.sandbox.control import control
from spotweb.sandbox.core import errors
from spotweb.sandbox.core.clock import format_iso
from spotweb.sandbox.core.etag import answer_not_modified
from spotweb.sandbox.core.faults import apply_fault
from spotweb.sandbox.core.messages import Refusal, Reply, Request, text_reply
from spotweb.sandbox.model.grants import Grant
from spotweb.sandbox.model.members import Member
from spotweb.sandbox.oauth import consent, tokens
from spotweb.sandbox.world.world import World

Page: TypeAlias = Callable[[World, Request], Reply]

_ACCOUNTS: dict[tuple[str, str], tuple[str, Page]] = {
    ("GET", "/authorize"): ("authorize", consent.show_authorize),
    ("GET", "/login"): ("login", consent.show_login),
    ("POST", "/authorize"): ("answer", consent.answer_consent),
    ("GET", "/logout"): ("logout", consent.log_out),
    ("POST", "/api/token"): ("token", tokens.answer_token),
}
_YEAR = "public, max-age=31536000, immutable"


def is_sandbox_path(path: str) -> bool:
    """Pictures, stylesheet and control: neither slowed down, nor logged, nor broken by faults."""
    return path.startswith(("/__sandbox__", "/images/")) or path in {"/consent.css", "/status"}


def answer_sandbox(world: World, request: Request) -> Reply:
    if request.path.startswith("/__sandbox__"):
        with world.lock:
            return control.answer_control(world, request)
    if request.path == "/consent.css":
        return text_reply(consent.STYLESHEET, content_type="text/css; charset=utf-8")
    if request.path == "/status":
        return text_reply("Simulated Spotify is running.\n")
    return _image(world, request.path)


def _image(world: World, path: str) -> Reply:
    uploaded = world.covers.get(path.removeprefix("/images/").removesuffix(".jpg"))
    if uploaded is not None:
        return Reply(body=uploaded, content_type="image/jpeg", headers=[("Access-Control-Allow-Origin", "*")])
    seed, _, rest = path.removeprefix("/images/").partition("-")
    size = rest.removesuffix(".svg")
    if not seed.isalnum() or not size.isdigit() or not 16 <= int(size) <= 2000:  # noqa: PLR2004 - sensible pixels
        return text_reply("Not found", status=404)
    headers = [("Cache-Control", _YEAR), ("Access-Control-Allow-Origin", "*")]
    return Reply(body=draw_cover(seed, int(size)), content_type="image/svg+xml", headers=headers)


def answer_spotify(world: World, request: Request) -> Reply:
    """A request to the accounts service or the Web API, with whatever control has in store for it."""
    with world.lock:
        asked_at = world.clock.now()
        name, member, carry_out = _find(world, request)
        fault = world.faults.pick(method=request.method, path=request.path, member=member)
        reply = apply_fault(fault, carry_out, released=world.faults.released) if fault else carry_out()
        if request.method != "GET" or name == "authorize":
            world.changes += 1
        world.log.add(
            {
                "at": format_iso(asked_at, milliseconds=True),
                "method": request.method,
                "path": request.path,
                "query": _without_secrets(request.query),
                "member": member or None,
                "status": 0 if reply.fate in {"reset", "timeout"} else reply.status,
                "operation": name,
            }
        )
    return reply


def _without_secrets(query: dict[str, str]) -> dict[str, str]:
    return {
        name: "…" if name in {"access_token", "code", "state"} else value for name, value in query.items()
    }


def _find(world: World, request: Request) -> tuple[str, str, Callable[[], Reply]]:
    """The operation's name, the member who asks, and what answers."""
    if not request.path.startswith("/v1/"):
        name, page = _ACCOUNTS.get((request.method, request.path), ("unknown", _no_page))
        return name, "", lambda: _refusable(page, world, request)
    path = request.path.removeprefix("/v1")
    operation, params, _ = find_operation(request.method, path)
    name = operation.name if operation else "unknown"
    grant = _bearer(world, request)
    member = grant.member if isinstance(grant, Grant) else ""

    def page_of_api(world: World, request: Request) -> Reply:
        return _web_api(world, request, operation, params, grant)

    return name, member, lambda: _refusable(page_of_api, world, request)


def _no_page(_world: World, _request: Request) -> Reply:
    return text_reply("Not found", status=404)


def _refusable(page: Page, world: World, request: Request) -> Reply:
    try:
        return page(world, request)
    except Refusal as refusal:
        return refusal.reply


def _bearer(world: World, request: Request) -> Grant | Refusal:
    header = request.headers.get("authorization", "")
    if not header:
        return errors.missing_token()
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        return errors.bad_request("Only valid bearer authentication supported")
    access = world.grants.access.get(token.strip())
    if access is None or access.grant_id not in world.grants.grants:
        return errors.invalid_token()
    if world.clock.now() >= access.expires_at:
        return errors.expired_token()
    return world.grants.grants[access.grant_id]


def _web_api(
    world: World,
    request: Request,
    operation: Operation | None,
    params: dict[str, str],
    grant: Grant | Refusal,
) -> Reply:
    if operation is None:
        raise _unknown_path(request)
    if isinstance(grant, Refusal):
        raise grant
    _check_limits(world, operation)
    member = world.members.get(grant.member)
    _check_standing(world, member)
    if world.settings.quota_mode not in operation.modes:
        # The first cut, of November 2024, is answered in another way than the second.
        is_first = operation.gone_since == FIRST_CUT
        raise errors.resource_not_found() if is_first else errors.forbidden()
    if member is not None and not operation.admits(set(grant.scopes)):
        raise errors.permissions_missing() if operation.reads_player else errors.insufficient_scope()
    call = Call(world=world, request=request, grant=grant, member=member, params=params)
    return (
        answer_not_modified(request, operation.handler(call))
        if operation.has_tag
        else operation.handler(call)
    )


def _unknown_path(request: Request) -> Refusal:
    _, _, exists = find_operation(request.method, request.path.removeprefix("/v1"))
    return Refusal(Reply(status=405)) if exists else errors.service_not_found()


def _check_limits(world: World, operation: Operation) -> None:
    now, settings = world.clock.now(), world.settings
    refusal = world.limits.check_window(now, requests=settings.window_requests, window_s=settings.window_s)
    if refusal is None and operation.bucket and operation.method == "GET" and world.is_development:
        reads = settings.quota_of(operation.bucket)
        refusal = world.limits.check_quota(now, operation.bucket, reads=reads)
    if refusal is not None:
        raise refusal


def _check_standing(world: World, member: Member | None) -> None:
    if not world.is_development:
        return
    if not world.settings.owner_has_premium:
        raise errors.owner_premium_lapsed()
    if member is not None and member.key not in world.allowlist:
        world.strangers_refused += 1
        raise errors.not_on_allowlist(world.strangers_refused - 1)
