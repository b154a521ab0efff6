"""JSON that means the same to every parser: names occur once, strings are Unicode, numbers keep their digits.

A value is `None`, a `bool`, an `int`, a `float`, `Digits`, a `str`, a `list` or a `dict`.
"""

from __future__ import annotations

import json
import re
from json import scanner
from typing import Any, NoReturn, Optional

from .number import MAX_NUMBER_CHARS, fraction, number

MAX_DEPTH = 128
"""Arrays and objects are nested at most so deep."""


class Fault(Exception):
    """The reason why a text is not JSON, and where.

    `at` is an index of the text. Lines and columns, in characters, count from 1.
    """

    def __init__(self, text: str, at: int, reason: str) -> None:
        line = text.count("\n", 0, at) + 1
        column = at - text.rfind("\n", 0, at)
        super().__init__(f"not JSON at line {line}, column {column}: {reason}")


class _Doubt(Exception):
    """The parser of the standard library does not decide."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Doubt
    return members


def _fraction(text: str) -> Any:
    if len(text) > MAX_NUMBER_CHARS:
        raise _Doubt
    value = fraction(text)
    if value is None:
        raise _Doubt
    return value


def _constant(_: str) -> NoReturn:
    raise _Doubt


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_float=_fraction, parse_constant=_constant)
_SCAN: Any = None if getattr(scanner, "c_make_scanner", None) is None else getattr(_DECODER, "scan_once")
_NEGATIVE_ZERO = re.compile(r"-0(?=[ \n\r\t,\]}]|\Z)")
_WHITE_SPACE = " \n\r\t"


def parse(text: str) -> Any:
    """Read a text of characters of Unicode.

    Raises `Fault` if it is not JSON, or is JSON that parsers interpret differently.
    """
    # What the parser of the standard library reads differently, or has no words for, is read here.
    if _SCAN is None or "\\ud" in text or "\\uD" in text or has_long_number(text):
        return exact(text)
    if "-0" in text and _NEGATIVE_ZERO.search(text):
        return exact(text)
    try:
        value, end = _SCAN(text, 0)
    except (ValueError, StopIteration, RecursionError, _Doubt):
        return exact(text)
    if end != len(text) and text[end:].strip(_WHITE_SPACE):
        return exact(text)
    return exact(text) if is_too_deep(text, value) else value


def has_long_number(text: str) -> bool:
    """Test for a row of more digits than a number may have; one that long has a whole window of half its length."""
    if len(text) <= MAX_NUMBER_CHARS:
        return False
    window = MAX_NUMBER_CHARS // 2
    return any(text[start : start + window].isdigit() for start in range(0, len(text) - window, window))


def is_too_deep(text: str, value: Any) -> bool:
    """Test if arrays and objects in a value are nested too deep; `text` is the text of the value."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for part in level:
            if type(part) is dict:
                below.extend(part.values())
            elif type(part) is list:
                below.extend(part)
        level = [part for part in below if type(part) is dict or type(part) is list]
        if not level:
            return False
    return True


_SPACE = re.compile(r"[ \n\r\t]*")
_DIGITS = re.compile(r"-?[0-9]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]*)?")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_ROW = re.compile(r"[0-9]*")
_EXPONENT = re.compile(r"[eE][+-]?")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]*")
_UNESCAPED = re.compile(r'[^"\\\x00-\x1f]*')
_UNIT = re.compile(r"\\u([0-9a-fA-F]{4})")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

_NO_NAN = "JSON has no `NaN` and no `Infinity`"
_COMMENT = "a comment, which JSON does not allow"

_NOT_A_VALUE = {
    "'": "JSON writes strings in double quotes",
    "+": "a number begins with a digit or `-`",
    ".": "a number begins with a digit or `-`: write `0.5`, not `.5`",
    "N": _NO_NAN,
    "I": _NO_NAN,
}
"""Advice about characters that begin no value."""


def _found(char: str) -> str:
    """Return the kind of a character, or of the end by an empty text.

    Messages are logged, and a text can have personal data, so that punctuation is shown and letters and digits are not.
    """
    if not char:
        return "the end of the text"
    if char in _WHITE_SPACE:
        return "white space"
    if char == "`":
        return "a backtick"
    if not char.isascii():
        return "a character beyond ASCII"
    if char.isdigit():
        return "a digit"
    if char.isalpha():
        return "a letter"
    return f"`{char}`" if char.isprintable() else "a control character"


