"""Which item a context has to be started from, because its first one cannot be played.

Spotify may play nothing at all when an album, a playlist or a show begins with something unavailable.
"""

from collections.abc import Callable, Iterable

from accounts.models import Member
from library.pages import lookup
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.links import LinkError, parse_link
from spotweb.spotify.models import Episode, Show, SpotifyObject, Track

# Takes the id of the context; None stands for what has vanished.
ListItems = Callable[[Member, str], Iterable[SpotifyObject | None]]
_lists: dict[str, ListItems] = {}


def register_list(kind: str) -> Callable[[ListItems], ListItems]:
    """Register what lists the first items of contexts of this kind, from what is known where it can."""

    def register(list_items: ListItems) -> ListItems:
        _lists[kind] = list_items
        return list_items

    return register


def find_start(member: Member, context_uri: str) -> str | None:
    """The first item that can be played, by its URI; null where it is the first of all, or none is known."""
    place, uri = _find_playable(member, context_uri)
    return uri if place else None


def find_first(member: Member, context_uri: str) -> str | None:
    """The first item that can be played, by its URI; null where none is known."""
    return _find_playable(member, context_uri)[1]


def _find_playable(member: Member, context_uri: str) -> tuple[int, str | None]:
    try:
        link = parse_link(context_uri, kinds=tuple(_lists))
        items = _lists[link.kind](member, link.id)
        for place, item in enumerate(items):
            if item is not None and is_playable(item):
                return place, item.uri
    except (LinkError, SpotifyError):  # whether it starts is Spotify's to say then
        pass
    return 0, None


def is_playable(item: SpotifyObject) -> bool:
    """Spotify leaves it out where it does not know for whom it answers: then it may well be."""
    if not item.uri or item.uri.startswith("spotify:local:"):
        return False
    return not isinstance(item, Track | Episode) or item.is_playable is not False


@register_list("album")
def _list_album(member: Member, id_: str) -> Iterable[SpotifyObject | None]:
    tracks = lookup.get_album(member, id_).tracks
    return tracks.items if tracks else ()


@register_list("show")
def _list_show(member: Member, id_: str) -> Iterable[SpotifyObject | None]:
    show = lookup.find_show(id_) or Show(id=id_, uri=f"spotify:show:{id_}", name="")
    return lookup.get_show_episodes(member, show).value.items
