"""Adding to playlists from anywhere: which lists take it, which hold it already, and what was pasted."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from msgspec import Struct

from accounts.models import Member
from accounts.tokens import spotify_for
from library.catalogue import store
from library.saved import memberships
from playlists.models import Edit, MemberPlaylist
from playlists.sync import access
from playlists.sync.index import get_playlists
from spotweb.spotify import catalog
from spotweb.spotify.links import Link, LinkError, LocalFile, PastedLinks, ShortLink, WrongKind, parse_lines
from spotweb.spotify.paging import collect

SINGLE = ("track", "episode")
# Whole albums and playlists stand for what is in them.
KINDS = (*SINGLE, "album", "playlist")
MOST_LINES = 10_000
# Each is a request or more of its own.
MOST_WHOLES = 20
MOST_URIS = 10_000


class Target(Struct, frozen=True, kw_only=True):
    """A list that can be added to. `held` of the items are in it already, as far as it has been read."""

    entry: MemberPlaylist
    held: int
    is_last_used: bool = False


def targets(member: Member, uris: Sequence[str], *, leave_out: str = "") -> list[Target]:
    """The member's own and editable lists, those used last first."""
    held: dict[str, int] = {}
    for holdings in memberships.get_playlists_holding(member, uris).values():
        for holding in holdings:
            held[holding.playlist_id] = held.get(holding.playlist_id, 0) + 1
    used = _last_used(member)
    entries = [entry for entry in get_playlists(member) if entry.can_edit]
    entries.sort(key=lambda entry: used.get(entry.playlist_id, len(used) + entry.position))
    return [
        Target(
            entry=entry,
            held=held.get(entry.playlist.spotify_id, 0),
            is_last_used=entry.playlist_id in used,
        )
        for entry in entries
        if entry.playlist.spotify_id != leave_out
    ]


def _last_used(member: Member) -> dict[int, int]:
    """Keys of the playlists added to last, with their places."""
    done = Edit.objects.filter(member=member, kind__in=["add", "copy"]).values_list("playlist", flat=True)[
        :60
    ]
    return {playlist: place for place, playlist in enumerate(dict.fromkeys(done))}


def held_in(member: Member, playlist_id: str, uris: Iterable[str]) -> set[str]:
    """Which of them the list holds right now; Spotify is asked whether it changed."""
    opened = access.open_playlist(member, playlist_id)
    here = {entry.uri for entry in opened.contents.entries} if opened.contents else set()
    return {uri for uri in uris if uri in here}


def name_of(uris: Sequence[str]) -> str:
    """Of a single item, where it is known."""
    if len(uris) != 1:
        return ""
    found = store.get_items_by_uri(uris)
    return next((item.name for item in found.values()), "")


def read_lines(text: str) -> PastedLinks:
    return parse_lines(text, kinds=KINDS, describe_error=words_for)


def words_for(error: LinkError) -> str:
    if isinstance(error, ShortLink):
        return _("A short link: open it once, and paste the long one it becomes.")
    if isinstance(error, LocalFile):
        return _("A local file: Spotify lets only its own app add these.")
    if isinstance(error, WrongKind):
        return _("Only songs, episodes, albums and playlists can be added.")
    return _("This is no link to something on Spotify.")


def expanded(member: Member, links: Sequence[Link]) -> list[str]:
    """URIs of single items: of whole albums and playlists what is in them, in their order."""
    found: list[str] = []
    for link in links:
        found += [link.uri] if link.kind in SINGLE else _within(member, link)
    return found[:MOST_URIS]


def _within(member: Member, link: Link) -> list[str]:
    if link.kind == "album":
        parts = collect(spotify_for(member), catalog.tracks_of(link.uri))
        return [track.uri for part in parts for _at, track in part.items if track.uri]
    held = access.open_playlist(member, link.id).contents
    entries = held.entries if held else ()
    return [entry.uri for entry in entries if entry.uri and not entry.is_local]
