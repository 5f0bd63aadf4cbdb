"""/__sandbox__/: what tests and demos tell the sandbox, and what they ask it. See docs/sandbox.md."""

import codecs
import json
from dataclasses import asdict, fields

from spotweb.sandbox.catalogue.models import uri_of
from spotweb.sandbox.control import app_acts, lists
from spotweb.sandbox.control.orders import Order, OrderBody, get_member_key, make_refusal
from spotweb.sandbox.core.faults import KINDS, Fault
from spotweb.sandbox.core.messages import Json, JsonObject, Refusal, Reply, Request, json_reply
from spotweb.sandbox.core.rewrites import parse_pointer
from spotweb.sandbox.model.grants import ACCESS_LIFE_S, ALL_SCOPES
from spotweb.sandbox.model.members import MAX_ALLOWED
from spotweb.sandbox.world.player_scenes import SceneError, set_scene, true_state
from spotweb.sandbox.world.world import MODES, Settings, World


def answer_control(world: World, request: Request) -> Reply:
    name, _, rest = request.path.removeprefix("/__sandbox__").strip("/").partition("/")
    order = _ORDERS.get((request.method, name))
    if order is None:
        known = ", ".join(f"{method} {path}" for method, path in _ORDERS)
        return json_reply({"error": f"there is {known}"}, status=404)
    try:
        result = order(world, _told(request), request, rest)
    except Refusal as refusal:
        return refusal.reply
    except SceneError as error:
        return json_reply({"error": str(error)}, status=400)
    if request.method != "GET":
        world.changes += 1
    return json_reply(result)


def _told(request: Request) -> OrderBody:
    if not request.body:
        return {}
    try:
        told = json.loads(request.body)
    except ValueError as error:
        raise make_refusal("the body is not JSON") from error
    if isinstance(told, list):
        told = {"faults": told}
    if not isinstance(told, dict):
        raise make_refusal("the body is a JSON object")
    return told


def _members(world: World, _told: OrderBody, _request: Request, _rest: str) -> Json:
    return [
        {
            "id": key,
            "user_id": member.id,
            "account_id": member.account_id,
            "display_name": member.display_name,
            "product": member.product,
            "country": member.country,
            "on_allowlist": key in world.allowlist,
        }
        for key, member in world.members.items()
    ]


def _tokens(world: World, told: OrderBody, _request: Request, _rest: str) -> Json:
    scopes = told.get("scopes", list(ALL_SCOPES))
    if not isinstance(scopes, list) or not set(scopes) <= set(ALL_SCOPES):
        raise make_refusal("scopes is a list of Spotify's scopes")
    client_id = told.get("client_id") or next(iter(world.apps), "sandbox")
    grant = world.grants.new_grant(
        client_id=client_id,
        member=get_member_key(world, told.get("member")),
        scopes=list(scopes),
        with_pkce=True,
    )
    return {
        "access_token": world.grants.new_access(grant),
        "refresh_token": grant.refresh_token,
        "expires_in": ACCESS_LIFE_S,
        "scope": " ".join(scopes),
    }


def _requests(world: World, _told: OrderBody, request: Request, _rest: str) -> Json:
    """The log, newest last; `operation`, `member`, `method` narrow the entries, not the counts."""
    wanted = {
        name: value for name, value in request.query.items() if name in {"operation", "member", "method"}
    }
    entries = [
        entry for entry in world.log.entries if all(entry[name] == value for name, value in wanted.items())
    ]
    return {
        "total": world.log.total,
        "by_operation": dict(world.log.by_operation),
        "by_status": dict(world.log.by_status),
        "requests": entries,
    }


def _clear_requests(world: World, _told: OrderBody, _request: Request, _rest: str) -> Json:
    world.log.clear()
    return {"total": 0}


def _set_faults(world: World, told: OrderBody, _request: Request, _rest: str) -> Json:
    listed = told.get("faults", [told] if told else [])
    world.faults.replace([_fault(fields) for fields in listed])
    return [asdict(fault) for fault in world.faults.listed]


def _fault(told: OrderBody) -> Fault:
    if not isinstance(told, dict) or told.get("kind") not in KINDS or not isinstance(told.get("match"), str):
        raise make_refusal(f"a fault has a match (a glob over the path) and a kind: {', '.join(KINDS)}")
    unknown = set(told) - {field.name for field in fields(Fault)}
    if unknown:
        raise make_refusal(f"a fault knows no {', '.join(sorted(unknown))}")
    try:
        for pointer in [*told.get("put", {}), *told.get("remove", [])]:
            parse_pointer(pointer)
        codecs.lookup(told.get("encoding", "ascii"))
    except (AttributeError, TypeError, ValueError, LookupError) as error:
        raise make_refusal(f"put, remove or encoding make no sense: {error}") from error
    defaults: OrderBody = {"retry_after": 3} if told["kind"] in {"rate_limit", "quota"} else {}
    return Fault(**(defaults | told))


def _faults(world: World, _told: OrderBody, _request: Request, _rest: str) -> Json:
    return [asdict(fault) for fault in world.faults.listed]


def _clear_faults(world: World, _told: OrderBody, _request: Request, _rest: str) -> Json:
    world.faults.clear()
    return []


