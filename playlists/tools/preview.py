"""What a tool would change, what it would cost, and doing it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from accounts.models import Member
from library.catalogue import store
from playlists.editing.actions import add_items, set_order
from playlists.editing.cost import Cost, make_cost
from playlists.editing.edit_plan import make_both_plans
from playlists.index.actions import create_playlist, unfollow_playlist
from playlists.models import Edit, Playlist
from playlists.page.rows import ChangedRows, describe_old_number, make_changed_rows
from playlists.planner.moves import find_longest_increasing
from playlists.revisions.contents import Contents, get_items
from playlists.sync import access
from playlists.sync.access import OpenPlaylist
from playlists.tools.operations import NewList, ToolOutcome
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.models import Episode, Track
from spotweb.web.rows.item_row import ItemRow

# Of the list as it will be: enough to see whether it is what was meant.
MAX_ROWS_SHOWN = 15


class ToolPreview(Struct, frozen=True, kw_only=True):
    """`fast` is null when it is no faster; both ways are when the list stays as it is.

    `begin`: the first rows as they will stand, each with where it stood.
    """

    outcome: ToolOutcome
    keeping: Cost | None
    fast: Cost | None
    gone: ChangedRows
    stuck: ChangedRows
    begin: ChangedRows
    moved: int
    added: int
    total: int

    @property
    def is_nothing(self) -> bool:
        return not self.keeping and not self.outcome.new


def make_preview(contents: Contents, outcome: ToolOutcome) -> ToolPreview:
    """Raises PlaylistFull."""
    wanted = outcome.wanted if outcome.wanted is not None else range(contents.total)
    kept = [entry for entry in wanted if isinstance(entry, int)]
    staying = set(kept)
    careful, fast = make_both_plans(contents.entries, wanted)
    gone = [at for at in range(contents.total) if at not in staying]
    return ToolPreview(
        outcome=outcome,
        keeping=make_cost(careful) if careful.steps else None,
        fast=make_cost(fast) if fast.calls < careful.calls else None,
        gone=make_changed_rows(contents, gone, "gone"),
        stuck=make_changed_rows(contents, outcome.stuck, "stuck"),
        begin=_list_first_rows(contents, wanted),
        moved=len(kept) - len(find_longest_increasing(kept)),
        added=len(wanted) - len(kept),
        total=len(wanted),
    )


class CreatedLists(Struct, frozen=True):
    """New lists, and what kept the rest from being made; the last of them may lack items then."""

    lists: tuple[Playlist, ...]
    error: SpotifyError | None = None


def apply_outcome(playlist: OpenPlaylist, *, base_revision: int, outcome: ToolOutcome, rewrite: bool) -> Edit:
    """Raises what editing.set_order raises."""
    return set_order(
        playlist,
        base_revision=base_revision,
        target=outcome.wanted or [],
        kind=outcome.kind,
        values=outcome.values,
        rewrite=rewrite,
    )


def create_lists(member: Member, outcome: ToolOutcome, *, name: str) -> CreatedLists:
    """The new lists one after the other. What `name` says is where their items come from."""
    created: list[Playlist] = []
    for new in outcome.new:
        try:
            created.append(create_playlist(member, new.name))
            if new.uris:
                _fill_list(member, created[-1], new, name=name)
        except SpotifyError as error:
            return CreatedLists(tuple(created), error)
    return CreatedLists(tuple(created))


def remove_lists(member: Member, playlist_ids: Sequence[str]) -> int:
    """Take lists that were just made out of the library again; only own ones. Returns how many."""
    own = member.playlists.filter(is_own=True, playlist__spotify_id__in=playlist_ids)
    created_ids = list(own.values_list("playlist__spotify_id", flat=True))
    for playlist_id in created_ids:
        unfollow_playlist(member, playlist_id)
    return len(created_ids)


def _fill_list(member: Member, playlist: Playlist, new: NewList, *, name: str) -> Edit:
    opened = access.open_for_add(member, playlist.spotify_id)
    return add_items(opened, new.uris, kind="copy", values={"name": name})


def _list_first_rows(contents: Contents, wanted: Sequence[int | str]) -> ChangedRows:
    first = list(wanted[:MAX_ROWS_SHOWN])
    items = _get_items(contents, first)
    rows = [
        ItemRow(
            item=items.get(entry),
            key=f"begin-{place}",
            number=place + 1,
            note=describe_old_number(entry + 1 if isinstance(entry, int) and entry != place else None),
        )
        for place, entry in enumerate(first)
    ]
    return ChangedRows(rows=rows, total=len(wanted))


def _get_items(contents: Contents, wanted: Sequence[int | str]) -> Mapping[int | str, Track | Episode | None]:
    positions = [entry for entry in wanted if isinstance(entry, int)]
    items: dict[int | str, Track | Episode | None] = dict(
        zip(positions, get_items(contents, positions), strict=True)
    )
    items.update(store.get_items_by_uri([entry for entry in wanted if isinstance(entry, str)]))
    return items
