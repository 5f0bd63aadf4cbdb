"""What is said of imports and exports: `{% load transfer %}`."""

from django import template

from spotweb.web.error_messages import get_message

register = template.Library()


@register.filter
def why(code: str) -> str:
    """The words of an error, by its code."""
    return str(get_message(code).title)


@register.filter
def megabytes(count: int) -> str:
    """12.3 MB; the smallest things are 0.1."""
    return f"{max(count / 1e6, 0.1):.1f} MB"
