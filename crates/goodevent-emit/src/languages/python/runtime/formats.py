"""The formats and content encodings of JSON Schema, asserted."""

from __future__ import annotations

import re
from typing import Callable, Mapping

from .address import is_ipv4, is_ipv6
from .ecma import is_pattern
from .hostname import is_ascii_hostname, is_email, is_hostname, is_idn_email, is_idn_hostname
from .times import is_date, is_date_time, is_duration, is_time
from .uri import is_iri, is_iri_reference, is_uri, is_uri_reference, is_uri_template

_POINTER = re.compile("(?:/(?:[^~/]|~[01])*)*")
_RELATIVE_POINTER = re.compile("(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/]|~[01])*)*)")
_UUID = re.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")

FORMATS: Mapping[str, Callable[[str], object]] = {
    "date": is_date,
    "date-time": is_date_time,
    "time": is_time,
    "duration": is_duration,
    "email": is_email,
    "idn-email": is_idn_email,
    "hostname": is_hostname,
    "hostname-rfc1034": is_ascii_hostname,
    "idn-hostname": is_idn_hostname,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "uri": is_uri,
    "uri-reference": is_uri_reference,
    "iri": is_iri,
    "iri-reference": is_iri_reference,
    "uri-template": is_uri_template,
    "json-pointer": _POINTER.fullmatch,
    "relative-json-pointer": _RELATIVE_POINTER.fullmatch,
    "regex": is_pattern,
    "uuid": _UUID.fullmatch,
}
"""Tests of texts, by the name of the format."""

_TRACE_PARENT = re.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?", re.DOTALL)


def is_trace_parent(text: str) -> bool:
    """Test for a version, a trace, an activity and flags (W3C Trace Context)."""
    found = _TRACE_PARENT.fullmatch(text)
    if found is None:
        return False
    version, trace, parent, rest = found.groups()
    is_known = version != "ff" and (rest is None or version != "00")
    return is_known and trace.strip("0") != "" and parent.strip("0") != ""


is_attribute_name: Callable[[str], object] = re.compile("[a-z0-9]+").fullmatch
"""Test for the name of an attribute of a CloudEvent."""

_ALPHABETS = {
    "base16": (4, 2, "0123456789ABCDEF"),
    "base32": (5, 8, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    "base32hex": (5, 8, "0123456789ABCDEFGHIJKLMNOPQRSTUV"),
    "base64": (6, 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    "base64url": (6, 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
}


def decoded(encoding: str, text: str) -> bytes | None:
    """Return the bytes that a text encodes in a strict form of RFC 4648."""
    n_bits, group, alphabet = _ALPHABETS[encoding]
    if not text.isascii() or len(text) % group:
        return None
    digits = text.upper() if encoding == "base16" else text.rstrip("=")
    n_spare = len(digits) * n_bits % 8
    if len(text) - len(digits) >= group or n_spare >= n_bits:
        return None
    value_of = {digit: value for value, digit in enumerate(alphabet)}
    content = bytearray()
    bits = n_pending = 0
    for digit in digits:
        value = value_of.get(digit)
        if value is None:
            return None
        bits = bits << n_bits | value
        n_pending += n_bits
        if n_pending >= 8:
            n_pending -= 8
            content.append(bits >> n_pending)
            bits &= (1 << n_pending) - 1
    return bytes(content) if bits == 0 else None
