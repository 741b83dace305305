"""Values of findings, differences and published values as text."""

from __future__ import annotations

import math
from collections.abc import Mapping

from influence.evidence.expected import Expected, Range, Value, gap
from influence.query.units import difference_text, number_text
from influence.statements.catalogue import fill
from influence.statements.numbers import fixed
from influence.states import Registry


def value_text(value: Value, unit: str, registry: Registry) -> str:
    """A value as text: '83.1 %', '2004', 'Philippines, Singapore', 'nowhere', or 'no value'."""
    return _names(value, registry) or "nowhere" if isinstance(value, frozenset) else number_text(value, unit)


def gap_text(found: Value, expected: Expected, unit: str, registry: Registry) -> str:
    """A difference as text: '+1.2 percentage points', 'none', 'inside' a range, 'also Thailand', or 'no value'."""
    if isinstance(expected, frozenset) and isinstance(found, frozenset):
        parts = [("also ", found - expected), ("without ", expected - found)]
        return "; ".join(word + _names(states, registry) for word, states in parts if states) or "none"
    size = gap(found, expected)
    if math.isnan(size):
        return fill("no_value")
    if isinstance(expected, Range) and expected.low != expected.high and size == 0:
        return "inside"
    return difference_text(size, unit)


def expected_text(expected: Expected, unit: str, registry: Registry) -> str:
    """What was published as numbers: '2004', '80.0 % or more', '2009 or less', '2005 to 2006', or states."""
    if isinstance(expected, frozenset):
        return value_text(expected, unit, registry)
    if expected.low == expected.high:
        return value_text(expected.low, unit, registry)
    if math.isinf(expected.high):
        return f"{value_text(expected.low, unit, registry)} or more"
    if math.isinf(expected.low):
        return f"{value_text(expected.high, unit, registry)} or {'earlier' if unit == 'year' else 'less'}"
    return f"{value_text(expected.low, unit, registry)} to {value_text(expected.high, unit, registry)}"


def values_text(values: Mapping[str, Value], unit: str, registry: Registry) -> str:
    """Values, each after its label."""
    return ", ".join(f"{label} {value_text(value, unit, registry)}" for label, value in values.items())


def beside_text(label: str, value: Value, registry: Registry) -> str:
    """A value beside the finding after its label: shares in per cent, whole numbers as such, others with 3 digits."""
    if isinstance(value, frozenset):
        return f"{label} {value_text(value, 'states', registry)}"
    if label.startswith("share ") or math.isnan(value):
        return f"{label} {value_text(value, 'share', registry)}"
    return f"{label} {fixed(value, 0 if value == round(value) else 3)}"


def _names(states: frozenset[str], registry: Registry) -> str:
    return ", ".join(sorted(registry.name(state) for state in states))
