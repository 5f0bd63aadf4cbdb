"""Where allauth asks what this household wants."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.tokens import keep_grant
from spotweb.spotify.models import Profile

LAST_MEMBER_COOKIE = "last_member"


class HouseAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    def respond_user_inactive(self, request: HttpRequest, user: Member) -> HttpResponse:
        return render(request, "accounts/waiting.html", {"newcomer": user}, status=403)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page that follows shows who is signed in."""

    def post_login(self, request: HttpRequest, user: Member, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_member(response, user)
        return response


def remember_member(response: HttpResponse, member: Member) -> None:
    """Only the name and only in this browser, to offer “Continue as …” after signing out."""
    response.set_signed_cookie(
        LAST_MEMBER_COOKIE,
        member.display_name,
        max_age=settings.SESSION_COOKIE_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


class SpotifyAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: str = AuthError.UNKNOWN, **kwargs: Any
    ) -> None:
        if error == AuthError.CANCELLED:
            messages.info(request, _("You did not agree at Spotify, so nothing was changed."))
        else:
            messages.error(request, _("That sign-in did not fit to one started here. Please start again."))
        raise ImmediateHttpResponse(redirect("accounts:login"))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Member:
        # In development mode Spotify's own list of five says who may come; otherwise the owner says so here.
        member: Member = sociallogin.user
        member.is_active = settings.SPOTIFY_QUOTA_MODE == "development"
        return member

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if not sociallogin.is_existing:
            _follow_new_account_key(sociallogin)
        _refuse_somebody_else(request, sociallogin)
        if sociallogin.is_existing:
            _take_over_profile(sociallogin.user, sociallogin.profile)
            sociallogin.user.save(update_fields=["spotify_id", "display_name", "is_premium"])
            keep_grant(sociallogin.user, sociallogin.tokens)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Member:
        member: Member = sociallogin.user
        member.set_unusable_password()
        member.account_key = sociallogin.profile.account_key
        _take_over_profile(member, sociallogin.profile)
        Member.objects.join(member)
        sociallogin.save(request)
        keep_grant(member, sociallogin.tokens)
        return member


def _take_over_profile(member: Member, profile: Profile) -> None:
    member.spotify_id = profile.id
    member.display_name = (profile.display_name or profile.id)[:255]
    if profile.product is not None:  # only told in extended mode
        member.is_premium = profile.product == "premium"


def _follow_new_account_key(sociallogin: SocialLogin) -> None:
    """A member met before Spotify gave account_ids is known by the id; from now on by the better key."""
    known = Member.objects.filter(account_key=sociallogin.profile.id).first()
    if known is None:
        return
    known.account_key = sociallogin.profile.account_key
    known.save(update_fields=["account_key"])
    SocialAccount.objects.filter(user=known).update(uid=known.account_key)
    sociallogin.lookup()


def _refuse_somebody_else(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Reconnecting Ada with Ben's account would look healed and stay broken."""
    expected = (sociallogin.state.get("data") or {}).get("reconnect")
    if expected is None or (sociallogin.is_existing and sociallogin.user.pk == expected):
        return
    member = Member.objects.filter(pk=expected).first()
    words = _(
        "Spotify signed in %(other)s, not %(name)s, so nothing was changed. "
        "Choose “Not you?” on Spotify's page to switch the account."
    )
    messages.error(request, words % {"other": sociallogin.profile.display_name, "name": member or _("you")})
    raise ImmediateHttpResponse(redirect(sociallogin.get_redirect_url(request) or "player:now"))
