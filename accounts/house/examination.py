"""What is wrong with the house on the disk: gone, damaged, another one, or another Spotify's.

`examine_house` is the face. It changes nothing, makes no file, and says nothing about what passes by itself
(a lock, a database server that is away).
"""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, connection

from accounts.house.demo_data import list_invented_ids
from accounts.house.marker import Marker, read_marker
from accounts.models import House, Member
from spotweb.storage import sqlite_files

QUICK_CHECK_S = 10.0
MAX_BACKUPS_NAMED = 8
# As accounts.backups names them.
_ARCHIVE = re.compile(r"spotweb-.*\.zip(\.encrypted)?")
_START_ANEW = "To start a new household on purpose: manage.py house start-anew"
_HOUSE_TABLE, _MEMBER_TABLE = "accounts_house", "accounts_member"
_ONE_WAS_HERE = "A household has been in this folder ({folder})"


@dataclass(frozen=True)
class HouseTrouble:
    """`code` names the kind; `headline` is one line, `remedies` are lines for whoever looks after the box."""

    code: str
    headline: str
    remedies: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join([self.headline, *(f"  {line}" for line in self.remedies)])


def examine_house(*, at_most_s: float = QUICK_CHECK_S, is_prepared: bool = False) -> HouseTrouble | None:
    """None for a sound house and for a new one. `at_most_s` bounds the look through the database's pages.

    `is_prepared` asks for a database that `manage.py migrate` has been through.
    """
    marker = read_marker()
    file = get_database_file()
    if file is not None:
        if not file.exists() or not file.stat().st_size:
            if marker and marker.is_lived_in:
                return _report_lost(file)
            return _UNPREPARED if is_prepared else None
        if damage := _find_damage(file, at_most_s=at_most_s):
            return _report_damaged(file, damage)
    try:
        tables = set(connection.introspection.table_names())
        if trouble := _compare_rows(file, marker, tables):
            return trouble
        return _UNPREPARED if is_prepared and _HOUSE_TABLE not in tables else None
    except DatabaseError:
        return None  # busy or away: that is said where it is met, and passes


_UNPREPARED = HouseTrouble(
    "unprepared",
    "The database isn't prepared for this version.",
    ("Start with `make run`, or call first: manage.py migrate && manage.py createcachetable",),
)


def get_database_file() -> Path | None:
    """None where the database is on a server."""
    database = settings.DATABASES["default"]
    return Path(database["NAME"]) if database["ENGINE"].endswith("sqlite3") else None


def _compare_rows(file: Path | None, marker: Marker | None, tables: set[str]) -> HouseTrouble | None:
    people = _list_people() if _MEMBER_TABLE in tables else set()
    house = House.objects.only("key", "spotify", "founded_at").first() if _HOUSE_TABLE in tables else None
    if house and house.spotify != settings.SPOTIFY_IDENTITY:
        return _report_other_spotify(house, has_people=bool(people))
    if house is None and not settings.IS_DEMO and list_invented_ids(Path(settings.DATA_ROOT)) & people:
        return _report_demo_inside()
    if marker is None or not marker.is_lived_in:
        return None
    if house is None and not people:
        return _report_emptied(file)
    if house is not None and str(house.key) != marker.house:
        return _report_replaced(file, house)
    return None


def _list_people() -> set[str]:
    """Both ids of everybody; only columns of the first version, since the database may be of an old one."""
    return {id_ for ids in Member.objects.values_list("account_key", "spotify_id") for id_ in ids}


def _find_damage(file: Path, *, at_most_s: float) -> str:
    """What SQLite's quick check says; empty when all is well or there was no time to look at everything."""
    deadline = time.monotonic() + at_most_s
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True, timeout=1)) as database:
            database.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
            said = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError:  # locked, interrupted, not allowed to read: no damage
        return ""
    except sqlite3.DatabaseError as error:  # "malformed", "file is not a database"
        return str(error)
    return "" if said == "ok" else str(said).splitlines()[0]


def _report_lost(file: Path) -> HouseTrouble:
    state = "empty" if file.exists() else "not there"
    headline = f"{_ONE_WAS_HERE.format(folder=file.parent)}, but its database {file.name} is {state}."
    return HouseTrouble("house_lost", headline, (*_describe_restore(file), _START_ANEW))


