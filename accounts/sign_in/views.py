"""Signing in with Spotify, also where its redirect cannot be opened, and signing out."""

import logging
from collections.abc import Mapping
from urllib.parse import urlencode

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import owner, tokens
from accounts.provider import HouseSpotifyAdapter, redirect_uri
from accounts.requests import MemberRequest
from accounts.sign_in import pasted_answer, remembered_member
from accounts.sign_in.adapters import redirect_to_start
from accounts.sign_in.attempts import TOO_MANY_TRIES, may_try, record_failure
from accounts.sign_in.forms import PasteForm
from accounts.sign_in.pasted_answer import CannotUsePaste
from accounts.sign_in.trouble import pop_trouble, record_trouble
from spotweb.spotify.errors import ReconnectNeeded, SpotifyError
from spotweb.web.house_address import is_loopback, is_on_lan, is_on_network, redirect_to_house
from spotweb.web.redirects import return_url
from spotweb.web.texts.error_messages import get_spotify_message

_STARTED_ON = "sign_in_started_on"
# What a form says that opens Spotify beside the page that says how the sign-in ends.
_IN_NEW_TAB = "new_tab"
# How the states begin of sign-ins that Spotify ends at another address than they began at.
_LAN_STATE = "lan-"
_PASTE = "paste"
_TOO_MANY = format_lazy("{} {}", TOO_MANY_TRIES, _l("Then press “Sign in with Spotify” again."))
logger = logging.getLogger(__name__)
_finish_oauth = OAuth2CallbackView.adapter_view(HouseSpotifyAdapter)
# Spotify's consent page, also for members who agreed before: there they can switch the account.
SHOW_CONSENT_DIALOG = {"show_dialog": "true"}
MAX_CODE_LENGTH = 40
NO_PARAMS: Mapping[str, str] = {}


