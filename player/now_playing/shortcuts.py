"""The keys of the keyboard: the one table that the help lists and the script obeys."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLAYER, PLACES = "player", "places"
_CTRL, _SHIFT, _ALT = _("Ctrl"), _("Shift"), _("Alt")


@dataclass(frozen=True)
class Key:
    """`keys` as KeyboardEvent.key names them, `shown` as people do; `does` as keyboard-shortcuts.js does."""

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


@dataclass(frozen=True)
class RowKey:
    """In a list of songs. row-keys.js, selection.js and undo-key.js know these by themselves."""

    shown: tuple[str | Promise, ...]
    words: str | Promise


ROW_KEYS = (
    RowKey(("↑", "↓"), _("From row to row; Home and End go to the ends")),
    RowKey(("→", "←"), _("To the links and buttons of a row, and back")),
    RowKey((_("Enter"),), _("Play from here")),
    RowKey(("Q",), _("Add to queue")),
    RowKey(("L",), _("Like or unlike")),
    RowKey(("X",), _("Select; so does Space")),
    RowKey((_SHIFT, "↓"), _("Select the next one too")),
    RowKey((_CTRL, "A"), _("Select all; Escape ends it")),
    RowKey((_("Del"),), _("Remove")),
    RowKey((_ALT, "↓"), _("Move down; up with ↑")),
    RowKey((_SHIFT, "F10"), _("Menu")),
    RowKey((_SHIFT, "A"), _("Find a title by its first letters: hold Shift for the first one")),
    RowKey((_CTRL, "Z"), _("Undo, on every page")),
)
