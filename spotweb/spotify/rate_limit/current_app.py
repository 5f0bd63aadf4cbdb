"""Whose limits are remembered: Spotify counts each app by itself, and a household may change to another."""

from django.core.cache import cache

from spotweb.spotify.rate_limit import blocks, ledger

_KEY = "spotify:app"


def delete_limits_of_other_app(client_id: str) -> None:
    """Drop what Spotify refused to another app, and what that one has spent. To be called at the start."""
    known = cache.get(_KEY)
    if known == client_id:
        return
    if known is not None:
        blocks.delete_all()
        ledger.delete_all()
    cache.set(_KEY, client_id, timeout=None)
