"""Makes odd JSON fit the types it is read as: what cannot be read is dropped, and only that.

`parse_json` reads bytes that strict parsers refuse, `fit` brings what they say into the shape of a type.
Numbers and booleans are read leniently ("3600", 3600.0, "true"). A field that cannot be read takes its
default. A row that cannot be read keeps its place: as an unknown item, or as null where rows may be null.
`fit` follows the types alone, so every answer that has a type is repaired in the same way.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import inspect

Json = Any  # parsed JSON of a shape that is just being found out

_SURROGATES = re.compile("[\ud800-\udfff]")
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_WORDS_OF_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_MAX_DIGITS = 19  # more fit no field, and Python refuses to read thousands of them
# Texts that may be this long are names and are cut; the others are ids and addresses: a part would be wrong.
_SHORTEST_NAME = 1000
# What these say matters less than that they say something: more pages come.
_SIGNS = (".next",)
_UNKNOWN = "unknown"


class Unfit(ValueError):
    """Nothing of a value fits; whoever holds it decides what stands in its place."""


def parse_json(body: bytes) -> Json:
    """JSON with a mark in front, in UTF-16 or 32, with bad UTF-8, half characters, NUL, NaN or endless
    numbers is read as well.

    Raises ValueError or RecursionError.
    """
    text = body.strip(b" \r\n\t").decode(json.detect_encoding(body), "replace")
    return json.loads(text.strip("\ufeff\x00 \r\n\t"), strict=False, parse_int=_parse_integer)


def fit(value: Json, kind: Any, found: list[str]) -> Json:  # noqa: ANN401  # a type form
    """`value` so that msgspec can convert it into `kind`; `found` collects what was odd, without values.

    Raises Unfit when nothing of it can be read.
    """
    return _fit(value, inspect.type_info(kind), "", found)


def repair_text(text: str) -> str:
    """Without NUL, and with a replacement character for each half of a character."""
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\x00", "")


def _parse_integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else math.inf


def _fit(value: Json, kind: inspect.Type, place: str, found: list[str]) -> Json:
    fitter = _FITTERS.get(type(kind))
    return fitter(value, kind, place, found) if fitter else value


def _fit_struct(value: Json, kind: inspect.StructType, place: str, found: list[str]) -> Json:
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        found.append(place)
        value = value[0]
    if not isinstance(value, dict):
        raise Unfit
    fitted: dict[str, Json] = {}
    for field in kind.fields:
        if field.encode_name in value:
            _fit_field(value[field.encode_name], field, f"{place}.{field.encode_name}", found, fitted)
        elif field.required:
            raise Unfit
    if kind.tag_field is not None:
        if value.get(kind.tag_field, kind.tag) != kind.tag:
            found.append(f"{place}.{kind.tag_field}")
        fitted[kind.tag_field] = kind.tag
    return fitted


def _fit_field(
    value: Json, field: inspect.Field, place: str, found: list[str], fitted: dict[str, Json]
) -> None:
    try:
        fitted[field.encode_name] = _fit(value, field.type, place, found)
    except Unfit:
        if field.required:
            raise
        # Null where nothing is there is a habit of Spotify's and nothing to be told.
        if value is not None or not _is_collection(field.type):
            found.append(place)


def _fit_union(value: Json, kind: inspect.UnionType, place: str, found: list[str]) -> Json:
    options = [option for option in kind.types if not isinstance(option, inspect.NoneType)]
    may_be_null = len(options) < len(kind.types)
    if value is None and may_be_null:
        return None
    try:
        return _fit(value, _choose_option(value, options), place, found)
    except Unfit:
        if not may_be_null:
            raise
        found.append(place)
        return "" if place.endswith(_SIGNS) else None


def _choose_option(value: Json, options: list[inspect.Type]) -> inspect.Type:
    """What an item says that it is, else what its URI says, else the unknown one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if len(options) == 1 or not isinstance(value, dict):
        return options[0]
    by_tag = {option.tag: option for option in options if isinstance(option, inspect.StructType)}
    uri = value.get("uri")
    by_uri = str(uri).split(":")[1] if str(uri).count(":") > 1 else _UNKNOWN
    for tag in (value.get("type"), "track" if by_uri == "local" else by_uri, _UNKNOWN):
        if isinstance(tag, str) and tag in by_tag:
            return by_tag[tag]
    return options[0]


