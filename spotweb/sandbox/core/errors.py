"""The refusals of the Web API, word for word as Spotify sends them."""

from spotweb.sandbox.core.messages import JsonObject, Refusal, json_reply, text_reply


def api_error(
    status: int, message: str, *, reason: str = "", headers: dict[str, str] | None = None
) -> Refusal:
    error: JsonObject = {"status": status, "message": message}
    if reason:
        error["reason"] = reason
    return Refusal(json_reply({"error": error}, status=status, headers=list((headers or {}).items())))


def bad_request(message: str) -> Refusal:
    return api_error(400, message)


def missing_token() -> Refusal:
    return _unauthorized("Missing/invalid/expired access token", error="missing_token")


def invalid_token() -> Refusal:
    return _unauthorized("Missing/invalid/expired access token", error="invalid_token")


def expired_token() -> Refusal:
    return _unauthorized("The access token expired", error="invalid_token")


def _unauthorized(message: str, *, error: str) -> Refusal:
    challenge = f'Bearer realm="spotify", error="{error}", error_description="{message}"'
    return api_error(401, message, headers={"WWW-Authenticate": challenge})


def permissions_missing() -> Refusal:
    return api_error(401, "Permissions missing")


def insufficient_scope() -> Refusal:
    return api_error(403, "Insufficient client scope")


def forbidden() -> Refusal:
    """Removed in this quota mode, somebody else's playlist, or policy: Spotify does not say which."""
    return api_error(403, "Forbidden")


# Worded differently over the years; the first two came as plain text, where everything else is JSON.
_NOT_ON_ALLOWLIST = (
    "Check settings on developer.spotify.com/dashboard, the user may not be registered.",
    (
        "The user is not registered for this application. Please check your settings on "
        "https://developer.spotify.com/dashboard."
    ),
    "User not registered in the Developer Dashboard",
    "User not approved for app",
)
_PLAIN_WORDINGS = 2


def not_on_allowlist(times: int) -> Refusal:
    """In one wording after the other; `times` it was said before."""
    number = times % len(_NOT_ON_ALLOWLIST)
    text = _NOT_ON_ALLOWLIST[number]
    return Refusal(text_reply(text, status=403)) if number < _PLAIN_WORDINGS else api_error(403, text)


def owner_premium_lapsed() -> Refusal:
    return api_error(
        403,
        "Active premium subscription required for the owner of the app. When the subscription status "
        "changes, it can take a few hours before requests are allowed again.",
    )


def service_not_found() -> Refusal:
    return api_error(404, "Service not found")


def resource_not_found() -> Refusal:
    return api_error(404, "Resource not found")


def invalid_id() -> Refusal:
    return api_error(400, "Invalid base62 id")


def command_failed(status: int, cause: str, reason: str) -> Refusal:
    return api_error(status, f"Player command failed: {cause}", reason=reason)


def no_active_device() -> Refusal:
    return command_failed(404, "No active device found", "NO_ACTIVE_DEVICE")


def device_not_found() -> Refusal:
    return api_error(404, "Device not found")


def premium_required() -> Refusal:
    return command_failed(403, "Premium required", "PREMIUM_REQUIRED")


def restriction_violated() -> Refusal:
    return command_failed(403, "Restriction violated", "UNKNOWN")


def cannot_control_volume() -> Refusal:
    return command_failed(403, "Cannot control device volume", "VOLUME_CONTROL_DISALLOW")


def device_not_controllable() -> Refusal:
    return command_failed(403, "Device not controllable", "DEVICE_NOT_CONTROLLABLE")


def too_many_requests(retry_after: int | str | None) -> Refusal:
    """The rolling window: mostly bare text, and the header is only normally there."""
    reply = text_reply("Too many requests", status=429)
    if retry_after is not None:
        reply.headers.append(("Retry-After", str(retry_after)))
    return Refusal(reply)


def quota_exceeded(retry_after: int | str | None) -> Refusal:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return api_error(429, "Too many requests", reason="QUOTA_EXCEEDED", headers=headers)
