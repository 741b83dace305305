"""The compiled loop over shortest paths; what it means stands in paths.py."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(inline="always")
def _relax(length, row, reached, first, more, via):  # type: ignore[no-untyped-def]
    """Paths through `via`, settled at `length`: shorter ones replace, equal ones are counted."""
    for v in range(len(row)):
        new = length + row[v]
        shorter = new < reached[v]
        more[v] = 0 if shorter else more[v] + (new == reached[v])
        first[v] = via if shorter else first[v]
        reached[v] = new if shorter else reached[v]


@nb.njit(inline="always")
def _nearest(reached, closed):  # type: ignore[no-untyped-def]
    """The open state that is nearest, -1 where none can be reached."""
    best, found = np.inf, -1
    for v in range(len(reached)):
        if closed[v] == 0 and reached[v] < best:
            best, found = reached[v], v
    return found


@nb.njit(inline="always")
def _count_paths(order, reached, first, more, inward, paths):  # type: ignore[no-untyped-def]
    paths[order[0]] = 1.0
    for v in order[1:]:
        if more[v] == 0:
            paths[v] = paths[first[v]]
        else:
            paths[v] = 0.0
            for u in range(len(reached)):
                if reached[u] + inward[v, u] == reached[v]:
                    paths[v] += paths[u]


@nb.njit(inline="always")
def _hand_back(order, reached, first, more, inward, paths, owed, between):  # type: ignore[no-untyped-def]
    """Brandes' accumulation: what each state carries of the paths to those behind it."""
    owed[:] = 0.0
    for at in range(len(order) - 1, 0, -1):
        v = order[at]
        part = (1.0 + owed[v]) / paths[v]
        if more[v] == 0:
            owed[first[v]] += paths[first[v]] * part
        else:
            for u in range(len(reached)):
                if reached[u] + inward[v, u] == reached[v]:
                    owed[u] += paths[u] * part
        between[v] += owed[v]


@nb.njit(cache=True, nogil=True)
def shortest_paths(outward, inward):  # type: ignore[no-untyped-def]
    """Betweenness, sum of distances and number of states reached, of each state of one year.

    outward : distance u to v, (n, n), above nought, infinite where there is no tie. inward : its transpose.
    """
    n = len(outward)
    between, total, count = np.zeros(n), np.zeros(n), np.zeros(n, np.int64)
    reached, paths, owed = np.empty(n), np.empty(n), np.empty(n)
    first, more, closed = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    order = np.empty(n, np.int64)
    for source in range(n):
        reached[:] = np.inf
        more[:] = 0
        closed[:] = 0
        reached[source] = 0.0
        settled, u = 0, source
        while u >= 0:
            closed[u] = 1
            order[settled] = u
            settled += 1
            total[source] += reached[u]
            _relax(reached[u], outward[u], reached, first, more, u)
            u = _nearest(reached, closed)
        count[source] = settled
        _count_paths(order[:settled], reached, first, more, inward, paths)
        _hand_back(order[:settled], reached, first, more, inward, paths, owed, between)
    return between, total, count
