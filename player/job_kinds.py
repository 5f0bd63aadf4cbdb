"""The background work of the player, for `spotweb.jobs.registry`."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from player.managed_queue import actions as managed_actions
from player.managed_queue import job as managed_job
from player.queue import jobs
from player.sleep_timer import actions as sleep_actions
from player.sleep_timer import job as sleep_job
from player.speaker_loans import actions as loan_actions
from player.speaker_loans import job as loan_job
from spotweb.jobs.models import Job
from spotweb.jobs.registry import (
    JobActivity,
    JobKind,
    JobNotice,
    retry_after_short_wait,
    retry_at_once,
    retry_when_back,
)

_KEPT_FOR = timedelta(days=7)


def _find_player(_job: Job) -> str:
    return reverse("player:now")


KINDS = [
    JobKind(
        name=managed_actions.MANAGE,
        run=managed_job.run_managed_queue,
        retry_at=retry_when_back,
        resumes_itself=True,
        can_resume=lambda _job: False,
        on_end=managed_job.continue_queue,
        kept_for=timedelta(days=1),
    ),
    JobKind(
        name=sleep_actions.SLEEP,
        run=sleep_job.run_sleep_timer,
        retry_at=retry_when_back,
        resumes_itself=True,
        can_resume=lambda _job: False,
        on_end=sleep_job.hide_timer,
        kept_for=timedelta(days=1),
    ),
    JobKind(
        name=loan_actions.LOAN,
        run=loan_job.run_loan,
        retry_at=retry_when_back,
        resumes_itself=True,
        can_resume=lambda _job: False,
        on_end=loan_job.end_lost_loan,
        kept_for=timedelta(days=1),
    ),
    JobKind(
        name=jobs.ADD,
        run=jobs.run_add,
        retry_at=retry_at_once,
        can_resume=jobs.can_resume_add,
        on_resume=jobs.skip_doubtful_item,
        kept_for=_KEPT_FOR,
        notice=JobNotice(
            page="player:now",
            template="player/queue/_job_text.html",
            resume_label=_("Add the rest"),
        ),
        activity=JobActivity(
            label=_("Adding to the queue"), find_url=_find_player, describe_success=jobs.describe_added
        ),
    ),
    JobKind(
        name=jobs.SKIP,
        run=jobs.run_skip,
        retry_at=retry_after_short_wait,
        can_resume=lambda _job: False,
        kept_for=_KEPT_FOR,
        notice=JobNotice(page="player:now", template="player/queue/_job_text.html"),
        activity=JobActivity(
            label=_("Skipping"), find_url=_find_player, describe_success=jobs.describe_skipped
        ),
    ),
]
