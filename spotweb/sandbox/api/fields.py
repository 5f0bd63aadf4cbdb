"""The `fields` parameter of playlists: which parts of the answer are wanted.

`total,items(added_at,item(name,album.id)),owner(!href)`: names with commas between them, dots and brackets
lead inside, and `!` leaves something out. A name that does not exist is no mistake: it is silently missing.
"""

import re
from dataclasses import dataclass, field

from spotweb.sandbox.core.errors import bad_request
from spotweb.sandbox.core.messages import Json, JsonObject

_TOKEN = re.compile(r"\s*([A-Za-z0-9_]+|[.,()!])")


@dataclass(slots=True)
class FieldFilter:
    """Nothing kept and nothing dropped means everything."""

    kept: dict[str, "FieldFilter"] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)

    def filter_value(self, value: Json) -> Json:
        if isinstance(value, list | tuple):
            return [self.filter_value(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        return self.filter_object(value)

    def filter_object(self, value: JsonObject) -> JsonObject:
        return {
            name: self.kept[name].filter_value(part) if name in self.kept else part
            for name, part in value.items()
            if (name in self.kept or not self.kept) and name not in self.dropped
        }


def parse_fields(text: str) -> FieldFilter:
    tokens, end = [], 0
    for token in _TOKEN.finditer(text):
        if token.start() != end:
            break
        tokens.append(token[1])
        end = token.end()
    if text[end:].strip():
        raise bad_request("Invalid fields")
    wish = FieldFilter()
    if _read_list(tokens, 0, wish) != len(tokens):
        raise bad_request("Invalid fields")
    return wish


def _read_list(tokens: list[str], at: int, wish: FieldFilter) -> int:
    while True:
        at = _read_one(tokens, at, wish)
        if at >= len(tokens) or tokens[at] != ",":
            return at
        at += 1


def _read_one(tokens: list[str], at: int, wish: FieldFilter) -> int:
    if _token(tokens, at) == "!":
        wish.dropped.add(_name(tokens, at + 1))
        return at + 2
    inner = wish.kept.setdefault(_name(tokens, at), FieldFilter())
    at += 1
    while _token(tokens, at) == ".":
        if _token(tokens, at + 1) == "!":
            return _read_one(tokens, at + 1, inner)
        inner = inner.kept.setdefault(_name(tokens, at + 1), FieldFilter())
        at += 2
    if _token(tokens, at) != "(":
        return at
    at = _read_list(tokens, at + 1, inner)
    if _token(tokens, at) != ")":
        raise bad_request("Invalid fields")
    return at + 1


def _token(tokens: list[str], at: int) -> str:
    return tokens[at] if at < len(tokens) else ""


def _name(tokens: list[str], at: int) -> str:
    name = _token(tokens, at)
    if not name or name in ".,()!":
        raise bad_request("Invalid fields")
    return name
