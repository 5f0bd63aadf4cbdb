"""What callers hand in, checked before a request is spent: an id, a URI or a link wherever it makes sense."""

from collections.abc import Iterable

from spotweb.spotify.errors import InvalidRequest
from spotweb.spotify.links import KINDS, Link, LinkError, parse_link

# Spotify's own URIs and links call these so; which of the two an id is, only the operation tells.
_ALSO_CALLED = {"audiobook": "show", "chapter": "episode"}


def link_of(text: str, *kinds: str, operation: str) -> Link:
    """Raises InvalidRequest; its cause is the LinkError that says more (a short link, a local file, …)."""
    try:
        return parse_link(text, kinds=kinds or KINDS)
    except LinkError as error:
        raise InvalidRequest(str(error), operation=operation) from error


def link_to(text: str, kind: str, *, operation: str) -> Link:
    """Where only one kind makes sense, so that a bare id will do."""
    other = _ALSO_CALLED.get(kind)
    is_bare = ":" not in text and "/" not in text
    if other is None or is_bare:
        return link_of(text, kind, operation=operation)
    return Link(kind=kind, id=link_of(text, kind, other, operation=operation).id)


def id_of(text: str, kind: str, *, operation: str) -> str:
    return link_to(text, kind, operation=operation).id


def uri_of(text: str, *kinds: str, operation: str) -> str:
    return link_of(text, *kinds, operation=operation).uri


def links_of(texts: Iterable[str], *kinds: str, operation: str) -> tuple[Link, ...]:
    """At least one, in the order given."""
    return _require_some((link_of(text, *kinds, operation=operation) for text in texts), operation)


def ids_of(texts: Iterable[str], kind: str, *, operation: str) -> tuple[str, ...]:
    return tuple(link.id for link in links_to(texts, kind, operation=operation))


def links_to(texts: Iterable[str], kind: str, *, operation: str) -> tuple[Link, ...]:
    """At least one, in the order given, all of one kind."""
    return _require_some((link_to(text, kind, operation=operation) for text in texts), operation)


def check_position(count: int, *, operation: str) -> int:
    if count < 0:
        message = "a position before the beginning"
        raise InvalidRequest(message, operation=operation)
    return count


def _require_some(links: Iterable[Link], operation: str) -> tuple[Link, ...]:
    some_links = tuple(links)
    if not some_links:
        message = "nothing was named"
        raise InvalidRequest(message, operation=operation)
    return some_links
