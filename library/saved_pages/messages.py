"""The messages after saving and removing."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spotweb.spotify.links import uri_kind
from spotweb.web.texts.number_format import format_number


def describe_saved(uris: Sequence[str], *, saved: bool) -> str:
    """Return one sentence; after removing also one that says what Undo cannot bring back."""
    kinds = {uri_kind(uri) for uri in uris}
    kind = kinds.pop() if len(kinds) == 1 else ""
    build_message = (_ADDED_LABELS if saved else _REMOVED_LABELS).get(kind, _added if saved else _removed)
    message = build_message(len(uris)) % {"count": format_number(len(uris))}
    return message if saved or kind == "artist" else f"{message} {_('Undo re-adds them with today’s date.')}"


def _added_tracks(count: int) -> str:
    return ngettext("Added to Liked Songs.", "Added %(count)s songs to Liked Songs.", count)


def _added_episodes(count: int) -> str:
    return ngettext("Added to Your Episodes.", "Added %(count)s episodes to Your Episodes.", count)


def _followed(count: int) -> str:
    return ngettext("You follow the artist now.", "You follow %(count)s more artists now.", count)


def _added(count: int) -> str:
    return ngettext("Added to your library.", "Added %(count)s to your library.", count)


def _removed_tracks(count: int) -> str:
    return ngettext("Removed from Liked Songs.", "Removed %(count)s songs from Liked Songs.", count)


def _removed_episodes(count: int) -> str:
    return ngettext("Removed from Your Episodes.", "Removed %(count)s episodes from Your Episodes.", count)


def _unfollowed(count: int) -> str:
    return ngettext(
        "You don’t follow the artist any more.", "You don’t follow %(count)s artists any more.", count
    )


def _removed(count: int) -> str:
    return ngettext("Removed from your library.", "Removed %(count)s from your library.", count)


_ADDED_LABELS: Mapping[str, Callable[[int], str]] = {
    "track": _added_tracks,
    "episode": _added_episodes,
    "artist": _followed,
}
_REMOVED_LABELS: Mapping[str, Callable[[int], str]] = {
    "track": _removed_tracks,
    "episode": _removed_episodes,
    "artist": _unfollowed,
}
