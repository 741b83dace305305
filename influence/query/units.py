"""Units of values, and a value as text."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from influence.statements.catalogue import fill
from influence.statements.numbers import fixed, signed
from influence.states import Registry


class Unit(NamedTuple):
    """A value is written as value * scale with `digits` digits and the sign; a difference as one or many of a noun.

    write : writes the value in another way.
    """

    digits: int = 0
    scale: float = 1.0
    sign: str = ""
    one: str = ""
    many: str = ""
    write: Callable[[float], str] | None = None


def size_text(value: float) -> str:
    """US dollars in four digits, so that shares can be computed from them; a small number is a share of the world."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{value / size:,.{max(0, 3 - int(math.log10(abs(value / size))))}f} {word} US dollars"
    return f"{value:,.0f} US dollars" if abs(value) >= 10 or value == 0 else f"{value:.4f}"


_POINT = ("percentage point", "percentage points")
UNITS = {
    "share": Unit(1, 100.0, " %", *_POINT),
    "per cent": Unit(3, 1.0, " %", *_POINT),
    "points": Unit(1, 1.0, "", *_POINT),
    "balance": Unit(2, write=signed),
    "weight": Unit(2, write=lambda value: f"{value:.3g}"),
    "dollars": Unit(write=size_text),
    "capability": Unit(write=size_text),
    "year": Unit(one="year", many="years"),
    "count": Unit(),
    "economies": Unit(one="economy", many="economies"),
    "countries": Unit(one="country", many="countries"),
    "states": Unit(one="state", many="states"),
    "lags": Unit(one="lag", many="lags"),
    "index": Unit(4),
    "ratio": Unit(4),
    "coefficient": Unit(7),
}
"""Units of numbers; `points` are hundredths of a whole, `states` is also the unit of lists of states."""


def number_text(value: float, unit: str) -> str:
    """A number with its unit: '23.3 %', '−0.40', '211.4 billion US dollars', '2004', or 'no value'."""
    if math.isnan(value):
        return fill("no_value")
    form = UNITS[unit]
    if form.write:
        return form.write(value)
    text = fixed(abs(value) * form.scale, form.digits)
    return f"{'−' if value < 0 and float(text) else ''}{text}{form.sign}"


def value_text(value: float | str, unit: str, registry: Registry) -> str:
    """A value as text: a number with its unit, the name of a state, or the word of an outcome."""
    if isinstance(value, str):
        return registry.pole_label(value) if unit == "state" else value
    return number_text(value, unit)


def difference_text(value: float, unit: str) -> str:
    """A difference as text: '+1.2 percentage points', '−1 year', 'none'."""
    form = UNITS[unit]
    text = signed(value * form.scale, form.digits)
    number = float(text.replace("−", "-"))
    return f"{text}{_noun(number, form)}" if number else "none"


def distance_text(size: float, unit: str) -> str:
    """A distance without sign and in full: '3 percentage points', '1 year', '0.000001'."""
    form = UNITS[unit]
    text = f"{size * form.scale:.7f}".rstrip("0").rstrip(".")
    return text + _noun(float(text), form)


def _noun(number: float, form: Unit) -> str:
    word = form.one if abs(number) == 1 else form.many
    return f" {word}" if word else ""
