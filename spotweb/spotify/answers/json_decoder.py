"""From the bytes of an answer to typed objects: strict and fast first, lenient only where that fails.

The strict way parses straight into the objects. An answer that does not fit is parsed once more and repaired
by `json_repair`, so that one odd field or row costs neither its neighbours nor the page.
"""

from typing import TypeVar

import msgspec

from spotweb.spotify.answers import json_repair, oddities
from spotweb.spotify.answers.struct_types import get_json_decoder
from spotweb.spotify.errors import BadResponse

T = TypeVar("T")

_ESCAPE, _NUL = b"\\", b"\\u0000"


def decode_body(body: bytes, kind: type[T], *, operation: str = "") -> T:
    """Raises BadResponse when the bytes are no JSON, or of a shape of which nothing can be understood.

    What had to be repaired is counted for the operation.
    """
    if not _holds_nul(body):
        try:
            return get_json_decoder(kind).decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
    return _decode_odd(body, kind, operation=operation)


def _holds_nul(body: bytes) -> bool:
    """A strict parser takes it, and a database does not. From escape to escape: a search for all six signs
    would take longer than parsing."""
    at = body.find(_ESCAPE)
    while at >= 0:
        if body.startswith(_NUL, at):
            return True
        at = body.find(_ESCAPE, at + 2)
    return False


def _decode_odd(body: bytes, kind: type[T], *, operation: str) -> T:
    found: list[str] = []
    get_json_decoder(kind)
    try:
        decoded = msgspec.convert(json_repair.fit(json_repair.parse_json(body), kind, found), kind)
    except (ValueError, RecursionError) as error:
        trouble = f"not understood: {type(error).__name__}"
    else:
        oddities.record_oddities(operation, found)
        return decoded
    # Out here, since the errors of the parsers hold what they were given.
    raise BadResponse(trouble, operation=operation)
