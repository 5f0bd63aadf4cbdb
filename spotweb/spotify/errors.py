"""What can go wrong at Spotify, one class for each thing that a member can be told.

SpotifyError                    spotify_error            anything unforeseen
├── ReconnectNeeded             reconnect_needed         signing in again helps
│   ├── GrantExpired            grant_expired            the six months are over
│   ├── GrantRevoked            grant_revoked            access was withdrawn
│   ├── GrantOfOtherApp         grant_of_other_app       the household now uses another app at Spotify
│   └── ScopeMissing            scope_missing            was not agreed to; `scopes`
├── Forbidden                   forbidden                policy, somebody else's list, a removed path
│   ├── NotOnAllowlist          not_on_allowlist         the app's owner has to add the account
│   ├── OwnerPremiumLapsed      owner_premium_lapsed     nobody can use the app until it is back
│   └── PremiumRequired         premium_required         this member's account is Free
├── PlayerRefused               player_refused           the player did not obey
│   ├── NoActiveDevice          no_active_device         choose a device, then repeat
│   ├── DeviceGone              device_gone              the chosen device is not there any more
│   └── RestrictionViolated     restriction_violated     not possible right now, or already so
│       ├── VolumeNotControllable   volume_not_controllable
│       └── DeviceRestricted    device_restricted        the device takes no commands at all
├── Throttled                   throttled                `until`, `family`
│   ├── PaceReached             pace_reached             not sent: our own limit, Spotify has not complained
│   │   └── BoxBusy             box_busy                 not sent: too many pages wait for Spotify
│   ├── RateLimited             rate_limited             too much in the last seconds, says Spotify
│   └── QuotaExceeded           quota_exceeded           the day's share of the whole household is used up
├── NotFound                    not_found
├── Gone                        gone                     this app's quota mode does not offer it
├── InvalidRequest              invalid_request          Spotify, or our own check, refuses the values
├── Unavailable                 unavailable              network, timeout, 5xx; `is_outcome_unknown`
│   ├── TokenRefused            (unavailable)            a fresh access token was refused
│   └── BadResponse             bad_response             HTML, cut off, or of another shape
└── SignInFailed                sign_in_failed           during sign-in only
    ├── CodeRejected            code_rejected            used, late, or for another redirect URI
    └── ClientRejected          client_rejected          wrong client id or secret

The second column is `code` and names the entry in `web/texts/error_messages.py`. Exceptions carry facts, no
tokens, and nothing that a member searched for: their text may be logged.
"""

from datetime import UTC, datetime
from http import HTTPStatus

from msgspec import Struct


class WriteProgress(Struct, frozen=True, kw_only=True):
    """How far a write in several requests came: URIs in their order, so that a caller can resume or undo.

    `in_doubt` may have been written, since the answer was lost. `snapshot_id` is of the last success.
    """

    done: tuple[str, ...] = ()
    in_doubt: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    snapshot_id: str | None = None


class SpotifyError(Exception):
    """`status` is what our browser gets; `spotify_status`, `reason` and `message` are Spotify's own words.

    `written` is set when a write of several items failed, also when nothing of it was done.
    """

    code = "spotify_error"
    status = HTTPStatus.BAD_GATEWAY
    is_own_limit = False  # where it is true, Spotify was not even asked
    written: WriteProgress | None = None

    def __init__(
        self,
        message: str = "",
        *,
        operation: str = "",
        spotify_status: int | None = None,
        reason: str | None = None,
    ) -> None:
        self.message = message
        self.operation = operation
        self.spotify_status = spotify_status
        self.reason = reason
        facts = [operation, str(spotify_status or ""), reason or "", message]
        super().__init__(" ".join(fact for fact in facts if fact) or self.code)


class ReconnectNeeded(SpotifyError):
    code = "reconnect_needed"
    status = HTTPStatus.FORBIDDEN


class GrantExpired(ReconnectNeeded):
    code = "grant_expired"


