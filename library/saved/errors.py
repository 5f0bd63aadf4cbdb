"""What goes wrong in the library besides Spotify's own troubles."""

from django.http import Http404


class NoSuchPlace(Http404):
    """A cursor in an address that was not made for this order."""
