"""What members are told when something fails: one table by code, for pages, toasts, dialogs and notices.

`get_message` is the face. The codes are those of `SpotifyError` and of the apps' own errors, and a few for
pages that fail without one. A code without an entry reads as `spotify_error`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from spotweb.spotify.errors import SpotifyError, Throttled, Unavailable
from spotweb.web.texts import time_format

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class ErrorAction:
    """One way on. `is_retry` leads back to the page; `is_reconnect` is the form that signs in
    again, `is_second_try` the one that asks Spotify once more whether it has to be."""

    label: Text = ""
    url_name: str = ""
    fragment: str = ""
    address: str = ""
    icon: str = ""
    style: str = ""
    is_retry: bool = False
    is_reconnect: bool = False
    is_second_try: bool = False

    @property
    def href(self) -> str:
        return (reverse(self.url_name) if self.url_name else self.address) + self.fragment

    @property
    def is_external(self) -> bool:
        return self.address.startswith("https://")


@dataclass(frozen=True, kw_only=True)
class ErrorMessage:
    """`toast` is one sentence or two without markup; `paragraphs` say more on the page."""

    title: Text
    toast: Text
    paragraphs: tuple[Text, ...]
    actions: tuple[ErrorAction, ...]
    title_when_soon: Text = ""


_TO_START = ErrorAction(label=_("To the start page"), url_name="home")
_TRY_AGAIN = ErrorAction(label=_("Try again"), is_retry=True, icon="refresh-cw")
_TO_PLAYER = ErrorAction(label=_("To the player"), url_name="player:now", style="btn--quiet")
_OPEN_DASHBOARD = ErrorAction(
    label=_("Open the dashboard"), address="https://developer.spotify.com/dashboard", icon="external-link"
)
_TO_SIGN_IN = ErrorAction(
    label=_("To the sign-in"), url_name="accounts:login", icon="log-in", style="btn--main"
)
_CHOOSE_DEVICE = ErrorAction(
    label=_("Choose a device"), url_name="player:now", fragment="#devices", icon="speaker", style="btn--main"
)
_TO_PLAYLISTS = ErrorAction(label=_("Playlists"), url_name="playlists:list")
_OPEN_SPOTIFY = ErrorAction(
    label=_("Open Spotify"), address="https://open.spotify.com/", icon="external-link"
)
_TO_HOUSEHOLD = ErrorAction(label=_("Household"), url_name="accounts:household", style="btn--quiet")
_SIGN_IN_AGAIN = ErrorAction(
    label=_("Sign in again"), url_name="accounts:login", icon="log-in", style="btn--main"
)
_OPEN_ACCOUNT = ErrorAction(
    label=_("Open the Spotify account"),
    address="https://www.spotify.com/account/",
    icon="external-link",
    style="btn--quiet",
)
_TO_PLAYER_MAIN = ErrorAction(label=_("Home"), url_name="home", icon="house", style="btn--main")
_OPEN_SPOTIFY_QUIET = ErrorAction(
    label=_("Open Spotify"), address="https://open.spotify.com/", icon="external-link", style="btn--quiet"
)
_TRY_LATER = ErrorAction(label=_("Try again %(from_when)s"), is_retry=True, icon="hourglass")
_RELOAD = ErrorAction(label=_("Load the page again"), is_retry=True, icon="refresh-cw", style="btn--main")
_RECONNECT = ErrorAction(is_reconnect=True)
_TRY_ONCE_MORE = ErrorAction(label=_("Try once more"), is_second_try=True, icon="refresh-cw")

_PLAYLIST_FULL = ngettext_lazy(
    "Spotify takes 10,000 items in a playlist: %(room)s more fits into this one. Nothing was added.",
    "Spotify takes 10,000 items in a playlist: %(room)s more fit into this one. Nothing was added.",
    "room_count",
)

MESSAGES: Mapping[str, ErrorMessage] = {
    "bad_request": ErrorMessage(
        title=_("This request couldn’t be understood"),
        toast=_("This request couldn’t be understood. Nothing was changed."),
        paragraphs=(
            _(
                "The address or what was sent with it isn’t one that this server answers to. Nothing was "
                "changed."
            ),
            _("If you typed the address, compare it with the one the household uses."),
        ),
        actions=(_TO_START,),
    ),
    "bad_response": ErrorMessage(
        title=_("Spotify’s answer made no sense"),
        toast=_("Spotify’s answer made no sense. Try again in a moment."),
        paragraphs=(
            _(
                "Something answered in Spotify’s place, or the answer was cut off: a disturbance at "
                "Spotify, or a network that wants you to log in first."
            ),
            _("Try again in a moment."),
        ),
        actions=(
            _TRY_AGAIN,
            _TO_PLAYER,
        ),
    ),
    "box_busy": ErrorMessage(
        title=_("Busy, one moment"),
        toast=_("Busy, one moment: too much is open at once. Try again in a few seconds."),
        paragraphs=(
            _(
                "So many pages of the household wait for Spotify’s answers that no more can wait right now. "
                "What you just did wasn’t sent; try again in a few seconds."
            ),
        ),
        actions=(
            _TRY_AGAIN,
            _TO_PLAYER,
        ),
    ),
    "client_rejected": ErrorMessage(
        title=_("Spotify doesn’t accept this app’s keys"),
        toast=_("Spotify doesn’t accept this app’s client id or secret. Nothing was changed."),
        paragraphs=(
            _(
                "The client id or the client secret of this installation is wrong, so nobody can sign in. "
                "Nothing was changed."
            ),
            _(
                "Whoever set this up compares SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET with the app’s "
                "settings on developer.spotify.com/dashboard and starts the server again."
            ),
        ),
        actions=(
            _OPEN_DASHBOARD,
            _TO_SIGN_IN,
        ),
    ),
    "code_rejected": ErrorMessage(
        title=_("That sign-in came too late"),
        toast=_("That sign-in was already used or came too late. Start it once more."),
        paragraphs=(
            _(
                "A sign-in can be completed once and within a few minutes; this one was used already or "
                "took too long. Nothing was changed."
            ),
            _(
                "Start it once more. If it fails again, the address in Spotify’s dashboard may differ "
                "from the one you use here."
            ),
        ),
        actions=(_TO_SIGN_IN,),
    ),
    "device_gone": ErrorMessage(
        title=_("Spotify can’t reach that device"),
        toast=_("Spotify can’t reach that device. If it’s new, choose it once in the Spotify app."),
        paragraphs=(
            _(
                "The device was switched off or went to sleep between your look at the list and your "
                "choice. The queue is as it was."
            ),
            _("Wake it up by opening Spotify on it, or choose another."),
            _(
                "Some speakers have to be chosen once in the Spotify app before other apps may play on them. "
                "If this one is new, do that first."
            ),
        ),
        actions=(
            _CHOOSE_DEVICE,
            _TO_PLAYER,
        ),
    ),
    "device_restricted": ErrorMessage(
        title=_("This device takes no commands from here"),
        toast=_("This device takes no commands from other apps. Choose another."),
        paragraphs=(
            _(
                "Some devices, such as certain televisions and cars, can only be controlled on the device "
                "itself. Nothing was changed."
            ),
            _("Choose another device, or use the controls of that one."),
        ),
        actions=(
            _CHOOSE_DEVICE,
            _TO_PLAYER,
        ),
    ),
    "edit_lost": ErrorMessage(
        title=_("It was ended in the middle"),
        toast=_("It was ended in the middle. Finish it, or take it back."),
        paragraphs=(
            _(
                "This app was restarted, or met something it didn’t expect, while it changed the "
                "playlist. Finish the change, or take it back: both begin with a look at what is there."
            ),
        ),
        actions=(_TO_PLAYLISTS,),
    ),
    "forbidden": ErrorMessage(
        title=_("Spotify doesn’t allow this"),
        toast=_("Spotify doesn’t allow this. Nothing was changed."),
        paragraphs=(
            _(
                "Spotify refused: it may belong to somebody else, or not be open to apps like this one. "
                "Nothing was changed, and trying again won’t help."
            ),
            _("In the Spotify app it may still be possible."),
        ),
        actions=(
            _OPEN_SPOTIFY,
            _TO_PLAYER,
        ),
    ),
    "gone": ErrorMessage(
        title=_("Spotify no longer offers this to apps like ours"),
        toast=_("Spotify no longer offers this to apps like ours."),
        paragraphs=(
            _(
                "Since 2026 Spotify offers small apps fewer of its services, and this is one it took "
                "away. Trying again won’t help."
            ),
            _(
                "In the Spotify app it is still possible. If your app has Spotify’s extended quota, set "
                "SPOTIFY_QUOTA_MODE to extended."
            ),
        ),
        actions=(
            _OPEN_SPOTIFY,
            _TO_PLAYER,
        ),
    ),
    "grant_expired": ErrorMessage(
        title=_("Your sign-in with Spotify has run out"),
        toast=_("Your sign-in with Spotify has run out. Reconnect to continue."),
        paragraphs=(
            _(
                "Spotify lets a sign-in live for six months, and yours are over. Your "
                "music stays in your Spotify account."
            ),
            _("Reconnect, and you are back where you were."),
        ),
        actions=(
            _RECONNECT,
            _TRY_ONCE_MORE,
            _TO_HOUSEHOLD,
        ),
    ),
    "grant_of_other_app": ErrorMessage(
        title=_("Reconnect with Spotify"),
        toast=_("This household now uses another Spotify app. Reconnect to continue."),
        paragraphs=(
            _(
                "This household now uses another app at Spotify, and your sign-in was made for the earlier "
                "one. Your settings and everything kept here stay as they are."
            ),
            _("Reconnect to continue."),
        ),
        actions=(
            _RECONNECT,
            _TO_HOUSEHOLD,
        ),
    ),
    "grant_revoked": ErrorMessage(
        title=_("Spotify has ended your sign-in"),
        toast=_("Spotify has ended your sign-in. Reconnect to continue."),
        paragraphs=(
            _(
                "The permission was withdrawn: by you, on Spotify’s page of connected apps, or by "
                "Spotify, after a new password for example."
            ),
            _(
                "If you didn’t withdraw it, try once more: when Spotify has trouble it sometimes says this "
                "by mistake. If that doesn’t help, reconnect."
            ),
        ),
        actions=(
            _RECONNECT,
            _TRY_ONCE_MORE,
            _TO_HOUSEHOLD,
        ),
    ),
    "house_closed": ErrorMessage(
        title=_("This household is closed for the moment"),
        toast=_("Something is wrong with this household’s data. Its owner has to look at the box."),
        paragraphs=(
            _(
                "Something is wrong with the data on the box, so nobody can sign in. Your Spotify account "
                "and your playlists at Spotify aren’t affected."
            ),
            _(
                "Please tell whoever looks after the box: the log says what happened and what to do, and so "
                "does `manage.py house`."
            ),
        ),
        actions=(ErrorAction(label=_("Try again"), url_name="home", icon="refresh-cw"),),
    ),
    "invalid_request": ErrorMessage(
        title=_("Spotify didn’t accept this"),
        toast=_("Spotify didn’t accept this. Nothing was changed."),
        paragraphs=(
            _(
                "A value wasn’t one that Spotify takes: a link that isn’t complete, for example, or "
                "something that can’t be queued. Nothing was changed."
            ),
            _("Check it and try again."),
        ),
        actions=(_TO_PLAYER,),
    ),
    "no_active_device": ErrorMessage(
        title=_("No device is ready to play"),
        toast=_("No device is ready to play. Choose one."),
        paragraphs=(
            _("Spotify plays on one of your devices, and none is awake."),
            _("Open Spotify on a phone, a computer or a speaker, then choose it in the list of devices."),
        ),
        actions=(
            _CHOOSE_DEVICE,
            _TO_PLAYER,
        ),
    ),
    "not_found": ErrorMessage(
        title=_("Spotify doesn’t have this any more"),
        toast=_("Spotify doesn’t have this any more. Nothing else was changed."),
        paragraphs=(
            _(
                "What you asked for wasn’t found at Spotify: it may have been deleted, or the link "
                "isn’t complete. Nothing else was changed."
            ),
        ),
        actions=(_TO_PLAYER,),
    ),
    "not_on_allowlist": ErrorMessage(
        title=_("This account isn’t on the app’s user list"),
        toast=_("This Spotify account isn’t on the list of people who may use this app."),
        paragraphs=(
            _(
                "Signing in worked, but an app like this one may be used by five people at most, and "
                "Spotify wants each of them on a list. This account isn’t on it."
            ),
            _(
                "Whoever set this up opens the app on developer.spotify.com/dashboard, chooses Settings, "
                "then User Management, and adds your name and the e-mail address of your Spotify account. "
                "It must be that very address."
            ),
            _(
                "After that, sign in again; it may take a few minutes. If five people are on the list "
                "already, one has to be taken off first."
            ),
        ),
        actions=(
            _SIGN_IN_AGAIN,
            _OPEN_DASHBOARD,
        ),
    ),
    "not_on_lan": ErrorMessage(
        title=_("This household isn’t open to other devices yet"),
        toast=_("This household isn’t open to other devices yet. Nothing was changed."),
        paragraphs=(
            _("You came by “%(seen)s”, but pages can be opened on the box itself only."),
            _(
                "Whoever looks after the box can open them to phones at home: start the app with "
                "“make run LAN=1”, or set SPOTWEB_LAN_URL."
            ),
        ),
        actions=(_TRY_AGAIN,),
    ),
    "not_yours": ErrorMessage(
        title=_("Only the owner can do this"),
        toast=_("Only the owner can do this. Nothing was changed."),
        paragraphs=(
            _(
                "Only the owner of the household, or the person it belongs to, may do this. Nothing was "
                "changed."
            ),
        ),
        actions=(_TO_PLAYER,),
    ),
    "owner_premium_lapsed": ErrorMessage(
        title=_("The app’s owner has no Premium at the moment"),
        toast=_("Spotify has stopped this app: its owner’s Premium has ended."),
        paragraphs=(
            _(
                "Spotify lets an app like this one run only while the person who registered it has "
                "Premium. That has ended, so it stopped for everyone here, also for members who pay."
            ),
            _(
                "The owner renews Premium at spotify.com/account. Afterwards it can take a few hours "
                "until Spotify lets the app in again."
            ),
        ),
        actions=(
            _TRY_AGAIN,
            _OPEN_ACCOUNT,
        ),
    ),
    "page_not_found": ErrorMessage(
        title=_("Page not found"),
        toast=_("Page not found. Nothing was changed."),
        paragraphs=(
            _("The address leads nowhere: it may be mistyped, or from another version of this app."),
        ),
        actions=(_TO_PLAYER_MAIN,),
    ),
    "player_refused": ErrorMessage(
        title=_("The player didn’t respond"),
        toast=_("The player didn’t respond. Check what’s playing, then try again."),
        paragraphs=(_("Spotify’s player refused the command. The queue is unchanged."),),
        actions=(
            _TRY_AGAIN,
            _TO_PLAYER,
        ),
    ),
    "playlist_being_read": ErrorMessage(
        title=_("The playlist is still loading"),
        toast=_("The playlist is still loading. Try again when it’s complete."),
        paragraphs=(
            _(
                "It is a long one, and it can be changed as soon as all of it is known here. Nothing was "
                "done."
            ),
        ),
        actions=(_TO_PLAYLISTS,),
    ),
    "playlist_busy": ErrorMessage(
        title=_("The playlist is being changed"),
        toast=_("The playlist is just being changed. Wait until that is done, and try again."),
        paragraphs=(
            _("One change at a time: another one of this playlist is under way. Nothing of yours was done."),
        ),
        actions=(_TO_PLAYLISTS,),
    ),
    "playlist_cannot_remove": ErrorMessage(
        title=_("These can’t be removed from here"),
        toast=_("Local files and vanished songs can only be removed in Spotify’s own app."),
        paragraphs=(
            _(
                "Spotify removes songs by their address, and local files and vanished songs have none. "
                "Only Spotify’s own app on a computer can remove them. Nothing was changed."
            ),
        ),
        actions=(_TO_PLAYLISTS,),
    ),
    "playlist_changed": ErrorMessage(
        title=_("The playlist has changed meanwhile"),
        toast=_("The playlist has changed meanwhile, so nothing was done. Look at it as it is now."),
        paragraphs=(
            _(
                "What you wanted makes no sense in it any more as it is now, or could hit the wrong "
                "songs. Nothing was done."
            ),
            _("Open the playlist again to see it as it is."),
        ),
        actions=(_TO_PLAYLISTS,),
    ),
    "playlist_copy_stopped": ErrorMessage(
        title=_("The items haven’t arrived in the other playlist"),
        toast=_("The items haven’t all arrived in the other playlist, so they stay here too."),
        paragraphs=(
            _(
                "Copying them there was stopped or cancelled, so nothing was removed here. Finish the "
                "copy first, then this."
            ),
        ),
        actions=(_TO_PLAYLISTS,),
    ),
    "playlist_error": ErrorMessage(
        title=_("This wasn’t done"),
        toast=_("This wasn’t done, and nothing was changed."),
        paragraphs=(_("The playlist is as it was. Look at it once more, and try again."),),
        actions=(_TO_PLAYLISTS,),
    ),
    "playlist_full": ErrorMessage(
        title=_("The playlist is full"),
        toast=_PLAYLIST_FULL,
        paragraphs=(_PLAYLIST_FULL,),
        actions=(_TO_PLAYLISTS,),
    ),
    "playlist_gone": ErrorMessage(
        title=_("This playlist isn’t there"),
        toast=_("Spotify doesn’t have this playlist any more, or not for this app."),
        paragraphs=(
            _(
                "It may have been deleted, the link may not be complete, or it is one of Spotify’s own, "
                "which it keeps from apps like this one."
            ),
        ),
        actions=(_TO_PLAYLISTS,),
    ),
    "playlist_not_editable": ErrorMessage(
        title=_("This playlist is somebody else’s"),
        toast=_("Only its owner, and those who are invited, can change this playlist."),
        paragraphs=(
            _("Spotify lets only the owner, and those who are invited, change it. Nothing was done."),
            _("You can copy its songs into a playlist of your own."),
        ),
        actions=(_TO_PLAYLISTS,),
    ),
    "playlist_not_readable": ErrorMessage(
        title=_("Spotify doesn’t say what is in it"),
        toast=_("Spotify doesn’t tell this app what is in this playlist."),
        paragraphs=(
            _(
                "Spotify tells this app only what is in your own playlists, and in those you are invited "
                "to. You can still play and follow it."
            ),
        ),
        actions=(_TO_PLAYLISTS,),
    ),
    "playlist_nothing_to_do": ErrorMessage(
        title=_("There is nothing to do"),
        toast=_("The playlist is already as it should be."),
        paragraphs=(_("The playlist is already as it should be. Nothing was changed."),),
        actions=(_TO_PLAYLISTS,),
    ),
    "premium_required": ErrorMessage(
        title=_("This needs Spotify Premium"),
        toast=_("Controlling playback needs Premium. Nothing was changed."),
        paragraphs=(
            _(
                "Your Spotify account is on the free plan, and Spotify lets apps control the player of "
                "Premium accounts only. Nothing was changed."
            ),
            _("You can see what plays and look around here; to play, use the Spotify app."),
        ),
        actions=(
            _TO_PLAYER,
            _OPEN_SPOTIFY_QUIET,
        ),
    ),
    "pace_reached": ErrorMessage(
        title=_("Busy, one moment"),
        toast=_("Busy, one moment: try again in a few seconds."),
        paragraphs=(
            _(
                "The household is asking Spotify for a lot right now, and this app keeps to a pace. What you "
                "just did wasn’t sent; try again in a few seconds."
            ),
        ),
        actions=(
            _TRY_AGAIN,
            _TO_PLAYER,
        ),
    ),
    "queue_full": ErrorMessage(
        title=_("The queue is full"),
        toast=_("The queue is full: it holds 500 songs. Remove some first."),
        paragraphs=(_("This app keeps 500 songs at most. Remove some from the queue, then add the rest."),),
        actions=(_TO_PLAYER,),
    ),
    "queue_row_gone": ErrorMessage(
        title=_("The queue has moved on"),
        toast=_("The queue has moved on, and this isn’t in it any more."),
        paragraphs=(_("Somebody skipped it, or it has been played. Search for it to play it again."),),
        actions=(_TO_PLAYER,),
    ),
    "quota_exceeded": ErrorMessage(
        title=_("The household has used up its share for now"),
        toast=_("The household’s share of Spotify is used up %(how_long)s."),
        paragraphs=(
            _(
                "Spotify gives a small app like this one a limited number of requests, for everyone in "
                "the household together, and they are used up. What you just did wasn’t "
                "sent, so do it again %(from_when)s."
            ),
            _("Spotify itself goes on playing: the Spotify app isn’t affected."),
        ),
        actions=(
            _TRY_LATER,
            _TO_PLAYER,
        ),
    ),
    "rate_limited": ErrorMessage(
        title=_("Spotify asked us to wait until then"),
        title_when_soon=_("Spotify asked us to wait a moment"),
        toast=_("Spotify asked us to wait %(how_long)s."),
        paragraphs=(
            _(
                "Too many requests came from this household in a short time. What you "
                "just did wasn’t sent, so do it again %(from_when)s."
            ),
            _("Until then nothing more is asked: that would only make the wait longer."),
        ),
        actions=(
            _TRY_LATER,
            _TO_PLAYER,
        ),
    ),
    "reconnect_needed": ErrorMessage(
        title=_("Spotify wants you to sign in again"),
        toast=_("Spotify wants you to sign in again. Reconnect to continue."),
        paragraphs=(
            _(
                "Spotify no longer accepts the sign-in that this household keeps for you. Your "
                "music stays in your Spotify account."
            ),
            _("Reconnect, and you are back where you were."),
        ),
        actions=(
            _RECONNECT,
            _TO_HOUSEHOLD,
        ),
    ),
    "redirect_loop": ErrorMessage(
        title=_("This address leads in circles"),
        toast=_("The proxy in front of this household hides its address."),
        paragraphs=(
            _(
                "Something between your browser and this household, most likely a proxy, doesn’t pass on "
                "how you came. The household got “%(seen)s” and needs “%(wanted)s”."
            ),
            _("Please tell whoever looks after the box; the same line is in its log."),
        ),
        actions=(_TO_START,),
    ),
    "restriction_violated": ErrorMessage(
        title=_("That isn’t possible right now"),
        toast=_("Spotify doesn’t allow that right now."),
        paragraphs=(
            _(
                "Spotify forbids this for what plays at the moment: during an advertisement, for example, "
                "or because it is already so."
            ),
            _("Try again with the next song."),
        ),
        actions=(_TO_PLAYER,),
    ),
    "scope_missing": ErrorMessage(
        title=_("Spotify wasn’t asked for this permission"),
        toast=_("A permission is missing for this. Reconnect and agree to it."),
        paragraphs=(
            _(
                "You signed in without a permission that this needs; perhaps it was added since. Nothing "
                "was changed."
            ),
            _("Reconnect and agree to what Spotify lists, and you are back where you were."),
        ),
        actions=(
            _RECONNECT,
            _TO_PLAYER,
        ),
    ),
    "server_error": ErrorMessage(
        title=_("Something went wrong on our side"),
        toast=_("Something went wrong on our side. Try again in a moment."),
        paragraphs=(
            _(
                "This is a fault of this app, not yours and not Spotify’s. Your music is safe in your "
                "Spotify account."
            ),
            _("Try again in a moment. If it stays, whoever runs this server finds the details in its log."),
        ),
        actions=(_TO_START,),
    ),
    "sign_in_failed": ErrorMessage(
        title=_("Signing in with Spotify didn’t work"),
        toast=_("Signing in with Spotify didn’t work. Nothing was changed; try again."),
        paragraphs=(
            _("Spotify didn’t complete the sign-in. Nothing was changed, here or in your Spotify account."),
        ),
        actions=(_TO_SIGN_IN,),
    ),
    "spotify_error": ErrorMessage(
        title=_("Spotify answered with an error"),
        toast=_("Spotify answered with an error. Try again in a moment."),
        paragraphs=(
            _(
                "Spotify sent an error that we have no better words for. Playlists, "
                "library and queue are unchanged."
            ),
            _("Try again in a moment. If it stays, the log of this server has the details."),
        ),
        actions=(
            _TRY_AGAIN,
            _TO_PLAYER,
        ),
    ),
    "stale_form": ErrorMessage(
        title=_("This page was open for too long"),
        toast=_("This page is out of date. Load it again, then repeat what you did; nothing was changed."),
        paragraphs=(
            _(
                "The page you came from is out of date: you signed in or out since, or your browser keeps "
                "no cookies for it. Nothing was changed."
            ),
            _("Go back, load the page again, and repeat what you did."),
        ),
        actions=(
            _RELOAD,
            _TO_PLAYER,
        ),
    ),
    "throttled": ErrorMessage(
        title=_("Spotify asked us to wait until then"),
        title_when_soon=_("Spotify asked us to wait a moment"),
        toast=_("Spotify asked us to wait %(how_long)s."),
        paragraphs=(
            _(
                "Too much was asked of Spotify from this household. What you just did "
                "wasn’t sent, so do it again %(from_when)s."
            ),
        ),
        actions=(
            _TRY_LATER,
            _TO_PLAYER,
        ),
    ),
    "too_much_sent": ErrorMessage(
        title=_("That’s too much at once"),
        toast=_("That’s too much text at once. Nothing was changed; send it as a file, or in parts."),
        paragraphs=(
            _(
                "A form takes 5 MB of text. Nothing was changed. Go back in your browser: what you typed or "
                "pasted is usually still there."
            ),
            _("Save it as a file and choose that, or send it in parts."),
        ),
        actions=(_TO_START,),
    ),
    "unavailable": ErrorMessage(
        title=_("Spotify isn’t answering"),
        toast=_("Spotify isn’t answering right now. Try again in a moment."),
        paragraphs=(
            _("Spotify, or the way to it, is disturbed at the moment. What you just did wasn’t carried out."),
        ),
        actions=(_TRY_AGAIN, _TO_PLAYER),
    ),
    "unavailable_in_doubt": ErrorMessage(
        title=_("Spotify isn’t answering"),
        toast=_("No answer from Spotify. It may have worked: check before trying again."),
        paragraphs=(
            _(
                "The command was sent, but Spotify’s answer was lost on the way. Spotify may have carried it "
                "out all the same: look before you repeat it."
            ),
        ),
        actions=(_TRY_AGAIN, _TO_PLAYER),
    ),
    "unavailable_repeatable": ErrorMessage(
        title=_("Spotify isn’t answering"),
        toast=_("Spotify isn’t answering right now. Try again in a moment."),
        paragraphs=(
            _(
                "Spotify’s answer was lost on the way. Nothing else is lost: do it once more if it wasn’t "
                "done, that does no harm."
            ),
        ),
        actions=(_TRY_AGAIN, _TO_PLAYER),
    ),
    "volume_not_controllable": ErrorMessage(
        title=_("This device sets its own volume"),
        toast=_("The volume of this device can only be set on the device itself."),
        paragraphs=(
            _("Spotify can’t change the volume of this device from afar. Nothing was changed."),
            _("Use the device’s own buttons, or play on another device."),
        ),
        actions=(
            _CHOOSE_DEVICE,
            _TO_PLAYER,
        ),
    ),
    "wrong_host": ErrorMessage(
        title=_("This household has another address"),
        toast=_("This household has another address. Nothing was changed."),
        paragraphs=(
            _("You came by “%(seen)s”, a name that this server doesn’t answer to."),
            _("The address of the household is %(address)s"),
        ),
        actions=(ErrorAction(label=_("Go to %(address)s"), address="%(address)s", style="btn--main"),),
    ),
    "wrong_method": ErrorMessage(
        title=_("This address isn’t a page"),
        toast=_("That wasn’t understood. Nothing was changed."),
        paragraphs=(_("It belongs to a button, and opening it does nothing. Nothing was changed."),),
        actions=(_TO_PLAYER_MAIN,),
    ),
    "wrong_origin": ErrorMessage(
        title=_("This household has another address"),
        toast=_("This household’s address is %(address)s. Nothing was changed."),
        paragraphs=(
            _("This page was opened at %(seen)s, and the household takes changes only at %(address)s."),
            _("Nothing was changed. Open that address and do it again there."),
        ),
        actions=(ErrorAction(label=_("Go to %(address)s"), address="%(address)s", style="btn--main"),),
    ),
}


# Of a command whose answer was lost or cannot be read, other things are to be said than of a page.
_ABOUT_ANSWERS = {"unavailable", "bad_response"}


_OUTAGES = {
    "database_busy": (
        _("The box is busy"),
        _("Another program on the box, perhaps a backup, is using the database."),
    ),
    "database_full": (
        _("The box has no room left"),
        _("The disk of the box is full. As soon as there is room, everything works again."),
    ),
    "database_read_only": (
        _("The box can’t save anything"),
        _("The data folder of the box is read-only. As soon as it can be written, everything works again."),
    ),
    "database_damaged": (
        _("The box can’t read its disk"),
        _("The disk or the database of the box is damaged. Whoever looks after the box has to check it."),
    ),
    "database_unprepared": (
        _("The box is being updated"),
        _("The database is being prepared. This takes a moment."),
    ),
    "database_away": (
        _("The database doesn’t answer"),
        _("The box can’t reach its database. As soon as it is back, everything works again."),
    ),
}
# These do not pass.
LASTING_OUTAGES = frozenset({"database_damaged"})
_COMES_BY_ITSELF = _("This page comes by itself once that is over.")
_FATES = {
    "": _("Try again in a moment."),
    "_not_done": _("Nothing was changed. Try again in a moment."),
    "_in_doubt": _("Spotify may have done it already: check before trying again."),
}


def _make_outage_messages() -> dict[str, ErrorMessage]:
    """What is wrong with the box, and what has become of the request."""
    return {
        outage + fate: ErrorMessage(
            title=title,
            toast=format_lazy("{}. {}", title, what),
            paragraphs=(reason, what if fate or outage in LASTING_OUTAGES else _COMES_BY_ITSELF),
            actions=(_TRY_AGAIN,) if not fate else (_TO_START,),
        )
        for outage, (title, reason) in _OUTAGES.items()
        for fate, what in _FATES.items()
    }


MESSAGES = {**MESSAGES, **_make_outage_messages()}


def get_message(
    code: str,
    *,
    error: Exception | None = None,
    until: datetime | None = None,
    facts: Mapping[str, str] | None = None,
) -> ErrorMessage:
    """The message for `code`, with the facts of `error`, the end of a wait and other `facts` filled in."""
    if isinstance(error, Unavailable) and error.is_outcome_unknown and code in _ABOUT_ANSWERS:
        code = "unavailable_repeatable" if error.is_repeatable else "unavailable_in_doubt"
    message = MESSAGES.get(code) or MESSAGES["spotify_error"]
    filled_in = {**_get_facts(error, until), **(facts or {})}
    title = message.title
    if until and message.title_when_soon and time_format.is_soon(until):
        title = message.title_when_soon
    return replace(
        message,
        title=str(title),
        toast=_fill(message.toast, filled_in),
        paragraphs=tuple(_fill(text, filled_in) for text in message.paragraphs),
        actions=tuple(
            replace(action, label=_fill(action.label, filled_in), address=_fill(action.address, filled_in))
            for action in message.actions
        ),
    )


def describe_silence(code: str) -> str:
    """Why something is shown as it was known last: the box may be what keeps Spotify from being asked."""
    return f"{_OUTAGES[code][0]}." if code in _OUTAGES else str(_("Spotify isn’t answering right now."))


def get_spotify_message(error: SpotifyError) -> ErrorMessage:
    """The message of the error's own code, else that of the nearest kind above it."""
    codes = [error.code, *(kind.__dict__["code"] for kind in type(error).__mro__ if "code" in kind.__dict__)]
    code = next((code for code in codes if code in MESSAGES), "spotify_error")
    return get_message(code, error=error, until=get_wait_end(error))


def get_wait_end(error: SpotifyError) -> datetime | None:
    return error.until if isinstance(error, Throttled) else None


def _get_facts(error: Exception | None, until: datetime | None) -> Mapping[str, object]:
    room = getattr(error, "room", 0) or 0
    return {
        "room": localize(room),
        **dict.fromkeys(("seen", "wanted", "address"), ""),
        "room_count": room,
        "how_long": time_format.describe_wait(until) if until else "",
        "from_when": time_format.describe_wait_end(until) if until else "",
    }


def _fill(text: Text, facts: Mapping[str, object]) -> str:
    return str(text % facts)
