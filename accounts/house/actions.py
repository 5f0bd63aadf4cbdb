"""What is done with the house as a whole: prepared at the start, accepted, rid of the demo, begun anew."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import household, owner
from accounts.house.demo_data import DatabaseInUse, list_invented_ids
from accounts.house.examination import get_database_file
from accounts.house.marker import Marker, delete_marker, write_marker
from accounts.models import Grant, House, Member
from spotweb.processes.run_lock import require_no_run
from spotweb.storage import sqlite_files

# What apps above this one do once the invented people are gone: things of the simulated Spotify go too.
_after_demo_removed: list[Callable[[], object]] = []


def prepare_house() -> House:
    """Have the database and the folder name the same house. To be called on a sound, migrated database.

    Sign-ins made with another Spotify app are marked: the tokens of one app are worth nothing to another.
    """
    house = House.objects.first() or House.objects.create(spotify=settings.SPOTIFY_IDENTITY)
    owner.appoint_named()
    update_marker()
    own = Q(spotify=settings.SPOTIFY_IDENTITY, client_id=settings.SPOTIFY_CLIENT_ID)
    none, other_app = Grant.Trouble.NONE, Grant.Trouble.OTHER_APP
    Grant.objects.exclude(own).filter(trouble=none).update(trouble=other_app, trouble_at=timezone.now())
    Grant.objects.filter(own, trouble=other_app).update(trouble=none, trouble_at=None)
    return house


def update_marker() -> None:
    """Note beside the database whether somebody lives here: from then on it cannot vanish unnoticed."""
    house = House.objects.first() or House.objects.create(spotify=settings.SPOTIFY_IDENTITY)
    is_lived_in = Member.objects.filter(is_active=True).exists()
    write_marker(Marker(str(house.key), house.spotify, is_lived_in))


def accept_house() -> House:
    """Take the house in the database for the right one, and the Spotify of the settings for its own."""
    house = House.objects.first() or House(spotify=settings.SPOTIFY_IDENTITY)
    house.spotify = settings.SPOTIFY_IDENTITY
    house.save()
    update_marker()
    return house


def start_anew() -> list[Path]:
    """Put what is left of the house aside and begin without one. Returns where the files went.

    On a database server the tables have to be emptied by hand first; only the marker is put aside then.
    Raises RunsAlready and DatabaseInUse, and has then changed nothing.
    """
    require_no_run()
    connection.close()
    file = get_database_file()
    if file is not None and file.exists() and sqlite_files.is_used_by_others(file):
        raise DatabaseInUse
    delete_marker()
    if file is None:
        return []
    stamp = f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}"
    return sqlite_files.move_files(file, file.with_name(f"{file.stem}-{stamp}{file.suffix}"))


def remove_demo() -> int:
    """Delete the invented people and what only the simulated Spotify knows. Returns how many people went.

    Whoever of the real people joined first becomes the owner, as when an owner leaves.
    """
    invented = list_invented_ids(Path(settings.DATA_ROOT))
    people = Member.objects.filter(Q(account_key__in=invented) | Q(spotify_id__in=invented))
    with transaction.atomic():
        count = 0
        for member in people.order_by("is_owner"):
            household.leave_household(member)
            count += 1
        if count:
            for tidy_up in _after_demo_removed:
                tidy_up()
    return count


def on_demo_removed(tidy_up: Callable[[], object]) -> None:
    """Have `tidy_up` called, within the same transaction, when the invented people were deleted."""
    _after_demo_removed.append(tidy_up)
