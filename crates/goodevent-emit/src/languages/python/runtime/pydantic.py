"""Generated types as fields of models of pydantic, which only a service that uses them needs."""

from __future__ import annotations

from typing import Any

from .contract import decoded_part, plain_part


def schema_of(cls: Any) -> Any:
    """Return the schema for a class: it takes values of the class, and objects that become one."""
    from pydantic_core import core_schema

    def validate(value: Any) -> Any:
        made = decoded_part(cls, value)
        return value if isinstance(value, cls) else made

    return core_schema.no_info_plain_validator_function(
        validate,
        serialization=core_schema.plain_serializer_function_ser_schema(plain_part),
    )
