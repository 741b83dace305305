"""Strength and the centralities of walks along ties, for all years at once.

Every function takes the composite or a layer, dims (year, source, target), shares in [0, 1], and returns dims (year,
target). It measures the ties of covered states (quality.known_shares), which are those of build_graph: where networkx
has the measure, both give the same number. NaN for a state without any known tie; for inward measures, which are of a
state's portfolio, where it is not covered; for all states in a year in which fewer than 0.8 of them are covered (2021
and 2022).
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from influence.errors import ConfigError
from influence.metrics.linear import perron_vectors, solve_years
from influence.metrics.pull import by_state
from influence.quality import covered, known_shares, meets_coverage, network_coverage, tied_states
from influence.threads import one_thread

DAMPING = 0.85
KATZ_ALPHA = 0.5


def strength_in(ties: xr.DataArray) -> xr.DataArray:
    """Share of v's reliance that rests on others: sum_u W_uv, in [0, 1]; NaN where v is not covered."""
    known = covered(ties) & tied_states(ties)
    return by_state(ties, np.where(known, known_shares(ties).sum(axis=1), np.nan), "strength_in")


def strength_out(ties: xr.DataArray) -> xr.DataArray:
    """Sum of u's pulls on all states: sum_v W_uv, in portfolios, >= 0 (1: all reliance of one state)."""
    return outward(ties, known_shares(ties).sum(axis=2), "strength_out")


def outward_influence(ties: xr.DataArray, sizes: xr.DataArray) -> xr.DataArray:
    """Pull of u weighted by the size of those pulled: sum_v W_uv Y_v / sum_v Y_v, in [0, 1].

    Parameters
    ----------
    ties : the composite or a layer.
    sizes : Y, dims (year, state), for example GDP; a state without size or coverage counts in neither sum.

    Returns
    -------
    dims (year, target); coordinate `coverage` is the share of all sizes that is covered.
    """
    sized = np.nan_to_num(sizes.values)
    size = np.where(covered(ties), sized, 0.0)
    whole, world = size.sum(axis=1, keepdims=True), sized.sum(axis=1, keepdims=True)
    weight = np.divide(size, whole, where=whole > 0, out=np.full_like(size, np.nan))
    values = np.einsum("yuv,yv->yu", known_shares(ties), weight)
    seen = np.broadcast_to(np.divide(whole, world, where=world > 0, out=np.zeros_like(world)), values.shape)
    known = tied_states(ties) & meets_coverage(seen)
    return _with_coverage(ties, values, known, seen, "influence_out")


def pagerank(ties: xr.DataArray, damping: float = DAMPING) -> xr.DataArray:
    """Stationary share of a walk along the pulls u -> v: high where many well-pulled states pull (Brin & Page 1998).

    x = damping P' x + (1 - damping)/n, P the ties with rows of sum 1, 1/n from a state without pulls. Inward; sums to 1
    over all states of the year. As networkx.pagerank(graph, weight="pull").

    Raises
    ------
    ConfigError : damping outside [0, 1).
    """
    return inward(ties, _walk(known_shares(ties), damping), "pagerank")


def cheirank(ties: xr.DataArray, damping: float = DAMPING) -> xr.DataArray:
    """PageRank of the reversed ties: stationary share of a walk from each state to those it relies on, outward.

    High where states rely that are themselves relied upon (Chepelianskii 2010). As networkx.pagerank(graph.reverse(),
    weight="pull").

    Raises
    ------
    ConfigError : damping outside [0, 1).
    """
    return outward(ties, _walk(known_shares(ties).transpose(0, 2, 1), damping), "cheirank")


