"""Values of generated types: from JSON values and to them.

A shape is `None` for what is the same in both, a function that returns a class or a shape, or a tuple that begins with a word.
"""

from __future__ import annotations

import decimal
import math
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Mapping, Optional, Sequence, Union

from . import number
from .number import Digits
from .table import NUMBERS, Ref, resolved
from .violation import Violation
from .writer import join

if TYPE_CHECKING:
    from typing import Final

Decimal = decimal.Decimal
"""A number that its digits hold."""

Shape = Any
"""The kind of value that a schema describes."""

Json = Union[None, bool, int, float, Decimal, str, Sequence["Json"], Mapping[str, "Json"]]
"""Any JSON. A number is an `int`, a `float` if it is exactly that, or else a `Decimal`."""


class Absent:
    """The type of `ABSENT`."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the name of the only value."""
        return "ABSENT"

    def __bool__(self) -> bool:
        """Return `False`, as for `None`."""
        return False

    def __reduce__(self) -> str:
        """Return the name of the only value, so that copies are that value."""
        return "ABSENT"


ABSENT: Final = Absent()
"""The value of a member that is absent, where the contract allows `null` as well."""


class Fields:
    """The members of a class: for each its attribute, its name in JSON, whether it must be present, and its shape.

    Other members are in the attribute `extra`.
    """

    __slots__ = ("extra", "extra_shape", "make", "members", "plan", "table")

    def __init__(
        self,
        members: Callable[[], Sequence[tuple[str, str, bool, Shape]]],
        table: Optional[Callable[[], Ref]] = None,
        extra: Optional[str] = None,
        extra_shape: Shape = None,
    ) -> None:
        self.members = members
        self.table = table
        self.extra = extra
        self.extra_shape = extra_shape
        self.make: Optional[Callable[[Any, list[Any]], Any]] = None
        self.plan: Optional[Sequence[tuple[str, str, bool]]] = None


