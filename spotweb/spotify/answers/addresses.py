"""Which addresses of answers may become links and pictures of ours: https to Spotify's hosts only."""

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

_DOMAINS = ("spotify.com", "scdn.co", "spotifycdn.com")
_HTTPS_PORT = 443


def is_trusted(address: str | None) -> bool:
    """Also the simulated Spotify, where it is the one that is asked."""
    return bool(address) and _is_trusted(address or "", settings.SPOTIFY_API_URL)


@lru_cache(maxsize=4096)  # a page shows the same few hundred again and again
def _is_trusted(address: str, api_url: str) -> bool:
    # Browsers read a backslash as a slash and leave out line breaks: they would open what was not checked.
    if "\\" in address or "@" in address or not address.isprintable() or " " in address:
        return False
    try:
        parts, api = urlsplit(address), urlsplit(api_url)
        host, port = parts.hostname or "", parts.port or _HTTPS_PORT
    except ValueError:
        return False
    if api.hostname in {"127.0.0.1", "::1", "localhost"} and parts[:2] == api[:2]:
        return True
    is_spotify = any(host == domain or host.endswith(f".{domain}") for domain in _DOMAINS)
    return parts.scheme == "https" and port == _HTTPS_PORT and is_spotify