def _fit_tuple(value: Json, kind: inspect.VarTupleType, place: str, found: list[str]) -> Json:
    if isinstance(value, dict):
        return _fit_lone_row(value, kind, place, found)
    if not isinstance(value, list):
        raise Unfit
    return list(_fit_rows(value, kind.item_type, f"{place}[]", found))


def _fit_lone_row(value: Json, kind: inspect.VarTupleType, place: str, found: list[str]) -> Json:
    """One object in the place of a list: its only row, or its rows by their numbers."""
    numbers = [str(number) for number in range(len(value))]
    rows = list(value.values()) if value and list(value) == numbers else [value]
    fitted = [_fit(row, kind.item_type, f"{place}[]", []) for row in rows]
    # Nothing that is known is in it, or nothing but what it calls itself: no row.
    if not all(isinstance(row, dict) and row.keys() - {"type"} for row in fitted):
        raise Unfit
    found.append(place)
    return fitted


def _fit_rows(rows: list[Json], kind: inspect.Type, place: str, found: list[str]) -> Iterator[Json]:
    stand_in = _get_stand_in(kind)
    for row in rows:
        try:
            yield _fit(row, kind, place, found)
        except Unfit:
            found.append(place)
            if stand_in is not None:
                yield stand_in


def _get_stand_in(kind: inspect.Type) -> Json:
    """What keeps the place of a row in a list of items; null: the row is left out, as a bad image is."""
    if not isinstance(kind, inspect.UnionType):
        return None
    tags = [option.tag for option in kind.types if isinstance(option, inspect.StructType)]
    return {"type": _UNKNOWN} if _UNKNOWN in tags else None


def _fit_dict(value: Json, kind: inspect.DictType, place: str, found: list[str]) -> Json:
    if not isinstance(value, dict):
        raise Unfit
    fitted: dict[str, Json] = {}
    for name, entry in value.items():
        entry_place = f"{place}.{_describe_name(name)}"
        try:
            fitted[repair_text(name)] = _fit(entry, kind.value_type, entry_place, found)
        except Unfit:
            found.append(entry_place)
    return fitted


def _describe_name(name: str) -> str:
    """For the log and the doctor: names are Spotify's here, and may hold lines or half characters."""
    return ascii(name[:40])[1:-1]


def _fit_text(value: Json, kind: inspect.StrType, place: str, found: list[str]) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unfit
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = repair_text(str(value))
    if kind.max_length is not None and len(text) > kind.max_length:
        if kind.max_length < _SHORTEST_NAME:
            raise Unfit
        text = text[: kind.max_length]
    if text != value:
        found.append(place)
    return text


def _fit_bool(value: Json, _kind: inspect.BoolType, place: str, found: list[str]) -> bool:
    if isinstance(value, bool):
        return value
    known = _WORDS_OF_BOOLEANS.get(str(value).strip().lower())
    if known is None:
        raise Unfit
    found.append(place)
    return known


def _fit_integer(value: Json, kind: inspect.IntType, place: str, found: list[str]) -> int:
    number = _read_number(value)
    if not isinstance(number, int):
        number = round(number)
    _check_range(number, kind)
    if value is not number:
        found.append(place)
    return number


def _fit_float(value: Json, kind: inspect.FloatType, place: str, found: list[str]) -> float:
    number = _read_number(value)
    _check_range(number, kind)
    if number is not value:
        found.append(place)
    return number


def _read_number(value: Json) -> int | float:
    if isinstance(value, str):
        text = value.strip()
        if _INTEGER.fullmatch(text):
            return int(text)
        value = float(text) if _NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unfit
    return value


def _check_range(number: float, kind: inspect.IntType | inspect.FloatType) -> None:
    if (kind.ge is not None and number < kind.ge) or (kind.le is not None and number > kind.le):
        raise Unfit


def _fit_null(value: Json, _kind: inspect.NoneType, _place: str, _found: list[str]) -> None:
    if value is not None:
        raise Unfit


def _is_collection(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.VarTupleType)


_FITTERS: dict[type, Callable[[Json, Any, str, list[str]], Json]] = {
    inspect.StructType: _fit_struct,
    inspect.UnionType: _fit_union,
    inspect.VarTupleType: _fit_tuple,
    inspect.DictType: _fit_dict,
    inspect.StrType: _fit_text,
    inspect.BoolType: _fit_bool,
    inspect.IntType: _fit_integer,
    inspect.FloatType: _fit_float,
    inspect.NoneType: _fit_null,
}
