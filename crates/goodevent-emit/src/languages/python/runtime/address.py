"""Addresses of IP."""

from __future__ import annotations

import re

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_GROUP = re.compile("[0-9A-Fa-f]{1,4}")


def is_ipv4(text: str) -> bool:
    """Test for four decimal numbers."""
    return _IPV4.fullmatch(text) is not None


def is_ipv6(text: str) -> bool:
    """Test for an address of RFC 4291, without zone."""
    tail = text[text.rfind(":") + 1 :]
    if "." in tail:
        if not is_ipv4(tail):
            return False
        # The last four bytes count as two groups.
        text = f"{text[: len(text) - len(tail)]}0:0"
    parts = text.split("::")
    groups = [group for part in parts if part for group in part.split(":")]
    if not all(_GROUP.fullmatch(group) for group in groups):
        return False
    return len(groups) == 8 if len(parts) == 1 else len(parts) == 2 and len(groups) <= 7
