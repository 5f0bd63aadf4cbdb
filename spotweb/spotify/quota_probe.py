"""Finds out what Spotify really lets this app do, whatever the settings say."""

from msgspec import structs

from spotweb.spotify import modes
from spotweb.spotify.errors import Forbidden, Gone, NotFound, RateLimited
from spotweb.spotify.http import Client

# Development mode lost it in February 2026; it needs no scope and costs no quota of the catalogue.
_REMOVED_OPERATION = structs.replace(
    modes.OPERATIONS["get-available-markets"], development=modes.SAME, family="probing"
)


def detect_quota_mode(client: Client) -> str | None:
    """One of development and extended; None when Spotify says it was too much, as removed paths may.

    Asks for the markets, which only extended mode still has. Raises whatever else is wrong (NotOnAllowlist,
    OwnerPremiumLapsed, ReconnectNeeded, Unavailable, QuotaExceeded).
    """
    try:
        client.probe_operation(_REMOVED_OPERATION)
    except RateLimited:
        return None
    except (Forbidden, NotFound, Gone) as refusal:
        # Their subclasses are about the account or the app's owner, not about the path.
        if type(refusal) not in {Forbidden, NotFound, Gone}:
            raise
        return modes.DEVELOPMENT
    return modes.EXTENDED
