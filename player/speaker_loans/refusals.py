"""Why a speaker can't be borrowed, or no longer is, in plain words."""

from enum import StrEnum

from django.utils.translation import gettext as _

from player.playback.controls import KEPT_BY_HOST
from spotweb.spotify.errors import (
    DeviceGone,
    NoActiveDevice,
    PremiumRequired,
    ReconnectNeeded,
    SpotifyError,
)


class LoanRefusal(StrEnum):
    """What stands in the way, or has ended it. Nothing here tells of a private session."""

    NOTHING_TO_PLAY = "nothing_to_play"
    NOT_PLAYABLE = "not_playable"
    GONE = "gone"
    AWAY = "away"
    RECONNECT = "reconnect"
    NO_PREMIUM = "no_premium"
    NOT_ALLOWED = "not_allowed"
    LISTENING = "listening"
    ASKED_ALREADY = "asked_already"
    PLAYING_ALREADY = "playing_already"
    OVER = "over"
    GUEST_GONE = "guest_gone"
    STOPPED = "stopped"
    HOST_PLAYS = "host_plays"
    REVOKED = "revoked"
    ENDED = "ended"
    STARTING = "starting"
    NOT_YOURS = "not_yours"
    NO_LONGER = "no_longer"
    HOST_SETTING = "host_setting"
    ONE_BY_ONE = "one_by_one"


class LoanRefused(Exception):
    """Nothing was started or changed."""

    def __init__(self, reason: LoanRefusal, *, name: str = "", device: str = "") -> None:
        self.reason, self.name, self.device = reason, name, device
        super().__init__(reason)

    @property
    def text(self) -> str:
        return describe_refusal(self.reason, name=self.name, device=self.device)


def describe_refusal(reason: str, *, name: str, device: str) -> str:
    """A sentence for the guest; empty for what nobody has to be told. `name` is the host's."""
    facts = {"name": name or _("The other member"), "device": device or _("This speaker")}
    return _texts().get(reason, "") % facts


def _texts() -> dict[str, str]:
    refusal = LoanRefusal
    return {
        refusal.NOTHING_TO_PLAY: _("Play something first, then choose the speaker."),
        refusal.NOT_PLAYABLE: _("What plays now can’t be played through another account."),
        refusal.GONE: _("%(device)s isn’t there any more. Look at the list again."),
        refusal.AWAY: _("%(name)s isn’t available for this right now."),
        refusal.RECONNECT: _("%(name)s has to sign in with Spotify again first."),
        refusal.NO_PREMIUM: _("The account of %(name)s has no Premium, so apps can’t play there."),
        refusal.NOT_ALLOWED: _("%(name)s wants to be asked first."),
        refusal.LISTENING: _("%(name)s is listening right now. Ask first."),
        refusal.ASKED_ALREADY: _("Somebody is asking %(name)s already. Try again in a minute."),
        refusal.PLAYING_ALREADY: _("Another member is playing through the account of %(name)s."),
        refusal.OVER: _("This request is over. Nothing was played."),
        refusal.GUEST_GONE: _("Who asked has left or thought better of it. Nothing was played."),
        refusal.HOST_PLAYS: _("%(name)s plays something else now."),
        refusal.REVOKED: _("%(name)s no longer lends this."),
        refusal.ENDED: _("The music on %(device)s has ended."),
        refusal.STARTING: _("It’s just starting on %(device)s. Try again in a moment."),
        refusal.NOT_YOURS: _("What plays on %(device)s right now isn’t yours, so it stays as it is."),
        refusal.HOST_SETTING: str(KEPT_BY_HOST),
        refusal.ONE_BY_ONE: _("On a borrowed speaker songs are queued one by one."),
        refusal.NO_LONGER: _("You no longer play on %(device)s. Nothing was changed."),
    }


def translate_error(error: SpotifyError, *, host: str, device: str) -> LoanRefused | SpotifyError:
    """The guest is told of the host's trouble as theirs."""
    if isinstance(error, ReconnectNeeded):
        return LoanRefused(LoanRefusal.RECONNECT, name=host)
    if isinstance(error, PremiumRequired):
        return LoanRefused(LoanRefusal.NO_PREMIUM, name=host)
    if isinstance(error, DeviceGone | NoActiveDevice):
        return LoanRefused(LoanRefusal.GONE, name=host, device=device)
    return error
