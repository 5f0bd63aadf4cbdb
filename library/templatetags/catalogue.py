"""Facts of things in the catalogue as text, and words of the search page: `{% load catalogue %}`."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Protocol

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from library.search.groups import label_of
from spotweb.spotify.models import Album, AudioFeatures, Restrictions, ResumePoint
from spotweb.web.time_format import format_day, format_length, format_long_day

register = template.Library()
register.filter("kind_label", label_of)

# Django's date formats of what Spotify calls year, month and day.
_DAY_KNOWN = 3  # of the parts of a date
_PITCHES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")


class HasReleaseDate(Protocol):
    release_date: str | None


class HasRestrictions(Protocol):
    is_playable: bool | None
    restrictions: Restrictions | None


class HasDuration(Protocol):
    duration_ms: int


class SpokenItem(Protocol):
    duration_ms: int
    resume_point: ResumePoint | None


@register.filter
def release_date_text(thing: HasReleaseDate | None) -> str:
    """3 November 2026, November 2026 or 2026, as exactly as Spotify knows; empty when it does not."""
    return _describe_release(thing, format_long_day, "F Y")


@register.filter
def release_day(thing: HasReleaseDate | None) -> str:
    """The same where there is little room: 3 Nov 2026."""
    return _describe_release(thing, format_day, "M Y")


def _describe_release(
    thing: HasReleaseDate | None, format_known: Callable[[date], str], month_format: str
) -> str:
    parts = _numbers(thing.release_date) if thing else None
    if not parts:
        return ""
    year, month, day = (*parts, 1, 1)[:3]
    try:
        known = date(year, month, day)
        if len(parts) == _DAY_KNOWN:
            return format_known(known)
        return date_format(known, month_format if len(parts) > 1 else "Y")
    except ValueError:  # a 30th of February, or the year 0 that old records have
        return str(year) if year else ""


@register.filter
def year(thing: HasReleaseDate | None) -> str:
    parts = _numbers(thing.release_date) if thing else None
    return str(parts[0]) if parts and parts[0] else ""


def _numbers(text: str | None) -> list[int]:
    parts = (text or "").split("-")[:3]
    return [int(part) for part in parts] if all(part.isdecimal() for part in parts) else []


register.filter("long_time", format_length)


@register.filter
def total_ms(things: Iterable[HasDuration]) -> int:
    return sum(thing.duration_ms for thing in things)


@register.filter
def left_ms(told: SpokenItem) -> int:
    """Return how much of an episode or a chapter is still to be heard."""
    heard = told.resume_point.resume_position_ms if told.resume_point else 0
    return max(told.duration_ms - heard, 0)


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
