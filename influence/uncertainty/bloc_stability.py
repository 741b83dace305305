"""How sure blocs are: whether they and their members hold together over bootstrap replicates of a year's network."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import YearError
from influence.metrics.blocs import RUNS, modularity_blocs
from influence.uncertainty.bootstrap import REPLICATES, among, mean_of, network_and_replicates

RUNS_EACH = 20
"""A hundred, as of the whole network, take three times as long and move no bloc's likeness by 0.01 (2016 and 2020)."""
DISSOLVED = 0.5
"""A bloc of which the nearest shares half of their members or less is to be dissolved (Hennig 2007)."""


class BlocStability(NamedTuple):
    """states : a row a state with a bloc. blocs : a row a bloc. See bloc_stability."""

    states: pd.DataFrame
    blocs: pd.DataFrame


def bloc_stability(
    ties: xr.DataArray, year: int, *, replicates: int = REPLICATES, seed: int = 0, runs: int = RUNS_EACH
) -> BlocStability:
    """How far the blocs of a year (blocs.modularity_blocs) hold together over bootstrap replicates of its network.

    Parameters
    ----------
    runs : searches in each replicate; those of the whole network are as many as blocs.modularity_blocs takes.

    Returns
    -------
    states : iso3, year, bloc, leader (of the bloc), stays: of the bloc-mates in the whole network that are in a
        replicate with it, the share that is in one bloc with it there too, mean over the replicates; NaN without mates.
        present : share of the replicates in which it was drawn.
    blocs : bloc, year, leader, members, jaccard: mean over the replicates of max_D |C n D| / |C u D|, C the members of
        the bloc that the replicate holds, D its blocs (cluster-wise stability, Hennig 2007; by the usual rule of thumb
        0.75 and more is stable, below 0.6 not to be trusted). dissolved : share of the replicates in which that maximum
        is 0.5 or less. A bloc none of whose members was drawn does not count in that replicate.

    Raises
    ------
    ConfigError : no replicates or too many. YearError : no such year, or one without blocs.
    """
    of_year, drawn = network_and_replicates(ties, year, replicates, seed)
    whole = modularity_blocs(of_year, RUNS, seed).isel(year=0)
    codes, bloc = whole.indexes["target"], whole["bloc"].values
    if np.isnan(bloc).all():
        raise YearError(f"there are no blocs in {year}: too little of the network is known; ask for another year.")

    def again(states: np.ndarray) -> np.ndarray:
        found = modularity_blocs(among(of_year, states), runs, seed)["bloc"].isel(year=0, drop=True)
        return found.reset_coords(drop=True).to_series().reindex(codes).to_numpy(dtype=float)

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        found = list(threads.map(again, drawn))
    states = pd.DataFrame({"iso3": codes, "year": year, "bloc": bloc, "leader": whole["leader"].values})
    states["stays"] = mean_of(np.stack([mates_kept(bloc, other) for other in found]))
    states["present"] = np.mean([codes.isin(drawn_states) for drawn_states in drawn], axis=0)
    known = states.dropna(subset="bloc").astype({"bloc": int}).sort_values(["bloc", "iso3"], ignore_index=True)
    return BlocStability(known, _of_blocs(known, np.stack([nearest_likeness(bloc, other) for other in found])))


def _of_blocs(states: pd.DataFrame, likeness: np.ndarray) -> pd.DataFrame:
    """A row a bloc; likeness (replicate, bloc) in the order of the blocs' numbers."""
    told = states.groupby("bloc").agg(year=("year", "first"), leader=("leader", "first"), members=("iso3", "size"))
    gone = np.where(np.isnan(likeness), np.nan, likeness <= DISSOLVED)
    return told.assign(jaccard=mean_of(likeness), dissolved=mean_of(gone)).reset_index()


def mates_kept(bloc: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Share of each state's mates in `bloc`, of those with a bloc in `other`, that are in its bloc there too, (n).

    NaN for a state without a bloc in either, and without any such mate.
    """
    there = ~np.isnan(bloc) & ~np.isnan(other)
    mates = (bloc[:, None] == bloc[None, :]) & there[:, None] & there[None, :]
    np.fill_diagonal(mates, False)
    count = mates.sum(axis=1)
    kept = (mates & (other[:, None] == other[None, :])).sum(axis=1)
    return np.divide(kept, count, where=count > 0, out=np.full(len(bloc), np.nan))


def nearest_likeness(bloc: np.ndarray, other: np.ndarray) -> np.ndarray:
    """For each bloc C of `bloc`, in order, max_D |C n D| / |C u D| over the blocs D of `other`; NaN where C is gone."""
    there = ~np.isnan(bloc) & ~np.isnan(other)
    members = bloc == np.unique(bloc[~np.isnan(bloc)])[:, None]
    others = (other == np.unique(other[there])[:, None]) & there
    both = (members & there)[:, None, :] & others[None, :, :]
    either = (members & there)[:, None, :] | others[None, :, :]
    size = (members & there).any(axis=1)
    if not others.size:
        return np.full(len(members), np.nan)
    return np.asarray(np.where(size, (both.sum(axis=2) / either.sum(axis=2)).max(axis=1), np.nan))
