"""What can be wrong with a setting although it can be read: each check adds lines to the configuration's."""

import difflib
import errno
import ipaddress
import os
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import available_timezones

from spotweb.configuration import Configuration
from spotweb.network import lan
from spotweb.network.addresses import WrongAddress, get_identity, parse_address, parse_host

# Of a place where no folder can be made; whatever passes by itself is an outage.
NO_FOLDER = {errno.ENOENT, errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL}
MIN_TOKEN_LENGTH = 16
MIN_KEY_LENGTH = 32
_FORM = "It is the address members type, such as http://127.0.0.1:8000 or https://music.example"
_OF_SPOTIFY = re.compile(r"https://(api|accounts)\.spotify\.com")
_SPOTIFY_URLS = {
    "SPOTIFY_API_URL": "https://api.spotify.com/v1",
    "SPOTIFY_ACCOUNTS_URL": "https://accounts.spotify.com",
}
_KEY_OF_SPOTIFY = re.compile(r"[0-9a-fA-F]{32}")
CONTAINER_WITHOUT_LAN_URL = (
    "This is a container, which can't see the address of its host, so the app can be opened on the host "
    "alone. For phones and tablets set SPOTWEB_LAN_URL to the host's address, such as "
    "http://192.168.1.20:{port}, and publish the port there (docs/self-hosting.md)."
)
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
# The first words of the app's own addresses: whether a proxy has cut such a path off nobody could tell.
PAGE_WORDS = frozenset({
    "accounts", "albums", "artists", "audiobooks", "browse", "chapters", "demo", "encryption", "episodes",
    "favicon.ico", "find", "healthz", "home", "household", "jobs", "library", "manifest.webmanifest",
    "menu", "metrics", "offline", "player", "playlists", "privacy", "recent", "recommendations",
    "search", "service-worker.js", "share", "shows", "static", "terms", "top", "tracks", "undo",
    "users", "whats-new",
})  # fmt: skip
_FALLBACK = SplitResult("http", "127.0.0.1:8000", "", "", "")


def parse_house_url(env: Configuration, url: str, *, port: int) -> SplitResult:
    """The parsed SPOTWEB_URL, without the port that goes without saying and without a slash at its end."""
    try:
        parts = parse_address(url)
    except WrongAddress as error:
        hint = f" Did you mean https://{url}?" if re.fullmatch(r"[\w.-]+(:\d+)?/?", url) else ""
        env.mistakes.append(f"SPOTWEB_URL is “{url}”, but {error}. {_FORM}.{hint}")
        return _FALLBACK
    if "@" in url:
        env.mistakes.append(f"SPOTWEB_URL may hold no name and password. {_FORM}.")
    elif parts.query or parts.fragment:
        env.mistakes.append(f"SPOTWEB_URL may have nothing after “?” or “#”. {_FORM}.")
    elif not _PATH.fullmatch(parts.path):
        env.mistakes.append(
            f"The path of SPOTWEB_URL is “{parts.path}”; it may hold letters, digits, - and _ alone, as in "
            f"{parts.scheme}://{parts.netloc}/music"
        )
    elif parts.path.lstrip("/").split("/")[0] in PAGE_WORDS:
        env.mistakes.append(
            f"SPOTWEB_URL may not have the path {parts.path}: the app has pages of that name. Choose "
            f"another, such as {parts.scheme}://{parts.netloc}/music"
        )
    elif parts.hostname in {"0.0.0.0", "::"}:  # noqa: S104  # just what is refused
        env.mistakes.append(
            f"SPOTWEB_URL is “{url}”, which no browser can open. To listen everywhere set "
            f"BIND={parts.hostname}; SPOTWEB_URL is the address members type."
        )
    _remark_on_url(env, parts, port=port)
    is_path_good = _PATH.fullmatch(parts.path) is not None
    return parts._replace(path=parts.path if is_path_good else "", query="", fragment="")


