"""What is said of jobs: `{% load jobs %}`."""

from collections.abc import Iterable

from django import template
from django.template.loader import render_to_string, select_template
from django.utils.translation import gettext as _

from player.models import Job

register = template.Library()


@register.filter
def any_under_way(jobs: Iterable[Job] | None) -> bool:
    return any(not job.is_over for job in jobs or ())


@register.simple_tag
def why(job: Job) -> str:
    """Why it stopped, in the words of the error."""
    if job.kind == Job.Kind.ADD and job.trouble == "forbidden" and job.steps_total is None:
        return _("Spotify shows what is in a playlist only to its owner. It can be played, but not queued.")
    words = select_template([f"errors/{job.trouble}.html", "errors/spotify_error.html"]).template.name
    return render_to_string(f"{words}#title", {"until": job.trouble_until}).strip() + "."
