"""Caches pages of Spotify's answers: an artist's albums, a show's episodes, a search.

The service module caches single objects (docs/decisions/0024); this does the same for what comes in pages.
An old page is shown while Spotify cannot be asked.
"""

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from django.conf import settings
from django.core.cache import cache
from msgspec import Struct

from accounts.models import Member
from spotweb.spotify.answers import struct_types
from spotweb.spotify.errors import Forbidden, NotFound, SpotifyError, Throttled, Unavailable

T = TypeVar("T")

AN_HOUR_S, A_DAY_S = 3600, 24 * 3600
# What is left of a removed member has to be gone within five days.
OF_A_MEMBER_S = 3 * A_DAY_S
SHARED_S = 8 * A_DAY_S
# Their subclasses are about the account or the app's owner, and have to be shown.
_NOT_GRANTED = {Forbidden, NotFound}


class CachedResponse(Struct, Generic[T], frozen=True, kw_only=True):
    """`fetched_at` is in seconds. `error` is why an old response is shown; null for a fresh one."""

    value: T
    fetched_at: float
    error: SpotifyError | None = None


def get_or_fetch(
    name: str,
    kind: Any,  # noqa: ANN401  # a type form such as Page[Album]
    fetch: Callable[[], T],
    *,
    fresh_s: int,
    member: Member | None = None,
) -> CachedResponse[T]:
    """Return the cached response while it is fresh, else what `fetch` returns, else the old response.

    `name` identifies the request, `kind` is the type of its value. `member` is set for what is not the same
    for everybody. Raises Throttled and Unavailable when nothing is cached.
    """
    key = _build_key(name, member)
    cached: CachedResponse[T] | None = _load_response(key, kind)
    if cached and 0 <= time.time() - cached.fetched_at < fresh_s:
        return cached
    try:
        value = fetch()
    except (Throttled, Unavailable) as error:
        if cached is None:
            raise
        return CachedResponse(value=cached.value, fetched_at=cached.fetched_at, error=error)
    entry = (time.time(), msgspec.msgpack.encode(value))
    cache.set(key, entry, OF_A_MEMBER_S if member else SHARED_S)
    return CachedResponse(value=value, fetched_at=entry[0])


def get_cached(
    name: str,
    kind: Any,  # noqa: ANN401  # a type form, as in get_or_fetch
    *,
    member: Member | None = None,
) -> CachedResponse[Any] | None:
    """Return the cached response, however old, without asking for another; null when there is none."""
    return _load_response(_build_key(name, member), kind)


def is_first_today(name: str) -> bool:
    """Tell whether this was not asked within the last day."""
    return bool(cache.add(_build_key(f"first {name}", None), 1, A_DAY_S))


def _load_response(key: str, kind: Any) -> CachedResponse[Any] | None:  # noqa: ANN401  # a type form
    fetched_at, encoded = cache.get(key) or (0.0, None)
    value = struct_types.unpack_cached(encoded, kind)
    return None if value is None else CachedResponse(value=value, fetched_at=fetched_at)


def _build_key(name: str, member: Member | None) -> str:
    """Sorts before the keys of the rate limit: a full database cache throws out what comes first."""
    version = getattr(settings, "VERSION", "") or ""
    return f"catalogue:page:{version}:{settings.SPOTIFY_QUOTA_MODE}:{member.pk if member else ''}:{name}"


def fetch_if_granted(fetch: Callable[[], T], otherwise: T) -> T:
    try:
        return fetch()
    except (Forbidden, NotFound) as refusal:
        if type(refusal) not in _NOT_GRANTED:
            raise
        return otherwise
