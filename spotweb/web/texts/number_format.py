"""Numbers as members read them: with separators, as their language has them."""

from django.utils.formats import number_format


def format_number(number: float) -> str:
    """10,000 in English."""
    return number_format(number, use_l10n=True, force_grouping=True)
