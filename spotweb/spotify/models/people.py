"""Members and other people."""

from msgspec import Struct

from spotweb.spotify.models.basics import ExternalUrls, Image


class User(Struct, frozen=True, kw_only=True):
    """Another member or the owner of a playlist; development mode often gives no display_name."""

    id: str = ""
    display_name: str | None = None
    uri: str | None = None
    external_urls: ExternalUrls = ExternalUrls()

    @property
    def url(self) -> str | None:
        return self.external_urls.spotify


class Profile(Struct, frozen=True, kw_only=True):
    """The member. In development mode there is no product and no country: Premium shows by trying."""

    id: str
    account_id: str | None = None
    display_name: str | None = None
    images: tuple[Image, ...] = ()
    uri: str | None = None
    external_urls: ExternalUrls = ExternalUrls()
    product: str | None = None
    country: str | None = None

    @property
    def account_key(self) -> str:
        """What a member is recognised by for ever: `id` can change, `account_id` (since May 2026) cannot."""
        return self.account_id or self.id

    @property
    def url(self) -> str | None:
        return self.external_urls.spotify
