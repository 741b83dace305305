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
    x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray,
    weights: Sequence[float] | np.ndarray | None = None, method: str = "s", maximum: float = 3,
) -> float:  # fmt: skip
    """Similarity of two portfolios (equation 12), 1 where they are the same.

    s : 1 - 2 sum w |x - y| / (maximum sum w), absolute distances, in [-1, 1].
    kappa : 1 - sum w (x - y)^2 / [sum w (x - xm)^2 + sum w (y - ym)^2 + sum w (xm - ym)^2], xm and ym weighted means.
    pi : 1 - sum w (x - y)^2 / [sum w (x - m)^2 + sum w (y - m)^2], m = (xm + ym)/2. Both in [-1, 1], 0 by chance alone.

    Parameters
    ----------
    x, y : ties to the same states, in the same order.
    weights : of those states, 1 each by default.
    method : s, kappa or pi.
    maximum : the largest possible tie (s alone); 3 for alliances coded 0 to 3, 1 for shares.

    Returns
    -------
    A number without unit. NaN where chance explains everything (kappa, pi: all ties equal in both).

    Raises
    ------
    StateError : empty, of different lengths, not numbers, above `maximum` or below 0 (s). ConfigError : an unknown
        method, weights that are negative or all 0, a maximum that is not above 0.

    Source: Signorino & Ritter 1999, "Tau-b or Not Tau-b"; Hage 2011, "Choice or Circumstance?".

    Examples
    --------
    >>> portfolio_similarity([3, 3, 0], [3, 0, 0], maximum=3)
    0.33333333333333337
    >>> portfolio_similarity([3, 3, 0], [3, 3, 0], method="kappa")
    1.0
    """
    first, second = _portfolio(x, "x"), _portfolio(y, "y")
    if len(first) != len(second) or not len(first):
        raise StateError(f"portfolios must be of one length and not empty, not {len(first)} and {len(second)}.")
    w = np.ones(len(first)) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != first.shape or not (w >= 0).all() or not np.isfinite(w).all() or w.sum() <= 0:
        raise ConfigError(f"weights must be {len(first)} finite numbers of 0 or more, not all 0; they are {weights!r}.")
    check_method(method)
    if method == "s":
        return _s(first, second, w, maximum)
    distance = (w * (first - second) ** 2).sum()
    m1, m2 = (w * first).sum() / w.sum(), (w * second).sum() / w.sum()
    if method == "kappa":
        chance = (w * ((first - m1) ** 2 + (second - m2) ** 2 + (m1 - m2) ** 2)).sum()
    else:
        middle = (m1 + m2) / 2.0
        chance = (w * ((first - middle) ** 2 + (second - middle) ** 2)).sum()
    return float(1.0 - distance / chance) if chance > 0 else float("nan")


def _s(first: np.ndarray, second: np.ndarray, w: np.ndarray, maximum: float) -> float:
    _check_maximum(maximum)
    if min(first.min(), second.min()) < 0 or max(first.max(), second.max()) > maximum:
        raise StateError(f"ties must be from 0 to the maximum of {maximum:g}; pass the largest tie as maximum.")
    return float(1.0 - 2.0 * (w * np.abs(first - second)).sum() / (maximum * w.sum()))


def check_method(method: str) -> None:
    """
    Raises
    ------
    ConfigError : no such measure of similarity.
    """
    if method not in METHODS:
        raise ConfigError(f"similarity {method!r} is not known; allowed: {', '.join(METHODS)}.")


def _check_maximum(maximum: float) -> None:
    if not maximum > 0:
        raise ConfigError(f"maximum must be above 0, not {maximum!r}.")


