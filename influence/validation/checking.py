"""Findings run against the inputs: what we get beside what was published, row by row; nothing is dropped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from influence.errors import InfluenceError, ValidationError, YearError
from influence.states import Registry
from influence.validation.expected import Range, Value, agreement, agreement_of_all, gap
from influence.validation.inputs import Inputs
from influence.validation.measures import MEASURES
from influence.validation.register import Row
from influence.validation.wording import expected_text, gap_text, value_text, values_text

GET_REFERENCE = "take it from the source named, and give its folder with --reference"
COLUMNS = [
    "name", "title", "source", "published", "unit", "label", "published_low", "published_high", "published_states",
    "ours", "ours_states", "gap", "part_agrees", "agrees", "not_checked", "why",
]  # fmt: skip


class Checked(NamedTuple):
    """A finding with ours beside it.

    agrees : "yes", "partly", "no" or "not checked". values : label -> what the measure gives; empty where it was not
    checked. registry : names of its states. not_checked : why not, else ''.
    """

    row: Row
    agrees: str
    values: Mapping[str, Value]
    registry: Registry
    not_checked: str = ""

    @property
    def ours(self) -> dict[str, Value]:
        """The values that something was published for."""
        return {label: self.values[label] for label in self.row.expected} if self.values else {}

    @property
    def also_shown(self) -> dict[str, Value]:
        """The further values to show."""
        return {label: self.values[label] for label in self.row.also_show} if self.values else {}

    def told(self) -> tuple[str, str]:
        """Ours and the difference, for people."""
        if not self.values:
            return "not checked", self.not_checked
        expected, unit = self.row.expected, self.row.unit
        gaps = {label: gap_text(value, expected[label], unit, self.registry) for label, value in self.ours.items()}
        if len(gaps) == 1 or len(set(gaps.values())) == 1:
            return values_text(self.ours, unit, self.registry), next(iter(gaps.values()))
        return values_text(self.ours, unit, self.registry), ", ".join(f"{label} {size}" for label, size in gaps.items())


def check_row(row: Row, inputs: Inputs) -> Checked:
    """Run the measure a finding names.

    Returns
    -------
    Checked; 'not checked' where a reference file is not at hand or the panel does not cover a year.

    Raises
    ------
    ValidationError : an argument that the measure cannot take, or a label that it does not give; with the finding.
    """
    measure, registry = MEASURES[row.measure], inputs.study.registry
    absent = [name for name in measure.needs if inputs.file(name) is None]
    if absent:
        return Checked(
            row, "not checked", {}, registry, f"needs the reference file {', '.join(absent)}: {GET_REFERENCE}"
        )
    try:
        values = measure.run(inputs, **row.arguments)
    except YearError as err:
        return Checked(row, "not checked", {}, registry, str(err))
    except (InfluenceError, KeyError, TypeError, ValueError) as err:
        raise ValidationError(f"{row.place}: {err}") from err
    unknown = [label for label in (*row.expected, *row.also_show) if label not in values]
    if unknown:
        told = f"{row.place} asks for {', '.join(unknown)}, which {row.measure} does not give here"
        raise ValidationError(f"{told}; it gives: {', '.join(values)}.")
    return Checked(row, agreement_of_all(values, row.expected, row.rule), values, registry)


def counts_of(found: Sequence[Checked]) -> str:
    """How many agree, in one sentence."""
    many = {word: sum(one.agrees == word for one in found) for word in ("yes", "partly", "no", "not checked")}
    told = f"Of {len(found)} published findings {many['yes']} agree, {many['partly']} in part, {many['no']} do not"
    return f"{told}; {many['not checked']} could not be checked here." if many["not checked"] else f"{told}."


def lines_of(one: Checked) -> list[list[str]]:
    """A line for each value published: finding, label, published, ours, difference, whether it agrees."""
    row, lines = one.row, []
    for label, asked in row.expected.items():
        published = expected_text(asked, row.unit, one.registry)
        if one.values:
            ours = one.values[label]
            told = [
                value_text(ours, row.unit, one.registry),
                gap_text(ours, asked, row.unit, one.registry),
                agreement(ours, asked, row.rule),
            ]
        else:
            told = ["", "", f"not checked: {one.not_checked}"]
        lines.append([row.name, label, published, *told])
    return lines


def records_of(found: Sequence[Checked]) -> pd.DataFrame:
    """One row a value published, COLUMNS; states as codes with blanks between; an open end and no value are NaN."""
    rows = []
    for one in found:
        row = one.row
        head = (row.name, row.title, row.source, row.published, row.unit)
        for label, asked in row.expected.items():
            ours = one.values.get(label, math.nan)
            part = agreement(ours, asked, row.rule) if one.values else "not checked"
            ends = (asked.low, asked.high, "") if isinstance(asked, Range) else (math.nan, math.nan, _codes(asked))
            low, high = (end if math.isfinite(end) else math.nan for end in ends[:2])
            got = (math.nan, _codes(ours)) if isinstance(ours, frozenset) else (ours, "")
            rows.append(
                (*head, label, low, high, ends[2], *got, gap(ours, asked), part, one.agrees, one.not_checked, row.why)
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def _codes(states: frozenset[str]) -> str:
    return " ".join(sorted(states))
