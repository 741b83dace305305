"""Arguments of a measure: each kind has one reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from influence.errors import LessonError
from influence.record_fields import converted, mapping_of, number, text, whole, word, year
from influence.records import Reader, Where
from influence.scenario.load import load_scenario
from influence.schema import TRADE_BASES
from influence.specs import LAYERS
from influence.state_fields import GROUP, POLE, STATE
from influence.states import Registry


def _digits_too(reader: Reader) -> Reader:
    """The same for a number that is written as text, as in {balance KOR 2016}."""

    def read(value: Any, where: Where) -> Any:
        digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 4
        return reader.read(int(value) if digits else value, where)

    return Reader(reader.allowed, read)


def _read_scenario(value: Any, where: Where) -> str:
    read = converted("the name of a scenario", lambda name: load_scenario(name, where.registry).name).read
    return str(read(value, where))


def _read_weights(value: Any, where: Where) -> dict[str, float]:
    given: dict[str, float] = mapping_of(number(0), tuple(LAYERS)).read(value, where)
    if not any(given.values()):
        raise where.wrong(value, "numbers of 0 or more, one of them above 0")
    return given


YEAR = _digits_too(year(1900, 2100))
READERS: Mapping[str, Reader] = {
    "state": STATE,
    "pole": POLE,
    "group": GROUP,
    "scenario": Reader("the name of a scenario", _read_scenario),
    "year": YEAR,
    "span": _digits_too(whole(1, 20, "a number of years")),
    "word": text(200),
    "weights": Reader("numbers of 0 or more, one of them above 0", _read_weights),
    "layer": word(*LAYERS),
    "pledges": word("alliance", "agreement"),
    "base": word(*TRADE_BASES),
    "flow": word("exports", "imports"),
    "end": word("low", "high"),
    "figure": word("moved", "low", "high", "stretches"),
}
"""Kind of an argument -> its reader."""


def read_field(kind: str, value: Any, place: str, registry: Registry | None = None) -> Any:
    """One argument, checked.

    Raises
    ------
    LessonError : another kind of value, a state, pole, group or scenario that is not known; with its place.
    """
    return READERS[kind].read(value, Where(place, LessonError, registry))
