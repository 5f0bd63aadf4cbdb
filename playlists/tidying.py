"""What is known of playlists that nobody of the household has any more."""

from playlists.models import Playlist


def forget_what_nobody_has() -> None:
    """Somebody left: what was in playlists of theirs alone goes too. Those that can be put back stay."""
    Playlist.objects.filter(members__isnull=True, edits__isnull=True).delete()
