"""Stability of ranks by a centrality, over bootstrap replicates of a year's network."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import ConfigError, YearError, check_known
from influence.metrics.catalogue import Metric, all_metrics
from influence.study import Study
from influence.uncertainty.bootstrap import REPLICATES, among, network_and_replicates, range_of

Measure = Callable[[xr.DataArray], xr.DataArray]
"""From the ties of a year to the value of each state, dims (year, target)."""


class RankStability(NamedTuple):
    """states : one row for each state. whole : one row for each rank correlation. See rank_stability."""

    states: pd.DataFrame
    whole: pd.DataFrame


def centrality_named(name: str) -> Metric:
    """The metric of the family centrality of this name.

    Raises
    ------
    ConfigError : there is none; the message lists all.
    """
    known = {name: metric for name, metric in all_metrics().items() if metric.family == "centrality"}
    check_known(name, list(known), ConfigError, "centrality", "centralities")
    return known[name]


def measure_of(metric: Metric, study: Study) -> Measure:
    """A centrality as a function of ties among all or some states of the panel."""

    def measure(ties: xr.DataArray) -> xr.DataArray:
        there = {"year": ties.indexes["year"], "state": ties.indexes["target"]}
        part = study.panel.with_parts(attributes=study.panel.attributes.sel(there))
        return metric.make(study.on(part).with_ties(ties))

    return measure


def rank_stability(
    ties: xr.DataArray, measure: Measure, year: int, *, replicates: int = REPLICATES, seed: int = 0
) -> RankStability:
    """Rank of each state by a measure over bootstrap replicates of a year's network.

    In a replicate in which m of the N states have a value, the place of the r-th is 1 + (r - 1)(N - 1)/(m - 1): from 1,
    the highest, to N, the lowest, so that it reads like a rank among all states. States of equal value share the mean
    of their ranks. Ties to states that were not drawn are missing, which changes sums such as strength_in.

    Returns
    -------
    states : iso3, year, metric, value and rank in the whole network, median, low and high (5 and 95 %) of the place,
        present and placed: shares of the replicates in which the state was drawn and in which it has a value. Sorted by
        rank; states without a value in the whole network have no row.
    whole : measure (spearman, kendall: rank correlations, tau-b, of the states that have a rank in a replicate and in
        the whole network), year, metric, median, low, high, in [-1, 1]; NaN if all values are equal.

    Raises
    ------
    ConfigError : no replicates or too many. YearError : no such year, or the measure has no value in it.
    """
    of_year, drawn = network_and_replicates(ties, year, replicates, seed)
    value = measure(of_year).isel(year=0).reset_coords(drop=True).to_series()
    name, known = str(value.name), value.dropna()
    if known.empty:
        raise YearError(f"no state has a {name} in {year}: too little of the network is observed; choose another year.")
    place = np.full((replicates, len(known)), np.nan)
    alike = np.full((replicates, 2), np.nan)
    for number, states in enumerate(drawn):
        again = measure(among(of_year, states)).isel(year=0).reset_coords(drop=True).to_series().reindex(known.index)
        place[number] = _places(again, len(known))
        alike[number] = _correlations(known, again)
    inside = np.mean([known.index.isin(states) for states in drawn], axis=0)
    rank = known.rank(ascending=False)
    table = pd.DataFrame(
        {"iso3": known.index, "year": year, "metric": name, "value": known.values, "rank": rank.values}
    )
    table[["median", "low", "high"]] = range_of(place)
    table = table.assign(present=inside, placed=(~np.isnan(place)).mean(axis=0))
    whole = pd.DataFrame({"measure": ["spearman", "kendall"], "year": year, "metric": name})
    whole[["median", "low", "high"]] = range_of(alike)
    return RankStability(table.sort_values(["rank", "iso3"], ignore_index=True), whole)


def _places(values: pd.Series, size: int) -> np.ndarray:
    """1 + (r - 1)(N - 1)/(m - 1) of each value, NaN without one; the middle if only one has a value."""
    rank = values.rank(ascending=False).to_numpy()
    count = int(values.notna().sum())
    if count < 2:
        return np.where(np.isnan(rank), np.nan, (1 + size) / 2)
    return np.asarray(1.0 + (rank - 1.0) * (size - 1.0) / (count - 1.0))


def _correlations(one: pd.Series, other: pd.Series) -> tuple[float, float]:
    """Spearman's rho and Kendall's tau-b of the states that both rank; NaN if all values of either are equal."""
    from scipy.stats import kendalltau, rankdata

    both = other.notna().to_numpy()
    x, y = one.to_numpy()[both], other.to_numpy()[both]
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan"), float("nan")
    spearman = np.corrcoef(rankdata(x), rankdata(y))[0, 1]
    return float(spearman), float(kendalltau(x, y).statistic)
