"""What a member does about a index: looks at it, wants it checked, pauses a reading."""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError
from django.utils import timezone

from accounts.models import Grant, Member
from accounts.tokens import spotify_for
from library.models import SavedIndex
from library.saved.index import get_index
from library.sync import job as working
from library.sync import pages, reader, tickets
from library.sync.pages import KINDS
from library.sync.tickets import State, Superseded
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.http import Client

logger = logging.getLogger(__name__)

# What a member looks at is checked when it is older than this, what stands beside it more seldom.
_STALE_AFTER = timedelta(minutes=5)
_STALE_BESIDE_AFTER = timedelta(hours=1)
# Names, pictures and what can be played change without any list saying so.
_OLD_AFTER = timedelta(days=14)
# A member may move to a country that has audiobooks.
_NOT_OFFERED_FOR = timedelta(days=30)
_STOPPED_FOR = timedelta(minutes=5)
_SIGN_IN_TROUBLES = {"reconnect_needed", "grant_expired", "grant_revoked", "scope_missing"}


def visit_index(member: Member, kind: str) -> SavedIndex:
    """A page of this kind is looked at. Only the very first time Spotify is asked right away, once; whatever
    else is due goes to the worker. What goes wrong is told by `progress`.
    """
    saved_index = get_index(member, kind)
    try:
        if _is_untouched(saved_index):
            _read_first_page(saved_index)
        elif _is_check_due(saved_index, _STALE_AFTER):
            _enqueue(saved_index)
        for beside in _get_other_indexes(saved_index):
            if _is_check_due(beside, _STALE_BESIDE_AFTER):
                _enqueue(beside)
    except OperationalError:  # another writer; the page can do without
        logger.warning("%s: the database is busy", saved_index)
    return saved_index


def refresh_index(member: Member, kind: str) -> None:
    """Check now, and read on in the background what takes longer. Raises SpotifyError."""
    saved_index = get_index(member, kind)
    if (tickets.is_under_way(saved_index) and saved_index.state == State.RUNNING) or not tickets.draw(
        saved_index, state=State.RUNNING
    ):
        return
    client = spotify_for(member)
    if _is_unread(saved_index):
        _first_page(saved_index, client)
    else:
        working.work_shortly(saved_index, client)


def pause_reading(member: Member, kind: str) -> None:
    """What is on its way is still taken in."""
    saved_index = get_index(member, kind)
    if saved_index.state in {State.WAITING, State.RUNNING}:
        tickets.draw(saved_index, state=State.PAUSED)


def resume_reading(member: Member, kind: str) -> None:
    """After a pause, or after what has stopped it."""
    saved_index = get_index(member, kind)
    if not tickets.is_under_way(saved_index):
        _enqueue(saved_index)


def _get_other_indexes(saved_index: SavedIndex) -> list[SavedIndex]:
    existing = {
        other.kind: other
        for other in SavedIndex.objects.filter(member=saved_index.member).select_related("member")
    }
    return [
        existing.get(kind) or get_index(saved_index.member, kind)
        for kind in KINDS
        if kind != saved_index.kind
    ]


def _enqueue(saved_index: SavedIndex) -> None:
    is_old = not saved_index.needs_full_sync and (
        _is_unread(saved_index) or _is_older(saved_index.full_sync_at, _OLD_AFTER)
    )
    if not tickets.draw(saved_index):
        return
    try:
        if is_old:
            reader.request_full_sync(saved_index)
    except Superseded:  # another tab was faster
        return
    saved_index.trouble, saved_index.trouble_until, saved_index.tries = "", None, 0
    working.hand_over(saved_index)


def _read_first_page(saved_index: SavedIndex) -> None:
    """The first fifty are there with the page that is looked at."""
    if tickets.draw(saved_index, state=State.RUNNING):
        try:
            _first_page(saved_index, spotify_for(saved_index.member))
        except SpotifyError as error:
            logger.info("%s: %s", saved_index, error)


def _first_page(saved_index: SavedIndex, client: Client) -> None:
    try:
        first = pages.fetch_listed_page(client, KINDS[saved_index.kind])
        reader.store_first_page(saved_index, first)
        if first.has_more:
            working.hand_over(saved_index)
        else:
            working.rest(saved_index)
    except SpotifyError as error:
        working.note_trouble(saved_index, error)
        raise
    except Superseded:
        return


def _is_untouched(saved_index: SavedIndex) -> bool:
    return (
        _is_unread(saved_index)
        and saved_index.state == State.RESTS
        and not saved_index.needs_full_sync
        and saved_index.is_offered
    )


def _is_unread(saved_index: SavedIndex) -> bool:
    return saved_index.complete_at is None and saved_index.position == 0


def _is_check_due(saved_index: SavedIndex, stale_after: timedelta) -> bool:
    if tickets.is_under_way(saved_index) or saved_index.state == State.PAUSED:
        return False
    if saved_index.state == State.STOPPED:
        return _may_retry(saved_index)
    if not saved_index.is_offered:
        return _is_older(saved_index.checked_at, _NOT_OFFERED_FOR)
    return saved_index.needs_full_sync or _is_older(saved_index.checked_at, stale_after)


def _may_retry(saved_index: SavedIndex) -> bool:
    """Not while the member has to sign in anew, and not with each click."""
    if saved_index.trouble in _SIGN_IN_TROUBLES:
        grant = Grant.objects.filter(member=saved_index.member).first()
        return grant is not None and not grant.needs_reconnect
    return _is_older(saved_index.beat_at, _STOPPED_FOR)


def _is_older(moment: datetime | None, age: timedelta) -> bool:
    """Also what lies ahead: the clock was set back since."""
    now = timezone.now()
    return moment is None or not now - age < moment <= now