def _report_damaged(file: Path, damage: str) -> HouseTrouble:
    headline = f"The database {file} is damaged (SQLite says: {damage})."
    keep = "Keep the damaged file: parts of it can often be read. start-anew puts it aside, too."
    return HouseTrouble("house_damaged", headline, (*_describe_restore(file), keep, _START_ANEW))


def _report_emptied(file: Path | None) -> HouseTrouble:
    place = f"the database {file.name}" if file else "the database that DATABASE_URL names"
    headline = f"{_ONE_WAS_HERE.format(folder=settings.DATA_DIR)}, but {place} holds none."
    return HouseTrouble("house_lost", headline, (*_describe_restore(file), _START_ANEW))


def _report_replaced(file: Path | None, house: House) -> HouseTrouble:
    place = f"the database {file.name}" if file else "the database that DATABASE_URL names"
    since = house.founded_at.astimezone(UTC).date()
    headline = f"{place[0].upper()}{place[1:]} holds another household than before (one of {since})."
    remedies = ("If you put it there on purpose: manage.py house accept",)
    return HouseTrouble("house_replaced", headline, (*remedies, *_describe_restore(file)))


def _report_other_spotify(house: House, *, has_people: bool) -> HouseTrouble:
    headline = (
        f"This database belongs to {describe_spotify(house.spotify)}, but the settings name "
        f"{describe_spotify(settings.SPOTIFY_IDENTITY)}. Nothing of one may reach the other."
    )
    apart = (
        "Give each its own database: set SPOTWEB_DATA_DIR (or DATABASE_URL) to another one, or put "
        "SPOTIFY_CLIENT_ID and SPOTIFY_API_URL back as they were."
    )
    if has_people and "demo" in {house.spotify, settings.SPOTIFY_IDENTITY}:
        # Never the same Spotify: accepting would make invented people the members of a real household.
        return HouseTrouble("demo_or_real", headline, (apart,))
    accept = (
        f"If it is the same Spotify under a new address, and {house.spotify} is gone: manage.py house accept"
    )
    return HouseTrouble("other_spotify", headline, (apart, accept))


def _report_demo_inside() -> HouseTrouble:
    headline = "Invented people of the demo household are in the database of your own Spotify app."
    start = "Start once with `make run` (or manage.py migrate), which puts the demo away."
    on_server = (
        "Where DATABASE_URL names the database: set it to an empty one, or take the invented people out of "
        "this one with: manage.py house remove-demo"
    )
    return HouseTrouble("demo_inside", headline, (start, on_server))


def describe_spotify(identity: str) -> str:
    return "the demo with its simulated Spotify" if identity == "demo" else identity


def _describe_restore(file: Path | None) -> tuple[str, ...]:
    if file is None:
        return ("Put the database back from a backup, or correct DATABASE_URL; then start again.",)
    backups = list_backups(file)
    archives = [_describe_file(path) for path in backups if _ARCHIVE.fullmatch(path.name)]
    copies = [_describe_file(path) for path in backups if not _ARCHIVE.fullmatch(path.name)]
    lines: list[str] = []
    if archives:
        lines += ["These are backups. Put one back with manage.py restore FILE, and start again:", *archives]
    if copies:
        lines += [f"These may be backups; copy the right one to {file} and start again:", *copies]
    none = f"No backup was found beside it. If you have one, put it there as {file} and start again."
    return tuple(lines or [none])


def _describe_file(path: Path) -> str:
    return f"- {path}  ({path.stat().st_size / 1_000_000:.1f} MB, {_get_date(path)})"


def list_backups(file: Path) -> list[Path]:
    """What lies beside the database and may be a copy of it, newest first."""
    folders = {
        Path(settings.BACKUP_DIR), file.parent, *file.parent.glob("backup*/"), file.parent.parent / "backups",
    }  # fmt: skip
    found = {path for folder in folders if folder.is_dir() for path in _list_copies(folder, file)}
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)[:MAX_BACKUPS_NAMED]


def _list_copies(folder: Path, file: Path) -> Iterator[Path]:
    own = sqlite_files.name_files(file)
    patterns = [f"{file.stem}*", "*.bak", "*.sqlite3*", "*.db", "*.sql", "*.sql.gz"]
    for path in {path for pattern in patterns for path in folder.glob(pattern)}:
        is_beside = path.name.endswith(sqlite_files.BESIDE)
        if path.is_file() and path.stat().st_size and path not in own and not is_beside:
            yield path


def _get_date(path: Path) -> str:
    return f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y-%m-%d %H:%M} UTC"