def similarity(
    ties: xr.DataArray, method: str = "kappa", maximum: float = 1.0, sources: np.ndarray | None = None
) -> xr.DataArray:
    """Similarity of the portfolios of every two states, for all years: portfolio_similarity over third states.

    The portfolio of v is its column of `ties`: on whom it relies. The two states' own entries are left out of both, and
    so are states without any tie in the year. A tie that was not observed within a covered column counts as zero.

    Parameters
    ----------
    ties : the composite or a layer, dims (year, source, target), shares in [0, 1].
    method, maximum : as for portfolio_similarity.
    sources : positions of the states to compare with all others; every state by default. Other rows are NaN; the rows
        computed are the same to the last bit whichever are asked for.

    Returns
    -------
    dims (year, source, target), symmetric, in [-1, 1], 1 on the diagonal. NaN where either state is not covered, and
    where chance explains everything; coordinate `unobserved` (year, target) as that of `ties`.

    Raises
    ------
    ConfigError : an unknown method, a maximum that is not above 0.

    Source: Signorino & Ritter 1999, "Tau-b or Not Tau-b"; Hage 2011, "Choice or Circumstance?".

    Examples
    --------
    >>> import influence as inf
    >>> ties = inf.build_ties(inf.load_panel(first_year=2016, last_year=2016))
    >>> alike = similarity(ties).sel(year=2016, source="CAN")
    >>> bool(alike.sel(target="MEX") > alike.sel(target="MNG"))
    True
    """
    check_method(method)
    _check_maximum(maximum)
    shares, known = known_shares(ties), covered(ties)
    rows = np.arange(shares.shape[1]) if sources is None else np.asarray(sources)
    out: np.ndarray = np.full(shares.shape, np.nan)
    out[:, rows] = np.stack([_year(np.ascontiguousarray(year), method, maximum, rows) for year in shares])
    out[~(known[:, :, None] & known[:, None, :])] = np.nan
    out[:, rows, rows] = np.where(known[:, rows], 1.0, np.nan)
    labels = {name: ties.indexes[name] for name in ("year", "source", "target")}
    labelled = xr.DataArray(out, coords=labels, dims=tuple(labels), name=f"similarity_{method}")
    return labelled.assign_coords(unobserved=(("year", "target"), ties["unobserved"].values))


def _year(shares: np.ndarray, method: str, maximum: float, rows: np.ndarray) -> np.ndarray:
    """Similarity of some columns with all, over the n - 2 rows that are neither of the two and have any tie."""
    present = np.asarray(shares.any(axis=0) | shares.any(axis=1))
    count = present.sum() - present[rows, None].astype(int) - present[None, :]
    count = np.where(count > 0, count, np.nan)
    if method == "s":
        from scipy.spatial.distance import cdist

        distance = cdist(shares.T[rows], shares.T, "cityblock") - (shares[rows] + shares.T[rows])
        return np.asarray(1.0 - 2.0 * np.maximum(distance, 0.0) / (maximum * count))
    return _corrected_for_chance(shares, method, rows, count)


def _corrected_for_chance(shares: np.ndarray, method: str, rows: np.ndarray, count: np.ndarray) -> np.ndarray:
    """kappa or pi of some columns with all: sums of what belongs to either state, less its tie to the other."""
    from influence.metrics.similarity_kernel import column_products

    first, second = shares.T[rows], shares[rows]
    sums, squared = shares.sum(axis=0), (shares**2).sum(axis=0)
    total, other = sums[rows, None] - first, sums - second
    squares = squared[rows, None] - first**2, squared - second**2
    distance = np.maximum(squares[0] + squares[1] - 2.0 * column_products(shares, rows), 0.0)
    mean, mean_other = total / count, other / count
    if method == "kappa":
        spread = squares[0] - total * mean, squares[1] - other * mean_other
        chance = spread[0] + spread[1] + count * (mean - mean_other) ** 2
    else:
        middle = (mean + mean_other) / 2.0
        around = [q - 2.0 * middle * t + count * middle**2 for q, t in zip(squares, (total, other), strict=True)]
        chance = around[0] + around[1]
    tiny = 1e-12 * (squares[0] + squares[1])
    return 1.0 - np.divide(distance, chance, where=chance > tiny, out=np.full_like(distance, np.nan))


def _portfolio(values: Sequence[float] | np.ndarray, name: str) -> np.ndarray:
    try:
        out = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as err:
        raise StateError(f"portfolio {name} must hold numbers: {err}.") from err
    if out.ndim != 1 or not np.isfinite(out).all():
        raise StateError(f"portfolio {name} must be one row of finite numbers; leave out what was not observed.")
    return out
