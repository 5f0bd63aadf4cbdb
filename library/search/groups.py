"""What a search brought, in groups for the page: rows of what can be queued, lines of everything else."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from msgspec import Struct

from accounts.models import Member
from library.saved import actions as saving
from library.saved.status import Row, Standing, rows_of
from library.search.results import A_PAGE, FEW, FEW_AT_SPOTIFY, TYPES, Mine
from spotweb.spotify.catalog import MOST_OFFSET, SearchType
from spotweb.spotify.models import Episode, Page, SearchResults, Thing, Track
from spotweb.web import page_urls as pages


class Line(Struct, frozen=True):
    """`thing` is one of Spotify's, or id and name of an own playlist."""

    kind: str
    key: str
    thing: Any  # an Album, an Artist, a Playlist, …


class Group(Struct, frozen=True, kw_only=True):
    """`rows` are songs and episodes, `lines` everything else with its kind. `is_cut`: its tab shows more.

    `next_offset` is where the next page begins, null on the last.
    """

    kind: str
    label: str
    rows: Sequence[Row] = ()
    lines: Sequence[Line] = ()
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


def groups_of_mine(member: Member, mine: Mine) -> list[Group]:
    groups = [_group(member, kind, things, prefix="mine") for kind, things in mine.things.items()]
    if mine.playlists:
        lines = [
            Line("own-playlist", f"mine-playlist-{place}", one) for place, one in enumerate(mine.playlists)
        ]
        groups.append(Group(kind="playlist", label=_("Playlists"), lines=lines))
    return groups


def groups_at_spotify(
    member: Member, found: SearchResults, *, kind: SearchType | None, offset: int
) -> list[Group]:
    """Few of each, or one page of one kind. An empty kind is left out unless it was asked for."""
    if kind:
        page = _page(found, kind)
        return [_group(member, kind, page.items, prefix=f"found-{offset}", next_offset=_next(page, offset))]
    groups = []
    for one in TYPES:
        page, few = _page(found, one), FEW_AT_SPOTIFY.get(one, FEW)
        is_cut = len(page.items) > few or page.next is not None
        groups.append(_group(member, one, page.items[:few], prefix="found", is_cut=is_cut))
    return [group for group in groups if not group.is_empty]


def groups_of_things(member: Member, things: Iterable[Thing]) -> list[Group]:
    """What pasted links lead to, by kind."""
    by_kind: dict[str, list[Thing]] = {}
    for thing in things:
        by_kind.setdefault(pages.kind_of(thing), []).append(thing)
    return [_group(member, kind, of_kind, prefix="linked") for kind, of_kind in by_kind.items()]


def _page(found: SearchResults, kind: SearchType) -> Page[Any]:
    page: Page[Any] = getattr(found, f"{kind}s")
    return page


def _next(page: Page[Any], offset: int) -> int | None:
    """Nulls are left out of a page, so its length says nothing."""
    following = offset + (page.limit or A_PAGE)
    return following if page.next and following <= MOST_OFFSET else None


def _group(
    member: Member,
    kind: str,
    things: Sequence[Any],
    *,
    prefix: str,
    is_cut: bool = False,
    next_offset: int | None = None,
) -> Group:
    label, key = label_of(kind), f"{prefix}-{kind}"
    items = [thing for thing in things if isinstance(thing, Track | Episode)]
    known = saving.known_saved(member, [item.uri for item in items if item.uri])
    standing = Standing(saved={uri: saved for uri, saved in known.items() if saved is not None})
    return Group(
        kind=kind,
        label=label,
        rows=rows_of(items, standing, prefix=key, leads=[None] * len(items)),
        lines=[
            Line(kind, f"{key}-{place}", thing)
            for place, thing in enumerate(things)
            if not isinstance(thing, Track | Episode)
        ],
        is_cut=is_cut,
        next_offset=next_offset,
    )
