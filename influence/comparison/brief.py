"""One page on a scenario: what changes for whom, how sure, on what it rests, what would overturn it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.comparison.sides import AGREEMENT_EFFECT, WITHOUT_PEAKS, parse_side, scenario_bounds, side_under
from influence.comparison.tables import compare_sides
from influence.errors import ScenarioError
from influence.panel.panel import Panel
from influence.scenario.apply import Answer, Applied
from influence.scenario.load import load_scenario
from influence.scenario.model import ACTUAL, Scenario
from influence.schema import ELASTICITY_RANGE, TARIFF_PEAK
from influence.study import Study

SHOWN = 6
NOTABLE = 0.005
"""A change of balance below it is not told."""


class Brief(NamedTuple):
    """text : the page, Markdown. income, balances, published : the tables behind it."""

    text: str
    income: pd.DataFrame
    balances: pd.DataFrame
    published: pd.DataFrame


def brief_of(name: str, study: Study) -> Brief:
    """The page on one scenario, in the first year in which it is whole.

    Raises
    ------
    ScenarioError : no such scenario, no edits, or one that cannot be carried out.
    """
    scenario = load_scenario(name, study.registry)
    if not scenario.edits:
        raise ScenarioError(f"scenario {scenario.name} has no edits: there is nothing to brief on.")
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
        f"# {scenario.title}\n\n{scenario.question}\n\n**Fact:** {scenario.actual_note} ({ACTUAL[scenario.actual]})",
        _whom(income, balances, layers, year, names),
        _sure(income, published, study.method.elasticity, f"influence compare {year} {year}:{name}"),
        _rests(scenario, plain),
        _overturn(income, balances, names),
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
    """Published figures beside ours: what, exporter, importer, published, ours, low, high, source, why."""
    rows = []
    for fact in plain.scenario.published:
        answers = [a.answers[year] for a in (plain, *ends.values()) if year in a.answers]
        ours = [_figure(fact.what, answer, fact.exporter, fact.importer) for answer in answers]
        if ours:
            rows.append(
                (
                    fact.what,
                    fact.exporter,
                    fact.importer,
                    fact.value,
                    ours[0],
                    min(ours),
                    max(ours),
                    fact.source,
                    fact.why,
                )
            )
    columns = ["what", "exporter", "importer", "published", "ours", "low", "high", "source", "why"]
    return pd.DataFrame(rows, columns=columns)


def _figure(what: str, answer: Answer, exporter: str, importer: str) -> float:
    pair = {"sector": list(answer.base.goods), "exporter": exporter, "importer": importer}
    old = answer.base.flows.sel(pair).values
    if what == "exports":
        return float(answer.response.flows.sel(pair).sum() - old.sum())
    return float((answer.tariffs.sel(pair).values * old).sum() / old.sum())


def _whom(income: pd.DataFrame, balances: pd.DataFrame, layers: pd.DataFrame, year: int, names: dict[str, str]) -> str:
    lines = [f"**What changes for whom** (shown on {year})", ""]
    for row in income.head(SHOWN).itertuples():
        lines.append(
            f"- {names.get(row.iso3, row.iso3)}: real income {100 * row.value:+.2f} % "
            f"({100 * row.low:+.2f} to {100 * row.high:+.2f})"
        )
    if income.empty:
        lines.append("- Trade is left as it is; what changes is the ties of pledges and agreements.")
    told = balances[balances["change"].abs() >= NOTABLE].head(SHOWN)
    for row in told.itertuples():
        band = "" if math.isnan(row.low) else f" ({row.low:+.3f} to {row.high:+.3f})"
        lines.append(
            f"- {names.get(row.iso3, row.iso3)}: balance {row.pole} {row.before:+.2f} → {row.after:+.2f}, change "
            f"{row.change:+.3f}{band}{_by_layer(layers, row.iso3)}"
        )
    if told.empty:
        lines.append(f"- No state of the region leans otherwise by {NOTABLE} or more.")
    outside = income["value"].abs().median() if len(income) else float("nan")
    if not math.isnan(outside):
        lines.append(f"- The median economy's real income changes by {100 * outside:.3f} %.")
    return "\n".join(lines)


def _by_layer(layers: pd.DataFrame, iso3: str) -> str:
    """What each layer adds to the change of the poles' pulls, where it adds a thousandth."""
    rows = layers[(layers["iso3"] == iso3) & (layers["change"].abs() >= 0.001)]
    told = [f"{r.metric.removeprefix('layer_')} {r.pole} {100 * r.change:+.1f}" for r in rows.itertuples()]
    return f"; points of pull by layer: {', '.join(told)}" if told else ""


