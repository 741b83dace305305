"""The register of published findings: entries of a YAML file, checked when they are read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influence.errors import ValidationError
from influence.evidence import leads, models
from influence.evidence.expected import Expected, Range, Rule
from influence.query import MEASURES as NUMBERS
from influence.query import read_arguments
from influence.query.units import UNITS
from influence.record_fields import ANYTHING, is_number, list_of, mapping_of, number, text, word
from influence.records import Field, Fields, Reader, Where, read_record, read_register
from influence.state_fields import STATE
from influence.states import Registry
from influence.tables import datasets_dir

MEASURES = {name: found for name, found in NUMBERS.items() if found.unit in (*UNITS, "of")}
MEASURES |= {**leads.MEASURES, **models.MEASURES}
"""Measures that a finding may name: those of influence.query that give a number, and those that give several values."""
EXPECTED = "a number, [low, high] with null for an open bound, or {states: [codes]}"


@dataclass(frozen=True)
class Row:
    """One published finding: the figure and its source, the measure that computes it, when both agree, and why or not.

    expected : label of the measure -> the published value. rule : the allowed difference. also_show : further labels of
    the measure to show.
    """

    name: str
    title: str
    source: str
    published: str
    unit: str
    measure: str
    arguments: Mapping[str, Any]
    expected: Mapping[str, Expected]
    rule: Rule
    why: str
    also_show: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Its place, for messages."""
        return f"finding {self.name}"


def load_findings(path: Path | str | None = None, registry: Registry | None = None) -> list[Row]:
    """The bundled register (datasets/validation.yaml), or a file of the same form.

    Raises
    ------
    ValidationError : unreadable, an unknown or missing field, measure or argument, an argument of another kind, an
        unknown unit, a duplicated name.
    """
    file = Path(path) if path is not None else datasets_dir() / "validation.yaml"
    return read_register(file, ValidationError, "findings", "finding", _parse, registry=registry)


def _read_expected(value: Any, where: Where) -> Expected:
    if is_number(value):
        return Range(float(value), float(value))
    if isinstance(value, Mapping) and set(value) == {"states"} and isinstance(value["states"], list):
        return frozenset(list_of(STATE, least=0).read(value["states"], where.at("states")))
    bounds = value if isinstance(value, list) and len(value) == 2 and value != [None, None] else [value]
    if len(bounds) == 2 and all(bound is None or is_number(bound) for bound in bounds):
        low, high = (-math.inf if bounds[0] is None else bounds[0]), (math.inf if bounds[1] is None else bounds[1])
        if low <= high:
            return Range(float(low), float(high))
    raise where.wrong(value, EXPECTED)


FIELDS: Fields = {
    **dict.fromkeys(("name", "title", "source", "published"), Field(text())),
    "unit": Field(word(*UNITS)),
    "measure": Field(word(*MEASURES)),
    "arguments": Field(ANYTHING),
    "expect": Field(mapping_of(Reader(EXPECTED, _read_expected))),
    "within": Field(number(0)),
    "partly": Field(number(0), None),
    "tolerance_reason": Field(text()),
    "why": Field(text()),
    "also_show": Field(list_of(text()), ()),
}


def _parse(item: Any, where: Where) -> Row:
    values = read_record(item, FIELDS, where)
    within, partly = values.pop("within"), values.pop("partly")
    if partly is not None and partly < within:
        raise where.at("partly").wrong(partly, f"a number not below within ({within:g})")
    rule = Rule(within, within if partly is None else partly, values.pop("tolerance_reason"))
    expected = values.pop("expect")
    arguments = read_arguments(MEASURES[values["measure"]], values.pop("arguments"), where.at("arguments"))
    return Row(**values, arguments=arguments, expected=expected, rule=rule)
