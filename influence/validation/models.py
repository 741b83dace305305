"""Measures that run a model: opinions along trade, effects of agreements, exposure of real income."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import SourceError, TradeError
from influence.gravity.ppml import PpmlFit, three_way
from influence.gravity.response import trade_response
from influence.metrics.alignment import alignment
from influence.metrics.exposure import flows_with_domestic, income_exposure
from influence.metrics.lenses import lens_balance
from influence.metrics.opinion import opinion_formation
from influence.metrics.panel_regression import permutation_p, two_way_regression
from influence.metrics.pull import pole_states, pull_balance
from influence.metrics.pull_and_alignment import SIGNIFICANT, pull_then_alignment
from influence.validation.expected import Value
from influence.validation.inputs import Inputs

GUIDE = "wto_advanced_guide_69_countries_1986_2006.csv.gz"
"""The data of Yotov, Piermartini, Monteiro & Larch (2016) as one table."""
LAGS = (1, 2, 3, 5)
EXPOSURE = "balance of exposures"
DEALS = 199
"""Permutations: the smallest p is 0.005, enough for a rule at 0.05 over four lags."""


def opinion_shares(inputs: Inputs, *, years: Sequence[int], seeds: Mapping[str, Sequence[str]]) -> dict[str, Value]:
    """Share of states that end with each opinion (equation 9), and the median over states of its weight Z.

    Shares are means over the realisations of the settings and over all states with trade, seeds among them; medians
    leave the seeds out.

    Returns
    -------
    'OPINION YEAR' and 'median Z OPINION YEAR'.
    """
    held = {state for states in seeds.values() for state in states}
    out: dict[str, Value] = {}
    for year in years:
        flows = inputs.of_years(year, year).trade["export_usd"].isel(year=0, drop=True)
        told = opinion_formation(flows, seeds, inputs.study.method.realisations, inputs.study.method.seed)
        free = told.z.loc[~told.z.index.isin(held)]
        for name in seeds:
            out[f"{name} {year}"] = float(told.shares[name].mean())
            out[f"median Z {name} {year}"] = float(free[name].median())
    return out


def agreement_coefficient(
    inputs: Inputs, *, first: int, last: int, step: int, symmetric: bool = True
) -> dict[str, Value]:
    """Coefficient of trade agreements on the data of the guide, three-way PPML, and its clustered error.

    Years first, first + step, ..., last; one effect for both directions of a pair, or one for each.
    """
    fit, _ = _guide_fit(inputs, (first, last, step), symmetric)
    return {"coefficient": float(fit.coefficients["rta"]), "standard error": float(fit.errors["rta"])}


def agreement_removed(
    inputs: Inputs,
    *,
    year: int,
    members: Sequence[str],
    theta: float,
    outcome: str,
    first: int,
    last: int,
    step: int,
) -> dict[str, Value]:
    """What an agreement added to its members, per cent: base over counterfactual without it, less one (equation 14).

    The base is the trade of the year that the estimate of agreement_coefficient fits, sales at home included; the
    agreement's cost is its coefficient. outcome : exports or real_income.

    Raises
    ------
    TradeError : another outcome, or a member that has no trade in that year.
    """
    if outcome not in ("exports", "real_income"):
        raise TradeError(f"outcome must be exports or real_income, not {outcome!r}.")
    fit, frame = _guide_fit(inputs, (first, last, step), True)
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
    """Log cost of losing an effect between the members; nothing at home."""
    inside = flows.index.isin(members)
    between = np.outer(inside, flows.columns.isin(members)) & (
        flows.index.to_numpy()[:, None] != flows.columns.to_numpy()
    )
    return pd.DataFrame(np.where(between, -effect, 0.0), index=flows.index, columns=flows.columns)


def _guide_fit(inputs: Inputs, years: tuple[int, int, int], symmetric: bool) -> tuple[PpmlFit, pd.DataFrame]:
    def make() -> tuple[PpmlFit, pd.DataFrame]:
        frame = inputs.study.once(("file", GUIDE), lambda: _guide(inputs))
        first, last, step = years
        wanted = frame[frame["year"].isin(range(first, last + 1, step))].reset_index(drop=True)
        return three_way(wanted, ["rta"], symmetric=symmetric), wanted

    return inputs.study.once(("guide", years, symmetric), make)


def _guide(inputs: Inputs) -> pd.DataFrame:
    path = inputs.file(GUIDE)
    assert path is not None, "checked by checking.check_row"
    frame = pd.read_csv(path)
    lacking = [name for name in ("exporter", "importer", "year", "trade", "rta") if name not in frame]
    if lacking:
        raise SourceError(f"{path} has no column {', '.join(lacking)}; it must be the data of the Advanced Guide.")
    return frame


def exposure_accuracy(inputs: Inputs, *, year: int, shocked: Sequence[str], gain: float) -> dict[str, Value]:
    """First-order exposure (equation 8) against exact hat algebra: real income of others when one grows by `gain`.

    Productivity up by g multiplies what p sells by (1 + g)^theta before wages answer; exact ln(w/P) beside U ln(1 + g).
    Deficits keep their ratio to income, as in U.

    Returns
    -------
    'correlation P' and 'slope P' (exact on first-order, through the origin) over all states but P.
    """
    flows = _known_flows(flows_with_domestic(inputs.of_years(year, year)).isel(year=0, drop=True))
    told = income_exposure(flows, inputs.study.method.elasticity).to_pandas()
    flows = flows.loc[told.notna().any(axis=1), told.notna().any(axis=1)]
    out: dict[str, Value] = {}
    for state in shocked:
        first_order = told.loc[flows.index, state].drop(state) * np.log1p(gain)
        exact = _exact_gain(flows, state, gain, inputs.study.method.elasticity).drop(state)
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


def exposure_and_votes(inputs: Inputs, *, poles: Sequence[str], first: int, last: int) -> dict[str, Value]:
    """Whether states stand nearer, at the UN, to the pole whose growth their real income gains more from.

    A_vt = b B_vt + mu_v + tau_t + e_vt over the years: A the alignment (equation 13), B the balance of the exposures of
    real income (equation 8 in the form of 6). Errors clustered by state; p by dealing out whole histories.

    Returns
    -------
    'coefficient', 'lower end of the band' and 'upper end' (5-95 %), 'p by permutation', 'states', and t with the
    exposure, with the difference of the exposures and with the balance of trade shares in its place.
    """
    variables = _exposures(inputs, poles, first, last)
    aligned = _aligned(inputs, poles)
    pairs = {name: xr.align(x, aligned, join="inner") for name, x in variables.items()}
    fits = {name: two_way_regression(y.values, x.values) for name, (x, y) in pairs.items()}
    fit, (x, y) = fits[EXPOSURE], pairs[EXPOSURE]
    return {
        "coefficient": fit.coefficient,
        "lower end of the band": fit.low,
        "upper end of the band": fit.high,
        "p by permutation": permutation_p(y.values, x.values, fit.t, DEALS, inputs.study.method.seed),
        "states": float(fit.states),
        **{f"t with the {name}": other.t for name, other in fits.items()},
    }


def exposure_then_votes(inputs: Inputs, *, poles: Sequence[str], first: int, last: int) -> dict[str, Value]:
    """Whether votes moved, 1, 2, 3 or 5 years later, towards the pole that exposure had moved to (pull_then_alignment).

    Returns
    -------
    'links towards the pole': lags with a positive coefficient whose p, adjusted for the number of lags, is 0.05 or
    less; 'links away from it' likewise; 'smallest adjusted p'; and links towards the pole with other variables in place
    of the exposure.
    """
    years, aligned = inputs.study.panel.years, _aligned(inputs, poles)
    breaks = inputs.trade(years[0], years[-1])["is_break"].reset_coords(drop=True).sel(year=slice(first, last))
    tables = {
        name: pull_then_alignment(x, breaks, aligned, LAGS, DEALS, inputs.study.method.seed)
        for name, x in _exposures(inputs, poles, first, last).items()
    }
    found = {name: table[table["p_holm"] <= SIGNIFICANT]["coefficient"] for name, table in tables.items()}
    others = {name: links for name, links in found.items() if name != EXPOSURE}
    return {
        "links towards the pole": float((found[EXPOSURE] > 0).sum()),
        "links away from it": float((found[EXPOSURE] < 0).sum()),
        "smallest adjusted p": float(tables[EXPOSURE]["p_holm"].min()),
        **{f"links with the {name}": float((links > 0).sum()) for name, links in others.items()},
    }


def _exposures(inputs: Inputs, poles: Sequence[str], first: int, last: int) -> dict[str, xr.DataArray]:
    """Balance of real-income exposure to two poles, and what might stand in its place, dims (year, target)."""
    inputs.of_years(first, last)
    years = inputs.study.panel.years
    trade = inputs.trade(years[0], years[-1])
    pulls = inputs.lens("income", tuple(poles))
    ours, theirs = (pulls.sel(pole=pole, drop=True) for pole in poles)
    variables = {
        EXPOSURE: lens_balance(pulls, poles),
        "difference of exposures": ours - theirs,
        "balance of trade shares": pull_balance(trade, poles),
    }
    outside = ~pole_states(trade, poles)
    return {
        name: x.where(outside).reset_coords(drop=True).sel(year=slice(first, last)) for name, x in variables.items()
    }


def _aligned(inputs: Inputs, poles: Sequence[str]) -> xr.DataArray:
    base = inputs.study.method.alignment_base
    return alignment(inputs.study.points, poles, (base[0], base[-1]))["value"]
