"""The code that all contracts share: JSON, schemas as tables, violations, envelopes and ids."""

from .contract import MAX_ENVELOPE_BYTES, MAX_EVENT_BYTES, Contract, EventError, Message, Received, new_activity
from .shape import ABSENT, Absent, Decimal, Fields, Json, Record, Shape
from .table import Ref, Table
from .violation import Violation

__all__ = [
    "ABSENT",
    "MAX_ENVELOPE_BYTES",
    "MAX_EVENT_BYTES",
    "Absent",
    "Contract",
    "Decimal",
    "EventError",
    "Fields",
    "Json",
    "Message",
    "Received",
    "Record",
    "Ref",
    "Shape",
    "Table",
    "Violation",
    "new_activity",
]
