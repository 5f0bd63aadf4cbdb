"""A turn of work on a shelf, in the worker or in a request: a check, or reading on; and what ends it."""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError
from django.utils import timezone

from accounts.tokens import spotify_for
from library.models import Shelf
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
    shelf = tickets.take_up(pk, ticket)
    if shelf is None:
        return
    try:
        work(shelf, spotify_for(shelf.member).in_background())
    except SpotifyError as error:
        logger.info("%s: %s", shelf, error)
    except OperationalError:  # another writer has held the database for longer than all patience
        logger.warning("%s: the database is busy", shelf)
        _try_again(shelf)


def work(shelf: Shelf, client: Client) -> None:
    """Until the shelf is as Spotify has it, or it is another's turn. Trouble that ends it is noted."""
    try:
        if not shelf.is_whole_wanted:
            check.check_index(shelf, client)
        if shelf.is_whole_wanted and not reader.continue_reading(shelf, client):
            hand_over(shelf)
            return
        rest(shelf)
    except Superseded:
        return
    except SpotifyError as error:
        note_trouble(shelf, error)
        raise


def work_shortly(shelf: Shelf, client: Client) -> None:
    """As much as a member may wait for: the check, and the rest in the worker."""
    try:
        if not shelf.is_whole_wanted:
            check.check_index(shelf, client)
        if shelf.is_whole_wanted:
            hand_over(shelf)
        else:
            rest(shelf)
    except Superseded:
        return
    except SpotifyError as error:
        note_trouble(shelf, error)
        raise


def hand_over(shelf: Shelf, *, after: datetime | None = None) -> None:
    """To the worker, with the same ticket."""
    from library.tasks import read_shelf  # which imports this

    shelf.state = State.WAITING
    try:
        note(shelf, "state", "trouble", "trouble_until", "tries")
    except Superseded:
        return
    read_shelf.using(run_after=after).enqueue(shelf.pk, shelf.ticket)


def note_trouble(shelf: Shelf, error: SpotifyError) -> None:
    if shelf.kind == Shelf.Kind.AUDIOBOOK and type(error) in _NOTHING_OF_THE_KIND:
        shelf.is_offered, shelf.is_whole_wanted = False, False
        shelf.checked_at = timezone.now()
        rest(shelf)
        return
    shelf.trouble = error.code
    shelf.trouble_until = error.until if isinstance(error, Throttled) else None
    if isinstance(error, Throttled):
        hand_over(shelf, after=error.until + timedelta(seconds=1))
    elif isinstance(error, ReconnectNeeded | Forbidden):
        _stop(shelf)
    else:
        _try_again(shelf)


def _try_again(shelf: Shelf) -> None:
    shelf.tries += 1
    if shelf.tries > _MOST_TRIES:
        _stop(shelf)
    else:
        hand_over(shelf, after=timezone.now() + timedelta(seconds=_FIRST_PAUSE_S * 2**shelf.tries))


def _stop(shelf: Shelf) -> None:
    shelf.state = State.STOPPED
    _note_end(shelf)


def rest(shelf: Shelf) -> None:
    shelf.state, shelf.trouble, shelf.trouble_until, shelf.tries = State.RESTS, "", None, 0
    _note_end(shelf)


def _note_end(shelf: Shelf) -> None:
    try:
        note(
            shelf,
            "state",
            "trouble",
            "trouble_until",
            "tries",
            "is_offered",
            "is_whole_wanted",
            "checked_at",
        )
    except Superseded:
        return
