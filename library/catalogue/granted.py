"""What apps with extended quota lost at different times: not granted means that there is none of it."""

from collections.abc import Callable
from typing import TypeVar

from spotweb.spotify.errors import Forbidden, NotFound

T = TypeVar("T")

# Their subclasses are about the account or the app's owner, and have to be told.
_NOT_GRANTED = {Forbidden, NotFound}


def if_granted(fetch: Callable[[], T], otherwise: T) -> T:
    try:
        return fetch()
    except (Forbidden, NotFound) as refusal:
        if type(refusal) not in _NOT_GRANTED:
            raise
        return otherwise
