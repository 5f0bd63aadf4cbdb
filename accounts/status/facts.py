"""How the household is, in facts: from the database, the cache and the disk. Spotify is not asked."""

import shutil
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import Error as DatabaseError
from django.db.models import Count
from django.utils import timezone
from msgspec import Struct

from accounts.backups.actions import list_backups
from accounts.backups.databases import estimate_bytes
from accounts.house.examination import get_database_file
from accounts.models import Member
from accounts.tokens import spotify_for
from spotweb import health
from spotweb.jobs import presence
from spotweb.jobs.models import Job
from spotweb.spotify import last_reads
from spotweb.spotify.rate_limit import ledger

T = TypeVar("T")


class Reason(Struct, frozen=True, kw_only=True):
    """What does not work; the codes are those of docs/operations.md."""

    code: str
    text: str


class MemberStatus(Struct, frozen=True, kw_only=True):
    """`days_left`: of the sign-in at Spotify. `trouble`: why it is of no use now, empty when it is.

    `last_read_at`: when Spotify last answered a read of this member; null: not in the last 30 days.
    """

    name: str
    days_left: int
    trouble: str
    last_read_at: datetime | None


class Block(Struct, frozen=True, kw_only=True):
    """Until when Spotify takes no requests of this family, and whether a day's quota is used up."""

    family: str
    until: datetime
    is_quota: bool


class Disk(Struct, frozen=True, kw_only=True):
    """Of the data folder, in bytes; `database` is null when the database is a server."""

    free: int
    total: int
    database: int | None


class FamilyRequests(Struct, frozen=True, kw_only=True):
    """How many requests of this family were sent to Spotify in 24 hours for this purpose."""

    family: str
    purpose: str
    day: int


class Status(Struct, frozen=True, kw_only=True):
    """Null is what could not be read: the database or the disk is away."""

    status: str
    version: str
    checked_at: datetime
    reasons: list[Reason]
    workers: int
    members: list[MemberStatus] | None
    jobs: dict[str, int] | None
    blocks: list[Block] | None
    requests: list[FamilyRequests] | None
    disk: Disk | None
    # Of this host's folder of backups; null also before the first one.
    last_backup_at: datetime | None


def read_status() -> Status:
    """Takes as long as the checks of `/healthz` do, two seconds at most."""
    troubles = health.find_troubles()
    usage = _read_unless_away(ledger.list_usage)
    return Status(
        status="trouble" if troubles else "ok",
        version=settings.VERSION,
        checked_at=timezone.now(),
        reasons=[Reason(code=code, text=text) for code, text in troubles.items()],
        workers=presence.ask_workers().count("ok"),
        members=_read_unless_away(_list_members),
        jobs=_read_unless_away(_count_jobs),
        blocks=None if usage is None else _list_blocks(usage),
        requests=None if usage is None else [_describe_requests(row) for row in usage],
        disk=_read_unless_away(_measure_disk),
        last_backup_at=next((backup.made_at for backup in list_backups()), None),
    )


def _read_unless_away(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except (DatabaseError, OSError):
        return None


def _list_members() -> list[MemberStatus]:
    members = list(Member.objects.filter(is_active=True).select_related("grant"))
    keys = {member: spotify_for(member).key for member in members}
    reads = last_reads.get_last_reads(keys.values())
    return [_describe_member(member, reads.get(key)) for member, key in keys.items()]


def _describe_member(member: Member, last_read_at: datetime | None) -> MemberStatus:
    grant = getattr(member, "grant", None)
    return MemberStatus(
        name=member.display_name,
        days_left=grant.days_left if grant else 0,
        trouble=grant.trouble if grant else "none_given",
        last_read_at=last_read_at,
    )


def _count_jobs() -> dict[str, int]:
    """How many are in each state in which somebody may still do something about them."""
    over = {Job.State.DONE, Job.State.CANCELLED}
    jobs = Job.objects.exclude(state__in=over).exclude(is_dismissed=True).order_by()
    found = dict(jobs.values_list("state").annotate(Count("pk")))
    return {state.value: found.get(state.value, 0) for state in Job.State if state not in over}


def _describe_requests(row: ledger.LedgerRow) -> FamilyRequests:
    return FamilyRequests(family=row.family, purpose=row.purpose, day=row.day)


def _list_blocks(usage: Iterable[ledger.LedgerRow]) -> list[Block]:
    """A family stands twice in the ledger, once for each purpose, with the same end."""
    ends = {row.family: row for row in usage if row.blocked_until}
    return [
        Block(family=family, until=row.blocked_until, is_quota=row.is_quota)
        for family, row in ends.items()
        if row.blocked_until
    ]


def _measure_disk() -> Disk:
    usage = shutil.disk_usage(settings.DATA_DIR)
    return Disk(free=usage.free, total=usage.total, database=_measure_database())


def _measure_database() -> int | None:
    return estimate_bytes() if get_database_file() else None
