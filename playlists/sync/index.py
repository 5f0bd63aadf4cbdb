"""A member's list of playlists: read from Spotify now and then, shown from our own tables."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from accounts.tokens import spotify_for
from library.saved import memberships
from playlists.models import ListSync, MemberPlaylist, Playlist
from playlists.revisions import contents
from playlists.sync import apply as taking
from playlists.sync import metadata as noting
from spotweb.spotify import models, modes, playlists
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


def read_at(member: Member) -> datetime | None:
    """When Spotify was last asked; null when never."""
    return ListSync.objects.filter(member=member).values_list("read_at", flat=True).first()


def sync(member: Member) -> None:
    """Read the list from Spotify. One that changed meanwhile may lack an entry, so then none is taken out."""
    found: dict[str, models.Playlist] = {}
    collection = collect(spotify_for(member), playlists.MY_PLAYLISTS)
    for part in collection:
        found.update((parse_link(one.uri).id, one) for _, one in part.items if one.uri)
    with transaction.atomic():
        known = _note_all(found)
        _note_totals(member, known, found)
        new = _put_in_order(member, [known[playlist_id] for playlist_id in found])
        gone = [] if collection.drifted else _take_out(member, known.values())
        ListSync.objects.update_or_create(member=member, defaults={"read_at": timezone.now()})
    for playlist_id in gone:
        memberships.delete_playlist(member, playlist_id)
    _note_memberships(new)


def _note_all(found: dict[str, models.Playlist]) -> dict[str, Playlist]:
    rows = [Playlist(spotify_id=playlist_id, **noting.facts_of(one)) for playlist_id, one in found.items()]
    Playlist.objects.bulk_create(
        rows,
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=["spotify_id"],
        update_fields=[*noting.FACTS],
    )
    return {
        one.spotify_id: one
        for one in Playlist.objects.select_related("revision").filter(spotify_id__in=list(found))
    }


def _note_totals(member: Member, known: dict[str, Playlist], found: dict[str, models.Playlist]) -> None:
    """How much is in them; of some others' development mode says 0, which means nothing. A snapshot_id that
    is still the same proves that what we know of the items is."""
    changed, proven = [], []
    for playlist_id, playlist in known.items():
        total = found[playlist_id].total_items
        is_told = noting.may_edit(playlist, member, is_readable=None) or modes.is_extended() or total
        if is_told and total is not None and total != playlist.total:
            playlist.total = total
            changed.append(playlist)
        elif playlist.snapshot_id and found[playlist_id].snapshot_id == playlist.snapshot_id:
            proven.append(playlist.pk)
    Playlist.objects.bulk_update(changed, ["total"], batch_size=_AT_ONCE)
    sure = Playlist.objects.filter(pk__in=proven, touched=[])
    sure.update(checked_at=timezone.now(), proven_at=timezone.now())


def _put_in_order(member: Member, lists: list[Playlist]) -> list[MemberPlaylist]:
    """Returns those that are new in the member's library."""
    known = {entry.playlist_id: entry for entry in member.playlists.all()}
    rows = [_entry(member, playlist, place, known.get(playlist.pk)) for place, playlist in enumerate(lists)]
    MemberPlaylist.objects.bulk_create(
        rows,
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=["member", "playlist"],
        update_fields=["position", "is_own", "can_edit", "is_readable"],
    )
    return [row for row in rows if row.playlist_id not in known]


def _take_out(member: Member, lists: Iterable[Playlist]) -> list[str]:
    gone = member.playlists.exclude(playlist__in=list(lists))
    ids = list(gone.values_list("playlist__spotify_id", flat=True))
    gone.delete()
    return ids


def _note_memberships(new: Iterable[MemberPlaylist]) -> None:
    """Of lists that a housemate has read already."""
    for entry in new:
        if entry.is_readable and entry.playlist.revision:
            taking.note_membership(entry, entry.playlist, contents.of(entry.playlist.revision).entries)


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
