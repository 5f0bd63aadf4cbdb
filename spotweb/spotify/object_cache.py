"""Objects of the catalogue that were read lately, kept for the household.

Spotify allows keeping them for a time. Fresh for a day; for a week more they answer while Spotify cannot be
asked, and save the body of an answer where Spotify tells by ETag that nothing changed. What a member has done
(how far an episode was heard) is kept for that member alone.
"""

import time
from collections.abc import Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from django.conf import settings
from django.core.cache import cache
from msgspec import structs

from spotweb.spotify.answers import struct_types
from spotweb.spotify.errors import BadResponse, Throttled, Unavailable
from spotweb.spotify.http import Client
from spotweb.spotify.models import SpotifyObject
from spotweb.spotify.transport import Params

T = TypeVar("T")

FRESH_S = 24 * 3600
MAX_AGE_S = 8 * 24 * 3600
# The data of a removed member has to be gone within five days.
MEMBER_MAX_AGE_S = 3 * 24 * 3600

# Sorts before the keys of the rate limit: a full database cache throws out what comes first.
_PREFIX = "catalogue"


class ObjectRef(NamedTuple, Generic[T]):
    """What is kept: one object of one operation. `member` is empty for what is the same for everybody."""

    kind: type[T]
    operation: str
    id: str
    market: str | None = None
    member: str = ""

    @property
    def key(self) -> str:
        parts = (
            _PREFIX,
            getattr(settings, "VERSION", "") or "",  # fields come and go with versions
            settings.SPOTIFY_QUOTA_MODE,
            self.operation,
            self.id,
            self.market or "",
            self.member,
        )
        return ":".join(parts)  # neither an id nor a market has a colon


class _CacheEntry(NamedTuple):
    at: float
    etag: str | None
    packed: bytes


def get_or_fetch(client: Client, subject: ObjectRef[T]) -> T:
    """The kept object while it is fresh, else Spotify's; an old one when Spotify cannot be asked."""
    kept = _load(subject)
    if kept and _is_fresh(kept[0]):
        return kept[1]
    ids: Mapping[str, str] = {"id": subject.id}
    params: Params = {"market": subject.market}
    etag = kept[0].etag if kept else None
    try:
        fetched, etag = client.fetch_unless_known(
            subject.kind, subject.operation, ids=ids, params=params, etag=etag
        )
    except (Throttled, Unavailable):
        if kept is None:
            raise
        return kept[1]
    if fetched is None:
        if kept is None:
            message = "unchanged, but nothing is known"
            raise BadResponse(message, operation=subject.operation)
        fetched = kept[1]
    return store_object(subject, _identify(fetched, subject.id), etag=etag)


def _identify(fetched: T, id_: str) -> T:
    """Of what was asked for by id the id is known, should Spotify leave it out."""
    if not isinstance(fetched, SpotifyObject) or (fetched.id and fetched.uri):
        return fetched
    uri = f"spotify:{type(fetched).__name__.lower()}:{id_}"
    return structs.replace(fetched, id=fetched.id or id_, uri=fetched.uri or uri)


def get_fresh(subject: ObjectRef[T]) -> T | None:
    """The kept object while it is fresh."""
    kept = _load(subject)
    return kept[1] if kept and _is_fresh(kept[0]) else None


def store_object(subject: ObjectRef[T], fetched: T, *, etag: str | None = None) -> T:
    entry = _CacheEntry(time.time(), etag, msgspec.msgpack.encode(fetched))
    cache.set(subject.key, tuple(entry), timeout=MEMBER_MAX_AGE_S if subject.member else MAX_AGE_S)
    return fetched


def _load(subject: ObjectRef[T]) -> tuple[_CacheEntry, T] | None:
    entry: Any = cache.get(subject.key)  # whatever an older version may have left there
    if entry is None:
        return None
    kept = _CacheEntry(*entry)
    value = struct_types.unpack_cached(kept.packed, subject.kind)
    return None if value is None else (kept, value)


def _is_fresh(kept: _CacheEntry) -> bool:
    return 0 <= time.time() - kept.at < FRESH_S
