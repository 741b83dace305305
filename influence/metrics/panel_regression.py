"""One variable on another over states and years: state and year effects taken out, errors clustered, p by permutation.

Arrays are (year, state); a pair of NaN and number counts as unobserved. Nothing here knows what the variables mean.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.stats import t as student

from influence.errors import StateError

LEAST_STATES = 10
"""Clusters below which a clustered error is not worth its name."""


class Fit(NamedTuple):
    """Coefficient of y on x with its error; n observations of `states` and `years`; spread of x and y before effects.

    low, high : 5-95 % band. p : two-sided, Student's t with states - 1 degrees of freedom.
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


def without_effects(variables: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, int]:
    """Variables less their state and year effects, exactly, in an unbalanced panel.

    Residual of z_tv = mu_v + tau_t: mu_v is swept out as the state's mean, tau solves the years' normal equations
    (diag(n_t) - M diag(1/n_v) M') tau = M (z - zbar_v), M the years x states of observations.

    Parameters
    ----------
    variables : (k, year, state). seen : bool (year, state).

    Returns
    -------
    (k, year, state), 0 where unseen; and the number of independent effects, the constant included.
    """
    weight = seen.astype(float)
    count = weight.sum(axis=0)
    mean = np.divide(weight, count, where=count > 0, out=np.zeros_like(weight))
    normal = np.diag(weight.sum(axis=1)) - mean @ weight.T
    parts, part = connected_components(normal != 0, directed=False)
    # Effects are known but for a constant in each part of the panel that no state links with another: fixed at mean 0.
    pinned = normal + (part[:, None] == part[None, :]) / len(weight)
    z = np.where(seen, variables, 0.0)
    right = (z - weight * (z * mean).sum(axis=1, keepdims=True)).sum(axis=2)
    tau = np.linalg.solve(pinned, right.T).T
    z = np.where(seen, z - tau[:, :, None], 0.0)
    z = z - weight * (z * mean).sum(axis=1, keepdims=True)
    return z, int((count > 0).sum()) + len(weight) - int(parts)


def _slope(y: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """Coefficient and clustered error; NaN where one of the two has nothing left, or too little is observed."""
    seen = np.isfinite(x) & np.isfinite(y)
    (within_y, within_x), effects = without_effects(np.stack([y, x]), seen)
    n, clusters = int(seen.sum()), int(seen.any(axis=0).sum())
    freedom = n - effects - 1
    if freedom < 1 or clusters < 2 or _is_nil(within_x, x[seen]) or _is_nil(within_y, y[seen]):
        return np.nan, np.nan
    spread = float((within_x**2).sum())
    b = float((within_x * within_y).sum()) / spread
    scores = (within_x * (within_y - b * within_x)).sum(axis=0)
    factor = clusters / (clusters - 1) * (n - 1) / freedom
    return b, float(np.sqrt(factor * (scores**2).sum())) / spread


def _is_nil(within: np.ndarray, whole: np.ndarray) -> bool:
    """Whether nothing but the rounding of the sums is left."""
    return bool((within**2).sum() <= 1e-20 * (whole**2).sum())


def two_way_regression(y: np.ndarray, x: np.ndarray) -> Fit:
    """y_tv = b x_tv + mu_v + tau_t + e_tv by least squares, errors clustered by state.

    With x~, y~ less their state and year effects: b = sum x~ y~ / sum x~^2;
    se^2 = G/(G - 1) (n - 1)/(n - K) sum_v (sum_t x~_tv e_tv)^2 / (sum x~^2)^2, G the states, K all coefficients with
    those of the effects (the factor CR1, on the careful side since the states' effects are counted).

    Parameters
    ----------
    y, x : (year, state), any unit, NaN where unobserved.

    Raises
    ------
    StateError : fewer than 10 states with both, or nothing of either is left once the effects are out.

    Source: Cameron & Miller 2015, "A Practitioner's Guide to Cluster-Robust Inference".
    """
    seen = np.isfinite(x) & np.isfinite(y)
    states, years = int(seen.any(axis=0).sum()), int(seen.any(axis=1).sum())
    if states < LEAST_STATES:
        raise StateError(f"{states} states have both variables; errors clustered by state need {LEAST_STATES} or more.")
    b, se = _slope(y, x)
    if not se > 0:
        raise StateError("one of the two does not vary beyond what state and year explain; there is nothing to test.")
    half = float(student.ppf(0.95, states - 1)) * se
    p = 2.0 * float(student.sf(abs(b) / se, states - 1))
    spreads = float(x[seen].std(ddof=1)), float(y[seen].std(ddof=1))
    return Fit(b, se, b / se, p, b - half, b + half, int(seen.sum()), states, years, *spreads)


def permutation_p(y: np.ndarray, x: np.ndarray, t: float, permutations: int, seed: int) -> float:
    """How often a t as large comes about when whole histories of x are dealt out anew among the states.

    p = (1 + number of |t*| >= |t|) / (1 + permutations), two-sided, in (0, 1]. Years stay where they are, so what is
    common to a year and what lingers within a history stay as they are. Each t* is that of two_way_regression on the
    observations its deal leaves; one that cannot be computed counts as large.

    Source: Phipson & Smyth 2010, "Permutation P-values Should Never Be Zero".
    """
    both = (np.isfinite(x) & np.isfinite(y)).any(axis=0)
    y, x = y[:, both], x[:, both]
    draw = np.random.default_rng(seed)
    as_large = 0
    for _ in range(permutations):
        b, se = _slope(y, x[:, draw.permutation(x.shape[1])])
        as_large += not abs(b) < abs(t) * se
    return (1 + as_large) / (1 + permutations)


def holm(p: np.ndarray) -> np.ndarray:
    """p adjusted for m tests (Holm 1979), in the order given: max over j <= i of (m - j + 1) p_(j), at most 1."""
    order = np.argsort(p, kind="stable")
    raised = np.minimum(1.0, np.maximum.accumulate(np.arange(len(p), 0, -1) * p[order]))
    out = np.empty(len(p))
    out[order] = raised
    return out
