"""Whether a value is valid, and why not: the fast functions first, then the exact evaluation."""

from __future__ import annotations

import threading
from typing import Any, Callable, TypeVar

from . import check, fast
from .shape import Make, misfit_places
from .table import Node
from .violation import Violation

_T = TypeVar("_T")


def is_valid(node: Node, value: Any) -> bool:
    """Test if a value is valid."""
    try:
        return bool(fast.is_valid(node, value))
    except (fast.Undecided, RecursionError):
        return check.is_valid(node, value)


def is_accepted(node: Node, value: Any) -> bool:
    """Test if a value is sure to be valid."""
    try:
        return bool(fast.is_valid(node, value))
    except (fast.Undecided, RecursionError):
        return False


def violations(node: Node, make: Make, value: Any) -> tuple[Any, list[Violation]]:
    """Return the typed value, and every violation; none if the value is valid and the types hold its numbers."""
    found = [] if is_accepted(node, value) else check.violations(node, value)
    if found:
        return None, found
    misfits: list[Any] = []
    typed = make(value, misfits)
    if misfits:
        for pointer, own in misfit_places(value, misfits):
            shown = check.shown_number(node, pointer, own)
            found.append(Violation(pointer, "type", "a number that a Python number holds", shown))
    return typed, found


def with_stack(act: Callable[[], _T]) -> _T:
    """Return what `act` returns, in a thread of its own: the stack of the caller has no room."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.extend((True, act()))
        except BaseException as error:  # The caller gets it.
            outcome.extend((False, error))

    thread = threading.Thread(target=run, name="goodevent")
    thread.start()
    thread.join()
    is_done, result = outcome
    if not is_done:
        raise result
    value: _T = result
    return value
