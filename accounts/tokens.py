"""The one place that reads, renews and stores a member's tokens. `spotify_for` is the face."""

import time
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.encryption import UnreadableToken, decrypt_token, encrypt_token
from accounts.errors import RenewalHeldUp
from accounts.models import Grant, Member
from accounts.provider import SCOPES
from spotweb.spotify import authorization
from spotweb.spotify.authorization import Tokens
from spotweb.spotify.errors import (
    GrantExpired,
    GrantOfOtherApp,
    GrantRevoked,
    ReconnectNeeded,
    SpotifyError,
    Unavailable,
)
from spotweb.spotify.http import Client, Purpose
from spotweb.storage.outages import find_outage, skip_during_outage

# Renewed a little early, so that a token does not die on its way to Spotify.
RENEW_EARLY = timedelta(seconds=60)
# Longer than the slowest renewal with its one repetition; a crashed renewer holds up the others no longer.
LEASE = timedelta(seconds=25)
# Spotify's outages have looked like revocations: a refresh token is tried once more before it is thrown away.
SECOND_TRY_AFTER = timedelta(minutes=15)
# A token that is refused right after its renewal will not get better by renewing again.
MIN_FORCED_INTERVAL = timedelta(seconds=30)


class _Renewal(NamedTuple):
    """Fields of a grant that was last renewed at `replaces`."""

    replaces: datetime
    changes: dict[str, Any]


# By the key of the grant, until it is stored.
_unstored: dict[int, _Renewal] = {}


def spotify_for(member: Member, *, purpose: Purpose = "page") -> Client:
    """The member's client; tokens are read when the first request needs one."""
    return Client(GrantTokens(member), purpose=purpose)


def store_grant(member: Member, tokens: Tokens) -> bool:
    """Store what a sign-in brought; it starts a new term of six months and ends any trouble.

    Returns whether it can be renewed. Without a new refresh token the one of before is kept.
    """
    now = timezone.now()
    before = Grant.objects.filter(
        member=member,
        trouble=Grant.Trouble.NONE,
        spotify=settings.SPOTIFY_IDENTITY,
        client_id=settings.SPOTIFY_CLIENT_ID,
    ).first()
    kept = before.refresh_token if before else ""
    refresh_token = encrypt_token(tokens.refresh_token) if tokens.refresh_token else kept
    Grant.objects.update_or_create(
        member=member,
        defaults={
            **_encrypted_fields(tokens),
            "refresh_token": refresh_token,
            # Left out means: what was asked for (RFC 6749, 5.1).
            "scopes": tokens.scope or " ".join(SCOPES),
            "spotify": settings.SPOTIFY_IDENTITY,
            "client_id": settings.SPOTIFY_CLIENT_ID,
            "authorized_at": now,
            "renewing_until": None,
            "trouble": Grant.Trouble.NONE,
            "trouble_at": None,
            "refusals": 0,
        },
    )
    return bool(refresh_token)


def retry_refused(member: Member) -> None:
    """Try a refused refresh token once more, now. Raises what `GrantTokens.access_token` does.

    Trying any number of times does no harm: a refusal counts only after SECOND_TRY_AFTER.
    """
    GrantTokens(member).retry()