def _walk(steps: np.ndarray, damping: float) -> np.ndarray:
    if not 0 <= damping < 1:
        raise ConfigError(f"damping must be at least 0 and below 1, not {damping}.")
    size = steps.shape[1]
    out = steps.sum(axis=2)
    matrix = np.empty(steps.shape)
    scale = np.divide(-damping, out, where=out > 0, out=np.zeros_like(out))
    np.multiply(steps.transpose(0, 2, 1), scale[:, None, :], out=matrix)
    year, state = np.nonzero(out <= 0)
    matrix[year, :, state] = -damping / size
    matrix[:, np.arange(size), np.arange(size)] += 1.0
    return solve_years(matrix, np.full((len(steps), size, 1), (1.0 - damping) / size))[:, :, 0]


def eigenvector(ties: xr.DataArray) -> xr.DataArray:
    """Pull on states that pull: W x = lambda x, the largest lambda, 2-norm 1 (Bonacich 1972); outward.

    As networkx.eigenvector_centrality(graph.reverse(), weight="pull"). NaN for a year in which the vector is not
    unique (linear.perron_vectors). 0 where u's pull does not reach the dominant part of the network.
    """
    return outward(ties, perron_vectors(known_shares(ties)), "eigenvector")


def katz(ties: xr.DataArray, alpha: float = KATZ_ALPHA) -> xr.DataArray:
    """Pull along chains of any length, each step counting alpha: x = alpha W x + 1, 2-norm 1 (Katz 1953); outward.

    As networkx.katz_centrality_numpy(graph.reverse(), alpha, weight="pull"). Any alpha below 1 converges, as the
    columns of W sum to 1 at most.

    Raises
    ------
    ConfigError : alpha outside [0, 1).
    """
    if not 0 <= alpha < 1:
        raise ConfigError(f"alpha must be at least 0 and below 1, not {alpha}.")
    shares = known_shares(ties)
    matrix = np.eye(shares.shape[1]) - alpha * shares
    values = solve_years(matrix, np.ones((*shares.shape[:2], 1)))[:, :, 0]
    return outward(ties, values / np.linalg.norm(values, axis=1, keepdims=True), "katz")


def hits(ties: xr.DataArray) -> xr.Dataset:
    """Hubs pull on good authorities, authorities are pulled by good hubs (Kleinberg 1999); each sums to 1.

    hubs = W authorities, authorities = W' hubs. As networkx.hits on a graph whose `weight` is the pull. NaN as in
    eigenvector; authorities also where the state is not covered.
    """
    shares = known_shares(ties)
    with one_thread():
        authority = perron_vectors(np.matmul(shares.transpose(0, 2, 1), shares))
        hub = np.einsum("yuv,yv->yu", shares, authority)
    total = hub.sum(axis=1, keepdims=True)
    hub = np.divide(hub, total, where=total > 0, out=np.full_like(hub, np.nan))
    authority = authority / authority.sum(axis=1, keepdims=True)
    return xr.Dataset({"hubs": outward(ties, hub, "hubs"), "authorities": inward(ties, authority, "authorities")})


def outward(ties: xr.DataArray, values: np.ndarray, name: str) -> xr.DataArray:
    """Values (year, state) of a state's pulls on others; NaN without any known tie, and in a year mostly not covered.

    Coordinate `coverage` (year, target): quality.network_coverage of the year; below 0.8 there are no values.
    """
    seen = np.broadcast_to(network_coverage(ties)[:, None], values.shape)
    return _with_coverage(ties, values, tied_states(ties) & meets_coverage(seen), seen, name)


def _with_coverage(
    ties: xr.DataArray, values: np.ndarray, known: np.ndarray, seen: np.ndarray, name: str
) -> xr.DataArray:
    """Values (year, state) where `known`, with the coverage `seen` beside them."""
    return by_state(ties, np.where(known, values, np.nan), name).assign_coords(coverage=(("year", "target"), seen))


def inward(ties: xr.DataArray, values: np.ndarray, name: str) -> xr.DataArray:
    """The same for values of the state's portfolio: NaN also where it is not covered."""
    return outward(ties, np.where(covered(ties), values, np.nan), name)
