"""The evaluation of tables by functions that accept or reject: `check` explains a rejection, and decides what is left open.

Each function takes a value and the steps so far. A message of so few steps is within the budget of `check`, whatever its
keywords cost there. An evaluation of more steps ends with `Undecided`.
"""

from __future__ import annotations

from typing import Any, Callable, Optional

from .number import Digits, compare, is_integer
from .table import NUMBERS, OF_TYPE, Check, Node

Fast = Callable[[Any, list[int]], object]
"""A test of a value, with the number of steps so far."""

_MAX_STEPS = 15_000

_LONG = 64
"""A string of more characters takes further steps."""


class Undecided(Exception):
    """The evaluation takes many steps, or has a keyword that is about the evaluation of others."""


def is_valid(node: Node, value: Any) -> object:
    """Test if a value is valid.

    Raises `Undecided` or `RecursionError` if that is not decided here.
    """
    return test_of(node)(value, [0])


def test_of(node: Node) -> Fast:
    """Return the test of a node, which is made once it is asked for the first time."""
    if node.fast is None:

        def first(value: Any, steps: list[int]) -> object:
            node.fast = _node(node)
            own: Fast = node.fast
            return own(value, steps)

        node.fast = first
    fast: Fast = node.fast
    return fast


_KINDS = (type(None), bool, int, float, Digits, str, list, dict)
_OF_NAME: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "boolean": (bool,),
    "number": (int, float, Digits),
    "integer": (int, float, Digits),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
}


def _always(value: Any, steps: list[int]) -> bool:
    return True


def _never(value: Any, steps: list[int]) -> bool:
    return False


def _open(value: Any, steps: list[int]) -> bool:
    raise Undecided


def _node(node: Node) -> Fast:
    """Return the test of a node: by the type of the value, the tests of all keywords."""
    names: Any = None
    everywhere: list[Fast] = []
    rest: list[Check] = []
    for check in node.checks:
        if check.keyword == "type" and names is None:
            names = check.args[0]
        elif check.keyword in OF_TYPE:
            rest.append(check)
        else:
            everywhere.append(_whole(check))
    if names is None and not rest:
        return _all(everywhere)
    if not everywhere and names is not None:
        only = _of_name(names, rest)
        if only is not None:
            return only
    allowed = _KINDS if names is None else tuple(kind for name in names for kind in _OF_NAME.get(name, ()))
    tests: dict[type, Fast] = {}
    for kind in _KINDS:
        if kind not in allowed and not (names and "plain integer" in names and kind is int):
            tests[kind] = _never
            continue
        own = [check for check in rest if kind in OF_TYPE[check.keyword]]
        parts = [*_type(kind, names), *everywhere, *_of_kind(kind, node, own)]
        tests[kind] = _all(parts)
    if all(test is _always for test in tests.values()):
        return _always
    possible = [kind for kind in _KINDS if tests[kind] is not _never]
    if len(possible) == 1:
        return _of_one(possible[0], tests[possible[0]])

    def by_type(value: Any, steps: list[int]) -> object:
        return tests[type(value)](value, steps)

    return by_type


def _of_name(names: Any, checks: list[Check]) -> Optional[Fast]:
    """Return the test of a string or an integer, the most frequent ones, in one function."""
    if tuple(names) == ("string",):
        return _only_string([check for check in checks if str in OF_TYPE[check.keyword]])
    own = [check for check in checks if int in OF_TYPE[check.keyword]]
    if tuple(names) != ("integer",) or not all(
        check.keyword in ("minimum", "maximum") and type(check.args[0]) is int for check in own
    ):
        return None
    least = [check.args[0] for check in own if check.keyword == "minimum"]
    most = [check.args[0] for check in own if check.keyword == "maximum"]
    if len(least) != 1 or len(most) != 1 or abs(least[0]) > 1 << 53 or abs(most[0]) > 1 << 53:
        return None
    (low,), (high,) = least, most

    def integer(value: Any, steps: list[int]) -> object:
        if type(value) is int:
            return low <= value <= high
        return type(value) is float and value.is_integer() and low <= value <= high or _other_integer(value, low, high)

    return integer


def _other_integer(value: Any, low: int, high: int) -> object:
    return type(value) is Digits and is_integer(value) and compare(value, low) >= 0 and compare(value, high) <= 0


