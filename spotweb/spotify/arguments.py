"""What callers hand in, checked before a request is spent: an id, a URI or a link wherever it makes sense."""

from collections.abc import Iterable

from spotweb.spotify.errors import InvalidRequest
from spotweb.spotify.links import KINDS, Link, LinkError, parse_link

PLAYABLE = ("track", "episode")


def link_of(text: str, *kinds: str, operation: str) -> Link:
    """Raises InvalidRequest; its cause is the LinkError that says more (a short link, a local file, …)."""
    try:
        return parse_link(text, kinds=kinds or KINDS)
    except LinkError as error:
        raise InvalidRequest(str(error), operation=operation) from error


def id_of(text: str, kind: str, *, operation: str) -> str:
    return link_of(text, kind, operation=operation).id


def uri_of(text: str, *kinds: str, operation: str) -> str:
    return link_of(text, *kinds, operation=operation).uri


def links_of(texts: Iterable[str], *kinds: str, operation: str) -> tuple[Link, ...]:
    """At least one, in the order given."""
    links = tuple(link_of(text, *kinds, operation=operation) for text in texts)
    if not links:
        message = "nothing was named"
        raise InvalidRequest(message, operation=operation)
    return links


def ids_of(texts: Iterable[str], kind: str, *, operation: str) -> tuple[str, ...]:
    return tuple(link.id for link in links_of(texts, kind, operation=operation))


def from_zero(count: int, *, operation: str) -> int:
    if count < 0:
        message = "a position before the beginning"
        raise InvalidRequest(message, operation=operation)
    return count
