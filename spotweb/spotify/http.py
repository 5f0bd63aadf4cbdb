"""Speaks to the Web API on behalf of one member: the token, the rate limit, harmless repetition, the errors.

It raises SpotifyError and nothing else, and never waits out a rate limit: a member is waiting.
"""

import logging
import math
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec
from django.conf import settings
from django.core.cache import cache

from spotweb.spotify import last_reads, modes, transport
from spotweb.spotify.answers.error_parsing import parse_error
from spotweb.spotify.answers.json_decoder import decode_body
from spotweb.spotify.errors import BadResponse, PremiumRequired, SpotifyError, TokenRefused, Unavailable
from spotweb.spotify.modes import Operation
from spotweb.spotify.rate_limit import limits, pace, threads
from spotweb.spotify.transport import HttpAnswer, Params

T = TypeVar("T")
Purpose = limits.Purpose
Json = Any  # what is sent as a body: whatever can be written as JSON

logger = logging.getLogger(__name__)

# For a whole answer, and all that a call is repeated.
_DEADLINE_S: Mapping[Purpose, float] = {"button": 6.0, "page": 6.0, "poll": 6.0, "background": 20.0}
_MIN_ATTEMPT_S = 0.5
_MAX_REPEATS = 2
_PAUSES_S = ((0.1, 0.4), (0.4, 0.9))  # jitter, so that the tabs of a house do not return as one
_GLITCH_PAUSE_S = 1.0  # Spotify's false 401 and 403 on the player are over after about this long
_MAX_PAUSES_S = 1.5  # of all pauses within one call
_NO_REPEAT_AFTER_S = 4.0  # a call that has lasted this long is not repeated
_FREE_ACCOUNT_KNOWN_S = 60
_TOKEN_CACHED_S = 1.0
# Of a read these can only mean what was said of the version that is known.
_ABOUT_THE_ETAG = frozenset({HTTPStatus.PRECONDITION_FAILED, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE})
_MAX_ETAG_LENGTH = 400

_NOTHING: Mapping[str, str] = {}


_is_in_background: ContextVar[bool] = ContextVar("is_in_background", default=False)


@contextmanager
def work_in_background() -> Iterator[None]:
    """Whatever clients are made for in here, no member waits for it: the worker's slices."""
    token = _is_in_background.set(True)
    try:
        yield
    finally:
        _is_in_background.reset(token)


class TokenSource(Protocol):
    """Where a member's access token comes from. `key` is stable, names the member and is no secret."""

    @property
    def key(self) -> str: ...

    def access_token(self) -> str: ...

    def renew(self, rejected: str) -> str:
        """A newer token than `rejected`, which Spotify refused; many callers may ask at once.

        Returns `rejected` itself when it was renewed only just now: if Spotify refuses good tokens, more of
        them do not help. May raise GrantExpired, GrantRevoked or Unavailable.
        """
        ...


