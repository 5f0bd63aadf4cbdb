"""The background work on the house itself."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.backups import job
from spotweb.jobs.registry import JobActivity, JobKind, JobNotice

KINDS = [
    JobKind(
        name=job.KIND,
        run=job.run_backup,
        # A second one does no harm. Nothing is written down while the database is copied.
        resumes_itself=True,
        lost_after=timedelta(minutes=10),
        kept_for=timedelta(days=1),
        notice=JobNotice(
            page="accounts:household",
            template="accounts/_backup_text.html",
            icon="circle-check",
            resume_label=_("Try again"),
        ),
        activity=JobActivity(
            label=_("Making a backup"),
            find_url=lambda _job: reverse("accounts:household") + "#backups-heading",
        ),
    )
]
