"""Whether a text is a pattern of ECMA-262, as with the flag `u`; a backslash may also stand before punctuation."""

from __future__ import annotations

import re

_MODIFIERS = frozenset("ims-")
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_DIGITS = re.compile("[0-9]*")
_WORD = re.compile("[A-Za-z0-9_]+")
_HEX = re.compile("[0-9A-Fa-f]+")


def is_pattern(text: str) -> bool:
    """Test if a text is a pattern."""
    try:
        return _Parser(text).is_whole()
    except _Malformed:
        return False


class _Malformed(Exception):
    """The text is not a pattern."""


class _Group:
    """An open group: whether it may be repeated when it closes, and the names in its alternatives."""

    def __init__(self, is_atom: bool) -> None:
        self.is_atom = is_atom
        self.names: list[str] = []
        self.names_before: list[str] = []


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.n_groups = 0
        self.max_reference = 0
        self.names: list[str] = []
        self.references: list[str] = []

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, expected: str) -> bool:
        is_next = self.peek() == expected
        self.at += is_next
        return is_next

    def require(self, expected: str) -> None:
        if not self.take(expected):
            raise _Malformed

    def char(self) -> str:
        char = self.peek()
        if not char:
            raise _Malformed
        self.at += 1
        return char

    def is_whole(self) -> bool:
        groups = [_Group(False)]
        is_atom = False
        while self.at < len(self.text):
            char = self.char()
            if char == "|":
                groups[-1].names_before += groups[-1].names
                groups[-1].names = []
                is_atom = False
            elif char == "(":
                groups.append(self.group(groups))
                is_atom = False
            elif char == ")":
                closed = groups.pop()
                if not groups:
                    return False
                groups[-1].names += closed.names + closed.names_before
                is_atom = closed.is_atom
            elif char in "*+?{":
                if char == "{":
                    self.range()
                if not is_atom:
                    return False
                self.take("?")
                is_atom = False
            elif char in "}]":
                return False
            elif char in "^$":
                is_atom = False
            elif char == "\\":
                is_atom = self.escape()
            else:
                if char == "[":
                    self.char_class()
                is_atom = True
        are_known = all(name in self.names for name in self.references)
        return len(groups) == 1 and self.max_reference <= self.n_groups and are_known

    def group(self, groups: list[_Group]) -> _Group:
        """Read the beginning of a group behind its parenthesis."""
        if not self.take("?"):
            self.n_groups += 1
            return _Group(True)
        first = self.char()
        if first == ":":
            return _Group(True)
        if first in "=!":
            return _Group(False)
        if first != "<":
            self.modifiers(first)
            return _Group(True)
        if self.take("=") or self.take("!"):
            return _Group(False)
        self.n_groups += 1
        name = self.name()
        if any(name in group.names for group in groups):
            raise _Malformed
        groups[-1].names.append(name)
        self.names.append(name)
        return _Group(True)

    def modifiers(self, first: str) -> None:
        seen = ""
        following = first
        while following != ":":
            if following not in _MODIFIERS or following in seen:
                raise _Malformed
            seen += following
            following = self.char()
        if not seen.strip("-"):
            raise _Malformed

    def digits(self) -> str:
        found = _DIGITS.match(self.text, self.at)
        digits = found.group() if found else ""
        self.at += len(digits)
        return digits

    def range(self) -> None:
        """Read the numbers of `{2}`, `{2,}` or `{2,3}`."""
        least = self.digits()
        if not least:
            raise _Malformed
        if self.take(",") and self.peek() != "}":
            most = self.digits()
            if not most:
                raise _Malformed
            least, most = least.lstrip("0"), most.lstrip("0")
            if (len(least), least) > (len(most), most):
                raise _Malformed
        self.require("}")

    def name(self) -> str:
        name = ""
        while True:
            char = self.char()
            if char == ">":
                if not name:
                    raise _Malformed
                return name
            if char == "\\":
                self.require("u")
                code = self.unicode()
                if 0xD800 <= code <= 0xDFFF:
                    raise _Malformed
                char = chr(code)
            may_begin = char.isalpha() or char in "$_"
            if not (may_begin or (name and (char.isalnum() or char in "\u200c\u200d"))):
                raise _Malformed
            name += char

    def escape(self) -> bool:
        """Read what follows a backslash outside of a class; whether it may be repeated."""
        char = self.char()
        if char in "bB":
            return False
        if char in "dDsSwW":
            return True
        if char in "pP":
            self.property()
        elif char == "k":
            self.require("<")
            self.references.append(self.name())
        elif "1" <= char <= "9":
            digits = char + self.digits()
            self.max_reference = max(self.max_reference, int(digits) if len(digits) < 20 else 1 << 64)
        else:
            self.character(char)
        return True

    def character(self, char: str) -> int:
        """Return the code point of an escaped character."""
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "c":
            letter = self.char()
            if not (letter.isascii() and letter.isalpha()):
                raise _Malformed
            return ord(letter) % 32
        if char == "0" and not "0" <= self.peek() <= "9":
            return 0
        if char == "x":
            return self.hex(2)
        if char == "u":
            return self.unicode()
        if char.isalnum():
            raise _Malformed
        return ord(char)

    def hex(self, n_digits: int) -> int:
        digits = self.text[self.at : self.at + n_digits]
        if len(digits) < n_digits or not _HEX.fullmatch(digits):
            raise _Malformed
        self.at += n_digits
        return int(digits, 16)

    def unicode(self) -> int:
        """Read four digits, a pair of surrogates in twice four, or digits in braces."""
        if self.take("{"):
            found = _HEX.match(self.text, self.at)
            digits = found.group() if found else ""
            self.at += len(digits)
            self.require("}")
            significant = digits.lstrip("0")
            if not digits or len(significant) > 6 or int(significant or "0", 16) > 0x10FFFF:
                raise _Malformed
            return int(significant or "0", 16)
        high = self.hex(4)
        if 0xD800 <= high <= 0xDBFF and self.text.startswith("\\u", self.at):
            digits = self.text[self.at + 2 : self.at + 6]
            if len(digits) == 4 and _HEX.fullmatch(digits) and 0xDC00 <= int(digits, 16) <= 0xDFFF:
                self.at += 6
                return 0x10000 + ((high - 0xD800) << 10) + (int(digits, 16) - 0xDC00)
        return high

    def property(self) -> None:
        """Read `{Name}` or `{Name=Value}`; the names are not examined."""
        self.require("{")
        self.word()
        if self.take("="):
            self.word()
        self.require("}")

    def word(self) -> None:
        found = _WORD.match(self.text, self.at)
        if found is None:
            raise _Malformed
        self.at = found.end()

    def char_class(self) -> None:
        """Read a class up to its bracket."""
        self.take("^")
        while not self.take("]"):
            first = self.class_atom()
            behind = self.text[self.at + 1 : self.at + 2]
            if self.peek() == "-" and behind != "]":
                self.at += 1
                last = self.class_atom()
                if first is None or last is None or first > last:
                    raise _Malformed

    def class_atom(self) -> int | None:
        """Return a character of a class, or nothing for a set of them such as `\\d`."""
        char = self.char()
        if char != "\\":
            return ord(char)
        char = self.char()
        if char == "b":
            return 8
        if char in "dDsSwW":
            return None
        if char in "pP":
            self.property()
            return None
        return self.character(char)
