"""The report on a scenario: its brief, the states that move most, and real income."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

import pandas as pd

from influence.comparison.brief import brief_of, whole_year
from influence.comparison.compared import compare
from influence.export import figures
from influence.export.choices import command_flags
from influence.export.compare_data import change_text, comparison_caption, dumbbell_rows
from influence.export.report import Report, Section, Table
from influence.export.report_parts import embedded, measure_text, method_section
from influence.scenario.load import load_scenario
from influence.statements.numbers import signed, signed_range
from influence.statements.sources import source_line
from influence.study import Study

MINUS = re.compile(r"(?<=[\s(])-(?=\d)")
"""A hyphen written as a minus."""
LEAST_CHANGE, MOST_STATES, MOST_ECONOMIES = 0.0005, 25, 15


def scenario_report(name: str, study: Study, progress: Callable[[str], None]) -> Report:
    """The report on a scenario for the states of the study's region.

    Raises
    ------
    ScenarioError : see brief_of.
    """
    progress("finding the equilibria")
    scenario = load_scenario(name, study.registry)
    brief = brief_of(name, study)
    year = whole_year(study.panel, scenario)
    progress("comparing")
    compared = compare(str(year), f"{year}:{name}", study)
    rows = dumbbell_rows(compared)
    rows = rows[rows["change"].abs() >= LEAST_CHANGE].head(MOST_STATES)
    figure = None
    if len(rows):
        drawn = figures.dumbbell(rows, comparison_caption(compared), study.labels)
        figure = embedded(drawn, f"Balance before and after, {scenario.title}")
    sections = [
        Section(heading, paragraphs, points, figure if i == 1 else None)
        for i, (heading, paragraphs, points) in enumerate(_parts(brief.text))
    ]
    if len(brief.income):
        sections.append(Section("Real income", table=_income_table(brief.income, dict(study.panel.states["name"]))))
    sections.append(method_section(study, year))
    return Report(
        f"{scenario.title}: {change_text(compared) if figure else 'the balance of no country changes'}",
        measure_text(study, year),
        sections,
        source_line(study.panel, study.method.weights, year),
        f"influence report {name} --poles {','.join(study.poles)}{command_flags(study)} "
        f"--region {shlex.quote(study.region)}",
    )


def _income_table(income: pd.DataFrame, names: dict[str, str]) -> Table:
    rows = [
        [str(names.get(r.iso3, r.iso3)), signed(100 * r.value, 3), signed_range(100 * r.low, 100 * r.high, 3)]
        for r in income.head(MOST_ECONOMIES).itertuples()
    ]
    title = "Real income, change in per cent; the fifteen economies that change most"
    return Table(title, ["Economy", "Change", "Range"], rows)


def _parts(text: str) -> list[tuple[str, list[str], list[str]]]:
    """Headings, paragraphs and points of a brief: '# title', '**Heading** words', '- points'."""
    out: list[tuple[str, list[str], list[str]]] = []
    for block in text.strip().split("\n"):
        line = MINUS.sub("−", block.strip())
        if not line:
            continue
        bold = re.match(r"\*\*(.+?)\*\*\s*(.*)", line)
        if line.startswith("# "):
            out.append(("The question", [], []))
        elif line.startswith("- "):
            out[-1][2].append(line[2:])
        elif bold:
            out.append((bold[1].rstrip(".:"), [bold[2]] if bold[2] else [], []))
        else:
            out[-1][1].append(line)
    return out
