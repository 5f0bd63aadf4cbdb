"""Carry an edit out: a short one in the request, a long one in the worker, slice by slice.

Nothing is repeated blindly. When an answer was lost the list is looked at; an edit that was stopped midway
says how far it came, and goes on from what is there when a member resumes it.
"""

import time
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.tokens import spotify_for
from playlists.editing.edit_plan import replan
from playlists.editing.finish import finish_edit
from playlists.editing.steps import save_progress, send_step, was_carried_out
from playlists.errors import NotEditable, PlaylistGone
from playlists.models import LOST_AFTER, Edit, MemberPlaylist, Playlist
from playlists.sync import access
from playlists.sync.refresh import fetch_items
from spotweb.jobs.registry import MAX_WAIT
from spotweb.spotify.errors import Forbidden, NotFound, SpotifyError, Throttled, Unavailable
from spotweb.spotify.http import Client

# As many requests as a member waits for; a longer edit is done by the worker.
MAX_CALLS_IN_REQUEST = 3
# The worker does one thing at a time: after this long it is somebody else's turn.
SLICE_S = 15.0
# Until a write can be read (0.6 s were measured); a look any sooner would not prove that it was lost.
READABLE_AFTER_S = 2.0
# A step that turns out not to have been carried out is sent this often.
_MAX_TRIES = 3
_NAP_S = 1.0
LOST, COPY_STOPPED = "edit_lost", "playlist_copy_stopped"
# The rate limit knows the end of a wait to the fraction of a second.
_MARGIN = timedelta(seconds=1)


def enqueue(edit: Edit, *, at: datetime | None = None) -> None:
    from playlists.tasks import carry_out  # the task imports this

    carry_out.using(run_after=at).enqueue(edit.pk)


def run_in_request(edit: Edit) -> Edit:
    """While the member waits. Raises what Spotify refuses, as long as nothing has been done."""
    client = spotify_for(edit.member)
    ids: list[str] = []
    try:
        while edit.steps_done < edit.steps_total:
            ids.append(send_step(edit, client))
        finish_edit(edit, client, ids=ids, pause=None)
    except SpotifyError as error:
        if edit.in_doubt or (edit.steps_done and _is_for_worker(error)):
            _defer(edit, error)
        elif edit.steps_done == 0 and not edit.in_doubt:
            edit.delete()
            raise _translate_error(edit, error) from error
        else:
            _stop(edit, error)
    finally:
        if edit.pk:
            _save_end(edit)
    if edit.state == Edit.State.WAITING:
        enqueue(edit, at=edit.trouble_until)
    elif edit.is_done:
        Edit.objects.filter(pk=edit.pk).update(is_dismissed=True)  # a toast says it
    _wake_waiting(edit)
    return edit


def run_edit(pk: int) -> None:
    """In the worker: one slice. An edit that no longer waits was cancelled, or another worker does it."""
    edit = _claim(pk)
    if edit is None:
        return
    client = spotify_for(edit.member).in_background()
    edit.trouble_until = None
    try:
        if _is_unblocked(edit):
            _Slice(edit, client).run()
    except _EndOfSlice:
        edit.state = Edit.State.WAITING
    except _Cancelled:
        edit.state = Edit.State.CANCELLED
    except SpotifyError as error:
        if _is_for_worker(error):
            _defer(edit, error)
        else:
            _stop(edit, error)
    finally:
        _save_end(edit)
    # When the list is being read, the end of that enqueues the edit again.
    if edit.state == Edit.State.WAITING and not (edit.waits_for or edit.is_being_read):
        enqueue(edit, at=edit.trouble_until)
    _wake_waiting(edit)


def stop_lost_edits(playlist: Playlist) -> None:
    """Mark edits as stopped when their worker sent no heartbeat for 60 s, so that they no longer block the
    playlist."""
    lost = playlist.edits.filter(state=Edit.State.RUNNING, beat_at__lt=timezone.now() - LOST_AFTER)
    lost.update(state=Edit.State.STOPPED, trouble=LOST)


def _claim(pk: int) -> Edit | None:
    waiting = Edit.objects.filter(pk=pk, state=Edit.State.WAITING)
    waited_since = waiting.values_list("beat_at", flat=True).first()
    if waited_since is None or not waiting.update(state=Edit.State.RUNNING, beat_at=timezone.now()):
        return None
    edits = Edit.objects.select_related("playlist__revision", "member", "base", "start", "result", "undoes")
    edit = edits.get(pk=pk)
    edit.beat_at = waited_since  # needed to tell whether the list was read since then
    return edit


def _is_for_worker(error: SpotifyError) -> bool:
    """Whether Spotify asks for a short wait, after which the worker goes on by itself."""
    return isinstance(error, Throttled) and error.until - timezone.now() <= MAX_WAIT


def _defer(edit: Edit, error: SpotifyError) -> None:
    edit.state = Edit.State.WAITING
    edit.trouble_until = error.until + _MARGIN if isinstance(error, Throttled) else None


