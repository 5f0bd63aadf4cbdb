"""Where the member stopped, for the page of the thing itself: `{% load resumes %}`."""

from django import template
from django.template.context import Context

from home.resumes import find_resume
from library.resume_card import ResumeCard

register = template.Library()


@register.simple_tag(takes_context=True)
def resume_of(context: Context, uri: str) -> ResumeCard | None:
    """Asks Spotify for nothing; null where there is nothing to go on with."""
    return find_resume(context["member"], uri)
