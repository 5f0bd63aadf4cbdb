"""The decisions that allauth leaves to the site: who may sign in, and where to go after an error."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import owner
from accounts.house.actions import update_marker
from accounts.models import Member
from accounts.sign_in import remembered_member
from accounts.tokens import store_grant
from spotweb.spotify.authorization import Tokens
from spotweb.spotify.errors import SignInFailed
from spotweb.spotify.models import Profile
from spotweb.web.texts.names import clean_name


class HouseAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    def respond_user_inactive(self, request: HttpRequest, user: Member) -> HttpResponse:
        context = {"newcomer": user, "is_owner_missing": owner.is_missing()}
        return render(request, "accounts/waiting.html", context, status=403)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page that follows shows who is signed in."""

    def post_login(self, request: HttpRequest, user: Member, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remembered_member.set_cookie(response, user)
        return response


class SpotifyAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str = AuthError.UNKNOWN,
        extra_context: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        state = (extra_context or {}).get("state")
        if error == AuthError.CANCELLED:
            messages.info(request, _("You didn’t agree at Spotify, so nothing was changed."))
        elif state is not None:
            raise SignInFailed(request.GET.get("error", ""))
        elif not request.user.is_authenticated:  # else the old tab of a sign-in that went well
            messages.error(request, _("That sign-in didn’t fit to one started here. Please start again."))
        raise ImmediateHttpResponse(redirect_to_start(request, (state or {}).get("next", "")))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Member:
        # In development mode Spotify's own list of five says who may come; otherwise the owner says so here.
        member: Member = sociallogin.user
        member.is_active = settings.SPOTIFY_QUOTA_MODE == "development"
        return member

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if not sociallogin.is_existing:
            _adopt_new_account_key(sociallogin)
        _refuse_other_account(request, sociallogin)
        if sociallogin.is_existing:
            _apply_profile(sociallogin.user, sociallogin.profile)
            sociallogin.user.save(update_fields=["spotify_id", "display_name", "is_premium"])
            if owner.is_missing() and _may_own(sociallogin):
                owner.make_owner(sociallogin.user)
            _store_grant(request, sociallogin.user, sociallogin.tokens)

    @transaction.atomic  # a member without an account at Spotify could never sign in again
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Member:
        member: Member = sociallogin.user
        member.set_unusable_password()
        member.account_key = sociallogin.profile.account_key
        _apply_profile(member, sociallogin.profile)
        Member.objects.add_newcomer(member, may_own=_may_own(sociallogin))
        if member.is_owner:
            owner.make_owner(member)
        update_marker()
        sociallogin.save(request)
        _store_grant(request, member, sociallogin.tokens)
        return member


def _may_own(sociallogin: SocialLogin) -> bool:
    code = (sociallogin.state.get("data") or {}).get("owner_code") or ""
    return owner.may_own(sociallogin.profile, code)


def _store_grant(request: HttpRequest, member: Member, tokens: Tokens) -> None:
    if not store_grant(member, tokens):
        words = _(
            "Spotify let you in for one hour only: it sent no key to renew the sign-in. Remove this app in "
            "your Spotify account under “Manage apps”, then sign in again."
        )
        messages.warning(request, words)


def _apply_profile(member: Member, profile: Profile) -> None:
    """What Spotify leaves out stays as it was; nobody who is new is left without a name."""
    member.spotify_id = profile.id or member.spotify_id or profile.account_key
    known = (profile.display_name, profile.id, member.display_name, profile.account_key)
    member.display_name = next(filter(None, map(clean_name, known)), "")
    if profile.product is not None:  # only told in extended mode
        member.is_premium = profile.product == "premium"


def _adopt_new_account_key(sociallogin: SocialLogin) -> None:
    """A member who joined before Spotify gave account_ids has the id as key; the account_id replaces it."""
    member = Member.objects.filter(account_key=sociallogin.profile.id).first()
    if member is None:
        return
    member.account_key = sociallogin.profile.account_key
    member.save(update_fields=["account_key"])
    SocialAccount.objects.filter(user=member).update(uid=member.account_key)
    sociallogin.lookup()


def _refuse_other_account(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Reconnecting Ada with Ben's account would look healed and stay broken; so would “Continue as Ada”."""
    expected: int | None = (sociallogin.state.get("data") or {}).get("expected")
    member = Member.objects.filter(pk=expected).first() if expected else None
    if member is None or (sociallogin.is_existing and sociallogin.user.pk == member.pk):
        return
    words = _(
        "Spotify signed in %(other)s, not %(name)s, so nothing was changed. "
        "Choose “Not you?” on Spotify’s page to switch the account."
    )
    other = clean_name(sociallogin.profile.display_name) or sociallogin.profile.id
    messages.error(request, words % {"other": other, "name": member})
    raise ImmediateHttpResponse(redirect_to_start(request, sociallogin.get_redirect_url(request) or ""))


def redirect_to_start(request: HttpRequest, path: str) -> HttpResponse:
    """Back to the page the sign-in began on; `path` is a page of ours that was checked before it."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(path or reverse("home"))
    query = f"?{urlencode({'next': path})}" if path else ""
    return HttpResponseRedirect(reverse("accounts:login") + query)
