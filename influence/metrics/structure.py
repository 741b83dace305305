"""The neighbourhood of a state: how closely its partners are tied, and how much they constrain it.

Every function takes the composite or a layer, dims (year, source, target), and measures known ties, as in centrality.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from influence.metrics.centrality import inward
from influence.quality import known_shares
from influence.threads import one_thread


def clustering(ties: xr.DataArray) -> xr.DataArray:
    """How closely the partners of a state are tied among themselves (Fagiolo 2007, weighted and directed).

    c = diag((V + V')^3) / (2 (d (d - 1) - 2 b)), V the cube roots of W over its largest share of the year, d the number
    of ties in and out, b of partners tied both ways. In [0, 1]; NaN for a state with fewer than two partners, and where
    it is not covered. As networkx.clustering(graph, weight="pull"), which has 0 where there is no pair of partners.
    """
    shares = known_shares(ties)
    there = shares > 0
    largest = shares.max(axis=(1, 2), keepdims=True)
    root = np.cbrt(np.divide(shares, largest, where=largest > 0, out=np.zeros_like(shares)))
    both = root + root.transpose(0, 2, 1)
    with one_thread():
        triangles = np.einsum("yuv,yvu->yu", np.matmul(both, both), both)
    degree = there.sum(axis=1) + there.sum(axis=2)
    mutual = (there & there.transpose(0, 2, 1)).sum(axis=1)
    pairs = 2.0 * (degree * (degree - 1) - 2 * mutual)
    return inward(ties, np.divide(triangles, pairs, where=pairs > 0, out=np.full_like(pairs, np.nan)), "clustering")


def core_number(ties: xr.DataArray) -> xr.DataArray:
    """Largest k such that the state is in a group whose members all have k ties within it, in and out (Seidman 1983).

    A count of ties, whatever their size. NaN where the state is not covered. As networkx.core_number(graph).
    """
    there = known_shares(ties) > 0
    counts = there.astype(np.int64) + there.transpose(0, 2, 1)
    return inward(ties, np.stack([_cores(year) for year in counts]), "core")


def _cores(counts: np.ndarray) -> np.ndarray:
    """Remove the state with the fewest ties again and again; its core is the largest of these numbers so far."""
    degree = counts.sum(axis=0)
    core, remaining, most = np.zeros(len(degree)), np.ones(len(degree), dtype=bool), 0
    for _ in range(len(degree)):
        least = int(np.where(remaining, degree, np.iinfo(np.int64).max).argmin())
        most = max(most, int(degree[least]))
        core[least], remaining[least] = most, False
        degree = degree - counts[least]
    return core


def constraint(ties: xr.DataArray) -> xr.DataArray:
    """How much a state's ties lead to the same few partners (Burt 1992): high without structural holes around it.

    c_v = sum over partners u of (p_vu + sum_q p_vq p_qu)^2, p_vu = (W_vu + W_uv) / sum_k (W_vk + W_kv). >= 0, about 1
    for one partner alone. NaN where the state is not covered. As networkx.constraint(graph, weight="pull").
    """
    shares = known_shares(ties)
    mutual = shares + shares.transpose(0, 2, 1)
    total = mutual.sum(axis=2, keepdims=True)
    part = np.divide(mutual, total, where=total > 0, out=np.zeros_like(mutual))
    with one_thread():
        local = (part + np.matmul(part, part)) ** 2
    return inward(ties, np.where(part > 0, local, 0.0).sum(axis=2), "constraint")