class Record:
    """An object with named members."""

    __slots__ = ()
    __fields_of_json__: ClassVar[Fields]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Validate values of this type, and objects that become one, as fields of pydantic models."""
        from .pydantic import schema_of

        return schema_of(cls)


Make = Callable[[Any, list[Any]], Any]
"""Makes a typed value of a valid JSON value, and adds the numbers that the type does not hold to a list."""


def maker(shape: Shape) -> Optional[Make]:
    """Return the function that makes values of a shape; `None` if the JSON value is the value."""
    if shape is None:
        return None
    if callable(shape):
        return _late(shape)
    return _MAKERS[shape[0]](*shape[1:])


def _late(shape: Callable[[], Any]) -> Make:
    """Return a function that looks its shape up at its first use, since shapes can refer to each other."""
    made: list[Optional[Make]] = []

    def make(value: Any, misfits: list[Any]) -> Any:
        if not made:
            target = shape()
            made.append(_record(target) if isinstance(target, type) else maker(target))
        own = made[0]
        return value if own is None else own(value, misfits)

    return make


def _record(cls: Any) -> Make:
    """Return the function that makes values of a class; it sets the attributes as the constructor does."""
    fields: Fields = cls.__fields_of_json__
    if fields.make is not None:
        return fields.make
    new = object.__new__
    plan = []
    for attribute, name, is_required, shape in fields.members():
        default = None if is_required else getattr(cls, "__dataclass_fields__")[attribute].default
        plan.append((name, cls.__dict__[attribute].__set__, maker(shape), default))
    known = frozenset(name for name, *_ in plan)
    extra = cls.__dict__[fields.extra].__set__ if fields.extra else None
    make_extra = maker(fields.extra_shape)

    def make(value: Any, misfits: list[Any]) -> Any:
        made = new(cls)
        for name, set_attribute, own, default in plan:
            if name in value:
                member = value[name]
                set_attribute(made, member if own is None else own(member, misfits))
            else:
                set_attribute(made, default)
        if extra is not None:
            others = {
                name: member if make_extra is None else make_extra(member, misfits)
                for name, member in value.items()
                if name not in known
            }
            extra(made, others)
        return made

    fields.make = make
    return make


def _integer(value: Any, misfits: list[Any]) -> Any:
    if type(value) is int:
        return value
    if type(value) is float and abs(value) < 2.0**63:
        return int(value)
    own = value if type(value) is Digits else Digits("", number.decimal_of(value))
    whole = own.to_int()
    if whole is None:
        misfits.append(value)
        return value
    return whole


def _float(value: Any, misfits: list[Any]) -> Any:
    if type(value) is float:
        return value
    if type(value) is int:
        return float(value) if number.is_float(value) else value
    misfits.append(value)
    return value


_CONTEXT = decimal.Context(prec=number.MAX_NUMBER_CHARS, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)


def _decimal(value: Any, misfits: list[Any]) -> Any:
    if type(value) is Digits:
        try:
            return _CONTEXT.create_decimal(value.text)
        except decimal.InvalidOperation:
            misfits.append(value)
            return value
    return decimal.Decimal(number.printed(value) if type(value) is float else value)


def _json(value: Any, misfits: list[Any]) -> Any:
    kind = type(value)
    if kind is Digits:
        return _decimal(value, misfits)
    if kind is list:
        return tuple(_json(item, misfits) for item in value)
    if kind is dict:
        return {name: _json(member, misfits) for name, member in value.items()}
    return value


def _array(item: Shape) -> Make:
    own = maker(item)
    if own is None:
        return lambda value, misfits: tuple(value)
    return lambda value, misfits: tuple([own(part, misfits) for part in value])


def _tuple(items: Sequence[Shape]) -> Make:
    makers = [maker(item) for item in items]

    def make(value: Any, misfits: list[Any]) -> Any:
        return tuple(part if own is None else own(part, misfits) for own, part in zip(makers, value))

    return make


def _map(shape: Shape) -> Make:
    own = maker(shape)
    if own is None:
        return lambda value, misfits: dict(value)
    return lambda value, misfits: {name: own(member, misfits) for name, member in value.items()}


def _nullable(shape: Shape) -> Optional[Make]:
    own = maker(shape)
    if own is None:
        return None
    return lambda value, misfits: None if value is None else own(value, misfits)


_KINDS: Mapping[type, str] = {type(None): "null", bool: "boolean", str: "string", list: "array", dict: "object"}


def _by_type(variants: Sequence[tuple[Sequence[str], Shape]]) -> Make:
    """Return the function of a union whose variants differ in their JSON types."""
    makers = [(frozenset(names), maker(shape)) for names, shape in variants]

    def make(value: Any, misfits: list[Any]) -> Any:
        name = _KINDS.get(type(value), "number")
        is_integer = name == "number" and number.is_integer(value)
        for names, own in makers:
            if name in names or (is_integer and "integer" in names):
                return value if own is None else own(value, misfits)
        return _json(value, misfits)

    return make


def _by_tag(tag: str, variants: Sequence[tuple[Sequence[str], Shape]]) -> Make:
    """Return the function of a union whose variants differ in the value of a member."""
    makers = {own: maker(shape) for tags, shape in variants for own in tags}

    def make(value: Any, misfits: list[Any]) -> Any:
        own = makers.get(value.get(tag), _json)
        return value if own is None else own(value, misfits)

    return make


def _by_validity(variants: Sequence[tuple[Ref, Shape]]) -> Make:
    """Return the function of a union whose variants differ in the schemas that accept them: the first one counts."""
    makers = [(ref, maker(shape)) for ref, shape in variants]

    def make(value: Any, misfits: list[Any]) -> Any:
        from .validate import is_valid

        for ref, own in makers:
            if is_valid(resolved(ref), value):
                return value if own is None else own(value, misfits)
        return _json(value, misfits)

    return make


_MAKERS: Mapping[str, Callable[..., Optional[Make]]] = {
    "integer": lambda: _integer,
    "float": lambda: _float,
    "decimal": lambda: _decimal,
    "json": lambda: _json,
    "array": _array,
    "tuple": _tuple,
    "map": _map,
    "nullable": _nullable,
    "type": _by_type,
    "tag": _by_tag,
    "valid": _by_validity,
}


def misfit_places(value: Any, misfits: Sequence[Any]) -> list[tuple[str, Any]]:
    """List the pointers to numbers that their types do not hold, with the numbers."""
    wanted = {id(own) for own in misfits}
    found: list[tuple[str, Any]] = []
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        pointer, part = pending.pop()
        if type(part) is list:
            pending.extend((join(pointer, str(index)), part[index]) for index in reversed(range(len(part))))
        elif type(part) is dict:
            pending.extend((join(pointer, name), part[name]) for name in sorted(part, reverse=True))
        elif type(part) in NUMBERS and id(part) in wanted:
            found.append((pointer, part))
    return found


class Unwritable(Exception):
    """A value is not one of JSON."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(str(violation))
        self.violation = violation