class GrantTokens:
    """Spotify's tokens of one member, for the service module (its TokenSource)."""

    def __init__(self, member: Member) -> None:
        self._member_id = member.pk
        self.key = f"member-{member.pk}"

    def access_token(self) -> str:
        """A token that still lives. Raises ReconnectNeeded, Unavailable, RateLimited."""
        grant = self._load_grant()
        _raise_if_refused(grant)
        if grant.access_expires_at - RENEW_EARLY > timezone.now():
            return _decrypt(grant, grant.access_token)
        try:
            return self._renew_or_wait(grant)
        except RenewalHeldUp:
            if grant.access_expires_at <= timezone.now():
                raise
            return _decrypt(grant, grant.access_token)  # it was to be renewed early, and still lives

    def renew(self, rejected: str) -> str:
        """A newer token than `rejected`, which Spotify refused although it should still live."""
        grant = self._load_grant()
        _raise_if_refused(grant)
        current = _decrypt(grant, grant.access_token)
        if current != rejected or grant.renewed_at > timezone.now() - MIN_FORCED_INTERVAL:
            return current
        return self._renew_or_wait(grant)

    def retry(self) -> None:
        grant = self._load_grant()
        if not grant.refresh_token:
            raise _get_refusal(grant)
        if grant.trouble != Grant.Trouble.NONE:
            self._renew_or_wait(grant)

    def _load_grant(self) -> Grant:
        grant = Grant.objects.filter(member_id=self._member_id).first()
        if grant is None:  # signed in on another device while the member was being removed here
            raise GrantRevoked
        _require_own_app(grant)
        _add_unstored(grant)
        return grant

    def _renew_or_wait(self, grant: Grant) -> str:
        """Renew as exactly one caller of all threads and processes; the others wait for what it brings."""
        deadline = time.monotonic() + LEASE.total_seconds()
        while not _acquire_lease(grant):
            # The wait is for a neighbour's request to Spotify, so it is as long as our own would be.
            time.sleep(0.05)
            renewed_before = grant.renewed_at
            grant = self._load_grant()
            _raise_if_refused(grant)
            if grant.renewed_at != renewed_before:
                return _decrypt(grant, grant.access_token)
            has_failed = grant.renewing_until is None
            if has_failed or time.monotonic() > deadline:
                # One after the other, everybody who waits would meet the same outage.
                raise Unavailable
        return _renew_leased(grant)


def _acquire_lease(grant: Grant) -> bool:
    """Compare and set, because SQLite has no row locks and no lock may be held while Spotify thinks."""
    now = timezone.now()
    free = Q(renewing_until=None) | Q(renewing_until__lt=now)
    rows = _get_unchanged_row(grant).filter(free, trouble=grant.trouble)
    try:
        return rows.update(renewing_until=now + LEASE) == 1
    except DatabaseError as error:
        outage = find_outage(error)
        if not outage or connection.in_atomic_block:
            raise
        raise RenewalHeldUp(outage) from error


def _get_unchanged_row(grant: Grant) -> QuerySet[Grant]:
    """The row, unless the member has signed in again meanwhile: then what Spotify says is of old tokens."""
    return Grant.objects.filter(pk=grant.pk, renewed_at=grant.renewed_at)


def _renew_leased(grant: Grant) -> str:
    if not grant.refresh_token:  # the sign-in brought none, or the second refusal took it away
        _record_trouble(grant, Grant.Trouble.EXPIRED)
        raise GrantExpired
    refresh_token = _decrypt(grant, grant.refresh_token)
    try:
        tokens = authorization.refresh_tokens(refresh_token)
    except GrantExpired:
        _record_trouble(grant, Grant.Trouble.EXPIRED)
        raise
    except GrantRevoked:
        _record_trouble(grant, Grant.Trouble.REVOKED)
        raise
    except SpotifyError:
        _update_unchanged(grant, renewing_until=None)
        raise
    _store_renewed(grant, tokens, refresh_token=tokens.refresh_token or refresh_token)
    return tokens.access_token


def _store_renewed(grant: Grant, tokens: Tokens, *, refresh_token: str) -> None:
    # The old refresh token stays good when no new one came; encrypted again, it follows a change of keys.
    changes: dict[str, Any] = _encrypted_fields(tokens) | {"refresh_token": encrypt_token(refresh_token)}
    if tokens.scope:
        changes["scopes"] = tokens.scope
    # The lease ends with the same write: a moment earlier, the next caller would renew once more.
    changes |= {"renewing_until": None, "trouble": Grant.Trouble.NONE, "trouble_at": None, "refusals": 0}
    _unstored[grant.pk] = _Renewal(grant.renewed_at, changes)
    _add_unstored(grant)


