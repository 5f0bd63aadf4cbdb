"""What Spotify says of a playlist, taken into our own tables."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import unescape

from django.utils.html import strip_tags

from accounts.models import Member
from library.catalogue import store
from library.catalogue.packing import key_of
from playlists.models import Playlist
from playlists.revisions.contents import Entry
from spotweb.spotify import models, modes
from spotweb.spotify.models import Episode, PlaylistItem, Track

# A cover on a shelf is shown about this wide; the widest picture would weigh four times as much.
_ENOUGH_WIDTH = 300
FACTS = ("name", "description", "image_url", "owner_id", "owner_name", "is_public", "is_collaborative")


def facts_of(found: models.Playlist) -> dict[str, object]:
    """The fields of our row, but neither snapshot_id nor total: those go with what was read of the items."""
    owner = found.owner
    return {
        "name": found.name[:500],
        "description": plain(found.description or ""),
        "image_url": _image_url(found.images),
        "owner_id": (owner.id if owner else "") or "",
        "owner_name": ((owner.display_name if owner else "") or "")[:255],
        "is_public": found.public,
        "is_collaborative": found.collaborative,
    }


def note(found: models.Playlist, playlist_id: str) -> Playlist:
    """Ours, with what Spotify says now."""
    playlist, _ = Playlist.objects.update_or_create(spotify_id=playlist_id, defaults=facts_of(found))
    return playlist


def plain(description: str) -> str:
    """Spotify sends escapes (&amp;, &#x27;), and tags around what it takes for links."""
    return unescape(strip_tags(description)).strip()


def is_own(playlist: Playlist, member: Member) -> bool:
    return playlist.owner_id == member.spotify_id


def may_edit(playlist: Playlist, member: Member, *, is_readable: bool | None) -> bool:
    """In development mode only those see the items who may change them as well; that tells who is invited."""
    if is_own(playlist, member) or playlist.is_collaborative:
        return True
    return bool(is_readable) and not modes.is_extended()


def entries_of(found: Iterable[PlaylistItem]) -> list[Entry]:
    """The rows as they are kept; what they hold goes into the catalogue."""
    rows = list(found)
    pks = store.save_items([item for row in rows if (item := _keepable(row)) is not None])
    return [_entry(row, pks) for row in rows]


def _entry(row: PlaylistItem, pks: Mapping[str, int]) -> Entry:
    item = _keepable(row)
    pk = pks.get(item.uri or "") if item else None
    return Entry(
        item=pk,
        uri=key_of(item.uri or "") if item and pk else None,
        added_at=_seconds(row.added_at),
        added_by=row.added_by.id if row.added_by else None,
    )


def _keepable(row: PlaylistItem) -> Track | Episode | None:
    """What Spotify calls by a kind that we do not know is kept as an episode: it has a name and a length."""
    item = row.item
    if item is None or isinstance(item, Track | Episode):
        return item
    return Episode(
        id=item.id,
        uri=item.uri,
        name=item.name,
        external_urls=item.external_urls,
        images=item.images,
        duration_ms=item.duration_ms,
        explicit=item.explicit,
    )


def _seconds(moment: str | None) -> int | None:
    """Very old playlists say 1970, which means that nobody knows."""
    if not moment:
        return None
    return max(int(datetime.fromisoformat(moment).timestamp()), 0) or None


def _image_url(images: tuple[models.Image, ...]) -> str:
    fitting = [image for image in images if (image.width or _ENOUGH_WIDTH) >= _ENOUGH_WIDTH]
    return (fitting or list(images))[-1].url if images else ""
