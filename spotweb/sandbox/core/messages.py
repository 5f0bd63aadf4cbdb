"""What travels: a request as it came in, a reply as it goes out, and the refusals in between."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import TypeAlias
from urllib.parse import parse_qsl

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]


@dataclass(slots=True, kw_only=True)
class Request:
    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    query: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.query = dict(parse_qsl(self.query_string, keep_blank_values=True))

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def cookie(self, name: str) -> str:
        pairs = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";"))
        return next((value for key, _, value in pairs if key == name), "")


@dataclass(slots=True, kw_only=True)
class Reply:
    status: int = 200
    body: bytes = b""
    content_type: str | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    fate: str = ""  # reset, timeout or truncate: what becomes of it on the way
    hold_s: float = 0.0  # it is kept back for so long,
    pieces: int = 1  # sent in so many, with `hold_s` over all of them,
    released: Event = field(default_factory=Event)  # or until this is set


class Refusal(Exception):
    """Raised anywhere below a handler; carries the reply that the caller gets instead."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


Encode = Callable[[Json], str]
_encode: Encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_reply(body: Json, *, status: int = 200, headers: list[tuple[str, str]] | None = None) -> Reply:
    return Reply(
        status=status,
        body=encode_json(body),
        content_type="application/json; charset=utf-8",
        headers=headers or [],
    )


def encode_json(body: Json) -> bytes:
    # Lone surrogates can be smuggled in by a client's JSON; they must not break the answer to another one.
    return _encode(body).encode("utf-8", "replace")


def page_reply(page: JsonObject, items: list[bytes]) -> Reply:
    """A page whose items are encoded already; `page` comes with an empty list of them."""
    # No string of the page can contain this: its quotes would be escaped.
    before, _, after = encode_json(page).partition(b'"items":[]')
    body = b"".join((before, b'"items":[', b",".join(items), b"]", after))
    return Reply(body=body, content_type="application/json; charset=utf-8")


def text_reply(text: str, *, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Reply:
    return Reply(status=status, body=text.encode(), content_type=content_type)


def redirect_reply(location: str, *, status: int = 303) -> Reply:
    return Reply(status=status, headers=[("Location", location)])
