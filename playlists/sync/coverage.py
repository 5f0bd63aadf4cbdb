"""How many of a member's playlists are known item by item."""

from django.db.models import Count, F, Q

from accounts.models import Member
from library.saved.coverage import PlaylistCoverage, set_counter
from playlists.models import ListSync, MemberPlaylist

# A check reads again what is known already, to make sure.
_IS_BEING_READ = Q(playlist__reading__is_check=False)
# The list of playlists says how much is in each: another number means that there is something new in it.
_IS_CURRENT = Q(playlist__total=None) | Q(playlist__total=F("playlist__revision__total"))


def count_read_playlists(member: Member) -> PlaylistCoverage:
    """Count them in one query, without asking Spotify."""
    is_withheld = Q(is_readable=False)
    is_read = Q(is_readable=True, playlist__revision__isnull=False) & _IS_CURRENT & ~_IS_BEING_READ
    counted = MemberPlaylist.objects.filter(member=member).aggregate(
        total=Count("pk"),
        read=Count("pk", filter=is_read),
        being_read=Count("pk", filter=_IS_BEING_READ & ~is_withheld),
        withheld=Count("pk", filter=is_withheld),
    )
    if not counted["total"] and not ListSync.objects.filter(member=member).exists():
        return PlaylistCoverage()
    return PlaylistCoverage(**counted)


set_counter(count_read_playlists)
