"""The devices on which a member is signed in, and letting in another one with a code."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Member
from accounts.requests import MemberRequest
from accounts.sign_in import browsers, hand_over
from accounts.sign_in.attempts import TOO_MANY_TRIES, may_try, record_failure
from accounts.sign_in.hand_over import CannotUseCode
from spotweb.network.lan import draw_svg_qr
from spotweb.web.house_address import get_address_for_devices
from spotweb.web.htmx import render_page

_OFFERED_CODE = "hand_over_code"
_CODE = "code"


@require_safe
def sign_ins_page(request: MemberRequest) -> HttpResponse:
    devices = browsers.list_sign_ins(request.user, request.session.session_key)
    return render(request, "accounts/sign_ins.html", {"sign_ins": devices})


@require_POST
def end_sign_in(request: MemberRequest, sign_in_id: str) -> HttpResponse:
    device = browsers.end_sign_in(request.user, sign_in_id)
    if device is None:
        messages.info(request, _("You were signed out there already."))
    else:
        messages.success(request, _("Signed out: %(device)s.") % {"device": device.label})
    return redirect("accounts:sign-ins")


@require_POST
def end_other_sign_ins(request: MemberRequest) -> HttpResponse:
    count = browsers.end_other_sign_ins(request.user, request.session.session_key)
    words = ngettext("Signed out on %(count)d other device.", "Signed out on %(count)d other devices.", count)
    messages.success(request, words % {"count": count})
    return redirect("accounts:sign-ins")


@require_safe
def hand_over_page(request: MemberRequest) -> HttpResponse:
    """The code for another device: what it is, while it waits, and what has become of it."""
    code = request.session.get(_OFFERED_CODE, "")
    offer = hand_over.find_offer(code, request.session.session_key) if code else None
    address = get_address_for_devices(request)
    link = f"{address}{reverse('accounts:enter-code')}?{urlencode({'code': offer.code})}" if offer else ""
    context = {
        "offer": offer,
        "address": address,
        "link": link,
        "entry": f"{address}{reverse('accounts:enter-code')}",
        "picture": draw_svg_qr(link) if offer and offer.is_waiting and address else "",
        "device": browsers.describe_device(offer.user_agent) if offer and offer.is_used else None,
    }
    return render_page(request, "accounts/hand_over.html", context, part="offer")


@require_POST
def offer_code(request: MemberRequest) -> HttpResponse:
    key = request.session.session_key
    if key and get_address_for_devices(request):
        request.session[_OFFERED_CODE] = hand_over.offer_code(request.user, key)
    return redirect("accounts:hand-over")


@login_not_required
@require_safe
def code_page(request: HttpRequest) -> HttpResponse:
    """On the other device: whose code it is, and the two digits. Link previews use nothing up."""
    code = request.GET.get("code", "")
    if not code:
        return _show_code(request)
    try:
        if not may_try(request, _CODE):
            raise CannotUseCode(str(TOO_MANY_TRIES))
        row = hand_over.find_by_code(code)
    except CannotUseCode as error:
        record_failure(request, _CODE)
        return _show_code(request, error=error.text)
    return _show_code(request, newcomer=row.member, code=code)


@login_not_required
@sensitive_post_parameters()
@require_POST
def redeem_code(request: HttpRequest) -> HttpResponse:
    try:
        if not may_try(request, _CODE):
            raise CannotUseCode(str(TOO_MANY_TRIES))
        member = hand_over.redeem(request.POST.get("code", ""), request.headers.get("User-Agent", ""))
    except CannotUseCode as error:
        record_failure(request, _CODE)
        return _show_code(request, error=error.text)
    if request.user.is_authenticated and request.user != member:
        logout(request)
    login(request, member, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("home")


def _show_code(
    request: HttpRequest, *, newcomer: Member | None = None, code: str = "", error: str = ""
) -> HttpResponse:
    context = {
        "newcomer": newcomer,
        "is_here_already": newcomer is not None and request.user == newcomer,
        "code": code,
        "digits": hand_over.get_digits(code) if newcomer else "",
        "code_error": error,
    }
    return render(request, "accounts/code.html", context, status=422 if error else 200)
