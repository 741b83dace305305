"""Stability of blocs: whether their members stay together over bootstrap replicates of a year's network."""

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
"""A hundred, as for the whole network, take three times as long and change no Jaccard index by 0.01 (2016, 2020)."""
DISSOLVED = 0.5
"""A bloc counts as dissolved if its nearest bloc has a Jaccard index of this or less (Hennig 2007)."""


class BlocStability(NamedTuple):
    """states : one row for each state with a bloc. blocs : one row for each bloc. See bloc_stability."""

    states: pd.DataFrame
    blocs: pd.DataFrame


def bloc_stability(
    ties: xr.DataArray, year: int, *, replicates: int = REPLICATES, seed: int = 0, runs: int = RUNS_EACH
) -> BlocStability:
    """Stability of the blocs of a year (blocs.modularity_blocs) over bootstrap replicates of its network.

    Parameters
    ----------
    runs : searches in each replicate; the whole network has as many as blocs.modularity_blocs.

    Returns
    -------
    states : iso3, year, bloc, leader (of the bloc), stays: share of the other members of its bloc that, drawn
        in a replicate, are in its bloc there too, mean over the replicates; NaN without other members. present : share
        of the replicates in which it was drawn.
    blocs : bloc, year, leader, members, jaccard: mean over the replicates of max_D |C n D| / |C u D|, C the members of
        the bloc that were drawn, D the blocs of the replicate (cluster-wise stability, Hennig 2007; the usual reading:
        0.75 and more is stable, below 0.6 is unreliable). dissolved : share of the replicates in which that maximum is
        0.5 or less. A replicate without any member of the bloc does not count.

    Raises
    ------
    ConfigError : no replicates or too many. YearError : no such year, or a year without blocs.
    """
    of_year, drawn = network_and_replicates(ties, year, replicates, seed)
    whole = modularity_blocs(of_year, RUNS, seed).isel(year=0)
    codes, bloc = whole.indexes["target"], whole["bloc"].values
    if np.isnan(bloc).all():
        raise YearError(f"there are no blocs in {year}: too little of the network is observed; choose another year.")

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


def _of_blocs(states: pd.DataFrame, jaccard: np.ndarray) -> pd.DataFrame:
    """One row for each bloc; jaccard (replicate, bloc) in the order of their numbers."""
    table = states.groupby("bloc").agg(year=("year", "first"), leader=("leader", "first"), members=("iso3", "size"))
    gone = np.where(np.isnan(jaccard), np.nan, jaccard <= DISSOLVED)
    return table.assign(jaccard=mean_of(jaccard), dissolved=mean_of(gone)).reset_index()


def mates_kept(bloc: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Share of the other members of each state's bloc that are in its bloc in `other` too, (n).

    Only states with a bloc in both count. NaN for a state without a bloc in either, or without other members.
    """
    there = ~np.isnan(bloc) & ~np.isnan(other)
    mates = (bloc[:, None] == bloc[None, :]) & there[:, None] & there[None, :]
    np.fill_diagonal(mates, False)
    count = mates.sum(axis=1)
    kept = (mates & (other[:, None] == other[None, :])).sum(axis=1)
    return np.divide(kept, count, where=count > 0, out=np.full(len(bloc), np.nan))


def nearest_likeness(bloc: np.ndarray, other: np.ndarray) -> np.ndarray:
    """For each bloc C of `bloc`, in order: max_D |C n D| / |C u D| over the blocs D of `other`; NaN without C."""
    there = ~np.isnan(bloc) & ~np.isnan(other)
    members = bloc == np.unique(bloc[~np.isnan(bloc)])[:, None]
    others = (other == np.unique(other[there])[:, None]) & there
    both = (members & there)[:, None, :] & others[None, :, :]
    either = (members & there)[:, None, :] | others[None, :, :]
    size = (members & there).any(axis=1)
    if not others.size:
        return np.full(len(members), np.nan)
    return np.asarray(np.where(size, (both.sum(axis=2) / either.sum(axis=2)).max(axis=1), np.nan))
