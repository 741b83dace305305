"""Findings computed on a study: the computed values beside the published ones, row by row; no row is left out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from influence.errors import InfluenceError, ValidationError, YearError
from influence.evidence.expected import Range, Value, agreement, agreement_of_all, gap
from influence.evidence.findings_register import MEASURES, Row
from influence.evidence.findings_wording import expected_text, gap_text, value_text, values_text
from influence.query.language import run_measure
from influence.states import Registry
from influence.study import Study

REFERENCE_FOLDER = "reference"
GET_REFERENCE = "take it from the source named, and give its folder with --reference"
COLUMNS = [
    "name", "title", "source", "published", "unit", "label", "published_low", "published_high", "published_states",
    "computed", "computed_states", "gap", "part_agrees", "agrees", "not_checked", "why",
]  # fmt: skip


class Checked(NamedTuple):
    """A finding with the computed values beside it.

    agrees : "yes", "partly", "no" or "not checked". values : label -> value; empty where it was not checked.
    registry : names of its states. not_checked : why not, else ''.
    """

    row: Row
    agrees: str
    values: Mapping[str, Value]
    registry: Registry
    not_checked: str = ""

    @property
    def compared(self) -> dict[str, Value]:
        """The values with a published value."""
        return {label: self.values[label] for label in self.row.expected} if self.values else {}

    @property
    def also_shown(self) -> dict[str, Value]:
        """The further values to show."""
        return {label: self.values[label] for label in self.row.also_show} if self.values else {}

    def texts(self) -> tuple[str, str]:
        """The computed values and the difference, as text."""
        if not self.values:
            return "not checked", self.not_checked
        expected, unit = self.row.expected, self.row.unit
        gaps = {label: gap_text(value, expected[label], unit, self.registry) for label, value in self.compared.items()}
        alike = len(set(gaps.values())) == 1
        listed = next(iter(gaps.values())) if alike else ", ".join(f"{label} {size}" for label, size in gaps.items())
        return values_text(self.compared, unit, self.registry), listed


def reference_file(reference: Path | None, name: str) -> Path | None:
    """A publisher's file, in the folder or in its folder `reference`; None where it is in neither."""
    paths = [] if reference is None else [reference / REFERENCE_FOLDER / name, reference / name]
    return next((path for path in paths if path.is_file()), None)


def check_row(row: Row, study: Study, reference: Path | None = None) -> Checked:
    """Compute the measure that a finding names. reference : folder of the publishers' files.

    Returns
    -------
    Checked; 'not checked' where a reference file is missing or the panel does not cover a year.

    Raises
    ------
    ValidationError : an argument that the measure cannot take, or a label that it does not give; with the finding.
    """
    measure, registry = MEASURES[row.measure], study.registry
    files = {name: reference_file(reference, file) for name, file in measure.files.items()}
    absent = ", ".join(measure.files[name] for name, path in files.items() if path is None)
    if absent:
        return Checked(row, "not checked", {}, registry, f"needs the reference file {absent}: {GET_REFERENCE}")
    try:
        found = run_measure(measure, study, {**row.arguments, **files})
    except YearError as err:
        return Checked(row, "not checked", {}, registry, str(err))
    except (InfluenceError, KeyError) as err:
        raise ValidationError(f"{row.place}: {err}") from err
    values = found if isinstance(found, Mapping) else {row.measure: found}
    unknown = [label for label in (*row.expected, *row.also_show) if label not in values]
    if unknown:
        text = f"{row.place} asks for {', '.join(unknown)}, which {row.measure} does not give here"
        raise ValidationError(f"{text}; it gives: {', '.join(values)}.")
    return Checked(row, agreement_of_all(values, row.expected, row.rule), values, registry)


def counts_of(found: Sequence[Checked]) -> str:
    """How many agree, in one sentence."""
    many = {word: sum(one.agrees == word for one in found) for word in ("yes", "partly", "no", "not checked")}
    text = f"Of {len(found)} published findings {many['yes']} agree, {many['partly']} in part, {many['no']} do not"
    return f"{text}; {many['not checked']} could not be checked here." if many["not checked"] else f"{text}."


def lines_of(one: Checked) -> list[list[str]]:
    """A line for each published value: finding, label, published, computed, difference, whether it agrees."""
    row, lines = one.row, []
    for label, asked in row.expected.items():
        published = expected_text(asked, row.unit, one.registry)
        if one.values:
            value, how = one.values[label], (row.unit, one.registry)
            texts = [value_text(value, *how), gap_text(value, asked, *how), agreement(value, asked, row.rule)]
        else:
            texts = ["", "", f"not checked: {one.not_checked}"]
        lines.append([row.name, label, published, *texts])
    return lines


def records_of(found: Sequence[Checked]) -> pd.DataFrame:
    """A row for each published value, COLUMNS; states as codes between blanks; open bounds and no value are NaN."""
    rows = []
    for one in found:
        row = one.row
        head = (row.name, row.title, row.source, row.published, row.unit)
        tail = (one.agrees, one.not_checked, row.why)
        for label, asked in row.expected.items():
            value = one.values.get(label, math.nan)
            part = agreement(value, asked, row.rule) if one.values else "not checked"
            bounds = (asked.low, asked.high, "") if isinstance(asked, Range) else (math.nan, math.nan, _codes(asked))
            low, high = (bound if math.isfinite(bound) else math.nan for bound in bounds[:2])
            computed = (math.nan, _codes(value)) if isinstance(value, frozenset) else (value, "")
            rows.append((*head, label, low, high, bounds[2], *computed, gap(value, asked), part, *tail))
    return pd.DataFrame(rows, columns=COLUMNS)


def _codes(states: frozenset[str]) -> str:
    return " ".join(sorted(states))
