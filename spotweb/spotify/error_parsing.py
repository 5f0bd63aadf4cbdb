"""What a refusal of Spotify's means. Never by status alone: one 403 stands for ten different things."""

import re
from typing import Any

import msgspec

from spotweb.spotify import errors
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.modes import Operation
from spotweb.spotify.rate_limit import blocks
from spotweb.spotify.transport import HttpAnswer

# Of the account that owns the app, not of the member's.
_OWNER = "owner of the app"

# Words in the raw text, since several of these come as plain text; first match wins.
_BY_TEXT: tuple[tuple[int, str, type[SpotifyError]], ...] = (
    (401, "permissions missing", errors.ScopeMissing),
    (401, "", errors.TokenRefused),
    (403, _OWNER, errors.OwnerPremiumLapsed),
    (403, "insufficient client scope", errors.ScopeMissing),
    (403, "insufficient scope", errors.ScopeMissing),
    (403, "insufficient_scope", errors.ScopeMissing),
    (403, "premium", errors.PremiumRequired),
    (403, "cannot control device volume", errors.VolumeNotControllable),
    (403, "restriction violated", errors.RestrictionViolated),
    (403, "player command failed", errors.PlayerRefused),
    (403, "", errors.Forbidden),
    (404, "no active device", errors.NoActiveDevice),
    (404, "device not found", errors.DeviceGone),
    (404, "player command failed", errors.PlayerRefused),
    (404, "", errors.NotFound),
    (410, "", errors.Gone),
    (400, "", errors.InvalidRequest),
    (413, "", errors.InvalidRequest),
    (414, "", errors.InvalidRequest),
)

# "The user is not registered for this application", "… the user may not be registered", "User not registered
# in the Developer Dashboard", "User not approved for app": worded anew every year or two, and always about a
# user who is not something. The address of the dashboard stands in no other refusal.
_NOT_ON_ALLOWLIST = re.compile(
    r"\buser\b.{0,40}\b(not|isn.?t|un)[\s-]?.{0,40}(regist|approv|allow|white-?list|authori[sz]ed|added|invited)"
    r"|(unregistered|unapproved|non-?allow-?listed)\b.{0,20}\buser\b"
    r"|not (on|in) the (allow|white)-?list"
    r"|developer\.spotify\.com/(my-)?dashboard|developer dashboard",
    re.DOTALL,
)

# Spotify's `reason` on player commands; those it invents later fall back to the text and then to the status.
_BY_REASON: dict[str, type[SpotifyError]] = {
    "PREMIUM_REQUIRED": errors.PremiumRequired,
    "NO_ACTIVE_DEVICE": errors.NoActiveDevice,
    "VOLUME_CONTROL_DISALLOW": errors.VolumeNotControllable,
    "DEVICE_NOT_CONTROLLABLE": errors.DeviceRestricted,
    "REMOTE_CONTROL_DISALLOW": errors.DeviceRestricted,
    **dict.fromkeys(
        (
            "ALREADY_PAUSED",
            "ALREADY_PLAYING",
            "CONTEXT_DISALLOW",
            "ENDLESS_CONTEXT",
            "NOT_PAUSED",
            "NOT_PLAYING_CONTEXT",
            "NOT_PLAYING_LOCALLY",
            "NOT_PLAYING_TRACK",
            "NO_NEXT_TRACK",
            "NO_PREV_TRACK",
            "NO_SPECIFIC_TRACK",
        ),
        errors.RestrictionViolated,
    ),
}

_MAX_MESSAGE_CHARS = 200


def parse_error(operation: Operation, answer: HttpAnswer) -> SpotifyError:
    """The exception for an answer that is no success. A 429 is recorded in rate_limit on the way."""
    message, reason = parse_message(answer.body)
    if answer.status == 429:  # noqa: PLR2004
        return _record_throttle(operation, answer, reason)
    kind = _BY_REASON.get(reason or "") or _kind_by_text(answer)
    if kind is errors.PremiumRequired and operation.method == "GET":
        kind = errors.Unavailable  # reading needs no Premium: Spotify has said so by mistake, for hours
    refusal = kind(message, operation=operation.name, spotify_status=answer.status, reason=reason)
    if isinstance(refusal, errors.ScopeMissing):
        refusal.scopes = operation.scopes
    if isinstance(refusal, errors.TokenRefused):
        refusal.is_glitch = operation.family == "player" and "access token missing" in message.lower()
    elif isinstance(refusal, errors.Unavailable):
        refusal.is_outcome_unknown = operation.method != "GET"
        refusal.is_repeatable = operation.is_repeatable
    return refusal


def parse_message(body: bytes) -> tuple[str, str | None]:
    """Message and reason, from `{"error": {…}}`, from OAuth's `{"error": "…"}`, or from plain text."""
    try:
        parsed: Any = msgspec.json.decode(body)  # anything may stand here; it is looked at below
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _plain_text(body), None
    error = parsed.get("error") if isinstance(parsed, dict) else None
    if isinstance(error, dict):
        reason = error.get("reason")
        return _shorten(error.get("message")), reason if isinstance(reason, str) else None
    if isinstance(error, str):
        return _shorten(parsed.get("error_description")), error
    return "", None


def _kind_by_text(answer: HttpAnswer) -> type[SpotifyError]:
    text = answer.body.decode(errors="replace").lower()
    if answer.status == 403 and _is_about_allowlist(text):  # noqa: PLR2004
        return errors.NotOnAllowlist
    for status, words, kind in _BY_TEXT:
        if answer.status == status and words in text:
            return kind
    if answer.status >= 500:  # noqa: PLR2004
        return errors.Unavailable
    # Spotify redirects nowhere: this is a captive portal, or a wrong SPOTIFY_API_URL.
    return errors.BadResponse if answer.status < 400 else SpotifyError  # noqa: PLR2004


def _is_about_allowlist(text: str) -> bool:
    return _OWNER not in text and bool(_NOT_ON_ALLOWLIST.search(text))


def _record_throttle(operation: Operation, answer: HttpAnswer, reason: str | None) -> SpotifyError:
    return blocks.record_block(
        operation.family,
        retry_after=answer.headers.get("Retry-After"),
        is_quota=reason == "QUOTA_EXCEEDED" or b"QUOTA_EXCEEDED" in answer.body,
        operation=operation.name,
    )


def _plain_text(body: bytes) -> str:
    text = body.decode(errors="replace").strip()
    return "" if text.startswith("<") else _shorten(text)


def _shorten(text: object) -> str:
    return text[:_MAX_MESSAGE_CHARS] if isinstance(text, str) else ""
