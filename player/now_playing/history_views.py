"""What happened to the player, and queues that were lost and can be put back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from player.now_playing.actions import PendingCommand
from player.now_playing.queue_forms import RestoreQueueForm
from player.now_playing.responses import respond, respond_invalid, run_pending
from player.observation import past_queues
from player.observation.events import list_events
from player.playback.state import load_state
from player.queue.restore import count_calls


@require_safe
def events_page(request: MemberRequest) -> HttpResponse:
    return render(request, "player/events.html", {"events": list_events(request.user)})


@require_safe
def past_queues_page(request: MemberRequest) -> HttpResponse:
    state = load_state(request.user)
    queues = [(lost, count_calls(state, lost)) for lost in past_queues.list_past_queues(request.user)]
    return render(request, "player/queue/past_queues.html", {"queues": queues})


@require_POST
def restore_queue(request: MemberRequest) -> HttpResponse:
    """Put a lost queue back; when no device is ready, one is asked for."""
    form = RestoreQueueForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    return run_pending(request, PendingCommand("restore-queue", form.values))


@require_POST
def dismiss_replaced(request: MemberRequest) -> HttpResponse:
    """The bar goes away; the queue stays among the recent ones."""
    past_queues.dismiss_offer(request.user)
    if not request.htmx:
        return redirect("player:past-queues")
    return respond(request)
