"""Readers of the arguments of measures, by kind; the kind of an argument is its name unless a measure has another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from influence.record_fields import YES_NO, converted, list_of, mapping_of, number, text, whole, word, year
from influence.records import Reader, Where
from influence.scenario.load import load_scenario
from influence.schema import TRADE_BASES
from influence.specs import LAYERS, lens_named
from influence.state_fields import GROUP, POLE, STATE, STATES


def _from_text_too(reader: Reader) -> Reader:
    """The same for a whole number that is written as text, as in {balance KOR 2016}."""

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


YEAR = _from_text_too(year(1900, 2100))
READERS: Mapping[str, Reader] = {
    **dict.fromkeys(("state", "exporter", "importer"), STATE),
    **dict.fromkeys(("pole", "partner"), POLE),
    **dict.fromkeys(("states", "members", "shocked"), STATES),
    "poles": list_of(POLE, least=2, most=2, noun="pole", single=False),
    "group": GROUP,
    **dict.fromkeys(("year", "from", "to", "event", "first", "last"), YEAR),
    "years": list_of(YEAR),
    **dict.fromkeys(("span", "step"), _from_text_too(whole(1, 20, "a number of years"))),
    "scenario": Reader("the name of a scenario", _read_scenario),
    "agreement": text(200),
    "layer": word(*LAYERS),
    "pledges": word("alliance", "agreement"),
    "weights": Reader("entries 'layer: weight'", _read_weights),
    "base": word(*TRADE_BASES),
    "lens": converted("the name of a lens", lambda name: lens_named(name).name),
    "flow": word("exports", "imports"),
    "bound": word("low", "high"),
    "figure": word("moved", "low", "high", "stretches"),
    "outcome": word("exports", "real_income"),
    "seeds": mapping_of(STATES),
    "symmetric": YES_NO,
    **dict.fromkeys(("times", "gain", "theta"), number(0, above=True)),
}
"""Kind of an argument -> its reader."""
