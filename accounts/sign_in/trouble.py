"""Why the last sign-in of this browser failed: kept from Spotify's redirect until the sign-in page says it.

The callback's own address holds a code, which is to stay neither in the address bar nor in the history.
"""

from datetime import datetime

from django.http import HttpRequest

from spotweb.spotify.errors import SpotifyError
from spotweb.web.texts.error_messages import ErrorMessage, get_message, get_wait_end

_KEY = "sign_in_trouble"


def record_trouble(request: HttpRequest, error: SpotifyError) -> None:
    until = get_wait_end(error)
    request.session[_KEY] = {"code": error.code, "until": until.isoformat() if until else None}


def pop_trouble(request: HttpRequest) -> ErrorMessage | None:
    """What to say on the page that is about to be shown; only once."""
    trouble = request.session.pop(_KEY, None)
    if trouble is None:
        return None
    until = datetime.fromisoformat(trouble["until"]) if trouble["until"] else None
    return get_message(trouble["code"], until=until)
