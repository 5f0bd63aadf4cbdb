"""What can be odd in an answer: every place of it, and what may stand there instead."""

from collections.abc import Iterator
from typing import Any

MISSING = "(missing)"  # the field is taken away

VALUES: tuple[Any, ...] = (
    *(None, MISSING, True, False, 0, -1, 7, 3600.0, 0.5, 10**12, 10**30, 1e300, float("nan"), float("inf")),
    *(
        "",
        "7",
        "3600.0",
        "true",
        "false",
        "null",
        "half \ud83d",
        "NUL \x00",
        "long " * 2000,
        "javascript:alert(1)",
    ),
    *(
        [],
        {},
        [None],
        [{}],
        [[]],
        [[{}]],
        [[None]],
        {"": ""},
        {"0": {}},
        ["x", ["y"]],
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "video",
    ),
)


def list_pointers(document: Any, pointer: str = "") -> Iterator[str]:
    """JSON pointers to every place of a document, itself aside."""
    if isinstance(document, dict):
        places: Any = document.items()
    elif isinstance(document, list):
        places = enumerate(document)
    else:
        return
    for name, value in places:
        here = f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
        yield here
        yield from list_pointers(value, here)


def make_fault(match: str, pointer: str, value: Any) -> dict[str, Any]:
    """The fault that puts `value` there, into every answer of a path."""
    change = {"remove": [pointer]} if value is MISSING else {"put": {pointer: value}}
    return {"match": match, "kind": "rewrite", "method": "GET", **change}
