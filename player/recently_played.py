"""What a member heard lately: Spotify tells the last 50 songs, and no episodes."""

from datetime import datetime
from typing import TypeVar

import msgspec
from django.core.cache import cache
from django.utils.dateparse import parse_datetime
from msgspec import Struct

from accounts.models import Member
from accounts.tokens import spotify_for
from spotweb.spotify import player
from spotweb.spotify.models import CursorPage, PlayHistory

T = TypeVar("T")

PAGE_SIZE = 25
# Back and forth between pages asks once; what was just played may be missing this long.
KEPT_S = 60


class Play(Struct, frozen=True, kw_only=True):
    play: PlayHistory
    at: datetime | None


class Plays(Struct, frozen=True, kw_only=True):
    """Newest first. `earlier` asks for the page before; null on the last one."""

    plays: tuple[Play, ...] = ()
    earlier: int | None = None


def read(member: Member, *, before: int | None = None) -> Plays:
    """`before`: ms since 1970, as an earlier answer named it."""
    key = f"player:recent:{member.pk}:{before or 'now'}"
    kept = cache.get(key)
    if kept is not None:
        try:
            return _plays(msgspec.msgpack.decode(kept, type=CursorPage[PlayHistory]))
        except msgspec.DecodeError:  # written by another version of this file
            pass
    page = player.get_recently_played(spotify_for(member), limit=PAGE_SIZE, before=before)
    cache.set(key, msgspec.msgpack.encode(page), KEPT_S)
    return _plays(page)


def _plays(page: CursorPage[PlayHistory]) -> Plays:
    cursor = page.cursors.before if page.cursors and page.next else None
    return Plays(
        plays=tuple(Play(play=play, at=parse_datetime(play.played_at)) for play in page.items),
        earlier=int(cursor) if cursor and cursor.isdecimal() else None,
    )
