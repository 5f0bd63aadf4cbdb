"""Patterns that titles of strangers are read with take no longer than the titles are long."""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from re import _constants as codes  # type: ignore[attr-defined]  # how Python itself reads a pattern
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from library import catalogue
from playlists import transfer

REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)
GUARDS = (codes.ASSERT, codes.ASSERT_NOT, codes.AT)
SEARCHES = ("sub", "subn", "split", "search", "findall", "finditer")


def list_searched_patterns() -> Iterator[tuple[str, Any]]:
    """Those that look for something anywhere in a text; `match` and `fullmatch` begin once."""
    for package in (catalogue, transfer):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, pattern in vars(module).items():
                is_text = isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str)
                if is_text and any(f"{name}.{use}" in source_of(module) for use in SEARCHES):
                    yield f"{found.name}.{name}", pattern


def source_of(module: Any) -> str:
    with open(module.__file__, encoding="utf-8") as source:  # noqa: PTH123
        return source.read()


def may_begin_again(parsed: Sequence[Any]) -> bool:
    """Whether a search may try a run of the same signs from each of them, to find nothing behind it."""
    steps = list(parsed)
    for at, (code, value) in enumerate(steps):
        if code in GUARDS:
            return False
        inner: list[Sequence[Any]] = []
        if code in REPEATS:
            inner = [value[2]]
            if value[1] is codes.MAXREPEAT and may_fail(steps[at + 1 :]):
                return True
        elif code is codes.SUBPATTERN:
            inner = [value[3]]
        elif code is codes.BRANCH:
            inner = value[1]
        if any(may_begin_again([*part, *steps[at + 1 :]]) for part in inner):
            return True
        if not (code in REPEATS and value[0] == 0):
            return False
    return False


def may_fail(steps: Sequence[Any]) -> bool:
    return any(code not in REPEATS or value[0] > 0 for code, value in steps)


def test_no_search_begins_again_within_a_run():
    searched = dict(list_searched_patterns())
    assert len(searched) > 20
    assert not [
        name
        for name, pattern in searched.items()
        if may_begin_again(parser.parse(pattern.pattern, pattern.flags))
    ]


@pytest.mark.parametrize("slow", [r"\s*,", r"第?\s*(\d+|x)部", r"(?:a|\s+)b", r"(\s+|,)by", r"(?:\d+)+x"])
def test_what_does_begin_again_is_known(slow):
    assert may_begin_again(parser.parse(slow))
