"""A playlist that moved on while its page was open: what happened meanwhile, and who did it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from accounts.models import Member
from playlists.editing.actions import get_visible_edits
from playlists.errors import PlaylistChanged
from playlists.page import context as page
from playlists.positions import format_positions
from playlists.revisions.contents import Contents, get_contents, get_items
from playlists.revisions.diff import Diff, diff_contents
from playlists.sync.access import OpenPlaylist
from spotweb.spotify.models import Episode, Track

# In the dialog; the counts are of all of them.
MOST_SHOWN = 50


class Changed(Struct, frozen=True):
    who: str
    words: str
    is_refused: bool = False  # something was to be done that does not fit the newer version


class Line(Struct, frozen=True):
    item: Track | Episode | None
    key: str
    number: int


class Changes(Struct, frozen=True):
    added: tuple[Line, ...]
    removed: tuple[Line, ...]
    moved: tuple[Line, ...]
    words: str


# Any: what a template context holds.
def state_context(
    member: Member,
    opened: OpenPlaylist,
    *,
    seen: int | None = None,
    chosen: Sequence[int] | None = None,
    refused: PlaylistChanged | None = None,
    mistakes: Sequence[str] = (),
) -> dict[str, Any]:
    """`seen` is the version that the page shows, when it is not the newest; 0 while it shows none."""
    now = seen_of(opened)
    edits = get_visible_edits(member)
    changed = _changed(member, opened, seen, refused=refused) if seen and seen != now else None
    return {
        "opened": opened,
        "playlist": opened.playlist,
        "seen": seen if changed else now,
        "changed": changed,
        "chosen": None if chosen is None else format_positions(chosen),
        "edits": edits,
        "mistakes": mistakes,
        "is_watching": bool(opened.reading) or any(edit.is_under_way for edit in edits),
        "has_counts": not changed,
        **page.head_context(opened),
    }


def seen_of(opened: OpenPlaylist) -> int:
    return opened.contents.revision_id if opened.contents else 0


def _changed(
    member: Member, opened: OpenPlaylist, seen: int, *, refused: PlaylistChanged | None
) -> Changed | None:
    """None when the member did it all: then the page simply shows it."""
    since = opened.playlist.revisions.filter(pk__gt=seen).select_related("made_by").defer("rows")
    makers = [revision.made_by for revision in since.order_by("pk")]
    if refused is None and makers and all(maker == member for maker in makers):
        return None
    before = opened.playlist.revisions.filter(pk=seen).defer("rows").first()
    if before is None or opened.contents is None:
        return None
    others = dict.fromkeys(maker.display_name for maker in makers if maker and maker != member)
    diff = diff_contents(get_contents(before), opened.contents)
    if not diff and refused is None:
        return None
    return Changed(
        who=get_text_list(list(others), _("and")), words=_words(diff), is_refused=refused is not None
    )


def changes(before: Contents, after: Contents) -> Changes:
    diff = diff_contents(before, after)
    return Changes(
        added=_lines(after, diff.added, "added"),
        removed=_lines(before, diff.removed, "removed"),
        moved=_lines(after, [to for _from, to in diff.moved], "moved"),
        words=_words(diff),
    )


def _lines(held: Contents, wanted: Sequence[int], prefix: str) -> tuple[Line, ...]:
    wanted = wanted[:MOST_SHOWN]
    items = get_items(held, wanted)
    return tuple(
        Line(item=item, key=f"{prefix}-{position}", number=position + 1)
        for position, item in zip(wanted, items, strict=True)
    )


def _words(diff: Diff) -> str:
    said = [
        _counted(len(diff.added), ngettext("%(count)d added", "%(count)d added", len(diff.added))),
        _counted(len(diff.removed), ngettext("%(count)d removed", "%(count)d removed", len(diff.removed))),
        _counted(len(diff.moved), ngettext("%(count)d moved", "%(count)d moved", len(diff.moved))),
    ]
    return ", ".join(filter(None, said)) + "."


def _counted(count: int, words: str) -> str:
    return words % {"count": count} if count else ""


def sent_seen(sent: Mapping[str, str]) -> int:
    return page.number(sent.get("seen"), most=2**62)
