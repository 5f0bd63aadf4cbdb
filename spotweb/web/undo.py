"""Messages that can be taken back: the toast then carries a form that does the opposite."""

import json
from collections.abc import Mapping

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from msgspec import Struct

_SIGN = "undo:"


class Undo(Struct, frozen=True):
    """What the form of the toast sends, and which element its answer replaces."""

    url: str
    values: Mapping[str, str]
    target: str


def say_with_undo(
    request: HttpRequest, words: str, *, url: str, values: Mapping[str, str], target: str = "#bar"
) -> None:
    """Say that something was done; a POST of `values` to `url` undoes it."""
    packed = json.dumps({"url": url, "values": dict(values), "target": target})
    # Messages are kept in the session as words and tags: there is no other place for facts.
    messages.success(request, words, extra_tags=_SIGN + packed)


def undo_of(message: Message) -> Undo | None:
    tags = message.extra_tags or ""
    return Undo(**json.loads(tags.removeprefix(_SIGN))) if tags.startswith(_SIGN) else None