def _only_string(checks: list[Check]) -> Fast:
    least, most, tests = _of_string(checks)
    if not tests:
        return lambda value, steps: type(value) is str and least <= len(value) <= most
    if len(tests) == 1:
        only = tests[0]

        def one(value: Any, steps: list[int]) -> object:
            if type(value) is not str:
                return False
            n_chars = len(value)
            if n_chars > _LONG:
                _take(steps, n_chars)
            return least <= n_chars <= most and only(value)

        return one
    every = _string(checks)
    return lambda value, steps: type(value) is str and every(value, steps)


def _of_one(kind: type, test: Fast) -> Fast:
    if test is _always:
        return lambda value, steps: type(value) is kind
    return lambda value, steps: type(value) is kind and test(value, steps)


def _type(kind: type, names: Any) -> list[Fast]:
    """Return what is left of `type` for values of a Python type."""
    if names is None or kind not in NUMBERS or "number" in names:
        return []
    if "integer" in names:
        return [] if kind is int else [lambda value, steps: is_integer(value)]
    # An integer of draft 4 of many digits can be one that a double prints.
    return [lambda value, steps: -(1 << 63) <= value < 1 << 63 or _open(value, steps)]


def _all(parts: list[Fast]) -> Fast:
    if not parts:
        return _always
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2:
        one, other = parts
        return lambda value, steps: one(value, steps) and other(value, steps)

    def every(value: Any, steps: list[int]) -> object:
        for part in parts:
            if not part(value, steps):
                return False
        return True

    return every


def _take(steps: list[int], n_steps: int) -> None:
    steps[0] += n_steps
    if steps[0] > _MAX_STEPS:
        raise Undecided


def _whole(check: Check) -> Fast:
    """Return the test of a keyword that is about values of all types."""
    keyword, nodes, own = check.keyword, check.nodes, check.test
    if keyword == "false":
        return _never
    if keyword == "$dynamicRef":
        return _open
    if own is not None and keyword in ("enum", "const"):
        texts = frozenset(value for value in _constants(check) if type(value) is str)
        if len(texts) == len(_constants(check)):
            return _one_of(texts, check.n_extra)
    if own is not None:
        test, n_extra = own, check.n_extra

        def here(value: Any, steps: list[int]) -> object:
            if n_extra:
                _take(steps, n_extra)
            # Whether two arrays or objects are equal takes as many steps as they have values.
            if type(value) is list or type(value) is dict:
                _take(steps, len(value))
            return test(value)

        return here
    if keyword == "if":
        return _condition(nodes)
    if keyword in ("$ref", "not"):
        only = nodes
        test_of(only)

        def one(value: Any, steps: list[int]) -> object:
            _take(steps, 1)
            return only.fast(value, steps)

        return one if keyword == "$ref" else lambda value, steps: not one(value, steps)
    for node in nodes:
        test_of(node)
    return _branches(keyword, nodes)


def _one_of(texts: frozenset[str], n_extra: int) -> Fast:
    if n_extra == 0:
        return lambda value, steps: type(value) is str and value in texts

    def one_of(value: Any, steps: list[int]) -> object:
        steps[0] += n_extra
        return type(value) is str and value in texts

    return one_of


def _constants(check: Check) -> list[Any]:
    """Return the values of `enum` or `const`."""
    (own,) = check.args
    return own if check.keyword == "enum" and type(own) is list else [own]


def _condition(nodes: Any) -> Fast:
    condition, then, otherwise = nodes
    for node in nodes:
        if node is not None:
            test_of(node)

    def branch(value: Any, steps: list[int]) -> object:
        _take(steps, 2)
        own = then if condition.fast(value, steps) else otherwise
        return own is None or own.fast(value, steps)

    return branch


def _branches(keyword: str, nodes: Any) -> Fast:
    n_nodes = len(nodes)

    def every(value: Any, steps: list[int]) -> object:
        _take(steps, n_nodes)
        for node in nodes:
            if not node.fast(value, steps):
                return False
        return True

    def any_of(value: Any, steps: list[int]) -> object:
        _take(steps, n_nodes)
        for node in nodes:
            if node.fast(value, steps):
                return True
        return False

    def one_of(value: Any, steps: list[int]) -> object:
        _take(steps, n_nodes)
        n_valid = 0
        for node in nodes:
            if node.fast(value, steps):
                n_valid += 1
        return n_valid == 1

    return {"allOf": every, "anyOf": any_of, "oneOf": one_of}[keyword]


