"""A member's list of playlists: fetched from Spotify now and then, shown from our own tables."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.models import Member
from accounts.tokens import spotify_for
from library.saved import memberships
from playlists.models import ListSync, MemberPlaylist, Playlist
from playlists.revisions.contents import get_contents
from playlists.sync.apply import update_membership
from playlists.sync.metadata import (
    FIELD_NAMES,
    get_member_names,
    is_editable_by,
    is_owned_by,
    playlist_fields,
)
from spotweb.spotify import models, modes, playlists
from spotweb.spotify.errors import Throttled, Unavailable
from spotweb.spotify.links import find_link
from spotweb.spotify.paging import collect

FRESH_FOR = timedelta(minutes=3)
_BATCH_SIZE = 300


def get_playlists(member: Member, *, refresh: bool = False) -> list[MemberPlaylist]:
    """In Spotify's order. Fetched again when some minutes old: one request for 50 playlists.

    On a transient error, or while nothing can be stored, the stored list is returned, if there is one.
    """
    synced = ListSync.objects.filter(member=member).first()
    if refresh or synced is None or timezone.now() - synced.read_at > FRESH_FOR:
        try:
            sync_playlists(member)
        except (Throttled, Unavailable, OperationalError):
            if synced is None or refresh:
                raise
    return get_known_playlists(member)


def get_known_playlists(member: Member) -> list[MemberPlaylist]:
    """As stored, without asking Spotify."""
    return list(member.playlists.select_related("playlist", "label"))


def get_read_time(member: Member) -> datetime | None:
    """When the list was last fetched from Spotify; null when never."""
    return ListSync.objects.filter(member=member).values_list("read_at", flat=True).first()


def sync_playlists(member: Member) -> None:
    """Fetch the list from Spotify. When it changed meanwhile, or an entry does not say which it is, it may
    lack one, so none is removed."""
    fetched: dict[str, models.Playlist] = {}
    is_whole = True
    collection = collect(spotify_for(member), playlists.MY_PLAYLISTS)
    for part in collection:
        for _, item in part.items:
            link = find_link(item.uri, item.id, kinds=("playlist",))
            if link:
                fetched[link.id] = item
            is_whole &= link is not None
    is_whole &= not collection.changed_during_read
    with transaction.atomic():
        stored = _store_metadata(fetched)
        _store_totals(member, stored, fetched)
        new = _store_order(member, [stored[playlist_id] for playlist_id in fetched])
        removed = _remove_missing(member, stored.values()) if is_whole else []
        ListSync.objects.update_or_create(member=member, defaults={"read_at": timezone.now()})
    for playlist_id in removed:
        memberships.delete_playlist(member, playlist_id)
    _add_memberships(new)


def _store_metadata(fetched: dict[str, models.Playlist]) -> dict[str, Playlist]:
    members = get_member_names()
    # Always in the same order, so that two writers cannot wait for each other in a circle.
    rows = [
        Playlist(spotify_id=playlist_id, **playlist_fields(item, members))
        for playlist_id, item in sorted(fetched.items())
    ]
    Playlist.objects.bulk_create(
        rows,
        batch_size=_BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["spotify_id"],
        update_fields=[*FIELD_NAMES],
    )
    stored = Playlist.objects.select_related("revision").filter(spotify_id__in=list(fetched))
    return {playlist.spotify_id: playlist for playlist in stored}


def _store_totals(member: Member, stored: dict[str, Playlist], fetched: dict[str, models.Playlist]) -> None:
    """How many items they have; for some playlists of others development mode says 0, which means nothing.
    An unchanged snapshot_id proves that the stored items are current."""
    changed, proven = [], []
    for playlist_id, playlist in stored.items():
        total = fetched[playlist_id].total_items
        is_told = is_editable_by(playlist, member, is_readable=None) or modes.is_extended() or total
        if is_told and total is not None and total != playlist.total:
            playlist.total = total
            changed.append(playlist)
        elif playlist.snapshot_id and fetched[playlist_id].snapshot_id == playlist.snapshot_id:
            proven.append(playlist.pk)
    changed.sort(key=lambda playlist: playlist.pk)
    Playlist.objects.bulk_update(changed, ["total"], batch_size=_BATCH_SIZE)
    sure = Playlist.objects.filter(pk__in=proven, touched=[])
    sure.update(checked_at=timezone.now(), proven_at=timezone.now())


def _store_order(member: Member, lists: list[Playlist]) -> list[MemberPlaylist]:
    """Returns the entries that are new in the member's library."""
    known = {entry.playlist_id: entry for entry in member.playlists.all()}
    entries = [
        _make_entry(member, playlist, position, known.get(playlist.pk))
        for position, playlist in enumerate(lists)
    ]
    MemberPlaylist.objects.bulk_create(
        sorted(entries, key=lambda entry: entry.playlist_id),
        batch_size=_BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["member", "playlist"],
        update_fields=["position", "is_own", "can_edit", "is_readable"],
    )
    return [entry for entry in entries if entry.playlist_id not in known]


def _remove_missing(member: Member, lists: Iterable[Playlist]) -> list[str]:
    """Returns the Spotify ids of what was removed from the library."""
    missing = member.playlists.exclude(playlist__in=list(lists))
    ids = list(missing.values_list("playlist__spotify_id", flat=True))
    missing.delete()
    return ids


def _add_memberships(new: Iterable[MemberPlaylist]) -> None:
    """For playlists whose items a housemate has read already."""
    for entry in new:
        if entry.is_readable and entry.playlist.revision:
            update_membership(entry, entry.playlist, get_contents(entry.playlist.revision).entries)


def _make_entry(
    member: Member, playlist: Playlist, position: int, known: MemberPlaylist | None
) -> MemberPlaylist:
    is_own = is_owned_by(playlist, member)
    is_readable = True if is_own else known.is_readable if known else None
    return MemberPlaylist(
        member=member,
        playlist=playlist,
        position=position,
        is_own=is_own,
        is_readable=is_readable,
        can_edit=is_editable_by(playlist, member, is_readable=is_readable),
    )