def exact(text: str) -> Any:
    """Read a text without recursion, and say where and why it is not JSON."""
    return _Parser(text).document()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        # Open arrays and objects, each with the name of the member that is being read.
        self.open: list[tuple[Any, str]] = []

    def fault(self, reason: str, at: Optional[int] = None) -> Fault:
        return Fault(self.text, self.at if at is None else at, reason)

    def expected(self, what: str, advice: str = "", at: Optional[int] = None) -> Fault:
        """Return the fault of a text that has another character than `what`, with advice about a common mistake."""
        place = self.at if at is None else at
        end = f": {advice}" if advice else ""
        return self.fault(f"expected {what}, found {_found(self.text[place : place + 1])}{end}", place)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip_space(self) -> str:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.peek()

    def document(self) -> Any:
        if self.text.startswith("\ufeff"):
            raise self.fault("a byte order mark, which JSON does not allow")
        while True:
            begun, value = self.value()
            if begun:
                continue
            is_whole, value = self.close(value)
            if is_whole:
                break
        if self.skip_space():
            raise self.expected("the end of the text after the value")
        return value

    def value(self) -> tuple[bool, Any]:
        """Read a value, or the beginning of an array or object, which is then open."""
        char = self.skip_space()
        if char in ("[", "{"):
            if len(self.open) >= MAX_DEPTH:
                raise self.fault("arrays and objects are nested deeper than 128 levels")
            self.at += 1
            if char == "[":
                if self.skip_space() == "]":
                    self.at += 1
                    return False, []
                self.open.append(([], ""))
                return True, None
            if self.skip_space() == "}":
                self.at += 1
                return False, {}
            members: dict[str, Any] = {}
            self.open.append((members, self.name(members)))
            return True, None
        if char == '"':
            return False, self.string()
        if char == "-" or "0" <= char <= "9":
            return False, self.number()
        if char in ("n", "t", "f"):
            for word, value in (("null", None), ("true", True), ("false", False)):
                if self.text.startswith(word, self.at):
                    self.at += len(word)
                    return False, value
            raise self.fault("expected `null`, `true` or `false`, found another word")
        raise self.fault(_COMMENT) if char == "/" else self.expected("a value", _NOT_A_VALUE.get(char, ""))

    def close(self, value: Any) -> tuple[bool, Any]:
        """Add a value to what is open, and close what ends behind it; whether nothing is open."""
        while self.open:
            parent, name = self.open[-1]
            is_array = type(parent) is list
            if is_array:
                parent.append(value)
            else:
                parent[name] = value
            char = self.skip_space()
            if char == ("]" if is_array else "}"):
                self.at += 1
                self.open.pop()
                value = parent
                continue
            if char != ",":
                raise self.expected("`,` or `]` after an item" if is_array else "`,` or `}` after a member")
            self.at += 1
            if not is_array:
                self.open[-1] = (parent, self.name(parent))
            elif self.skip_space() == "]":
                raise self.expected("a value", "JSON allows no comma after the last item")
            return False, None
        return True, value

    def name(self, members: dict[str, Any]) -> str:
        char = self.skip_space()
        start = self.at
        if char != '"':
            advice = "JSON allows no comma after the last member" if char == "}" else ""
            raise self.fault(_COMMENT) if char == "/" else self.expected("a name in double quotes", advice)
        name = self.string()
        if name in members:
            raise self.fault("the object has this name already", start)
        char = self.skip_space()
        if char != ":":
            raise self.expected("`:` after a name")
        self.at += 1
        return name

    def number(self) -> Any:
        start = self.at
        found = _DIGITS.match(self.text, start, start + MAX_NUMBER_CHARS + 1)
        text = found.group() if found else ""
        value = None
        if len(text) <= MAX_NUMBER_CHARS and _NUMBER.fullmatch(text):
            value = number(text)
        if value is None:
            raise self.not_a_number(start)
        self.at += len(text)
        return value

    def not_a_number(self, start: int) -> Fault:
        """Return the fault of the number at `start`."""
        text = self.text

        def digits(at: int) -> int:
            found = _ROW.match(text, at)
            return found.end() if found else at

        whole = start + text.startswith("-", start)
        at = digits(whole)
        if at == whole:
            return self.expected("a digit after `-`", _NO_NAN if text.startswith("I", at) else "", at)
        if at > whole + 1 and text.startswith("0", whole):
            return self.fault("a number with a leading zero", start)
        if text.startswith(".", at):
            fraction = at + 1
            at = digits(fraction)
            if at == fraction:
                return self.expected("a digit after `.`", at=at)
        exponent = _EXPONENT.match(text, at)
        if exponent and digits(exponent.end()) == exponent.end():
            return self.expected("a digit in the exponent", at=exponent.end())
        return self.fault("a number that has more than 1,024 characters, or an exponent beyond 2^60", start)

    def string(self) -> str:
        start = self.at
        parts: list[str] = []
        self.at += 1
        while True:
            found = _UNESCAPED.match(self.text, self.at)
            if found:
                parts.append(found.group())
                self.at = found.end()
            char = self.peek()
            if char == '"':
                self.at += 1
                break
            if not char:
                raise self.fault("a string that does not end", start)
            if char != "\\":
                raise self.fault("a control character in a string: write it as an escape")
            parts.append(self.escape(start))
        text = "".join(parts)
        if _SURROGATE.search(text):
            raise self.fault("a lone surrogate, which is not a character", start)
        return text

    def escape(self, start: int) -> str:
        kind = self.text[self.at + 1 : self.at + 2]
        if not kind:
            raise self.fault("a string that does not end", start)
        if kind != "u":
            char = _ESCAPES.get(kind)
            if char is None:
                raise self.fault("an escape that JSON does not have")
            self.at += 2
            return char
        high, low = self.unit(self.at), self.unit(self.at + 6)
        if high is None:
            digits = _HEXADECIMAL.match(self.text, self.at + 2)
            raise self.expected("four hexadecimal digits after `\\u`", at=digits.end() if digits else self.at)
        if not 0xD800 <= high <= 0xDFFF:
            self.at += 6
            return chr(high)
        if high > 0xDBFF or low is None or not 0xDC00 <= low <= 0xDFFF:
            raise self.fault("a lone surrogate, which is not a character")
        self.at += 12
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))

    def unit(self, at: int) -> int | None:
        found = _UNIT.match(self.text, at)
        return int(found.group(1), 16) if found else None
