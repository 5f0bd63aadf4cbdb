"""What the sidebar shows of a member's playlists."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from accounts.models import Member
from library.catalogue.text import fold_text, has_all_words, split_words
from library.models import SavedIndex

# Above it the filter finds what is not shown.
MAX_SHOWN = 100
_COLUMNS = ("spotify_id", "name", "image_url", "total", "owner_name")


class SidebarPlaylist(Struct, frozen=True, kw_only=True):
    """`owner` is empty for the member's own. `total` is null where Spotify does not say."""

    playlist_id: str
    name: str
    image_url: str
    total: int | None
    owner: str
    can_edit: bool
    is_pinned: bool

    @property
    def uri(self) -> str:
        return f"spotify:playlist:{self.playlist_id}"


class Sidebar(Struct, frozen=True, kw_only=True):
    """`liked_total` is null before Liked Songs were read."""

    playlists: Sequence[SidebarPlaylist]
    liked_total: int | None
    is_filtered: bool
    is_cut: bool


def build_sidebar(member: Member, query: str = "") -> Sidebar:
    words = split_words(query)
    found = [
        one for one in _list_playlists(member) if has_all_words(words, fold_text(f"{one.name} {one.owner}"))
    ]
    return Sidebar(
        playlists=found[:MAX_SHOWN],
        liked_total=_count_liked_songs(member),
        is_filtered=bool(words),
        is_cut=len(found) > MAX_SHOWN,
    )


def _count_liked_songs(member: Member) -> int | None:
    read = SavedIndex.objects.filter(member=member, kind=SavedIndex.Kind.TRACK, complete_at__isnull=False)
    return next(
        (total - missing for total, missing in read.values_list("spotify_total", "missing_count")), None
    )


def _list_playlists(member: Member) -> list[SidebarPlaylist]:
    columns = (
        "pinned_at",
        "opened_at",
        "position",
        "is_own",
        "can_edit",
        *(f"playlist__{name}" for name in _COLUMNS),
    )
    rows = sorted(member.playlists.values_list(*columns), key=lambda row: _get_order(*row[:3]))
    return [
        SidebarPlaylist(
            playlist_id=playlist_id,
            name=name,
            image_url=image_url,
            # Of others' lists Spotify says 0 when it means that it does not say.
            total=total if can_edit else total or None,
            owner="" if is_own else owner,
            can_edit=can_edit,
            is_pinned=pinned_at is not None,
        )
        for pinned_at, _, _, is_own, can_edit, playlist_id, name, image_url, total, owner in rows
    ]


def _get_order(
    pinned_at: datetime | None, opened_at: datetime | None, position: int
) -> tuple[float, float, int]:
    """Pinned ones as they were pinned; then what was opened last; then as in Spotify."""
    return (
        pinned_at.timestamp() if pinned_at else float("inf"),
        -opened_at.timestamp() if opened_at else 0.0,
        position,
    )
