"""The acts of the sleep timer."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import MemberRequest
from player.now_playing.forms import SleepForm
from player.now_playing.responses import respond, respond_invalid
from player.sleep_timer import actions


@require_POST
def start_sleep_timer(request: MemberRequest) -> HttpResponse:
    form = SleepForm(request.POST)
    if not form.is_valid():
        return respond_invalid(request, form)
    try:
        if form.cleaned_data["more"]:
            actions.prolong_timer(request.user, minutes=form.cleaned_data["more"])
        else:
            actions.start_timer(request.user, after=form.cleaned_data["after"])
    except actions.NothingPlays:
        form.add_error(None, _("Nothing is playing."))
        return respond_invalid(request, form)
    except actions.TimerBusy:
        form.add_error(None, _("The sleep timer is just ending."))
        return respond_invalid(request, form)
    return respond(request)


@require_POST
def cancel_sleep_timer(request: MemberRequest) -> HttpResponse:
    actions.cancel_timer(request.user)
    messages.success(request, _("The sleep timer is off."))
    return respond(request)
