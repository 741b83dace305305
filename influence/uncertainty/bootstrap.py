"""A bootstrap over states: how much of a network's shape hangs on which states are in it.

After the vertex bootstrap of Snijders & Borgatti (1999): as many vertices as there are, drawn with replacement. There a
vertex drawn twice stands twice, and the tie between its two copies must be made up; here a state drawn twice stands
once, as no source tells what it would pull on itself. So a replicate is the network without the states that were not
drawn, 1 - 1/e (63 %) of it on average; the ties among those left are as they are, not made up to 1 again.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from influence.errors import ConfigError, YearError, check_year
from influence.quality import tied_states

REPLICATES = 200
MOST_REPLICATES = 100_000
BAND = (0.5, 0.05, 0.95)
"""Quantiles that are told of what the replicates give."""


def replicate(states: np.ndarray, seed: int, number: int) -> np.ndarray:
    """The states of one replicate: as many as there are are drawn with replacement; those drawn, sorted, each once.

    The random numbers are of a stream of the replicate's own (SeedSequence, spawn key `number`), so that it is the same
    alone or among many, and the order in which states are given does not matter.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
    return np.unique(np.sort(states)[rng.integers(len(states), size=len(states))])


def network_and_replicates(
    ties: xr.DataArray, year: int, replicates: int, seed: int
) -> tuple[xr.DataArray, list[np.ndarray]]:
    """The ties of the year, and the states of each replicate, drawn from those that have a tie.

    Raises
    ------
    ConfigError : no replicates or too many. YearError : no such year, or one without ties.
    """
    if not 1 <= replicates <= MOST_REPLICATES:
        raise ConfigError(f"replicates must be from 1 to {MOST_REPLICATES:,}, not {replicates:,}; 200 will do.")
    years = ties.indexes["year"]
    check_year(year, years, of="these ties")
    of_year = ties.sel(year=[year])
    states = of_year.indexes["target"].to_numpy(dtype=str)[tied_states(of_year)[0]]
    if not len(states):
        raise YearError(f"nobody has a tie in {year}; ask for another year.")
    return of_year, [replicate(states, seed, number) for number in range(replicates)]


def among(ties: xr.DataArray, states: np.ndarray) -> xr.DataArray:
    """The ties among some of the states."""
    inside = np.flatnonzero(ties.indexes["target"].isin(states))
    return ties.isel(source=inside, target=inside)


def range_of(values: np.ndarray) -> np.ndarray:
    """Median, 5 and 95 % over the replicates of each column, NaN where none has a value: (column, 3)."""
    out = np.full((values.shape[1], len(BAND)), np.nan)
    known = ~np.isnan(values).all(axis=0)
    if known.any():
        out[known] = np.nanquantile(values[:, known], BAND, axis=0).T
    return out


def mean_of(values: np.ndarray) -> np.ndarray:
    """Mean over the replicates of each column, those without a value left out; NaN where none has one."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    return np.divide(np.nansum(values, axis=0), count, where=count > 0, out=np.full(values.shape[1], np.nan))
