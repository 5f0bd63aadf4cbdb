"""Misfortune to order: what control asked to go wrong, and for which requests."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from fnmatch import fnmatchcase
from threading import Event
from typing import Any

from spotweb.sandbox.core import errors, rewrites
from spotweb.sandbox.core.messages import Reply, json_reply, text_reply

_HTML = (
    "<html>\r\n<head><title>{0} Bad Gateway</title></head>\r\n"
    "<body><center><h1>{0}</h1></center></body>\r\n</html>\r\n"
)
_MESSAGES = {
    400: "Bad request",
    401: "The access token expired",
    403: "Forbidden",
    404: "Resource not found",
    429: "API rate limit exceeded",
    500: "Server error.",
    502: "Error while loading resource",
    503: "Service unavailable",
    504: "Gateway timeout",
}
_KEEPING_THE_ANSWER = frozenset({"truncate", "slow", "drip", "pad", "rewrite", "rename"})
HOLD_S = 90.0  # how long a timeout keeps the caller hanging, unless it is released before


@dataclass(slots=True, kw_only=True)
class Fault:
    """`match` is a glob over the path, such as `/v1/me/player*` or `/api/token`."""

    match: str
    kind: str
    method: str = ""
    member: str = ""
    status: int = 0
    retry_after: float | str | None = None
    as_date: bool = False  # Retry-After names the moment, by the clock of the machine
    message: str = ""
    reason: str = ""
    delay_ms: int = 0
    pieces: int = 10
    size: int = 20_000_000
    put: dict[str, Any] = field(default_factory=dict)  # by JSON pointer
    remove: list[str] = field(default_factory=list)  # JSON pointers
    encoding: str = "ascii"
    names: list[str] = field(default_factory=list)
    probability: float = 1.0
    after: int = 0  # so many requests that match get through first
    times: int | None = None  # None: until it is taken away
    handled: bool = False  # the request is carried out first, and only its answer is lost

    @property
    def retry_after_header(self) -> str | None:
        """As it is told, seconds, fractions and nonsense alike; or as the date that lies so far ahead."""
        if self.retry_after is None:
            return None
        if self.as_date:
            return formatdate(time.time() + float(self.retry_after), usegmt=True)
        return str(self.retry_after)

    def hits(self, *, method: str, path: str, member: str) -> bool:
        return (
            self.times != 0
            and fnmatchcase(path, self.match)
            and self.method in {"", method}
            and self.member in {"", member}
        )


class Faults:
    def __init__(self) -> None:
        self.listed: list[Fault] = []
        self.released = Event()
        self._rng = random.Random(0)  # noqa: S311 - whether misfortune strikes

    def replace(self, listed: list[Fault]) -> None:
        self.clear()
        self.listed = listed

    def clear(self) -> None:
        self.listed = []
        self.released.set()
        self.released = Event()

    def pick(self, *, method: str, path: str, member: str) -> Fault | None:
        for fault in self.listed:
            if not fault.hits(method=method, path=path, member=member):
                continue
            if fault.after:
                fault.after -= 1
                continue
            if fault.probability < 1 and self._rng.random() >= fault.probability:
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None


def apply_fault(fault: Fault, carry_out: Callable[[], Reply], *, released: Event) -> Reply:
    """The reply that the caller gets under this fault."""
    carried_out = carry_out() if fault.handled or fault.kind in _KEEPING_THE_ANSWER else None
    reply = KINDS[fault.kind](fault, carried_out)
    reply.released = released
    return reply


def _rate_limit(fault: Fault, _reply: Reply | None) -> Reply:
    if fault.message:
        headers = {"Retry-After": fault.retry_after_header} if fault.retry_after_header else {}
        return errors.api_error(429, fault.message, headers=headers).reply
    return errors.too_many_requests(fault.retry_after_header).reply


def _quota(fault: Fault, _reply: Reply | None) -> Reply:
    return errors.quota_exceeded(fault.retry_after_header).reply


def _status(fault: Fault, _reply: Reply | None) -> Reply:
    status = fault.status or 503
    message = fault.message or _MESSAGES.get(status, "Error")
    if fault.match.startswith("/api/"):
        body = json_reply({"error": message, "error_description": fault.reason or message}, status=status)
    else:
        body = errors.api_error(status, message, reason=fault.reason).reply
    if fault.retry_after_header is not None:
        body.headers.append(("Retry-After", fault.retry_after_header))
    return body


def _unauthorized(fault: Fault, _reply: Reply | None) -> Reply:
    return errors.api_error(401, fault.message or "The access token expired").reply


def _html(fault: Fault, _reply: Reply | None) -> Reply:
    status = fault.status or 502
    return text_reply(_HTML.format(status), status=status, content_type="text/html")


def _empty(fault: Fault, _reply: Reply | None) -> Reply:
    return Reply(status=fault.status or 502)


def _text(fault: Fault, _reply: Reply | None) -> Reply:
    return text_reply(fault.message or "upstream connect error", status=fault.status or 503)


def _invalid_json(fault: Fault, _reply: Reply | None) -> Reply:
    return Reply(
        status=fault.status or 200, body=b'{"items": [,', content_type="application/json; charset=utf-8"
    )


def _truncate(_fault: Fault, reply: Reply | None) -> Reply:
    reply = reply or Reply()
    reply.fate = "truncate"
    return reply


def _rewrite(fault: Fault, reply: Reply | None) -> Reply:
    return _change_document(
        fault, reply, lambda document: rewrites.rewrite_document(document, fault.put, fault.remove)
    )


def _rename(fault: Fault, reply: Reply | None) -> Reply:
    return _change_document(fault, reply, lambda document: rewrites.rename_things(document, fault.names))


def _change_document(fault: Fault, reply: Reply | None, change: Callable[[Any], Any]) -> Reply:
    reply = reply or Reply()
    if not reply.body or not (reply.content_type or "").startswith("application/json"):
        return reply
    reply.body = rewrites.encode_document(change(json.loads(reply.body)), fault.encoding)
    # The tag is that of the true answer, which nobody got.
    reply.headers = [(name, value) for name, value in reply.headers if name != "ETag"]
    return reply


def _slow(fault: Fault, reply: Reply | None) -> Reply:
    reply = reply or Reply()
    reply.hold_s = fault.delay_ms / 1000
    return reply


def _drip(fault: Fault, reply: Reply | None) -> Reply:
    reply = _slow(fault, reply)
    reply.pieces = max(1, fault.pieces)
    return reply


def _pad(fault: Fault, reply: Reply | None) -> Reply:
    """Blanks behind JSON change nothing but its length."""
    reply = reply or Reply()
    reply.body = reply.body.ljust(fault.size)
    return reply


def _reset(_fault: Fault, _reply: Reply | None) -> Reply:
    return Reply(fate="reset")


def _timeout(_fault: Fault, _reply: Reply | None) -> Reply:
    return Reply(fate="timeout", hold_s=HOLD_S)


KINDS: dict[str, Callable[[Fault, Reply | None], Reply]] = {
    "rate_limit": _rate_limit,
    "quota": _quota,
    "status": _status,
    "unauthorized": _unauthorized,
    "html": _html,
    "empty": _empty,
    "text": _text,
    "invalid_json": _invalid_json,
    "truncate": _truncate,
    "slow": _slow,
    "drip": _drip,
    "pad": _pad,
    "rewrite": _rewrite,
    "rename": _rename,
    "reset": _reset,
    "timeout": _timeout,
}
