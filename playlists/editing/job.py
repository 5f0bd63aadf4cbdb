"""Carry an edit out: a short one in the request, a long one in the worker, slice by slice.

Nothing is repeated blindly. When an answer was lost the list is looked at; an edit that was stopped midway
says how far it came, and goes on from what is there when a member resumes it.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.tokens import spotify_for
from playlists.editing.edit_plan import replan_edit
from playlists.editing.finish import finish_edit
from playlists.editing.steps import send_step, was_carried_out
from playlists.errors import NotEditable, PlaylistGone
from playlists.models import Edit, MemberPlaylist, Playlist, PlaylistRead
from playlists.sync import access
from playlists.sync.job import READ_KIND
from playlists.sync.refresh import fetch_items
from spotweb.jobs.models import Job
from spotweb.jobs.run import Run
from spotweb.jobs.runner import inline
from spotweb.spotify.errors import Forbidden, NotFound, SpotifyError, Unavailable

EDIT_KIND = "playlist-edit"
# As many requests as a member waits for; a longer edit is done by the worker.
MAX_CALLS_IN_REQUEST = 3
# Until a write can be read (0.6 s were measured); a look any sooner would not prove that it was lost.
READABLE_AFTER_S = 2.0
# A step that turns out not to have been carried out is sent this often.
_MAX_TRIES = 3
# How soon an edit that waits for another one looks whether the list is free.
_TURN_AFTER, _MAX_TURN_AFTER = timedelta(seconds=1), timedelta(seconds=10)
LOST, COPY_STOPPED = "edit_lost", "playlist_copy_stopped"


def run_in_request(edit: Edit) -> Edit:
    """While the member waits. Raises what Spotify refuses, as long as nothing has been done."""
    client = spotify_for(edit.member)
    ids: list[str] = []
    try:
        with inline(edit.job) as run:
            try:
                while run.job.done < len(edit.steps):
                    ids.append(send_step(run, edit, client))
                finish_edit(run, edit, client, ids=ids)
            except SpotifyError as error:
                if run.job.in_doubt:
                    run.hand_over()
                if run.job.done == 0:
                    run.job.delete()
                raise _translate_error(edit, error) from error
    except SpotifyError:
        if edit.job.pk is None:
            raise
        # It was stopped midway, or the worker goes on with it: the edit says so.
    return edit


def run_edit(run: Run) -> None:
    """In the worker: one slice."""
    related = ("playlist__revision", "member", "base", "start", "result", "undoes__job")
    edit = Edit.objects.select_related(*related).get(job=run.job)
    edit.job = run.job
    _wait_for_turn(run, edit)
    try:
        _Slice(run, edit).run_to_end()
    except (NotFound, Forbidden) as error:
        raise _translate_error(edit, error) from error


def get_lock_key(playlist: Playlist) -> str:
    """What the job of an edit holds, so that a list has one at a time."""
    return f"playlist:{playlist.pk}"


def _wait_for_turn(run: Run, edit: Edit) -> None:
    """Lock the list for an edit that was started without. While another one holds it, the worker is free."""
    if run.job.lock_key:
        return
    try:
        with transaction.atomic():
            run.save(lock_key=get_lock_key(edit.playlist))
    except IntegrityError:
        run.job.lock_key = ""
        run.defer(timezone.now() + _compute_next_try(edit))


def _compute_next_try(edit: Edit) -> timedelta:
    """The longer this one has waited, the longer the one before it lasts."""
    waited = timezone.now() - (edit.uncertain_since or timezone.now())
    return max(_TURN_AFTER, min(waited / 4, _MAX_TURN_AFTER))


def mark_uncertain(job: Job) -> None:
    """A resumed edit goes on from what is in the list by then."""
    Edit.objects.filter(job=job).update(uncertain_since=timezone.now())


def get_blocker_error(_job: Job, blocker: Job) -> str:
    """Items that move to another list stay here when they did not arrive there."""
    return "" if blocker.kind == READ_KIND else COPY_STOPPED


def _translate_error(edit: Edit, error: SpotifyError) -> SpotifyError:
    if isinstance(error, NotFound):
        return PlaylistGone()
    if type(error) is Forbidden:
        entries = MemberPlaylist.objects.filter(playlist=edit.playlist, member=edit.member)
        entries.update(can_edit=False, is_readable=None)
        return NotEditable(edit.playlist)
    return error


class _Slice:
    def __init__(self, run: Run, edit: Edit) -> None:
        self.run = run
        self.edit = edit
        self.client = spotify_for(edit.member).in_background()
        self._ids: list[str] = []
        self._tries = 0

    def run_to_end(self) -> None:
        """To the end of the edit. Raises EndOfSlice, Cancelled, Superseded, and what Spotify refuses."""
        self._check_for_changes()
        if self.edit.uncertain_since:
            self._replan()
        job = self.run.job
        while job.done < len(self.edit.steps):
            self.run.checkpoint()
            try:
                self._do_next_step()
            except Unavailable:
                if not job.in_doubt or self._tries >= _MAX_TRIES:
                    raise
        finish_edit(self.run, self.edit, self.client, ids=self._ids)

    def _check_for_changes(self) -> None:
        """The edit was planned in the request, and may have waited long for the worker."""
        edit, job = self.edit, self.run.job
        is_begun = job.done > 0 or job.in_doubt or edit.uncertain_since
        if is_begun or timezone.now() - self.run.queued_at < access.FRESH_FOR:
            return
        opened = access.refresh_playlist(edit.member, edit.playlist.spotify_id)
        edit.playlist = opened.playlist
        if opened.reading or opened.playlist.revision_id != (edit.start_id or edit.base_id):
            edit.uncertain_since = self.run.queued_at

    def _replan(self) -> None:
        self.run.heartbeat()
        read = self._read_current_items()
        if read:
            with self.run.fence():
                self.edit.save(update_fields=["uncertain_since"])
            self.run.block(read.job_id)
        replan_edit(self.edit)
        planned = ["steps", "start", "base", "packed_target", "readded_count", "skipped_count"]
        with self.run.fence(done=0, total=len(self.edit.steps), in_doubt=""):
            self.edit.save(update_fields=[*planned, "uncertain_since", "snapshot_id"])

    def _read_current_items(self) -> PlaylistRead | None:
        """Returns the read in the background where one is needed: the edit goes on after it."""
        edit, playlist = self.edit, self.edit.playlist
        if playlist.read_at and edit.uncertain_since and playlist.read_at > edit.uncertain_since:
            return None  # it was waited for
        fetched = access.fetch_playlist(self.client, playlist.spotify_id)
        return fetch_items(edit.member, self.client, playlist, fetched)

    def _do_next_step(self) -> None:
        if self.run.job.in_doubt:  # perhaps handed over by a request whose answer was lost
            self._resolve_doubt()
            return
        self._ids.append(send_step(self.run, self.edit, self.client))
        self._tries = 0

    def _resolve_doubt(self) -> None:
        """Find out what became of the step. It is sent again only when it certainly was not carried out."""
        edit, job = self.edit, self.run.job
        self._tries += 1
        was_done = was_carried_out(self.client, edit)
        if was_done is False:
            self.run.pause(READABLE_AFTER_S)
            was_done = was_carried_out(self.client, edit)
        if was_done is None:
            # Others have changed the list too: the rest is planned from what is there.
            edit.uncertain_since = timezone.now()
            with self.run.fence():
                edit.save(update_fields=["uncertain_since"])
            self.run.hand_over()
        edit.snapshot_id = ""  # which version it made, if any, is not known
        with self.run.fence(done=job.done + was_done, in_doubt=""):
            edit.save(update_fields=["snapshot_id"])
