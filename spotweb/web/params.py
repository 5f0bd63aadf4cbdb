"""Numbers and ids that come in an address or a form field, where anything may stand."""

# Fits SQLite's integers, with room for a time in milliseconds.
MAX_DIGITS = 18


def parse_number(text: str | None, *, max_digits: int = MAX_DIGITS) -> int | None:
    """A whole number from 0 on in ASCII digits; None for all else, so that nothing odd reaches a query."""
    if not text or len(text) > max_digits or not (text.isascii() and text.isdecimal()):
        return None
    return int(text)


class SpotifyIdConverter:
    """The id of a thing of Spotify's as part of an address; what is none leads to no page."""

    regex = "[0-9A-Za-z_-]{1,64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
