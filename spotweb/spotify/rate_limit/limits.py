"""How much may be asked of Spotify: the settings, or what is known to work in this quota mode."""

from typing import Literal, NamedTuple, TypeVar

from django.conf import settings

from spotweb.spotify import modes

T = TypeVar("T")
# Who waits for the answer: somebody who pressed a button, who opened a page, a page that looks whether
# something is new, or nobody.
Purpose = Literal["button", "page", "poll", "background"]
LedgerPurpose = Literal["page", "background"]

# A little longer than Spotify's window: the network may bring requests closer together than they were sent.
_MARGIN = 1.008


class RequestFacts(NamedTuple):
    """A request before it has its slot. `is_act`: it changes something, so a member has pressed a button."""

    family: str
    purpose: Purpose
    operation: str = ""
    is_act: bool = False
    member: str = ""

    @property
    def priority(self) -> Purpose:
        return "button" if self.is_act and self.purpose == "page" else self.purpose

    @property
    def ledger_purpose(self) -> LedgerPurpose:
        return "background" if self.purpose == "background" else "page"


class Pace(NamedTuple):
    """`requests` in `seconds`, of which `side_by_side` at once; 0 requests: no pace."""

    requests: int
    seconds: float
    side_by_side: int

    @property
    def overdraft(self) -> int:
        """How many requests a window may hold for buttons: they are few and must not wait for others."""
        return self.requests + self.requests // 3

    def get_most(self, purpose: Purpose) -> int:
        """How many requests a window may hold when one of this purpose is to be sent.

        What is left above it is for those who come first: the last sixth of a window for buttons alone.
        """
        reserve = self.requests // 6
        kept_free = {"button": 0, "page": 3, "poll": 4, "background": 5}[purpose]
        return max(1, self.requests - reserve * kept_free // 3)

    @property
    def window_s(self) -> float:
        return self.seconds * _MARGIN

    @property
    def spacing_s(self) -> float:
        """Between two requests of background work."""
        return self.window_s / self.get_most("background")


# 45 in 30 s has held for a player that thousands run with apps of their own; the real limit is a secret.
_PACES = {modes.DEVELOPMENT: Pace(45, 30.0, 3), modes.EXTENDED: Pace(0, 30.0, 8)}
# Two lockouts of nearly a day came with the 600th read of a catalogue object within 24 hours.
_DAILY_READS = {modes.DEVELOPMENT: 600, modes.EXTENDED: 0}
_RESERVE = 1 / 3

BUDGETED = frozenset({"catalogue"})


def get_pace() -> Pace:
    usual = _PACES[settings.SPOTIFY_QUOTA_MODE]
    return Pace(
        _setting_or("SPOTIFY_PACE_REQUESTS", usual.requests),
        _setting_or("SPOTIFY_PACE_SECONDS", usual.seconds),
        _setting_or("SPOTIFY_PACE_PARALLEL", usual.side_by_side),
    )


def get_daily_reads(family: str, purpose: Purpose | None = None) -> int | None:
    """The reads of a family that a rolling day allows, without the members' reserve for background work."""
    budget = _setting_or("SPOTIFY_DAILY_READS", _DAILY_READS[settings.SPOTIFY_QUOTA_MODE])
    if family not in BUDGETED or not budget:
        return None
    if purpose == "background":
        return max(0, budget - _setting_or("SPOTIFY_DAILY_RESERVE", round(budget * _RESERVE)))
    return budget


def _setting_or(name: str, usual: T) -> T:
    value: T | None = getattr(settings, name, None)
    return usual if value is None else value