def _remark_on_url(env: Configuration, parts: SplitResult, *, port: int) -> None:
    is_loopback = _is_loopback(parts.hostname or "")
    if is_loopback and parts.scheme == "https":
        env.remarks.append(
            "SPOTWEB_URL is https on this box itself, where the app answers http: use "
            f"http://{parts.netloc}, unless a proxy with a certificate listens there."
        )
    elif is_loopback and (parts.port or 80) != port:
        env.remarks.append(
            f"SPOTWEB_URL names port {parts.port or 80}, but the app listens on {port} (PORT). Unless "
            "something passes one on to the other, nobody can open it."
        )


def parse_lan_url(
    env: Configuration, url: str, *, port: int, bind: str, house: SplitResult
) -> SplitResult | None:
    """The parsed SPOTWEB_LAN_URL; null when it is not set."""
    if not url:
        if bind in lan.ANYWHERE and _is_loopback(house.hostname or "") and lan.is_contained():
            env.remarks.append(CONTAINER_WITHOUT_LAN_URL.format(port=port))
        return None
    form = f"It is the address for phones, such as http://192.168.1.20:{port}"
    if url.lower() in {"1", "auto", "on", "true", "yes"}:
        env.mistakes.append(f"SPOTWEB_LAN_URL is “{url}”. To have it found set LAN=1 and leave this one out.")
        return None
    try:
        parts = parse_address(url)
    except WrongAddress as error:
        is_host = re.fullmatch(r"[\w.-]+(:\d+)?/?", url)
        full = f"http://{url.rstrip('/')}" + ("" if ":" in url else f":{port}")
        hint = f" Did you mean {full}?" if is_host else ""
        env.mistakes.append(f"SPOTWEB_LAN_URL is “{url}”, but {error}. {form}.{hint}")
        return None
    if parts.scheme == "https":
        env.mistakes.append(
            "SPOTWEB_LAN_URL is for plain http inside the house. An https address belongs into SPOTWEB_URL."
        )
    elif "@" in url or parts.path or parts.query or parts.fragment:
        env.mistakes.append(f"SPOTWEB_LAN_URL is scheme, host and port alone. {form}.")
    elif parts.hostname in lan.ANYWHERE:
        env.mistakes.append(f"SPOTWEB_LAN_URL is “{url}”, which no browser can open. {form}.")
    elif parts.netloc == house.netloc and parts.scheme == house.scheme:
        env.mistakes.append(
            "SPOTWEB_URL and SPOTWEB_LAN_URL are the same. Leave SPOTWEB_URL out: Spotify then leads back to "
            f"http://127.0.0.1:{port}, which has to be registered with it, and phones use SPOTWEB_LAN_URL."
        )
    else:
        _remark_on_lan_url(env, parts, port=port, bind=bind)
        return parts._replace(path="", query="", fragment="")
    return None


def _remark_on_lan_url(env: Configuration, parts: SplitResult, *, port: int, bind: str) -> None:
    host = parts.hostname or ""
    if _is_loopback(host):
        env.remarks.append(f"SPOTWEB_LAN_URL names this box itself ({host}): no other device can open it.")
    elif bind not in lan.ANYWHERE and not lan.has_address(host):
        env.remarks.append(describe_lost_address(parts))
    if (parts.port or 80) != port:
        env.remarks.append(
            f"SPOTWEB_LAN_URL names port {parts.port or 80}, but the app listens on {port} (PORT). Unless "
            f"something passes one on to the other, phones can't open it: http://{parts.hostname}:{port}"
        )


def describe_lost_address(url: SplitResult) -> str:
    """What to do when the box does not have the address of SPOTWEB_LAN_URL."""
    own = [f"http://{address.ip}:{url.port or 80}" for address in lan.list_addresses()]
    now = f"Its address is now {' or '.join(own)}" if own else "It has none on a home network now"
    return (
        f"This box doesn't have the address {url.hostname} (SPOTWEB_LAN_URL): phones can't reach it. "
        f"{now}; routers change addresses. Give the box a fixed one there, or correct SPOTWEB_LAN_URL."
    )


