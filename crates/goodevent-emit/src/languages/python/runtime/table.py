"""Schemas as tables: a table is a list or tuple with an entry for each keyword, which begins with the keyword's name.

Numbers and values in a table are JSON text. A reference to another table is a function that returns it, since tables can
refer to each other in cycles.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, Optional, Sequence, Union

from .formats import FORMATS, decoded, is_attribute_name, is_trace_parent
from .number import Digits, compare, decimal_of, is_integer, is_multiple_of, is_plain_integer
from .pattern import compiled
from .reader import Fault, parse

Table = Sequence[Any]
"""One schema."""

Ref = Union[Table, Callable[[], Table]]
"""A schema, or a function that returns it."""

NUMBERS = frozenset((int, float, Digits))
"""The types of numbers."""

_STRING_KEYWORDS = frozenset(("pattern", "format", "contentEncoding", "contentMediaType"))
_LISTS = frozenset(("prefixItems", "allOf", "anyOf", "oneOf"))
_NAMED = frozenset(("properties", "dependentSchemas"))
_SINGLE = frozenset(("additionalProperties", "propertyNames", "unevaluatedProperties", "not", "$ref"))


class Check:
    """One keyword: its name, its arguments, and a test of the value itself if it has no schemas below."""

    __slots__ = ("args", "keyword", "n_extra", "nodes", "test")

    def __init__(self, keyword: str, args: tuple[Any, ...]) -> None:
        self.keyword = keyword
        self.args = args
        self.nodes: Any = None
        self.test: Optional[Callable[[Any], object]] = None
        # Steps besides the first, of a keyword that examines more than a few values.
        self.n_extra = 0


class Node:
    """A table with its references resolved."""

    __slots__ = ("checks", "fast", "is_false", "patterns", "personal", "properties", "resource")

    def __init__(self) -> None:
        self.checks: Sequence[Check] = ()
        self.resource = 0
        self.personal: Optional[Sequence[str]] = None
        self.is_false = False
        self.properties: frozenset[str] = frozenset()
        self.patterns: Sequence[Callable[[str], object]] = ()
        self.fast: Any = None

    def names(self, name: str) -> bool:
        """Test if `properties` or `patternProperties` name a member."""
        return name in self.properties or any(pattern(name) for pattern in self.patterns)


# The tables that have a name, by their ids; the tables stay, and so their ids stay theirs.
_NODES: dict[int, tuple[Node, Table]] = {}

# Nodes are complete before another thread gets one.
_COMPLETE: dict[int, Node] = {}
_LOCK = threading.Lock()


def resolved(ref: Ref) -> Node:
    """Return the node of a table."""
    table = ref() if callable(ref) else ref
    known = _COMPLETE.get(id(table))
    if known is not None:
        return known
    with _LOCK:
        queue: list[tuple[Node, Table]] = []
        node = _begun(lambda: table, queue)
        made = 0
        while made < len(queue):
            below, own = queue[made]
            made += 1
            checks = []
            for keyword, *args in own:
                if keyword == "resource":
                    below.resource = args[0]
                elif keyword == "personal":
                    below.personal = args[0]
                else:
                    checks.append(_check(below, keyword, tuple(args), queue))
            below.is_false = len(own) == 1 and own[0][0] == "false"
            below.checks = tuple(checks)
        _COMPLETE.update((own_id, own) for own_id, (own, _) in _NODES.items())
    return node


def _begun(ref: Ref, queue: list[tuple[Node, Table]]) -> Node:
    if not callable(ref):
        # Two tables in place can be one tuple, but are two schemas.
        inline = Node()
        queue.append((inline, ref))
        return inline
    table = ref()
    known = _NODES.get(id(table))
    if known is None:
        known = _NODES[id(table)] = Node(), table
        queue.append(known)
    return known[0]


def _check(node: Node, keyword: str, args: tuple[Any, ...], queue: list[tuple[Node, Table]]) -> Check:
    check = Check(keyword, args)

    def begun(ref: Ref) -> Node:
        return _begun(ref, queue)

    def optional(ref: Optional[Ref]) -> Optional[Node]:
        return None if ref is None else begun(ref)

    first: Any = args[0] if args else None
    if keyword in _LISTS:
        check.nodes = tuple(begun(ref) for ref in first)
    elif keyword in _NAMED:
        check.nodes = tuple((name, begun(ref)) for name, ref in first)
        if keyword == "properties":
            node.properties = frozenset(name for name, _ in first)
            check.n_extra = len(first) // 16
    elif keyword == "patternProperties":
        check.nodes = tuple((pattern_of(pattern), begun(ref)) for pattern, ref in first)
        node.patterns = tuple(pattern for pattern, _ in check.nodes)
    elif keyword in _SINGLE or keyword in ("contains", "unevaluatedItems"):
        check.nodes = begun(first)
    elif keyword == "items":
        check.nodes = begun(args[1])
    elif keyword == "if":
        check.nodes = (begun(first), optional(args[1]), optional(args[2]))
    elif keyword == "$dynamicRef":
        check.nodes = (tuple((resource, begun(ref)) for resource, ref in first), begun(args[1]))
    else:
        check.test = _test(check, first)
    return check


_PATTERNS: dict[Any, Callable[[str], object]] = {}


def pattern_of(own: tuple[str, Optional[str], Optional[str]]) -> Callable[[str], object]:
    """Return the test of a pattern: its text, and either a pattern of the standard library or an automaton."""
    known = _PATTERNS.get(own)
    if known is None:
        known = _PATTERNS[own] = compiled(own[1], own[2])
    return known


def key(value: Any) -> Any:
    """Return a value that is equal for equal values, as JSON Schema compares them, and can be an entry of a set."""
    kind = type(value)
    if kind is str or value is None:
        return value
    if kind is bool:
        return ("bool", value)
    if kind is list:
        return ("list", *map(key, value))
    if kind is dict:
        return ("dict", *((name, key(value[name])) for name in sorted(value)))
    if kind is int and -(1 << 53) <= value <= 1 << 53:
        return ("number", value)
    if kind is float and value.is_integer() and abs(value) <= 1 << 53:
        return ("number", int(value))
    if kind is float:
        # Two doubles that differ have texts that differ.
        return ("number", value) if abs(value) < 1 << 53 else ("digits", *decimal_of(value))
    return ("digits", *decimal_of(value))


_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: type(value) is bool,
    "string": lambda value: type(value) is str,
    "array": lambda value: type(value) is list,
    "object": lambda value: type(value) is dict,
    "number": lambda value: type(value) in NUMBERS,
    "integer": lambda value: type(value) in NUMBERS and is_integer(value),
    "plain integer": lambda value: type(value) in NUMBERS and is_plain_integer(value),
}

def _test(check: Check, own: Any) -> Callable[[Any], object]:
    """Return the test of a keyword without schemas below; of a value of another type it is not asked."""
    keyword = check.keyword
    if keyword == "type":
        tests = [_TYPES[name] for name in own]
        return tests[0] if len(tests) == 1 else lambda value: any(test(value) for test in tests)
    if keyword == "enum":
        values = parse(own)
        check.args = (values,)
        check.n_extra = len(values) // 16
        keys = frozenset(map(key, values))
        return lambda value: key(value) in keys
    if keyword == "const":
        constant = parse(own)
        check.args = (constant,)
        only = key(constant)
        return lambda value: key(value) == only
    if keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
        limit = parse(own)
        check.args = (limit,)
        return _limit(keyword, limit)
    if keyword == "minLength":
        return lambda value: len(value) >= own
    if keyword == "maxLength":
        return lambda value: len(value) <= own
    if keyword == "pattern":
        return pattern_of(own)
    if keyword == "format":
        return FORMATS[own]
    if keyword == "traceparent":
        return is_trace_parent
    if keyword == "attributeName":
        return is_attribute_name
    if keyword == "contentEncoding":
        return lambda value: decoded(own, value) is not None
    if keyword == "contentMediaType":
        return lambda value: _is_json(value, own)
    if keyword in ("minItems", "minProperties"):
        return lambda value: len(value) >= own
    if keyword in ("maxItems", "maxProperties"):
        return lambda value: len(value) <= own
    if keyword == "uniqueItems":
        return lambda value: len(set(map(key, value))) == len(value)
    if keyword == "required":
        names = tuple(own)
        return lambda value: all(name in value for name in names)
    if keyword == "dependentRequired":
        return lambda value: all(name not in value or all(other in value for other in others) for name, others in own)
    return lambda value: False


def _limit(keyword: str, limit: Any) -> Callable[[Any], bool]:
    if keyword == "minimum":
        return lambda value: compare(value, limit) >= 0
    if keyword == "maximum":
        return lambda value: compare(value, limit) <= 0
    if keyword == "exclusiveMinimum":
        return lambda value: compare(value, limit) > 0
    if keyword == "exclusiveMaximum":
        return lambda value: compare(value, limit) < 0
    return lambda value: is_multiple_of(value, limit)


def _is_json(text: str, encoding: Optional[str]) -> bool:
    content: Optional[str] = text
    if encoding is not None:
        encoded = decoded(encoding, text)
        try:
            content = None if encoded is None else encoded.decode()
        except UnicodeDecodeError:
            return False
    try:
        return content is not None and (parse(content), True)[1]
    except Fault:
        return False


OF_TYPE: dict[str, Any] = {
    "minimum": NUMBERS,
    "maximum": NUMBERS,
    "exclusiveMinimum": NUMBERS,
    "exclusiveMaximum": NUMBERS,
    "multipleOf": NUMBERS,
    "minLength": (str,),
    "maxLength": (str,),
    "pattern": (str,),
    "format": (str,),
    "traceparent": (str,),
    "attributeName": (str,),
    "contentEncoding": (str,),
    "contentMediaType": (str,),
    "prefixItems": (list,),
    "items": (list,),
    "contains": (list,),
    "minItems": (list,),
    "maxItems": (list,),
    "uniqueItems": (list,),
    "unevaluatedItems": (list,),
    "properties": (dict,),
    "patternProperties": (dict,),
    "additionalProperties": (dict,),
    "propertyNames": (dict,),
    "required": (dict,),
    "dependentRequired": (dict,),
    "dependentSchemas": (dict,),
    "minProperties": (dict,),
    "maxProperties": (dict,),
    "unevaluatedProperties": (dict,),
}
"""The types of values that a keyword is about, if not all."""


def cost(check: Check, value: Any) -> int:
    """Return the steps of a keyword that examines more than a few bytes or names, of a value that it is about."""
    keyword = check.keyword
    if keyword in _STRING_KEYWORDS:
        return (len(value) if value.isascii() else len(value.encode())) // 16
    if keyword == "patternProperties":
        return len(check.nodes) * len(value)
    if keyword in ("additionalProperties", "required"):
        return len(value) // 16
    return len(value) if keyword == "uniqueItems" else check.n_extra
