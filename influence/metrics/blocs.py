"""Blocs: states that pull on each other more than their sizes lead one to expect, or that rely on the same others."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import xarray as xr

from influence.errors import ConfigError
from influence.metrics.pull import state_labels
from influence.quality import known_shares, meets_coverage, network_coverage, tied_states

RUNS = 100
MOST_ROUNDS = 20
MOST_BLOCS = 8
LEAST_STATES = 4


def modularity_blocs(ties: xr.DataArray, runs: int = RUNS, seed: int = 0) -> xr.Dataset:
    """Blocs of large directed modularity (Leicht & Newman 2008), on which many searches agree.

    Q = 1/m sum_uv [W_uv - s_out_u s_in_v / m] over pairs in one bloc, m the sum of all ties. One search (Louvain;
    Blondel and others 2008) depends on the order in which it visits states, and many partitions have nearly the largest
    Q. So the search is run many times, each in another order, and the blocs are the consensus of the runs
    (Lancichinetti & Fortunato 2012). States are sorted by label first: the order of `ties` does not matter.

    Parameters
    ----------
    ties : the composite or a layer, dims (year, source, target), shares in [0, 1].
    runs : searches a year. seed : of the orders.

    Returns
    -------
    bloc : (year, target), number of the bloc, 1 for the one whose members pull most in total; coordinate `leader`, the
        member that pulls most. NaN for states without a known tie and in years with a network coverage below 0.8.
    together : (year, source, target), share of runs with the two states in one bloc: near 0 or 1 means stable.
    modularity, largest : (year), Q of these blocs and the largest Q of the runs, in [-1/2, 1]. blocs : (year), their
        number.

    Raises
    ------
    ConfigError : fewer than one run, a negative seed.

    Examples
    --------
    >>> import influence as inf
    >>> ties = inf.build_ties(inf.load_panel(first_year=2016, last_year=2016))
    >>> blocs = modularity_blocs(ties, runs=10)
    >>> blocs["leader"].sel(year=2016, target="CAN").item()
    'USA'
    """
    if runs < 1 or seed < 0:
        raise ConfigError(f"runs must be 1 or more and the seed 0 or more, not {runs} and {seed}.")
    labels = state_labels(ties)
    order = np.argsort(labels["target"])
    back = np.argsort(order)
    shares = known_shares(ties)
    sorted_shares = shares[:, order][:, :, order]
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        years = list(threads.map(lambda year: _consensus(year, seed, runs), sorted_shares))
    best = np.stack([bloc for bloc, _, _ in years])[:, back]
    together = np.stack([share for _, share, _ in years])[:, back][:, :, back]
    return _labelled_blocs(ties, best, together, [largest for _, _, largest in years])


def _labelled_blocs(ties: xr.DataArray, best: np.ndarray, together: np.ndarray, largest: list[float]) -> xr.Dataset:
    """Partitions (year, state) and what belongs to them as the dataset of modularity_blocs."""
    labels, shares = state_labels(ties), known_shares(ties)
    known = tied_states(ties) & meets_coverage(network_coverage(ties))[:, None]
    numbered = [
        _ranked(bloc, pulls, seen, labels["target"])
        for bloc, pulls, seen in zip(best, shares.sum(axis=2), known, strict=True)
    ]
    bloc = np.stack([numbers for numbers, _ in numbered])
    any_known = known.any(axis=1)
    states, dyads = ("year", "target"), ("year", "source", "target")
    quality = [modularity(year, blocs) for year, blocs in zip(shares, best, strict=True)]
    return xr.Dataset(
        {
            "bloc": (states, bloc),
            "together": (dyads, np.where(known[:, :, None] & known[:, None, :], together, np.nan)),
            "modularity": ("year", np.where(any_known, quality, np.nan)),
            "largest": ("year", np.where(any_known, largest, np.nan)),
            "blocs": ("year", _number_of(bloc)),
        },
        coords={**labels, "source": labels["target"], "leader": (states, np.stack([names for _, names in numbered]))},
    )


def modularity(shares: np.ndarray, blocs: np.ndarray) -> float:
    """Directed modularity Q of a partition, shares (n, n), blocs (n) any labels; NaN without ties."""
    total = shares.sum()
    if not total > 0:
        return float("nan")
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0)) / total
    return float((shares - expected)[blocs[:, None] == blocs[None, :]].sum() / total)


def modularity_partition(shares: np.ndarray, *, seed: int = 0, runs: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Single searches on plain arrays, shares (year, n, n): blocs (year, run, n) and their modularity (year, run).

    A year without ties has blocs of one state each and a modularity of NaN.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        years = list(threads.map(lambda year: _searches(year, seed, runs), shares))
    return np.stack([blocs for blocs, _ in years]), np.stack([quality for _, quality in years])


def _searches(shares: np.ndarray, seed: int, runs: int) -> tuple[np.ndarray, np.ndarray]:
    from influence.metrics.louvain import partitions

    if not shares.any():
        return np.tile(np.arange(len(shares)), (runs, 1)), np.full(runs, np.nan)
    return partitions(np.ascontiguousarray(shares), seed, runs)


def _consensus(shares: np.ndarray, seed: int, runs: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Blocs, share of runs in which two states fall together, and largest modularity of a run, of one year.

    Searches on how often states fall together, pairs below one half not counted, until all searches agree.
    """
    found, quality = _searches(shares, seed, runs)
    first = _together(found)
    agreed = first
    for step in range(1, MOST_ROUNDS):
        if np.isin(agreed, (0.0, 1.0)).all():
            break
        counted = np.where(agreed >= 0.5, agreed, 0.0)
        np.fill_diagonal(counted, 0.0)
        if not counted.any():
            break
        found, _ = _searches(counted, seed + step, runs)
        agreed = _together(found)
    return found[0], first, float(quality.max())


def _together(found: np.ndarray) -> np.ndarray:
    """Share of runs (run, state) in which two states have the same bloc, (state, state)."""
    return np.asarray((found[:, :, None] == found[:, None, :]).mean(axis=0))


def similarity_blocs(
    similar: xr.DataArray, method: str = "agglomerative", most: int = MOST_BLOCS, *, years: Sequence[int] | None = None
) -> xr.Dataset:
    """Blocs of states with similar portfolios, by scikit-learn; the number of blocs that separates them best.

    agglomerative : average linkage on distances 1 - similarity. spectral : on affinities (1 + similarity)/2. The number
    of blocs, from 2 to `most`, is that of the largest mean silhouette (Rousseeuw 1987: how much closer a state is to
    its bloc than to the next one, in [-1, 1]).

    Parameters
    ----------
    similar : (year, source, target), of similarity.similarity.
    method : agglomerative or spectral. most : largest number of blocs to try.
    years : years to compute, all by default.

    Returns
    -------
    bloc : (year, target), number of the bloc, 1 for the one with most members; NaN for states without similarity to the
        others and in years with fewer than 4 states. silhouette : (year, number). blocs : (year), the number chosen.

    Raises
    ------
    ConfigError : an unknown method, fewer than two blocs.

    Examples
    --------
    >>> import numpy as np, xarray as xr
    >>> codes = ["AAA", "BBB", "CCC", "DDD"]
    >>> alike = [[[1, 0.9, 0, 0], [0.9, 1, 0, 0], [0, 0, 1, 0.8], [0, 0, 0.8, 1]]]
    >>> coords = {"year": [2016], "source": codes, "target": codes}
    >>> similarity_blocs(xr.DataArray(alike, coords, ("year", "source", "target")))["bloc"].values
    array([[1., 1., 2., 2.]])
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
    """States whose similarity to every other such state is known: those with most gaps are removed first."""
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
