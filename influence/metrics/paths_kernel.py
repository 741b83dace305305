"""The compiled loop over shortest paths; what it means stands in paths.py."""

from __future__ import annotations

import numba as nb
import numpy as np

from influence.compiled import compiled

SETTLED = 0x7FF0000000000000
"""Bits of infinity. Numbers of 0 or more are in the order of their bits, and bits can be compared many at once."""


@nb.njit
def _relax(length, row, reached):  # type: ignore[no-untyped-def]
    """Shorten the paths that are shorter through a state settled at `length`."""
    for v in range(len(row)):
        new = length + row[v]
        reached[v] = new if new < reached[v] else reached[v]


@nb.njit
def _nearest(bits, settled):  # type: ignore[no-untyped-def]
    """The state not yet settled that is nearest, -1 where none can be reached.

    bits : of the paths' lengths. settled : 0, or SETTLED for those who are.
    """
    least = SETTLED
    for v in range(len(bits)):
        least = min(least, bits[v] | settled[v])
    found = -1
    for v in range(len(bits)):
        found = max(found, v if (bits[v] | settled[v]) == least else -1)
    return found if least < SETTLED else -1


@nb.njit
def _before(v, reached, inward):  # type: ignore[no-untyped-def]
    """How many states stand before v on its shortest paths, and the sum of their positions: the one, if it is one."""
    count, places = 0, 0
    for u in range(len(reached)):
        here = int(reached[u] + inward[v, u] == reached[v])
        count += here
        places += here * u
    return count, places


@nb.njit(inline="always")
def _count_paths(order, reached, first, more, inward, paths):  # type: ignore[no-untyped-def]
    paths[order[0]] = 1.0
    for v in order[1:]:
        more[v], first[v] = _before(v, reached, inward)
        if more[v] == 1:
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
        if more[v] == 1:
            owed[first[v]] += paths[first[v]] * part
        else:
            for u in range(len(reached)):
                if reached[u] + inward[v, u] == reached[v]:
                    owed[u] += paths[u] * part
        between[v] += owed[v]


@compiled
def shortest_paths(outward, inward):  # type: ignore[no-untyped-def]
    """Betweenness, sum of distances and number of states reached, of each state of one year.

    outward : distance u to v, (n, n), above nought, infinite where there is no tie. inward : its transpose.
    """
    n = len(outward)
    between, total, count = np.zeros(n), np.zeros(n), np.zeros(n, np.int64)
    reached, paths, owed = np.empty(n), np.empty(n), np.empty(n)
    settled, first, more = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    bits = reached.view(np.int64)
    order = np.empty(n, np.int64)
    for source in range(n):
        reached[:] = np.inf
        settled[:] = 0
        reached[source] = 0.0
        u = source
        while u >= 0:
            settled[u] = SETTLED
            order[count[source]] = u
            count[source] += 1
            total[source] += reached[u]
            _relax(reached[u], outward[u], reached)
            u = _nearest(bits, settled)
        found = order[: count[source]]
        _count_paths(found, reached, first, more, inward, paths)
        _hand_back(found, reached, first, more, inward, paths, owed, between)
    return between, total, count
