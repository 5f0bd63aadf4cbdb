"""Single values in files: links, lengths, moments."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote_plus

from spotweb.spotify.links import Link, LinkError, parse_link

ADDABLE = ("track", "episode")
_LOCAL_PARTS = 6
# Without a unit a number above is milliseconds: no song lasts so many seconds.
_MOST_SECONDS = 20_000
_LONGEST_MS = 48 * 3600 * 1000
_FIRST, _LAST = 0, 253_402_300_799  # what datetime can say, from 1970 on


def link_of(text: str | None) -> Link | None:
    """The song or episode that a URI or a link names."""
    try:
        return parse_link(text, kinds=ADDABLE) if text and text.strip() else None
    except LinkError:
        return None


def local_of(uri: str) -> tuple[str, str, str, int | None] | None:
    """Artist, album, title and length in ms that the address of a local file tells."""
    parts = [unquote_plus(part) for part in uri.split(":")]
    if parts[:2] != ["spotify", "local"] or len(parts) != _LOCAL_PARTS:
        return None
    _scheme, _local, artist, album, title, seconds = parts
    return artist, album, title, length_of(seconds)


def length_of(text: str, *, is_ms: bool = False) -> int | None:
    """Milliseconds, from 3:42, 1:02:03, 222, 222.4 or 222000."""
    text = text.strip().replace(",", ".")
    if re.fullmatch(r"\d{1,3}(:[0-5]?\d){1,2}", text):
        seconds = 0
        for part in text.split(":"):
            seconds = seconds * 60 + int(part)
        return seconds * 1000
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text):
        return None
    number = float(text)
    ms = round(number if is_ms or number > _MOST_SECONDS else number * 1000)
    return ms if ms <= _LONGEST_MS else None


def moment_of(text: str) -> int | None:
    """Seconds since 1970. A time without a zone is taken for UTC."""
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = int(moment.timestamp())
    return seconds if _FIRST <= seconds <= _LAST else None
