"""Which of the pictures that Spotify sends for a thing is shown."""

from collections.abc import Sequence
from typing import Protocol

from spotweb.spotify.answers.addresses import is_trusted


class Picture(Protocol):
    """What an Image of Spotify's offers; sizes may be missing."""

    @property
    def url(self) -> str: ...
    @property
    def width(self) -> int | None: ...


def choose_picture(images: Sequence[Picture] | None, width: int) -> Picture | None:
    """Return the smallest picture that is at least `width` pixels wide, else the widest there is.

    A picture without a size (a playlist's own upload) counts as large. Only those at Spotify are shown.
    """
    shown = [image for image in images or () if is_trusted(image.url)]
    wide_enough = [image for image in shown if (image.width or 640) >= width]
    if wide_enough:
        return min(wide_enough, key=lambda image: image.width or 640)
    return max(shown, key=lambda image: image.width or 640, default=None)
