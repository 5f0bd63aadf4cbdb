"""How many of a member's playlists are known item by item."""

from accounts.models import Member
from library.saved.coverage import PlaylistCoverage, set_counter
from playlists.models import ListSync, MemberPlaylist

_COLUMNS = ("is_readable", "playlist__total", "playlist__revision__total", "playlist__reading__is_check")


def count_read_playlists(member: Member) -> PlaylistCoverage:
    """Count them in one query, without asking Spotify.

    Here and not in the database: putting such a query together takes longer than counting a hundred.
    """
    rows = list(MemberPlaylist.objects.filter(member=member).order_by().values_list(*_COLUMNS))
    if not rows and not ListSync.objects.filter(member=member).exists():
        return PlaylistCoverage()
    read = being_read = withheld = 0
    for is_readable, total, read_total, is_check in rows:
        # A check reads again what is known already, to make sure.
        is_being_read = is_check is False
        # The list of playlists says how much is in each: another number means that there is something new.
        is_current = read_total is not None and total in {None, read_total}
        withheld += is_readable is False
        being_read += is_being_read and is_readable is not False
        read += bool(is_readable) and is_current and not is_being_read
    return PlaylistCoverage(total=len(rows), read=read, being_read=being_read, withheld=withheld)


set_counter(count_read_playlists)
