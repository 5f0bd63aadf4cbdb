"""The playlists of the sidebar for every page: `{% load sidebar %}`."""

from functools import lru_cache

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from playlists.sidebar.context import Sidebar, SidebarPlaylist, build_sidebar

register = template.Library()


@register.simple_tag(takes_context=True)
def sidebar_now(context: Context) -> Sidebar:
    return build_sidebar(context["member"])


@register.simple_tag
def sidebar_entry(playlist: SidebarPlaylist) -> SafeString:
    return _draw_entry(playlist, get_language())


@lru_cache(maxsize=1000)  # drawn once for all pages: up to a hundred stand beside each of ten members
def _draw_entry(playlist: SidebarPlaylist, _language: str | None) -> SafeString:
    return render_to_string("playlists/_sidebar_entry.html", {"playlist": playlist})
