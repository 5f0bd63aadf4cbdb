"""Tags of the page of a playlist: `{% load playlist_page %}`."""

import re

from django import template
from django.template.loader import render_to_string, select_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from playlists.models import Edit
from spotweb import pages
from spotweb.spotify.links import LinkError, parse_link

register = template.Library()

# Only what plainly is an address: descriptions are written by strangers. Sentences end after it, not within.
_LINK = re.compile(r"(https?://[^\s<>\"']{3,300}[^\s<>\"'.,;:!?)\]}»”’]|spotify:[a-z]+:[A-Za-z0-9]{22})")


@register.filter
def linked(text: str) -> SafeString:
    """Plain text, with links where it names web addresses or Spotify URIs. All of it is escaped."""
    parts = _LINK.split(text)
    return format_html_join(
        "", "{}", ((_link(part) if place % 2 else part,) for place, part in enumerate(parts))
    )


def _link(address: str) -> SafeString:
    if ours := _our_page(address):
        return format_html('<a href="{}">{}</a>', ours, address)
    if address.startswith("spotify:"):
        return format_html("{}", address)
    return format_html('<a href="{}" rel="noreferrer nofollow ugc">{}</a>', address, address)


def _our_page(address: str) -> str:
    try:
        return pages.page_of(parse_link(address))
    except LinkError:
        return ""


@register.simple_tag
def why_stopped(edit: Edit) -> str:
    """In the words of the error; of an unknown one only that it stopped."""
    words = select_template([f"errors/{edit.trouble}.html", "errors/spotify_error.html"]).template.name
    return render_to_string(f"{words}#title", {"until": edit.trouble_until}).strip() + "."
