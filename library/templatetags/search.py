"""Words of the search page: `{% load search %}`."""

from django import template
from django.utils.translation import gettext as _

from library.search.groups import label_of

register = template.Library()
register.filter("kind_label", label_of)


@register.simple_tag
def field_filters() -> list[tuple[str, str]]:
    """What Spotify understands within a search, each with an example."""
    return [
        ("artist:nina", _("by an artist of this name; songs and albums")),
        ("album:winter", _("from an album of this name; songs and albums")),
        ("track:night", _("a song of this title")),
        ("year:1995-1999", _("from these years, or from one: year:1995")),
        ("genre:jazz", _("by artists and songs of this kind")),
        ("isrc:QM1231500001", _("this very recording")),
        ("upc:00602445790098", _("this very record")),
        ("tag:new", _("albums of the last two weeks")),
        ("tag:hipster", _("the least known albums")),
    ]
