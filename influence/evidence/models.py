"""Measures that run a model: opinions along trade, effects of agreements, exposure of real income."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import SourceError, TradeError, check_year
from influence.evidence.expected import Value
from influence.evidence.leads import trade_study
from influence.gravity.ppml import PpmlFit, three_way
from influence.gravity.response import trade_response
from influence.metrics.alignment import alignment
from influence.metrics.exposure import flows_with_domestic, income_exposure
from influence.metrics.lenses import lens_balance, lens_pull
from influence.metrics.opinion import opinion_formation
from influence.metrics.panel_regression import permutation_p, two_way_regression
from influence.metrics.pull import pole_states, pull_balance
from influence.metrics.pull_and_alignment import SIGNIFICANT, pull_then_alignment
from influence.query import Measure, measure
from influence.study import Study

GUIDE = "wto_advanced_guide_69_countries_1986_2006.csv.gz"
"""The data of Yotov, Piermartini, Monteiro & Larch (2016) as one table."""
LAGS = (1, 2, 3, 5)
EXPOSURE = "balance of exposures"
PERMUTATIONS = 199
"""With these the smallest p is 0.005, enough for a rule at 0.05 over four lags."""
MEASURES: dict[str, Measure] = {}


@measure("labels", table=MEASURES, title="Which side states' trade leads them to")
def opinion_shares(study: Study, years: Sequence[int], seeds: Mapping[str, Sequence[str]]) -> dict[str, Value]:
    """The opinion model (equation 9) on the panel's trade, every state started at random many times: share of states
    that end with each opinion, seeds among them, and the median over states of its weight Z, without the seeds.

    Returns
    -------
    'OPINION YEAR' and 'median Z OPINION YEAR'.
    """
    fixed = {state for states in seeds.values() for state in states}
    out: dict[str, Value] = {}
    for year in years:
        flows = study.at(year).panel.trade["export_usd"].isel(year=0, drop=True)
        found = opinion_formation(flows, seeds, study.method.realisations, study.method.seed)
        free = found.z.loc[~found.z.index.isin(fixed)]
        for name in seeds:
            out[f"{name} {year}"] = float(found.shares[name].mean())
            out[f"median Z {name} {year}"] = float(free[name].median())
    return out


@measure("labels", table=MEASURES, title="What an agreement is worth, estimated", files={"guide": GUIDE})
def agreement_coefficient(
    study: Study, first: int, last: int, step: int, symmetric: bool = True, *, guide: Path
) -> dict[str, Value]:
    """The Poisson estimator of this project (exporter-year, importer-year and pair effects, sales at home among the
    observations) on the data of the guide: the coefficient of trade agreements and its clustered error.

    Years first, first + step, ..., last; one effect for both directions of a pair, or one for each.
    """
    fit, _ = _guide_fit(study, guide, (first, last, step), symmetric)
    return {"coefficient": float(fit.coefficients["rta"]), "standard error": float(fit.errors["rta"])}


@measure("labels", table=MEASURES, title="What an agreement is worth, in equilibrium", files={"guide": GUIDE})
def agreement_removed(
    study: Study, year: int, members: Sequence[str], theta: float, outcome: str, first: int, last: int, step: int,
    *, guide: Path,
) -> dict[str, Value]:  # fmt: skip
    """Exact hat algebra (equation 14) on the trade that the estimated coefficient of agreements fits, without
    the estimated effect of the agreement; the change of exports or real income is base over counterfactual, less
    one, in per cent.

    Raises
    ------
    TradeError : a member that has no trade in that year.
    """
    fit, frame = _guide_fit(study, guide, (first, last, step), True)
    rows = frame.assign(fitted=fit.fitted)[frame["year"] == year]
    flows = rows.pivot(index="exporter", columns="importer", values="fitted").fillna(0.0)
    absent = [member for member in members if member not in flows.index]
    if absent:
        raise TradeError(f"{', '.join(absent)} has no trade in {year} in {GUIDE}.")
    after = trade_response(flows, _without_agreement(flows, members, float(fit.coefficients["rta"])), theta)
    if outcome == "exports":
        sold = [table.to_numpy().sum(axis=1) - np.diag(table) for table in (flows, after.flows)]
        gain = pd.Series(sold[0] / sold[1] - 1.0, index=flows.index)
    else:
        gain = 1.0 / after.real_income - 1.0
    return {member: float(100.0 * gain[member]) for member in members}


def _without_agreement(flows: pd.DataFrame, members: Sequence[str], effect: float) -> pd.DataFrame:
    """Log cost of losing an effect between the members; zero at home."""
    inside = flows.index.isin(members)
    abroad = flows.index.to_numpy()[:, None] != flows.columns.to_numpy()
    between = np.outer(inside, flows.columns.isin(members)) & abroad
    return pd.DataFrame(np.where(between, -effect, 0.0), index=flows.index, columns=flows.columns)


def _guide_fit(study: Study, path: Path, years: tuple[int, int, int], symmetric: bool) -> tuple[PpmlFit, pd.DataFrame]:
    def make() -> tuple[PpmlFit, pd.DataFrame]:
        frame = study.once(("file", path), lambda: _read_guide(path))
        first, last, step = years
        wanted = frame[frame["year"].isin(range(first, last + 1, step))].reset_index(drop=True)
        return three_way(wanted, ["rta"], symmetric=symmetric), wanted

    return study.once(("guide", path, years, symmetric), make)


def _read_guide(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path)
    lacking = [name for name in ("exporter", "importer", "year", "trade", "rta") if name not in frame]
    if lacking:
        raise SourceError(f"{path} has no column {', '.join(lacking)}; it must be the data of the Advanced Guide.")
    return frame


@measure("labels", table=MEASURES, title="Whether exposure is what the whole model says")
def exposure_accuracy(study: Study, year: int, shocked: Sequence[str], gain: float) -> dict[str, Value]:
    """What every other state's real income gains when one state's productivity grows by `gain` (a share): the
    first-order exposure (equation 8) beside the exact solution of the same model on the same flows, over all states
    with known sales at home.

    Productivity up by g multiplies what p sells by (1 + g)^theta before wages answer; exact ln(w/P) beside U ln(1 + g).
    Deficits keep their ratio to income, as in U.

    Returns
    -------
    'correlation P' and 'slope P' (exact on first-order, through the origin) over all states but P.
    """
    flows = _known_flows(flows_with_domestic(study.at(year).panel).isel(year=0, drop=True))
    theta = study.method.elasticity
    exposed = income_exposure(flows, theta).to_pandas()
    known = exposed.notna().any(axis=1)
    flows = flows.loc[known, known]
    out: dict[str, Value] = {}
    for state in shocked:
        first_order = exposed.loc[flows.index, state].drop(state) * np.log1p(gain)
        exact = _exact_gain(flows, state, gain, theta).drop(state)
        out[f"correlation {state}"] = float(np.corrcoef(first_order, exact)[0, 1])
        out[f"slope {state}"] = float((first_order * exact).sum() / (first_order**2).sum())
    return out


def _known_flows(flows: xr.DataArray) -> pd.DataFrame:
    """Exporter x importer without states whose sales at home are unknown; what was not observed counts for nothing."""
    table = flows.to_pandas()
    known = np.diag(table) > 0
    return table.loc[known, known].fillna(0.0)


def _exact_gain(flows: pd.DataFrame, state: str, gain: float, theta: float) -> pd.Series:
    """ln real income of every state after one's productivity rose, exact hat algebra."""
    cost = flows * 0.0
    cost.loc[state] = theta * np.log1p(gain)
    return np.log(trade_response(flows, cost, theta, "multiplicative").real_income)


