"""Tags for what can be saved: `{% load library %}`."""

from typing import Protocol

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from msgspec import Struct

register = template.Library()

# By kind: what it is in, and what the button does. `%(name)s` stands for the title.
_WORDS = {
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
_OTHERS = (
    gettext_lazy("In your library: %(name)s"),
    gettext_lazy("Add to your library"),
    gettext_lazy("Remove from your library"),
)


class Saveable(Protocol):
    @property
    def uri(self) -> str | None: ...
    @property
    def name(self) -> str: ...


class LikeWords(Struct, frozen=True):
    label: str
    add: str
    remove: str


def kind_of(uri: str | None) -> str:
    """track, album, artist …; empty where there is no URI."""
    return uri.split(":")[1] if uri and uri.count(":") > 1 else ""


@register.simple_tag
def like_words(item: Saveable) -> LikeWords:
    """What the button of an item is called, and what pressing it does."""
    label, add, remove = _WORDS.get(kind_of(item.uri), _OTHERS)
    return LikeWords(str(label) % {"name": item.name or _("Untitled")}, str(add), str(remove))