_MAX_DEPTH = 200
"""Deeper values are rejected when their text is read; a value within itself has no end."""

_SAME = frozenset((str, int, bool, type(None)))


def plain(value: Any, depth: int = 0) -> Any:
    """Return a typed value as lists, dictionaries and scalars, with a `Decimal` as it is.

    Raises `Unwritable` if it is not a value of JSON.
    """
    kind = type(value)
    if kind in _SAME:
        return value
    if kind is float or kind is decimal.Decimal:
        is_finite = math.isfinite(value) if kind is float else value.is_finite()
        if not is_finite:
            raise _unwritable(value)
        # Of a double that is an integer of 64 bits, the value is that integer, which Python writes with fewer digits.
        return int(value) if kind is float and 2.0**53 < abs(value) < 2.0**64 else value
    if depth > _MAX_DEPTH:
        raise _unwritable(value)
    if kind is tuple or kind is list:
        return [item if type(item) in _SAME else _part(item, str(index), depth) for index, item in enumerate(value)]
    if isinstance(value, Record):
        return _plain_record(value, depth)
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise _unwritable(value)
        return {str(name): _part(member, name, depth) for name, member in value.items()}
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (int, float)):
        return plain(int(value) if isinstance(value, int) else float(value), depth)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [_part(item, str(index), depth) for index, item in enumerate(value)]
    raise _unwritable(value)


def _part(value: Any, token: str, depth: int) -> Any:
    try:
        return plain(value, depth + 1)
    except Unwritable as inner:
        found = inner.violation
        pointer = join("", token) + found.pointer
        raise Unwritable(Violation(pointer, found.keyword, found.expected, found.found)) from None


def _plain_record(value: Record, depth: int) -> Any:
    fields = value.__fields_of_json__
    plan = fields.plan
    if plan is None:
        plan = fields.plan = _plan(type(value), fields)
    members: dict[str, Any] = {}
    for attribute, name, is_null_written in plan:
        member = getattr(value, attribute)
        kind = type(member)
        if kind is str or kind is int or kind is bool:
            members[name] = member
        elif member is None:
            if is_null_written:
                members[name] = None
        elif member is not ABSENT:
            members[name] = _part(member, name, depth)
    if fields.extra:
        others = getattr(value, fields.extra)
        for name in others:
            if name in members or not isinstance(name, str):
                raise _unwritable(others)
            members[name] = _part(others[name], name, depth)
    return members


def _plan(cls: Any, fields: Fields) -> Sequence[tuple[str, str, bool]]:
    """List the attributes with their names in JSON, and whether `None` is `null` and not an absent member."""
    defaults = cls.__dataclass_fields__
    return [
        (attribute, name, is_required or defaults[attribute].default is ABSENT)
        for attribute, name, is_required, _ in fields.members()
    ]


def _unwritable(value: Any) -> Unwritable:
    # A value of another type can be personal data as well: its type is enough to find it.
    return Unwritable(Violation("", "type", "a value of JSON", f"a value of the type {type(value).__name__}"))
