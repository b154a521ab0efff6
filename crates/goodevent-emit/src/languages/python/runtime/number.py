"""Numbers by their digits: read, compared, divided and printed exactly, whatever their size.

An integer without fraction and exponent is an `int`, and a number that a double prints is a `float`. All others are `Digits`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

MAX_NUMBER_CHARS = 1_024
"""A number of more characters is not read."""

_MAX_EXPONENT = 1 << 60
"""The largest power of ten."""

_MAX_HELD_DIGITS = 20
"""A number that a double is printed as needs at most so many digits; an integer of 64 bits has at most 20."""

_MAX_DIVISOR_DIGITS = 37
"""Divisors with more digits are not decided."""

_SAFE = 1 << 53
"""Integers up to this are doubles."""


class Decimal(NamedTuple):
    """`0.DIGITS` times ten to the power of `point`; zero has no digits."""

    is_negative: bool
    digits: str
    point: int


_ZERO = Decimal(False, "", 0)


def decimal(text: str) -> Decimal | None:
    """Return the decimal of a JSON number, or `None` if its exponent is out of range."""
    is_negative = text.startswith("-")
    mantissa, _, exponent = text[is_negative:].lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    padded = (whole + fraction).rstrip("0")
    digits = padded.lstrip("0")
    if not digits:
        return _ZERO
    power = int(exponent) if exponent else 0
    if abs(power) > _MAX_EXPONENT:
        return None
    return Decimal(is_negative, digits, power + len(whole) - (len(padded) - len(digits)))


class Digits:
    """A number that neither an `int` without fraction and exponent nor a `float` holds."""

    __slots__ = ("decimal", "text")

    def __init__(self, text: str, own: Decimal) -> None:
        self.text = text
        self.decimal = own

    def to_int(self) -> int | None:
        """Return the value, if it is an integer of at most 1,024 digits."""
        is_negative, digits, point = self.decimal
        if not len(digits) <= point <= MAX_NUMBER_CHARS:
            return None
        value = int(digits.ljust(point, "0"))
        return -value if is_negative else value


def number(text: str) -> Any:
    """Return the value of a JSON number, or `None` if its exponent is out of range."""
    if "." not in text and "e" not in text and "E" not in text:
        # An integer would lose the sign.
        return -0.0 if text == "-0" else int(text)
    return fraction(text)


def fraction(text: str) -> float | Digits | None:
    """Return the value of a JSON number with fraction or exponent, or `None` if its exponent is out of range."""
    value = float(text)
    # 15 digits survive the way through a double and back, away from the ends of its range.
    if len(text) <= 16 and 1e-200 <= abs(value) < 9e15 and "e" not in text and "E" not in text:
        return value
    exact = decimal(text)
    if exact is None:
        return None
    return value if _is_printed_as(value, exact) else Digits(text, exact)


def _is_printed_as(value: float, exact: Decimal) -> bool:
    return len(exact.digits) <= _MAX_HELD_DIGITS and abs(value) < float("inf") and _of_float(value) == exact


def _is_64(value: int) -> bool:
    return -(1 << 63) <= value < 1 << 64


def _whole(value: float) -> int | None:
    return int(value) if -(2.0**63) <= value < 2.0**64 and value == int(value) else None


def _of_float(value: float) -> Decimal:
    whole = _whole(value)
    return decimal(repr(value) if whole is None else str(whole)) or _ZERO


def decimal_of(value: Any) -> Decimal:
    """Return the decimal of a number."""
    if type(value) is int:
        return decimal(str(value)) or _ZERO
    if type(value) is float:
        return _of_float(value)
    own: Decimal = value.decimal
    return own


def is_float(value: int) -> bool:
    """Test if a double prints the integer."""
    if -_SAFE <= value <= _SAFE:
        return True
    return value.bit_length() <= 1_023 and _is_printed_as(float(value), decimal_of(value))


def is_integer(value: Any) -> bool:
    """Test if a number has no fraction."""
    if type(value) is int:
        return True
    if type(value) is float:
        return value.is_integer()
    _, digits, point = decimal_of(value)
    return len(digits) <= point


def is_plain_integer(value: Any) -> bool:
    """Test if a number is an integer as draft 4 has it: written without fraction and exponent."""
    return type(value) is int and (_is_64(value) or not is_float(value))


def compare(left: Any, right: Any) -> int:
    """Return a number less than zero, zero or more, as `left` is less than, equal to or more than `right`."""
    if type(left) is not Digits and type(right) is not Digits:
        is_short = type(left) is type(right) or (abs(left) < 1 << 63 and abs(right) < 1 << 63)
        if is_short:
            return int(left > right) - int(left < right)
    return _order(decimal_of(left), decimal_of(right))


def _order(left: Decimal, right: Decimal) -> int:
    def sign(own: Decimal) -> int:
        return 0 if not own.digits else -1 if own.is_negative else 1

    if sign(left) != sign(right) or sign(left) == 0:
        return sign(left) - sign(right)
    one, other = (left.point, left.digits), (right.point, right.digits)
    return sign(left) * ((one > other) - (one < other))


def is_multiple_of(left: Any, divisor: Any) -> bool:
    """Test if `left` divided by `divisor` is an integer."""
    if type(left) is int and type(divisor) is int and divisor != 0 and abs(divisor) < 10**_MAX_DIVISOR_DIGITS:
        return left % divisor == 0
    one, other = decimal_of(left), decimal_of(divisor)
    if len(other.digits) > _MAX_DIVISOR_DIGITS:
        return False
    if not one.digits or not other.digits:
        return not one.digits and bool(other.digits)
    # The last digits of both are not zero, so that the divisor's cannot be further left.
    shift = one.point - len(one.digits) - (other.point - len(other.digits))
    if shift < 0:
        return False
    modulus = int(other.digits)
    power: int = pow(10, shift, modulus)
    return int(one.digits) % modulus * power % modulus == 0


def printed(value: Any) -> str:
    """Return the one text of a number."""
    if type(value) is int:
        if _is_64(value):
            return str(value)
        return _printed_float(float(value)) if is_float(value) else _exact(decimal_of(value))
    return _printed_float(value) if type(value) is float else _exact(value.decimal)


def _printed_float(value: float) -> str:
    """Return the text of a double: an integer of 64 bits in full, else the shortest one."""
    text = repr(value)
    if text == "-0.0":
        return text
    whole = _whole(value)
    if whole is not None:
        return str(whole)
    is_negative, digits, point = decimal(text) or _ZERO
    sign = "-" if is_negative else ""
    if 0 < point <= 16:
        return f"{sign}{digits.ljust(point, '0')}.0" if len(digits) <= point else f"{sign}{digits[:point]}.{digits[point:]}"
    if -5 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return f"{sign}{_scientific(digits)}e{point - 1:+d}"


def _exact(own: Decimal) -> str:
    is_negative, digits, point = own
    sign = "-" if is_negative else ""
    if not digits:
        return "0"
    if len(digits) <= point <= 40:
        return sign + digits.ljust(point, "0")
    if 0 < point < len(digits):
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -5 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return f"{sign}{_scientific(digits)}e{point - 1}"


def _scientific(digits: str) -> str:
    return f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
