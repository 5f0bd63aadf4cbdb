"""The player: what plays, what is queued, the devices, and every command.

Commands need Premium and are obeyed late: a read within some 250 to 700 ms still shows the old state. All of
them may raise PremiumRequired, NoActiveDevice, DeviceGone or RestrictionViolated; none changes anything then.
"""

from spotweb.spotify import modes
from spotweb.spotify.arguments import uri_of
from spotweb.spotify.errors import InvalidRequest
from spotweb.spotify.http import Client
from spotweb.spotify.links import ITEM_KINDS
from spotweb.spotify.models import CursorPage, Device, Devices, Playback, PlayHistory, Queue

CONTEXTS = ("album", "artist", "playlist", "show", "audiobook")
REPEAT_STATES = ("off", "context", "track")

# Above about 226 Spotify has answered 500, above 800 with 413; 100 always worked.
MAX_URIS_PLAYED = 100

# Without it an episode that plays comes as `item: null`.
_BOTH_KINDS = "track,episode"


def get_information_about_the_users_current_playback(client: Client) -> Playback | None:
    """None when no device is active. Web API: get-information-about-the-users-current-playback."""
    return client.fetch_if_any(
        Playback, "get-information-about-the-users-current-playback", params={"additional_types": _BOTH_KINDS}
    )


def get_the_users_currently_playing_track(client: Client) -> Playback | None:
    """As the current playback, without device and modes. Web API: get-the-users-currently-playing-track."""
    return client.fetch_if_any(
        Playback, "get-the-users-currently-playing-track", params={"additional_types": _BOTH_KINDS}
    )


def get_a_users_available_devices(client: Client) -> tuple[Device, ...]:
    """Devices that idle vanish from here after minutes, although a remembered id may still work.

    Web API: get-a-users-available-devices.
    """
    answer = client.fetch_if_any(Devices, "get-a-users-available-devices")
    return answer.devices if answer else ()


def get_queue(client: Client) -> Queue:
    """What comes next, at most 20 items. Web API: get-queue.

    Near its end Spotify repeats the context even with repeat off; while a device wakes the queue is empty.
    """
    return client.fetch_if_any(Queue, "get-queue") or Queue()


def get_recently_played(
    client: Client, *, limit: int = 50, after: int | None = None, before: int | None = None
) -> CursorPage[PlayHistory]:
    """Tracks only, of the last 50 plays. Web API: get-recently-played.

    `after` and `before` are exclusive times in ms since 1970; only one may be given.
    """
    operation = "get-recently-played"
    if after is not None and before is not None:
        message = "only one of after and before"
        raise InvalidRequest(message, operation=operation)
    params = {"limit": modes.check_limit(operation, limit), "after": after, "before": before}
    return client.fetch_if_any(CursorPage[PlayHistory], operation, params=params) or CursorPage()


def transfer_a_users_playback(client: Client, device_id: str, *, play: bool | None = None) -> None:
    """Move the playback; `play=True` starts it there, else it stays as it is (groups may take 30 s).

    Web API: transfer-a-users-playback.
    """
    body: dict[str, object] = {"device_ids": [device_id]}
    if play is not None:
        body["play"] = play
    client.call("transfer-a-users-playback", json=body)


def start_a_users_playback(
    client: Client,
    *,
    device_id: str | None = None,
    context_uri: str | None = None,
    uris: tuple[str, ...] = (),
    offset_uri: str | None = None,
    offset_position: int | None = None,
    position_ms: int | None = None,
) -> None:
    """Resume, or play a context (album, artist, playlist, show) or up to 100 tracks and episodes.

    Playing `uris` replaces context and queue. An offset (position from 0, or the uri of an item) is possible
    within an album or a playlist. URIs or links. Web API: start-a-users-playback.
    """
    operation = "start-a-users-playback"
    body: dict[str, object] = {}
    if context_uri:
        body["context_uri"] = _as_uri(context_uri, operation)
    if uris:
        body["uris"] = [uri_of(uri, *ITEM_KINDS, operation=operation) for uri in uris]
    if offset_uri is not None:
        body["offset"] = {"uri": _as_uri(offset_uri, operation)}
    elif offset_position is not None:
        body["offset"] = {"position": offset_position}
    if position_ms is not None:
        body["position_ms"] = _not_negative(position_ms, operation)
    _check_what_to_play(body)
    client.call(operation, params={"device_id": device_id}, json=body or None)


