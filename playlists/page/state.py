"""The state of an open page of a playlist: which revision it shows, and what an answer has to tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.forms import Form
from django.http import Http404
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from accounts.models import Member
from playlists.editing.actions import get_visible_edits
from playlists.errors import PlaylistChanged
from playlists.models import Edit, Playlist
from playlists.page.filters import parse_number
from playlists.revisions.contents import Contents, get_contents, get_items
from playlists.revisions.diff import Diff, diff_contents
from playlists.sync.access import OpenPlaylist, was_shown
from spotweb.web.rows.item_row import ItemRow

# In the dialog; the counts are of all of them.
MAX_ROWS_SHOWN = 50
_MAX_REVISION = 2**62


class RevisionChange(Struct, frozen=True):
    """What others did to the playlist since the revision of the page. `who` is empty outside this app.

    `is_refused`: what the member wanted does not fit the newer revision, so that nothing was done.
    """

    who: str
    words: str
    is_refused: bool = False


class ChangeList(Struct, frozen=True):
    added: tuple[ItemRow, ...]
    removed: tuple[ItemRow, ...]
    moved: tuple[ItemRow, ...]
    words: str


@dataclass(frozen=True, kw_only=True)
class PageState:
    """What an open page of a playlist knows, and what it is told by the next answer.

    `shown_revision` is the revision that the page shows, null when it is the newest, 0 while it shows none.
    `selection` are the positions that are selected afterwards; null leaves the selection as it is.
    `refusal`: why what the member wanted was not done. `mistakes`: what is wrong with what the browser sent.
    `links_form` is the form for pasted links, where the answer replaces it.
    """

    opened: OpenPlaylist
    shown_revision: int | None = None
    selection: Sequence[int] | None = None
    refusal: PlaylistChanged | None = None
    mistakes: Sequence[str] = ()
    links_form: Form | None = None

    @property
    def member(self) -> Member:
        return self.opened.member

    @property
    def playlist(self) -> Playlist:
        return self.opened.playlist

    @property
    def base_revision(self) -> int:
        """The revision that the page goes on to show, 0 while it shows none."""
        return self.shown_revision if self.change and self.shown_revision else get_revision_id(self.opened)

    @property
    def status(self) -> int:
        """The HTTP status of an answer with this state."""
        if self.refusal:
            return self.refusal.status
        has_errors = self.links_form is not None and bool(self.links_form.errors)
        return 422 if self.mistakes or has_errors else 200

    @cached_property
    def edits(self) -> list[Edit]:
        """What the member has changed in the background, wherever, as far as it may be told about."""
        return get_visible_edits(self.member)

    @cached_property
    def change(self) -> RevisionChange | None:
        """Null where the page shows the newest revision, or the member made all changes since."""
        if not self.shown_revision or self.shown_revision == get_revision_id(self.opened):
            return None
        return _find_change(self.opened, self.shown_revision, is_refused=self.refusal is not None)


def get_revision_id(opened: OpenPlaylist) -> int:
    return opened.contents.revision_id if opened.contents else 0


def parse_revision(params: Mapping[str, str]) -> int:
    """The revision that a page says it shows, 0 for none."""
    return parse_number(params.get("seen"), max_value=_MAX_REVISION)


def get_shown_contents(opened: OpenPlaylist, revision_id: int) -> Contents:
    """The contents that a page shows. Raises Http404 where they are not stored any more, or withheld."""
    contents = find_shown_contents(opened, revision_id)
    if contents is None:
        raise Http404
    return contents


def find_shown_contents(opened: OpenPlaylist, revision_id: int) -> Contents | None:
    if opened.contents is None or revision_id == opened.contents.revision_id:
        return opened.contents
    if not was_shown(opened, revision_id):
        return None
    revision = opened.playlist.revisions.filter(pk=revision_id).defer("rows").first()
    return get_contents(revision) if revision else None


def list_uris(contents: Contents, positions: Sequence[int]) -> list[str]:
    """URIs of the rows that something can be done with elsewhere: no local or vanished ones, each once."""
    entries = [contents.entries[position] for position in positions if position < contents.total]
    return list(dict.fromkeys(entry.uri for entry in entries if entry.uri and not entry.is_local))


def list_changes(before: Contents, after: Contents) -> ChangeList:
    diff = diff_contents(before, after)
    return ChangeList(
        added=_make_rows(after, diff.added, "added"),
        removed=_make_rows(before, diff.removed, "removed"),
        moved=_make_rows(after, [new for _old, new in diff.moved], "moved"),
        words=_count_changes(diff),
    )


def _find_change(opened: OpenPlaylist, shown_revision: int, *, is_refused: bool) -> RevisionChange | None:
    since = opened.playlist.revisions.filter(pk__gt=shown_revision).select_related("made_by").defer("rows")
    makers = [revision.made_by for revision in since.order_by("pk")]
    if not is_refused and makers and all(maker == opened.member for maker in makers):
        return None
    before = opened.playlist.revisions.filter(pk=shown_revision).defer("rows").first()
    if before is None or opened.contents is None or not was_shown(opened, shown_revision):
        return None
    others = dict.fromkeys(maker.display_name for maker in makers if maker and maker != opened.member)
    diff = diff_contents(get_contents(before), opened.contents)
    if not diff and not is_refused:
        return None
    who = get_text_list(list(others), _("and"))
    return RevisionChange(who=who, words=_count_changes(diff), is_refused=is_refused)


def _make_rows(contents: Contents, positions: Sequence[int], key_prefix: str) -> tuple[ItemRow, ...]:
    positions = positions[:MAX_ROWS_SHOWN]
    return tuple(
        ItemRow(item=item, key=f"{key_prefix}-{position}", number=position + 1)
        for position, item in zip(positions, get_items(contents, positions), strict=True)
    )


def _count_changes(diff: Diff) -> str:
    counts = [
        (len(diff.added), ngettext("%(count)d added", "%(count)d added", len(diff.added))),
        (len(diff.removed), ngettext("%(count)d removed", "%(count)d removed", len(diff.removed))),
        (len(diff.moved), ngettext("%(count)d moved", "%(count)d moved", len(diff.moved))),
    ]
    return ", ".join(text % {"count": count} for count, text in counts if count) + "."