def find_lan_url(env: Configuration, *, port: int) -> SplitResult | None:
    """The address for phones that LAN=1 asks for; null when there is none."""
    search = lan.find_address()
    if search.remark:
        env.remarks.append(search.remark)
    return parse_address(f"http://{search.ip}:{port}") if search.ip else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def parse_hosts(env: Configuration, texts: Iterable[str]) -> list[str]:
    """Further names, of which people paste whole addresses; a dot before one stands for all below it."""
    hosts = []
    for text in " ".join(texts).split():
        address = re.sub(r"^[a-z]+://", "", text.lower().strip("[]\"'")).partition("/")[0]
        if address == "*":
            hosts.append(address)
            continue
        below = "." if address.startswith((".", "*.")) else ""
        name = address.removeprefix("*").removeprefix(".")
        if "]" in name or name.count(":") == 1:
            name = name.partition("]" if "]" in name else ":")[0]
        try:
            hosts.append(below + parse_host(name))
        except WrongAddress as error:
            env.mistakes.append(f"ALLOWED_HOSTS holds host names, such as music.lan, but {error}.")
    return hosts


def parse_bind(env: Configuration, text: str, *, port: int) -> str:
    """The address to listen on: an IP address of the box, or a name that leads to one."""
    host = text.strip("[]")
    is_name = re.fullmatch(r"[A-Za-z][\w.-]*", host) and host.lower() not in {"all", "any"}
    if lan.parse_ip(host) is None and not is_name:
        env.mistakes.append(
            f"BIND is “{text}”; it has to be an address of this box, such as 127.0.0.1, or 0.0.0.0 for "
            f"all of them. The port is PORT, which is {port}."
        )
    return host


def parse_owner(env: Configuration, text: str) -> str:
    """The user ID in an ID, a URI or a link to a profile."""
    if "@" in text or any(sign.isspace() for sign in text):
        env.mistakes.append(
            "SPOTWEB_OWNER is the link to a Spotify profile or its user ID; by a name or an e-mail address "
            "nobody can be recognised. In Spotify's app: profile, Share, Copy link."
        )
    match = re.search(r"(?:/user/|spotify:user:)([^/?#:]+)", text)
    if not match and re.search(r"[/:]", text):
        env.mistakes.append(
            f"SPOTWEB_OWNER is “{text[:80]}”, which is no link to a Spotify profile: those hold /user/. "
            "In Spotify's app: profile, Share, Copy link."
        )
    return unquote(match[1]) if match else text


def check_database(env: Configuration, database: Mapping[str, Any]) -> None:
    """A database without a name is one in memory, or none."""
    url = os.environ.get("DATABASE_URL", "")
    is_sqlite = database["ENGINE"] == "django.db.backends.sqlite3"
    if is_sqlite and (not url.startswith("sqlite:///") or database["NAME"] in {"", ":memory:"}):
        env.mistakes.append(
            "DATABASE_URL names no file, so all would be lost with each restart. It has the form "
            "sqlite:////srv/music.sqlite3, with four strokes before a whole path. Left out it is in the data "
            "folder."
        )
    elif not database["NAME"]:
        env.mistakes.append(
            "DATABASE_URL names no database. It has the form postgres://user:password@host/name."
        )


def parse_spotify_url(env: Configuration, name: str, url: str) -> str:
    """The address without a slash at its end."""
    try:
        found = get_identity(url)
    except WrongAddress as error:
        env.mistakes.append(f"{name} is “{url}”, but {error}.")
        return "https://api.spotify.com/v1"
    own = _SPOTIFY_URLS[name]
    if _OF_SPOTIFY.match(found) and found != own:
        env.mistakes.append(f"{name} is “{url}”, but Spotify's is {own}. Leave it out.")
    return found


def check_keys(env: Configuration, *, client_id: str, api_url: str) -> None:
    """The pair from Spotify's dashboard. `client_id` is empty in the demo."""
    secret = os.environ.get("SPOTIFY_CLIENT_SECRET", "")
    is_real = bool(_OF_SPOTIFY.match(api_url))
    if not client_id:
        if secret or (is_real and env.is_set("SPOTIFY_API_URL")):
            other = "SPOTIFY_CLIENT_SECRET" if secret else "SPOTIFY_API_URL"
            env.mistakes.append(
                f"{other} is set, but SPOTIFY_CLIENT_ID isn't: both are needed for your own app."
            )
        return
    if not is_real:
        return
    for name, value in (("SPOTIFY_CLIENT_ID", client_id), ("SPOTIFY_CLIENT_SECRET", secret)):
        if value and not _KEY_OF_SPOTIFY.fullmatch(value):
            env.mistakes.append(
                f"{name} isn't one of Spotify's: those have 32 signs, 0 to 9 and a to f; this one has "
                f"{_describe_key(value)}. Copy it once more from your app's Settings in Spotify's dashboard."
            )
    if secret == client_id:
        env.mistakes.append(
            "SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET are the same; in Spotify's dashboard the secret "
            "shows under “View client secret”."
        )


