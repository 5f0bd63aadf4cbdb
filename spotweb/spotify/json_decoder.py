"""From the bytes of an answer to typed objects: strict and fast first, forgiving only where that fails.

The strict way parses straight into the objects. When an answer is odd (an unexpected
null, an unknown kind of item), it is parsed once more by hand: nulls make way for defaults and an odd item
becomes an UnknownItem, so that a single one does not hide the nineteen others of a queue.
"""

from typing import Any, TypeVar

import msgspec

from spotweb.spotify.errors import BadResponse
from spotweb.spotify.models import Item, UnknownItem

T = TypeVar("T")
Json = Any  # parsed JSON of a shape that is just being found out

_ONE_ITEM = frozenset({"item", "currently_playing", "track", "episode"})
_MANY_ITEMS = frozenset({"queue"})
_decoders: dict[object, msgspec.json.Decoder[Any]] = {}
_KINDS_BY_URI = (("spotify:episode:", "episode"), ("spotify:track:", "track"), ("spotify:local:", "track"))


def decode_body(body: bytes, kind: type[T], *, operation: str = "") -> T:
    """Raises BadResponse when the bytes are no JSON or of a shape that cannot be understood."""
    try:
        return _get_decoder(kind).decode(body)
    except msgspec.ValidationError:
        return _decode_odd(body, kind, operation=operation)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadResponse(f"not JSON: {type(error).__name__}", operation=operation) from None


def _get_decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    # Making one inspects the whole type, which takes longer than parsing a page with it.
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    return decoder


def _decode_odd(body: bytes, kind: type[T], *, operation: str) -> T:
    try:
        return msgspec.convert(_without_nulls(msgspec.json.decode(body)), kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # msgspec names the place and the types, not the values.
        raise BadResponse(str(error), operation=operation) from None


def _without_nulls(value: Json) -> Json:
    """Without nulls in objects, so that the defaults apply; nulls in lists stay, since positions count."""
    if isinstance(value, list):
        return [_without_nulls(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {name: _tidy_field(name, field) for name, field in value.items() if field is not None}


def _tidy_field(name: str, value: Json) -> Json:
    value = _without_nulls(value)
    if name in _ONE_ITEM and isinstance(value, dict):
        return _as_item(value)
    if name in _MANY_ITEMS and isinstance(value, list):
        return [_as_item(entry) for entry in value if isinstance(entry, dict)]
    return value


def _as_item(item: dict[str, Json]) -> dict[str, Json]:
    """The item as it is when it is understood, else what of it an UnknownItem can hold."""
    typed = {**item, "type": item.get("type") or _kind_by_uri(item.get("uri"))}
    if _fits(typed, Item):
        return typed
    known = {field.name: field.type for field in msgspec.structs.fields(UnknownItem)}
    kept = {name: value for name, value in item.items() if name in known and _fits(value, known[name])}
    return {**kept, "type": "unknown"}


def _kind_by_uri(uri: Json) -> str:
    return next((kind for start, kind in _KINDS_BY_URI if str(uri).startswith(start)), "unknown")


def _fits(value: Json, kind: Any) -> bool:  # noqa: ANN401  # a type form, such as a union
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True
