"""The evaluation of tables, exactly as in Rust: the same violations, in the same words, within the same budget.

It lists violations, and decides what `fast` leaves open. Functions that evaluate are generators and a loop runs them, so that
no schema and no message exhausts the stack.
"""

from __future__ import annotations

from typing import Any, Generator, Iterable, Optional, Sequence

from .number import printed
from .table import OF_TYPE, Check, Node, cost
from .violation import (
    Violation,
    alternatives,
    kind,
    listed,
    nearest_of,
    quoted_names,
    shown,
    type_names,
    undecided,
)
from .writer import join, quoted

_MAX_STEPS = 250_000
"""The steps of a message, beside those of its values."""
_STEPS_A_VALUE = 8
_STEPS_A_VIOLATION = 32

_FEW_STEPS = 16
"""A verdict of fewer steps is found faster than looked up."""

_MAX_DEPTH = 1_200
"""Schemas within schemas."""

_MAX_VIOLATIONS = 1_000
_MAX_REASONS = 16
_MAX_EXPLAINED = 400

_Steps = Generator[Any, Any, Any]


def violations(node: Node, value: Any, max_violations: int = _MAX_VIOLATIONS) -> list[Violation]:
    """List every violation of a value; none if it is valid."""
    box, n_values = _boxed(value)
    found = _Found(max_violations)
    _run(_look(node, box, "", _Scope.root(_Ledger(_MAX_STEPS + _STEPS_A_VALUE * n_values)), found))
    return found.violations


def is_valid(node: Node, value: Any) -> bool:
    """Test if a value is valid; it is not if that takes too long to decide."""
    box, n_values = _boxed(value)
    ledger = _Ledger(_MAX_STEPS + _STEPS_A_VALUE * n_values)
    return bool(_run(_is_valid(node, box, _Scope.root(ledger)))) and not ledger.is_exhausted()


def shown_number(node: Node, pointer: str, value: Any) -> str:
    """Return the number at `pointer`, or its kind if it may be personal."""
    scope = _Scope.root(_Ledger(_MAX_STEPS)).enter(node).marked(node, "")
    return scope.shown(pointer, value)


def _run(steps: _Steps) -> Any:
    """Run a generator and those that it waits for."""
    stack = [steps]
    result: Any = None
    while stack:
        try:
            below = stack[-1].send(result)
        except StopIteration as end:
            stack.pop()
            result = end.value
        else:
            stack.append(below)
            result = None
    return result