class Client:
    """One member's access to the Web API. `purpose` says who waits for the answer."""

    def __init__(self, token_source: TokenSource, *, purpose: Purpose = "page") -> None:
        self._tokens = token_source
        self.purpose: Purpose = "background" if _is_in_background.get() else purpose

    def __repr__(self) -> str:
        return f"Client({self._tokens.key!r}, purpose={self.purpose!r})"

    @property
    def key(self) -> str:
        return self._tokens.key

    def in_background(self) -> "Client":
        """The same member's client for work that no member waits for."""
        return Client(self._tokens, purpose="background")

    def for_many_requests(self) -> "Client":
        """The same member's client for many requests in a row: the token is looked up once a second."""
        return Client(_CachedToken(self._tokens), purpose=self.purpose)

    def call(
        self,
        operation: str,
        *,
        ids: Mapping[str, str] = _NOTHING,
        params: Params | None = None,
        json: Json = None,
        jpeg: bytes | None = None,
    ) -> None:
        """A command. Any 2xx is success, and what it carries is not looked at: Spotify answers with 204, with
        nothing, or with a token of its own that is not even JSON. `jpeg` is sent as it is."""
        self._send(modes.OPERATIONS[operation], ids=ids, params=params, body=_Body.from_arguments(json, jpeg))

    def fetch(
        self,
        kind: type[T],
        operation: str,
        *,
        ids: Mapping[str, str] = _NOTHING,
        params: Params | None = None,
        json: Json = None,
    ) -> T:
        """A read, or a command with `json`, that always has an answer.

        Of a command whose success cannot be read nobody knows what it did: BadResponse with
        `is_outcome_unknown`.
        """
        try:
            answer = self.fetch_if_any(kind, operation, ids=ids, params=params, json=json)
            if answer is None:
                message = "empty"
                raise BadResponse(message, operation=operation)
        except BadResponse as unreadable:
            unreadable.is_outcome_unknown = modes.OPERATIONS[operation].method != "GET"
            unreadable.is_repeatable = modes.OPERATIONS[operation].is_repeatable
            raise
        return answer

    def fetch_if_any(
        self,
        kind: type[T],
        operation: str,
        *,
        ids: Mapping[str, str] = _NOTHING,
        params: Params | None = None,
        json: Json = None,
    ) -> T | None:
        """A read that may find nothing: None for an answer without a body, or with null for one."""
        answer = self._send(
            modes.OPERATIONS[operation], ids=ids, params=params, body=_Body.from_arguments(json)
        )
        is_nothing = answer.body.strip() in {b"", b"null"}
        return None if is_nothing else decode_body(answer.body, kind, operation=operation)

    def fetch_unless_known(
        self,
        kind: type[T],
        operation: str,
        *,
        ids: Mapping[str, str] = _NOTHING,
        params: Params | None = None,
        etag: str | None = None,
    ) -> tuple[T | None, str | None]:
        """A read with its ETag, where there is one; None when Spotify says that `etag` is still right."""
        wanted = modes.OPERATIONS[operation]
        try:
            answer = self._send(wanted, ids=ids, params=params, body=_Body(etag=etag))
        except SpotifyError as refusal:
            if etag is None or refusal.spotify_status not in _ABOUT_THE_ETAG:
                raise
            answer = self._send(wanted, ids=ids, params=params, body=_Body())
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return None, etag
        return decode_body(answer.body, kind, operation=operation), _clean_etag(answer.headers.get("ETag"))

    def probe_operation(self, operation: Operation) -> None:
        """A read of which only whether it is answered matters, whatever modes.py says of it."""
        self._send(operation, ids=_NOTHING, params=None, body=_Body())

    def _send(
        self,
        operation: Operation,
        *,
        ids: Mapping[str, str],
        params: Params | None,
        body: "_Body",
    ) -> HttpAnswer:
        url = settings.SPOTIFY_API_URL.rstrip("/") + modes.fill_path(operation.path(), ids)
        retries = _RetryBudget(operation, member=self.key)
        token = self._tokens.access_token()
        facts = limits.RequestFacts(
            operation.family, self.purpose, operation.name, operation.method != "GET", self.key
        )
        threads.hold_thread(facts.priority, family=operation.family, operation=operation.name)
        while True:
            try:
                with pace.wait_for_slot(facts) as waited_s:
                    retries.exclude_wait(waited_s)
                    deadline_s = retries.get_left_s(self.purpose)
                    answer = self._send_once(
                        operation, url, token, params=params, body=body, deadline_s=deadline_s
                    )
                    break
            except TokenRefused as refused:
                token = self._get_other_token(token, refused, retries)
            except SpotifyError as failure:
                retries.pause_after(failure)
        if operation.method == "GET":
            last_reads.record_read(self.key)
        return answer

    def _send_once(
        self,
        operation: Operation,
        url: str,
        token: str,
        *,
        params: Params | None,
        body: "_Body",
        deadline_s: float,
    ) -> HttpAnswer:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", **body.headers}
        try:
            answer = transport.send_request(
                operation.method,
                url,
                headers=headers,
                params=params,
                content=body.content,
                deadline_s=deadline_s,
            )
        except Unavailable as trouble:
            trouble.is_outcome_unknown &= operation.method != "GET"
            trouble.is_repeatable = operation.is_repeatable
            logger.warning("%s: no answer, %s", operation.name, trouble)
            raise
        if answer.is_success or (body.etag and answer.status == HTTPStatus.NOT_MODIFIED):
            return answer
        refusal = parse_error(operation, answer.redact(token))
        logger.info("%s", refusal)
        raise refusal

    def _get_other_token(self, token: str, refused: TokenRefused, retries: "_RetryBudget") -> str:
        """A renewed token, or the same one after a moment when renewing would be of no use."""
        if not refused.is_glitch:
            retries.renew_once(refused)
            renewed = self._tokens.renew(token)
            if renewed != token:
                return renewed
        retries.pause_after(refused)
        return token


def _clean_etag(etag: str | None) -> str | None:
    """Null for what cannot be sent back as it came."""
    etag = (etag or "").strip()
    return etag if etag.isascii() and etag.isprintable() and 0 < len(etag) <= _MAX_ETAG_LENGTH else None


