"""The Undo of a toast: what it would do, and pressing it."""

import re
from typing import Any

from django.core import signing

PAYLOAD = re.compile(
    r'class="toast__undo" method="post" action="/undo/".*?name="payload" value="([^"]+)"', re.DOTALL
)


def undo_payload(text: str) -> str:
    """What the form of the last toast with an Undo holds."""
    return PAYLOAD.findall(text)[-1]


def undo_values(text: str) -> dict[str, str]:
    """What would be undone, as the app that offered it named it."""
    facts = signing.loads(undo_payload(text), salt="spotweb.undo")
    values: dict[str, str] = facts["values"]
    return values


def press_undo(person: Any, text: str, **headers: Any) -> Any:
    return person.post("/undo/", {"payload": undo_payload(text)}, **headers)
