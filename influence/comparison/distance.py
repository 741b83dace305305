"""Distances between two graphs on the same states (equation 15).

Bare arrays (source, target) of shares in [0, 1]; NaN where unobserved. The diagonal does not count. A pair that is
unobserved in either graph is left out of both: missing is not zero.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from influence.threads import one_thread


class DeltaCon(NamedTuple):
    """similarity in (0, 1]; distance >= 0; attribution (state): its part of the distance, sums to 1 or is 0."""

    similarity: float
    distance: float
    attribution: np.ndarray

    def __repr__(self) -> str:
        return (
            f"DeltaCon(similarity={self.similarity:.3g}, distance={self.distance:.3g}, {len(self.attribution)} states)"
        )


class Qap(NamedTuple):
    """Pearson correlation of ties and its two-sided p from permuted labels; NaN where one side does not vary."""

    correlation: float
    p: float
    permutations: int


def _shared(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Pairs observed in both, without the diagonal."""
    return np.asarray(~(np.isnan(a) | np.isnan(b)) & ~np.eye(len(a), dtype=bool))


def weighted_jaccard(a: np.ndarray, b: np.ndarray) -> float:
    """Weighted Jaccard distance: 1 - sum min(a, b) / sum max(a, b).

    Parameters
    ----------
    a, b : shares in [0, 1], (source, target), NaN where unobserved.

    Returns
    -------
    in [0, 1]: 0 for equal ties, 1 for graphs without a common tie; NaN if neither has a tie.

    Examples
    --------
    >>> weighted_jaccard(np.array([[0, 0.2], [0.4, 0]]), np.array([[0, 0.2], [0.1, 0]]))
    0.5
    """
    both = _shared(a, b)
    largest = np.maximum(a[both], b[both]).sum()
    return float(1 - np.minimum(a[both], b[both]).sum() / largest) if largest > 0 else float("nan")


def affinity(shares: np.ndarray, reach: float) -> np.ndarray:
    """Affinity of each pair of states by paths of all lengths: S = (I + e^2 D - e A)^-1, A = shares + shares'."""
    ties = shares + shares.T
    middle = np.eye(len(ties)) + reach**2 * np.diag(ties.sum(axis=1)) - reach * ties
    with one_thread():
        return np.maximum(np.linalg.inv(middle), 0.0)


def deltacon(a: np.ndarray, b: np.ndarray) -> DeltaCon:
    """DeltaCon with attribution of the change to states (Koutra, Shah, Vogelstein, Gallagher & Faloutsos 2016).

    S = (I + e^2 D - e A)^-1 for each graph, d = sqrt(sum (sqrt S_a - sqrt S_b)^2), similarity 1 / (1 + d). The
    attribution of a state is the part of d^2 in its row. The graphs are made undirected: A_uv = W_uv + W_vu. e is
    1 / (1 + the largest degree of the two graphs), the same for both, so that equal ties give equal affinities.

    Parameters
    ----------
    a, b : shares in [0, 1], (source, target), NaN where unobserved.

    Returns
    -------
    similarity in (0, 1], distance >= 0, attribution (state) in [0, 1].

    Examples
    --------
    >>> found = deltacon(np.array([[0, 0.2], [0.4, 0]]), np.array([[0, 0.2], [0.1, 0]]))
    >>> 0 < found.similarity < 1
    True
    """
    both = _shared(a, b)
    one, other = np.where(both, a, 0.0), np.where(both, b, 0.0)
    degree = max((m + m.T).sum(axis=1).max(initial=0.0) for m in (one, other))
    reach = 1.0 / (1.0 + degree)
    gaps = (np.sqrt(affinity(one, reach)) - np.sqrt(affinity(other, reach))) ** 2
    whole = gaps.sum()
    parts = gaps.sum(axis=1) / whole if whole > 0 else np.zeros(len(a))
    return DeltaCon(float(1 / (1 + np.sqrt(whole))), float(np.sqrt(whole)), parts)


def qap(a: np.ndarray, b: np.ndarray, *, permutations: int = 1000, seed: int = 0) -> Qap:
    """Correlation of the ties of two graphs, with p from permuted states (quadratic assignment, Krackhardt 1988).

    Rows and columns of b are permuted together, unobserved pairs with them. p = (1 + #{|r'| >= |r|}) / (1 + n).

    Parameters
    ----------
    a, b : shares in [0, 1], (source, target), NaN where unobserved.
    permutations : n. seed : of the permutations.

    Returns
    -------
    correlation in [-1, 1], p in (0, 1]; NaN if the ties of a graph do not vary.

    Examples
    --------
    >>> shares = np.array([[0, 0.2, 0.3], [0.4, 0, 0.1], [0.5, 0.6, 0]])
    >>> round(qap(shares, shares, permutations=99).correlation, 6)
    1.0
    """
    first, second = (_Observed.of(m) for m in (a, b))
    everyone = np.arange(len(a))
    correlation = _correlation(first, second, everyone)
    if np.isnan(correlation):
        return Qap(correlation, float("nan"), permutations)
    rng = np.random.default_rng(seed)
    least = abs(correlation) - 1e-12
    with one_thread():  # products of a few ten thousand numbers each; two threads would wait for one another
        beyond = sum(abs(_correlation(first, second, rng.permutation(len(a)))) >= least for _ in range(permutations))
    return Qap(correlation, (1 + beyond) / (1 + permutations), permutations)


class _Observed(NamedTuple):
    """Ties minus their mean, their squares, both 0 where unobserved; seen : 1 where observed, else 0."""

    ties: np.ndarray
    squares: np.ndarray
    seen: np.ndarray

    @classmethod
    def of(cls, shares: np.ndarray) -> _Observed:
        """From shares with NaN; the diagonal counts as unobserved."""
        seen = ~np.isnan(shares) & ~np.eye(len(shares), dtype=bool)
        mean = shares[seen].mean() if seen.any() else 0.0
        ties = np.where(seen, shares - mean, 0.0)
        return cls(ties, ties**2, seen.astype(float))


def _correlation(first: _Observed, second: _Observed, order: np.ndarray) -> float:
    """Pearson correlation over the pairs seen in both, the states of the second in `order`."""
    at = np.ix_(order, order)
    y, yy, seen = (m[at].ravel() for m in second)
    x, xx, present = (m.ravel() for m in first)
    pairs = present @ seen
    if pairs < 2:
        return float("nan")
    sum_x, sum_y = x @ seen, present @ y
    spread_x, spread_y = xx @ seen - sum_x**2 / pairs, present @ yy - sum_y**2 / pairs
    if min(spread_x, spread_y) <= 1e-24 * pairs:
        return float("nan")
    return float((x @ y - sum_x * sum_y / pairs) / np.sqrt(spread_x * spread_y))
