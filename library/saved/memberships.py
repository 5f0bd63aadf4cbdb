"""Knows which of a member's playlists hold an item, as far as the playlists have been read."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from django.db import transaction
from django.db.models import F
from msgspec import Struct

from accounts.models import Member
from library.catalogue import store
from library.catalogue.packing import key_of
from library.catalogue.recordings import are_one, read_recording
from library.models import IndexedPlaylist, PlaylistMembership, SavedIndex, SavedItem
from library.saved.facets import LISTED
from spotweb.spotify.models import Episode, Track

T = TypeVar("T")

_BATCH_SIZE = 1000
_MAX_VERSIONS = 20


class PlaylistReference(Struct, frozen=True, kw_only=True):
    playlist_id: str
    name: str


def record_playlist(member: Member, playlist_id: str, *, name: str, item_pks: Collection[int]) -> None:
    """Store what a playlist holds now, by keys of the catalogue. Only the difference is written."""
    playlist, _ = IndexedPlaylist.objects.get_or_create(
        member=member, playlist_id=playlist_id, defaults={"name": name}
    )
    if playlist.name != name:
        IndexedPlaylist.objects.filter(pk=playlist.pk).update(name=name)
        SavedIndex.objects.filter(member=member).update(version=F("version") + 1)
    before = set(PlaylistMembership.objects.filter(playlist=playlist).values_list("item_id", flat=True))
    now = set(item_pks)
    added, removed = sorted(now - before), sorted(before - now)
    for chunk in _split_chunks(added):
        with transaction.atomic():
            PlaylistMembership.objects.bulk_create(
                [PlaylistMembership(playlist=playlist, item_id=pk) for pk in chunk], ignore_conflicts=True
            )
            _update_listed(member, chunk)
    for chunk in _split_chunks(removed):
        with transaction.atomic():
            PlaylistMembership.objects.filter(playlist=playlist, item_id__in=chunk).delete()
            _update_listed(member, chunk)


def delete_playlist(member: Member, playlist_id: str) -> None:
    """Delete a playlist that no longer exists or is no longer the member's."""
    playlist = IndexedPlaylist.objects.filter(member=member, playlist_id=playlist_id).first()
    if playlist is not None:
        record_playlist(member, playlist_id, name=playlist.name, item_pks=())
        playlist.delete()


def get_playlists_holding(member: Member, uris: Iterable[str]) -> dict[str, tuple[PlaylistReference, ...]]:
    """Return, by URI, the playlists that hold it, by name. A URI that none of them holds is left out."""
    by_key = {key_of(uri): uri for uri in uris}
    playlists: dict[str, list[PlaylistReference]] = {}
    for chunk in _split_chunks(list(by_key)):
        rows = (
            PlaylistMembership.objects.filter(playlist__member=member, item__uri__in=chunk)
            .order_by("playlist__name", "playlist_id")
            .values_list("item__uri", "playlist__playlist_id", "playlist__name")
        )
        for key, playlist_id, name in rows:
            playlists.setdefault(by_key[key], []).append(
                PlaylistReference(playlist_id=playlist_id, name=name)
            )
    return {uri: tuple(holdings) for uri, holdings in playlists.items()}


def find_held_items(member: Member, playlist_id: str, wanted: Mapping[str, str]) -> set[str] | None:
    """Return those of the `wanted` URIs, with their names, that a playlist holds.

    By name as well, since Spotify plays another release of what is in a playlist where it has to. Null for a
    playlist that has not been read.
    """
    playlist = IndexedPlaylist.objects.filter(member=member, playlist_id=playlist_id).first()
    if playlist is None:
        return None
    keys = {key_of(uri): uri for uri in wanted}
    rows = PlaylistMembership.objects.filter(playlist=playlist)
    held = {keys[key] for key in rows.filter(item__uri__in=keys).values_list("item__uri", flat=True)}
    names = {name for uri, name in wanted.items() if uri not in held and name}
    if names:
        known = set(rows.filter(item__name__in=names).values_list("item__name", flat=True))
        held |= {uri for uri, name in wanted.items() if name in known}
    return held


def find_own_uri(member: Member, playlist_id: str, item: Track | Episode) -> str | None:
    """Return the URI under which a playlist holds an item, or another version of the same recording.

    Spotify plays, and tells of, that one where it has to. Null where the list holds none or was not read.
    """
    rows = PlaylistMembership.objects.filter(playlist__member=member, playlist__playlist_id=playlist_id)
    if rows.filter(item__uri=key_of(item.uri or "")).exists():
        return item.uri
    recording = read_recording(item)
    of_that_name = rows.filter(item__name=item.name).order_by("item_id").values_list("item_id", flat=True)
    versions = store.get_items(of_that_name[:_MAX_VERSIONS]).values()
    return next((other.uri for other in versions if are_one(recording, read_recording(other))), None)


def get_listed_pks(member: Member, item_pks: Collection[int]) -> set[int]:
    """Return those items that any of the member's playlists holds."""
    if not IndexedPlaylist.objects.filter(member=member).exists():
        return set()
    return set(
        PlaylistMembership.objects.filter(playlist__member=member, item_id__in=item_pks).values_list(
            "item_id", flat=True
        )
    )


def _update_listed(member: Member, item_pks: Sequence[int]) -> None:
    """Correct the facet of saved tracks and episodes that says whether a playlist holds them."""
    is_listed = get_listed_pks(member, item_pks)
    indexes = SavedIndex.objects.filter(
        member=member, kind__in=[SavedIndex.Kind.TRACK, SavedIndex.Kind.EPISODE]
    )
    rows = SavedItem.objects.filter(index__in=indexes, item_id__in=item_pks)
    saved = list(rows.values_list("pk", "item_id", "facet", "index_id"))
    on = [pk for pk, item, facet, _ in saved if item in is_listed and not facet & LISTED]
    off = [pk for pk, item, facet, _ in saved if item not in is_listed and facet & LISTED]
    # The one bit: two who do this at once do no more than one.
    SavedItem.objects.filter(pk__in=on).update(facet=F("facet").bitor(LISTED))
    SavedItem.objects.filter(pk__in=off).update(facet=F("facet").bitand(~LISTED))
    if saved:  # also when it stood in another playlist before: pages by playlist are kept by the version
        indexes.filter(pk__in={saved_index for *_, saved_index in saved}).update(version=F("version") + 1)


def _split_chunks(values: Sequence[T]) -> list[Sequence[T]]:
    return [values[start : start + _BATCH_SIZE] for start in range(0, len(values), _BATCH_SIZE)]
