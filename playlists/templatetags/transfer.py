"""What is said of imports and exports: `{% load transfer %}`."""

from django import template
from django.template.loader import render_to_string, select_template

register = template.Library()


@register.filter
def why(code: str) -> str:
    """The words of an error, by its code."""
    words = select_template([f"errors/{code}.html", "errors/spotify_error.html"]).template.name
    return render_to_string(f"{words}#title").strip()


@register.filter
def megabytes(count: int) -> str:
    """12.3 MB; the smallest things are 0.1."""
    return f"{max(count / 1e6, 0.1):.1f} MB"
