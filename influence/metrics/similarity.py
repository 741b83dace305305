"""How alike two states' portfolios are (equation 12).

S of Signorino & Ritter 1999 (Tau-b or Not Tau-b) for comparability, and the chance-corrected kappa and pi of Hage 2011
(Choice or Circumstance?), which do not call two states alike only because both have few ties.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from influence.errors import ConfigError, StateError
from influence.quality import covered, known_shares

METHODS = ("s", "kappa", "pi")


def portfolio_similarity(
    x: Sequence[float] | np.ndarray,
    y: Sequence[float] | np.ndarray,
    weights: Sequence[float] | np.ndarray | None = None,
    method: str = "s",
    maximum: float = 3,
) -> float:
    """Similarity of two portfolios, 1 where they are the same.

    s : 1 - 2 sum w |x - y| / (maximum sum w), absolute distances, in [-1, 1].
    kappa : 1 - sum w (x - y)^2 / [sum w (x - xm)^2 + sum w (y - ym)^2 + sum w (xm - ym)^2], xm and ym weighted means.
    pi : 1 - sum w (x - y)^2 / [sum w (x - m)^2 + sum w (y - m)^2], m = (xm + ym)/2. Both in [-1, 1], 0 by chance alone.

    Parameters
    ----------
    x, y : ties to the same states, in the same order. weights : of those states, 1 each by default.
    maximum : the largest tie there can be (s alone); 3 for alliances coded 0 to 3, 1 for shares.

    Returns
    -------
    NaN where chance alone leaves nothing to tell (kappa, pi: all ties equal in both).

    Raises
    ------
    StateError : empty, of other lengths, not numbers, above `maximum` or below 0 (s). ConfigError : an unknown method,
        weights that are negative or all 0, a maximum that is not above 0.
    """
    first, second = _portfolio(x, "x"), _portfolio(y, "y")
    if len(first) != len(second) or not len(first):
        raise StateError(f"portfolios must be of one length and not empty, not {len(first)} and {len(second)}.")
    w = np.ones(len(first)) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != first.shape or not (w >= 0).all() or not np.isfinite(w).all() or w.sum() <= 0:
        raise ConfigError(f"weights must be {len(first)} finite numbers of 0 or more, not all 0; they are {weights!r}.")
    check_method(method)
    if method == "s":
        if not maximum > 0:
            raise ConfigError(f"maximum must be above 0, not {maximum!r}.")
        if min(first.min(), second.min()) < 0 or max(first.max(), second.max()) > maximum:
            raise StateError(f"ties must lie from 0 to the maximum of {maximum:g}; give the largest tie as maximum.")
        return float(1.0 - 2.0 * (w * np.abs(first - second)).sum() / (maximum * w.sum()))
    apart = (w * (first - second) ** 2).sum()
    m1, m2 = (w * first).sum() / w.sum(), (w * second).sum() / w.sum()
    if method == "kappa":
        chance = (w * ((first - m1) ** 2 + (second - m2) ** 2 + (m1 - m2) ** 2)).sum()
    else:
        middle = (m1 + m2) / 2.0
        chance = (w * ((first - middle) ** 2 + (second - middle) ** 2)).sum()
    return float(1.0 - apart / chance) if chance > 0 else float("nan")


def check_method(method: str) -> None:
    """
    Raises
    ------
    ConfigError : no such measure of similarity.
    """
    if method not in METHODS:
        raise ConfigError(f"similarity {method!r} is not known; allowed: {', '.join(METHODS)}.")


def similarity(
    ties: xr.DataArray, method: str = "kappa", maximum: float = 1.0, sources: np.ndarray | None = None
) -> xr.DataArray:
    """Similarity of the portfolios of every two states, for all years: portfolio_similarity over third states.

    The portfolio of v is its column of `ties`: on whom it relies. The two states' own entries are left out of both, and
    so are states without any tie in the year. A tie that was not observed within a covered column counts as none.

    Parameters
    ----------
    sources : places of the states to compare all others with; of every state by default, the rest is NaN.

    Returns
    -------
    dims (year, source, target), symmetric, in [-1, 1], 1 on the diagonal. NaN where either state is not covered, and
    where chance leaves nothing to tell; coordinate `unobserved` (year, target) as that of `ties`.

    Raises
    ------
    ConfigError : an unknown method, a maximum that is not above 0.
    """
    check_method(method)
    if not maximum > 0:
        raise ConfigError(f"maximum must be above 0, not {maximum!r}.")
    shares, known = known_shares(ties), covered(ties)
    rows = slice(None) if sources is None else sources
    out: np.ndarray = np.full(shares.shape, np.nan)
    out[:, rows] = np.stack([_year(year, method, maximum, rows) for year in shares])
    out[~(known[:, :, None] & known[:, None, :])] = np.nan
    own = np.arange(out.shape[1])[rows]
    out[:, own, own] = np.where(known[:, own], 1.0, np.nan)
    labels = {name: ties.indexes[name] for name in ("year", "source", "target")}
    told = xr.DataArray(out, coords=labels, dims=tuple(labels), name=f"similarity_{method}")
    return told.assign_coords(unobserved=(("year", "target"), ties["unobserved"].values))


def _year(shares: np.ndarray, method: str, maximum: float, rows: np.ndarray | slice) -> np.ndarray:
    """Similarity of some columns with all, over the n - 2 rows that are neither of the two and have any tie."""
    present = np.asarray(shares.any(axis=0) | shares.any(axis=1))
    count = present.sum() - present[rows, None].astype(int) - present[None, :]
    count = np.where(count > 0, count, np.nan)
    own, theirs = shares.T[rows], shares[rows]
    if method == "s":
        from scipy.spatial.distance import cdist

        apart = cdist(own, shares.T, "cityblock") - theirs - own
        return np.asarray(1.0 - 2.0 * np.maximum(apart, 0.0) / (maximum * count))
    # What belongs to either state, less its tie to the other.
    sums, squared = shares.sum(axis=0), (shares**2).sum(axis=0)
    total, other = sums[rows, None] - own, sums - theirs
    squares = squared[rows, None] - own**2, squared - theirs**2
    apart = np.maximum(squares[0] + squares[1] - 2.0 * (own @ shares), 0.0)
    mean, mean_other = total / count, other / count
    if method == "kappa":
        spread = squares[0] - total * mean, squares[1] - other * mean_other
        chance = spread[0] + spread[1] + count * (mean - mean_other) ** 2
    else:
        middle = (mean + mean_other) / 2.0
        chance = sum(
            q - 2.0 * middle * t + count * middle**2 for q, t in zip(squares, (total, other), strict=True)
        )  # fmt: skip
    tiny = 1e-12 * (squares[0] + squares[1])
    return 1.0 - np.divide(apart, chance, where=chance > tiny, out=np.full_like(apart, np.nan))


def _portfolio(values: Sequence[float] | np.ndarray, name: str) -> np.ndarray:
    try:
        out = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as err:
        raise StateError(f"portfolio {name} must hold numbers: {err}.") from err
    if out.ndim != 1 or not np.isfinite(out).all():
        raise StateError(f"portfolio {name} must be one row of finite numbers; leave out what was not observed.")
    return out
