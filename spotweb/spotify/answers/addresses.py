"""Which addresses of answers may become links and pictures of ours: https to Spotify's hosts only."""

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

_DOMAINS = ("spotify.com", "scdn.co", "spotifycdn.com")
_HTTPS_PORT = 443


def is_trusted(address: str | None) -> bool:
    """Also the simulated Spotify, where it is the one that is asked."""
    # Browsers read a backslash as a slash and leave out line breaks: they would open what was not checked.
    if not address or "\\" in address or "@" in address or " " in address or not address.isprintable():
        return False
    # Up to the first slash behind https://: what names the host, which few addresses do differently.
    path_begins = address.find("/", len("https://"))
    origin = address if path_begins < 0 else address[:path_begins]
    return _is_trusted_origin(origin, settings.SPOTIFY_API_URL)


@lru_cache(maxsize=256)
def _is_trusted_origin(origin: str, api_url: str) -> bool:
    try:
        parts, api = urlsplit(origin), urlsplit(api_url)
        host, port = parts.hostname or "", parts.port or _HTTPS_PORT
    except ValueError:
        return False
    if api.hostname in {"127.0.0.1", "::1", "localhost"} and parts[:2] == api[:2]:
        return True
    is_spotify = any(host == domain or host.endswith(f".{domain}") for domain in _DOMAINS)
    return parts.scheme == "https" and port == _HTTPS_PORT and is_spotify
