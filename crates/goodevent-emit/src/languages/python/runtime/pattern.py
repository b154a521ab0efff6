"""Patterns of ECMA-262, decided as ECMA-262 has them.

A pattern that the engine of the standard library reads the same, without trying a character twice, is one of that engine.
All others are automata over the bytes of a text in UTF-8.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Optional


def compiled(regex: Optional[str], automaton: Optional[str]) -> Callable[[str], Any]:
    """Return a test of texts that is truthy for a match."""
    return re.compile(regex).search if regex is not None else _automaton(automaton or "")


def _automaton(text: str) -> Callable[[str], bool]:
    head, classes, steps, accepted = text.split("|")
    start, n_classes = map(int, head.split(" "))
    class_of = bytes(_numbers(classes))
    targets = _numbers(steps)
    # The row of a state holds the rows of the states that follow.
    rows: list[list[Any]] = [[] for _ in range(len(targets) // n_classes)]
    for state, row in enumerate(rows):
        row.extend(rows[target] for target in targets[state * n_classes : (state + 1) * n_classes])
    ends = {id(rows[int(state)]) for state in accepted.split(" ") if state}
    first = rows[start]

    def is_match(text: str) -> bool:
        row = first
        for step in text.encode().translate(class_of):
            row = row[step]
        return id(row) in ends

    return is_match


def _numbers(text: str) -> list[int]:
    numbers: list[int] = []
    for run in text.split(" "):
        number, _, times = run.partition("*")
        numbers.extend([int(number)] * int(times or 1))
    return numbers
