"""What a refusal of Spotify's means. Never by status alone: one 403 stands for ten different things."""

import html
import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

from spotweb.spotify import errors
from spotweb.spotify.answers.json_repair import parse_json
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.modes import Operation
from spotweb.spotify.rate_limit import blocks
from spotweb.spotify.transport import HttpAnswer

_SAYS_PREMIUM = (
    r"premium|\bfree (account|user|tier)|\b(your|current) (plan|subscription)\b|subscription required"
)
_SAYS_GONE_DEVICE = (
    r"\bdevice\b.{0,30}\b(not found|unavailable|offline|gone|unknown|no longer)\b"
    "|(unknown|no such|invalid) device"
)
# In the folded text of the whole answer, since several of these come as plain text; first match wins.
_BY_TEXT: tuple[tuple[int, re.Pattern[str], type[SpotifyError]], ...] = tuple(
    (status, re.compile(words), kind)
    for status, words, kind in (
        (401, r"permissions? (is |are )?missing|missing permissions?|\bscopes?\b", errors.ScopeMissing),
        (401, "", errors.TokenRefused),
        (403, r"\bscopes?\b", errors.ScopeMissing),
        (403, _SAYS_PREMIUM, errors.PremiumRequired),
        (403, r"\bvolume\b.*(allow|support|control)|control\b.*\bvolume\b", errors.VolumeNotControllable),
        (403, r"restricted device|\bdevice is restricted", errors.DeviceRestricted),
        (403, "restriction violated", errors.RestrictionViolated),
        (403, "player command failed", errors.PlayerRefused),
        (403, "", errors.Forbidden),
        (404, "no active device", errors.NoActiveDevice),
        (404, _SAYS_GONE_DEVICE, errors.DeviceGone),
        (404, "player command failed", errors.PlayerRefused),
        (404, "", errors.NotFound),
        (408, "", errors.Unavailable),
        (410, "", errors.Gone),
        (425, "", errors.Unavailable),
        (400, "", errors.InvalidRequest),
        (413, "", errors.InvalidRequest),
        (414, "", errors.InvalidRequest),
    )
)

# Of the account that owns the app, not of the member's: then the same words are about something else.
_OWNER = re.compile(
    r"\b(owner|developer|creator)\b.{0,40}\b(app|application|client)\b"
    r"|\b(app|application|client)('?s)? (owner|developer|creator)\b|\b(owner|developer)('?s)? account\b"
)
_SUBSCRIPTION = re.compile("premium|subscri|abonn")

