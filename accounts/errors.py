from django.core.exceptions import PermissionDenied

from spotweb.spotify.errors import Unavailable


class OwnerOnly(PermissionDenied):
    """Only the owner of the house decides this."""


class RenewalHeldUp(Unavailable):
    """A token has run out, and a new one could not be stored: `code` names the outage of the box.

    Nothing was sent. Pages show what they know, as when Spotify does not answer.
    """

    def __init__(self, outage: str) -> None:
        self.code = outage
        super().__init__()
