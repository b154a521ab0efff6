"""Ids derived from the content of an event, so that a broker recognises duplicates: the same in all languages."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, Sequence

from .writer import MISSING, at, printed_value

_NAMESPACE = bytes.fromhex("6b1d5f2e9c474a0bb36e0ed25a71c894")


def id_of(name: str, dedup_key: Sequence[str], payload: Any) -> str:
    """Return a UUID of version 5 (RFC 9562) from the name of an event and its key, or its payload if it has no key."""
    digest = hashlib.sha1(_NAMESPACE + name.encode(), usedforsecurity=False)
    for pointer in dedup_key or ("",):
        value = at(payload, pointer)
        # A value that is missing differs from `null` by having no text at all.
        digest.update(f"\n{'' if value is MISSING else printed_value(value)}".encode())
    return str(uuid.UUID(bytes=digest.digest()[:16], version=5))