# "The user is not registered for this application", "… the user may not be registered", "User not registered
# in the Developer Dashboard", "User not approved for app": worded anew every year or two, and always about a
# user who is not something. The address of the dashboard stands in no other refusal.
_USER = (
    r"\b(users?|accounts?|members?|you|benutzer\w*|nutzer\w*|konto|utilisateurs?|comptes?|usuarios?|cuentas?|contas?"
    r"|utent[ei]|gebruikers?|uzytkownik\w*|пользовател\w*)\b"
)
_THIS_APP = r"(the |this |your |an? )?(app|application|client|developer|users?|(\w+ )?list)\b"
_NOT_ON_ALLOWLIST = re.compile(
    rf"{_USER}.{{0,60}}(\bnot\b|n't|\bun|\bnicht\b|\bpas\b|\bno\b|\bnon\b|\bnao\b|\bniet\b|\bnie\b|\bне\b).{{0,40}}"
    r"(registr?i?er\w*|registr\w*|regist\w*|enregist\w*|approved|(allow|white) ?list|invited|freigeschaltet"
    rf"|(added|allowed|authori[sz]ed|permitted)( (to|in|on|for|by|as|use|access))* {_THIS_APP}"
    r"|hinzugefugt|ajoutee?s?\b|anadid|agregad|aggiunt|adicionad|toegevoegd|zarejestr|зарегистр|добавлен)"
    rf"|{_USER}.{{0,20}}\b(must|needs?|has|have)( to)? be "
    r"(registered|added|approved|invited|(allow|white) ?listed)"
    r"|\b(unregistered|unapproved|non ?(allow|white) ?listed)\b.{0,20}\b(user|account)"
    r"|not (on|in) (the |an? |this app's )?(allow|white|user) ?list|\bnot a tester\b"
    r"|user not allowed\b(?! to)|\bnot found in .{0,20}\buser management\b"
    r"|\b(users?|accounts?)\b.{0,20}(\bnot\b|n't) (have access to|enabled for) (the |this |your )?"
    r"(app|application|client)\b|\bapp(lication)? is in development mode\b"
    r"|\b(only|(restricted|limited|available|open)( only)? to)( the)? "
    r"(registered|approved|invited|allow ?listed) (users|accounts)\b"
    r"|\b(max\w*|limit|more than)( number)?( of)?( \w+)? users\b"
    r"|developer\.spotify\.com/[\w /]{0,30}dashboard|developer dashboard"
    "|登録されていません|未注册|未註冊|등록되지",
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

_RATE = re.compile(r"\brate limit|\btoo many requests\b")
_AFTER_A_PRESS = timedelta(seconds=2)
_NEVER_AS_A_PAGE = frozenset({401, 403, 404, 410})
_JOINED_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")  # UserNotRegistered
_MAX_MESSAGE_CHARS = 200
_MAX_TEXT_CHARS = 4000
_ACCENTS = re.compile("[\u0300-\u036f]")
_MESSAGE_FIELDS = ("message", "error_description", "description", "detail", "title")
_DEEPEST = 6


def parse_error(operation: Operation, answer: HttpAnswer) -> SpotifyError:
    """The exception for an answer that is no success. A 429 is recorded in rate_limit on the way."""
    message, reason = parse_message(answer.body)
    text = fold_body(answer.body)
    if answer.status == 429 or (answer.status == 403 and _RATE.search(text)):  # noqa: PLR2004
        if reason == "RATE_LIMITED":  # one member pressed too fast: nothing that concerns the others
            until = datetime.now(UTC) + _AFTER_A_PRESS
            return errors.RateLimited(message, until=until, family=operation.family, operation=operation.name)
        return _record_throttle(operation, answer, text)
    kind = _BY_REASON.get((reason or "").upper()) or _kind_by_text(answer, text)
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
        parsed: Any = parse_json(body)  # anything may stand here; it is looked at below
    except (ValueError, RecursionError):
        return _plain_text(body), None
    error = parsed.get("error") if isinstance(parsed, dict) else None
    if isinstance(error, dict):
        reason = error.get("reason")
        return _find_message(error), reason if isinstance(reason, str) else None
    if isinstance(error, str):
        return _find_message(parsed), error
    return _find_message(parsed), None


def _find_message(parsed: Any, depth: int = 0) -> str:  # noqa: ANN401  # parsed JSON
    """The first text that is called a message, at whatever depth."""
    if isinstance(parsed, str):
        return _shorten(parsed)
    if depth > _DEEPEST or not isinstance(parsed, dict | list):
        return ""
    inner: list[Any]
    if isinstance(parsed, list):
        inner = [part for part in parsed if isinstance(part, dict)]
    else:
        named = [parsed[name] for name in _MESSAGE_FIELDS if name in parsed]
        inner = [*named, *(part for part in parsed.values() if isinstance(part, dict | list))]
    return next((text for part in inner if (text := _find_message(part, depth + 1))), "")


def _kind_by_text(answer: HttpAnswer, text: str) -> type[SpotifyError]:
    """`text` is the folded body."""
    about_the_app = find_trouble_of_app(text) if answer.status in {401, 403} else None
    if about_the_app:
        return about_the_app
    if answer.status in _NEVER_AS_A_PAGE and is_page(answer.body):
        # Of something in between: what it says of a list or a token is not Spotify's word.
        return errors.BadResponse
    for status, words, kind in _BY_TEXT:
        if answer.status == status and words.search(text):
            return kind
    if answer.status >= 500:  # noqa: PLR2004
        return errors.Unavailable
    # Spotify redirects nowhere: this is a captive portal, or a wrong SPOTIFY_API_URL.
    return errors.BadResponse if answer.status < 400 else SpotifyError  # noqa: PLR2004


def find_trouble_of_app(text: str) -> type[SpotifyError] | None:
    """What folded text says of the app at Spotify, whichever of Spotify's services says it."""
    if _OWNER.search(text) and _SUBSCRIPTION.search(text):
        return errors.OwnerPremiumLapsed
    return errors.NotOnAllowlist if _NOT_ON_ALLOWLIST.search(text) else None


def is_page(body: bytes) -> bool:
    """Whether it is HTML, which Spotify's services never send themselves."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def fold_body(body: bytes) -> str:
    """All words of an answer, however they are wrapped: without case, accents, escapes and joining signs."""
    try:
        # Escapes are gone once it was read.
        text = json.dumps(parse_json(body), ensure_ascii=False)
    except (ValueError, RecursionError):
        text = html.unescape(body.decode(json.detect_encoding(body), "replace"))
    text = _JOINED_WORDS.sub(" ", text[:_MAX_TEXT_CHARS])
    text = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", text))
    return " ".join(re.sub(r"[_\-]", " ", text).split())


def _record_throttle(operation: Operation, answer: HttpAnswer, text: str) -> SpotifyError:
    return blocks.record_block(
        operation.family,
        retry_after=answer.headers.get("Retry-After"),
        is_quota="quota" in text,
        operation=operation.name,
    )


def _plain_text(body: bytes) -> str:
    text = body.decode(json.detect_encoding(body), "replace").strip()
    return "" if text.startswith("<") else _shorten(text)


def _shorten(text: object) -> str:
    return text[:_MAX_MESSAGE_CHARS] if isinstance(text, str) else ""
