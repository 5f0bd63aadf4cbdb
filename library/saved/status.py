"""Tells what a member has of a thing: whether it is saved, since when, and which playlists hold it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from accounts.models import Member
from library.saved import actions, browse, memberships
from spotweb.spotify.models import Audiobook, Item, SpotifyObject
from spotweb.web import page_urls
from spotweb.web.rows.item_row import ItemRow, RowMenu

Holdings = Mapping[str, tuple[memberships.PlaylistReference, ...]]


@dataclass(frozen=True)
class PlaylistHolding:
    """One of the member's playlists, and how many of what the page shows it holds."""

    playlist_id: str
    name: str
    count: int


@dataclass(frozen=True)
class ItemStatus:
    """`saved` is by URI. `added_at` and `first_had_at` are of the thing itself, null where not known."""

    saved: Mapping[str, bool] = field(default_factory=dict)
    lists: Sequence[PlaylistHolding] = ()
    added_at: datetime | None = None
    first_had_at: datetime | None = None

    def is_saved(self, uri: str | None) -> bool | None:
        return self.saved.get(uri or "")


def saving_uri(thing: SpotifyObject) -> str:
    """Return the URI by which a thing is saved. Spotify gives audiobooks the URI of a show."""
    if isinstance(thing, Audiobook):
        return f"spotify:audiobook:{thing.id}"
    return thing.uri or ""


def get_status(member: Member, thing: SpotifyObject, items: Iterable[Item] = ()) -> ItemStatus:
    """Return the status of a thing and of the items on its page.

    Spotify is asked only for what the index does not know.
    """
    uris = [item.uri for item in items if item.uri and not item.uri.startswith("spotify:local:")]
    own = saving_uri(thing)
    asked = list(dict.fromkeys(uri for uri in (own, *uris) if uri))
    holding = memberships.get_playlists_holding(member, asked)
    row = browse.get_rows_by_uri(member, page_urls.get_kind(thing), [own]).get(own)
    return ItemStatus(
        saved=actions.are_saved(member, asked),
        lists=_count_playlists(holding),
        added_at=_moment(row.added_at) if row else None,
        first_had_at=_moment(row.first_added_at) if row else None,
    )


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def build_rows(
    items: Iterable[Item],
    standing: ItemStatus,
    *,
    prefix: str,
    leads: Iterable[int | None],
    context_uri: str = "",
    is_within_show: bool = False,
) -> list[ItemRow]:
    """`context_uri`: an album or a show that can be played on from a row."""
    return [
        ItemRow(
            item=item,
            key=f"{prefix}-{place}",
            number=lead,
            has_save_button=True,
            is_saved=standing.is_saved(item.uri),
            menu=_item_menu(item, context_uri),
            is_within_show=is_within_show,
        )
        for place, (item, lead) in enumerate(zip(items, leads, strict=False))
    ]


def _item_menu(item: Item, context_uri: str) -> RowMenu | None:
    if not item.uri or item.uri.startswith("spotify:local:"):
        return None
    return RowMenu("item", f"{item.uri} {context_uri}".rstrip())


def _count_playlists(holding: Holdings) -> list[PlaylistHolding]:
    """Return the playlists, those that hold most first."""
    names = {playlist.playlist_id: playlist.name for playlists in holding.values() for playlist in playlists}
    counts = Counter(playlist.playlist_id for playlists in holding.values() for playlist in playlists)
    return [PlaylistHolding(id_, names[id_], count) for id_, count in counts.most_common()]
