"""What members paste: Spotify's URIs, links from its apps and pages, and bare ids."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Literal
from urllib.parse import SplitResult, quote, unquote, urlsplit

from msgspec import Struct

ItemKind = Literal["track", "episode"]
AddableKind = Literal["track", "episode", "album", "playlist"]
# What can be played, queued and added to a playlist by itself.
ITEM_KINDS: tuple[ItemKind, ...] = ("track", "episode")
# Whole albums and playlists can be queued and added too: every item of theirs is.
ADDABLE_KINDS: tuple[AddableKind, ...] = (
    *ITEM_KINDS,
    "album",
    "playlist",
)
KINDS = ("track", "album", "artist", "playlist", "show", "episode", "audiobook", "chapter", "user")

_HOSTS = frozenset({"open.spotify.com", "play.spotify.com"})
_SHORT_HOSTS = frozenset({"spotify.link", "spotify.app.link", "spoti.fi"})
_EMBEDS = frozenset({"embed", "embed-podcast"})
_ID = re.compile(r"[0-9A-Za-z]{22}")
# Signs around a link that are no part of it, some of them unseen.
_AROUND = " \t\r\n\"'`“”„‚‘’«»‹›<>()[]{}*,;.!\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xa0"
# Markdown, and HTML as "Embed" copies it.
_MARKED = re.compile(r"(?:\]\(|(?:src|href)=[\"']?)(https?://[^\s\"'<>)]+)", re.IGNORECASE)
_USER_ID = re.compile(r"[^\s/:?#]{1,128}")  # old accounts chose theirs, dots and umlauts included
# One of these makes a word a link of Spotify's rather than one to search for.
_LINK_SIGNS = ("spotify:", "open.spotify.com/", "play.spotify.com/", "spotify.link/")
MAX_SHOWN_CHARS = 200
_LOCALE = re.compile(r"intl-[a-z]{2,3}(-[A-Za-z]{2,4})?")


class LinkError(ValueError):
    """Names no object of Spotify's catalogue."""


class ShortLink(LinkError):
    """A spotify.link: where it leads only Spotify knows. Opened in a browser it becomes a full link."""


class LocalFile(LinkError):
    """A file on somebody's computer, which Spotify can neither queue nor add."""


class WrongKind(LinkError):
    """A good link, but to something that makes no sense here; `link` is what it leads to."""

    def __init__(self, link: "Link") -> None:
        self.link = link
        super().__init__(f"a link to {link.kind}")


class Link(Struct, frozen=True, kw_only=True):
    kind: str
    id: str

    @property
    def uri(self) -> str:
        return f"spotify:{self.kind}:{quote(self.id, safe='')}"

    @property
    def url(self) -> str:
        return f"https://open.spotify.com/{self.kind}/{quote(self.id, safe='')}"


class UnusableLine(Struct, frozen=True, kw_only=True):
    """A pasted line, from 1, and why it is of no use."""

    number: int
    text: str
    reason: str


class PastedLinks(Struct, frozen=True, kw_only=True):
    """What can be used of pasted lines, and why not the rest."""

    links: tuple[Link, ...] = ()
    left_out: tuple[UnusableLine, ...] = ()


def looks_like_link(text: str) -> bool:
    """Whether a link was pasted, to Spotify or elsewhere, instead of words to search for."""
    return "://" in text or looks_like_spotify_link(text)


def looks_like_spotify_link(text: str) -> bool:
    return any(sign in text.lower() for sign in _LINK_SIGNS)


def parse_link(text: str, *, kinds: tuple[str, ...] = KINDS) -> Link:
    """The object that a URI or a link names, or a bare id when only one of `kinds` is possible.

    Raises ShortLink, LocalFile, WrongKind, or LinkError for all else.
    """
    text = _unwrap(text)
    if len(kinds) == 1 and _is_id(kinds[0], text):
        return Link(kind=kinds[0], id=text)
    link = _from_parts(_parts(text))
    if link.kind not in kinds:
        raise WrongKind(link)
    return link


