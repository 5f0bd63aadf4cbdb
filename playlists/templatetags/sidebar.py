"""The playlists of the sidebar for every page: `{% load sidebar %}`."""

from django import template
from django.template.context import Context

from playlists.sidebar.context import Sidebar, build_sidebar

register = template.Library()


@register.simple_tag(takes_context=True)
def sidebar_now(context: Context) -> Sidebar:
    return build_sidebar(context["member"])
