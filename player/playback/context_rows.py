"""Which rows of the queue cannot come from what is played from, so that somebody has queued them.

Spotify mixes both without a mark. What was queued through spotweb is recognised by `attribution`; what was
queued in Spotify's own apps shows only in that the context does not hold it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from accounts.models import Member
from library.models import Album
from library.saved import browse, memberships
from library.saved.index import get_lately_removed
from player.playback.attribution import Attribution
from spotweb.spotify.links import find_link
from spotweb.spotify.models import Context, Episode, Item, Playback, Queue, Track

# Whether an item is in the context; null where that cannot be told.
Holds = Callable[[Item], bool | None]
# Takes the id of a playlist and URIs with their names; returns those that it held until lately.
FindFormerItems = Callable[[str, Mapping[str, str]], set[str]]
_former_items: list[FindFormerItems] = []


def register_former_items(find: FindFormerItems) -> FindFormerItems:
    """A playlist that was started through the API is played as it was then, whatever has left it since."""
    _former_items.append(find)
    return find


def place_rows(
    member: Member, playback: Playback | None, queue: Queue, attributions: tuple[Attribution, ...]
) -> tuple[tuple[Attribution, ...], bool | None]:
    """Return the attributions, completed by rows that were queued elsewhere, and whether what follows them
    comes from the context: null where that is not known.

    What is queued by hand plays in front of all that the context brings. Where nothing of the context follows
    any more, what stands there may as well be what Spotify plays after its end.
    """
    context = playback.context if playback else None
    rows = queue.queue[len(attributions) :]
    if playback is None or context is None or not rows:
        return attributions, None
    holds = _find_holder(member, playback, context, rows)
    held = [holds(row) for row in rows]
    if playback.smart_shuffle:  # it mixes recommendations in
        return attributions, True if held[0] else None
    strangers = next((place for place, is_held in enumerate(held) if is_held is not False), len(held))
    if strangers == len(held):
        return attributions, False
    if held[strangers] and strangers:
        attributions = (*attributions, *[Attribution()] * strangers)
    return attributions, held[strangers]


def is_of_context(member: Member, playback: Playback | None, queue: Queue | None) -> bool | None:
    """Whether what plays comes from what is played from, and was not queued; null where that isn't known.

    The `queue` as it was read last: its songs know the name of the album.
    """
    if playback is None or playback.context is None or playback.item is None:
        return None
    rows = (playback.item, *(queue.queue if queue else ()))
    return _find_holder(member, playback, playback.context, rows)(playback.item)


def _find_holder(member: Member, playback: Playback, context: Context, rows: Sequence[Item]) -> Holds:
    if context.type == "album":
        return _find_album_holder(context, (playback.item, *rows))
    if context.type == "artist":
        return lambda item: _is_by_artist(item, context)
    if context.type == "show":
        return lambda item: _is_of_show(item, context)
    wanted = {row.uri: row.name for row in rows if row.uri}
    held: set[str] | None = None
    if context.type == "collection":
        held = browse.find_saved_songs(member, wanted)
        held = None if held is None else held | get_lately_removed(member)
    elif link := find_link(context.uri, kinds=("playlist",)):
        held = _find_in_playlist(member, link.id, wanted)
    return lambda item: None if held is None or not item.uri else item.uri in held


def _find_in_playlist(member: Member, playlist_id: str, wanted: Mapping[str, str]) -> set[str] | None:
    held = memberships.find_held_items(member, playlist_id, wanted)
    strangers = {uri: name for uri, name in wanted.items() if held is not None and uri not in held}
    if held is None or not strangers:
        return held
    return held.union(*(find(playlist_id, strangers) for find in _former_items))


def _find_album_holder(context: Context, items: Iterable[Item | None]) -> Holds:
    """By name as well, since Spotify plays another release of a song where it has to."""
    albums = [item.album for item in items if isinstance(item, Track) and item.album]
    names = {album.name for album in albums if album.uri == context.uri}
    names |= set(Album.objects.filter(uri=context.uri or "").values_list("name", flat=True))

    def is_on_album(item: Item) -> bool | None:
        if isinstance(item, Track) and item.album and item.album.uri and names:
            return item.album.uri == context.uri or item.album.name in names
        return False if isinstance(item, Episode) else None

    return is_on_album


def _is_by_artist(item: Item, context: Context) -> bool | None:
    if isinstance(item, Track) and any(artist.uri for artist in item.artists):
        return any(artist.uri == context.uri for artist in item.artists)
    return False if isinstance(item, Episode) else None


def _is_of_show(item: Item, context: Context) -> bool | None:
    if isinstance(item, Episode) and item.show and item.show.uri:
        return item.show.uri == context.uri
    return False if isinstance(item, Track) else None
