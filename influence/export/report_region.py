"""The report on a region: how many states each pole leads, state by state, and through each lens."""

from __future__ import annotations

import math
import shlex

import numpy as np

from influence.errors import check_year
from influence.export import figures
from influence.export.atlas_data import AtlasData, labels_of
from influence.export.choices import command_flags
from influence.export.plot_data import balance_range, balances
from influence.export.report import Report, Section, Table
from influence.export.report_parts import embedded, measure_text, method_section
from influence.metrics.pull import pull_balance
from influence.metrics.trends import lasting_crossing
from influence.schema import ALL
from influence.specs import LENSES
from influence.statements.catalogue import TEMPLATES
from influence.statements.findings import counted_finding
from influence.statements.numbers import percent, signed, signed_range
from influence.statements.sources import source_line

LEAST_KNOWN = 0.5
"""Share of a region's states that must have a balance in a year that is compared."""


def region_report(content: AtlasData, year: int | None) -> Report:
    """The report on the region of a study, for a year or the last with half of its states observed.

    Raises
    ------
    YearError : the panel does not have the year.
    """
    study, years = content.study, content.base.years
    member = np.asarray(np.asarray(content.numbers["member"].values, dtype=bool).any(axis=(0, 2)))
    inside = content.inside & ~member
    known_share = (~np.isnan(balances(content)[:, inside])).mean(axis=1)
    known = [y for y, share in zip(years, known_share, strict=True) if share >= LEAST_KNOWN]
    now = (year if year is not None else known[-1]) if known else years[-1]
    check_year(now, years)
    k = years.index(now)
    label = study.registry.pole_label(study.region) if study.region != ALL else "the world"
    every_year = embedded(figures.heat_map(content), f"Balance of every country of {label}, by year")
    sections = [
        _finding(content, inside, next((y for y in known if y < now), now), now, label),
        Section("Year by year", figure=every_year),
        Section("Country by country", table=_state_table(content, inside, k, now)),
        Section("Changes of the lead", table=_crossing_table(content, inside)),
        Section(
            "What would change the answer",
            ["How many countries each power leads, by lens, in the same year:"],
            table=_lens_table(content, inside, k, now),
        ),
        method_section(study, now),
    ]
    flags = command_flags(study)
    return Report(
        counted_finding(content.pulls[:2, k][:, inside], study.labels[:2], now, label),
        measure_text(study, now),
        sections,
        source_line(study.panel, study.method.weights, now),
        f"influence report {shlex.quote(study.region)} --poles {','.join(study.poles)}{flags} --year {now}",
    )


def _finding(content: AtlasData, inside: np.ndarray, earlier: int, now: int, label: str) -> Section:
    years = content.base.years
    k = years.index(now)
    low, high = (end[inside, k] for end in balance_range(content))
    count = int((~np.isnan(balances(content)[k, inside])).sum())
    uncertain = int(((low < 0) & (high > 0)).sum())
    then = counted_finding(content.pulls[:2, years.index(earlier)][:, inside], content.study.labels[:2], earlier)
    paragraphs = [
        f"For {uncertain} of {count} countries, which power leads depends on the definition: the range includes zero "
        f"({TEMPLATES['range_definitions']}).",
        f"{then}. It is the first year with half of them observed. The series changes its source between the two "
        f"years, so the two counts are not a trend.",
    ]
    return Section("The finding", paragraphs, figure=embedded(figures.network_map(content, now), f"{label} in {now}"))


def _state_table(content: AtlasData, inside: np.ndarray, k: int, year: int) -> Table:
    balance = balances(content)[k]
    low, high = (end[:, k] for end in balance_range(content))
    order = sorted(
        np.flatnonzero(inside).tolist(),
        key=lambda i: (math.isnan(balance[i]), -np.nan_to_num(balance[i]), content.frame.shown[i]),
    )
    names = labels_of(content.base.panel, content.frame.shown)["name"].tolist()
    rows = []
    for i in order:
        if math.isnan(balance[i]):
            rows.append([names[i], TEMPLATES["no_value"], "", *(TEMPLATES["no_value"] for _ in content.poles)])
        else:
            pulls = [percent(content.pulls[p, k, i]) for p in range(len(content.poles))]
            rows.append([names[i], signed(balance[i]), signed_range(low[i], high[i]), *pulls])
    labels = [f"Pull of {label}" for label in content.study.labels]
    title = f"Balance, its range over definitions and the pulls, {year}"
    return Table(title, ["Country", "Balance", "Range", *labels], rows)


def _crossing_table(content: AtlasData, inside: np.ndarray) -> Table:
    codes = [code for code, counted in zip(content.frame.shown, inside, strict=True) if counted]
    balance = pull_balance(content.base.ties, content.poles[:2]).sel(target=codes)
    found = lasting_crossing(balance, content.base.ties["is_break"].sel(target=codes).reset_coords(drop=True))
    names = content.base.panel.states["name"]
    first, second = content.study.labels[:2]
    rows = [
        [str(names[r.iso3]), str(r.year), first if r.direction > 0 else second, "yes" if r.holds else "no"]
        for r in found.sort_values(["year", "iso3"]).itertuples()
    ]
    return Table(
        "Last change of the lead (a change at a new source does not count)", ["Country", "Year", "To", "Lasted"], rows
    )


def _lens_table(content: AtlasData, inside: np.ndarray, k: int, year: int) -> Table:
    values = {next(iter(LENSES)): balances(content)[k, inside]}
    values |= {lens: content.numbers[f"balance_{lens}"].values[0][inside, k] for lens in content.lenses}
    rows = [
        [LENSES[lens].title, *(str(int(n)) for n in ((v > 0).sum(), (v < 0).sum(), (~np.isnan(v)).sum()))]
        for lens, v in values.items()
    ]
    first, second = content.study.labels[:2]
    return Table(f"Counts by lens, {year}", ["Lens", first, second, "with a value"], rows)
