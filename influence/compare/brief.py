"""One page on a scenario: what changes for whom, how certain it is, what it assumes, what would change the answer."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.compare.comparison import compare_sides
from influence.compare.sides import AGREEMENT_EFFECT, WITHOUT_PEAKS, parse_side, scenario_bounds, side_under
from influence.errors import ScenarioError
from influence.panel.panel import Panel
from influence.scenario.apply import Answer, Applied
from influence.scenario.load import load_scenario
from influence.scenario.model import ACTUAL, Scenario
from influence.schema import ELASTICITY_RANGE, TARIFF_PEAK
from influence.study import Study

SHOWN = 6
NOTABLE = 0.005
"""A smaller change of a balance is not listed."""
LEAST_INCOME = 0.00005
"""A smaller change of real income is not listed: it is 0.00 %."""


class Brief(NamedTuple):
    """text : the page, Markdown. income, balances, published : the tables behind it."""

    text: str
    income: pd.DataFrame
    balances: pd.DataFrame
    published: pd.DataFrame


def brief_of(name: str, study: Study) -> Brief:
    """The page on one scenario, in the first year in which every edit is in full effect.

    Raises
    ------
    ScenarioError : no such scenario, no edits, or one that cannot be carried out.
    """
    scenario = load_scenario(name, study.registry)
    if not scenario.edits:
        raise ScenarioError(f"scenario {scenario.name} has no edits, so a brief has no content; add edits to it.")
    panel = study.panel
    year = whole_year(panel, scenario)
    plain = study.applied(scenario)
    ends = scenario_bounds(study, plain)
    income = _income(plain, ends, year)
    published = _published(plain, ends, year)
    sides = parse_side(str(year), study), side_under(f"{year}:{name}", year, plain, ends, study)
    found = compare_sides(*sides, study, states=study.region_states())
    rows = found.states[found.states["metric"] == "pull_balance"].dropna(subset=["change"])
    balances = rows.loc[rows["change"].abs().sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
    layers = found.states[found.states["metric"].str.startswith("layer_")]
    names = dict(panel.states["name"])
    parts = [
        f"# {scenario.title}\n\n{scenario.question}",
        f"**What happened:** {scenario.actual_note} ({ACTUAL[scenario.actual]})",
        _effects(income, balances, layers, year, names),
        _certainty(income, published, study.method.elasticity, f"influence compare {year} {year}:{name}"),
        _assumptions(scenario, plain),
        _reversals(income, balances, names),
        "**Sources.** " + " ".join(scenario.sources),
    ]
    return Brief("\n\n".join(part for part in parts if part) + "\n", income, balances, published)


def whole_year(panel: Panel, scenario: Scenario) -> int:
    """First year of the panel in which every edit is wholly in effect, else its last."""
    return next((y for y in panel.years if all(e.phase(y) == 1 for e in scenario.edits)), panel.years[-1])


def _income(plain: Applied, ends: dict[str, Applied], year: int) -> pd.DataFrame:
    """Real income, change as a share: iso3, value, low, high, and each end; empty where trade does not change."""
    if year not in plain.answers:
        return pd.DataFrame(columns=["iso3", "value", "low", "high"])
    table = pd.DataFrame({name: _real(a, year, plain) for name, a in ends.items()})
    table.insert(0, "value", _real(plain, year, plain))
    table.insert(1, "low", table.min(axis=1))
    table.insert(2, "high", table.drop(columns="low").max(axis=1))
    order = table["value"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].rename_axis("iso3").reset_index()


def _real(applied: Applied, year: int, plain: Applied) -> pd.Series:
    if year in applied.answers:
        return applied.answers[year].response.real_income - 1
    return plain.answers[year].response.real_income * 0.0  # without its peaks the scenario changes no tariff


def _published(plain: Applied, ends: dict[str, Applied], year: int) -> pd.DataFrame:
    """Published figures and those computed here, with low, high, source and why they differ."""
    rows = []
    for figure in plain.scenario.published:
        answers = [a.answers[year] for a in (plain, *ends.values()) if year in a.answers]
        found = [_figure(figure.what, answer, figure.exporter, figure.importer) for answer in answers]
        if found:
            head = figure.what, figure.exporter, figure.importer, figure.value
            rows.append((*head, found[0], min(found), max(found), figure.source, figure.why))
    columns = ["what", "exporter", "importer", "published", "computed", "low", "high", "source", "why"]
    return pd.DataFrame(rows, columns=columns)


def _figure(what: str, answer: Answer, exporter: str, importer: str) -> float:
    pair = {"sector": list(answer.base.goods), "exporter": exporter, "importer": importer}
    old = answer.base.flows.sel(pair).values
    if what == "exports":
        return float(answer.response.flows.sel(pair).sum() - old.sum())
    return float((answer.tariffs.sel(pair).values * old).sum() / old.sum())


def _effects(
    income: pd.DataFrame, balances: pd.DataFrame, layers: pd.DataFrame, year: int, names: dict[str, str]
) -> str:
    lines = [f"**What changes for whom** (in {year})", ""]
    for row in _large(income).itertuples():
        lines.append(
            f"- {names.get(row.iso3, row.iso3)}: real income {100 * row.value:+.2f} % "
            f"({100 * row.low:+.2f} to {100 * row.high:+.2f})"
        )
    if income.empty:
        lines.append("- Trade does not change; only the layers of pledges and agreements change.")
    if len(income) and _large(income).empty:
        lines.append("- No real income changes by 0.01 % or more.")
    large = balances[balances["change"].abs() >= NOTABLE].head(SHOWN)
    for row in large.itertuples():
        bounds = "" if math.isnan(row.low) else f" ({row.low:+.3f} to {row.high:+.3f})"
        lines.append(
            f"- {names.get(row.iso3, row.iso3)}: balance {row.pole} {row.before:+.2f} → {row.after:+.2f}, change "
            f"{row.change:+.3f}{bounds}{_by_layer(layers, row.iso3)}"
        )
    if large.empty:
        lines.append(f"- No balance in the region changes by {NOTABLE} or more.")
    outside = income["value"].abs().median() if len(income) else float("nan")
    if not math.isnan(outside):
        lines.append(f"- The real income of the median economy changes by {100 * outside:.3f} %.")
    return "\n".join(lines)


def _large(income: pd.DataFrame) -> pd.DataFrame:
    """The largest changes of real income that are not 0.00 %."""
    return income[income["value"].abs() >= LEAST_INCOME].head(SHOWN)


def _by_layer(layers: pd.DataFrame, iso3: str) -> str:
    """What each layer adds to the change of the poles' pulls, where it adds a thousandth."""
    rows = layers[(layers["iso3"] == iso3) & (layers["change"].abs() >= 0.001)]
    parts = [f"{r.metric.removeprefix('layer_')} {r.pole} {100 * r.change:+.1f}" for r in rows.itertuples()]
    return f"; change of pull by layer, in percentage points: {', '.join(parts)}" if parts else ""


