"""What belongs to the Spotify app itself: its keys, its addresses, its mode, its owner."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import provider
from accounts.findings import DASHBOARD, Finding, Verdict
from accounts.models import Grant, Member
from accounts.people import missing_on_list, reconnect
from accounts.tokens import spotify_for
from spotweb.spotify import authorization, playlists, profile, quota_probe
from spotweb.spotify.errors import ClientRejected, Forbidden, NotOnAllowlist, OwnerPremiumLapsed
from spotweb.spotify.models import Playlist


def client(topic: str) -> Finding:
    if settings.IS_DEMO:
        says = _("This is the demo: the simulated Spotify asks for no secret.")
        return Finding(topic, Verdict.GOOD, says)
    if not settings.SPOTIFY_CLIENT_SECRET:
        says = _("No secret is set, which is fine: PKCE protects the sign-in. The ID shows at the first one.")
        return Finding(topic, Verdict.GOOD, says, values=(settings.SPOTIFY_CLIENT_ID,))
    try:
        authorization.fetch_app_tokens()
    except ClientRejected:
        remedy = _(
            "Open your app in the dashboard, then Settings. Copy the Client ID and, under “View client "
            "secret”, the secret into the file .env as SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET; then "
            "restart."
        )
        says = _("Spotify does not know this pair.")
        return Finding(topic, Verdict.BAD, says, remedy, (settings.SPOTIFY_CLIENT_ID, DASHBOARD))
    return Finding(topic, Verdict.GOOD, _("Spotify accepts them."), values=(settings.SPOTIFY_CLIENT_ID,))


def redirect_uri(topic: str) -> Finding:
    uri, host = provider.redirect_uri(), settings.SPOTWEB_URL.hostname or ""
    if not provider.may_redirect_to(settings.SPOTWEB_URL):
        says = _(
            "Spotify refuses http for “%(host)s”: only 127.0.0.1 and [::1] may use it, not even localhost."
        )
        remedy = _("Set SPOTWEB_URL to an https address, or to the one below, and restart.")
        values = (f"http://127.0.0.1:{settings.PORT}",)
        return Finding(topic, Verdict.BAD, says % {"host": host}, remedy, values)
    if Grant.objects.exists():
        says = _("Of a form that Spotify accepts, and members have signed in.")
        return Finding(topic, Verdict.GOOD, says, values=(uri,))
    says = _("Of a form that Spotify accepts. Whether it is registered shows at the first sign-in.")
    remedy = _(
        "Open your app in the dashboard, then Settings, Edit, and add exactly this under “Redirect URIs”, "
        "with the slash at the end."
    )
    return Finding(topic, Verdict.UNSURE, says, remedy, (uri, DASHBOARD))


def nobody_yet(topic: str) -> Finding:
    remedy = _("Sign in first yourself: that makes you the owner, and the other checks possible.")
    return Finding(topic, Verdict.UNSURE, _("Nobody has signed in yet."), remedy)


def premium(topic: str, *, owner: Member) -> Finding:
    """Of the account that owns the app; the first member of the house is taken to be that person."""
    try:
        profile.get_current_users_profile(spotify_for(owner))
    except OwnerPremiumLapsed:
        remedy = _(
            "The account that owns the app in the dashboard needs Premium. Once it is back, Spotify may take "
            "a few hours to notice."
        )
        return Finding(topic, Verdict.BAD, _("It has lapsed, so Spotify refuses everybody."), remedy)
    except NotOnAllowlist:
        return missing_on_list(topic, owner)
    return Finding(topic, Verdict.GOOD, _("Spotify answers, so it is in order."))


def quota_mode(topic: str, *, owner: Member) -> Finding:
    found, setting = quota_probe.detect_quota_mode(spotify_for(owner)), settings.SPOTIFY_QUOTA_MODE
    if found is None:
        return Finding(topic, Verdict.UNSURE, _("Spotify's answer does not tell. Look again later."))
    words = {"found": found, "setting": setting}
    if found == setting:
        says = _("Your app has the endpoints of %(found)s mode, and the setting says so.")
        return Finding(topic, Verdict.GOOD, says % words)
    says = _("Your app has the endpoints of %(found)s mode, but the setting says %(setting)s.")
    remedy = _("Put this line into the file .env and restart.")
    return Finding(topic, Verdict.BAD, says % words, remedy, (f"SPOTIFY_QUOTA_MODE={found}",))


def own_items(topic: str, *, owner: Member) -> Finding:
    """Some accounts get 403 on the items of lists that are their own, and nothing else tells."""
    client = spotify_for(owner)
    page = playlists.get_a_list_of_current_users_playlists(client, limit=50)
    own = next((playlist for playlist in page.items if playlist and _is_of(owner, playlist)), None)
    if own is None or own.id is None:
        return Finding(topic, Verdict.UNSURE, _("There is no own playlist to try it with."))
    try:
        playlists.get_playlists_items(client, own.id, limit=1)
    except Forbidden:
        says = _("Spotify keeps the items of “%(name)s” back, although the list is your own.")
        return Finding(topic, Verdict.BAD, says % {"name": own.name}, reconnect())
    return Finding(topic, Verdict.GOOD, _("They can be read."))


def _is_of(owner: Member, playlist: Playlist) -> bool:
    return playlist.owner is not None and playlist.owner.id == owner.spotify_id