def _clock(world: World, told: OrderBody, _request: Request, _rest: str) -> Json:
    advance_s = told.get("advance_s", 0)
    if not isinstance(advance_s, int | float) or isinstance(advance_s, bool) or advance_s < 0:
        raise make_refusal("advance_s is a number of seconds, not negative")
    world.clock.advance(advance_s)
    for key in world.players:
        world.player(key)
    return {"now": world.clock.now(), "advanced_s": world.clock.advanced_s}


def _get_player(world: World, _told: OrderBody, _request: Request, rest: str) -> Json:
    return true_state(world, get_member_key(world, rest))


def _put_player(world: World, told: OrderBody, _request: Request, rest: str) -> Json:
    key = get_member_key(world, rest)
    set_scene(world, key, told)
    return true_state(world, key)


def _get_settings(world: World, _told: OrderBody, _request: Request, _rest: str) -> Json:
    return asdict(world.settings)


def _put_settings(world: World, told: OrderBody, _request: Request, _rest: str) -> Json:
    kinds: dict[str, tuple[type | None, ...]] = {
        "quota_mode": (str,),
        "latency_ms": (int,),
        "delay_ms": (int,),
        "size": (int,),
        "wake_ms": (int,),
        "end_jitter_ms": (int,),
        "seek_end_ms": (int,),
        "rotate_refresh_tokens": (bool,),
        "autoplay": (bool,),
        "owner_has_premium": (bool,),
        "window_requests": (int, None),
        "window_s": (int,),
        "quota_reads": (int, None),
        "quota_playlists": (int, None),
        "quota_library": (int, None),
        "quota_search": (int, None),
        "snapshot_lag_s": (int,),
        "unplayable_start_is_silent": (bool,),
        "audiobook_status": (int, None),
        "audiobooks_in_shows": (bool,),
    }
    for name, value in told.items():
        allowed = kinds.get(name)
        if allowed is None:
            raise make_refusal(f"settings are {', '.join(field.name for field in fields(Settings))}")
        if type(value) not in allowed and not (value is None and None in allowed):
            raise make_refusal(f"{name} has the wrong type")
    if told.get("quota_mode", "development") not in MODES:
        raise make_refusal(f"quota_mode is one of {', '.join(MODES)}")
    for name, value in told.items():
        setattr(world.settings, name, value)
    world.limits.clear()
    return asdict(world.settings)


def _revoke(world: World, told: OrderBody, _request: Request, _rest: str) -> Json:
    key = get_member_key(world, told.get("member"))
    world.grants.revoke(key)
    return {"member": key}


def _expire(world: World, told: OrderBody, _request: Request, _rest: str) -> Json:
    key, what = get_member_key(world, told.get("member")), told.get("what", "access")
    if what not in {"access", "refresh"}:
        raise make_refusal("what is access or refresh")
    expire = world.grants.expire_access if what == "access" else world.grants.expire_refresh
    expire(key)
    return {"member": key, "what": what}


def _allowlist(world: World, told: OrderBody, _request: Request, _rest: str) -> Json:
    keys = [get_member_key(world, key) for key in told.get("members", [])]
    if len(keys) > MAX_ALLOWED:
        raise make_refusal(f"at most {MAX_ALLOWED} members")
    world.allowlist = keys
    return {"members": keys}


def _product(world: World, told: OrderBody, _request: Request, _rest: str) -> Json:
    member = world.members[get_member_key(world, told.get("member"))]
    if told.get("product", member.product) not in {"premium", "free"}:
        raise make_refusal("product is premium or free")
    member.product = told.get("product", member.product)
    member.country = str(told.get("country", member.country))
    member.display_name = str(told.get("display_name", member.display_name))
    return {"member": member.key, "product": member.product, "country": member.country}


def _catalog(world: World, _told: OrderBody, request: Request, _rest: str) -> Json:
    """URIs and names of things; `type`, `odd`, `name` (a part of it) and `limit` narrow them down."""
    kind, odd, name = (request.query.get(word, "") for word in ("type", "odd", "name"))
    if odd and odd not in world.catalog.odd:
        raise make_refusal(f"odd is one of {', '.join(world.catalog.odd)}")
    if not odd and not kind:
        raise make_refusal("name a type or an oddity")
    things = world.catalog.odd[odd] if odd else world.catalog.all(kind)
    limit = int(request.query.get("limit", "20"))
    results: list[JsonObject] = [
        {"uri": uri_of(thing), "id": thing.id, "type": thing.kind, "name": thing.name}
        for thing in things
        if (not kind or thing.kind == kind) and name.casefold() in thing.name.casefold()
    ]
    return results[:limit]


_ORDERS: dict[tuple[str, str], Order] = {
    ("GET", "members"): _members,
    ("POST", "tokens"): _tokens,
    ("GET", "requests"): _requests,
    ("DELETE", "requests"): _clear_requests,
    ("GET", "faults"): _faults,
    ("PUT", "faults"): _set_faults,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "clock"): _clock,
    ("GET", "player"): _get_player,
    ("PUT", "player"): _put_player,
    ("GET", "settings"): _get_settings,
    ("PUT", "settings"): _put_settings,
    ("POST", "revoke"): _revoke,
    ("POST", "expire"): _expire,
    ("PUT", "allowlist"): _allowlist,
    ("PUT", "product"): _product,
    ("GET", "catalog"): _catalog,
    **lists.ORDERS,
    **app_acts.ORDERS,
}
