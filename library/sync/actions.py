"""What a member does about a shelf: looks at it, wants it checked, pauses a reading."""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError
from django.utils import timezone

from accounts.models import Grant, Member
from accounts.tokens import spotify_for
from library.models import Shelf
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


def visit_index(member: Member, kind: str) -> Shelf:
    """A page of this kind is looked at. Only the very first time Spotify is asked right away, once; whatever
    else is due goes to the worker. What goes wrong is told by `progress`.
    """
    shelf = get_index(member, kind)
    try:
        if _is_untouched(shelf):
            _read_first_page(shelf)
        elif _is_check_due(shelf, _STALE_AFTER):
            _enqueue(shelf)
        for beside in _get_other_indexes(shelf):
            if _is_check_due(beside, _STALE_BESIDE_AFTER):
                _enqueue(beside)
    except OperationalError:  # another writer; the page can do without
        logger.warning("%s: the database is busy", shelf)
    return shelf


def refresh_index(member: Member, kind: str) -> None:
    """Check now, and read on in the background what takes longer. Raises SpotifyError."""
    shelf = get_index(member, kind)
    if (tickets.is_under_way(shelf) and shelf.state == State.RUNNING) or not tickets.draw(
        shelf, state=State.RUNNING
    ):
        return
    client = spotify_for(member)
    if _is_unread(shelf):
        _first_page(shelf, client)
    else:
        working.work_shortly(shelf, client)


def pause_reading(member: Member, kind: str) -> None:
    """What is on its way is still taken in."""
    shelf = get_index(member, kind)
    if shelf.state in {State.WAITING, State.RUNNING}:
        tickets.draw(shelf, state=State.PAUSED)


def resume_reading(member: Member, kind: str) -> None:
    """After a pause, or after what has stopped it."""
    shelf = get_index(member, kind)
    if not tickets.is_under_way(shelf):
        _enqueue(shelf)


def _get_other_indexes(shelf: Shelf) -> list[Shelf]:
    there = {one.kind: one for one in Shelf.objects.filter(member=shelf.member).select_related("member")}
    return [there.get(kind) or get_index(shelf.member, kind) for kind in KINDS if kind != shelf.kind]


def _enqueue(shelf: Shelf) -> None:
    is_old = not shelf.is_whole_wanted and (_is_unread(shelf) or _is_older(shelf.whole_at, _OLD_AFTER))
    if not tickets.draw(shelf):
        return
    try:
        if is_old:
            reader.request_full_sync(shelf)
    except Superseded:  # another tab was faster
        return
    shelf.trouble, shelf.trouble_until, shelf.tries = "", None, 0
    working.hand_over(shelf)


def _read_first_page(shelf: Shelf) -> None:
    """The first fifty are there with the page that is looked at."""
    if tickets.draw(shelf, state=State.RUNNING):
        try:
            _first_page(shelf, spotify_for(shelf.member))
        except SpotifyError as error:
            logger.info("%s: %s", shelf, error)


def _first_page(shelf: Shelf, client: Client) -> None:
    try:
        first = pages.fetch_listed_page(client, KINDS[shelf.kind])
        reader.store_first_page(shelf, first)
        if first.has_more:
            working.hand_over(shelf)
        else:
            working.rest(shelf)
    except SpotifyError as error:
        working.note_trouble(shelf, error)
        raise
    except Superseded:
        return


def _is_untouched(shelf: Shelf) -> bool:
    return _is_unread(shelf) and shelf.state == State.RESTS and not shelf.is_whole_wanted and shelf.is_offered


def _is_unread(shelf: Shelf) -> bool:
    return shelf.complete_at is None and shelf.position == 0


def _is_check_due(shelf: Shelf, stale_after: timedelta) -> bool:
    if tickets.is_under_way(shelf) or shelf.state == State.PAUSED:
        return False
    if shelf.state == State.STOPPED:
        return _may_retry(shelf)
    if not shelf.is_offered:
        return _is_older(shelf.checked_at, _NOT_OFFERED_FOR)
    return shelf.is_whole_wanted or _is_older(shelf.checked_at, stale_after)


def _may_retry(shelf: Shelf) -> bool:
    """Not while the member has to sign in anew, and not with each click."""
    if shelf.trouble in _SIGN_IN_TROUBLES:
        grant = Grant.objects.filter(member=shelf.member).first()
        return grant is not None and not grant.needs_reconnect
    return _is_older(shelf.beat_at, _STOPPED_FOR)


def _is_older(moment: datetime | None, age: timedelta) -> bool:
    """Also what lies ahead: the clock was set back since."""
    now = timezone.now()
    return moment is None or not now - age < moment <= now
