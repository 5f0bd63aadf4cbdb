"""What the button that saves something is called, and what pressing it does."""

import json
from functools import lru_cache
from typing import Protocol

from django.utils.translation import gettext_lazy, pgettext_lazy

from spotweb.spotify.links import uri_kind
from spotweb.web.texts.names import show_name

# By kind: what it is in, and what the button does. `%(name)s` stands for the title.
_LABELS = {
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
    "": (
        gettext_lazy("In your library: %(name)s"),
        gettext_lazy("Add to your library"),
        gettext_lazy("Remove from your library"),
    ),
}


class Saveable(Protocol):
    @property
    def uri(self) -> str | None: ...
    @property
    def name(self) -> str: ...


def save_label(item: Saveable, language: str | None) -> str:
    """What the button is called; pressed or not, it says whether that is so. `language`: the reader's."""
    return _get_label(uri_kind(item.uri), language) % {"name": show_name(item.name)}


@lru_cache(maxsize=100)
def _get_label(kind: str, _language: str | None) -> str:
    label, _add, _remove = _LABELS.get(kind, _LABELS[""])
    return str(label)


def titles_by_kind() -> str:
    """For the script, as JSON: what a press adds and removes, for each kind of URI."""
    return json.dumps({kind: [str(add), str(remove)] for kind, (_label, add, remove) in _LABELS.items()})