class _CachedToken:
    """The token is read once a second: each page of a long list is read in a thread, which would open the
    database for it. Two threads that read at the same moment do no harm.
    """

    def __init__(self, tokens: TokenSource) -> None:
        self._tokens = tokens
        self.key = tokens.key
        self._held = ("", -math.inf)

    def access_token(self) -> str:
        token, since = self._held
        if time.monotonic() - since > _TOKEN_CACHED_S:
            token = self._hold(self._tokens.access_token())
        return token

    def renew(self, rejected: str) -> str:
        return self._hold(self._tokens.renew(rejected))

    def _hold(self, token: str) -> str:
        self._held = (token, time.monotonic())
        return token


class _Body(NamedTuple):
    """What is sent along; `etag` names the version that is known already."""

    content: bytes | None = None
    type: str = ""
    etag: str | None = None

    @classmethod
    def from_arguments(cls, json: Json, jpeg: bytes | None = None) -> "_Body":
        if jpeg is not None:
            return cls(jpeg, "image/jpeg")
        return cls() if json is None else cls(msgspec.json.encode(json), "application/json")

    @property
    def headers(self) -> dict[str, str]:
        headers = {"Content-Type": self.type, "If-None-Match": self.etag}
        return {name: value for name, value in headers.items() if value}


class _RetryBudget:
    """How often, and how long, one call may be repeated while somebody waits for it."""

    def __init__(self, operation: Operation, *, member: str) -> None:
        self._operation = operation
        self._free_key = f"spotify:free:{member}"
        self._began = time.monotonic()
        self._waited_s = 0.0
        self._repeats = 0
        self._spent: set[str] = set()

    def exclude_wait(self, waited_s: float) -> None:
        """Leave the wait for a slot out of the account: it says nothing about Spotify."""
        self._began += waited_s

    def get_left_s(self, purpose: Purpose) -> float:
        """How long the next attempt may take. Tests shorten each by SPOTIFY_READ_TIMEOUT_S."""
        left_s = max(_MIN_ATTEMPT_S, self._began + _DEADLINE_S[purpose] - time.monotonic())
        override: float | None = getattr(settings, "SPOTIFY_READ_TIMEOUT_S", None)
        return min(left_s, override or left_s)

    def pause_after(self, failure: SpotifyError) -> None:
        """Returns when the call may be repeated, else raises the failure."""
        if isinstance(failure, PremiumRequired):
            self._pause_for_premium(failure)
        elif isinstance(failure, TokenRefused):
            self._pause_once("token", failure)
        elif isinstance(failure, Unavailable) and self._may_repeat(failure):
            self._pause(random.uniform(*_PAUSES_S[self._repeats]), failure)  # noqa: S311  # jitter, no secret
            self._repeats += 1
        else:
            raise failure

    def renew_once(self, refused: TokenRefused) -> None:
        self._spend("renewal", refused)

    def _may_repeat(self, failure: Unavailable) -> bool:
        is_harmless = self._operation.is_repeatable or _was_never_sent(failure)
        # A BadResponse is no hiccup: the same page of a captive portal would come again.
        return is_harmless and not isinstance(failure, BadResponse) and self._repeats < _MAX_REPEATS

    def _pause_for_premium(self, failure: SpotifyError) -> None:
        """Spotify has told paying members that they do not pay, so the first answer is not believed. A member
        whose account really is Free does not wait a second at each press of a button."""
        if not self._operation.is_repeatable or cache.get(self._free_key):
            raise failure
        if "premium" in self._spent:
            cache.set(self._free_key, 1, timeout=_FREE_ACCOUNT_KNOWN_S)
        self._pause_once("premium", failure)

    def _pause_once(self, occasion: str, failure: SpotifyError) -> None:
        self._spend(occasion, failure)
        self._pause(_GLITCH_PAUSE_S, failure)

    def _spend(self, occasion: str, failure: SpotifyError) -> None:
        if occasion in self._spent:
            raise failure
        self._spent.add(occasion)

    def _pause(self, pause_s: float, failure: SpotifyError) -> None:
        is_late = time.monotonic() - self._began > _NO_REPEAT_AFTER_S
        if is_late or self._waited_s + pause_s > _MAX_PAUSES_S:
            raise failure
        self._waited_s += pause_s
        time.sleep(pause_s)


def _was_never_sent(failure: Unavailable) -> bool:
    return failure.spotify_status is None and not failure.is_outcome_unknown
