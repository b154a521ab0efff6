"""URIs, IRIs (RFC 3986 and 3987) and templates of them (RFC 6570)."""

from __future__ import annotations

import re
from typing import Callable, NamedTuple

from .address import is_ipv6

_Test = Callable[[str], object]


class _Grammar(NamedTuple):
    """Tests of the parts of a URI or an IRI."""

    path: _Test
    query: _Test
    fragment: _Test
    user: _Test
    host: _Test


_PLAIN = r"A-Za-z0-9\-._~!$&'()*+,;="
_PLANES = "".join(
    f"\\U{(plane << 16) + (0x1000 if plane == 14 else 0):08x}-\\U{(plane << 16) + 0xFFFD:08x}" for plane in range(1, 15)
)
_UCSCHAR = rf"\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef{_PLANES}"
_IPRIVATE = r"\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"


def _grammar(raw: str, raw_of_query: str) -> _Grammar:
    def are(chars: str) -> _Test:
        return re.compile(f"(?:[{chars}]|%[0-9A-Fa-f]{{2}})*").fullmatch

    return _Grammar(
        path=are(f"{_PLAIN}:@/{raw}"),
        query=are(f"{_PLAIN}:@/?{raw}{raw_of_query}"),
        fragment=are(f"{_PLAIN}:@/?{raw}"),
        user=are(f"{_PLAIN}:{raw}"),
        host=are(f"{_PLAIN}{raw}"),
    )


_URI = _grammar("", "")
_IRI = _grammar(_UCSCHAR, _IPRIVATE)


def is_uri(text: str) -> bool:
    """Test for a URI."""
    return _is_absolute(_URI, text)


def is_uri_reference(text: str) -> bool:
    """Test for a URI or a reference relative to one."""
    return _is_reference(_URI, text)


def is_iri(text: str) -> bool:
    """Test for an IRI."""
    return _is_absolute(_IRI, text)


def is_iri_reference(text: str) -> bool:
    """Test for an IRI or a reference relative to one."""
    return _is_reference(_IRI, text)


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+\-.]*:")


def _is_absolute(own: _Grammar, text: str) -> bool:
    scheme = _SCHEME.match(text)
    return scheme is not None and _is_rest(own, text[scheme.end() :])


def _is_reference(own: _Grammar, text: str) -> bool:
    scheme = _SCHEME.match(text)
    if scheme is not None:
        return _is_rest(own, text[scheme.end() :])
    # A colon before the first slash would read as a scheme.
    first = re.split("[/?#]", text, maxsplit=1)[0]
    return (text.startswith("//") or ":" not in first) and _is_rest(own, text)


def _is_rest(own: _Grammar, text: str) -> bool:
    text, _, fragment = text.partition("#")
    path, _, query = text.partition("?")
    if path.startswith("//"):
        authority, slash, behind = path[2:].partition("/")
        if not _is_authority(own, authority):
            return False
        path = slash + behind
    return bool(own.path(path) and own.query(query) and own.fragment(fragment))


_PORT = re.compile("(?::[0-9]*)?")


def _is_authority(own: _Grammar, text: str) -> bool:
    user, at, rest = text.partition("@")
    if not at:
        user, rest = "", text
    if not own.user(user):
        return False
    if rest.startswith("["):
        literal, bracket, port = rest[1:].partition("]")
        return bool(bracket) and _is_literal(literal) and _PORT.fullmatch(port) is not None
    host, colon, port = rest.partition(":")
    return bool(own.host(host)) and _PORT.fullmatch(colon + port) is not None


_FUTURE = re.compile(r"[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+")


def _is_literal(text: str) -> bool:
    """Test for an address in brackets: of IPv6, or of a later version."""
    return _FUTURE.fullmatch(text) is not None if text[:1] in ("v", "V") else is_ipv6(text)


_NAME = r"(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})+(?:\.(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})+)*"
_VARIABLE = rf"{_NAME}(?:\*|:[1-9][0-9]{{0,3}})?"
_TEMPLATE = re.compile(
    rf"(?:\{{[+#./;?&=,!@|]?{_VARIABLE}(?:,{_VARIABLE})*\}}|%[0-9A-Fa-f]{{2}}"
    r'|[^\x00-\x20"%<>\\^`{|}\x7f])*'
)


def is_uri_template(text: str) -> bool:
    """Test for literals and expressions in braces."""
    return _TEMPLATE.fullmatch(text) is not None
