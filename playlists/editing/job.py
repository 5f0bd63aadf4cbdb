"""Carrying an edit out: a short one while the member waits, a long one in the worker, slice by slice.

Nothing is repeated blindly. An answer that was lost is followed by a look at the list; what is ended midway
says how far it came, and goes on from what is there when a member wants it to.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.tokens import spotify_for
from player.jobs import LONGEST_WAIT
from playlists.editing import finish as finishing
from playlists.editing import steps as stepping
from playlists.editing.turns import Cancelled, OutOfTurn, Turn
from playlists.errors import NotEditable, PlaylistGone
from playlists.models import LOST_AFTER, Edit, MemberPlaylist, Playlist
from spotweb.spotify.errors import Forbidden, NotFound, SpotifyError, Throttled

# As many requests as a member waits for; more is done by the worker.
MOST_CALLS_AT_ONCE = 3
LOST, COPY_STOPPED = "edit_lost", "playlist_copy_stopped"
# The gate knows the end of a wait to the fraction of a second.
_MARGIN = timedelta(seconds=1)


def enqueue(edit: Edit, *, at: datetime | None = None) -> None:
    from playlists.tasks import carry_out  # the task imports this

    carry_out.using(run_after=at).enqueue(edit.pk)


def run_here(edit: Edit) -> Edit:
    """While the member waits. Raises what Spotify refuses as long as nothing has been done."""
    client = spotify_for(edit.member)
    ids: list[str] = []
    try:
        while edit.steps_done < edit.steps_total:
            ids.append(stepping.step(edit, client))
        finishing.finish(edit, client, ids=ids, pause=None)
    except SpotifyError as error:
        if edit.in_doubt or (edit.steps_done and _is_for_worker(error)):
            _wait_for(edit, error)
        elif edit.steps_done == 0 and not edit.in_doubt:
            edit.delete()
            raise _said(edit, error) from error
        else:
            _stop(edit, error)
    finally:
        if edit.pk:
            _end(edit)
    if edit.state == Edit.State.WAITING:
        enqueue(edit, at=edit.trouble_until)
    elif edit.is_done:
        Edit.objects.filter(pk=edit.pk).update(is_dismissed=True)  # a toast says it
    _wake(edit)
    return edit


def run(pk: int) -> None:
    """In the worker: one turn. An edit that no longer waits was cancelled, or somebody else does it."""
    edit = _claimed(pk)
    if edit is None:
        return
    client = spotify_for(edit.member).in_background()
    edit.trouble_until = None
    try:
        if _is_its_turn(edit):
            Turn(edit, client).work()
    except OutOfTurn:
        edit.state = Edit.State.WAITING
    except Cancelled:
        edit.state = Edit.State.CANCELLED
    except SpotifyError as error:
        if _is_for_worker(error):
            _wait_for(edit, error)
        else:
            _stop(edit, error)
    finally:
        _end(edit)
    # A reading puts it in line again when it is through.
    if edit.state == Edit.State.WAITING and not (edit.waits_for or edit.is_being_read):
        enqueue(edit, at=edit.trouble_until)
    _wake(edit)


def give_up_lost(playlist: Playlist) -> None:
    """Whose worker has not been heard of holds up nobody."""
    lost = playlist.edits.filter(state=Edit.State.RUNNING, beat_at__lt=timezone.now() - LOST_AFTER)
    lost.update(state=Edit.State.STOPPED, trouble=LOST)


def _claimed(pk: int) -> Edit | None:
    waiting = Edit.objects.filter(pk=pk, state=Edit.State.WAITING)
    waited_since = waiting.values_list("beat_at", flat=True).first()
    if waited_since is None or not waiting.update(state=Edit.State.RUNNING, beat_at=timezone.now()):
        return None
    edits = Edit.objects.select_related("playlist__revision", "member", "base", "start", "target", "undoes")
    edit = edits.get(pk=pk)
    edit.beat_at = waited_since  # whether the list was read since then is still to be asked
    return edit


def _is_for_worker(error: SpotifyError) -> bool:
    """A short wait, after which the worker goes on by itself."""
    return isinstance(error, Throttled) and error.until - timezone.now() <= LONGEST_WAIT


def _wait_for(edit: Edit, error: SpotifyError) -> None:
    edit.state = Edit.State.WAITING
    edit.trouble_until = error.until + _MARGIN if isinstance(error, Throttled) else None


def _stop(edit: Edit, error: SpotifyError) -> None:
    edit.state = Edit.State.STOPPED
    edit.trouble = _said(edit, error).code
    edit.trouble_until = error.until if isinstance(error, Throttled) else None


def _said(edit: Edit, error: SpotifyError) -> SpotifyError:
    if isinstance(error, NotFound):
        return PlaylistGone()
    if type(error) is Forbidden:
        entries = MemberPlaylist.objects.filter(playlist=edit.playlist, member=edit.member)
        entries.update(can_edit=False, is_readable=None)
        return NotEditable(edit.playlist)
    return error


def _end(edit: Edit) -> None:
    """Whatever ended it, a mistake of ours too, leaves no edit that seems to be at work."""
    if edit.state == Edit.State.RUNNING:
        edit.state, edit.trouble = Edit.State.STOPPED, edit.trouble or LOST
    stepping.note(edit)


def _wake(edit: Edit) -> None:
    """Those of other lists that have waited for this one."""
    if edit.is_under_way:
        return
    for waiting in edit.member.edits.filter(state=Edit.State.WAITING).exclude(waits_for=[]):
        if edit.pk in waiting.waits_for:
            enqueue(waiting)


def _is_its_turn(edit: Edit) -> bool:
    """What moves to another list is removed here when it is there, and not before."""
    first = list(Edit.objects.filter(pk__in=edit.waits_for).values_list("state", flat=True))
    if all(state == Edit.State.DONE for state in first):
        edit.waits_for = []
        return True
    edit.state = Edit.State.WAITING
    if not any(state in Edit.UNDER_WAY for state in first):
        edit.state, edit.trouble = Edit.State.STOPPED, COPY_STOPPED
    return False