@login_not_required
@require_safe
def login_page(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect(return_url(request, reverse("home")))
    if not _is_at_house(request) and not (_must_paste(request) or is_on_lan(request)):
        # The sign-in ends at the registered address, and a cookie of this one would not be found there.
        return redirect_to_house(request)
    return _show_login(request)


@login_not_required
@require_POST
def start_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to Spotify, which shows its consent page unless the last member of this browser continues."""
    if _must_paste(request) and _IN_NEW_TAB not in request.POST:
        return redirect_to_start(request, return_url(request, ""))  # the page that says how it ends
    last_member = remembered_member.get_last_member(request)
    if last_member and "continue" in request.POST:
        return _redirect_to_spotify(
            request, next_url=return_url(request, reverse("home")), expected=last_member.pk
        )
    return _redirect_to_spotify(
        request,
        next_url=return_url(request, reverse("home")),
        auth_params=SHOW_CONSENT_DIALOG if last_member else {},
    )


@login_not_required
def complete_sign_in(request: HttpRequest) -> HttpResponse:
    """Spotify's redirect. What goes wrong is said on a page whose address holds no code."""
    state = request.GET.get("state", "")
    if state.startswith(_LAN_STATE) and settings.SPOTWEB_LAN_URL and _is_at_house(request):
        # Started under the other address, on the box itself: the session is there.
        return HttpResponseRedirect(f"{settings.SPOTWEB_LAN_URL.geturl()}{request.get_full_path()}")
    pasted_answer.record_use(request, state)
    try:
        response: HttpResponse = _finish_oauth(request)
    except SpotifyError as error:
        logger.info("signing in: %s", error)
        path = request.session.pop(_STARTED_ON, "")
        if request.user.is_authenticated:
            messages.error(request, str(get_spotify_message(error).toast))
        else:
            record_trouble(request, error)
        return redirect_to_start(request, path)
    return response


@login_not_required
@sensitive_post_parameters()
@require_POST
def paste_answer(request: HttpRequest) -> HttpResponse:
    """End a sign-in whose redirect this browser could not open: the member brings the address."""
    form = PasteForm(request.POST)
    try:
        if not may_try(request, _PASTE):
            raise CannotUsePaste(_TOO_MANY)
        answer = form.read_answer(own_hosts={request.get_host(), settings.SPOTWEB_URL.netloc})
        pasted_answer.check_state(request, answer.get("state", ""))
    except CannotUsePaste as error:
        record_failure(request, _PASTE)
        show_page = _show_reconnect if request.user.is_authenticated else _show_login
        return show_page(request, paste_error=error.text)
    # As if the browser had come by itself.
    request.GET, request.POST = QueryDict(answer.urlencode()), QueryDict()
    return complete_sign_in(request)


@require_POST
def retry_grant(request: MemberRequest) -> HttpResponse:
    """Spotify's outages have looked like revocations: ask once more before a member signs in again."""
    try:
        tokens.retry_refused(request.user)
    except ReconnectNeeded:
        messages.error(request, _("Spotify still refuses your sign-in. Reconnect to go on."))
        return redirect("accounts:household")
    return HttpResponseRedirect(return_url(request, reverse("home")))


@require_POST
def reconnect_grant(request: MemberRequest) -> HttpResponse:
    """Renew the grant and come back to where the member was."""
    if _must_paste(request) and _IN_NEW_TAB not in request.POST:
        query = urlencode({"next": return_url(request, reverse("home"))})
        return HttpResponseRedirect(f"{reverse('accounts:reconnect-by-paste')}?{query}")
    return _redirect_to_spotify(
        request,
        next_url=return_url(request, reverse("home")),
        auth_params=SHOW_CONSENT_DIALOG,
        expected=request.user.pk,
    )


@require_safe
def reconnect_page(request: MemberRequest) -> HttpResponse:
    """How to renew the grant where Spotify cannot lead back."""
    return _show_reconnect(request)


@require_POST
def sign_out(request: MemberRequest) -> HttpResponse:
    """With `forget` the next visitor of this browser is not offered to continue as this member."""
    member = request.user
    logout(request)
    response = redirect("accounts:login")
    if "forget" in request.POST:
        remembered_member.delete_cookie(response)
        messages.info(
            request,
            _("You’re signed out, and this browser has forgotten you. Sign out at spotify.com too."),
        )
    else:
        words = _("You’re signed out. This browser still offers “Continue as %(name)s”.")
        messages.info(request, words % {"name": member})
    return response


@login_not_required
@require_POST
def delete_last_member(_request: HttpRequest) -> HttpResponse:
    """Offer nobody “Continue as …” in this browser."""
    response = redirect("accounts:login")
    remembered_member.delete_cookie(response)
    return response


def _redirect_to_spotify(
    request: HttpRequest,
    *,
    next_url: str,
    auth_params: Mapping[str, str] = NO_PARAMS,
    expected: int | None = None,
) -> HttpResponse:
    """`expected` is the member who has to sign in; another account is refused."""
    request.session[_STARTED_ON] = next_url  # allauth forgets it when the sign-in fails
    state = (_LAN_STATE if _must_paste(request) else "") + get_random_string(24)
    pasted_answer.record_start(request, state)
    provider = get_adapter(request).get_provider(request, "spotify")
    response: HttpResponse = provider.redirect(
        request,
        process="login",
        next_url=next_url,
        auth_params=dict(auth_params),
        data={"expected": expected, "owner_code": request.POST.get("owner_code", "")[:MAX_CODE_LENGTH]},
        state_id=state,
    )
    return response


def _must_paste(request: HttpRequest) -> bool:
    """Whether Spotify leads to the box itself, where this browser is not."""
    return is_loopback(settings.SPOTWEB_URL) and is_on_network(request)


def _is_at_house(request: HttpRequest) -> bool:
    return request.get_host() == settings.SPOTWEB_URL.netloc


def _show_login(request: HttpRequest, *, paste_error: str = "") -> HttpResponse:
    context = {
        "next": return_url(request, reverse("home")),
        "last_member": remembered_member.get_last_member(request),
        "trouble": pop_trouble(request),
        "asks_for_owner_code": owner.needs_code() and owner.is_missing(),
        # Beside https, phones that came by http are led to it: Spotify leads there, too.
        "secure_url": "" if _is_at_house(request) or _must_paste(request) else settings.SPOTWEB_URL.geturl(),
        **_describe_pasting(request, paste_error),
    }
    return render(request, "accounts/login.html", context, status=422 if paste_error else 200)


def _show_reconnect(request: HttpRequest, *, paste_error: str = "") -> HttpResponse:
    context = {
        "next": return_url(request, reverse("home")),
        **_describe_pasting(request, paste_error),
    }
    return render(request, "accounts/reconnect.html", context, status=422 if paste_error else 200)


def _describe_pasting(request: HttpRequest, paste_error: str) -> dict[str, object]:
    user_agent = request.headers.get("User-Agent", "")
    return {
        "must_paste": _must_paste(request),
        "paste_error": paste_error,
        "redirect_uri": redirect_uri(),
        # Only where the browser says so for certain: an iPad calls itself a Mac.
        "is_android": "Android" in user_agent,
        "is_ios": "iPhone" in user_agent,
    }
