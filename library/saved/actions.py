"""Saves and removes, and tells whether something is saved: from the index wherever that is complete."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from accounts.models import Member
from accounts.tokens import spotify_for
from library.catalogue import store
from library.catalogue.packing import key_of
from library.models import OwnWrite, SavedIndex, SavedItem
from library.saved import index
from library.saved.index import TARGETS, IndexEntry
from spotweb.jobs.patience import write_beside
from spotweb.spotify import library
from spotweb.spotify.errors import SpotifyError
from spotweb.spotify.links import is_link


def set_saved(member: Member, uris: Sequence[str], *, saved: bool) -> None:
    """Save or remove at Spotify, in the order given, and at once in the index.

    Tracks, albums, shows, episodes, audiobooks, artists, users, playlists. A SpotifyError midway carries
    `written`; the index then shows what was done and no more.
    """
    write = library.save_library_items if saved else library.remove_library_items
    try:
        write(spotify_for(member), uris)
    except SpotifyError as error:
        if error.written:
            _record_write_if_possible(member, error.written.done, saved=saved)
            _mark_for_check(member, error.written.in_doubt)
        raise
    _record_write_if_possible(member, uris, saved=saved)


def record_write(member: Member, uris: Iterable[str], *, saved: bool) -> None:
    """Show in the index what was saved or removed just now, before Spotify's own lists show it."""
    now = timezone.now()
    for kind, of_kind in _group_by_kind(uris).items():
        saved_index = index.get_index(member, kind)
        known = _get_known_things(kind, of_kind)
        writes = [
            OwnWrite(index=saved_index, uri=key_of(uri), is_saved=saved, written_at=now)
            for uri in sorted(of_kind)
        ]
        with transaction.atomic():
            OwnWrite.objects.bulk_create(
                writes,
                update_conflicts=True,
                unique_fields=["index", "uri"],
                update_fields=["is_saved", "written_at"],
            )
            if saved:
                here = _get_saved_pks(saved_index, known)
                added_at = int(now.timestamp())
                entries = [IndexEntry(pk, thing, added_at) for pk, thing in known.items() if pk not in here]
                index.add_entries(saved_index, entries, is_exact=False)
                if len(known) < len(of_kind):  # what the catalogue does not know comes with the next check
                    SavedIndex.objects.filter(pk=saved_index.pk).update(checked_at=None)
            else:
                index.remove_entries(saved_index, known)
            index.bump_version(saved_index)


def _record_write_if_possible(member: Member, uris: Iterable[str], *, saved: bool) -> None:
    """Spotify has done it. When another writer holds the database too long, the next check finds it."""
    uris = tuple(uris)
    write_beside(lambda: record_write(member, uris, saved=saved))
    if not saved:
        index.remember_removed(member, uris)


def _mark_for_check(member: Member, uris: Iterable[str]) -> None:
    """Have the next visit ask Spotify about URIs of which it is unknown whether they were written."""
    indexes = SavedIndex.objects.filter(member=member, kind__in=_group_by_kind(uris).keys())
    write_beside(lambda: indexes.update(checked_at=None, first_page_digest=b""))


def are_saved(member: Member, uris: Iterable[str]) -> dict[str, bool]:
    """Look into the index, and ask Spotify for what it does not know, 40 a request (50 in extended mode).

    URIs that Spotify cannot be asked about are left out.
    """
    known = get_known_saved(member, uris)
    unknown = [uri for uri, is_saved in known.items() if is_saved is None and is_link(uri)]
    saved = {uri: is_saved for uri, is_saved in known.items() if is_saved is not None}
    try:
        answers = library.check_library_contains(spotify_for(member), unknown) if unknown else ()
    except SpotifyError:
        return saved
    told = zip(unknown, answers, strict=True)
    return saved | {uri: is_saved for uri, is_saved in told if is_saved is not None}


def get_known_saved(member: Member, uris: Iterable[str]) -> dict[str, bool | None]:
    """Return what the index says, without asking Spotify; None where it has not been read to its end."""
    saved: dict[str, bool | None] = dict.fromkeys(uris)
    by_kind = _group_by_kind(saved)
    if by_kind:  # a page has many groups, and most show kinds that have no index
        for saved_index in SavedIndex.objects.filter(member=member, kind__in=by_kind):
            saved |= _get_known_in_index(saved_index, by_kind[saved_index.kind])
    return saved


def is_known_saved(member: Member, uri: str) -> bool | None:
    """`get_known_saved` for one URI in one query: what plays is asked about every few seconds."""
    [kind] = _group_by_kind([uri]) or [""]
    if not kind:
        return None
    target, key = TARGETS[kind][0], key_of(uri)
    own = OwnWrite.objects.filter(index=OuterRef("pk"), uri=key).values("is_saved")[:1]
    here = SavedItem.objects.filter(**{"index": OuterRef("pk"), f"{target}__uri": key})
    saved_index = SavedIndex.objects.filter(member=member, kind=kind)
    facts = saved_index.values_list("complete_at", Subquery(own), Exists(here)).first()
    complete_at, is_own, is_here = facts or (None, None, False)
    if is_own is not None or is_here:
        return bool(is_here if is_own is None else is_own)
    return False if complete_at else None


def _get_known_in_index(saved_index: SavedIndex, uris: Sequence[str]) -> dict[str, bool | None]:
    target, _ = TARGETS[saved_index.kind]
    by_key = {key_of(uri): uri for uri in uris}
    absent = False if saved_index.complete_at else None
    saved: dict[str, bool | None] = dict.fromkeys(uris, absent)
    here = SavedItem.objects.filter(**{"index": saved_index, f"{target}__uri__in": list(by_key)})
    for key in here.values_list(f"{target}__uri", flat=True):
        saved[by_key[key]] = True
    own = OwnWrite.objects.filter(index=saved_index, uri__in=list(by_key))
    for key, is_saved in own.values_list("uri", "is_saved"):
        saved[by_key[key]] = is_saved
    return saved


def _group_by_kind(uris: Iterable[str]) -> dict[str, list[str]]:
    """Leave out users and playlists, which have no index."""
    by_kind: dict[str, list[str]] = {}
    for uri in dict.fromkeys(uris):
        kind = uri.split(":")[1] if uri.startswith("spotify:") else ""
        if kind in TARGETS:
            by_kind.setdefault(kind, []).append(uri)
    return by_kind


def _get_known_things(kind: str, uris: Sequence[str]) -> Mapping[int, Any]:
    """Return what the catalogue knows of them, by key, in the order given."""
    target, model = TARGETS[kind]
    pks = store.get_pks_by_uri(model, uris)
    things = store.GETTERS[target](pks.values())
    return {pks[uri]: things[pks[uri]] for uri in uris if uri in pks}


def _get_saved_pks(saved_index: SavedIndex, pks: Iterable[int]) -> set[int]:
    target = f"{TARGETS[saved_index.kind][0]}_id"
    return set(
        SavedItem.objects.filter(**{"index": saved_index, f"{target}__in": list(pks)}).values_list(
            target, flat=True
        )
    )
