"""The compiled loop of the opinion model; opinion.py says what it means.

Everything is in whole numbers: random numbers come from a counter, so that a realisation does not depend on the thread
that computes it, and the leads between opinions are int32, so that adding and subtracting leaves no residue. Where
int32 is too coarse for a decision, it is made again from weights in int64.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from influence.compiled import STEP, below, compiled, mixed

COARSE_BITS, FINE_BITS = 29, 52
"""Weights of a state's partners sum to 2^29 in the coarse matrix and to 2^52 in the fine one."""
LANES = 32
"""Rows are padded to a multiple of this many numbers, which the processor adds without a remainder."""
MOST_SWEEPS = 1000


@nb.njit(inline="always")
def _turn(lead, row, now, new):  # type: ignore[no-untyped-def]
    """A state with weights `row` changes from opinion `now` to `new`: leads are over opinion 0."""
    for q in range(1, lead.shape[0]):
        shift = np.int32((q == new) - (q == now) + (now == 0) - (new == 0))
        field = lead[q]
        for j in range(len(row)):
            field[j] += shift * row[j]


@nb.njit(inline="always")
def _choice(lead, c, tie):  # type: ignore[no-untyped-def]
    """The opinion that leads in c's choice, and whether the next one is too close to it for int32."""
    best, top, next_best = 0, lead[0, c], np.int32(-(2**31))
    for q in range(1, lead.shape[0]):
        value = lead[q, c]
        next_best = max(next_best, min(value, top))
        best = q if value > top else best
        top = max(value, top)
    return best, top - next_best <= tie


@nb.njit(inline="always")
def _at_rest(lead, state, free, tie):  # type: ignore[no-untyped-def]
    """Whether no free state would change its opinion, or be close to a tie."""
    for c in free:
        current = lead[state[c], c]
        for q in range(lead.shape[0]):
            if q != state[c] and lead[q, c] > current - tie:
                return False
    return True


@nb.njit
def _decided(fine, state, c, now, opinions):  # type: ignore[no-untyped-def]
    """The choice of c from the fine weights: the opinion of largest weight, `now` on a tie."""
    n = len(fine)
    weight = np.zeros(opinions, np.int64)
    for k in range(n):
        if state[k] >= 0:
            weight[state[k]] += fine[k, c]
    best = now
    for q in range(opinions):
        # Each weight is rounded by at most half a unit: a smaller difference is a tie.
        if weight[q] > weight[best] + n:
            best = q
    return best


@compiled
def steady_states(coarse, fine, start, free, lead_at_start, first, last, seed):  # type: ignore[no-untyped-def]
    """Realisations first to last - 1 of one year.

    coarse, fine : weight of k in the choice of c, (n, padded) int32 and (n, n) int64.
    start : opinion of each state (n) int64, 0 for the free and -1 for those without trade. free : the free states.
    lead_at_start : (opinions, padded) int32, weight of each opinion less that of opinion 0 in the state `start`.

    Returns the final opinions, (last - first, n) int8, and whether the realisation converged, bool.
    """
    n, opinions, m = len(start), len(lead_at_start), len(free)
    tie = 2 * n
    finals = np.empty((last - first, n), np.int8)
    settled = np.zeros(last - first, np.bool_)
    lead = np.empty_like(lead_at_start)
    order = free.copy()
    state = start.copy()
    for r in range(last - first):
        counter = mixed(np.uint64(seed) * STEP + np.uint64(first + r))
        state[:] = start
        lead[:] = lead_at_start
        for k in range(m):
            counter += STEP
            c = free[k]
            order[k] = c
            q = below(counter, opinions)
            if q != 0:
                state[c] = q
                _turn(lead, coarse[c], 0, q)
        for sweep in range(MOST_SWEEPS):
            # Most often this saves the round that would change nothing.
            if _at_rest(lead, state, free, tie):
                settled[r] = True
                break
            changed = False
            # In the first round half of them change: adding zero for the others is faster than testing.
            often = sweep == 0 and opinions == 2
            for k in range(m):
                counter += STEP
                i = np.uint64(k + below(counter, m - k))
                c = np.uint64(order[i])
                order[i] = order[k]
                order[k] = c
                now = state[c]
                if opinions == 2:
                    value = lead[np.uint64(1), c]
                    best = 1 if value > 0 else 0
                    close = abs(value) <= tie
                else:
                    best, close = _choice(lead, c, tie)
                if close:
                    best = _decided(fine, state, c, now, opinions)
                if often or best != now:
                    changed |= best != now
                    state[c] = best
                    _turn(lead, coarse[c], now, best)
            if not changed:
                settled[r] = True
                break
        for c in range(n):
            finals[r, c] = state[c]
    return finals, settled


@compiled
def parts_moved(mass, size, position, opinions):  # type: ignore[no-untyped-def]
    """opinion.smallest_threshold: mass (partner, state) is S + S*, size P + P*, position the opinion's, -1 for none."""
    n = len(size)
    out = np.full(n, np.nan)
    weight = np.empty(opinions)
    for c in range(n):
        whole = mass[:, c].sum()
        if position[c] < 0 or whole <= 0:
            continue
        weight[:] = 0.0
        for k in range(n):
            if position[k] >= 0:
                weight[position[k]] += mass[k, c] * size[k]
        if weight[position[c]] < weight.max() * (1 - 1e-12):
            continue  # a seed whose trade leads to another opinion: it has no threshold
        for q in range(opinions):
            if q != position[c]:
                part = _part_moved(mass[:, c], size, position, c, q, weight[position[c]] - weight[q], whole)
                if part == part and not out[c] <= part:
                    out[c] = part
    return out


@nb.njit
def _part_moved(mass, size, position, c, other, gap, whole):  # type: ignore[no-untyped-def]
    """Share of c's trade to move so that opinion `other` weighs as much as its current one; NaN where nobody has it."""
    largest = 0.0
    for k in range(len(size)):
        if position[k] == other and k != c:
            largest = max(largest, size[k])
    if largest <= 0:
        return np.nan
    gain = np.full(len(size), largest)
    for k in range(len(size)):
        if position[k] == position[c]:
            gain[k] += size[k]
        elif position[k] == other:
            gain[k] -= size[k]
    moved = reached = 0.0
    for k in np.argsort(-gain, kind="mergesort"):  # the trade of the largest effect first
        step = mass[k] * gain[k]
        if reached + step >= gap:
            return max(moved + (gap - reached) / gain[k], 0.0) / whole if gain[k] > 0 else np.nan
        reached += step
        moved += mass[k]
    return np.nan
