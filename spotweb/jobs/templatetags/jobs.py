"""What is told of jobs: `{% load jobs %}`."""

from collections.abc import Iterable

from django import template

from spotweb.jobs.models import Job
from spotweb.jobs.registry import JobKind, get_kind
from spotweb.web.texts.error_messages import get_message

register = template.Library()


@register.filter
def has_unfinished(jobs: Iterable[Job] | None) -> bool:
    """Whether one of them is under way, so that the page has to ask again."""
    return any(not job.is_over for job in jobs or ())


@register.filter
def job_kind(job: Job) -> JobKind:
    """What its kind says: `notice` and `activity`."""
    return get_kind(job.kind)


@register.simple_tag
def job_error(job: Job) -> str:
    """Why it failed, in the words of the error."""
    return f"{get_message(job.error_code, until=job.run_after).title}."
