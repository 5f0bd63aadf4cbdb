"""The backup that the owner asks for on the household page, made by the worker."""

from accounts import household
from accounts.backups.actions import make_backup
from accounts.backups.errors import BackupFailed
from accounts.models import Member
from spotweb.jobs import actions as jobs
from spotweb.jobs.models import Job
from spotweb.jobs.run import Failed, Run

KIND = "backup"
FAILED = "backup_failed"


def start_backup(owner: Member) -> Job:
    """The job, or the one that is under way already. Raises OwnerOnly."""
    household.require_owner(owner)
    try:
        return jobs.start(KIND, member=owner, started_by=owner, lock_key=KIND)
    except jobs.LockTaken as taken:
        return taken.job


def run_backup(run: Run) -> None:
    """`last_step` is the name of the file, or why there is none."""
    try:
        made = make_backup()
    except BackupFailed as error:
        run.save(last_step=str(error)[:500])
        raise Failed(FAILED) from error
    run.save(last_step=made.name, done=1)
