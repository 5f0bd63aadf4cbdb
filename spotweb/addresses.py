"""Addresses as they are compared: lower case, and without the port that goes without saying."""

from urllib.parse import SplitResult, urlsplit

USUAL_PORTS = {"http": 80, "https": 443}


class WrongAddress(ValueError):
    """What was given is no address of that kind; the text says why, for people."""


def parse_address(url: str) -> SplitResult:
    """Scheme, host and port of an http or https address, with its path. Raises WrongAddress."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WrongAddress(str(error)) from error
    if parts.scheme not in USUAL_PORTS:
        raise WrongAddress("it has to begin with http:// or https://")
    if not parts.hostname or any(sign.isspace() for sign in url):
        raise WrongAddress("it names no host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.rstrip(".")
    netloc = host if port in {None, USUAL_PORTS[parts.scheme]} else f"{host}:{port}"
    return SplitResult(parts.scheme, netloc, parts.path.rstrip("/"), parts.query, parts.fragment)


def get_identity(api_url: str) -> str:
    """One name for one Spotify, however its address is written."""
    parts = parse_address(api_url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
