"""The words for what stands between the rows of a long list (`browsing.Row.group`)."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

MONTH = len("2026-11")


def words_of(group: str) -> str:
    """November 2026 for 2026-11; a letter or a year says itself. Empty where nothing is known."""
    if group == "#":
        return _("Digits and signs")
    if group == "…":
        return _("Other signs")
    if len(group) == MONTH and group[:4].isdecimal():
        year, month = int(group[:4]), int(group[5:])
        return date_format(date(year, month, 1), "F Y")
    return group


def coarse(group: str) -> str:
    """What is jumped to: the year of a month, the decade of a year, the letter itself."""
    if len(group) == MONTH and group[:4].isdecimal():
        return group[:4]
    return _("%ss") % f"{group[:3]}0" if len(group) == len("2026") and group.isdecimal() else group


def on_the_shelf(group: str) -> str:
    """Covers take room: a board for each letter would be half empty."""
    words = coarse(group)
    return words if len(words) >= len("2026") else ""
