"""Dates, times and durations of RFC 3339."""

from __future__ import annotations

import re

_DATE = re.compile("([0-9]{2})([0-9]{2})-([0-9]{2})-([0-9]{2})")
_N_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_date(text: str) -> bool:
    """Test for a day of the calendar."""
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    century, year, month, day = map(int, found.groups())
    if not 1 <= month <= 12:
        return False
    is_leap = (century if year == 0 else year) % 4 == 0
    return 1 <= day <= _N_DAYS[month] + (is_leap and month == 2)


_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))")
_A_DAY = 24 * 60


def is_time(text: str) -> bool:
    """Test for a time with its offset; a leap second is valid at the end of a day of UTC only."""
    found = _TIME.fullmatch(text)
    if found is None:
        return False
    hour, minute, second, sign, offset_hour, offset_minute = found.groups("0")
    hours, minutes, seconds = int(hour), int(minute), int(second)
    if hours > 23 or minutes > 59 or seconds > 60 or int(offset_hour) > 23 or int(offset_minute) > 59:
        return False
    offset = (int(offset_hour) * 60 + int(offset_minute)) * (-1 if sign == "-" else 1)
    return seconds < 60 or (hours * 60 + minutes - offset) % _A_DAY == _A_DAY - 1


# The first 28 days of every month, in seconds before a leap second, in UTC: nothing else needs to be examined.
_COMMON = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?[Zz]"
)


def is_date_time(text: str) -> bool:
    """Test for a date and a time with `T` between."""
    if _COMMON.fullmatch(text):
        return True
    return text[10:11] in ("T", "t") and is_date(text[:10]) and is_time(text[11:])


_DATE_UNITS = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"
_TIME_UNITS = "(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)"
_DURATION = re.compile(f"P(?:[0-9]+W|{_DATE_UNITS}(?:T{_TIME_UNITS})?|T{_TIME_UNITS})")


def is_duration(text: str) -> bool:
    """Test for units in order, none left out between two."""
    return _DURATION.fullmatch(text) is not None