@measure("labels", table=MEASURES, title="Whether friends in trade are friends in votes")
def exposure_and_votes(study: Study, poles: Sequence[str], first: int, last: int) -> dict[str, Value]:
    """Alignment at the UN (equation 13) on the balance of real-income exposure to the two (equation 8 in the form of
    6), with effects of state and year, errors clustered by state, p by permutation of whole histories.

    A_vt = b B_vt + mu_v + tau_t + e_vt over the years: A the alignment, B the balance of the exposures.

    Returns
    -------
    'coefficient', 'low' and 'high' (5-95 %), 'p by permutation', 'states', and t with the exposure, with the difference
    of the exposures and with the balance of trade shares in its place.
    """
    variables = _exposures(study, poles, first, last)
    aligned = _aligned(study, poles)
    pairs = {name: xr.align(x, aligned, join="inner") for name, x in variables.items()}
    fits = {name: two_way_regression(y.values, x.values) for name, (x, y) in pairs.items()}
    fit, (x, y) = fits[EXPOSURE], pairs[EXPOSURE]
    return {
        "coefficient": fit.coefficient,
        "low": fit.low,
        "high": fit.high,
        "p by permutation": permutation_p(y.values, x.values, fit.t, PERMUTATIONS, study.method.seed),
        "states": float(fit.states),
        **{f"t with the {name}": other.t for name, other in fits.items()},
    }


@measure("labels", table=MEASURES, title="Whether votes follow exposure")
def exposure_then_votes(study: Study, poles: Sequence[str], first: int, last: int) -> dict[str, Value]:
    """Changes of alignment 1, 2, 3 and 5 years later on yearly changes of the balance of real-income exposure, with
    effects of state and year; p by permutation of whole histories, adjusted for four tests.

    Returns
    -------
    'links towards the pole': lags with a positive coefficient whose p, adjusted for the number of lags, is 0.05 or
    less; 'links away from it' likewise; 'smallest adjusted p'; and links towards the pole with other variables in place
    of the exposure.
    """
    aligned = _aligned(study, poles)
    breaks = trade_study(study).ties["is_break"].reset_coords(drop=True).sel(year=slice(first, last))
    tables = {
        name: pull_then_alignment(x, breaks, aligned, LAGS, PERMUTATIONS, study.method.seed)
        for name, x in _exposures(study, poles, first, last).items()
    }
    found = {name: table[table["p_holm"] <= SIGNIFICANT]["coefficient"] for name, table in tables.items()}
    others = {name: links for name, links in found.items() if name != EXPOSURE}
    return {
        "links towards the pole": float((found[EXPOSURE] > 0).sum()),
        "links away from it": float((found[EXPOSURE] < 0).sum()),
        "smallest adjusted p": float(tables[EXPOSURE]["p_holm"].min()),
        **{f"links with the {name}": float((links > 0).sum()) for name, links in others.items()},
    }


def _exposures(study: Study, poles: Sequence[str], first: int, last: int) -> dict[str, xr.DataArray]:
    """Balance of real-income exposure to two poles, and two alternatives to it, dims (year, target)."""
    for year in (first, last):
        check_year(year, study.years)
    trade = trade_study(study).ties
    pulls = lens_pull(study.with_poles(poles), "income")
    one, other = (pulls.sel(pole=pole, drop=True) for pole in poles)
    variables = {
        EXPOSURE: lens_balance(pulls, poles),
        "difference of exposures": one - other,
        "balance of trade shares": pull_balance(trade, poles),
    }
    outside = ~pole_states(trade, poles)
    return {
        name: x.where(outside).reset_coords(drop=True).sel(year=slice(first, last)) for name, x in variables.items()
    }


def _aligned(study: Study, poles: Sequence[str]) -> xr.DataArray:
    base = study.method.alignment_base
    return alignment(study.points, poles, (base[0], base[-1]))["value"]
