"""What members do to what is in a playlist.

`seen` is the revision that the member's page shows, and positions are those of it, from 0; null means the
list as it is. All return the edit, done or under way in the worker, and raise what `beginning.begin` says.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from msgspec import Struct

from accounts.models import Member
from playlists.editing import goals as intents
from playlists.editing import job as running
from playlists.editing import plans
from playlists.editing import start as beginning
from playlists.editing.goals import Toward
from playlists.editing.start import begin
from playlists.errors import BeingRead, Busy, CannotRemove, NothingToDo, PlaylistChanged
from playlists.models import Edit, Playlist, Revision
from playlists.revisions import contents
from playlists.revisions.contents import Entry
from playlists.sync import access as reading
from spotweb.spotify.errors import InvalidRequest, SpotifyError

SHOWN_FOR = timedelta(hours=12)


class Copied(Struct, frozen=True):
    """The edits of the lists that were added to, and what kept the others from it, by their ids."""

    edits: tuple[Edit, ...]
    refused: dict[str, SpotifyError]


def add_items(
    member: Member,
    playlist_id: str,
    uris: Sequence[str],
    *,
    position: int | None = None,
    kind: str = "add",
    values: Mapping[str, Any] | None = None,
) -> Edit:
    """At the end, or in front of `position`. Local files are left out: `left` of the edit counts them.

    What comes to the end of a long list that is still being read waits for it.
    """
    good = [uri for uri in uris if intents.is_addable(Entry(None, uri))]

    def aim(now: Sequence[Entry]) -> Toward:
        return Toward(intents.adding(len(now), good, position), len(uris) - len(good))

    said = {"count": len(good), **(values or {})}
    try:
        return begin(member, playlist_id, kind=kind, values=said, aim=aim)
    except BeingRead as error:
        if position is not None or not good:
            raise
        # Where the end is shows later; nobody has to come back for that.
        playlist = error.reading.playlist
        return beginning.add_later(member, playlist, good, kind=kind, values=said, left=len(uris) - len(good))


def move_items(
    member: Member, playlist_id: str, *, seen: int | None, positions: Sequence[int], before: int
) -> Edit:
    """In front of the row at `before`, in the order in which they stand; the list's length is its end."""

    def aim(now: Sequence[Entry]) -> Toward:
        return Toward(intents.moving(len(now), _within(positions, now), before), 0)

    return begin(member, playlist_id, kind="move", values={"count": len(set(positions))}, aim=aim, seen=seen)


def remove_items(
    member: Member,
    playlist_id: str,
    *,
    seen: int | None,
    positions: Sequence[int],
    kind: str = "remove",
    values: Mapping[str, Any] | None = None,
    waits_for: Sequence[int] = (),
) -> Edit:
    """Those rows and no other copies. Of local files and vanished rows `left` counts what stays; raises
    CannotRemove when it is all of them. `waits_for`: edits of other lists that have to be done before."""
    entries = _entries(member, playlist_id, seen)
    goal = intents.removing(entries, _within(positions, entries))
    count = len(entries) - len(goal.wanted)
    if not count:
        raise CannotRemove(positions)
    return begin(
        member,
        playlist_id,
        kind=kind,
        values={"count": count, **(values or {})},
        aim=lambda _: goal,
        seen=seen,
        waits_for=waits_for,
    )


def clear(member: Member, playlist_id: str, *, seen: int | None) -> Edit:
    """All that Spotify can remove; local files and vanished rows stay, and are counted in `left`."""
    entries = _entries(member, playlist_id, seen)
    if not entries:
        raise NothingToDo
    return remove_items(member, playlist_id, seen=seen, positions=range(len(entries)), kind="clear")


def replace_items(member: Member, playlist_id: str, *, seen: int | None, uris: Sequence[str]) -> Edit:
    """Nothing but these; what is there already keeps its dates, what cannot be removed stays behind them."""

    def aim(now: Sequence[Entry]) -> Toward:
        return intents.replacing(now, uris)

    return begin(member, playlist_id, kind="replace", values={"count": len(uris)}, aim=aim, seen=seen)


def set_order(
    member: Member,
    playlist_id: str,
    *,
    seen: int | None,
    wanted: Sequence[int | str],
    kind: str,
    values: Mapping[str, Any] | None = None,
    rewrite: bool = False,
) -> Edit:
    """Any list: positions of `seen`, and URIs to add. `rewrite` allows the fast way, which loses dates."""

    def aim(now: Sequence[Entry]) -> Toward:
        _within([entry for entry in wanted if isinstance(entry, int)], now)
        return Toward(list(wanted), 0)

    return begin(member, playlist_id, kind=kind, values=values or {}, aim=aim, seen=seen, rewrite=rewrite)


def copy_items(
    member: Member,
    playlist_id: str,
    *,
    seen: int | None,
    positions: Sequence[int],
    to_ids: Sequence[str],
) -> Copied:
    """To the end of each of these lists. Raises only when none of them took it."""
    entries = _entries(member, playlist_id, seen)
    name = Playlist.objects.get(spotify_id=playlist_id).name
    uris = [uri for place in _within(positions, entries) if (uri := entries[place].uri) is not None]
    edits: list[Edit] = []
    refused: dict[str, SpotifyError] = {}
    for to_id in to_ids:
        try:
            edits.append(add_items(member, to_id, uris, kind="copy", values={"name": name}))
        except SpotifyError as error:
            refused[to_id] = error
    if refused and not edits:
        raise next(iter(refused.values()))
    return Copied(tuple(edits), refused)