def _of_kind(kind: type, node: Node, checks: list[Check]) -> list[Fast]:
    if not checks:
        return []
    if kind is str:
        return [_string(checks)]
    if kind is dict:
        return _object(node, checks)
    if kind is list:
        return _array(checks)
    return [_number(check) for check in checks]


def _number(check: Check) -> Fast:
    test, keyword, (limit,) = check.test, check.keyword, check.args
    if test is None:
        return _never
    if type(limit) is not int or abs(limit) > 1 << 53 or keyword == "multipleOf":
        own = test
        return lambda value, steps: own(value)

    # Every number of the two types compares with an integer of so few digits as its printed value does.
    def is_least(value: Any, steps: list[int]) -> object:
        return value >= limit if type(value) is not Digits else compare(value, limit) >= 0

    def is_most(value: Any, steps: list[int]) -> object:
        return value <= limit if type(value) is not Digits else compare(value, limit) <= 0

    def is_above(value: Any, steps: list[int]) -> object:
        return value > limit if type(value) is not Digits else compare(value, limit) > 0

    def is_below(value: Any, steps: list[int]) -> object:
        return value < limit if type(value) is not Digits else compare(value, limit) < 0

    by_keyword = {"minimum": is_least, "maximum": is_most, "exclusiveMinimum": is_above, "exclusiveMaximum": is_below}
    return by_keyword[keyword]


def _of_string(checks: list[Check]) -> tuple[int, int, list[Callable[[Any], object]]]:
    """Return the least and the greatest length of a string, and the tests of its characters."""
    least, most = 0, 1 << 62
    tests: list[Callable[[Any], object]] = []
    for check in checks:
        if check.keyword == "minLength":
            least = max(least, check.args[0])
        elif check.keyword == "maxLength":
            most = min(most, check.args[0])
        elif check.test is not None:
            tests.append(check.test)
    return least, most, tests


def _string(checks: list[Check]) -> Fast:
    least, most, tests = _of_string(checks)
    if not tests:
        return lambda value, steps: least <= len(value) <= most
    if len(tests) == 1 and least == 0 and most == 1 << 62:
        only = tests[0]

        def one(value: Any, steps: list[int]) -> object:
            if len(value) > _LONG:
                _take(steps, len(value))
            return only(value)

        return one

    def every(value: Any, steps: list[int]) -> object:
        n_chars = len(value)
        if not least <= n_chars <= most:
            return False
        if n_chars > _LONG:
            _take(steps, n_chars)
        for test in tests:
            if not test(value):
                return False
        return True

    return every


def _array(checks: list[Check]) -> list[Fast]:
    parts: list[Fast] = []
    for check in sorted(checks, key=lambda check: check.nodes is not None):
        keyword, nodes, test = check.keyword, check.nodes, check.test
        if keyword == "unevaluatedItems":
            parts.append(_open)
        elif test is not None:
            parts.append(_counted(test) if keyword == "uniqueItems" else _here(test))
        elif keyword == "items":
            parts.append(_items(nodes, check.args[0]))
        elif keyword == "prefixItems":
            parts.append(_prefix(nodes))
        else:
            parts.append(_contains(check))
    return parts


def _here(test: Callable[[Any], object]) -> Fast:
    return lambda value, steps: test(value)


def _counted(test: Callable[[Any], object]) -> Fast:
    def counted(value: Any, steps: list[int]) -> object:
        _take(steps, 4 * len(value))
        return test(value)

    return counted


def _items(node: Node, start: int) -> Fast:
    node = _target(node)

    def items(value: Any, steps: list[int]) -> object:
        _take(steps, len(value) + 1)
        for item in value[start:] if start else value:
            if not node.fast(item, steps):
                return False
        return True

    return items


def _prefix(nodes: Any) -> Fast:
    for node in nodes:
        test_of(node)

    def prefix(value: Any, steps: list[int]) -> object:
        _take(steps, len(nodes))
        for node, item in zip(nodes, value):
            if not node.fast(item, steps):
                return False
        return True

    return prefix


