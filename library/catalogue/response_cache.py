"""Pages of Spotify's answers that are worth keeping: an artist's albums, a show's episodes, a search.

Single objects are kept by the service module (docs/decisions/0024); this is the same for what comes in pages.
An old page answers while Spotify cannot be asked.
"""

import time
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import msgspec
from django.conf import settings
from django.core.cache import cache
from msgspec import Struct

from accounts.models import Member
from spotweb.spotify.errors import Forbidden, NotFound, SpotifyError, Throttled, Unavailable

T = TypeVar("T")

A_MINUTE_S, AN_HOUR_S, A_DAY_S = 60, 3600, 24 * 3600
# What is left of a member who was removed has to be gone within five days.
OF_A_MEMBER_S = 3 * A_DAY_S
SHARED_S = 8 * A_DAY_S


class CachedResponse(Struct, Generic[T], frozen=True, kw_only=True):
    """`error` is why an old answer is shown; null while it is fresh."""

    value: T
    at: float
    error: SpotifyError | None = None


def get_or_fetch(
    what: str,
    kind: Any,  # noqa: ANN401  # a type form such as Page[Album]
    fetch: Callable[[], T],
    *,
    fresh_s: int,
    member: Member | None = None,
) -> CachedResponse[T]:
    """What was kept of `what` while it is fresh, else what `fetch` brings; an old one when it cannot.

    `member` is set for what is not the same for everybody.
    """
    key = _key(what, member)
    known: CachedResponse[T] | None = _load(key, kind)
    if known and 0 <= time.time() - known.at < fresh_s:
        return known
    try:
        value = fetch()
    except (Throttled, Unavailable) as error:
        if known is None:
            raise
        return CachedResponse(value=known.value, at=known.at, error=error)
    entry = (time.time(), msgspec.msgpack.encode(value))
    cache.set(key, entry, OF_A_MEMBER_S if member else SHARED_S)
    return CachedResponse(value=value, at=entry[0])


def delete_response(what: str, *, member: Member | None = None) -> None:
    cache.delete(_key(what, member))


def is_first_today(what: str) -> bool:
    """Whether nobody has asked this since yesterday."""
    return bool(cache.add(_key(f"first {what}", None), 1, A_DAY_S))


def _load(key: str, kind: Any) -> CachedResponse[Any] | None:  # noqa: ANN401  # a type form
    entry = cache.get(key)
    if entry is None:
        return None
    try:
        return CachedResponse(value=msgspec.msgpack.decode(entry[1], type=kind), at=entry[0])
    except msgspec.DecodeError:  # written by another version
        return None


def _key(what: str, member: Member | None) -> str:
    """Sorts before the keys of the rate limit: a full database cache throws out what comes first."""
    version = getattr(settings, "VERSION", "") or ""
    digest = blake2b(f"{version} {what}".encode(), digest_size=12).hexdigest()
    return f"catalogue:page:{settings.SPOTIFY_QUOTA_MODE}:{member.pk if member else ''}:{digest}"


# Their subclasses are about the account or the app's owner, and have to be told.
_NOT_GRANTED = {Forbidden, NotFound}


def fetch_if_granted(fetch: Callable[[], T], otherwise: T) -> T:
    try:
        return fetch()
    except (Forbidden, NotFound) as refusal:
        if type(refusal) not in _NOT_GRANTED:
            raise
        return otherwise
