"""The texts of values and of pointers to them."""

from __future__ import annotations

import re
from json import encoder
from typing import Any

from .number import printed

quoted = encoder.encode_basestring
"""Return a JSON string, in which no more is escaped than must be."""


def printed_value(value: Any) -> str:
    """Return the text of a value: compact, members in the order of their names."""
    parts: list[str] = []
    _print(value, parts)
    return "".join(parts)


def _print(value: Any, parts: list[str]) -> None:
    kind = type(value)
    if kind is str:
        parts.append(quoted(value))
    elif value is None:
        parts.append("null")
    elif kind is bool:
        parts.append("true" if value else "false")
    elif kind is list:
        separator = "["
        for item in value:
            parts.append(separator)
            _print(item, parts)
            separator = ","
        parts.append("]" if value else "[]")
    elif kind is dict:
        separator = "{"
        for name in sorted(value):
            parts.append(f"{separator}{quoted(name)}:")
            _print(value[name], parts)
            separator = ","
        parts.append("}" if value else "{}")
    else:
        parts.append(printed(value))


def join(pointer: str, name: str) -> str:
    """Return a pointer to the member or item `name` of the value at `pointer`."""
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


MISSING: Any = object()
"""No value."""

_INDEX = re.compile(r"\+?[0-9]+")


def at(value: Any, pointer: str) -> Any:
    """Return the value at a JSON Pointer, or `MISSING`."""
    for token in pointer.split("/")[1:]:
        if type(value) is dict:
            value = value.get(token.replace("~1", "/").replace("~0", "~"), MISSING)
        elif type(value) is list and len(token) <= 20 and _INDEX.fullmatch(token) and int(token) < len(value):
            value = value[int(token)]
        else:
            return MISSING
    return value