def _stop(edit: Edit, error: SpotifyError) -> None:
    edit.state = Edit.State.STOPPED
    edit.trouble = _translate_error(edit, error).code
    edit.trouble_until = error.until if isinstance(error, Throttled) else None


def _translate_error(edit: Edit, error: SpotifyError) -> SpotifyError:
    if isinstance(error, NotFound):
        return PlaylistGone()
    if type(error) is Forbidden:
        entries = MemberPlaylist.objects.filter(playlist=edit.playlist, member=edit.member)
        entries.update(can_edit=False, is_readable=None)
        return NotEditable(edit.playlist)
    return error


def _save_end(edit: Edit) -> None:
    """Whatever ended it, a bug of ours too, leaves no edit that seems to be running."""
    if edit.state == Edit.State.RUNNING:
        edit.state, edit.trouble = Edit.State.STOPPED, edit.trouble or LOST
    save_progress(edit)


def _wake_waiting(edit: Edit) -> None:
    """Enqueue edits of other lists that have waited for this one."""
    if edit.is_under_way:
        return
    for waiting in edit.member.edits.filter(state=Edit.State.WAITING).exclude(waits_for=[]):
        if edit.pk in waiting.waits_for:
            enqueue(waiting)


def _is_unblocked(edit: Edit) -> bool:
    """Items that move to another list are removed here when they are there, and not before."""
    states = list(Edit.objects.filter(pk__in=edit.waits_for).values_list("state", flat=True))
    if all(state == Edit.State.DONE for state in states):
        edit.waits_for = []
        return True
    edit.state = Edit.State.WAITING
    if not any(state in Edit.UNDER_WAY for state in states):
        edit.state, edit.trouble = Edit.State.STOPPED, COPY_STOPPED
    return False


class _Cancelled(Exception):
    """The member cancelled the rest."""


class _EndOfSlice(Exception):
    """The rest is for another slice."""


class _Slice:
    def __init__(self, edit: Edit, client: Client) -> None:
        self.edit = edit
        self.client = client
        self._deadline = time.monotonic() + SLICE_S
        self._ids: list[str] = []
        self._tries = 0

    def run(self) -> None:
        """To the end of the edit. Raises _EndOfSlice, _Cancelled, and what Spotify refuses."""
        self._check_for_changes()
        if self.edit.is_uncertain:
            self._replan()
        while self.edit.steps_done < self.edit.steps_total:
            self._check_cancelled()
            if time.monotonic() > self._deadline:
                raise _EndOfSlice
            try:
                self._take_step()
            except Unavailable:
                if not self.edit.in_doubt or self._tries >= _MAX_TRIES:
                    raise
        finish_edit(self.edit, self.client, ids=self._ids, pause=self._pause)

    def _check_for_changes(self) -> None:
        """The edit was planned in the request, and may have waited long for the worker."""
        edit = self.edit
        is_begun = edit.steps_done > 0 or edit.in_doubt or edit.is_uncertain
        if is_begun or timezone.now() - edit.beat_at < access.FRESH_FOR:
            return
        opened = access.refresh_playlist(edit.member, edit.playlist.spotify_id)
        planned_from = edit.start_id or edit.base_id
        edit.is_uncertain = opened.reading is not None or opened.playlist.revision_id != planned_from
        edit.playlist = opened.playlist

    def _replan(self) -> None:
        self._check_cancelled()
        if not self._read_current_items():
            raise _EndOfSlice
        replan(self.edit)
        save_progress(self.edit, with_plan=True)

    def _read_current_items(self) -> bool:
        """False: that takes longer, and the edit goes on after it."""
        playlist = self.edit.playlist
        if playlist.read_at and playlist.read_at > self.edit.beat_at:
            return True  # it was waited for
        fetched = access.fetch_playlist(self.client, playlist.spotify_id)
        return fetch_items(self.edit.member, self.client, playlist, fetched) is None

    def _take_step(self) -> None:
        if self.edit.in_doubt:  # perhaps handed over by a request whose answer was lost
            self._resolve_doubt()
            return
        self._ids.append(send_step(self.edit, self.client))
        self._tries = 0

    def _resolve_doubt(self) -> None:
        """Find out what became of the step. It is sent again only when it certainly was not carried out."""
        edit = self.edit
        self._tries += 1
        was_done = was_carried_out(self.client, edit)
        if was_done is False:
            self._pause(READABLE_AFTER_S)
            was_done = was_carried_out(self.client, edit)
        if was_done is None:
            # Others have changed the list too: the rest is planned from what is there.
            edit.is_uncertain = True
            raise _EndOfSlice
        edit.in_doubt = False
        edit.steps_done += was_done
        edit.snapshot_id = ""  # which version it made, if any, is not known
        save_progress(edit)

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _NAP_S))
            self._check_cancelled()
            save_progress(self.edit)

    def _check_cancelled(self) -> None:
        if Edit.objects.filter(pk=self.edit.pk, is_cancel_wanted=True).exists():
            raise _Cancelled
