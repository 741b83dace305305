"""How sure the place of a state by a centrality is: ranks over bootstrap replicates of a year's network."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import ConfigError, YearError, suggest
from influence.metrics.catalogue import Metric, all_metrics
from influence.study import Study
from influence.uncertainty.bootstrap import REPLICATES, among, network_and_replicates, range_of

Measure = Callable[[xr.DataArray], xr.DataArray]
"""Ties of a year to a value of each state, dims (year, target)."""


class RankStability(NamedTuple):
    """states : a row a state. whole : a row a measure of how alike the whole rankings are. See rank_stability."""

    states: pd.DataFrame
    whole: pd.DataFrame


def centrality_named(name: str) -> Metric:
    """The metric of the family centrality of this name.

    Raises
    ------
    ConfigError : there is none; the message lists all.
    """
    known = {name: metric for name, metric in all_metrics().items() if metric.family == "centrality"}
    if name not in known:
        listed = f"Centralities: {', '.join(known)}."
        raise ConfigError(f"there is no centrality {name!r} to rank states by.{suggest(name, list(known))} {listed}")
    return known[name]


def measure_of(metric: Metric, study: Study) -> Measure:
    """A centrality as a function of ties among all states of the panel, or some of them."""

    def measure(ties: xr.DataArray) -> xr.DataArray:
        there = {"year": ties.indexes["year"], "state": ties.indexes["target"]}
        part = study.panel.with_parts(attributes=study.panel.attributes.sel(there))
        return metric.make(study.on(part).with_ties(ties))

    return measure


def rank_stability(
    ties: xr.DataArray, measure: Measure, year: int, *, replicates: int = REPLICATES, seed: int = 0
) -> RankStability:
    """Place of each state by a measure over bootstrap replicates of a year's network.

    In a replicate with m states that have a value, of N in the whole network, the place of the r-th is
    1 + (r - 1)(N - 1)/(m - 1): from 1, the highest, to N, the lowest, however many were drawn, so that it reads like a
    rank among all: one step among the 63 % that are drawn is 1.6 places among all. States of the same value share the
    mean of their ranks. Ties to states that were not drawn are gone: strength_in, which adds them up, moves with them.

    Returns
    -------
    states : iso3, year, metric, value and rank in the whole network, median, low and high (5 and 95 %) of the place,
        present and placed: shares of the replicates in which the state was drawn and in which it has a place. Sorted by
        rank; states without a value in the whole network have no row.
    whole : measure (spearman, kendall: rank correlations, tau-b, of the states that a replicate and the whole network
        rank), year, metric, median, low, high, in [-1, 1]; NaN where all values are alike.

    Raises
    ------
    ConfigError : no replicates or too many. YearError : no such year, or the measure has no value in it.
    """
    of_year, drawn = network_and_replicates(ties, year, replicates, seed)
    value = measure(of_year).isel(year=0).reset_coords(drop=True).to_series()
    name, known = str(value.name), value.dropna()
    if known.empty:
        raise YearError(f"no state has a {name} in {year}: too little of the network is known; ask for another year.")
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
    """1 + (r - 1)(N - 1)/(m - 1) of each value, NaN without one; the middle where only one has any."""
    rank = values.rank(ascending=False).to_numpy()
    count = int(values.notna().sum())
    if count < 2:
        return np.where(np.isnan(rank), np.nan, (1 + size) / 2)
    return np.asarray(1.0 + (rank - 1.0) * (size - 1.0) / (count - 1.0))


def _correlations(one: pd.Series, other: pd.Series) -> tuple[float, float]:
    """Spearman's rho and Kendall's tau-b of what both rank; NaN where either has all alike."""
    from scipy.stats import kendalltau, rankdata

    both = other.notna().to_numpy()
    x, y = one.to_numpy()[both], other.to_numpy()[both]
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan"), float("nan")
    spearman = np.corrcoef(rankdata(x), rankdata(y))[0, 1]
    return float(spearman), float(kendalltau(x, y).statistic)
