"""A turn of work on a index, in the worker or in a request: a check, or reading on; and what ends it."""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError
from django.utils import timezone

from accounts.tokens import spotify_for
from library.models import SavedIndex
from library.sync import check, reader, tickets
from library.sync.tickets import State, Superseded, note
from spotweb.spotify.errors import Forbidden, NotFound, ReconnectNeeded, SpotifyError, Throttled
from spotweb.spotify.http import Client

logger = logging.getLogger(__name__)

_MOST_TRIES = 6
_FIRST_PAUSE_S = 10
_NOTHING_OF_THE_KIND = (Forbidden, NotFound)


def run(pk: int, ticket: int) -> None:
    """In the worker."""
    saved_index = tickets.take_up(pk, ticket)
    if saved_index is None:
        return
    try:
        work(saved_index, spotify_for(saved_index.member).in_background())
    except SpotifyError as error:
        logger.info("%s: %s", saved_index, error)
    except OperationalError:  # another writer has held the database for longer than all patience
        logger.warning("%s: the database is busy", saved_index)
        _try_again(saved_index)


def work(saved_index: SavedIndex, client: Client) -> None:
    """Until the index is as Spotify has it, or it is another's turn. Trouble that ends it is noted."""
    try:
        if not saved_index.needs_full_sync:
            check.check_index(saved_index, client)
        if saved_index.needs_full_sync and not reader.continue_reading(saved_index, client):
            hand_over(saved_index)
            return
        rest(saved_index)
    except Superseded:
        return
    except SpotifyError as error:
        note_trouble(saved_index, error)
        raise


def work_shortly(saved_index: SavedIndex, client: Client) -> None:
    """As much as a member may wait for: the check, and the rest in the worker."""
    try:
        if not saved_index.needs_full_sync:
            check.check_index(saved_index, client)
        if saved_index.needs_full_sync:
            hand_over(saved_index)
        else:
            rest(saved_index)
    except Superseded:
        return
    except SpotifyError as error:
        note_trouble(saved_index, error)
        raise


def hand_over(saved_index: SavedIndex, *, after: datetime | None = None) -> None:
    """To the worker, with the same ticket."""
    from library.tasks import read_shelf  # which imports this

    saved_index.state = State.WAITING
    try:
        note(saved_index, "state", "trouble", "trouble_until", "tries")
    except Superseded:
        return
    read_shelf.using(run_after=after).enqueue(saved_index.pk, saved_index.ticket)


def note_trouble(saved_index: SavedIndex, error: SpotifyError) -> None:
    if saved_index.kind == SavedIndex.Kind.AUDIOBOOK and type(error) in _NOTHING_OF_THE_KIND:
        saved_index.is_offered, saved_index.needs_full_sync = False, False
        saved_index.checked_at = timezone.now()
        rest(saved_index)
        return
    saved_index.trouble = error.code
    saved_index.trouble_until = error.until if isinstance(error, Throttled) else None
    if isinstance(error, Throttled):
        hand_over(saved_index, after=error.until + timedelta(seconds=1))
    elif isinstance(error, ReconnectNeeded | Forbidden):
        _stop(saved_index)
    else:
        _try_again(saved_index)


def _try_again(saved_index: SavedIndex) -> None:
    saved_index.tries += 1
    if saved_index.tries > _MOST_TRIES:
        _stop(saved_index)
    else:
        hand_over(
            saved_index, after=timezone.now() + timedelta(seconds=_FIRST_PAUSE_S * 2**saved_index.tries)
        )


def _stop(saved_index: SavedIndex) -> None:
    saved_index.state = State.STOPPED
    _note_end(saved_index)


def rest(saved_index: SavedIndex) -> None:
    saved_index.state, saved_index.trouble, saved_index.trouble_until, saved_index.tries = (
        State.RESTS,
        "",
        None,
        0,
    )
    _note_end(saved_index)


def _note_end(saved_index: SavedIndex) -> None:
    try:
        note(
            saved_index,
            "state",
            "trouble",
            "trouble_until",
            "tries",
            "is_offered",
            "needs_full_sync",
            "checked_at",
        )
    except Superseded:
        return
