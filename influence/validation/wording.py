"""Values and differences as people read them; each unit says how it is written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from influence.states import Registry
from influence.validation.expected import Expected, Range, Value, gap


class Unit(NamedTuple):
    """A value is written as value * scale with so many digits and the sign; a difference as one or many of a noun."""

    digits: int
    scale: float = 1.0
    sign: str = ""
    one: str = ""
    many: str = ""


UNITS = {
    "share": Unit(1, 100.0, " %", "point", "points"),
    "per cent": Unit(3, 1.0, " %", "point", "points"),
    "points": Unit(1, 1.0, "", "point", "points"),
    "year": Unit(0, 1.0, "", "year", "years"),
    "economies": Unit(0, 1.0, "", "economy", "economies"),
    "countries": Unit(0, 1.0, "", "country", "countries"),
    "states": Unit(0, 1.0, "", "state", "states"),
    "lags": Unit(0, 1.0, "", "lag", "lags"),
    "ratio": Unit(4),
    "coefficient": Unit(7),
}
"""Units a finding may be in; `states` are lists of them."""


def value_text(value: Value, unit: str, registry: Registry) -> str:
    """A value for people: '83.1 %', '2004', 'Philippines, Singapore', 'nowhere', or 'no value'."""
    if isinstance(value, frozenset):
        return _names(value, registry) or "nowhere"
    if math.isnan(value):
        return "no value"
    form = UNITS[unit]
    return f"{_rounded(value * form.scale, form.digits):.{form.digits}f}{form.sign}"


def gap_text(found: Value, expected: Expected, unit: str, registry: Registry) -> str:
    """The difference for people: '+1.2 points', 'none', 'inside' a range, 'also Thailand', or 'no value'."""
    if isinstance(expected, frozenset) and isinstance(found, frozenset):
        parts = [("also ", found - expected), ("without ", expected - found)]
        return "; ".join(word + _names(states, registry) for word, states in parts if states) or "none"
    size = gap(found, expected)
    if math.isnan(size):
        return "no value"
    form = UNITS[unit]
    if isinstance(expected, Range) and expected.low != expected.high and size == 0:
        return "inside"
    text = _rounded(size * form.scale, form.digits)
    return f"{text:+.{form.digits}f}{_noun(text, form)}" if text else "none"


def distance_text(size: float, unit: str) -> str:
    """A distance a rule allows, in full: '3 points', '1 year', '0.000001'."""
    form = UNITS[unit]
    text = f"{size * form.scale:.7f}".rstrip("0").rstrip(".")
    return text + _noun(float(text), form)


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
    return f"{label} {value:.0f}" if value == round(value) else f"{label} {_rounded(value, 3):.3f}"


def _rounded(value: float, digits: int) -> float:
    """Rounded, and never minus nought."""
    return round(value, digits) + 0.0


def _noun(number: float, form: Unit) -> str:
    word = form.one if abs(number) == 1 else form.many
    return f" {word}" if word else ""


def _names(states: frozenset[str], registry: Registry) -> str:
    return ", ".join(sorted(registry.name(state) for state in states))
