"""Arguments of a measure: each kind is read once, when the lesson is read, and refused in a sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from influence.errors import InfluenceError, LessonError
from influence.scenario.load import load_scenario
from influence.schema import TRADE_BASES
from influence.specs import LAYERS
from influence.states import group_members, pole_name, resolve_state

FIRST, LAST = 1900, 2100


def _state(value: Any) -> str:
    return resolve_state(_word(value))


def _pole(value: Any) -> str:
    return pole_name(_word(value))


def _group(value: Any) -> str:
    group_members(_word(value))
    return str(value)


def _scenario(value: Any) -> str:
    return load_scenario(_word(value)).name


def _word(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise LessonError(f"a name is wanted, not {str(value)[:40]!r}; put words that YAML reads otherwise in quotes.")
    return value


def _year(value: Any) -> int:
    told = int(value) if isinstance(value, str) and value.isdigit() else value
    return int(_whole(told, FIRST, LAST, "a year"))


def _span(value: Any) -> int:
    told = int(value) if isinstance(value, str) and value.isdigit() else value
    return int(_whole(told, 1, 20, "a number of years"))


def _whole(value: Any, least: int, most: int, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise LessonError(f"{what} from {least} to {most} is wanted, not {str(value)[:40]!r}.")
    return value


def _one_of(*allowed: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in allowed:
            raise LessonError(f"{str(value)[:40]!r} is not one of {', '.join(allowed)}.")
        return str(value)

    return read


def _weights(value: Any) -> dict[str, float]:
    good = isinstance(value, Mapping) and value and set(value) <= set(LAYERS)
    if not good or not all(_is_number(w) and w >= 0 for w in value.values()) or not any(value.values()):
        raise LessonError(
            f"weights must be numbers of 0 or more, one of them above 0, for some of {', '.join(LAYERS)}."
        )
    return {name: float(weight) for name, weight in value.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


READERS: dict[str, Callable[[Any], Any]] = {
    "state": _state, "pole": _pole, "group": _group, "scenario": _scenario, "year": _year, "span": _span,
    "word": _word, "weights": _weights, "layer": _one_of(*LAYERS), "pledges": _one_of("alliance", "agreement"),
    "base": _one_of(*TRADE_BASES), "flow": _one_of("exports", "imports"), "end": _one_of("low", "high"),
    "figure": _one_of("moved", "low", "high", "stretches"),
}  # fmt: skip
"""Kind of an argument -> its reader."""


def read_field(kind: str, value: Any, place: str) -> Any:
    """One argument, checked.

    Raises
    ------
    LessonError : another kind of value, a state, pole, group or scenario that is not known; with its place.
    """
    try:
        return READERS[kind](value)
    except InfluenceError as err:
        raise LessonError(f"{place}: {err}") from err
