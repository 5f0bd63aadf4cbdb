"""Consents, codes and tokens, and how long each of them lives."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from spotweb.sandbox.core.clock import Clock

CODE_LIFE_S = 600
ACCESS_LIFE_S = 3600
REFRESH_LIFE_S = 182.5 * 24 * 3600  # six months from the authorization; a refresh does not extend it

ALL_SCOPES: dict[str, str] = {
    "user-read-playback-state": "See what is playing, and on which device",
    "user-modify-playback-state": "Control what is playing, and on which device",
    "user-read-currently-playing": "See what is playing now, and what is queued",
    "user-read-recently-played": "See what was played recently",
    "user-read-playback-position": "See how far podcasts were heard",
    "user-top-read": "See which artists and tracks are played most",
    "user-library-read": "See what is saved in the library",
    "user-library-modify": "Save things to the library and remove them",
    "user-follow-read": "See whom the account follows",
    "user-follow-modify": "Follow and unfollow",
    "playlist-read-private": "See private playlists",
    "playlist-read-collaborative": "See collaborative playlists",
    "playlist-modify-public": "Change public playlists",
    "playlist-modify-private": "Change private playlists",
    "ugc-image-upload": "Upload covers for playlists",
    "user-read-private": "See the account’s details",
    "user-read-email": "See the account’s email address",
    "app-remote-control": "Control the app on this device",
    "streaming": "Play music in the browser",
}


@dataclass(slots=True, kw_only=True)
class Grant:
    """What one member allowed one app; every token of it dies with it."""

    id: str
    client_id: str
    member: str  # empty for an app's own (client credentials)
    scopes: list[str]
    authorized_at: float
    with_pkce: bool = False
    is_revoked: bool = False
    is_expired: bool = False
    refresh_token: str = ""
    retired_tokens: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Access:
    grant_id: str
    expires_at: float


@dataclass(slots=True, kw_only=True)
class Code:
    client_id: str
    member: str
    scopes: list[str]
    redirect_uri: str
    challenge: str
    made_at: float


@dataclass(slots=True)
class Grants:
    clock: Clock
    grants: dict[str, Grant] = field(default_factory=dict)
    access: dict[str, Access] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    approvals: dict[str, list[str]] = field(default_factory=dict)  # "client member": scopes once agreed to
    logins: dict[str, str] = field(default_factory=dict)  # cookie: member

    # Consent

    def approve(self, client_id: str, member: str, scopes: Iterable[str]) -> None:
        known = self.approvals.setdefault(f"{client_id} {member}", [])
        known.extend(scope for scope in scopes if scope not in known)

    def has_approved(self, client_id: str, member: str, scopes: Iterable[str]) -> bool:
        known = self.approvals.get(f"{client_id} {member}")
        return known is not None and set(scopes) <= set(known)

    def log_in(self, member: str) -> str:
        cookie = secrets.token_urlsafe(24)
        self.logins[cookie] = member
        return cookie

    def new_code(
        self, *, client_id: str, member: str, scopes: list[str], redirect_uri: str, challenge: str
    ) -> str:
        name = f"AQ{secrets.token_urlsafe(120)}"
        self.codes[name] = Code(
            client_id=client_id,
            member=member,
            scopes=scopes,
            redirect_uri=redirect_uri,
            challenge=challenge,
            made_at=self.clock.now(),
        )
        return name

    def use_code(self, name: str) -> Code | None:
        """The code, once."""
        return self.codes.pop(name, None)

    # Tokens

    def new_grant(self, *, client_id: str, member: str, scopes: list[str], with_pkce: bool = False) -> Grant:
        grant = Grant(
            id=secrets.token_hex(8),
            client_id=client_id,
            member=member,
            scopes=scopes,
            authorized_at=self.clock.now(),
            with_pkce=with_pkce,
        )
        if member:
            grant.refresh_token = f"AQ{secrets.token_urlsafe(90)}"
        self.grants[grant.id] = grant
        return grant

    def new_access(self, grant: Grant) -> str:
        self._drop_ended_grants()
        token = f"BQ{secrets.token_urlsafe(100)}"
        self.access[token] = Access(grant_id=grant.id, expires_at=self.clock.now() + ACCESS_LIFE_S)
        return token

    def rotate(self, grant: Grant) -> str:
        grant.retired_tokens.append(grant.refresh_token)
        grant.refresh_token = f"AQ{secrets.token_urlsafe(90)}"
        return grant.refresh_token

    def by_refresh_token(self, token: str) -> Grant | None:
        return next(
            (
                g
                for g in self.grants.values()
                if token and (token == g.refresh_token or token in g.retired_tokens)
            ),
            None,
        )

    def has_outlived(self, grant: Grant) -> bool:
        return grant.is_expired or self.clock.now() >= grant.authorized_at + REFRESH_LIFE_S

    def of_member(self, member: str) -> list[Grant]:
        return [grant for grant in self.grants.values() if grant.member == member]

    def revoke(self, member: str) -> None:
        """What removing the app on the account page does: issued access tokens live out their hour."""
        for grant in self.of_member(member):
            grant.is_revoked = True
        for key in [key for key in self.approvals if key.endswith(f" {member}")]:
            del self.approvals[key]

    def expire_access(self, member: str) -> None:
        ids = {grant.id for grant in self.of_member(member)}
        for access in self.access.values():
            if access.grant_id in ids:
                access.expires_at = min(access.expires_at, self.clock.now())

    def expire_refresh(self, member: str) -> None:
        for grant in self.of_member(member):
            grant.is_expired = True

    def _drop_ended_grants(self) -> None:
        # A day longer than they live, so that a late caller still hears "expired" and not "invalid".
        horizon = self.clock.now() - 24 * 3600
        for token in [token for token, access in self.access.items() if access.expires_at < horizon]:
            del self.access[token]
        for name in [name for name, code in self.codes.items() if code.made_at < horizon]:
            del self.codes[name]
