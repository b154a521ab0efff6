"""The violations of a message, in the words of all languages of goodevent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Sequence

from .writer import printed_value, quoted


@dataclass(frozen=True)
class Violation:
    """One way in which a message violates its contract."""

    pointer: str
    """JSON Pointer to the value; empty for the whole message."""
    keyword: str
    """The keyword of the contract, such as `maxLength`."""
    expected: str
    """The expected value, such that "… is not *expected*" reads well."""
    found: str
    """The value that is there, shortened."""

    def __str__(self) -> str:
        """Return the violation as one line."""
        where = escaped(self.pointer or "the message")
        return f"{where}: {escaped(self.found)} is not {escaped(self.expected)} ({self.keyword})"


# Controls, separators and bidirectional controls act on the terminal or log that shows them.
_ACTIVE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escaped(text: str) -> str:
    """Return a text in one line, in which nothing acts on what shows it."""
    return _ACTIVE.sub(lambda found: _SHORT.get(found.group(), f"\\u{ord(found.group()):04x}"), text)


def undecided(pointer: str) -> Violation:
    """Return the violation of a value that takes too many steps."""
    return Violation(pointer, "undecided", "decided within the steps that a message may take", "the value")


_MAX_SHOWN_CHARS = 60


def shown(value: Any) -> str:
    """Return the text of a value, shortened."""
    text = printed_value(value)
    return text if len(text) <= _MAX_SHOWN_CHARS else f"{text[: _MAX_SHOWN_CHARS - 1]}…"


def kind(value: Any) -> str:
    """Return a value by its kind, which reveals nothing."""
    if value is None:
        return "null"
    names = {bool: "the boolean", str: "the string", list: "the array", dict: "the object"}
    return names.get(type(value), "the number")


_MAX_LISTED = 10


def listed(values: Sequence[Any]) -> str:
    """Return the first values of an `enum`."""
    first = [shown(value) for value in values[:_MAX_LISTED]]
    n_more = len(values) - len(first)
    return f"one of {', '.join([*first, f'{n_more} more'] if n_more > 0 else first)}"


def type_names(names: Sequence[str]) -> str:
    """Return the names of types, with their articles."""
    articles = {"null": "", "integer": "an ", "array": "an ", "object": "an "}
    own = [name for name in names if name != "integer" or "number" not in names]
    return " or ".join(f"{articles.get(name, 'a ')}{name}" for name in own)


def quoted_names(names: Sequence[str]) -> str:
    """Return names in quotation marks."""
    return ", ".join(quoted(name) for name in names)


_NEAREST = "; of the nearest one, "


def alternatives(n_branches: int, nearest: Violation | None) -> str:
    """Return alternatives with the violation of the nearest one; of nested ones only the innermost is described."""
    if nearest is None:
        return f"any of {n_branches} alternatives"
    _, separator, innermost = nearest.expected.partition(_NEAREST)
    is_nested = nearest.keyword in ("anyOf", "oneOf") and separator
    return f"any of {n_branches} alternatives{_NEAREST}{innermost if is_nested else nearest}"


def nearest_of(reasons: Sequence[Sequence[Violation]], pointer: str) -> Violation | None:
    """Return the first violation of the alternative that the value is nearest to."""

    def distance(own: Sequence[Violation]) -> tuple[bool, int]:
        is_far = any(violation.keyword == "type" and violation.pointer == pointer for violation in own)
        return is_far, len(own)

    nearest = min(reasons, key=distance, default=[])
    return nearest[0] if nearest else None
