"""Facts of things in the catalogue as text, and words of the search page: `{% load catalogue %}`."""

from collections.abc import Iterable
from typing import Protocol

from django import template
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from library.search.groups import label_of
from spotweb.spotify.models import Album, AudioFeatures, Restrictions
from spotweb.web.texts.release_dates import format_release, format_release_shortly, format_release_year
from spotweb.web.texts.time_format import format_length

register = template.Library()
register.filter("kind_label", label_of)

_PITCHES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")


class HasRestrictions(Protocol):
    is_playable: bool | None
    restrictions: Restrictions | None


class HasDuration(Protocol):
    duration_ms: int


register.filter("release_date_text", format_release)
register.filter("release_day", format_release_shortly)
register.filter("year", format_release_year)
register.filter("long_time", format_length)


@register.filter
def total_ms(things: Iterable[HasDuration]) -> int:
    return sum(thing.duration_ms for thing in things)


@register.filter
def album_kind(album: Album) -> str:
    kinds = {"single": _("Single"), "compilation": _("Compilation"), "ep": _("EP")}
    return kinds.get((album.album_type or "").lower(), _("Album"))


@register.filter
def why_not(thing: HasRestrictions) -> str:
    """Return why it cannot be played here; empty when it can, or when Spotify gives no reason."""
    if thing.restrictions is None and thing.is_playable is not False:
        return ""
    reason = thing.restrictions.reason if thing.restrictions else None
    reasons = {
        "market": _("Spotify doesn’t offer it in your country."),
        "product": _("Your kind of Spotify account can’t play it."),
        "explicit": _("Your Spotify account is set not to play explicit content."),
    }
    return reasons.get(reason or "", _("Spotify doesn’t let it be played here."))


class HasMusicalKey(Protocol):
    key: int | None
    mode: int | None


@register.filter
def musical_key(sound: HasMusicalKey) -> str:
    """C sharp minor and the like; empty when Spotify could not tell."""
    if sound.key is None or not 0 <= sound.key < len(_PITCHES):
        return ""
    pitch = _PITCHES[sound.key]
    return _("%(pitch)s major") % {"pitch": pitch} if sound.mode else _("%(pitch)s minor") % {"pitch": pitch}


@register.filter
def measures(sound: AudioFeatures) -> list[tuple[str, float]]:
    """Return what Spotify estimates from 0 to 1, as far as it did."""
    all_measures = (
        (_("Danceable"), sound.danceability),
        (_("Energy"), sound.energy),
        (_("Cheerful"), sound.valence),
        (_("Acoustic"), sound.acousticness),
        (_("Without voice"), sound.instrumentalness),
        (_("Spoken"), sound.speechiness),
        (_("Recorded live"), sound.liveness),
    )
    return [(label, value) for label, value in all_measures if value is not None]


@register.filter
def percent(value: float) -> str:
    return _("%(percent)d %%") % {"percent": round(value * 100)}


@register.filter
def plain_number(value: float) -> str:
    """For attributes, which take a point and no separators in every language."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


@register.filter
def language(code: str) -> str:
    """“German” for de or de-AT, as far as Django knows the name."""
    try:
        return str(get_language_info(code.lower())["name_translated"])
    except KeyError:
        return code


@register.simple_tag
def field_filters() -> list[tuple[str, str]]:
    """Return the field filters of Spotify's search, each with an example."""
    return [
        ("artist:nina", _("by an artist of this name; songs and albums")),
        ("album:winter", _("from an album of this name; songs and albums")),
        ("track:night", _("a song of this title")),
        ("year:1995-1999", _("from these years, or from one: year:1995")),
        ("genre:jazz", _("by artists and songs of this kind")),
        ("isrc:QM1231500001", _("exactly this recording")),
        ("upc:00602445790098", _("exactly this release")),
        ("tag:new", _("albums of the last two weeks")),
        ("tag:hipster", _("the least known albums")),
    ]
