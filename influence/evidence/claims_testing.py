"""The tests of claims: each gives numbers with their ranges, a verdict and a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from influence.comparison.distance import qap
from influence.comparison.drift import Window
from influence.comparison.sides import parse_side
from influence.comparison.verdict import SURE, drift_study
from influence.errors import ClaimError, InfluenceError, pluralize
from influence.evidence.claims_register import Claim
from influence.metrics.pull import direct_pull
from influence.panel.panel import Panel
from influence.query import make_query
from influence.query.outcomes import members_of, number_of
from influence.statements.numbers import fixed, percent, signed, signed_range
from influence.study import Study

VERDICTS = ("holds", "partly", "does not hold", "cannot be tested")
NEAR_RATIO, NEAR_LEVEL = 0.1, 0.15
"""A series supports a claim if it is at most a tenth below the ratio and within 15 % of the level."""
LINKED, STRONG = 0.05, 0.3
"""Largest p of a link, and the smallest correlation of a strong one."""
NUMBERS = ["what", "value", "low", "high", "unit"]


class Finding(NamedTuple):
    """verdict : one of VERDICTS. text : a sentence with the numbers. numbers : what, value, low, high, unit."""

    claim: Claim
    verdict: str
    text: str
    numbers: pd.DataFrame


def findings_of(claim: Claim, study: Study) -> Finding:
    """Run the test a claim names.

    Raises
    ------
    ClaimError : a value of the entry that the test cannot take; with the claim.
    """
    try:
        return _TESTS[claim.test](claim, study)
    except ClaimError:
        raise
    except (InfluenceError, KeyError) as err:
        raise ClaimError(f"{claim.place}: {err}") from err


def _numbers(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=NUMBERS)


def _deficit(claim: Claim, study: Study) -> Finding:
    """Goods deficit by the reconciled series and by the reports of each side."""
    of, partner, first, last = (claim.values[name] for name in ("state", "partner", "first", "last"))
    sides = {"reconciled (BACI)": _panel_deficit(study.panel, of, partner), **_reported(study.panel, of, partner)}
    rows, ratios, levels = [], [], []
    for name, deficit in sides.items():
        if first not in deficit.index or last not in deficit.index:
            continue
        start, end = float(deficit[first]), float(deficit[last])
        rows += [(f"{name}, {year}", value, np.nan, np.nan, "USD") for year, value in ((first, start), (last, end))]
        rows.append((f"{name}, {last} over {first}", end / start, np.nan, np.nan, "times"))
        ratios.append(end / start)
        levels.append(end)
    if not ratios:
        return Finding(claim, "cannot be tested", "No series covers both years.", _numbers(rows))
    grew = [ratio >= (1 - NEAR_RATIO) * claim.values["ratio"] for ratio in ratios]
    large = [abs(level / claim.values["level_usd"] - 1) <= NEAR_LEVEL for level in levels]
    good = [a and b for a, b in zip(grew, large, strict=True)]
    verdict = "holds" if all(good) else "partly" if any(grew) or any(large) else "does not hold"
    text = (
        f"From {first} to {last} the goods deficit of {of} with {partner} grew to {min(ratios):.2f}–{max(ratios):.2f} "
        f"times its size, {min(levels) / 1e9:.1f}–{max(levels) / 1e9:.1f} billion USD, in {len(ratios)} series. The "
        f"test: {(1 - NEAR_RATIO) * claim.values['ratio']:g} times or more, and within {percent(NEAR_LEVEL, 0)} of the "
        f"claimed level."
    )
    return Finding(claim, verdict, text, _numbers(rows))


def _panel_deficit(panel: Panel, of: str, partner: str) -> pd.Series:
    flows = panel.trade["export_usd"]
    bought, sold = flows.sel(exporter=partner, importer=of), flows.sel(exporter=of, importer=partner)
    return (bought - sold).reset_coords(drop=True).to_series().dropna()


def _reported(panel: Panel, of: str, partner: str) -> dict[str, pd.Series]:
    """The deficit as the state itself reports it, imports CIF less exports FOB."""
    reports = panel.table("reports")
    rows = reports[reports["reporter"] == of]
    bought = rows[(rows["exporter"] == partner) & (rows["importer"] == of)].set_index("year")["value_usd"]
    sold = rows[(rows["exporter"] == of) & (rows["importer"] == partner)].set_index("year")["value_usd"]
    deficit = (bought - sold).dropna()
    return {f"as {of} reports it (IMF)": deficit} if len(deficit) else {}


def _scenario(claim: Claim, study: Study) -> Finding:
    """A measure under a scenario less the same without it: mean over the states, and range over the definitions."""
    values = claim.values
    year = int(values["year"])
    pole = values["pole"] or study.poles[0]

    def measured(each: Study) -> pd.Series:
        name, given = _MEASURES[values["measure"]], {"partner": pole} if values["measure"] == "trade_share" else {}
        queries = {state: make_query(name, {**given, "state": state, "year": year}) for state in values["states"]}
        return pd.Series({state: number_of(each, query) for state, query in queries.items()})

    edited = parse_side(f"{year}:{values['scenario']}", study)
    variants = [study.under(values["scenario"]).at(year), *edited.variants]
    before = measured(study.at(year))
    found = pd.concat([measured(each) for each in variants], axis=1, keys=range(len(variants)))
    gaps = found.sub(before, axis=0)
    change = gaps[0]
    rows = [
        (f"{values['measure']} of {s}, change", change[s], gaps.loc[s].min(), gaps.loc[s].max(), "")
        for s in change.index if not np.isnan(change[s])
    ]  # fmt: skip
    known = change.dropna()
    if known.empty:
        return Finding(claim, "cannot be tested", "None of the states has the measure in that year.", _numbers(rows))
    verdict, count = _judged(values, before, change, found)
    mean, states = gaps.mean(), pluralize(len(known), "state")
    write = signed if values["measure"] == "balance" else fixed
    name = values["measure"].replace("_", " ") + (f" of {pole}" if values["pole"] else "")
    text = (
        f"Under {edited.scenario}, {name} in {year} changes from {write(before.mean(), 3)} to "
        f"{write(found[0].mean(), 3)} (mean of {states}; change {signed(mean.iloc[0], 4)}, "
        f"{signed_range(mean.min(), mean.max(), 4)} over trade elasticities of 1.5 to 8 and without tariff peaks). "
        f"As claimed for {count} of {states}."
    )
    return Finding(claim, verdict, text, _numbers(rows))


def _judged(values: Any, before: pd.Series, change: pd.Series, found: pd.DataFrame) -> tuple[str, int]:
    """Whether the states do what is claimed: all in every variant, some, or none."""
    if values["expect"] == "crosses":
        crossed = np.sign(found[0]) != np.sign(before)
        always = np.sign(found).ne(np.sign(before), axis=0).all(axis=1)
    else:
        sign = -1 if values["expect"] == "falls" else 1
        crossed = sign * change > values["smallest_change"]
        always = (sign * found.sub(before, axis=0) > 0).all(axis=1)
    known = change.notna()
    sure = (crossed & always)[known]
    verdict = "holds" if sure.all() else "partly" if crossed[known].any() else "does not hold"
    return verdict, int(crossed[known].sum())


_MEASURES = {"trade_share": "share", "concentration": "concentration", "balance": "balance"}
"""Measure of a claim -> that of influence.query."""


def _drift(claim: Claim, study: Study) -> Finding:
    values, pair, ties = claim.values, study.pair, study.ties
    window = Window(values["event"], values["span"])
    group = [state for state in study.registry.members(values["group"]) if state not in pair]
    rest = [state for state in study.registry.members(values["controls"]) if state not in {*group, *pair}]
    placebo, difference, synthetic, text = drift_study(
        ties, pair, group, rest, window, group=str(values["group"]), seed=study.method.seed
    )
    pulls = [float(direct_pull(ties, pair[1]).sel(year=y, target=group).mean()) for y in (window.before, window.after)]
    text += f" The direct pull of {pair[1]} on them changed from {pulls[0]:.3f} to {pulls[1]:.3f} (means)."
    rows = [
        ("change of the balance", placebo.observed, placebo.low, placebo.high, "range: other periods"),
        ("against controls", difference.value, difference.low, difference.high, "range: resampled states"),
        ("p against other years", placebo.p, np.nan, np.nan, ""),
        ("p against controls", difference.p, np.nan, np.nan, ""),
        ("gap to the synthetic control", synthetic.gap, np.nan, np.nan, f"p = {synthetic.p:.2f}"),
        (f"pull of {pair[1]}, change", pulls[1] - pulls[0], np.nan, np.nan, "share"),
    ]
    if np.isnan(placebo.p):
        return Finding(claim, "cannot be tested", text, _numbers(rows))
    sign = -1 if values["expect"] == "falls" else 1
    unusual = [p <= SURE for p in (placebo.p, difference.p)]
    moved = sign * placebo.observed > 0
    verdict = "holds" if moved and all(unusual) else "partly" if moved and any(unusual) else "does not hold"
    return Finding(claim, verdict, text, _numbers(rows))


def _link(claim: Claim, study: Study) -> Finding:
    """QAP correlation of two layers."""
    (first, second), panel = claim.values["layers"], study.panel
    unknown = [name for name in (first, second) if name not in panel.layer_names]
    if unknown:
        raise ClaimError(f"{claim.place}: no layer {', '.join(unknown)}; layers: {', '.join(panel.layer_names)}.")
    layers = study.layers.sel(year=claim.values["year"])
    found = qap(layers.sel(layer=first).values, layers.sel(layer=second).values, seed=study.method.seed)
    rows = [("QAP correlation", found.correlation, np.nan, np.nan, f"p = {found.p:.3f}")]
    text = (
        f"In {claim.values['year']} the {first} and {second} layers correlate by {signed(found.correlation, 3)} over "
        f"all pairs of states (p = {found.p:.3f}, {found.permutations} permutations): one layer explains "
        f"{percent(found.correlation**2)} of the variance of the other."
    )
    linked, strong = found.p <= LINKED, abs(found.correlation) >= STRONG
    clear = "does not hold" if claim.values["expect"] == "none" else "holds"
    absent = "holds" if claim.values["expect"] == "none" else "does not hold"
    verdict = (clear if strong else "partly") if linked else absent
    return Finding(claim, verdict, text, _numbers(rows))


def _membership(claim: Claim, study: Study) -> Finding:
    state, key = claim.values["state"], claim.values["agreement"]
    rows = members_of(study, key)
    begins = rows.loc[rows["iso3"] == state, "begin"]
    if begins.empty:
        members = ", ".join(sorted(rows["iso3"]))
        return Finding(claim, "does not hold", f"{state} is not among the members of {key}: {members}.", _numbers([]))
    if not begins.iloc[0]:
        text = f"{state} signed {key}, which was never in force for it."
        return Finding(claim, "partly", text, _numbers([]))
    return Finding(claim, "holds", f"{state} has been in {key} since {begins.iloc[0]}.", _numbers([]))


_TESTS: dict[str, Callable[[Claim, Study], Finding]] = {
    "deficit": _deficit,
    "scenario": _scenario,
    "drift": _drift,
    "link": _link,
    "membership": _membership,
}
