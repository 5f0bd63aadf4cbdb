"""Addresses as they are compared: lower case, and without the port that goes without saying."""

import ipaddress
import re
import unicodedata
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

USUAL_PORTS = {"http": 80, "https": 443}
# What browsers send as Host, and Django takes.
_HOST = re.compile(r"(?!-)[a-z0-9-]+(?<!-)(\.(?!-)[a-z0-9-]+(?<!-))*")

# Signs that names may have since then.
_SINCE_2008 = frozenset("ßς")


class WrongAddress(ValueError):
    """What was given is no address of that kind; the text says why, for people."""


def parse_address(url: str) -> SplitResult:
    """Scheme, host and port of an http or https address, with its path. Raises WrongAddress."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise WrongAddress("what stands in its brackets is no IPv6 address") from error
    if parts.scheme not in USUAL_PORTS:
        raise WrongAddress("it has to begin with http:// or https://")
    if any(sign.isspace() for sign in url):
        raise WrongAddress("there is a space in it")
    if not parts.hostname:
        raise WrongAddress("it names no host")
    port, host = _read_port(parts), parse_host(parts.hostname)
    netloc = host if port in {None, USUAL_PORTS[parts.scheme]} else f"{host}:{port}"
    return SplitResult(parts.scheme, netloc, parts.path.rstrip("/"), parts.query, parts.fragment)


def parse_host(text: str) -> str:
    """A name or an IP address as it stands in the Host of a request. Raises WrongAddress."""
    name = text.strip("[]").removesuffix(".").lower()
    if ":" in name:
        with suppress(ValueError):
            address = ipaddress.IPv6Address(name)
            if not address.scope_id:  # the name of a network card, which browsers refuse
                return f"[{address.compressed}]"
        raise WrongAddress(f"“{text}” is no IPv6 address that a browser can open")
    try:
        host = ".".join(map(_encode_label, name.split(".")))
    except UnicodeError:  # a part that is empty or too long
        host = ""
    if host.rpartition(".")[2].isdecimal() and not _is_ipv4(host):
        raise WrongAddress(f"“{text[:80]}” is no IP address")
    if not _HOST.fullmatch(host):
        raise WrongAddress(f"“{text[:80]}” is no host: names have letters, digits, - and . alone")
    return host


def _encode_label(label: str) -> str:
    """As browsers send it. Python's own rules are those of 2003, which made "ss" of "ß"."""
    if _SINCE_2008.isdisjoint(label):
        return label.encode("idna").decode()
    return f"xn--{unicodedata.normalize('NFC', label).encode('punycode').decode()}"


def _read_port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise WrongAddress(
            "its port is no number from 1 to 65535 (an IPv6 address stands in brackets, as in [fd00::1])"
        )
    return port


def _is_ipv4(host: str) -> bool:
    try:
        return bool(ipaddress.IPv4Address(host))
    except ValueError:
        return False


def get_identity(api_url: str) -> str:
    """One name for one Spotify, however its address is written."""
    parts = parse_address(api_url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
