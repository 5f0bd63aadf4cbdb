"""allauth's Spotify provider, taught our URLs, a bearer header, PKCE and clear errors.

The module's name is allauth's convention: its registry imports `provider` from every installed app.
"""

from typing import Any
from urllib.parse import SplitResult

from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.spotify.provider import SpotifyOAuth2Provider
from allauth.socialaccount.providers.spotify.views import SpotifyOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from spotweb.spotify import authorization, profile
from spotweb.spotify.authorization import Tokens
from spotweb.spotify.http import Client
from spotweb.spotify.models import Profile

# Asked for at once: a scope added later would send every member through Spotify's consent again.
SCOPES = [
    "user-read-private",
    "user-read-playback-state",
    "user-read-currently-playing",
    "user-modify-playback-state",
    "user-read-recently-played",
    "user-read-playback-position",
    "user-library-read",
    "user-library-modify",
    "user-follow-read",
    "user-follow-modify",
    "user-top-read",
    "playlist-read-private",
    "playlist-read-collaborative",
    "playlist-modify-private",
    "playlist-modify-public",
    "ugc-image-upload",
]


def redirect_uri() -> str:
    """What is registered in Spotify's dashboard. It is compared letter by letter, so what was typed into the
    browser does not count."""
    return settings.SPOTWEB_ORIGIN + reverse("spotify_callback")


def may_redirect_to(address: SplitResult) -> bool:
    """Spotify takes http for two addresses of the box itself alone, not even for localhost."""
    return address.scheme == "https" or address.hostname in {"127.0.0.1", "::1"}


class FreshTokens:
    """The tokens of a sign-in that belongs to nobody yet (a TokenSource)."""

    key = "signing-in"

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def access_token(self) -> str:
        return self._tokens.access_token

    def renew(self, rejected: str) -> str:
        return rejected  # it is seconds old: a new one would be refused the same way


class HouseSpotifyAdapter(SpotifyOAuth2Adapter):  # type: ignore[misc]  # allauth carries no types
    @property
    def authorize_url(self) -> str:
        return f"{settings.SPOTIFY_ACCOUNTS_URL}/authorize"

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return redirect_uri()

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> Tokens:
        """Exchange the code. Raises CodeRejected, ClientRejected, Unavailable, RateLimited."""
        return authorization.exchange_code(
            request.GET["code"],
            redirect_uri=self.get_callback_url(request, app),
            code_verifier=pkce_code_verifier or "",
        )

    def parse_token(self, data: Tokens) -> SocialToken:
        return SocialToken(token=data.access_token)

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, *, response: Tokens
    ) -> SocialLogin:
        """Ask Spotify who this is. Raises NotOnAllowlist, OwnerPremiumLapsed and their siblings."""
        member_profile = profile.get_current_users_profile(Client(FreshTokens(response)))
        login = self.get_provider().sociallogin_from_response(request, member_profile)
        login.tokens = response
        login.profile = member_profile
        return login


class HouseSpotifyProvider(SpotifyOAuth2Provider):  # type: ignore[misc]  # allauth carries no types
    oauth2_adapter_class = HouseSpotifyAdapter

    def get_default_scope(self) -> list[str]:
        return SCOPES

    def extract_uid(self, data: Profile) -> str:
        return data.account_key

    def extract_extra_data(self, data: Profile) -> dict[str, str]:
        return {}  # what we keep of a person is on Member

    def extract_common_fields(self, data: Profile) -> dict[str, str]:
        return {}


provider_classes = [HouseSpotifyProvider]