def _unwrap(text: str) -> str:
    """Without what chats, notes and browsers put around a link: quotes, brackets, markup, escapes."""
    text = text.strip(_AROUND)
    marked = _MARKED.search(text)
    text = marked[1] if marked else text
    return unquote(text) if "%3a%2f%2f" in text[:20].lower() else text


def is_link(text: str, *, kinds: tuple[str, ...] = KINDS) -> bool:
    """Whether it names something of these kinds. What Spotify itself sends need not."""
    return find_link(text, kinds=kinds) is not None


def find_link(*texts: str | None, kinds: tuple[str, ...]) -> Link | None:
    """The object that the first of these names which names one; None when none does."""
    for text in filter(None, texts):
        try:
            return parse_link(text, kinds=kinds)
        except LinkError:
            continue
    return None


def parse_lines(
    text: str, *, kinds: Collection[str], describe_error: Callable[[LinkError], str]
) -> PastedLinks:
    """Return links of these kinds, one or several in a line; empty lines count for nothing."""
    links: list[Link] = []
    left_out: list[UnusableLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for word in _words_of(line.strip()):
            try:
                links.append(parse_link(word, kinds=tuple(kinds)))
            except LinkError as error:
                reason = describe_error(error)
                left_out.append(UnusableLine(number=number, text=word[:MAX_SHOWN_CHARS], reason=reason))
    return PastedLinks(links=tuple(links), left_out=tuple(left_out))


def _words_of(line: str) -> Sequence[str]:
    """The links of a line; a line without any is a mistake as a whole."""
    return [word for word in line.split() if looks_like_link(word)] or ([line] if line else [])


def _parts(text: str) -> list[str]:
    if text[:8].lower() == "spotify:":
        return _uri_parts(text)
    address = _address(text)
    host = (address.hostname or "").removeprefix("www.")
    if host in _SHORT_HOSTS:
        message = "a short link"
        raise ShortLink(message)
    if address.scheme not in {"http", "https"} or host not in _HOSTS:
        message = "not a link of Spotify's"
        raise LinkError(message)
    path = unquote(address.path).partition("?")[0]
    parts = [part for part in path.split("/") if part]
    while parts and (parts[0] in _EMBEDS or _LOCALE.fullmatch(parts[0])):
        parts = parts[1:]
    return parts


def _address(text: str) -> SplitResult:
    try:
        # People copy links without the scheme, too.
        return urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:  # such as a lone bracket
        message = "not a link"
        raise LinkError(message) from None


def _uri_parts(text: str) -> list[str]:
    parts = text.split("?", maxsplit=1)[0].split(":")[1:]
    if parts[0] == "local":
        message = "a local file"
        raise LocalFile(message)
    if parts[0].startswith("//"):  # as some programs write it: spotify://track/…
        parts = [part for part in parts[0].split("/") if part]
    return [unquote(part) for part in parts]


def _from_parts(parts: list[str]) -> Link:
    # Playlists once lived under their owner: user/<name>/playlist/<id>.
    if len(parts) == 4 and parts[0] == "user" and parts[2] == "playlist":  # noqa: PLR2004
        parts = parts[2:]
    parts = [parts[0].lower(), *parts[1:]] if parts else []
    if len(parts) != 2 or parts[0] not in KINDS or not _is_id(*parts):  # noqa: PLR2004
        message = "not a link to something at Spotify"
        raise LinkError(message)
    return Link(kind=parts[0], id=parts[1])


def _is_id(kind: str, text: str) -> bool:
    return bool((_USER_ID if kind == "user" else _ID).fullmatch(text))


def uri_kind(uri: str | None) -> str:
    """Return the kind that a URI names, such as track or artist; empty without a URI."""
    return uri.split(":")[1] if uri and uri.count(":") > 1 else ""
