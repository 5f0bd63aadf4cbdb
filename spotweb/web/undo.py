"""Undo: a toast that says what was done carries a form that takes it back.

`offer` makes the toast. What its button does stands in one table by name: each app registers a handler with
`handles`, and POST /undo/ calls it. The form holds one signed payload: a browser can send back only what was
offered, and only for the member it was offered to. Handlers guard against a second press themselves, as
every other act does.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from msgspec import Struct

from spotweb.web.errors import show_error

_TAG_PREFIX = "undo:"
_SALT = "spotweb.undo"

Handler = Callable[
    [Any, Mapping[str, str]], HttpResponse
]  # Any: apps narrow the request to their MemberRequest


class _Action(Struct, frozen=True):
    handler: Handler
    target: str


class UndoOffer(Struct, frozen=True):
    """What the form of the toast sends, and which element its answer replaces."""

    payload: str
    target: str


_actions: dict[str, _Action] = {}


def handles(action: str, *, target: str = "#bar") -> Callable[[Handler], Handler]:
    """Register the function that undoes `action`. It gets the offered values."""

    def register(handler: Handler) -> Handler:
        if action in _actions:
            message = f"{action} has a handler already"
            raise ValueError(message)
        _actions[action] = _Action(handler, target)
        return handler

    return register


def offer(request: HttpRequest, text: str, *, action: str, values: Mapping[str, str]) -> None:
    """Say that something was done, in a toast whose button has `action` undone with `values`."""
    facts = {"member": request.user.pk, "action": action, "values": dict(values)}
    payload = signing.dumps(facts, salt=_SALT, compress=True)
    # Messages are kept in the session as words and tags: there is no other place for facts.
    messages.success(request, text, extra_tags=_TAG_PREFIX + payload)


def get_offer(message: Message) -> UndoOffer | None:
    """The offer that a message carries; None for other messages and for those of an older version."""
    tags = message.extra_tags or ""
    if not tags.startswith(_TAG_PREFIX):
        return None
    payload = tags.removeprefix(_TAG_PREFIX)
    try:
        facts = _read_payload(payload)
    except signing.BadSignature:
        return None
    return UndoOffer(payload=payload, target=_actions[facts["action"]].target)


@require_POST
def undo_action(request: HttpRequest) -> HttpResponse:
    """Undo what a toast offered; answers as the act of its own page would."""
    try:
        facts = _read_payload(request.POST.get("payload", ""))
    except signing.BadSignature:
        return show_error(request, "stale_form", status=403)
    if facts["member"] != request.user.pk:
        raise PermissionDenied
    return _actions[facts["action"]].handler(request, facts["values"])


def _read_payload(payload: str) -> Any:  # noqa: ANN401  # JSON that `offer` has signed
    facts = signing.loads(payload, salt=_SALT)
    if facts["action"] not in _actions:
        message = "the action is not known to this version"
        raise signing.BadSignature(message)
    return facts
