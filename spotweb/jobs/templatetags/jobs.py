"""What is told of jobs: `{% load jobs %}`."""

from collections.abc import Iterable

from django import template
from django.template.loader import render_to_string, select_template

from spotweb.jobs.models import Job

register = template.Library()


@register.filter
def has_unfinished(jobs: Iterable[Job] | None) -> bool:
    """Whether one of them is under way, so that the page has to ask again."""
    return any(not job.is_over for job in jobs or ())


@register.simple_tag
def job_error(job: Job) -> str:
    """Why it failed, in the words of the error."""
    names = [f"errors/{job.error_code}.html", "errors/spotify_error.html"]
    name = select_template(names).template.name
    return render_to_string(f"{name}#title", {"until": job.run_after}).strip() + "."
