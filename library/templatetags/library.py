"""Tags of what can be saved: `{% load library %}`."""

from functools import lru_cache
from typing import Any, Protocol

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from msgspec import Struct

from library.saved_pages.context import SavedLine
from library.saved_pages.kinds import LABELS, PLAYABLE
from library.sync.progress import SyncProgress
from spotweb.spotify.links import uri_kind
from spotweb.web.error_messages import get_message

register = template.Library()

# By kind: the label of the button, and what pressing it does. `%(name)s` is the title.
_SAVE_LABELS = {
    "track": (
        gettext_lazy("In Liked Songs: %(name)s"),
        gettext_lazy("Add to Liked Songs"),
        gettext_lazy("Remove from Liked Songs"),
    ),
    "episode": (
        gettext_lazy("In Your Episodes: %(name)s"),
        gettext_lazy("Add to Your Episodes"),
        gettext_lazy("Remove from Your Episodes"),
    ),
    "artist": (
        gettext_lazy("Followed: %(name)s"),
        pgettext_lazy("to subscribe to an artist", "Follow"),
        pgettext_lazy("to subscribe to an artist no longer", "Unfollow"),
    ),
}
_OTHER_SAVE_LABELS = (
    gettext_lazy("In your library: %(name)s"),
    gettext_lazy("Add to your library"),
    gettext_lazy("Remove from your library"),
)


class Saveable(Protocol):
    @property
    def uri(self) -> str | None: ...
    @property
    def name(self) -> str: ...


class SaveLabels(Struct, frozen=True):
    label: str
    add: str
    remove: str


@register.simple_tag
def save_labels(item: Saveable) -> SaveLabels:
    """Return the label of an item's button, and what pressing it does."""
    label, add, remove = _SAVE_LABELS.get(uri_kind(item.uri), _OTHER_SAVE_LABELS)
    return SaveLabels(str(label) % {"name": item.name or _("Untitled")}, str(add), str(remove))


@register.simple_tag
def read_text(kind: str, sync: SyncProgress) -> str:
    """Return how far a sync is, such as 4,312 of 10,000 songs read."""
    if sync.total is None:
        return _("Reading from Spotify …")
    words = {"read": f"{sync.read:,}", "all": LABELS[kind].describe_count(sync.total)}
    return _("%(read)s of %(all)s read") % words


@register.simple_tag
def sync_hint(sync: SyncProgress) -> str:
    """Return how long it still takes, or what is in the way and what to do about it."""
    if sync.error_code == "unavailable" and sync.is_under_way:  # elsewhere members try again themselves
        return _("Spotify does not answer at the moment; the next try comes by itself.")
    if sync.error_code:
        return str(get_message(sync.error_code, until=sync.error_until).toast)
    if sync.state == "paused":
        return _("Paused: it goes on from here when you say so.")
    if sync.state == "stopped":
        return _("It was interrupted, and goes on from where it was.")
    if sync.seconds_left is None:
        return _("Browse meanwhile.")
    return _("%(time)s left, browse meanwhile.") % {"time": _describe_duration(sync.seconds_left)}


def _describe_duration(seconds: int) -> str:
    """Round the time: a countdown to the second would not be true."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("Less than a minute")
    if minutes < 60:  # noqa: PLR2004  # an hour
        return ngettext("About %(count)s minute", "About %(count)s minutes", minutes) % {"count": minutes}
    hours = round(minutes / 60)
    return ngettext("About %(count)s hour", "About %(count)s hours", hours) % {"count": hours}


@register.simple_tag(takes_context=True)
def saved_line(context: Context, line: SavedLine) -> SafeString:
    """Render a row or a cover, once: fifty of them are most of the work of every page and keystroke."""
    page, member = context["saved"], context["member"]
    is_cover = page.query.view == "grid"
    return _render_line(
        line, page.kind, get_language(), is_cover=is_cover, may_play=member.is_premium is not False
    )


# Some forty pages of fifty; a row is about 4 KB.
@lru_cache(maxsize=2000)
def _render_line(
    line: SavedLine, kind: str, _language: str | None, *, is_cover: bool, may_play: bool
) -> SafeString:
    if is_cover:
        return render_to_string("library/_cover.html", {"line": line, "kind": kind, "may_play": may_play})
    context: dict[str, Any] = {
        "item": line.item,
        "key": line.key,
        "uri": line.uri,
        "kind": kind,
        "added": line.date,
        "first_had": line.first_had,
        "like": True,
        "is_saved": True,
        "tick": line.uri,
        "tick_name": "uris",
        "tick_form": "selection",
        "may_play": may_play,
        "menu": "library/_saved_menu.html" if kind in PLAYABLE else "library/_shelf_menu.html",
    }
    return render_to_string("_row.html", context)
