"""Poisson pseudo-maximum-likelihood with many fixed effects.

Santos Silva & Tenreyro (2006), "The Log of Gravity"; effects removed in each step of iteratively reweighted least
squares as in Correia, Guimaraes & Zylkin (2020), "Fast Poisson estimation with high-dimensional fixed effects". Written
here because the libraries need a formula language and compilers for one estimator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from influence.errors import TradeError
from influence.threads import one_thread

MOST_STEPS = 100
MOST_SWEEPS = 5000
ROUGH, EXACT = 1e-14, 1e-26
"""How far conjugate gradients go, as a share of the squared right side."""
NEAR = 1e-5
HIGHEST = 700.0
"""exp beyond it is infinite."""


class PpmlFit(NamedTuple):
    """Coefficients with their clustered covariance; fitted is NaN for observations that were dropped."""

    coefficients: pd.Series
    covariance: pd.DataFrame
    fitted: np.ndarray
    observations: int
    clusters: int
    dropped: int
    steps: int

    def __repr__(self) -> str:
        estimates = ", ".join(f"{name} {value:.3g}" for name, value in self.coefficients.items())
        return f"<PpmlFit: {estimates}; {self.observations:,} observations>"

    @property
    def errors(self) -> pd.Series:
        """Clustered standard errors."""
        return pd.Series(np.sqrt(np.diag(self.covariance)), index=self.coefficients.index)


def fit_ppml(
    flows: np.ndarray, regressors: pd.DataFrame, effects: Sequence[np.ndarray], clusters: np.ndarray, *,
    tolerance: float = 1e-11,
) -> PpmlFit:  # fmt: skip
    """E[y] = exp(X b + sum of effects), by iteratively reweighted least squares.

    Each step regresses z = ln mu + (y - mu) / mu on X with weights mu, both less their weighted effects. Observations
    of an effect whose flows are all zero do not identify b (separation) and are dropped. Covariance
    A^-1 (sum_g s_g s_g') A^-1 G / (G - 1), A = X~' diag(mu) X~, s_g the scores summed over a cluster. Where few pairs
    carry most of the trade, or years are few, errors come out too small: by a quarter to a third in trials.

    Parameters
    ----------
    flows : y (n), finite, >= 0. regressors : X (n, k), finite. effects : codes (n) of each kind of effect.
    clusters : codes (n).

    Raises
    ------
    TradeError : values not finite or negative, a regressor that the effects or others explain, no convergence.
    """
    values = np.asarray(flows, dtype=float)
    table = regressors.to_numpy(dtype=float)
    if not (np.isfinite(values) & (values >= 0)).all() or not np.isfinite(table).all():
        raise TradeError(
            "PPML needs finite regressors and finite flows of 0 or more (missing is not zero: drop those)."
        )
    kept = _with_trade(values, effects)
    codes = [pd.factorize(np.asarray(effect)[kept])[0] for effect in effects]
    dummies = _dummies(codes)
    y, x = values[kept], table[kept]
    with one_thread():
        mu, coefficients, swept, steps = _iterate(y, x, dummies, list(regressors.columns), tolerance)
    bread = np.linalg.inv((swept * mu[:, None]).T @ swept)
    groups = pd.factorize(np.asarray(clusters)[kept])[0]
    count = int(groups.max()) + 1
    scores = np.column_stack([np.bincount(groups, swept[:, j] * (y - mu), count) for j in range(x.shape[1])])
    covariance = bread @ (scores.T @ scores) @ bread * count / (count - 1)
    fitted = np.full(len(values), np.nan)
    fitted[kept] = mu
    named = list(regressors.columns)
    return PpmlFit(
        pd.Series(coefficients, index=named),
        pd.DataFrame(covariance, index=named, columns=named),
        fitted, len(y), count, int((~kept).sum()), steps,
    )  # fmt: skip


def _with_trade(values: np.ndarray, effects: Sequence[np.ndarray]) -> np.ndarray:
    """Observations none of whose effects has only zero flows."""
    kept = np.ones(len(values), dtype=bool)
    codes = [pd.factorize(np.asarray(effect))[0] for effect in effects]
    while True:
        alive = kept.copy()
        for code in codes:
            alive &= np.bincount(code, np.where(kept, values, 0.0))[code] > 0
        if (alive == kept).all():
            return kept
        kept = alive


def _dummies(codes: Sequence[np.ndarray]) -> csr_array:
    """One column of zeros and ones for every effect."""
    size = [int(code.max()) + 1 for code in codes]
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    rows = len(codes[0])
    columns = np.column_stack([code + start for code, start in zip(codes, starts, strict=True)]).ravel()
    pointer = np.arange(0, rows * len(codes) + 1, len(codes))
    return csr_array((np.ones(rows * len(codes)), columns, pointer), shape=(rows, sum(size)))


def _iterate(
    y: np.ndarray, x: np.ndarray, dummies: csr_array, names: list[str], tolerance: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    mu = (y + y.mean()) / 2
    linear = np.log(mu)
    start = np.zeros((dummies.shape[1], 1 + x.shape[1]))
    before, moved = np.full(x.shape[1], np.inf), np.inf
    for step in range(1, MOST_STEPS + 1):
        working = linear + (y - mu) / mu
        stacked = np.column_stack([working, x])
        # While the weights still change, an exact solution is not needed.
        start = _effects_of(stacked, dummies, mu, start, ROUGH if moved > NEAR else EXACT)
        swept = stacked - dummies @ start
        z, rest = swept[:, 0], swept[:, 1:]
        cross = (rest * mu[:, None]).T @ rest
        _check_identified(cross, x, mu, names)
        coefficients = np.linalg.solve(cross, rest.T @ (mu * z))
        linear = np.minimum(working - (z - rest @ coefficients), HIGHEST)
        mu = np.exp(linear)
        moved = np.abs(coefficients - before).max() if len(names) else 0.0
        gap = np.abs((y - mu) @ dummies).max() / y.sum()
        if moved < tolerance and gap < tolerance:
            return mu, coefficients, rest, step
        before = coefficients
    raise TradeError(f"PPML did not converge in {MOST_STEPS} steps; the coefficients still move by {moved:.1e}.")


def _effects_of(
    variables: np.ndarray, dummies: csr_array, weights: np.ndarray, start: np.ndarray, precision: float
) -> np.ndarray:
    """Effects of each variable, weighted least squares by conjugate gradients, preconditioned by the diagonal."""
    from influence.gravity.ppml_kernel import weighted

    scale = 1.0 / (weights @ dummies)
    columns = dummies.indices.reshape(len(weights), -1).astype(np.int32)
    out = start.copy()
    for j in range(variables.shape[1]):
        right = (weights * variables[:, j]) @ dummies
        out[:, j] = _conjugate(lambda v: weighted(columns, weights, v), right, scale, start[:, j], precision)
    return out


def _conjugate(
    matrix: Callable[[np.ndarray], np.ndarray], right: np.ndarray, scale: np.ndarray, start: np.ndarray,
    precision: float,
) -> np.ndarray:  # fmt: skip
    solution = start.copy()
    residual = right - matrix(solution)
    scaled = scale * residual
    direction = scaled.copy()
    energy = residual @ scaled
    target = precision * (right @ (scale * right))
    for _ in range(MOST_SWEEPS):
        if energy <= target:
            break
        image = matrix(direction)
        length = energy / (direction @ image)
        solution += length * direction
        residual -= length * image
        scaled = scale * residual
        energy, old = residual @ scaled, energy
        direction = scaled + energy / old * direction
    return solution


def _check_identified(cross: np.ndarray, x: np.ndarray, weights: np.ndarray, names: list[str]) -> None:
    size = (x * weights[:, None] * x).sum(axis=0)
    left = np.diag(cross) / np.where(size > 0, size, 1.0)
    bad = [name for name, part in zip(names, left, strict=True) if part < 1e-9]
    if not bad and len(names) > 1:
        scaled = cross / np.sqrt(np.outer(np.diag(cross), np.diag(cross)))
        values, vectors = np.linalg.eigh(scaled)
        if values[0] < 1e-9:
            bad = [name for name, part in zip(names, np.abs(vectors[:, 0]), strict=True) if part > 1e-3]
    if bad:
        raise TradeError(f"the effects or the other regressors explain {', '.join(bad)} entirely; leave some out.")


def three_way(
    frame: pd.DataFrame, regressors: Sequence[str], *, value: str = "trade", symmetric: bool = True
) -> PpmlFit:
    """Gravity with exporter-year, importer-year and pair effects, errors clustered by pair.

    E[trade] = exp(X b + exporter-year + importer-year + pair effects), by Poisson pseudo-maximum likelihood.

    Parameters
    ----------
    frame : exporter, importer, year, the value and the regressors; sales at home are rows with exporter = importer.
        With a column `sector` every effect is by sector.
    regressors : columns of X. value : column of the trade flows, >= 0.
    symmetric : one effect for both directions of a pair.

    Returns
    -------
    PpmlFit: coefficients (log effects), errors, covariance, fitted values in the unit of the flows, NaN where dropped.

    Raises
    ------
    TradeError : see fit_ppml.

    Source: Yotov, Piermartini, Monteiro & Larch (2016), "An Advanced Guide to Trade Policy Analysis".

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from itertools import product
    >>> frame = pd.DataFrame(product("ABCD", "ABCD", (2010, 2014, 2018)), columns=["exporter", "importer", "year"])
    >>> frame["agreement"] = [float({a, b} == {"A", "B"} and year > 2010) for a, b, year in frame.to_numpy()]
    >>> frame["trade"] = (1 + (frame["exporter"] == frame["importer"])) * np.exp(0.5 * frame["agreement"])
    >>> round(float(three_way(frame, ["agreement"]).coefficients["agreement"]), 3)
    0.5
    """
    sector = frame["sector"].astype(str) if "sector" in frame else pd.Series("", index=frame.index)
    first, second = frame["exporter"].astype(str), frame["importer"].astype(str)
    year = frame["year"].astype(str)
    ordered = first.where(first < second, second) + " " + first.where(first >= second, second)
    pair = ordered if symmetric else first + " " + second
    effects = [(first + year + sector).to_numpy(), (second + year + sector).to_numpy(), (pair + sector).to_numpy()]
    return fit_ppml(frame[value].to_numpy(dtype=float), frame[list(regressors)], effects, pair.to_numpy())
