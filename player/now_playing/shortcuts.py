"""The keys of the keyboard: the one table that the help lists and the script obeys."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLAYER, PLACES = "player", "places"


@dataclass(frozen=True)
class Key:
    """`keys` as KeyboardEvent.key names them, `shown` as people do; `does` is what keys.js knows it by."""

    keys: str
    shown: tuple[str | Promise, ...]
    does: str
    words: str | Promise
    group: str = PLAYER


KEYS = (
    Key("Space", (_("Space"),), "playing", _("Play or pause")),
    Key("n", ("N",), "next", _("Next")),
    Key("p", ("P",), "previous", _("Previous")),
    Key("ArrowLeft", ("←",), "back", _("Back 5 s (15 s in podcasts)")),
    Key("ArrowRight", ("→",), "forward", _("Forward 5 s (15 s in podcasts)")),
    Key("ArrowUp", ("↑", "+"), "louder", _("Louder; the arrow on the player page only")),
    Key("ArrowDown", ("↓", "−"), "quieter", _("Quieter; the arrow on the player page only")),
    Key("m", ("M",), "mute", _("Mute")),
    Key("s", ("S",), "shuffle", _("Shuffle on or off")),
    Key("r", ("R",), "repeat", _("Repeat off, all, or this one")),
    Key("l", ("L",), "saved", _("Like or unlike")),
    Key("d", ("D",), "devices", _("Devices and volume"), PLACES),
    Key("q", ("Q",), "queue", _("Queue"), PLACES),
    Key("/", ("/",), "search", _("Jump to a playlist, song or page; also Ctrl+K"), PLACES),
    Key("?", ("?",), "help", _("All shortcuts"), PLACES),
)
