"""The worker's turn at an edit: a slice of it, since others wait for the worker too."""

import time

from django.utils import timezone

from playlists.editing import finish as finishing
from playlists.editing import resuming
from playlists.editing import steps as stepping
from playlists.models import Edit
from playlists.sync import access as reading
from spotweb.spotify.errors import Unavailable
from spotweb.spotify.http import Client

# The worker does one thing at a time: after this long others have their turn.
SLICE_S = 15.0
# Until a write can be read (0.6 s have been measured); sooner a look would not prove that it was lost.
READABLE_AFTER_S = 2.0
# A step that turns out not to have been carried out is sent so often.
_MOST_TRIES = 3
_NAP_S = 1.0


class Cancelled(Exception):
    """The member does not want the rest."""


class OutOfTurn(Exception):
    """The rest is for another turn."""


class Turn:
    def __init__(self, edit: Edit, client: Client) -> None:
        self.edit = edit
        self.client = client
        self._deadline = time.monotonic() + SLICE_S
        self._ids: list[str] = []
        self._tries = 0

    def work(self) -> None:
        """To the end of the edit. Raises OutOfTurn, Cancelled, and what Spotify refuses."""
        self._look_whether_it_has_moved_on()
        if self.edit.is_uncertain:
            self._find_out_where_it_stands()
        while self.edit.steps_done < self.edit.steps_total:
            self._check()
            if time.monotonic() > self._deadline:
                raise OutOfTurn
            try:
                self._go_on()
            except Unavailable:
                if not self.edit.in_doubt or self._tries >= _MOST_TRIES:
                    raise
        finishing.finish(self.edit, self.client, ids=self._ids, pause=self._pause)

    def _look_whether_it_has_moved_on(self) -> None:
        """It was planned when the member wished it, and may have waited long for the worker."""
        edit = self.edit
        is_begun = edit.steps_done > 0 or edit.in_doubt or edit.is_uncertain
        if is_begun or timezone.now() - edit.beat_at < reading.LOOKED_FOR:
            return
        opened = reading.look(edit.member, edit.playlist.spotify_id)
        planned_from = edit.start_id or edit.base_id
        edit.is_uncertain = opened.reading is not None or opened.playlist.revision_id != planned_from
        edit.playlist = opened.playlist

    def _find_out_where_it_stands(self) -> None:
        self._check()
        if not resuming.look(self.client, self.edit):
            raise OutOfTurn
        resuming.plan_anew(self.edit)
        stepping.note(self.edit, with_plan=True)

    def _go_on(self) -> None:
        if self.edit.in_doubt:  # perhaps handed over by a request whose answer was lost
            self._settle_doubt()
            return
        self._ids.append(stepping.step(self.edit, self.client))
        self._tries = 0

    def _settle_doubt(self) -> None:
        """Find out what became of the step. It is sent again only when it surely was not carried out."""
        edit = self.edit
        self._tries += 1
        was_done = stepping.was_carried_out(self.client, edit)
        if was_done is False:
            self._pause(READABLE_AFTER_S)
            was_done = stepping.was_carried_out(self.client, edit)
        if was_done is None:
            # Others have been here too: the rest is planned from what is there.
            edit.is_uncertain = True
            raise OutOfTurn
        edit.in_doubt = False
        edit.steps_done += was_done
        edit.snapshot_id = ""  # which version it made, or whether any, is not known
        stepping.note(edit)

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _NAP_S))
            self._check()
            stepping.note(self.edit)

    def _check(self) -> None:
        if Edit.objects.filter(pk=self.edit.pk, is_cancel_wanted=True).exists():
            raise Cancelled
