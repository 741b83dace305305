"""What a published finding asks for, and how far from it ours may be: numbers, ranges and lists of states."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Value = float | frozenset[str]
"""What a measure gives under one label: a number, NaN where there is none, or states."""
ROUNDING = 1e-9
"""Differences of decimal numbers end in dust; a rule must not turn on it."""


class Range(NamedTuple):
    """From low to high, both included; a number is a range of one point, an open end is infinite."""

    low: float
    high: float


Expected = Range | frozenset[str]


class Rule(NamedTuple):
    """How far ours may be off to agree and to agree in part, and why that far; stated before ours was looked at."""

    within: float
    partly: float
    because: str


def gap(ours: Value, expected: Expected) -> float:
    """Distance from what was published, with its sign: ours less the nearest end of the range, 0 inside it.

    Of lists of states: how many stand in one of the two alone, never negative. NaN where ours is NaN, or of another
    kind than what was published.
    """
    if isinstance(expected, frozenset):
        return float(len(ours ^ expected)) if isinstance(ours, frozenset) else math.nan
    if isinstance(ours, frozenset):
        return math.nan
    return ours - min(max(ours, expected.low), expected.high)


def agreement(ours: Value, expected: Expected, rule: Rule) -> str:
    """'yes', 'partly' or 'no': whether the gap is within what the rule allows; without a value it is 'no'."""
    size = abs(gap(ours, expected))
    if size <= rule.within + ROUNDING * max(rule.within, ROUNDING):
        return "yes"
    return "partly" if size <= rule.partly + ROUNDING * max(rule.partly, ROUNDING) else "no"


def agreement_of_all(values: Mapping[str, Value], expected: Mapping[str, Expected], rule: Rule) -> str:
    """'yes' where every part agrees, 'no' where none does even in part, else 'partly'."""
    return _together([agreement(values[label], asked, rule) for label, asked in expected.items()])


def _together(parts: Sequence[str]) -> str:
    return parts[0] if len(set(parts)) == 1 else "partly"