def _sure(income: pd.DataFrame, published: pd.DataFrame, elasticity: float, drawn: str) -> str:
    """drawn : the command whose bands hold all doubts at once."""
    deep = (
        ", and over the 5-95 % band of the estimated effect of agreements beyond tariffs"
        if any(str(name).startswith(AGREEMENT_EFFECT) for name in income.columns)
        else ""
    )
    lines = [
        f"**How sure.** In brackets: the least and the most over trade elasticities of "
        f"{', '.join(f'{t:g}' for t in ELASTICITY_RANGE)} (shown: {elasticity:g}) and without sector tariffs of "
        f"{TARIFF_PEAK:.0%} or more, which are averages with peaks of a few lines{deep}. It is an equilibrium long "
        f"after the decision, not a forecast of next year. These are the ends of single assumptions; for a band to "
        f"quote, with all that is in doubt drawn at once: `{drawn}`."
    ]
    for row in published.itertuples():
        unit = (lambda v: f"{v / 1e9:+.2f} bn USD") if row.what == "exports" else (lambda v: f"{100 * v:.1f} %")
        lines.append(
            f"- {row.source} on {row.what} {row.exporter} → {row.importer}: {unit(row.published)}; ours "
            f"{unit(row.ours)} ({unit(row.low)} to {unit(row.high)}). {row.why}"
        )
    return "\n".join(lines)


def _rests(scenario: Scenario, applied: Applied) -> str:
    told = [*scenario.assumptions, *applied.notes]
    if applied.answers:
        revenue = "spent by the importer" if scenario.revenue else "not counted"
        told.append(
            f"Trade answers by exact hat algebra on the sectors and tariffs of {scenario.base}, one factor, no "
            f"input-output links, {scenario.deficits} deficits, tariff revenue {revenue}; the change of goods trade "
            f"carries over to the panel. Services answer in the equilibrium and are not in the pull."
        )
    return "**What it assumes**\n\n" + "\n".join(f"- {text}" for text in told)


def _overturn(income: pd.DataFrame, balances: pd.DataFrame, names: dict[str, str]) -> str:
    lines = ["**What would overturn it**", ""]
    if len(income):
        top = income.head(SHOWN)
        turned = top[(np.sign(top["low"]) != np.sign(top["high"])) & (top["value"] != 0)]
        who = ", ".join(names.get(code, code) for code in turned["iso3"])
        lines.append(f"- The sign of {who}'s real income hangs on the elasticity or the peaks." if who else
                     "- No sign among the incomes above changes within the band.")  # fmt: skip
        if WITHOUT_PEAKS in income:
            part = (income[WITHOUT_PEAKS] / income["value"].where(income["value"] != 0)).head(SHOWN)
            less = [
                f"{names.get(c, c)} (left with {100 * share:.0f} %)"
                for c, share in zip(income["iso3"], part, strict=False) if share < 0.7
            ]  # fmt: skip
            if less:
                lines.append(f"- Without tariff peaks much less is left of it for {', '.join(less)}.")
    crossed = balances[np.sign(balances["before"]) != np.sign(balances["after"])]
    for row in crossed.head(SHOWN).itertuples():
        ends = (row.before + row.low, row.before + row.high)
        sure = math.isnan(row.low) or np.sign(ends[0]) == np.sign(ends[1])
        lines.append(
            f"- {names.get(row.iso3, row.iso3)} crosses parity{'' if sure else ', but not at every end of the band'}."
        )
    if crossed.empty:
        lines.append("- No state of the region crosses parity between the poles.")
    lines.append("- The weights of the layers are a choice: run the command with other --weights.")
    return "\n".join(lines)