def _certainty(income: pd.DataFrame, published: pd.DataFrame, elasticity: float, drawn: str) -> str:
    """drawn : the command that draws all uncertain values at once."""
    deep = (
        ", and over the 5-95 % range of the estimated effect of agreements beyond tariffs"
        if any(str(name).startswith(AGREEMENT_EFFECT) for name in income.columns)
        else ""
    )
    lines = [
        f"**How certain.** In brackets: the smallest and the largest value over trade elasticities of "
        f"{', '.join(f'{t:g}' for t in ELASTICITY_RANGE)} (shown: {elasticity:g}) and without sector tariffs of "
        f"{TARIFF_PEAK:.0%} or more, which are averages of many low and a few very high tariffs{deep}. Each number "
        f"is an equilibrium long after the decision, not a forecast of next year. The brackets vary one assumption at "
        f"a time; for uncertainty ranges to quote, which vary all of them at once: `{drawn}`."
    ]
    for row in published.itertuples():
        unit = (lambda v: f"{v / 1e9:+.2f} bn USD") if row.what == "exports" else (lambda v: f"{100 * v:.1f} %")
        lines.append(
            f"- {row.source} on {row.what} {row.exporter} → {row.importer}: {unit(row.published)}; computed here "
            f"{unit(row.computed)} ({unit(row.low)} to {unit(row.high)}). {row.why}"
        )
    return "\n".join(lines)


def _assumptions(scenario: Scenario, applied: Applied) -> str:
    listed = [*scenario.assumptions, *applied.notes]
    if applied.answers:
        revenue = "spent by the importer" if scenario.revenue else "not counted"
        listed.append(
            f"Trade responds by exact hat algebra on the sectors and tariffs of {scenario.base}, one factor, no "
            f"input-output links, {scenario.deficits} deficits, tariff revenue {revenue}; the change of goods trade "
            f"carries over to the panel. Services respond in the equilibrium and are not part of the pull."
        )
    return "**What it assumes**\n\n" + "\n".join(f"- {text}" for text in listed)


def _reversals(income: pd.DataFrame, balances: pd.DataFrame, names: dict[str, str]) -> str:
    lines = ["**What would change the answer**", ""]
    if len(income):
        top = _large(income)
        turned = top[(np.sign(top["low"]) != np.sign(top["high"])) & (top["value"] != 0)]
        who = ", ".join(names.get(code, code) for code in turned["iso3"])
        lines.append(f"- The sign of {who}'s real income depends on the elasticity or on the tariff peaks." if who else
                     "- None of the incomes above changes its sign within its brackets.")  # fmt: skip
        if WITHOUT_PEAKS in income:
            part = (income[WITHOUT_PEAKS] / income["value"].where(income["value"] != 0)).head(SHOWN)
            less = [
                f"{names.get(c, c)} ({100 * share:.0f} % of it)"
                for c, share in zip(income["iso3"], part, strict=False) if share < 0.7
            ]  # fmt: skip
            if less:
                lines.append(f"- Without tariff peaks the change of income is much smaller for {', '.join(less)}.")
    crossed = balances[np.sign(balances["before"]) != np.sign(balances["after"])]
    for row in crossed.head(SHOWN).itertuples():
        ends = (row.before + row.low, row.before + row.high)
        sure = math.isnan(row.low) or np.sign(ends[0]) == np.sign(ends[1])
        limit = "" if sure else ", but not everywhere in the brackets"
        lines.append(f"- The leading pole of {names.get(row.iso3, row.iso3)} changes{limit}.")
    if crossed.empty:
        lines.append("- The leading pole of no state of the region changes.")
    lines.append("- The layer weights are a choice: run the command with other --weights.")
    return "\n".join(lines)
