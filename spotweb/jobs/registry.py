"""The kinds of background work by name, found in the `job_kinds.py` of each installed app.

Work is looked up by name, so a feature may start a job of a kind whose code it does not import.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from spotweb.jobs.models import Job
from spotweb.jobs.run import Run
from spotweb.spotify.errors import Throttled, Unavailable

if TYPE_CHECKING:
    from django.db.models import Prefetch
    from django.utils.functional import _StrPromise as StrPromise

    from accounts.requests import MemberRequest

# What apps above this one check before any work is done; an exception stops the worker.
BEFORE_WORK: list[Callable[[], object]] = []
# What the worker does beside its work, in a thread of its own: called every minute, to do what is due.
CHORES: list[Callable[[], object]] = []

# The gate knows the end of a wait to the fraction of a second.
RETRY_MARGIN = timedelta(seconds=1)
# A longer wait is not sat out by work that a member sits in front of.
MAX_WAIT = timedelta(minutes=3)

# While Spotify cannot be reached: each pause is twice as long as the one before, up to a minute.
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=1)
# That makes some hours, longer than any outage that a member would not rather hear of.
_MAX_TRIES_AWAY = 240
# For what a member waits for in front of the player; it is two minutes.
_MAX_TRIES_IN_FRONT = 5


def _always(_job: Job) -> bool:
    return True


def _do_nothing(_job: Job) -> None:
    return


def _ignore_failed_blocker(_job: Job, _blocker: Job) -> str:
    return ""


def _say_nothing(_job: Job) -> str:
    return ""


def _get_title(job: Job) -> str:
    return job.title


def _get_progress(job: Job) -> tuple[int, int | None]:
    return job.done, job.total


def retry_when_throttled(_job: Job, error: Exception) -> datetime | None:
    """Return when Spotify may be asked again after a 429; null for any other error, which ends the job."""
    return error.until + RETRY_MARGIN if isinstance(error, Throttled) else None


def retry_after_short_wait(_job: Job, error: Exception) -> datetime | None:
    """As `retry_when_throttled`, but a long wait ends the job: a member takes it up again, or does not."""
    if isinstance(error, Throttled) and error.until - timezone.now() <= MAX_WAIT:
        return error.until + RETRY_MARGIN
    return None


def retry_when_back(job: Job, error: Exception) -> datetime | None:
    """As `retry_when_throttled`, and again and again while Spotify cannot be reached or answers nonsense."""
    return retry_when_throttled(job, error) or _retry_when_away(job, error, most=_MAX_TRIES_AWAY)


def retry_edit(job: Job, error: Exception) -> datetime | None:
    """As `retry_when_back`, without long waits for a 429."""
    return retry_after_short_wait(job, error) or _retry_when_away(job, error, most=_MAX_TRIES_AWAY)


def retry_at_once(job: Job, error: Exception) -> datetime | None:
    """As `retry_after_short_wait`, and for some minutes while Spotify is away; never after a lost answer."""
    is_lost = bool(job.in_doubt) or (isinstance(error, Unavailable) and error.is_outcome_unknown)
    away = None if is_lost else _retry_when_away(job, error, most=_MAX_TRIES_IN_FRONT)
    return retry_after_short_wait(job, error) or away


def _retry_when_away(job: Job, error: Exception, *, most: int) -> datetime | None:
    if not isinstance(error, Unavailable) or job.tries >= most:
        return None
    pause: timedelta = min(_FIRST_PAUSE * 2.0 ** min(job.tries, 8), _LONGEST_PAUSE)
    return timezone.now() + pause


@dataclass(frozen=True, kw_only=True)
class JobNotice:
    """How jobs of a kind are told about on their page.

    `template` says in words how far `job` is; `page` is the name of the page's address, where all kinds that
    name it have their notices.
    """

    page: str
    template: str
    icon: str = "list-end"
    resume_label: "str | StrPromise" = ""  # on the button, for kinds that can be resumed


@dataclass(frozen=True, kw_only=True)
class JobActivity:
    """How jobs of a kind stand in the list of all that runs for a member, wherever that member is.

    `label` says what is being done, `describe` to what; `find_url` leads to the page that shows it in full.
    """

    label: "str | StrPromise"
    find_url: Callable[[Job], str]
    describe: Callable[[Job], str] = _get_title
    # How much of how much (null until that is known).
    get_progress: Callable[[Job], tuple[int, int | None]] = _get_progress
    # False for what is over before anybody looks.
    is_shown: Callable[[Job], bool] = _always
    # The words of a toast for a job that is done; empty where something is left to be said on the page.
    describe_success: Callable[[Job], str] = _say_nothing
    # It keeps its place until it is resumed, so it is paused where others are cancelled.
    is_paused_only: bool = False
    # The rows of the feature that all of this reads, loaded for the whole list at once.
    list_rows: "Callable[[], Prefetch[Any]] | None" = None
    # Tells of a success with more than these words.
    announce: "Callable[[MemberRequest, Job], None] | None" = None


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """One kind of background work: what the worker calls, and how failures are treated.

    `run` does as much as fits into a slice and returns when everything is done. It must go on from what is
    written down (`Job` and the feature's own row) each time it is called.
    """

    name: str
    run: Callable[[Run], None]
    # Lower than 0, so that work members wait for runs first.
    priority: int = 0
    # The worker does one thing at a time: after this long others have their turn.
    slice_s: float = 15
    # Repeating does no harm: a job whose worker was lost is queued again without a member's Resume.
    resumes_itself: bool = False
    lost_after: timedelta = timedelta(seconds=60)
    lost_code: str = "job_lost"
    # When to go on by itself after this error; null ends the job as failed. `job.tries` counts failures in a
    # row before this one, without waits that Spotify asked for.
    retry_at: Callable[[Job, Exception], datetime | None] = retry_when_throttled
    # Whether a member may resume what failed, was cancelled or paused.
    can_resume: Callable[[Job], bool] = _always
    # The next three are called in the transaction of the change. `on_resume` may change and save the job;
    # `on_end` sees the final state: done, failed or cancelled, whoever caused it.
    on_resume: Callable[[Job], None] = _do_nothing
    on_end: Callable[[Job], None] = _do_nothing
    # What a job does when one it is blocked by ends without being done: an error code fails it, "" keeps it
    # waiting until that one is resumed and done.
    on_blocker_failed: Callable[[Job, Job], str] = _ignore_failed_blocker
    # Finished jobs of this kind are deleted after so long; null: the feature deletes them.
    kept_for: timedelta | None = None
    # Null for kinds that their pages tell about in a way of their own.
    notice: JobNotice | None = None
    # Null for what no member asked for.
    activity: JobActivity | None = None


@cache
def get_kinds() -> dict[str, JobKind]:
    """All kinds by name: the `KINDS` of each app's `job_kinds.py`. Tests may add theirs."""
    kinds: list[JobKind] = []
    for app in apps.get_app_configs():
        if app.module and module_has_submodule(app.module, "job_kinds"):
            kinds += import_module(f"{app.name}.job_kinds").KINDS
    return {kind.name: kind for kind in kinds}


def get_page_kinds(page: str) -> list[str]:
    """The names of the kinds whose notices stand on this page."""
    return [kind.name for kind in get_kinds().values() if kind.notice and kind.notice.page == page]


def get_kind(name: str) -> JobKind:
    """Raises KeyError for a name that no installed app knows: a newer version wrote the row."""
    return get_kinds()[name]


# A job asks its kind when it is lost and whether it can be resumed, and is known to the kinds itself.
Job.get_kind = staticmethod(get_kind)
