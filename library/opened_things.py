"""What a member opened last: for Home, the palette and the search page before one types.

`list_opened(member, limit=…)` is for whoever shows it. A row has `name` (empty for Liked Songs), `by`,
`total`, `image_url`, `uri` (to play it), `kind` and `page_url`; nothing of it asks Spotify.
Only views of pages record, each page once: `record_thing` takes an object of Spotify's,
`record_opened` plain values.
"""

from collections.abc import Collection

from django.db import DatabaseError
from django.utils import timezone

from accounts.models import Member
from library.models import OpenedThing
from spotweb.spotify.models import Artist, Chapter, SpotifyObject, Track
from spotweb.storage.database_waits import limit_wait
from spotweb.storage.outages import find_outage
from spotweb.web import page_urls
from spotweb.web.rows import pictures

MAX_KEPT = 40
LIKED_SONGS_URI = "spotify:collection"
_IMAGE_PX = 144  # twice the size of the largest tile
# A page is not held up, nor lost, because it could not be noted that it was opened.
_MAX_WAIT_S = 0.2


def list_opened(member: Member, *, limit: int, kinds: Collection[str] = ()) -> list[OpenedThing]:
    """Return what was opened, latest first; with `kinds` ("playlist", "album", …, "liked") only these."""
    opened = member.opened_things.all()
    return list((opened.filter(kind__in=kinds) if kinds else opened)[:limit])


def record_thing(member: Member, thing: SpotifyObject) -> None:
    if not thing.uri:
        return
    totals = (getattr(thing, name, None) for name in ("total_tracks", "total_episodes", "total_chapters"))
    record_opened(
        member,
        page_urls.get_kind(thing),
        thing.uri,
        name=thing.name,
        by=_get_byline(thing),
        image_url=_get_image_url(thing),
        total=next((total for total in totals if total is not None), None),
    )


def record_opened(
    member: Member,
    kind: str,
    uri: str,
    *,
    name: str = "",
    by: str = "",
    image_url: str = "",
    total: int | None = None,
) -> None:
    facts = {"kind": kind, "name": name, "by": by, "image_url": image_url, "total": total}
    try:
        with limit_wait(_MAX_WAIT_S):
            if not member.opened_things.filter(uri=uri).update(opened_at=timezone.now(), **facts):
                member.opened_things.create(uri=uri, **facts)
                surplus = list(member.opened_things.values_list("pk", flat=True)[MAX_KEPT:])
                member.opened_things.filter(pk__in=surplus).delete()
    except DatabaseError as error:
        if not find_outage(error):
            raise


def _get_byline(thing: SpotifyObject) -> str:
    if isinstance(thing, Artist):
        return ""
    if isinstance(thing, Chapter):
        return thing.audiobook.name if thing.audiobook else ""
    return getattr(thing, "byline", "")


def _get_image_url(thing: SpotifyObject) -> str:
    images = getattr(thing, "images", ())
    if isinstance(thing, Track):
        images = thing.album.images if thing.album else ()
    picture = pictures.choose_picture(images, _IMAGE_PX)
    return picture.url if picture else ""


def delete_opened(member: Member, uri: str) -> None:
    """Delete it where the member has taken it out of their library."""
    member.opened_things.filter(uri=uri).delete()