def _contains(check: Check) -> Fast:
    node, (_, least, most) = check.nodes, check.args
    test_of(node)

    def contains(value: Any, steps: list[int]) -> object:
        _take(steps, len(value) + 1)
        n_matches = 0
        for item in value:
            if node.fast(item, steps):
                n_matches += 1
        return n_matches >= least and (most is None or n_matches <= most)

    return contains


def _object(node: Node, checks: list[Check]) -> list[Fast]:
    by_keyword = {check.keyword: check for check in checks}
    properties, additional = by_keyword.get("properties"), by_keyword.get("additionalProperties")
    required = by_keyword.get("required")
    if len(by_keyword) < len(checks) or "unevaluatedProperties" in by_keyword:
        return [_open]
    parts: list[Fast] = []
    if "patternProperties" not in by_keyword:
        parts.append(_members(properties, additional, required))
        done = {"properties", "additionalProperties", "required"}
    else:
        parts.append(_patterns(node, by_keyword["patternProperties"], additional))
        parts.append(_members(properties, None, required))
        done = {"properties", "additionalProperties", "required", "patternProperties"}
    for keyword, check in by_keyword.items():
        if keyword in done:
            continue
        if keyword == "propertyNames":
            parts.append(_names(check.nodes))
        elif keyword == "dependentSchemas":
            parts.append(_dependent(check.nodes))
        elif check.test is not None:
            parts.insert(0, _here(check.test))
    return parts


_MAX_REFS = 8


def _target(node: Node) -> Node:
    """Return the node that a node refers to, if it consists of a reference; the steps of so few do not matter."""
    for _ in range(_MAX_REFS):
        if len(node.checks) != 1 or node.checks[0].keyword != "$ref":
            break
        node = node.checks[0].nodes
    test_of(node)
    return node


def _members(properties: Optional[Check], additional: Optional[Check], required: Optional[Check]) -> Fast:
    known = {name: _target(node) for name, node in properties.nodes} if properties else {}
    wanted = frozenset(required.args[0]) if required else frozenset()
    rest = _target(additional.nodes) if additional else None
    n_properties = len(known) // 4
    if rest is not None and rest.is_false:

        def closed(value: Any, steps: list[int]) -> object:
            steps[0] += len(value) + n_properties
            if steps[0] > _MAX_STEPS:
                raise Undecided
            if not value.keys() >= wanted:
                return False
            for name, member in value.items():
                node = known.get(name)
                if node is None or not node.fast(member, steps):
                    return False
            return True

        return closed

    def members(value: Any, steps: list[int]) -> object:
        _take(steps, len(value) + n_properties)
        if not value.keys() >= wanted:
            return False
        for name, member in value.items():
            node = known.get(name, rest)
            if node is not None and not node.fast(member, steps):
                return False
        return True

    return members


def _patterns(node: Node, patterns: Check, additional: Optional[Check]) -> Fast:
    rest: Optional[Node] = additional.nodes if additional else None
    for _, below in patterns.nodes:
        test_of(below)
    if rest:
        test_of(rest)
    n_patterns = len(patterns.nodes)

    def members(value: Any, steps: list[int]) -> object:
        _take(steps, (n_patterns + 1) * (len(value) + 1))
        for name, member in value.items():
            if len(name) > _LONG:
                _take(steps, len(name) * n_patterns)
            is_named = name in node.properties
            for pattern, below in patterns.nodes:
                if pattern(name):
                    is_named = True
                    if not below.fast(member, steps):
                        return False
            if not is_named and rest is not None and not rest.fast(member, steps):
                return False
        return True

    return members


def _names(node: Node) -> Fast:
    test_of(node)

    def names(value: Any, steps: list[int]) -> object:
        _take(steps, len(value))
        for name in value:
            if not node.fast(name, steps):
                return False
        return True

    return names


def _dependent(nodes: Any) -> Fast:
    for _, node in nodes:
        test_of(node)

    def dependent(value: Any, steps: list[int]) -> object:
        _take(steps, len(nodes))
        for name, node in nodes:
            if name in value and not node.fast(value, steps):
                return False
        return True

    return dependent
