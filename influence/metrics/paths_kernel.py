"""The compiled loop over shortest paths; paths.py says what it means."""

from __future__ import annotations

import numba as nb
import numpy as np

from influence.compiled import compiled

SETTLED = 0x7FF0000000000000
"""Bits of infinity. Numbers of 0 or more have the order of their bits, and many bits are compared at once."""


@nb.njit
def _relax(length, row, reached):  # type: ignore[no-untyped-def]
    """Shorten the paths that are shorter through a state settled at `length`."""
    for v in range(len(row)):
        new = length + row[v]
        reached[v] = new if new < reached[v] else reached[v]


@nb.njit
def _closest(bits, settled):  # type: ignore[no-untyped-def]
    """The closest state that is not yet settled, -1 where none can be reached.

    bits : of the paths' lengths. settled : SETTLED for settled states, 0 for others.
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
    """Number of states directly before v on its shortest paths, and the sum of their positions (the state, if one)."""
    count, positions = 0, 0
    for u in range(len(reached)):
        here = int(reached[u] + inward[v, u] == reached[v])
        count += here
        positions += here * u
    return count, positions


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
def _accumulate(order, reached, first, more, inward, paths, passed_on, between):  # type: ignore[no-untyped-def]
    """Brandes' accumulation: each state's part of the paths to those behind it."""
    passed_on[:] = 0.0
    for at in range(len(order) - 1, 0, -1):
        v = order[at]
        part = (1.0 + passed_on[v]) / paths[v]
        if more[v] == 1:
            passed_on[first[v]] += paths[first[v]] * part
        else:
            for u in range(len(reached)):
                if reached[u] + inward[v, u] == reached[v]:
                    passed_on[u] += paths[u] * part
        between[v] += passed_on[v]


@compiled
def shortest_paths(outward, inward):  # type: ignore[no-untyped-def]
    """Betweenness, sum of distances and number of states reached, of each state of one year.

    outward : distance u to v, (n, n), above zero, infinite where there is no tie. inward : its transpose.
    """
    n = len(outward)
    between, total, count = np.zeros(n), np.zeros(n), np.zeros(n, np.int64)
    reached, paths, passed_on = np.empty(n), np.empty(n), np.empty(n)
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
            u = _closest(bits, settled)
        found = order[: count[source]]
        _count_paths(found, reached, first, more, inward, paths)
        _accumulate(found, reached, first, more, inward, paths, passed_on, between)
    return between, total, count
