"""Playlists that are kept in step with others, when their member says so."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from accounts.models import Member
from playlists.models import Playlist, PlaylistMirror


def find_mirror(member: Member, playlist: Playlist) -> PlaylistMirror | None:
    return member.mirrors.select_related("source", "minus").filter(target=playlist).first()


def form_values(mirror: PlaylistMirror | None) -> dict[str, str]:
    """As the form of the tool takes it."""
    if mirror is None:
        return {}
    minus = mirror.minus.spotify_id if mirror.minus else ""
    return {"source": mirror.source.spotify_id, "minus": minus, "how": mirror.how}


def save_mirror(
    member: Member, playlist: Playlist, choices: Mapping[str, Any]
) -> None:  # Any: a form's cleaned data
    lists = {
        entry.spotify_id: entry
        for entry in Playlist.objects.filter(spotify_id__in=[choices["source"], choices["minus"]])
    }
    PlaylistMirror.objects.update_or_create(
        member=member,
        target=playlist,
        defaults={
            "source": lists[choices["source"]],
            "minus": lists.get(choices["minus"]),
            "how": choices["how"],
            "run_at": timezone.now(),
        },
    )


def delete_mirror(member: Member, playlist_id: str) -> None:
    member.mirrors.filter(target__spotify_id=playlist_id).delete()
