"""A member's list of playlists: read from Spotify now and then, shown from our own tables."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from accounts.tokens import spotify_for
from playlists import noting
from playlists.models import ListSync, MemberPlaylist, Playlist
from spotweb.spotify import models, playlists
from spotweb.spotify.errors import Throttled, Unavailable
from spotweb.spotify.links import parse_link
from spotweb.spotify.paging import collect

FRESH_FOR = timedelta(minutes=3)
_AT_ONCE = 300


def my_playlists(member: Member, *, refresh: bool = False) -> list[MemberPlaylist]:
    """In Spotify's order. Asked anew when it is a few minutes old: one request for 50 lists.

    A passing trouble leaves the older list standing where there is one.
    """
    synced = ListSync.objects.filter(member=member).first()
    if refresh or synced is None or timezone.now() - synced.read_at > FRESH_FOR:
        try:
            sync(member)
        except (Throttled, Unavailable):
            if synced is None or refresh:
                raise
    return listed(member)


def listed(member: Member) -> list[MemberPlaylist]:
    """As it is known, without asking."""
    return list(member.playlists.select_related("playlist", "label"))


def read_at(member: Member) -> object:
    """When Spotify was last asked; null when never."""
    return ListSync.objects.filter(member=member).values_list("read_at", flat=True).first()


def sync(member: Member) -> None:
    found: dict[str, models.Playlist] = {}
    for part in collect(spotify_for(member), playlists.MY_PLAYLISTS):
        found.update((parse_link(one.uri).id, one) for _, one in part.items if one.uri)
    with transaction.atomic():
        known = _note_all(found)
        _put_in_order(member, [known[playlist_id] for playlist_id in found])
        ListSync.objects.update_or_create(member=member, defaults={"read_at": timezone.now()})


def _note_all(found: dict[str, models.Playlist]) -> dict[str, Playlist]:
    rows = [
        Playlist(spotify_id=key, total=one.total_items, **noting.facts_of(one)) for key, one in found.items()
    ]
    Playlist.objects.bulk_create(
        rows,
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=["spotify_id"],
        update_fields=[*noting.FACTS],
    )
    return {one.spotify_id: one for one in Playlist.objects.filter(spotify_id__in=list(found))}


def _put_in_order(member: Member, lists: list[Playlist]) -> None:
    known = {entry.playlist_id: entry for entry in member.playlists.all()}
    rows = [_entry(member, playlist, place, known.get(playlist.pk)) for place, playlist in enumerate(lists)]
    member.playlists.exclude(playlist__in=lists).delete()
    MemberPlaylist.objects.bulk_create(
        rows,
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=["member", "playlist"],
        update_fields=["position", "is_own", "can_edit", "is_readable"],
    )


def _entry(member: Member, playlist: Playlist, place: int, known: MemberPlaylist | None) -> MemberPlaylist:
    is_own = noting.is_own(playlist, member)
    is_readable = True if is_own else known.is_readable if known else None
    return MemberPlaylist(
        member=member,
        playlist=playlist,
        position=place,
        is_own=is_own,
        is_readable=is_readable,
        can_edit=noting.may_edit(playlist, member, is_readable=is_readable),
    )
