"""Published values and the allowed difference from them: numbers, ranges and lists of states."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

Value = float | frozenset[str]
"""The value of a measure under one label: a number, NaN if missing, or states."""
ROUNDING = 1e-9
"""Relative rounding error of decimal numbers; a rule must not depend on it."""


class Range(NamedTuple):
    """From low to high, both included; a number is a range of one point, an open end is infinite."""

    low: float
    high: float


Expected = Range | frozenset[str]


class Rule(NamedTuple):
    """The largest differences that agree and that agree in part, and why these; set before the result was known."""

    within: float
    partly: float
    tolerance_reason: str


def gap(value: Value, expected: Expected) -> float:
    """Signed distance from the published value: the computed value less the nearest end of the range, 0 inside it.

    Of lists of states: the number of states in only one of the two, never negative. NaN if the computed value is NaN or
    of another kind than the published one.
    """
    if isinstance(expected, frozenset):
        return float(len(value ^ expected)) if isinstance(value, frozenset) else math.nan
    if isinstance(value, frozenset):
        return math.nan
    return value - min(max(value, expected.low), expected.high)


def agreement(value: Value, expected: Expected, rule: Rule) -> str:
    """'yes', 'partly' or 'no': whether the gap is within the rule; 'no' without a value."""
    size = abs(gap(value, expected))
    if size <= rule.within + ROUNDING * max(rule.within, ROUNDING):
        return "yes"
    return "partly" if size <= rule.partly + ROUNDING * max(rule.partly, ROUNDING) else "no"


def agreement_of_all(values: Mapping[str, Value], expected: Mapping[str, Expected], rule: Rule) -> str:
    """'yes' where every part agrees, 'no' where none does even in part, else 'partly'."""
    parts = {agreement(values[label], published, rule) for label, published in expected.items()}
    return parts.pop() if len(parts) == 1 else "partly"