class GrantRevoked(ReconnectNeeded):
    code = "grant_revoked"


class GrantOfOtherApp(ReconnectNeeded):
    code = "grant_of_other_app"


class ScopeMissing(ReconnectNeeded):
    """`scopes` are those the operation needs, of which at least one was not granted."""

    code = "scope_missing"
    scopes: tuple[str, ...] = ()


class Forbidden(SpotifyError):
    code = "forbidden"
    status = HTTPStatus.FORBIDDEN


class NotOnAllowlist(Forbidden):
    code = "not_on_allowlist"


class OwnerPremiumLapsed(Forbidden):
    code = "owner_premium_lapsed"


class PremiumRequired(Forbidden):
    code = "premium_required"


class PlayerRefused(SpotifyError):
    code = "player_refused"
    status = HTTPStatus.CONFLICT


class NoActiveDevice(PlayerRefused):
    code = "no_active_device"


class DeviceGone(PlayerRefused):
    code = "device_gone"


class RestrictionViolated(PlayerRefused):
    """Also the answer to pausing what is paused: read the state again, a matching one is a success."""

    code = "restriction_violated"


class VolumeNotControllable(RestrictionViolated):
    code = "volume_not_controllable"


class DeviceRestricted(RestrictionViolated):
    code = "device_restricted"


class Throttled(SpotifyError):
    """Nothing of `family` is sent before `until` (aware, UTC): calling on would make the wait longer."""

    code = "throttled"
    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, message: str = "", *, until: datetime, family: str, operation: str = "") -> None:
        self.until = until
        self.family = family
        super().__init__(message, operation=operation, spotify_status=HTTPStatus.TOO_MANY_REQUESTS)

    @property
    def retry_after_s(self) -> int:
        return max(1, round((self.until - datetime.now(UTC)).total_seconds()))


class PaceReached(Throttled):
    """The household is at its own pace: nothing was sent."""

    code = "pace_reached"
    is_own_limit = True

    def __init__(self, message: str = "", *, until: datetime, family: str, operation: str = "") -> None:
        super().__init__(message, until=until, family=family, operation=operation)
        self.spotify_status = None


class BoxBusy(PaceReached):
    """As many threads of the web server as may wait for Spotify do: nothing was sent."""

    code = "box_busy"


class RateLimited(Throttled):
    code = "rate_limited"


class QuotaExceeded(Throttled):
    code = "quota_exceeded"


class NotFound(SpotifyError):
    code = "not_found"
    status = HTTPStatus.NOT_FOUND


class Gone(SpotifyError):
    code = "gone"
    status = HTTPStatus.GONE


class InvalidRequest(SpotifyError):
    code = "invalid_request"
    status = HTTPStatus.BAD_REQUEST


class Unavailable(SpotifyError):
    """`is_outcome_unknown`: the command may have been carried out although its answer was lost.

    `is_repeatable`: then sending it again does no harm.
    """

    code = "unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    is_repeatable = True

    def __init__(  # the same facts, and whether the request may have taken effect
        self,
        message: str = "",
        *,
        operation: str = "",
        spotify_status: int | None = None,
        reason: str | None = None,
        is_outcome_unknown: bool = False,
    ) -> None:
        self.is_outcome_unknown = is_outcome_unknown
        super().__init__(message, operation=operation, spotify_status=spotify_status, reason=reason)


class TokenRefused(Unavailable):
    """`is_glitch`: Spotify mislaid a good token (it does on the player), which works again a moment later."""

    is_glitch = False


class BadResponse(Unavailable):
    code = "bad_response"
    status = HTTPStatus.BAD_GATEWAY


class SignInFailed(SpotifyError):
    code = "sign_in_failed"
    status = HTTPStatus.BAD_REQUEST


class CodeRejected(SignInFailed):
    code = "code_rejected"


class ClientRejected(SignInFailed):
    code = "client_rejected"
    status = HTTPStatus.BAD_GATEWAY