class _Box:
    """A value at its place: equal values at two places are two boxes. Members are in the order of their names."""

    __slots__ = ("parts", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.parts: Any = None


def _boxed(value: Any) -> tuple[_Box, int]:
    """Return the boxes of a value, and their number."""
    root = _Box(value)
    queue = [root]
    for box in queue:
        if type(box.value) is dict:
            box.parts = {name: _Box(box.value[name]) for name in sorted(box.value)}
            queue.extend(box.parts.values())
        elif type(box.value) is list:
            box.parts = [_Box(item) for item in box.value]
            queue.extend(box.parts)
    return root, len(queue)


class _Ledger:
    """The budget and the memory of an evaluation: nested alternatives cost a product and not a power."""

    def __init__(self, max_steps: int) -> None:
        self.max_steps = max_steps
        self.n_steps = 0
        self.n_explained = 0
        self.verdicts: dict[Any, bool] = {}
        self.violations: dict[Any, Violation] = {}
        self.chains: dict[tuple[int, int], int] = {}

    def is_exhausted(self) -> bool:
        return self.n_steps >= self.max_steps

    def take(self, n_steps: int) -> bool:
        self.n_steps += n_steps
        return self.n_steps < self.max_steps

    def may_explain(self) -> bool:
        self.n_explained += 1
        return self.n_explained <= _MAX_EXPLAINED

    def chain(self, outer: int, resource: int) -> int:
        return self.chains.setdefault((outer, resource), len(self.chains) + 1)


class _Scope:
    """The resources that an evaluation came through, which dynamic references examine, and what is personal."""

    __slots__ = ("chain", "depth", "ledger", "personal", "resources")

    def __init__(
        self,
        resources: tuple[int, ...],
        chain: int,
        depth: int,
        ledger: _Ledger,
        personal: Optional[tuple[Sequence[str], int]],
    ) -> None:
        self.resources = resources
        self.chain = chain
        self.depth = depth
        self.ledger = ledger
        self.personal = personal

    @staticmethod
    def root(ledger: _Ledger) -> _Scope:
        return _Scope((), 0, 0, ledger, None)

    def enter(self, node: Node) -> _Scope:
        own = node.resource
        if own in self.resources:
            return _Scope(self.resources, self.chain, self.depth + 1, self.ledger, self.personal)
        chain = self.ledger.chain(self.chain, own)
        return _Scope((*self.resources, own), chain, self.depth + 1, self.ledger, self.personal)

    def marked(self, node: Node, pointer: str) -> _Scope:
        if node.personal is not None:
            self.personal = node.personal, len(pointer)
        return self

    def may_go_on(self) -> bool:
        if self.depth > _MAX_DEPTH:
            self.ledger.n_steps = max(self.ledger.n_steps, self.ledger.max_steps)
        return self.ledger.take(1)

    def target(self, nodes: Any) -> Node:
        anchors, fallback = nodes
        for resource in self.resources:
            for anchored, node in anchors:
                if anchored == resource:
                    own: Node = node
                    return own
        last: Node = fallback
        return last

    def shown(self, pointer: str, value: Any) -> str:
        """Return the value at `pointer`, shortened; of one that may be personal only its kind."""
        if self.personal is None:
            return shown(value)
        pointers, start = self.personal
        is_whole = type(value) is list or type(value) is dict
        is_personal = is_whole or any(_meets(marked, pointer[start:]) for marked in pointers)
        return kind(value) if is_personal else shown(value)

    def shown_unknown(self, value: Any) -> str:
        """Return a value that the contract does not have, which may be a personal one under a wrong name."""
        return shown(value) if self.personal is None else kind(value)


def _meets(marked: str, place: str) -> bool:
    """Test if one of two places is inside of the other, or is it; indices may be left out of the marked one."""
    own = marked.split("/")[1:]
    following = 0
    for token in place.split("/")[1:]:
        if following >= len(own):
            return True
        if own[following] == token:
            following += 1
        elif token and not (token.isascii() and token.isdigit()):
            return False
    return True


def _is_valid(node: Node, box: _Box, outer: _Scope) -> _Steps:
    scope = outer.enter(node)
    ledger = scope.ledger
    if not scope.may_go_on():
        return False
    question = node, box, scope.chain
    known = ledger.verdicts.get(question)
    if known is not None:
        return known
    before = ledger.n_steps
    verdict = True
    for check in node.checks:
        if not (_holds_here(check, box, ledger) if check.test is not None else (yield _holds(node, check, box, scope))):
            verdict = False
            break
    if ledger.n_steps - before >= _FEW_STEPS:
        ledger.verdicts[question] = verdict
    return verdict


def _holds_here(check: Check, box: _Box, ledger: _Ledger) -> object:
    """Test a keyword without schemas below."""
    kinds = OF_TYPE.get(check.keyword)
    if kinds is not None and type(box.value) not in kinds:
        return True
    ledger.take(cost(check, box.value))
    return check.test is None or check.test(box.value)


def _holds(node: Node, check: Check, box: _Box, scope: _Scope) -> _Steps:
    """Test if a value satisfies one keyword of `node`."""
    keyword, nodes, value = check.keyword, check.nodes, box.value
    kinds = OF_TYPE.get(keyword)
    if kinds is not None and type(value) not in kinds:
        return True
    scope.ledger.take(cost(check, value))
    if check.test is not None:
        return check.test(value)
    if keyword == "properties":
        for name, own in nodes:
            if name in value and not (yield _is_valid(own, box.parts[name], scope)):
                return False
        return True
    if keyword == "$ref":
        return (yield _is_valid(nodes, box, scope))
    if keyword == "allOf":
        for own in nodes:
            if not (yield _is_valid(own, box, scope)):
                return False
        return True
    if keyword == "anyOf":
        for own in nodes:
            if (yield _is_valid(own, box, scope)):
                return True
        return False
    if keyword == "oneOf":
        n_valid = 0
        for own in nodes:
            n_valid += bool((yield _is_valid(own, box, scope)))
            if n_valid > 1:
                break
        return n_valid == 1
    if keyword == "not":
        return not (yield _is_valid(nodes, box, scope))
    if keyword == "if":
        branch = nodes[1] if (yield _is_valid(nodes[0], box, scope)) else nodes[2]
        return branch is None or (yield _is_valid(branch, box, scope))
    if keyword == "$dynamicRef":
        return (yield _is_valid(scope.target(nodes), box, scope))
    if keyword == "dependentSchemas":
        for name, own in nodes:
            if name in value and not (yield _is_valid(own, box, scope)):
                return False
        return True
    if keyword == "propertyNames":
        for name in box.parts:
            if not (yield _is_valid(nodes, _Box(name), scope)):
                return False
        return True
    if keyword == "contains":
        n_matches = 0
        for item in box.parts:
            n_matches += bool((yield _is_valid(nodes, item, scope)))
        _, least, most = check.args
        return n_matches >= least and (most is None or n_matches <= most)
    for own, _, part in (yield _parts(node, check, box, scope)):
        if not (yield _is_valid(own, part, scope)):
            return False
    return True


def _parts(node: Node, check: Check, box: _Box, scope: _Scope) -> _Steps:
    """List the parts of a value that a keyword applies a schema to: the schema, the name and the part."""
    keyword, nodes, parts = check.keyword, check.nodes, box.parts
    if keyword == "properties":
        return [(own, name, parts[name]) for name, own in nodes if name in parts]
    if keyword == "patternProperties":
        return [(own, name, part) for pattern, own in nodes for name, part in parts.items() if pattern(name)]
    if keyword == "additionalProperties":
        return [(nodes, name, part) for name, part in parts.items() if not node.names(name)]
    if keyword == "prefixItems":
        return [(own, str(index), item) for index, (own, item) in enumerate(zip(nodes, parts))]
    if keyword == "items":
        start = check.args[0]
        return [(nodes, str(index), item) for index, item in enumerate(parts[start:], start)]
    if keyword == "unevaluatedProperties":
        seen = yield _evaluated_properties(node, box, scope)
        return [(nodes, name, part) for name, part in parts.items() if seen is not None and name not in seen]
    evaluated = yield _evaluated_items(node, box, check.args[1], scope)
    return [(nodes, str(index), item) for index, item in enumerate(parts) if not evaluated[index]]


_ABOUT_PARTS = frozenset(
    ("properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "prefixItems", "items", "unevaluatedItems")
)
_ABOUT_ALL = frozenset(("patternProperties", "additionalProperties", "items", "unevaluatedItems"))
_IN_PLACE = frozenset(("allOf", "anyOf", "oneOf", "if", "$ref", "$dynamicRef", "dependentSchemas"))


def _in_place(check: Check, box: _Box, scope: _Scope) -> _Steps:
    """List the schemas that a keyword applies to the value itself, and that it is valid for."""
    keyword, nodes = check.keyword, check.nodes
    wanted: Iterable[Optional[Node]] = ()
    if keyword in ("allOf", "anyOf", "oneOf"):
        wanted = nodes
    elif keyword == "if":
        wanted = nodes[:2] if (yield _is_valid(nodes[0], box, scope)) else nodes[2:]
    elif keyword == "$ref":
        wanted = (nodes,)
    elif keyword == "$dynamicRef":
        wanted = (scope.target(nodes),)
    elif keyword == "dependentSchemas" and type(box.value) is dict:
        wanted = [own for name, own in nodes if name in box.value]
    valid = []
    for own in wanted:
        if own is not None and (yield _is_valid(own, box, scope)):
            valid.append(own)
    return valid


def _evaluated_properties(node: Node, box: _Box, scope: _Scope) -> _Steps:
    """Return the names of the members that `node` evaluates, its own `unevaluatedProperties` apart; `None` for all."""
    found: set[str] = set()
    seen: set[Any] = set()
    parts = box.parts
    # Keywords still to visit, the next one last.
    pending = [(node, check, scope) for check in reversed(node.checks) if check.keyword != "unevaluatedProperties"]
    while pending:
        own, check, inner = pending.pop()
        keyword = check.keyword
        is_about_all = keyword in _ABOUT_ALL
        if not inner.ledger.take(len(parts) * 4 if is_about_all else 1):
            continue
        if keyword == "properties":
            found.update(name for name, _ in check.nodes if name in parts)
        elif keyword == "patternProperties":
            found.update(name for name in parts if any(pattern(name) for pattern, _ in check.nodes))
        elif keyword == "additionalProperties":
            found.update(name for name in parts if not own.names(name))
        elif keyword == "unevaluatedProperties":
            return None
        elif keyword in _IN_PLACE:
            below: list[Any] = []
            for valid in (yield _in_place(check, box, inner)):
                scope_below = inner.enter(valid)
                if (valid, scope_below.chain) not in seen:
                    seen.add((valid, scope_below.chain))
                    below.extend((valid, check_below, scope_below) for check_below in valid.checks)
            pending.extend(reversed(below))
    return found


def _evaluated_items(node: Node, box: _Box, sees_contains: bool, scope: _Scope) -> _Steps:
    """Return for each item whether `node` evaluates it, its own `unevaluatedItems` apart."""
    items = box.parts
    found = [False] * len(items)
    seen: set[Any] = set()
    pending = [(check, scope) for check in reversed(node.checks) if check.keyword != "unevaluatedItems"]
    while pending:
        check, inner = pending.pop()
        keyword = check.keyword
        is_about_all = keyword in _ABOUT_ALL
        if not inner.ledger.take(len(items) * 4 if is_about_all else 1):
            continue
        if keyword == "prefixItems":
            n_seen = min(len(check.nodes), len(items))
            found[:n_seen] = [True] * n_seen
        elif keyword in ("items", "unevaluatedItems"):
            found = [True] * len(items)
        elif keyword == "contains" and sees_contains:
            for index, item in enumerate(items):
                found[index] |= bool((yield _is_valid(check.nodes, item, inner)))
        elif keyword in _IN_PLACE:
            below: list[Any] = []
            for valid in (yield _in_place(check, box, inner)):
                scope_below = inner.enter(valid)
                if (valid, scope_below.chain) not in seen:
                    seen.add((valid, scope_below.chain))
                    below.extend((check_below, scope_below) for check_below in valid.checks)
            pending.extend(reversed(below))
    return found


class _Found:
    """The violations of one value, or of one of its alternatives, each listed once."""

    def __init__(self, max_violations: int) -> None:
        self.violations: list[Violation] = []
        self.max_violations = max_violations
        self.is_cut = False
        self.seen: set[Any] = set()

    def is_full(self) -> bool:
        return self.is_cut or len(self.violations) >= self.max_violations

    def cut(self, pointer: str) -> None:
        """Note that nothing is examined from `pointer` on."""
        if not self.is_cut:
            self.violations.append(undecided(pointer))
            self.is_cut = True


def _look(node: Node, box: _Box, pointer: str, outer: _Scope, found: _Found) -> _Steps:
    scope = outer.enter(node).marked(node, pointer)
    if not scope.may_go_on():
        found.cut(pointer)
    question = node, box, scope.chain
    if found.is_full() or question in found.seen:
        return
    found.seen.add(question)
    for check in node.checks:
        if found.is_full():
            return
        keyword, nodes = check.keyword, check.nodes
        kinds = OF_TYPE.get(keyword)
        if kinds is not None and type(box.value) not in kinds:
            # The keyword is about values of another type.
            holds: object = not scope.ledger.is_exhausted()
        elif keyword in _ABOUT_PARTS:
            for own, token, part in (yield _parts(node, check, box, scope)):
                if found.is_full():
                    break
                inner = join(pointer, token)
                if own.is_false:
                    found.violations.append(Violation(inner, keyword, "allowed here", scope.shown_unknown(part.value)))
                else:
                    yield _look(own, part, inner, scope, found)
            continue
        elif keyword in _IN_PLACE and keyword not in ("anyOf", "oneOf"):
            for own in (yield _applied(check, box, scope)):
                yield _look(own, box, pointer, scope, found)
            continue
        else:
            holds = yield _holds(node, check, box, scope)
        if scope.ledger.is_exhausted():
            found.cut(pointer)
            return
        if not holds:
            found.violations.append((yield _violation(check, box, pointer, scope)))
        elif keyword in ("anyOf", "oneOf"):
            # As in Rust, where types within alternatives hold fewer numbers: the steps are the same.
            for own in nodes:
                if (yield _is_valid(own, box, scope)):
                    yield _look(own, box, pointer, scope, found)


def _applied(check: Check, box: _Box, scope: _Scope) -> _Steps:
    """List the schemas that a keyword applies to the value itself."""
    keyword, nodes = check.keyword, check.nodes
    if keyword == "allOf":
        return nodes
    if keyword == "$ref":
        return (nodes,)
    if keyword == "$dynamicRef":
        return (scope.target(nodes),)
    if keyword == "dependentSchemas":
        return [own for name, own in nodes if name in box.value]
    branch = nodes[1] if (yield _is_valid(nodes[0], box, scope)) else nodes[2]
    return () if branch is None else (branch,)


def _violation(check: Check, box: _Box, pointer: str, scope: _Scope) -> _Steps:
    ledger = scope.ledger
    personal = None if scope.personal is None else (id(scope.personal[0]), scope.personal[1])
    question = check, box, scope.chain, personal
    known = ledger.violations.get(question)
    if known is not None:
        return known
    ledger.take(_STEPS_A_VIOLATION)
    # A schema that refers to itself in place comes back to the same question.
    ledger.violations[question] = undecided("")
    violation = yield _explained(check, box, pointer, scope)
    ledger.violations[question] = violation
    return violation


def _nearest(nodes: Sequence[Node], box: _Box, pointer: str, scope: _Scope) -> _Steps:
    if not scope.ledger.may_explain():
        return None
    reasons = []
    for own in nodes:
        found = _Found(_MAX_REASONS)
        yield _look(own, box, pointer, scope, found)
        reasons.append(found.violations)
    return nearest_of(reasons, pointer)


_WORDS = {
    "minLength": "at least {} characters long",
    "maxLength": "at most {} characters long",
    "minItems": "at least {} items long",
    "maxItems": "at most {} items long",
    "minProperties": "an object of at least {} members",
    "maxProperties": "an object of at most {} members",
    "contentEncoding": "in {}",
}
_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
}


def _explained(check: Check, box: _Box, pointer: str, scope: _Scope) -> _Steps:
    keyword, args, value, nodes = check.keyword, check.args, box.value, check.nodes

    def at(expected: str, own: str = keyword) -> Violation:
        return Violation(pointer, own, expected, scope.shown(pointer, value))

    if keyword in ("anyOf", "oneOf"):
        n_valid = 0
        if keyword == "oneOf":
            for own in nodes:
                n_valid += bool((yield _is_valid(own, box, scope)))
        if n_valid > 0:
            return at(f"just one of {len(nodes)} alternatives but {n_valid}")
        return at(alternatives(len(nodes), (yield _nearest(nodes, box, pointer, scope))))
    if keyword == "propertyNames":
        wrong = None
        for name in box.parts:
            own_name = _Box(name)
            if not (yield _is_valid(nodes, own_name, scope)):
                wrong = own_name
                break
        reasons = _Found(1)
        if wrong is not None:
            yield _look(nodes, wrong, pointer, scope, reasons)
        expected = reasons.violations[0].expected if reasons.violations else "a name that is allowed"
        return Violation(pointer, keyword, expected, f"the name {'' if wrong is None else shown(wrong.value)}")
    return _explained_here(keyword, args, value, at)


def _explained_here(keyword: str, args: tuple[Any, ...], value: Any, at: Any) -> Any:
    """Describe the violation of a keyword without schemas below."""

    def missing(wanted: Sequence[str]) -> list[str]:
        return [name for name in wanted if name not in value]

    if keyword == "type":
        return at(type_names([name.replace("plain ", "") for name in args[0]]))
    if keyword == "enum":
        return at(listed(args[0]))
    if keyword == "const":
        return at(shown(args[0]))
    if keyword in _LIMITS:
        return at(_LIMITS[keyword].format(printed(args[0])))
    if keyword in _WORDS:
        return at(_WORDS[keyword].format(args[0]))
    if keyword == "pattern":
        return at(f"a match of {args[0][0]}")
    if keyword == "format":
        return at(f"a valid {args[0].replace('-rfc1034', '')}")
    if keyword == "traceparent":
        return at("a valid W3C traceparent", "format")
    if keyword == "attributeName":
        return at("a valid name of an attribute, in a-z and 0-9", "format")
    if keyword == "contentMediaType":
        return at("JSON")
    if keyword == "uniqueItems":
        return at("free of repeated items")
    if keyword == "contains":
        most = "" if args[2] is None else f" to {args[2]}"
        return at(f"an array with {args[1]}{most} items as `contains` requires")
    if keyword == "required":
        return at(f"an object with {quoted_names(missing(args[0]))}")
    if keyword == "dependentRequired":
        name, others = next((name, others) for name, others in args[0] if name in value and missing(others))
        return at(f"an object with {quoted_names(missing(others))}, as one with {quoted(name)} has to be")
    if keyword == "not":
        return at("allowed: it is what `not` excludes")
    return at("allowed here", "false")
