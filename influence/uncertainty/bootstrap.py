"""A bootstrap over states: how much the structure of a network depends on which states are in it.

After the vertex bootstrap of Snijders & Borgatti (1999): as many vertices as the network has, drawn with replacement.
There a vertex drawn twice occurs twice, with an invented tie between its copies; here it occurs once, because no source
has a state's pull on itself. A replicate is the network without the states that were not drawn. It has 1 - 1/e (63 %)
of the states on average; their ties are unchanged and not rescaled to 1.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from influence.errors import ConfigError, YearError, check_year
from influence.quality import tied_states

REPLICATES = 200
MOST_REPLICATES = 100_000
QUANTILES = (0.5, 0.05, 0.95)
"""Quantiles over the replicates."""


def replicate(states: np.ndarray, seed: int, number: int) -> np.ndarray:
    """The states of one replicate, sorted, each once: as many as there are, drawn with replacement.

    Each replicate has a separate stream of random numbers (SeedSequence, spawn key `number`), so that it does not
    depend on the others or on the order of the states.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
    return np.unique(np.sort(states)[rng.integers(len(states), size=len(states))])


def network_and_replicates(
    ties: xr.DataArray, year: int, replicates: int, seed: int
) -> tuple[xr.DataArray, list[np.ndarray]]:
    """The ties of the year, and the states of each replicate, drawn from those that have a tie.

    Raises
    ------
    ConfigError : no replicates or too many. YearError : no such year, or a year without ties.
    """
    if not 1 <= replicates <= MOST_REPLICATES:
        raise ConfigError(f"replicates must be from 1 to {MOST_REPLICATES:,}, not {replicates:,}; 200 are enough.")
    years = ties.indexes["year"]
    check_year(year, years, of="these ties")
    of_year = ties.sel(year=[year])
    states = of_year.indexes["target"].to_numpy(dtype=str)[tied_states(of_year)[0]]
    if not len(states):
        raise YearError(f"no state has a tie in {year}; choose another year.")
    return of_year, [replicate(states, seed, number) for number in range(replicates)]


def among(ties: xr.DataArray, states: np.ndarray) -> xr.DataArray:
    """The ties among some of the states."""
    inside = np.flatnonzero(ties.indexes["target"].isin(states))
    return ties.isel(source=inside, target=inside)


def range_of(values: np.ndarray) -> np.ndarray:
    """Median, 5 and 95 % of each column over the replicates, NaN if none has a value: (column, 3)."""
    out = np.full((values.shape[1], len(QUANTILES)), np.nan)
    known = ~np.isnan(values).all(axis=0)
    if known.any():
        out[known] = np.nanquantile(values[:, known], QUANTILES, axis=0).T
    return out


def mean_of(values: np.ndarray) -> np.ndarray:
    """Mean of each column over the replicates that have a value; NaN if none has."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    return np.divide(np.nansum(values, axis=0), count, where=count > 0, out=np.full(values.shape[1], np.nan))
