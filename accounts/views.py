import logging
from collections.abc import Mapping
from urllib.parse import urlencode

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import doctor, hand_over, household, owner, pasted_answer, remembered_member, sign_ins, tokens
from accounts.adapters import redirect_to_start
from accounts.attempts import TOO_MANY_TRIES, may_try, record_failure
from accounts.backups import job as backup_job
from accounts.backups.actions import list_backups
from accounts.forms import PasteForm, SharingForm, ThemeForm
from accounts.hand_over import CannotUseCode
from accounts.models import Member
from accounts.news import list_news
from accounts.pasted_answer import CannotUsePaste
from accounts.provider import HouseSpotifyAdapter, redirect_uri
from accounts.requests import MemberRequest
from accounts.sign_in_trouble import pop_trouble, record_trouble
from spotweb.jobs.notices import collect_notices
from spotweb.network.lan import draw_svg_qr
from spotweb.spotify.errors import ReconnectNeeded, SpotifyError
from spotweb.web.error_messages import get_spotify_message
from spotweb.web.house_address import (
    get_address_for_devices,
    is_loopback,
    is_on_lan,
    is_on_network,
    redirect_to_house,
)
from spotweb.web.htmx import render_page, wants_part
from spotweb.web.redirects import return_url

_STARTED_ON = "sign_in_started_on"
# What a form says that opens Spotify beside the page that says how the sign-in ends.
_IN_NEW_TAB = "new_tab"
# How the states begin of sign-ins that Spotify ends at another address than they began at.
_LAN_STATE = "lan-"
_OFFERED_CODE = "hand_over_code"
_PASTE, _CODE = "paste", "code"
_HOUSEHOLD_PAGE = "accounts:household"
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


@require_safe
def sign_ins_page(request: MemberRequest) -> HttpResponse:
    devices = sign_ins.list_sign_ins(request.user, request.session.session_key)
    return render(request, "accounts/sign_ins.html", {"sign_ins": devices})


@require_POST
def end_sign_in(request: MemberRequest, sign_in_id: str) -> HttpResponse:
    device = sign_ins.end_sign_in(request.user, sign_in_id)
    if device is None:
        messages.info(request, _("You were signed out there already."))
    else:
        messages.success(request, _("Signed out: %(device)s.") % {"device": device.label})
    return redirect("accounts:sign-ins")


@require_POST
def end_other_sign_ins(request: MemberRequest) -> HttpResponse:
    count = sign_ins.end_other_sign_ins(request.user, request.session.session_key)
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
        "device": sign_ins.describe_device(offer.user_agent) if offer and offer.is_used else None,
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


@require_POST
def choose_theme(request: MemberRequest) -> HttpResponse:
    form = ThemeForm(request.POST)
    if form.is_valid():
        request.user.theme = form.cleaned_data["theme"]
        request.user.save(update_fields=["theme"])
    else:
        messages.error(request, str(form.errors["theme"][0]))
    return HttpResponseRedirect(return_url(request, reverse("accounts:household")))


@require_safe
def news_page(request: MemberRequest) -> HttpResponse:
    news = list_news(is_for_hosts=request.user.is_owner)
    return render(request, "accounts/news.html", {"news": news, "current": settings.VERSION})


@require_POST
def mark_news_seen(request: MemberRequest) -> HttpResponse:
    """Show what is new, or not, and mention it no more."""
    request.user.seen_version = settings.VERSION
    request.user.save(update_fields=["seen_version"])
    if "show" in request.POST:
        return HttpResponseRedirect(reverse("accounts:news"))
    return HttpResponseRedirect(return_url(request, reverse("home")))


@require_POST
def choose_sharing(request: MemberRequest) -> HttpResponse:
    form = SharingForm(request.POST, instance=request.user)
    if form.is_valid():
        household.announce_sharing(form.save())
        messages.success(request, _("Saved. Others see it within a minute."))
    return redirect("accounts:household")


@require_safe
def household_page(request: MemberRequest) -> HttpResponse:
    context = {
        "members": household.list_members(),
        "sharing_form": SharingForm(instance=request.user),
        "themes": Member.Theme.choices,
        "is_development_mode": settings.SPOTIFY_QUOTA_MODE == "development",
    }
    if request.user.is_owner:
        context |= {
            "backups": list_backups(),
            "has_nightly_backups": settings.BACKUP_DAYS > 0,
            "jobs": collect_notices(request, _HOUSEHOLD_PAGE),
        }
    return render(request, "accounts/household.html", context)


@require_POST
def make_backup(request: MemberRequest) -> HttpResponse:
    """The worker makes it; the page says how it went."""
    backup_job.start_backup(request.user)
    if not wants_part(request):
        return HttpResponseRedirect(f"{reverse('accounts:household')}#backups-heading")
    context = {"jobs": collect_notices(request, _HOUSEHOLD_PAGE), "page": _HOUSEHOLD_PAGE}
    return render_page(request, "components/job_notice.html", context, part="list")


@require_safe
def download_backup(request: MemberRequest, name: str) -> FileResponse:
    household.require_owner(request.user)
    backup = next((backup for backup in list_backups() if backup.name == name), None)
    if backup is None:
        raise Http404
    return FileResponse(backup.path.open("rb"), as_attachment=True, filename=name)


@require_safe
def leaving_page(request: MemberRequest) -> HttpResponse:
    """Asks once more, and says what will be deleted and what stays at Spotify."""
    return render(request, "accounts/leaving.html")


@require_POST
def leave_household(request: MemberRequest) -> HttpResponse:
    deleted = household.leave_household(request.user)
    logout(request)
    response = render(request, "accounts/left.html", {"deleted": household.describe_deleted(deleted)})
    remembered_member.delete_cookie(response)
    return response


@require_POST
def remove_member(request: MemberRequest, member_id: int) -> HttpResponse:
    name = household.remove_member(request.user, member_id)
    messages.success(request, _("%(name)s was removed, with all their data here.") % {"name": name})
    return redirect("accounts:household")


@require_safe
def setup_page(request: MemberRequest) -> HttpResponse:
    household.require_owner(request.user)
    return render(request, "accounts/setup.html")


@require_POST
def examine_setup(request: MemberRequest) -> HttpResponse:
    """A POST although it changes nothing: every check spends requests."""
    household.require_owner(request.user)
    return render(request, "accounts/setup.html", {"findings": list(doctor.examine_setup())})


@require_POST
def admit_member(request: MemberRequest, member_id: int) -> HttpResponse:
    newcomer = household.admit_newcomer(request.user, member_id)
    messages.success(request, _("%(name)s may come in now.") % {"name": newcomer})
    return redirect("accounts:household")


@require_POST
def refuse_member(request: MemberRequest, member_id: int) -> HttpResponse:
    name = household.refuse_newcomer(request.user, member_id)
    messages.success(request, _("%(name)s wasn’t let in, and nothing of theirs was kept.") % {"name": name})
    return redirect("accounts:household")


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


def _is_at_house(request: HttpRequest) -> bool:
    return request.get_host() == settings.SPOTWEB_URL.netloc
