"""One page on a scenario: what changes for whom, how certain that is, what it assumes and what could reverse it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.comparison.compared import balance_rows
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
"""Smaller changes of a balance are not listed."""
LEAST_INCOME = 0.00005
"""A smaller change of real income is not listed: it is 0.00 %."""
PUBLISHED = ["what", "exporter", "importer", "published", "computed", "low", "high", "source", "why"]


class Brief(NamedTuple):
    """text : the page, Markdown. income, balances, published : the tables behind it."""

    text: str
    income: pd.DataFrame
    balances: pd.DataFrame
    published: pd.DataFrame

    def __repr__(self) -> str:
        title = self.text.partition("\n")[0].removeprefix("# ")
        return f"<Brief: {title}; {len(self.income)} incomes, {len(self.balances)} balances>"

    def _repr_markdown_(self) -> str:
        return self.text


def brief_of(name: str, study: Study) -> Brief:
    """One page on a scenario, for the states of the study's region.

    It is computed for the first year in which every edit applies in full.

    Parameters
    ----------
    name : a scenario's name, or a YAML file.
    study : gives panel, method, poles and region.

    Returns
    -------
    text : Markdown. income : iso3, value, low, high: change of real income as a share, largest first; empty if trade
    does not change. balances : rows of the balance in [-1, 1] with its change (tables.Comparison), largest change
    first, without members of the poles. published : published and computed figures, in US dollars or shares.

    Raises
    ------
    ScenarioError : no such scenario, no edits, or it cannot be applied.

    Examples
    --------
    >>> import influence as inf
    >>> study = inf.load_study(first_year=2018, last_year=2018)
    >>> brief = inf.brief_of("korea_us_alliance_ended", study)
    >>> brief.balances["iso3"].iloc[0]
    'KOR'
    """
    scenario = load_scenario(name, study.registry)
    if not scenario.edits:
        raise ScenarioError(f"scenario {scenario.name} has no edits; a brief needs at least one.")
    year = whole_year(study.panel, scenario)
    plain = study.applied(scenario)
    bounds = scenario_bounds(study, plain)
    income, published = _income(plain, bounds, year), _published(plain, bounds, year)
    sides = parse_side(str(year), study), side_under(f"{year}:{name}", year, plain, bounds, study)
    found = compare_sides(*sides, study, states=study.region_states())
    balances = balance_rows(found).dropna(subset=["change"]).reset_index(drop=True)
    layers = found.states[found.states["metric"].str.startswith("layer_")]
    names = dict(study.panel.states["name"])
    parts = [
        f"# {scenario.title}\n\n{scenario.question}\n\n**Actual:** {scenario.actual_note} ({ACTUAL[scenario.actual]})",
        _changes(income, balances, layers, year, names),
        _certainty(income, published, study.method.elasticity, f"influence compare {year} {year}:{name}"),
        _assumptions(scenario, plain),
        _reversals(income, balances, names),
        "**Sources.** " + " ".join(scenario.sources),
    ]
    return Brief("\n\n".join(part for part in parts if part) + "\n", income, balances, published)


def whole_year(panel: Panel, scenario: Scenario) -> int:
    """First year of the panel in which every edit applies in full, else its last year."""
    return next((y for y in panel.years if all(e.phase(y) == 1 for e in scenario.edits)), panel.years[-1])


# ---- tables ----------------------------------------------------------------------------------------


def _income(plain: Applied, bounds: dict[str, Applied], year: int) -> pd.DataFrame:
    """Change of real income as a share: iso3, value, low, high, and a column for each bound."""
    if year not in plain.answers:
        return pd.DataFrame(columns=["iso3", "value", "low", "high"])
    table = pd.DataFrame({name: _real_income(bound, year, plain) for name, bound in bounds.items()})
    table.insert(0, "value", _real_income(plain, year, plain))
    table.insert(1, "low", table.min(axis=1))
    table.insert(2, "high", table.drop(columns="low").max(axis=1))
    order = table["value"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].rename_axis("iso3").reset_index()


def _real_income(applied: Applied, year: int, plain: Applied) -> pd.Series:
    if year in applied.answers:
        return applied.answers[year].response.real_income - 1
    return plain.answers[year].response.real_income * 0.0  # without its peaks the scenario changes no tariff


def _published(plain: Applied, bounds: dict[str, Applied], year: int) -> pd.DataFrame:
    """Published figures beside the computed ones: PUBLISHED."""
    answers = [applied.answers[year] for applied in (plain, *bounds.values()) if year in applied.answers]
    rows = []
    for figure in plain.scenario.published if answers else ():
        pair = figure.what, figure.exporter, figure.importer
        computed = [_figure(answer, *pair) for answer in answers]
        rows.append((*pair, figure.value, computed[0], min(computed), max(computed), figure.source, figure.why))
    return pd.DataFrame(rows, columns=PUBLISHED)


def _figure(answer: Answer, what: str, exporter: str, importer: str) -> float:
    pair = {"sector": list(answer.base.goods), "exporter": exporter, "importer": importer}
    old = answer.base.flows.sel(pair).values
    if what == "exports":
        return float(answer.response.flows.sel(pair).sum() - old.sum())
    return float((answer.tariffs.sel(pair).values * old).sum() / old.sum())


# ---- sections --------------------------------------------------------------------------------------


def _changes(
    income: pd.DataFrame, balances: pd.DataFrame, layers: pd.DataFrame, year: int, names: dict[str, str]
) -> str:
    lines = [f"**What changes for whom** (in {year})", ""]
    lines += [
        f"- {names.get(row.iso3, row.iso3)}: real income {100 * row.value:+.2f} % "
        f"({100 * row.low:+.2f} to {100 * row.high:+.2f})"
        for row in _largest(income).itertuples()
    ]
    if income.empty:
        lines.append("- Trade does not change; only the layers of pledges and agreements change.")
    elif _largest(income).empty:
        lines.append("- No real income changes by 0.01 % or more.")
    listed = balances[balances["change"].abs() >= NOTABLE].head(SHOWN)
    for row in listed.itertuples():
        ends = "" if math.isnan(row.low) else f" ({row.low:+.3f} to {row.high:+.3f})"
        lines.append(
            f"- {names.get(row.iso3, row.iso3)}: balance {row.pole} {row.before:+.2f} → {row.after:+.2f}, change "
            f"{row.change:+.3f}{ends}{_by_layer(layers, row.iso3)}"
        )
    if listed.empty:
        lines.append(f"- No balance in the region changes by {NOTABLE} or more.")
    if not math.isnan(median := income["value"].abs().median() if len(income) else math.nan):
        lines.append(f"- The real income of the median economy changes by {100 * median:.3f} %.")
    return "\n".join(lines)


def _largest(income: pd.DataFrame) -> pd.DataFrame:
    """The largest changes of real income that are not 0.00 %."""
    return income[income["value"].abs() >= LEAST_INCOME].head(SHOWN)


def _by_layer(layers: pd.DataFrame, iso3: str) -> str:
    """Contribution of each layer to the change of the poles' pulls, if it is 0.001 or more."""
    rows = layers[(layers["iso3"] == iso3) & (layers["change"].abs() >= 0.001)]
    texts = [f"{r.metric.removeprefix('layer_')} {r.pole} {100 * r.change:+.1f}" for r in rows.itertuples()]
    return f"; change of pull by layer, in percentage points: {', '.join(texts)}" if texts else ""


