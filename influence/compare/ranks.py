"""Where a state stands among others, and how sure that place is: a rank is never bare."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from influence.compare.sides import Side
from influence.config import Config
from influence.metrics.pull import pairs_of, pole_members, pull_balance

DRAWS = 200
CONCENTRATION = 50.0
"""Of the Dirichlet draws of layer weights: a weight of 0.6 has a standard deviation of 0.07, one of 0.1 of 0.04."""
COLUMNS = ["iso3", "pole", "before", "before_low", "before_high", "after", "after_low", "after_high"]


def rank_table(first: Side, second: Side, config: Config, poles: Sequence[str], states: Sequence[str]) -> pd.DataFrame:
    """Rank of each state by its balance, 1 for who leans most to the first of the pair, with 5-95 % intervals.

    The interval is over draws of the layer weights around the configured ones (Dirichlet; the pull is linear in them,
    so each draw is exact) and over the ends of what a scenario's answer hangs on. A graph from a file has one layer:
    its ranks have no interval. States without a balance on either side have no rank.

    Returns
    -------
    iso3, pole (the pair), before, before_low, before_high, after, after_low, after_high.
    """
    tables = []
    for pair in pairs_of(poles):
        sides = [_side_ranks(side, config, pair, states) for side in (first, second)]
        both = pd.concat(sides, axis=1, join="inner")
        both.columns = pd.Index(COLUMNS[2:])
        tables.append(both.rename_axis("iso3").reset_index().assign(pole="-".join(pair))[COLUMNS])
    return pd.concat(tables, ignore_index=True).sort_values(["pole", "before", "iso3"], ignore_index=True)


def _side_ranks(side: Side, config: Config, pair: Sequence[str], states: Sequence[str]) -> pd.DataFrame:
    balance = pull_balance(side.ties, pair).isel(year=0).to_series()
    known = balance[balance.index.isin(states)].dropna()
    rank = _ranks(known.to_numpy()[None])[0]
    low = high = np.full(len(known), np.nan)
    if side.layers is not None:
        given = [(side.ties, side.layers), *side.variants]
        drawn = np.concatenate([_drawn(t, la, config, pair, list(known.index)) for t, la in given if la is not None])
        low, high = np.nanquantile(_ranks(drawn), (0.05, 0.95), axis=0)
    return pd.DataFrame({"rank": rank, "low": np.minimum(low, rank), "high": np.maximum(high, rank)}, index=known.index)


def _drawn(
    ties: xr.DataArray, layers: xr.DataArray, config: Config, pair: Sequence[str], states: list[str]
) -> np.ndarray:
    """Balances (draw, state) under drawn layer weights; each member's pull is the weighted sum of its layers."""
    used = [name for name in layers.indexes["layer"] if config.weights[name] > 0]
    at = ties.indexes["target"].get_indexer(states)
    pulls = []
    for pole in pair:
        member = pole_members(ties, pole)[0]
        pulls.append(np.stack([np.nansum(layers.sel(layer=n).values[0][member], axis=0)[at] for n in used]))
    rng = np.random.default_rng(config.seed)
    weights = rng.dirichlet(CONCENTRATION * np.array([config.weights[name] for name in used]), size=DRAWS)
    first, second = (weights @ pull for pull in pulls)
    both = first + second
    return np.divide(first - second, both, where=both > 0, out=np.full_like(both, np.nan))


def _ranks(values: np.ndarray) -> np.ndarray:
    """Place in each row, 1 for the largest, the mean place for equals; NaN for NaN."""
    return pd.DataFrame(values).rank(axis=1, ascending=False).to_numpy()
