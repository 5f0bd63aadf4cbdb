"""Changes places of an answer that JSON pointers name (RFC 6901), for answers as nobody expects them."""

import copy
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Document = Any  # parsed JSON of any shape

EVERY = "*"
END = "-"
# Fields by which people know a thing, at whatever depth they stand.
NAMES = frozenset({"name", "display_name", "publisher", "label", "description"})


def parse_pointer(pointer: str) -> list[str]:
    """The steps of a pointer; none for the whole document. Raises ValueError."""
    if pointer and not pointer.startswith("/"):
        msg = f"a pointer begins with a slash: {pointer}"
        raise ValueError(msg)
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def rewrite_document(document: Document, puts: Mapping[str, Any], removes: Sequence[str]) -> Document:
    """The document with other values at some places, and without others. Places it lacks are passed over.

    `*` means every row or field, `-` the end of a list. What is removed from a list closes its gap.
    """
    root = {"": copy.deepcopy(document)}
    for pointer, value in puts.items():
        for holder, name in _find_places(root, ["", *parse_pointer(pointer)], is_new_allowed=True):
            _put(holder, name, value)
    for pointer in removes:
        places = list(_find_places(root, ["", *parse_pointer(pointer)], is_new_allowed=False))
        for holder, name in reversed(places):  # so that earlier rows keep their numbers
            del holder[name]
    return root.get("")


def rename_things(document: Document, names: Sequence[str]) -> Document:
    """The document with one of `names` for each name in it; who had one name before has one afterwards."""
    if isinstance(document, list):
        return [rename_things(entry, names) for entry in document]
    if not isinstance(document, dict):
        return document
    return {
        field: _pick_name(value, names)
        if field in NAMES and isinstance(value, str)
        else rename_things(value, names)
        for field, value in document.items()
    }


def _pick_name(name: str, names: Sequence[str]) -> str:
    return names[zlib.crc32(name.encode("utf-8", "replace")) % len(names)] if names else name


def encode_document(document: Document, encoding: str) -> bytes:
    """JSON with escapes, lone surrogates, NaN and all; in another encoding than `ascii` without escapes."""
    if encoding == "ascii":
        return json.dumps(document).encode()
    return json.dumps(document, ensure_ascii=False).encode(encoding, "replace")


def _find_places(holder: Document, steps: list[str], *, is_new_allowed: bool) -> Iterator[tuple[Any, Any]]:
    """Pairs of a list or object and a place in it; a new place is one of an object, or the end of a list."""
    step, rest = steps[0], steps[1:]
    for name in list(_match_names(holder, step)):
        if not rest:
            yield holder, name
        else:
            yield from _find_places(holder[name], rest, is_new_allowed=is_new_allowed)
    if not rest and is_new_allowed:
        if isinstance(holder, dict) and step != EVERY and step not in holder:
            yield holder, step
        elif isinstance(holder, list) and step == END:
            yield holder, END


def _match_names(holder: Document, step: str) -> Iterator[str | int]:
    if isinstance(holder, dict):
        yield from holder if step == EVERY else [step] if step in holder else []
    elif isinstance(holder, list):
        if step == EVERY:
            yield from range(len(holder))
        elif step.isdecimal() and int(step) < len(holder):
            yield int(step)


def _put(holder: Document, name: str | int, value: Document) -> None:
    if name == END and isinstance(holder, list):
        holder.append(copy.deepcopy(value))
    else:
        holder[name] = copy.deepcopy(value)