def _add_unstored(grant: Grant) -> None:
    """Store what this process has renewed; while the database is away, it goes on with that alone.

    Spotify may have put a new refresh token in the place of the old one: losing it would end the sign-in.
    """
    renewal = _unstored.get(grant.pk)
    if renewal is None:
        return
    if renewal.replaces != grant.renewed_at:  # the member has signed in again meanwhile
        _unstored.pop(grant.pk, None)
        return
    for name in renewal.changes.keys() - {"renewed_at"}:
        setattr(grant, name, renewal.changes[name])
    with skip_during_outage():
        _get_unchanged_row(grant).update(**renewal.changes)
        grant.renewed_at = renewal.changes["renewed_at"]
        _unstored.pop(grant.pk, None)


def _encrypted_fields(tokens: Tokens) -> dict[str, object]:
    now = timezone.now()
    return {
        "access_token": encrypt_token(tokens.access_token),
        "access_expires_at": now + timedelta(seconds=tokens.expires_in),
        "renewed_at": now,
    }


def _require_own_app(grant: Grant) -> None:
    """A token is sent only where it came from: no other Spotify, and no other app, is to see it."""
    if grant.spotify != settings.SPOTIFY_IDENTITY or grant.client_id != settings.SPOTIFY_CLIENT_ID:
        raise GrantOfOtherApp


def _raise_if_refused(grant: Grant) -> None:
    """Ask Spotify nothing for a grant it has refused, except the one second try."""
    if grant.trouble in {Grant.Trouble.NONE, Grant.Trouble.UNREADABLE, Grant.Trouble.OTHER_APP}:
        return  # a key that was lost may have been put back, and so may the app
    if grant.refusals == 1 and _is_second_try_due(grant):
        return
    raise _get_refusal(grant)


def _is_second_try_due(grant: Grant) -> bool:
    return grant.trouble_at is not None and grant.trouble_at < timezone.now() - SECOND_TRY_AFTER


def _get_refusal(grant: Grant) -> ReconnectNeeded:
    return GrantExpired() if grant.trouble == Grant.Trouble.EXPIRED else GrantRevoked()


def _record_trouble(grant: Grant, trouble: Grant.Trouble) -> None:
    """Nothing but the sign-in is lost; the refresh token goes only with the second refusal.

    A member who tried again at once has met the same outage, if it is one: that is no second refusal.
    """
    if grant.refusals and not _is_second_try_due(grant):
        _update_unchanged(grant, renewing_until=None)
        return
    with skip_during_outage(), transaction.atomic():
        rows = _get_unchanged_row(grant)
        rows.update(
            trouble=trouble, trouble_at=timezone.now(), refusals=F("refusals") + 1, renewing_until=None
        )
        rows.filter(refusals__gte=2).update(refresh_token="", access_token="")


def _record_unreadable(grant: Grant) -> None:
    """No refusal of Spotify's: with the right key everything is as before, so the tokens stay."""
    _update_unchanged(grant, trouble=Grant.Trouble.UNREADABLE, trouble_at=timezone.now(), renewing_until=None)


def _update_unchanged(grant: Grant, **changes: object) -> None:
    """While nothing can be stored, a lease ends by itself, and all else is found out anew."""
    with skip_during_outage():
        _get_unchanged_row(grant).update(**changes)


def _decrypt(grant: Grant, encrypted: str) -> str:
    try:
        token = decrypt_token(encrypted)
    except UnreadableToken:
        _record_unreadable(grant)
        raise GrantRevoked from None
    if grant.trouble == Grant.Trouble.UNREADABLE:
        _update_unchanged(grant, trouble=Grant.Trouble.NONE, trouble_at=None)
        grant.trouble = Grant.Trouble.NONE
    return token
