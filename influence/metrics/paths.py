"""Centralities of shortest paths: betweenness and closeness.

A path of pulls multiplies shares, so its length is the sum of distances -ln pull (graph.distances).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import xarray as xr

from influence.graph import distances
from influence.metrics.centrality import inward, outward
from influence.quality import known_shares


def path_centralities(ties: xr.DataArray) -> xr.Dataset:
    """Betweenness and closeness of every state and year, from one pass over all shortest paths.

    betweenness(v) = sum over s, t other than v of the part of the shortest paths from s to t that run through v, over
    (n - 1)(n - 2) (Freeman 1977; Brandes 2001). closeness(u) = (r - 1)/(n - 1) x (r - 1)/sum_v d(u, v) over the r
    states that u's pull reaches, u among them (Wasserman & Faust 1994): outward, as networkx gives it on the reversed
    graph. Paths of equal length are both counted.

    Parameters
    ----------
    ties : dims (year, source, target), shares in [0, 1]; the composite or a layer.

    Returns
    -------
    betweenness, share of paths in [0, 1], and closeness, 1 / (-ln pull), >= 0, each (year, target). NaN: betweenness
    where the state is not covered; closeness where it has no known tie.
    """
    from influence.metrics.paths_kernel import shortest_paths

    shares = known_shares(ties)
    size = shares.shape[1]
    forward = distances(shares)
    backward = np.ascontiguousarray(forward.transpose(0, 2, 1))
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        years = list(threads.map(shortest_paths, forward, backward))
    between, total, count = (np.stack([year[i] for year in years]) for i in range(3))
    others = (size - 1) * (size - 2)
    betweenness = between / others if others > 0 else np.full_like(between, np.nan)
    reached = count - 1.0
    closeness = np.divide(reached * reached, total * (size - 1), where=total > 0, out=np.zeros_like(total))
    return xr.Dataset(
        {"betweenness": inward(ties, betweenness, "betweenness"), "closeness": outward(ties, closeness, "closeness")}
    )