def _certainty(income: pd.DataFrame, published: pd.DataFrame, elasticity: float, command: str) -> str:
    """command : the one that draws all sources of uncertainty together."""
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
        f"a time; for uncertainty ranges to quote, which vary all of them together: `{command}`."
    ]
    for row in published.itertuples():
        unit = (lambda v: f"{v / 1e9:+.2f} bn USD") if row.what == "exports" else (lambda v: f"{100 * v:.1f} %")
        lines.append(
            f"- {row.source} on {row.what} {row.exporter} → {row.importer}: {unit(row.published)}; computed here "
            f"{unit(row.computed)} ({unit(row.low)} to {unit(row.high)}). {row.why}"
        )
    return "\n".join(lines)


def _assumptions(scenario: Scenario, applied: Applied) -> str:
    texts = [*scenario.assumptions, *applied.notes]
    if applied.answers:
        revenue = "spent by the importer" if scenario.revenue else "not counted"
        texts.append(
            f"Trade responds by exact hat algebra on the sectors and tariffs of {scenario.base}, one factor, no "
            f"input-output links, {scenario.deficits} deficits, tariff revenue {revenue}; the change of goods trade "
            f"carries over to the panel. Services respond in the equilibrium and are not part of the pull."
        )
    return "**What it assumes**\n\n" + "\n".join(f"- {text}" for text in texts)


def _reversals(income: pd.DataFrame, balances: pd.DataFrame, names: dict[str, str]) -> str:
    lines = ["**What would change the answer**", "", *_income_reversals(income, names)]
    crossed = balances[np.sign(balances["before"]) != np.sign(balances["after"])]
    for row in crossed.head(SHOWN).itertuples():
        certain = math.isnan(row.low) or np.sign(row.before + row.low) == np.sign(row.before + row.high)
        limit = "" if certain else ", but not at every bound"
        lines.append(f"- The leading pole of {names.get(row.iso3, row.iso3)} changes{limit}.")
    if crossed.empty:
        lines.append("- The leading pole of no state of the region changes.")
    lines.append("- The layer weights are a choice: run the command with other --weights.")
    return "\n".join(lines)


def _income_reversals(income: pd.DataFrame, names: dict[str, str]) -> list[str]:
    if income.empty:
        return []
    top = _largest(income)
    turned = top[(np.sign(top["low"]) != np.sign(top["high"])) & (top["value"] != 0)]
    who = ", ".join(names.get(code, code) for code in turned["iso3"])
    lines = [
        f"- The sign of the change of real income of {who} depends on the elasticity or the peaks."
        if who
        else "- None of the incomes above changes its sign within its brackets."
    ]
    if WITHOUT_PEAKS in income:
        left = top[WITHOUT_PEAKS] / top["value"].where(top["value"] != 0)
        shares = [(code, share) for code, share in zip(top["iso3"], left, strict=True) if share < 0.7]
        less = [f"{names.get(code, code)} ({100 * share:.0f} %)" for code, share in shares]
        if less:
            lines.append(f"- Without tariff peaks only a part of the change of income remains: {', '.join(less)}.")
    return lines
