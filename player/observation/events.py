"""The last things that happened to a member's player, in plain words, and why the music stopped."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member
from player.models import PlayerEvent, delete_older
from player.playback.state import StopReason
from spotweb.web.texts.time_format import format_time

Kind = PlayerEvent.Kind

MAX_EVENTS = 50
ICONS = {
    Kind.STARTED: "play",
    Kind.RESUMED: "play",
    Kind.PAUSED: "pause",
    Kind.SKIPPED: "skip-forward",
    Kind.ENDED: "list-music",
    Kind.AUTOPLAY: "radio",
    Kind.MOVED: "speaker",
    Kind.LOST: "wifi-off",
    Kind.SKIPS: "triangle-alert",
    Kind.LIMITED: "hourglass",
    Kind.PRIVATE: "lock",
    Kind.PREMIUM: "info",
    Kind.REPLACED: "list-x",
    Kind.RESTORED: "undo-2",
    Kind.SLEPT: "moon",
    Kind.AWAKE: "moon",
    Kind.LENT: "speaker",
    Kind.BORROWED: "speaker",
}
# After these there is no music; what explains itself, such as one's own pause, is not among them.
_STOPS = {Kind.PAUSED, Kind.ENDED, Kind.LOST, Kind.SKIPS, Kind.SLEPT}


@dataclass(frozen=True)
class EventEntry:
    """An event as the page shows it."""

    icon: str
    text: str
    at: datetime


def record_event(member: Member, kind: PlayerEvent.Kind, facts: Mapping[str, str], *, is_own: bool) -> None:
    """Write down what happened; beyond MAX_EVENTS the oldest go."""
    PlayerEvent.objects.create(member=member, kind=kind, facts=dict(facts), is_own=is_own)
    delete_older(PlayerEvent.objects.filter(member=member), most=MAX_EVENTS)


def list_events(member: Member) -> list[EventEntry]:
    """Return the newest first."""
    events = PlayerEvent.objects.filter(member=member)[:MAX_EVENTS]
    return [EventEntry(ICONS[Kind(event.kind)], describe(event), event.at) for event in events]


def make_stop(kind: PlayerEvent.Kind, facts: Mapping[str, str], *, is_own: bool) -> StopReason | None:
    """Return what the player says about it; null for what needs no word."""
    if kind not in _STOPS or (is_own and kind != Kind.SLEPT):
        return None
    return StopReason(kind=kind, at=time.time(), device=facts.get("device", ""))


def describe(event: PlayerEvent) -> str:
    facts = {"title": "", "context": "", "device": _("the device"), "from": "", "count": "", **event.facts}
    if "member" in facts:  # by key: nothing is left of the name of somebody who has left
        member = Member.objects.filter(pk=facts["member"]).first()
        facts["name"] = member.display_name if member else _("a former member")
    if event.kind in _SENTENCES:
        own, other = _sentences_of(Kind(event.kind), has_context=bool(facts["context"]))
        return (own if event.is_own else other) % facts
    if event.kind == Kind.LIMITED:
        until = parse_datetime(facts.get("until", ""))
        if until:
            return _("Spotify asked this app to wait until %(time)s.") % {"time": format_time(until)}
        return _("Spotify asked this app to wait.")
    if event.kind in {Kind.REPLACED, Kind.RESTORED}:
        return _describe_queue(event, int(facts["count"] or 0))
    return str(_others()[Kind(event.kind)]) % facts


def explain_stop(stop: StopReason | None, *, player_on_device: str = "") -> str:
    """Return the one likely reason why there is no music; empty when there is none to tell.

    `player_on_device`: another member, who shows it, plays on that device now.
    """
    if stop is None:
        return ""
    names = {"device": stop.device or _("The device"), "name": player_on_device}
    if stop.kind == Kind.LOST and player_on_device:
        return _("%(name)s is playing on %(device)s now.") % names
    return {
        Kind.PAUSED: _("It was paused in a Spotify app or on the device."),
        Kind.ENDED: _("Everything in the queue has been played."),
        Kind.LOST: _(
            "%(device)s disconnected: it was switched off, lost its network, or another account plays there."
        ),
        Kind.SKIPS: _(
            "%(device)s skips one song after another: Spotify refuses some speakers that aren’t its own. "
            "Play on another device."
        ),
        Kind.SLEPT: _("The sleep timer ended. Press Play within two minutes for the same again."),
    }.get(Kind(stop.kind), "") % names


_SENTENCES = {Kind.STARTED, Kind.RESUMED, Kind.PAUSED, Kind.SKIPPED}


def _sentences_of(kind: PlayerEvent.Kind, *, has_context: bool) -> tuple[str, str]:
    """For what this app did, and for what came from elsewhere."""
    if kind == Kind.STARTED and has_context:
        return (
            _("You played %(context)s: %(title)s."),
            _("%(context)s was started in a Spotify app or on the device: %(title)s."),
        )
    return {
        Kind.STARTED: (
            _("You played %(title)s."),
            _("%(title)s was started in a Spotify app or on the device."),
        ),
        Kind.RESUMED: (_("You pressed Play."), _("Play was pressed in a Spotify app or on the device.")),
        Kind.PAUSED: (_("You paused."), _("It was paused in a Spotify app or on the device.")),
        Kind.SKIPPED: (
            _("You skipped to %(title)s."),
            _("Somebody skipped to %(title)s in a Spotify app or on the device."),
        ),
    }[kind]


def _others() -> dict[PlayerEvent.Kind, str]:
    return {
        Kind.ENDED: _("Everything in the queue was played."),
        Kind.AUTOPLAY: _("The queue ended, and Spotify went on with similar songs: %(title)s."),
        Kind.MOVED: _("The music moved from %(from)s to %(device)s."),
        Kind.LOST: _("%(device)s disconnected while it was playing."),
        Kind.SKIPS: _("%(device)s skipped %(count)s songs within seconds."),
        Kind.PRIVATE: _("A private session began. Nothing of it is kept here."),
        Kind.PREMIUM: _("Spotify said that this account has no Premium."),
        Kind.SLEPT: _("The sleep timer paused the music."),
        Kind.AWAKE: _("The sleep timer was turned off: the music moved from %(from)s to %(device)s."),
        Kind.LENT: _("%(name)s played %(title)s on %(device)s through your account."),
        Kind.BORROWED: _("You played %(title)s on %(device)s through the account of %(name)s."),
    }


def _describe_queue(event: PlayerEvent, count: int) -> str:
    if event.kind == Kind.RESTORED:
        text = ngettext("You put %(count)s queued song back.", "You put %(count)s queued songs back.", count)
    elif event.is_own:
        text = ngettext(
            "You played something else; %(count)s queued song was kept.",
            "You played something else; %(count)s queued songs were kept.",
            count,
        )
    else:
        text = ngettext(
            "The queue was replaced in a Spotify app or on the device; %(count)s song was kept.",
            "The queue was replaced in a Spotify app or on the device; %(count)s songs were kept.",
            count,
        )
    return text % {"count": count}
