"""The compiled search for blocs of largest directed modularity; blocs.py says what it means."""

from __future__ import annotations

import numba as nb
import numpy as np

from influence.compiled import STEP, below, compiled, mixed

LEAST_GAIN = 1e-12


@nb.njit
def _gains(shares):  # type: ignore[no-untyped-def]
    """Modularity that two states add in the same bloc, both directions, (n, n); halves sum to Q."""
    n = len(shares)
    total = shares.sum()
    out, into = shares.sum(axis=1) / total, shares.sum(axis=0) / total
    gains = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            gains[i, j] = (shares[i, j] + shares[j, i]) / total - out[i] * into[j] - out[j] * into[i]
    return gains


@nb.njit
def _settle(gains, bloc, counter):  # type: ignore[no-untyped-def]
    """Move members one by one, in random order, to the bloc where they add most, until nobody moves."""
    n = len(gains)
    order = np.arange(n)
    added = np.zeros(n)
    moved_ever, moved = False, True
    while moved:
        moved = False
        for k in range(n):
            counter += STEP
            other = k + below(counter, n - k)
            i = order[other]
            order[other] = order[k]
            order[k] = i
            added[:] = 0.0
            for j in range(n):
                if j != i:
                    added[bloc[j]] += gains[i, j]
            best = bloc[i]
            for b in range(n):
                if added[b] > added[best] + LEAST_GAIN:
                    best = b
            if best != bloc[i]:
                bloc[i] = best
                moved = moved_ever = True
    return moved_ever, counter


@nb.njit
def _numbered(bloc):  # type: ignore[no-untyped-def]
    """Blocs as 0, 1, 2 ... in the order of their first members, and how many."""
    number = np.full(len(bloc), -1)
    count = 0
    out = np.empty_like(bloc)
    for i in range(len(bloc)):
        if number[bloc[i]] < 0:
            number[bloc[i]] = count
            count += 1
        out[i] = number[bloc[i]]
    return out, count


@nb.njit
def _merged(gains, bloc, count):  # type: ignore[no-untyped-def]
    """Blocs as single members: the modularity that two of them add when merged."""
    out = np.zeros((count, count))
    for i in range(len(bloc)):
        for j in range(len(bloc)):
            out[bloc[i], bloc[j]] += gains[i, j]
    return out


@nb.njit
def _run(gains, counter):  # type: ignore[no-untyped-def]
    """One search: settle, merge, settle the merged blocs, expand, and repeat until nothing changes."""
    n = len(gains)
    bloc = np.arange(n)
    moved = True
    while moved:
        moved, counter = _settle(gains, bloc, counter)
        bloc, count = _numbered(bloc)
        merged, up = _merged(gains, bloc, count), True
        while up and count > 1:
            above = np.arange(count)
            up, counter = _settle(merged, above, counter)
            if up:
                moved = True
                above, fewer = _numbered(above)
                for i in range(n):
                    bloc[i] = above[bloc[i]]
                merged, count = _merged(merged, above, fewer), fewer
    return bloc


@nb.njit
def _quality(gains, bloc):  # type: ignore[no-untyped-def]
    out = 0.0
    for i in range(len(bloc)):
        for j in range(len(bloc)):
            if bloc[i] == bloc[j]:
                out += gains[i, j]
    return out / 2.0


@compiled
def partitions(shares, seed, runs):  # type: ignore[no-untyped-def]
    """Blocs of each run, (runs, n), numbered by first member, and their modularity (runs), of one year.

    shares : (n, n), >= 0, at least one above zero.
    """
    n = len(shares)
    gains = _gains(shares)
    blocs, quality = np.empty((runs, n), np.int64), np.empty(runs)
    for run in range(runs):
        blocs[run] = _numbered(_run(gains, mixed(np.uint64(seed) * STEP + np.uint64(run))))[0]
        quality[run] = _quality(gains, blocs[run])
    return blocs, quality
