"""Reading a member's player."""

from bisect import bisect_right

from spotweb.sandbox.api.operations import Call, operation, require_member
from spotweb.sandbox.catalogue.models import Episode
from spotweb.sandbox.core.clock import format_iso
from spotweb.sandbox.core.errors import insufficient_scope
from spotweb.sandbox.core.messages import Json, JsonObject, Reply, json_reply
from spotweb.sandbox.model.player import HISTORY_SIZE, Play, Player
from spotweb.sandbox.world.player_scenes import DJ

READ_STATE = "user-read-playback-state"
READ_CURRENT = "user-read-currently-playing"
READ_HISTORY = "user-read-recently-played"
READ_POSITION = "user-read-playback-position"
# A device right after playback was moved to it.
_NOTHING_YET: JsonObject = {
    "timestamp": 0,
    "context": None,
    "progress_ms": 0,
    "item": None,
    "currently_playing_type": "unknown",
    "actions": {"disallows": {"skipping_prev": True, "toggling_repeat_track": True}},
    "is_playing": False,
}
_CONTEXT_KINDS = {"album", "artist", "playlist", "show"}


def _player(call: Call) -> Player:
    if call.query.get("market") == "from_token" and "user-read-private" not in call.scopes:
        raise insufficient_scope()
    return call.world.player(require_member(call).key)


@operation("get-information-about-the-users-current-playback", "GET", "/me/player", scopes=[READ_STATE])
def get_playback(call: Call) -> Reply:
    player = _player(call)
    device = player.active_device()
    if device is None:
        return Reply(status=204)
    body: JsonObject = {
        "device": device.as_json(is_active=True),
        "repeat_state": player.repeat,
        "shuffle_state": player.shuffle,
        "smart_shuffle": player.smart_shuffle,
        **_now_playing(call, player),
    }
    return json_reply(body)


@operation(
    "get-the-users-currently-playing-track", "GET", "/me/player/currently-playing", scopes=[READ_CURRENT]
)
def get_currently_playing(call: Call) -> Reply:
    player = _player(call)
    if player.active_device() is None:
        return Reply(status=204)
    return json_reply(_now_playing(call, player))


def _now_playing(call: Call, player: Player) -> JsonObject:
    if _is_waking(call, player):
        return _NOTHING_YET | {"timestamp": int(player.changed_at * 1000)}
    kind, item = _kind_of(player), None
    wanted = call.query.get("additional_types", "track").split(",")
    # Who does not say that episodes are understood gets none.
    if player.item is not None and kind != "ad" and (kind != "episode" or "episode" in wanted):
        item = item_json(call, player, player.item)
    return {
        "timestamp": int(player.changed_at * 1000),
        "context": context_json(call, player.context),
        "progress_ms": None if player.scene == "unknown" else player.progress(call.world.clock.now()),
        "item": item,
        "currently_playing_type": kind,
        "actions": {"disallows": dict.fromkeys(player.disallows(), True)},
        "is_playing": player.is_playing,
    }


def _is_waking(call: Call, player: Player) -> bool:
    return call.world.clock.now() < player.waking_until


def _kind_of(player: Player) -> str:
    if player.scene == "ad":
        return "ad"
    if player.item is None:
        return "unknown"
    return "episode" if player.item.startswith("spotify:episode:") else "track"


def item_json(call: Call, player: Player, uri: str) -> JsonObject | None:
    item = call.world.catalog.playable(uri)
    if item is None:
        return None
    knows_position = isinstance(item, Episode) and READ_POSITION in call.scopes
    return call.world.serializer.playable(
        item, resume_ms=player.resume_ms.get(uri, 0) if knows_position else None
    )


def context_json(call: Call, uri: str | None) -> JsonObject | None:
    if uri is None:
        return None
    parts = uri.split(":")
    if parts[-1] == "collection":
        # Liked Songs: a context that nothing else of the Web API accepts.
        return {
            "external_urls": {"spotify": "https://open.spotify.com/collection/tracks"},
            "href": call.world.serializer.href("/me/tracks"),
            "type": "collection",
            "uri": uri,
        }
    kind, thing_id = parts[1], parts[2]
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{thing_id}"},
        "href": call.world.serializer.href(f"/{kind}s/{thing_id}"),
        "type": kind if kind in _CONTEXT_KINDS else "unknown",
        "uri": uri,
    }


@operation("get-a-users-available-devices", "GET", "/me/player/devices", scopes=[READ_STATE])
def get_devices(call: Call) -> Reply:
    player, now = _player(call), call.world.clock.now()
    active = player.active_device()
    shown: list[Json] = [
        device.as_json(is_active=device is active)
        for device in player.devices
        if device.is_visible(now, is_active=device is active)
        and not call.world.is_held(require_member(call).key, device)
    ]
    return json_reply({"devices": shown})


@operation("get-queue", "GET", "/me/player/queue", scopes=[READ_CURRENT, READ_STATE])
def get_queue(call: Call) -> Reply:
    player = _player(call)
    if player.active_device() is None or _is_waking(call, player):
        return json_reply({"currently_playing": None, "queue": []})
    current = None if player.scene == "ad" or player.item is None else item_json(call, player, player.item)
    upcoming = [] if player.context == DJ and player.item is None else player.upcoming()
    queue: list[Json] = [shown for uri in upcoming if (shown := item_json(call, player, uri)) is not None]
    return json_reply({"currently_playing": current, "queue": queue})


@operation("get-recently-played", "GET", "/me/player/recently-played", scopes=[READ_HISTORY])
def get_recently_played(call: Call) -> Reply:
    """The last 50 plays, tracks only; the cursors are moments in milliseconds, and exclusive."""
    player = _player(call)
    limit = call.number("limit", default=20, low=1, high=HISTORY_SIZE)
    after = call.number("after", default=-1, low=0, high=10**14)
    before = call.number("before", default=-1, low=0, high=10**14)
    plays = _cut(player.history, after=after, before=before, limit=limit)
    address = call.world.serializer.href("/me/player/recently-played")
    body: JsonObject = {
        "href": f"{address}?{call.request.query_string}" if call.request.query_string else address,
        "items": [_play_json(call, player, play) for play in plays],
        "limit": limit,
        "next": None,
        "cursors": None,
    }
    if plays:
        oldest, newest = _millis(plays[-1]), _millis(plays[0])
        body["cursors"] = {"after": str(newest), "before": str(oldest)}
        if any(_millis(play) < oldest for play in player.history):
            body["next"] = f"{address}?before={oldest}&limit={limit}"
    return json_reply(body)


def _cut(history: list[Play], *, after: int, before: int, limit: int) -> list[Play]:
    """`history` is newest first; `after` takes the plays right after that moment, not the newest of all."""
    if after >= 0:
        oldest_first = sorted(history, key=_millis)
        start = bisect_right(oldest_first, after, key=_millis)
        return oldest_first[start : start + limit][::-1]
    return [play for play in history if before < 0 or _millis(play) < before][:limit]


def _millis(play: Play) -> int:
    return int(play.played_at * 1000)


def _play_json(call: Call, player: Player, play: Play) -> JsonObject:
    return {
        "track": item_json(call, player, play.uri),
        "played_at": format_iso(play.played_at, milliseconds=True),
        "context": context_json(call, play.context),
    }
