"""What a member listens to most, as Spotify reckons it: lists, and nothing else made of them."""

from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.tokens import spotify_for
from library.catalogue import response_cache as kept
from library.catalogue.response_cache import AN_HOUR_S, Kept
from spotweb.spotify import profile
from spotweb.spotify.models import Artist, Page, Track
from spotweb.spotify.profile import TimeRange

RANGES: tuple[TimeRange, ...] = ("short_term", "medium_term", "long_term")
A_PAGE = 50


def range_label(time_range: str) -> str:
    labels = {"short_term": _("Four weeks"), "medium_term": _("Half a year"), "long_term": _("A year")}
    return labels.get(time_range, "")


def top_artists(member: Member, time_range: TimeRange, *, offset: int = 0) -> Kept[Page[Artist]]:
    """Most heard first; asked once an hour."""

    def fetch() -> Page[Artist]:
        return profile.get_users_top_artists_and_tracks(
            spotify_for(member), "artists", time_range=time_range, limit=A_PAGE, offset=offset
        )

    what = f"top artists {time_range} {offset}"
    return kept.read(what, Page[Artist], fetch, fresh_s=AN_HOUR_S, member=member)


def top_tracks(member: Member, time_range: TimeRange, *, offset: int = 0) -> Kept[Page[Track]]:
    """Likewise."""

    def fetch() -> Page[Track]:
        return profile.get_users_top_artists_and_tracks(
            spotify_for(member), "tracks", time_range=time_range, limit=A_PAGE, offset=offset
        )

    what = f"top tracks {time_range} {offset}"
    return kept.read(what, Page[Track], fetch, fresh_s=AN_HOUR_S, member=member)
