"""Blocs: states that pull on each other more than their sizes lead one to expect, or that rely on the same others."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import xarray as xr

from influence.errors import ConfigError
from influence.metrics.centrality import tied
from influence.metrics.pull import state_labels
from influence.quality import known_shares, network_coverage
from influence.schema import COVERAGE_FLOOR

RUNS = 20
MOST_BLOCS = 8
LEAST_STATES = 4


def modularity_blocs(ties: xr.DataArray, runs: int = RUNS, seed: int = 0) -> xr.Dataset:
    """Blocs of largest directed modularity (Leicht & Newman 2008), by the Louvain method (Blondel and others 2008).

    Q = 1/m sum_uv [W_uv - s_out_u s_in_v / m] over pairs in one bloc, m the sum of all ties. The method depends on the
    order in which it looks at states: it is run several times, each in an order of its own, and told is how often two
    states fall together. The best partition is improved on the graph whose members are the states that fall together in
    every run (Ovelgönne & Geyer-Schulz 2012), by moving a few at random and settling anew. States are put in the order
    of their labels first, so that the order in which they are given does not matter.

    Parameters
    ----------
    ties : the composite or a layer. runs : searches a year. seed : of the orders.

    Returns
    -------
    bloc : (year, target), 1, 2, ... the bloc whose members pull most in all first; coordinate `leader`, the member that
        pulls most. NaN for states without a known tie and in years of which less than 0.8 of the network is known.
    together : (year, source, target), share of runs in which two states are in one bloc. modularity, blocs : (year), Q
        in [-1/2, 1] and the number of blocs of the partition told.

    Raises
    ------
    ConfigError : fewer than one run, a negative seed.
    """
    if runs < 1 or seed < 0:
        raise ConfigError(f"runs must be 1 or more and the seed 0 or more, not {runs} and {seed}.")
    labels = state_labels(ties)
    order = np.argsort(labels["target"])
    back = np.argsort(order)
    shares = known_shares(ties)
    known = tied(ties) & (np.nan_to_num(network_coverage(ties)) >= COVERAGE_FLOOR)[:, None]
    found, best, quality = modularity_partition(shares[:, order][:, :, order], seed=seed, runs=runs)
    found, best = found[:, :, back], best[:, back]
    together = np.stack([(year[:, :, None] == year[:, None, :]).mean(axis=0) for year in found])
    together = np.where(known[:, :, None] & known[:, None, :], together, np.nan)
    pulls = shares.sum(axis=2)
    ranked = [_ranked(bloc, pull, seen, labels["target"]) for bloc, pull, seen in zip(best, pulls, known, strict=True)]
    bloc = np.stack([numbers for numbers, _ in ranked])
    leader = np.stack([names for _, names in ranked])
    there = known.any(axis=1)
    states, dyads = ("year", "target"), ("year", "source", "target")
    return xr.Dataset(
        {
            "bloc": (states, bloc),
            "together": (dyads, together),
            "modularity": ("year", np.where(there, quality, np.nan)),
            "blocs": ("year", _number_of(bloc)),
        },
        coords={**labels, "source": labels["target"], "leader": (states, leader)},
    )


def modularity_partition(
    shares: np.ndarray, *, seed: int = 0, runs: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Blocs by modularity on plain arrays, shares (year, n, n).

    Returns
    -------
    Blocs of each run (year, run, n); the best partition (year, n), with more runs than one improved from there; its
    modularity (year). Of several as good the first in the order of numbers is taken. Blocs have the position of their
    first member as number. A state without ties is alone; a year without ties has a modularity of NaN.
    """
    from influence.metrics.louvain import partitions

    def of_year(year: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        alone = np.arange(len(year))
        every, best, quality = np.tile(alone, (runs, 1)), alone.copy(), float("nan")
        inside = np.flatnonzero(year.any(axis=0) | year.any(axis=1))
        if len(inside):
            found, top, quality = partitions(np.ascontiguousarray(year[np.ix_(inside, inside)]), seed, runs)
            # The first member's own number, so that states without ties keep theirs.
            every[:, inside] = inside[[[np.argmax(run == b) for b in run] for run in found]]
            best[inside] = inside[[np.argmax(top == b) for b in top]]
        return every, best, quality

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        years = list(threads.map(of_year, shares))
    return np.stack([y[0] for y in years]), np.stack([y[1] for y in years]), np.array([y[2] for y in years])


def similarity_blocs(
    similar: xr.DataArray, method: str = "agglomerative", most: int = MOST_BLOCS, *, years: Sequence[int] | None = None
) -> xr.Dataset:
    """Blocs of states with similar portfolios, by scikit-learn; as many as separate them best.

    agglomerative : average linkage on distances 1 - similarity. spectral : on affinities (1 + similarity)/2. For 2 to
    `most` blocs the mean silhouette (Rousseeuw 1987: how much nearer a state is to its own bloc than to the next, in
    [-1, 1]) is told, and the number of the largest is taken.

    Parameters
    ----------
    similar : (year, source, target), of similarity.similarity. years : those to look at, all by default.

    Returns
    -------
    bloc : (year, target), 1, 2, ... the bloc with most members first; NaN for states without similarity to the others
        and in years with too few states. silhouette : (year, number). blocs : (year), the number taken.

    Raises
    ------
    ConfigError : an unknown method, fewer than two blocs.
    """
    if method not in ("agglomerative", "spectral"):
        raise ConfigError(f"method {method!r} of blocs is not known; allowed: agglomerative, spectral.")
    if most < 2:
        raise ConfigError(f"most must be 2 blocs or more, not {most}.")
    wanted = similar if years is None else similar.sel(year=list(years))
    labels = state_labels(wanted)
    order = np.argsort(labels["target"])
    numbers = np.arange(2, most + 1)
    bloc = np.full((len(labels["year"]), len(order)), np.nan)
    silhouette = np.full((len(labels["year"]), len(numbers)), np.nan)
    for year, matrix in enumerate(wanted.values):
        inside = order[complete_states(matrix[np.ix_(order, order)])]
        if len(inside) >= LEAST_STATES:
            found, silhouette[year] = _best_split(matrix[np.ix_(inside, inside)], method, numbers)
            sizes = np.ones(len(inside))
            bloc[year, inside] = _ranked(found, sizes, sizes > 0, labels["target"][inside])[0]
    return xr.Dataset(
        {
            "bloc": (("year", "target"), bloc),
            "silhouette": (("year", "number"), silhouette),
            "blocs": ("year", _number_of(bloc)),
        },
        coords={**labels, "number": numbers},
    )


def complete_states(matrix: np.ndarray) -> np.ndarray:
    """States whose similarity to every other such state is known: those with gaps are taken out, the worst first."""
    inside = np.flatnonzero(np.diagonal(matrix) == 1.0)
    while len(inside):
        gaps = np.isnan(matrix[np.ix_(inside, inside)]).sum(axis=1)
        if not gaps.any():
            break
        inside = np.delete(inside, gaps.argmax())
    return inside


def _best_split(matrix: np.ndarray, method: str, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.cluster import AgglomerativeClustering, SpectralClustering
    from sklearn.metrics import silhouette_score

    far = np.clip(1.0 - matrix, 0.0, None)
    np.fill_diagonal(far, 0.0)
    splits, scores = [], np.full(len(numbers), np.nan)
    for at, number in enumerate(numbers[numbers < len(matrix)]):
        if method == "agglomerative":
            model = AgglomerativeClustering(int(number), metric="precomputed", linkage="average")
            found = model.fit_predict(far)
        else:
            model = SpectralClustering(int(number), affinity="precomputed", random_state=0, assign_labels="cluster_qr")
            found = model.fit_predict(np.clip((1.0 + matrix) / 2.0, 0.0, 1.0))
        splits.append(found)
        if 1 < len(np.unique(found)) < len(matrix):
            scores[at] = silhouette_score(far, found, metric="precomputed")
    if np.isnan(scores).all():
        return np.zeros(len(matrix), dtype=int), scores
    return splits[int(np.nanargmax(scores))], scores


def _ranked(
    bloc: np.ndarray, weight: np.ndarray, known: np.ndarray, labels: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Blocs numbered from 1 by the weight of their members (then by label), and the heaviest member of each."""
    numbers, leaders = np.full(len(bloc), np.nan), np.full(len(bloc), "", dtype=object)
    names = np.asarray(labels, dtype=str)
    sums = {b: (-round(float(weight[known & (bloc == b)].sum()), 12), min(names[bloc == b])) for b in set(bloc[known])}
    for number, b in enumerate(sorted(sums, key=lambda b: sums[b]), start=1):
        members = known & (bloc == b)
        numbers[members] = number
        leaders[members] = min(names[members], key=lambda name: (-weight[names == name][0], name))
    return numbers, leaders.astype(str)


def _number_of(bloc: np.ndarray) -> np.ndarray:
    """Number of blocs of each year, NaN for none."""
    top = np.where(np.isnan(bloc), 0.0, bloc).max(axis=1)
    return np.where(top > 0, top, np.nan)
