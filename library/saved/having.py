"""What a member has saved of an artist or a show, from the index alone."""

from django.db.models import Q, QuerySet

from accounts.models import Member
from library.catalogue import store as catalogue
from library.models import Saved, Shelf
from spotweb.spotify.models import Album, Episode, Track

MOST_SHOWN = 50


def tracks_by(member: Member, artist_id: str) -> tuple[list[Track], int]:
    """The latest saved first, at most MOST_SHOWN, and how many there are."""
    rows = _rows(member, Shelf.Kind.TRACK, Q(item__artists__uri=f"spotify:artist:{artist_id}"))
    pks = [pk for pk in rows.values_list("item_id", flat=True)[:MOST_SHOWN] if pk]
    found = catalogue.items(pks)
    tracks = [found[pk] for pk in pks if pk in found]
    return [track for track in tracks if isinstance(track, Track)], rows.count()


def albums_by(member: Member, artist_id: str) -> list[Album]:
    rows = _rows(member, Shelf.Kind.ALBUM, Q(album__artists__uri=f"spotify:artist:{artist_id}"))
    pks = [pk for pk in rows.values_list("album_id", flat=True)[:MOST_SHOWN] if pk]
    found = catalogue.albums(pks)
    return [found[pk] for pk in pks if pk in found]


def episodes_of(member: Member, show_id: str) -> list[Episode]:
    rows = _rows(member, Shelf.Kind.EPISODE, Q(item__show__uri=f"spotify:show:{show_id}"))
    pks = [pk for pk in rows.values_list("item_id", flat=True)[:MOST_SHOWN] if pk]
    found = catalogue.items(pks)
    return [one for one in (found.get(pk) for pk in pks) if isinstance(one, Episode)]


def _rows(member: Member, kind: str, which: Q) -> QuerySet[Saved]:
    shelved = Saved.objects.filter(which, shelf__member=member, shelf__kind=kind)
    return shelved.order_by("-added_at", "-pk")
