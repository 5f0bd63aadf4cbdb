"""The page of quiet hours, and what it changes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from player.now_playing.device_forms import QuietHoursForm
from player.playback import refresh
from player.quiet_hours import actions
from spotweb.web.texts.names import show_name


@require_safe
def quiet_hours_page(request: MemberRequest) -> HttpResponse:
    return _show_page(request, None)


@require_POST
def set_quiet_hours(request: MemberRequest) -> HttpResponse:
    state = refresh.get_state(request.user)
    devices = {device.id: device for device in actions.list_devices(state)[0]}
    form = QuietHoursForm(request.POST, devices=devices)
    if not form.is_valid():
        return _show_page(request, form)
    values = dict(form.cleaned_data)
    device = devices[values.pop("device_id")]
    try:
        actions.set_quiet_hours(request.user, device, **values)
    except actions.TooManyDevices:
        form.add_error(None, _("At most 20 devices can have quiet hours."))
        return _show_page(request, form)
    text = _("Quiet hours are set for %(device)s.") % {"device": show_name(device.name)}
    messages.success(request, text)
    return redirect("player:quiet-hours")


@require_POST
def delete_quiet_hours(request: MemberRequest, pk: int) -> HttpResponse:
    actions.delete_quiet_hours(request.user, pk)
    messages.success(request, _("Removed."))
    return redirect("player:quiet-hours")


def _show_page(request: MemberRequest, form: QuietHoursForm | None) -> HttpResponse:
    state = refresh.get_state(request.user)
    if refresh.are_devices_old(state):
        state = refresh.fetch_devices(request.user)
    devices, fixed = actions.list_devices(state)
    context = {
        "quiet_hours": actions.list_quiet_hours(request.user),
        "devices": devices,
        "fixed_devices": fixed,
        "form": form or QuietHoursForm(devices={device.id: device for device in devices}),
    }
    return render(request, "player/devices/quiet_hours.html", context, status=422 if form else 200)