def _describe_key(value: str) -> str:
    count = "1 sign" if len(value) == 1 else f"{len(value)} signs"
    odd = sum(not re.fullmatch("[0-9a-fA-F]", sign) for sign in value)
    return f"{count}, {odd} of them not allowed" if odd else count


def parse_time_zone(env: Configuration, name: str) -> str:
    """The name of a time zone; case does not matter."""
    zones = available_timezones() - {"localtime"}
    own = name.removeprefix(":").rpartition("/zoneinfo/")[2]
    by_lower = {zone.lower(): zone for zone in zones}
    if zone := by_lower.get(own.lower().replace(" ", "_")):
        return zone
    by_city = {zone.lower().rpartition("/")[2]: zone for zone in sorted(zones)}
    # "GMT+2" is no place, and of Etc/GMT+2 hardly anybody knows that it lies in the west.
    cities = [] if re.search(r"[0-9]", own) else [*by_lower, *by_city]
    near = difflib.get_close_matches(own.lower().replace(" ", "_"), cities, n=1, cutoff=0.7)
    meant = (by_lower | by_city)[near[0]] if near else "Europe/Berlin"
    env.mistakes.append(
        f"TZ is the household's time zone; there is no “{name}”. "
        + (f"Did you mean {meant}?" if near else f"It has a name such as {meant}.")
    )
    return "UTC"


def parse_date(env: Configuration, name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        env.mistakes.append(f"{name} is “{text}”; it has to be a date such as 2026-11-29.")
        return None


def check_ports(env: Configuration, *, port: int, sandbox_port: int | None) -> None:
    if port == sandbox_port:
        env.mistakes.append(
            f"PORT and SANDBOX_PORT are both {port}: the app and the simulated Spotify need one each."
        )


def check_secret(env: Configuration, name: str, keys: Iterable[str]) -> None:
    """Keys that are too short can be guessed; a house that has one is still opened."""
    for length in (len(key) for key in keys if 0 < len(key) < MIN_KEY_LENGTH):
        env.remarks.append(
            f"{name} is short enough to be guessed ({length} signs): take {MIN_KEY_LENGTH} or more, or leave "
            "it out and one is made. See docs/configuration.md before you change it."
        )


def check_token(env: Configuration, name: str, token: str) -> None:
    """What opens a door to programs has to be long; nothing depends on it staying the same."""
    if 0 < len(token) < MIN_TOKEN_LENGTH:
        env.mistakes.append(
            f"{name} is short enough to be guessed ({len(token)} signs): take {MIN_TOKEN_LENGTH} or more."
        )


# What PostgreSQL's driver says, and what is meant.
_DATABASE_ERRORS = (
    ("password authentication failed", "refuses the user or the password"),
    ("no password supplied", "asks for a password"),
    ("no pg_hba.conf entry", "lets in nobody from this box"),
    ("database .* does not exist", "has no database of that name"),
    ("role .* does not exist", "knows no such user"),
    (
        "(name or service not known|could not translate|name resolution|failed to resolve)",
        "has a name nobody knows",
    ),
    ("connection refused", "doesn't answer: nothing listens there"),
    ("timeout", "doesn't answer in time"),
)


def describe_database_error(error: Exception) -> str:
    """What is wrong with the server that DATABASE_URL names, without a secret; empty for anything else."""
    parts = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not parts.hostname:
        return ""
    place = f"{parts.hostname}:{parts.port or 5432}{parts.path}"
    said = str(error).lower()
    trouble = next((words for pattern, words in _DATABASE_ERRORS if re.search(pattern, said)), "")
    return f"The database at {place} {trouble}. See DATABASE_URL." if trouble else ""
