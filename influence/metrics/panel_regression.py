"""Regression of one variable on another over states and years: two-way effects, clustered errors, permutation test.

Arrays are (year, state); a pair of NaN and a number counts as unobserved. The variables may be any.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

from influence.errors import StateError

LEAST_STATES = 10
"""Smallest number of clusters for a clustered error."""

AT_ONCE = 16
"""Permutations regressed together: they fit into a processor's cache."""


class Fit(NamedTuple):
    """Coefficient of y on x with its error; n observations of `states` and `years`; spread of x and y before effects.

    low, high : 5-95 % uncertainty range. p : two-sided, Student's t with states - 1 degrees of freedom.
    """

    coefficient: float
    se: float
    t: float
    p: float
    low: float
    high: float
    n: int
    states: int
    years: int
    sd_x: float
    sd_y: float


def without_effects(variables: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variables less their state and year effects, exactly, in an unbalanced panel; many panels at once.

    Residual of z_tv = mu_v + tau_t: mu_v is removed as the state's mean, tau solves the years' normal equations
    (diag(n_t) - M diag(1/n_v) M') tau = M (z - zbar_v), M the years x states of observations.

    Parameters
    ----------
    variables : (..., k, year, state). seen : bool (..., year, state).

    Returns
    -------
    (..., k, year, state), 0 where unseen; and (...) the number of independent effects, the constant included.
    """
    weight = seen.astype(float)
    count = weight.sum(axis=-2)
    observed = count[..., None, :] > 0
    mean = np.divide(weight, count[..., None, :], where=observed, out=np.zeros_like(weight))
    normal = weight.sum(axis=-1)[..., None] * np.eye(seen.shape[-2]) - mean @ np.swapaxes(weight, -1, -2)
    parts, part = _parts(normal)
    # Effects are identified up to a constant in each part of the panel that no state links with another: its mean is 0.
    pinned = normal + (part[..., :, None] == part[..., None, :]) / seen.shape[-2]
    weight, mean, seen = weight[..., None, :, :], mean[..., None, :, :], seen[..., None, :, :]
    z = np.where(seen, variables, 0.0)
    z -= weight * (z * mean).sum(axis=-2, keepdims=True)
    tau = np.swapaxes(np.linalg.solve(pinned, np.swapaxes(z.sum(axis=-1), -1, -2)), -1, -2)
    z = np.where(seen, z - tau[..., None], 0.0)
    z -= weight * (z * mean).sum(axis=-2, keepdims=True)
    return z, (count > 0).sum(axis=-1) + seen.shape[-2] - parts


def _parts(normal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number of parts of the years of each panel that no state links, (...), and the first year of each year's part,
    (..., year); a year without an observation is a separate part.
    """
    years = np.arange(normal.shape[-1])
    linked = (normal != 0) | (years[:, None] == years)
    while True:  # a link of a link is a link: at most log2(years) rounds, most often one
        further = np.matmul(linked.astype(np.float32), linked.astype(np.float32)) > 0
        if np.array_equal(further, linked):
            break
        linked = further
    first = linked.argmax(axis=-1)
    return (first == years).sum(axis=-1), first


def _slopes(y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and clustered errors of y on each of x, (many, year, state); NaN where the effects explain one of
    the two entirely, or too little is observed.
    """
    seen = np.isfinite(x) & np.isfinite(y)
    within, effects = without_effects(np.stack([np.broadcast_to(y, x.shape), x], axis=1), seen)
    within_y, within_x = within[:, 0], within[:, 1]
    n, clusters = seen.sum(axis=(1, 2)), seen.any(axis=1).sum(axis=1)
    freedom = n - effects - 1
    spread = (within_x**2).sum(axis=(1, 2))
    zero = _is_zero(within_x, np.where(seen, x, 0.0)) | _is_zero(within_y, np.where(seen, y, 0.0))
    good = (freedom >= 1) & (clusters >= 2) & ~zero
    with np.errstate(divide="ignore", invalid="ignore"):  # where not good, which is NaN below
        b = (within_x * within_y).sum(axis=(1, 2)) / spread
        scores = (within_x * (within_y - b[:, None, None] * within_x)).sum(axis=1)
        factor = clusters / (clusters - 1) * (n - 1) / freedom
        se = np.sqrt(factor * (scores**2).sum(axis=1)) / spread
    return np.where(good, b, np.nan), np.where(good, se, np.nan)


def _is_zero(within: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Whether the effects leave no more than the rounding of the sums."""
    return np.asarray((within**2).sum(axis=(1, 2)) <= 1e-20 * (whole**2).sum(axis=(1, 2)))


def two_way_regression(y: np.ndarray, x: np.ndarray) -> Fit:
    """y_tv = b x_tv + mu_v + tau_t + e_tv by least squares, errors clustered by state.

    With x~, y~ less their state and year effects: b = sum x~ y~ / sum x~^2;
    se^2 = G/(G - 1) (n - 1)/(n - K) sum_v (sum_t x~_tv e_tv)^2 / (sum x~^2)^2, G the states, K all coefficients with
    those of the effects (the factor CR1, conservative since the states' effects are counted).

    Parameters
    ----------
    y, x : (year, state), any unit, NaN where unobserved.

    Raises
    ------
    StateError : fewer than 10 states with both, or the effects explain one of the two entirely.

    Source: Cameron & Miller 2015, "A Practitioner's Guide to Cluster-Robust Inference".
    """
    seen = np.isfinite(x) & np.isfinite(y)
    states, years = int(seen.any(axis=0).sum()), int(seen.any(axis=1).sum())
    if states < LEAST_STATES:
        raise StateError(f"{states} states have both variables; errors clustered by state need {LEAST_STATES} or more.")
    b, se = (float(found[0]) for found in _slopes(y, x[None]))
    if not se > 0:
        raise StateError(
            "one of the two variables does not vary beyond its state and year effects: no test is possible."
        )
    half = float(stdtrit(states - 1, 0.95)) * se
    p = 2.0 * float(stdtr(states - 1, -abs(b) / se))
    spreads = float(x[seen].std(ddof=1)), float(y[seen].std(ddof=1))
    return Fit(b, se, b / se, p, b - half, b + half, int(seen.sum()), states, years, *spreads)


def permutation_p(y: np.ndarray, x: np.ndarray, t: float, permutations: int, seed: int) -> float:
    """How often a t as large occurs when whole histories of x are permuted among the states.

    p = (1 + number of |t*| >= |t|) / (1 + permutations), two-sided, in (0, 1]. Years are not permuted, so that shocks
    of a year and persistence within a history remain. Each t* is that of two_way_regression on the observations of its
    permutation; one that cannot be computed counts as large.

    Source: Phipson & Smyth 2010, "Permutation P-values Should Never Be Zero".
    """
    both = (np.isfinite(x) & np.isfinite(y)).any(axis=0)
    y, x = y[:, both], x[:, both]
    draw, as_large = np.random.default_rng(seed), 0
    for start in range(0, permutations, AT_ONCE):
        orders = [draw.permutation(x.shape[1]) for _ in range(min(AT_ONCE, permutations - start))]
        b, se = _slopes(y, np.stack([x[:, order] for order in orders]))
        as_large += int((~(np.abs(b) < abs(t) * se)).sum())
    return (1 + as_large) / (1 + permutations)


def holm(p: np.ndarray) -> np.ndarray:
    """p adjusted for m tests (Holm 1979), in the order given: max over j <= i of (m - j + 1) p_(j), at most 1."""
    order = np.argsort(p, kind="stable")
    raised = np.minimum(1.0, np.maximum.accumulate(np.arange(len(p), 0, -1) * p[order]))
    out = np.empty(len(p))
    out[order] = raised
    return out