def pause_a_users_playback(client: Client, *, device_id: str | None = None) -> None:
    """Pausing what is paused is a RestrictionViolated. Web API: pause-a-users-playback."""
    client.call("pause-a-users-playback", params={"device_id": device_id})


def skip_users_playback_to_next_track(client: Client, *, device_id: str | None = None) -> None:
    """Never repeated: a lost answer may hide a success. Web API: skip-users-playback-to-next-track."""
    client.call("skip-users-playback-to-next-track", params={"device_id": device_id})


def skip_users_playback_to_previous_track(client: Client, *, device_id: str | None = None) -> None:
    """Never repeated, as skipping forward. Web API: skip-users-playback-to-previous-track."""
    client.call("skip-users-playback-to-previous-track", params={"device_id": device_id})


def seek_to_position_in_currently_playing_track(
    client: Client, position_ms: int, *, device_id: str | None = None
) -> None:
    """Beyond the end means the next item. Web API: seek-to-position-in-currently-playing-track."""
    operation = "seek-to-position-in-currently-playing-track"
    position_ms = _not_negative(position_ms, operation)
    client.call(operation, params={"position_ms": position_ms, "device_id": device_id})


def set_repeat_mode_on_users_playback(client: Client, state: str, *, device_id: str | None = None) -> None:
    """`state` is one of REPEAT_STATES. Web API: set-repeat-mode-on-users-playback."""
    operation = "set-repeat-mode-on-users-playback"
    if state not in REPEAT_STATES:
        message = "no such repeat mode"
        raise InvalidRequest(message, operation=operation)
    client.call(operation, params={"state": state, "device_id": device_id})


def set_volume_for_users_playback(
    client: Client, volume_percent: int, *, device_id: str | None = None
) -> None:
    """From 0 to 100. Phones refuse it: VolumeNotControllable. Web API: set-volume-for-users-playback."""
    operation = "set-volume-for-users-playback"
    if not 0 <= volume_percent <= 100:  # noqa: PLR2004  # it is a percentage
        message = "the volume is not between 0 and 100"
        raise InvalidRequest(message, operation=operation)
    client.call(operation, params={"volume_percent": volume_percent, "device_id": device_id})


def toggle_shuffle_for_users_playback(client: Client, *, state: bool, device_id: str | None = None) -> None:
    """Sets shuffle to `state`, in spite of its name. Web API: toggle-shuffle-for-users-playback."""
    client.call("toggle-shuffle-for-users-playback", params={"state": state, "device_id": device_id})


def add_to_queue(client: Client, uri: str, *, device_id: str | None = None) -> None:
    """Append one track or episode, behind what members queued before and in front of the context.

    Never repeated: a lost answer may hide a success, and a second call would queue the item twice.
    Web API: add-to-queue.
    """
    operation = "add-to-queue"
    uri = uri_of(uri, *ITEM_KINDS, operation=operation)
    client.call(operation, params={"uri": uri, "device_id": device_id})


def _as_uri(text: str, operation: str) -> str:
    """URIs pass as they are: Spotify knows more contexts than links lead to, such as a collection."""
    return text if text.startswith("spotify:") else uri_of(text, *CONTEXTS, *ITEM_KINDS, operation=operation)


def _not_negative(position_ms: int, operation: str) -> int:
    if position_ms < 0:
        message = "the position is before the beginning"
        raise InvalidRequest(message, operation=operation)
    return position_ms


def _check_what_to_play(body: dict[str, object]) -> None:
    """Spotify answers these with a 400, or plays nothing without a word."""
    uris, context, offset = body.get("uris"), body.get("context_uri"), body.get("offset")
    message = ""
    if uris and context:
        message = "either a context or single items"
    elif isinstance(uris, list) and len(uris) > MAX_URIS_PLAYED:
        message = f"more than {MAX_URIS_PLAYED} items"
    elif offset and str(context).startswith("spotify:artist:"):
        message = "an artist cannot be begun at an item"
    elif offset and not (uris or context):
        message = "an offset into nothing"
    elif isinstance(offset, dict) and int(offset.get("position", 0)) < 0:
        message = "the offset is before the beginning"
    if message:
        raise InvalidRequest(message, operation="start-a-users-playback")