def move_to_lists(
    member: Member,
    playlist_id: str,
    *,
    seen: int | None,
    positions: Sequence[int],
    to_ids: Sequence[str],
) -> Edit:
    """Copied first; removed here only when all of these lists hold them. Returns the edit of this list."""
    copied = copy_items(member, playlist_id, seen=seen, positions=positions, to_ids=to_ids)
    if copied.refused:
        raise next(iter(copied.refused.values()))
    names = ", ".join(edit.playlist.name for edit in copied.edits)
    return remove_items(
        member,
        playlist_id,
        seen=seen,
        positions=positions,
        kind="move-out",
        values={"name": names},
        waits_for=[edit.pk for edit in copied.edits if not edit.is_done],
    )


def restore(member: Member, revision_pk: int, *, rewrite: bool = False) -> Edit:
    """What was in the list at that time. What cannot come back, or cannot go, is counted in `left`."""
    revision = Revision.objects.select_related("playlist").get(pk=revision_pk)
    target = contents.of(revision).entries

    def aim(now: Sequence[Entry]) -> Toward:
        return intents.toward(now, target)

    return begin(
        member,
        revision.playlist.spotify_id,
        kind="restore",
        values={"at": revision.made_at.isoformat()},
        aim=aim,
        rewrite=rewrite,
    )


def undo(member: Member, edit_pk: int) -> Edit:
    """Take back what an edit did, or the part of it that was done; what others did since is kept.

    Raises Edit.DoesNotExist for edits of others, Busy while it is under way, NothingToDo the second time.
    """
    edit = member.edits.select_related("playlist", "base", "start", "target", "undoes").get(pk=edit_pk)
    if edit.is_under_way:
        raise Busy(edit)
    if not edit.can_be_undone or edit.base is None:
        raise NothingToDo
    member.edits.filter(pk=edit.pk).update(is_dismissed=True)
    values = {"what": {"kind": edit.kind, "values": edit.values}}
    if edit.is_half_done:
        return _undo_half(member, edit, edit.base, values)
    assert edit.target is not None  # noqa: S101  # for mypy: what is done has one
    # The undo of half an edit leads to where it began, from where the list stood.
    undid_half = edit.undoes is not None and edit.undoes.base_id == edit.base_id
    went_out_from = edit.start if undid_half and edit.start else edit.base
    done, before = edit.target, contents.of(went_out_from).entries

    def aim(after: Sequence[Entry]) -> Toward:
        return intents.toward(after, before)

    playlist_id = edit.playlist.spotify_id
    return begin(member, playlist_id, kind="undo", values=values, aim=aim, seen=done.pk, undoes=edit)


def go_on(member: Member, edit_pk: int) -> Edit:
    """Do the rest of what was ended midway, from what is in the list now."""
    edit = member.edits.select_related("playlist").get(pk=edit_pk)
    if not edit.can_go_on:
        return edit
    running.give_up_lost(edit.playlist)
    edit.state, edit.trouble, edit.trouble_until = Edit.State.WAITING, "", None
    edit.is_uncertain, edit.is_cancel_wanted, edit.is_dismissed = True, False, False
    edit.beat_at = timezone.now()
    beginning.save_alone(edit)
    running.enqueue(edit)
    return edit


def cancel(member: Member, edit_pk: int) -> None:
    """Before its next step. One that nobody has taken up ends right away."""
    mine = member.edits.filter(pk=edit_pk)
    mine.update(is_cancel_wanted=True)
    mine.filter(state=Edit.State.WAITING).update(state=Edit.State.CANCELLED)


def dismiss(member: Member, edit_pk: int) -> None:
    member.edits.filter(pk=edit_pk).exclude(state__in=Edit.UNDER_WAY).update(is_dismissed=True)


def to_show(member: Member) -> list[Edit]:
    """What this member began in the background: under way, or over and not put away; newest first."""
    since = timezone.now() - SHOWN_FOR
    edits = member.edits.select_related("playlist__reading").filter(is_dismissed=False, beat_at__gt=since)
    return list(edits.defer("steps", "wanted"))


def _undo_half(member: Member, edit: Edit, base: Revision, values: Mapping[str, Any]) -> Edit:
    """Where the list stands is not known: the worker looks, and plans from there."""
    return beginning.start(
        Edit(
            playlist=edit.playlist,
            member=member,
            kind="undo",
            values=dict(values),
            base=base,
            wanted=plans.pack(range(base.total)),
            undoes=edit,
            is_uncertain=True,
        )
    )


def _entries(member: Member, playlist_id: str, seen: int | None) -> Sequence[Entry]:
    """What the member sees. Raises PlaylistChanged when that is so old that it is no longer kept."""
    if seen is None:
        opened = reading.open_to_change(member, playlist_id)
        return opened.contents.entries if opened.contents else ()
    reading.insist_on_readable(member, playlist_id)
    revision = Revision.objects.filter(playlist__spotify_id=playlist_id, pk=seen).first()
    if revision is None:
        raise PlaylistChanged
    return contents.of(revision).entries


def _within(positions: Sequence[int], entries: Sequence[Entry]) -> Sequence[int]:
    if any(not 0 <= place < len(entries) for place in positions):
        message = "no such position"
        raise InvalidRequest(message)
    return positions
