"""Store what Spotify says of a playlist: its name, its owner, and the items of its rows."""

from collections.abc import Iterable, Mapping, Sequence
from html import unescape

from django.utils.html import strip_tags

from accounts.models import Member
from library.catalogue import store
from library.catalogue.packing import key_of
from playlists.models import Playlist
from playlists.revisions.contents import Entry
from spotweb.spotify import models, modes
from spotweb.spotify.answers.addresses import is_trusted
from spotweb.spotify.answers.moments import parse_moment
from spotweb.spotify.models import Episode, PlaylistItem, Track
from spotweb.web.texts.names import clean_name

# A cover in a list is shown about this wide; the widest image would weigh four times as much.
_MIN_IMAGE_WIDTH = 300
_MAX_IMAGE_URL = 500  # as long as our column, which PostgreSQL holds us to
FIELD_NAMES = ("name", "description", "image_url", "owner_id", "owner_name", "is_public", "is_collaborative")


def get_member_names() -> dict[str, str]:
    """The names by which the household knows its members, by their Spotify ids: no two are alike."""
    return dict(Member.objects.values_list("spotify_id", "display_name"))


def playlist_fields(fetched: models.Playlist, members: Mapping[str, str]) -> dict[str, object]:
    """The fields of our row, without snapshot_id and total: those belong to the items that were read.

    `members` are of `get_member_names`.
    """
    owner = fetched.owner
    owner_id, owner_name = (owner.id or "", owner.display_name) if owner else ("", "")
    return {
        "name": fetched.name[:500],
        "description": to_plain_text(fetched.description or ""),
        "image_url": choose_image_url(fetched.images),
        "owner_id": owner_id,
        "owner_name": members.get(owner_id) or clean_name(owner_name),
        "is_public": fetched.public,
        "is_collaborative": fetched.collaborative,
    }


def save_metadata(fetched: models.Playlist, playlist_id: str) -> Playlist:
    """Create or update our row, and return it."""
    fields = playlist_fields(fetched, get_member_names())
    playlist, _ = Playlist.objects.update_or_create(spotify_id=playlist_id, defaults=fields)
    return playlist


def to_plain_text(description: str) -> str:
    """Spotify sends escapes (&amp;, &#x27;), and tags around what looks to it like a link."""
    return unescape(strip_tags(description)).strip()


def is_owned_by(playlist: Playlist, member: Member) -> bool:
    return playlist.owner_id == member.spotify_id


def is_editable_by(playlist: Playlist, member: Member, *, is_readable: bool | None) -> bool:
    """In development mode only members who may change a playlist see its items: that tells who is invited."""
    if is_owned_by(playlist, member) or playlist.is_collaborative:
        return True
    return bool(is_readable) and not modes.is_extended()


def store_entries(fetched: Iterable[PlaylistItem]) -> list[Entry]:
    """Store the items of these rows in the catalogue, and return the rows as entries that name them."""
    rows = list(fetched)
    pks = store.save_items([item for row in rows if (item := _catalogue_item(row)) is not None])
    return [_make_entry(row, pks) for row in rows]


def _make_entry(row: PlaylistItem, pks: Mapping[str, int]) -> Entry:
    item = _catalogue_item(row)
    pk = pks.get(item.uri or "") if item else None
    return Entry(
        item=pk,
        uri=key_of(item.uri or "") if item and pk else None,
        added_at=_to_seconds(row.added_at),
        added_by=row.added_by.id if row.added_by else None,
    )


def _catalogue_item(row: PlaylistItem) -> Track | Episode | None:
    """An item of a kind that we do not know is stored as an episode: it has a name and a length."""
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


def _to_seconds(text: str | None) -> int | None:
    """Very old playlists say 1970, which means unknown."""
    moment = parse_moment(text)
    return int(moment.timestamp()) or None if moment else None


def choose_image_url(images: Sequence[models.Image]) -> str:
    """Of the cover as lists show it; empty where there is none that can be kept."""
    shown = [image for image in images if is_trusted(image.url) and len(image.url) <= _MAX_IMAGE_URL]
    wide = [image for image in shown if (image.width or _MIN_IMAGE_WIDTH) >= _MIN_IMAGE_WIDTH]
    return (wide or shown)[-1].url if shown else ""
