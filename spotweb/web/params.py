"""Numbers that come in an address or a form field, where anything may stand."""

# Fits SQLite's integers, with room for a time in milliseconds.
MAX_DIGITS = 18


def parse_number(text: str | None, *, max_digits: int = MAX_DIGITS) -> int | None:
    """A whole number from 0 on in ASCII digits; None for all else, so that nothing odd reaches a query."""
    if not text or len(text) > max_digits or not (text.isascii() and text.isdecimal()):
        return None
    return int(text)
