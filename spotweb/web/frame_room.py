"""Room for the frames of all that a request calls, taken once.

Python keeps the frames of a thread in pieces of 16 KB, and gives a piece back to the system as soon as the
last frame in it returns. A template that stands at the edge of a piece and calls a thousand small things has
one mapped and unmapped a thousand times: a third of the time of a page (docs/decisions/0132).
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# A frame of this many values of eight bytes does not fit into 256 KB. Python takes 512 KB for it, of which
# the other half is left to what it calls; the system provides only what is written to.
_SLOTS = 33_000


def call_with_room(get_response: GetResponse, request: HttpRequest) -> HttpResponseBase:
    return get_response(request)


call_with_room.__code__ = call_with_room.__code__.replace(co_stacksize=_SLOTS)


class FrameRoomMiddleware:
    """The first of all: what the others call is to have the room too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return call_with_room(self.get_response, request)
