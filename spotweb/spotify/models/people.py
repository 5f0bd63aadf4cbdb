"""Members and other people."""

from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import force_setattr

from spotweb.spotify.models.basics import ExternalUrls, Id, Image, Name, Uri

_USER_URI = "spotify:user:"


class User(Struct, frozen=True, kw_only=True):
    """Another member or the owner of a playlist; development mode often gives no display_name."""

    id: Id = ""
    display_name: Name | None = None
    uri: Uri | None = None
    external_urls: ExternalUrls = ExternalUrls()

    @property
    def url(self) -> str | None:
        return self.external_urls.trusted


class Profile(Struct, frozen=True, kw_only=True):
    """The member. In development mode there is no product and no country: Premium shows by trying."""

    id: Id = ""
    account_id: Id | None = None
    display_name: Name | None = None
    images: tuple[Image, ...] = ()
    uri: Uri | None = None
    external_urls: ExternalUrls = ExternalUrls()
    product: Name | None = None
    country: Name | None = None

    def __post_init__(self) -> None:
        # The URI tells it, should Spotify leave it out.
        if not self.id and self.uri and self.uri.startswith(_USER_URI):
            force_setattr(self, "id", unquote(self.uri.removeprefix(_USER_URI)))

    @property
    def account_key(self) -> str:
        """What a member is recognised by for ever: `id` can change, `account_id` (since May 2026) cannot."""
        return self.account_id or self.id

    @property
    def url(self) -> str | None:
        return self.external_urls.trusted
