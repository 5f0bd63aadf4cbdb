"""What tests of the observation share."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any

import time_machine
from django.utils import timezone

from tests.support.sandbox_control import SandboxControl


@dataclass
class SharedClock:
    """Time that passes for the app and the simulated Spotify alike."""

    sandbox: SandboxControl
    traveller: time_machine.Traveller

    def skip(self, seconds: float) -> None:
        self.sandbox.control("POST", "clock", {"advance_s": seconds})
        self.traveller.shift(seconds)


@contextmanager
def share_clock(sandbox: SandboxControl) -> Iterator[SharedClock]:
    with time_machine.travel(timezone.now(), tick=True) as traveller:
        yield SharedClock(sandbox, traveller)


def act_in_app(sandbox, member, act, **told: Any):
    """What somebody does in Spotify's own app."""
    return sandbox.control("POST", f"app/{member}", {"act": act, **told})


def shown_reason(person):
    """Why it stopped, as the player page says; empty when it says nothing."""
    text = person.get("/player/").text
    if 'id="stopped"' not in text:
        return ""
    shown = text.split('id="stopped"', 1)[1].split("</div>", 1)[0]
    return unescape(re.sub(r"<[^>]+>", " ", shown))
