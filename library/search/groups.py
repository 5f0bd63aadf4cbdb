"""Puts search results into groups for pages: rows of what can be queued, lines of everything else."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from msgspec import Struct

from accounts.models import Member
from library.saved import actions
from library.saved.status import ItemStatus, build_rows
from library.search.results import DEFAULT_OVERVIEW_SIZE, OVERVIEW_SIZES, PAGE_SIZE, SEARCH_TYPES, OwnResults
from spotweb.spotify.catalog import MAX_SEARCH_OFFSET, SearchType
from spotweb.spotify.models import Episode, Page, SearchResults, SpotifyObject, Track
from spotweb.web import page_urls
from spotweb.web.rows.item_row import ItemRow


class ResultLine(Struct, frozen=True):
    """`thing` is an object of Spotify's, or id and name of an own playlist."""

    kind: str
    key: str
    thing: Any  # an Album, an Artist, a Playlist, …


class ResultGroup(Struct, frozen=True, kw_only=True):
    """`rows` are tracks and episodes, `lines` everything else with its kind. `is_cut`: its tab shows more.

    `next_offset` is where the next page begins, null on the last.
    """

    kind: str
    label: str
    rows: Sequence[ItemRow] = ()
    lines: Sequence[ResultLine] = ()
    is_cut: bool = False
    next_offset: int | None = None

    @property
    def is_empty(self) -> bool:
        return not self.rows and not self.lines


def label_of(kind: str) -> str:
    return {
        "track": _("Songs"),
        "album": _("Albums"),
        "artist": _("Artists"),
        "playlist": _("Playlists"),
        "show": _("Podcasts"),
        "episode": _("Episodes"),
        "audiobook": _("Audiobooks"),
        "chapter": _("Chapters"),
        "user": _("People"),
    }.get(kind, "")


def group_own(member: Member, mine: OwnResults) -> list[ResultGroup]:
    groups = [_build_group(member, kind, things, prefix="mine") for kind, things in mine.things.items()]
    if mine.playlists:
        lines = [
            ResultLine("own-playlist", f"mine-playlist-{place}", playlist)
            for place, playlist in enumerate(mine.playlists)
        ]
        groups.append(ResultGroup(kind="playlist", label=_("Playlists"), lines=lines))
    return groups


def group_spotify(
    member: Member, results: SearchResults, *, kind: SearchType | None, offset: int
) -> list[ResultGroup]:
    """Group a few results of each kind, or one page of one kind. Empty kinds are left out of the former."""
    if kind:
        page = _get_page(results, kind)
        return [
            _build_group(
                member, kind, page.items, prefix=f"found-{offset}", next_offset=_get_next_offset(page, offset)
            )
        ]
    groups = []
    for each_kind in SEARCH_TYPES:
        page, few = _get_page(results, each_kind), OVERVIEW_SIZES.get(each_kind, DEFAULT_OVERVIEW_SIZE)
        is_cut = len(page.items) > few or page.next is not None
        groups.append(_build_group(member, each_kind, page.items[:few], prefix="found", is_cut=is_cut))
    return [group for group in groups if not group.is_empty]


def group_linked(member: Member, things: Iterable[SpotifyObject]) -> list[ResultGroup]:
    """Group what pasted links lead to by kind."""
    by_kind: dict[str, list[SpotifyObject]] = {}
    for thing in things:
        by_kind.setdefault(page_urls.get_kind(thing), []).append(thing)
    return [_build_group(member, kind, of_kind, prefix="linked") for kind, of_kind in by_kind.items()]


def _get_page(results: SearchResults, kind: SearchType) -> Page[Any]:
    page: Page[Any] = getattr(results, f"{kind}s")
    return page


def _get_next_offset(page: Page[Any], offset: int) -> int | None:
    """Return where the next page begins. Nulls are left out of a page, so its length does not tell."""
    following = offset + (page.limit or PAGE_SIZE)
    return following if page.next and following <= MAX_SEARCH_OFFSET else None


def _build_group(
    member: Member,
    kind: str,
    things: Sequence[Any],
    *,
    prefix: str,
    is_cut: bool = False,
    next_offset: int | None = None,
) -> ResultGroup:
    label, key = label_of(kind), f"{prefix}-{kind}"
    items = [thing for thing in things if isinstance(thing, Track | Episode)]
    known = actions.get_known_saved(member, [item.uri for item in items if item.uri])
    standing = ItemStatus(saved={uri: saved for uri, saved in known.items() if saved is not None})
    return ResultGroup(
        kind=kind,
        label=label,
        rows=build_rows(items, standing, prefix=key, leads=[None] * len(items)),
        lines=[
            ResultLine(kind, f"{key}-{place}", thing)
            for place, thing in enumerate(things)
            if not isinstance(thing, Track | Episode)
        ],
        is_cut=is_cut,
        next_offset=next_offset,
    )
