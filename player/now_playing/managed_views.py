"""The acts on the queue that this app keeps. Each that changes it can be undone."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from player.managed_queue import actions
from player.now_playing.queue_forms import KeptItemForm, KeptSwitchForm
from player.now_playing.responses import TOO_MANY, respond, respond_invalid
from player.queue.jobs import TooManyJobs, queue_rows
from spotweb.web import undo

# By what is moved: a song or all of its album, a song within its album, a song out of it.
_MOVES = {
    "": actions.move_entry,
    "all": actions.move_entry,
    "within": actions.move_in_block,
    "alone": actions.move_out,
}


@require_POST
def switch_managed(request: MemberRequest) -> HttpResponse:
    """Have this app keep the queue, or give the rest of it to Spotify."""
    form = KeptSwitchForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    if form.cleaned_data["is_fair"] is not None:
        actions.set_fair(request.user, is_fair=form.cleaned_data["is_fair"])
    elif form.cleaned_data["is_on"]:
        actions.turn_on(request.user)
        messages.success(request, _("This app keeps your queue now: it can be reordered and undone."))
    else:
        rows = [(row.uri, row.name, row.added_by_id) for row in actions.turn_off(request.user)]
        try:
            if rows:
                queue_rows(request.user, rows, title=_("The queue"))
        except TooManyJobs:
            form.add_error(None, TOO_MANY)
            return respond_invalid(request, form)
        messages.success(request, _("Spotify keeps your queue again."))
    return respond(request)


@require_POST
def move_kept(request: MemberRequest) -> HttpResponse:
    form = KeptItemForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    move = _MOVES[form.cleaned_data["scope"]]
    order = move(request.user, pk=form.cleaned_data["item"], before=form.cleaned_data["before"] or 0)
    return _respond_undoable(request, order, _("Moved."))


@require_POST
def remove_kept(request: MemberRequest) -> HttpResponse:
    """Remove a row, or all of its album. What is handed over is skipped when its turn comes, or is not."""
    form = KeptItemForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    remove = actions.remove_block if form.cleaned_data["scope"] == "all" else actions.remove_item
    order = remove(request.user, pk=form.cleaned_data["item"])
    return _respond_undoable(request, order, _("Removed from the queue."))


@require_POST
def clear_kept(request: MemberRequest) -> HttpResponse:
    return _respond_undoable(request, actions.clear(request.user), _("Cleared the queue."))


@undo.handles("player-managed-queue", target="#bar")
def _undo_change(request: MemberRequest, values: Mapping[str, str]) -> HttpResponse:
    actions.restore_order(request.user, [int(pk) for pk in values["order"].split()])
    return respond(request)


def _respond_undoable(request: MemberRequest, order: Sequence[int], text: str) -> HttpResponse:
    if order:
        values = {"order": " ".join(map(str, order))}
        undo.offer(request, text, action="player-managed-queue", values=values)
    return respond(request)
