"""States as points in a plane: close where their portfolios are alike, and aligned so that years can be compared."""

from __future__ import annotations

import numpy as np
import xarray as xr

from influence.metrics.blocs import LEAST_STATES, complete_states
from influence.metrics.pull import state_labels
from influence.threads import one_thread

AXES = ("x", "y")


def embedding(similar: xr.DataArray) -> xr.DataArray:
    """Classical scaling of similarity into two dimensions (Torgerson 1952), each year aligned with the one before.

    Points are the first two principal components of the doubly centred similarity matrix, so that the squared distance
    of two states is close to s_uu + s_vv - 2 s_uv = 2 (1 - s_uv). Position, rotation and reflection of the map have no
    meaning: in the first year the mean of the states is the origin and the largest coordinate of each axis is positive;
    every later year is moved and rotated, without scaling, to fit the last year with points over the states of both
    (Schönemann 1966). So a state that enters or leaves does not move the others.

    Parameters
    ----------
    similar : (year, source, target), of similarity.similarity.

    Returns
    -------
    dims (year, target, axis), unit: root of similarity; coordinate `kept` (year): share of the two eigenvalues used in
    all positive ones, in [0, 1]. NaN for states without similarity to the others and in years with fewer than four.

    Examples
    --------
    >>> import numpy as np, xarray as xr
    >>> codes = ["AAA", "BBB", "CCC", "DDD"]
    >>> alike = [[[1, 0.9, 0, 0], [0.9, 1, 0, 0], [0, 0, 1, 0.9], [0, 0, 0.9, 1]]]
    >>> coords = {"year": [2016], "source": codes, "target": codes}
    >>> points = embedding(xr.DataArray(alike, coords, ("year", "source", "target"))).sel(year=2016)
    >>> abs(points.sel(axis="x").diff("target")).round(2).values
    array([0.  , 1.38, 0.  ])
    """
    labels = state_labels(similar)
    order = np.argsort(labels["target"])
    points = np.full((len(labels["year"]), len(order), len(AXES)), np.nan)
    kept = np.full(len(points), np.nan)
    before: np.ndarray | None = None
    for year, matrix in enumerate(similar.values):
        inside = order[complete_states(matrix[np.ix_(order, order)])]
        if len(inside) < LEAST_STATES:
            continue
        points[year, inside], kept[year] = _components(matrix[np.ix_(inside, inside)])
        points[year] = _reflected(points[year]) if before is None else _aligned_with(points[year], before)
        before = points[year]
    coords = {**labels, "axis": list(AXES), "kept": ("year", kept)}
    return xr.DataArray(points, coords=coords, dims=("year", "target", "axis"), name="place")


def _components(matrix: np.ndarray) -> tuple[np.ndarray, float]:
    from scipy.linalg import eigh

    centred = matrix - matrix.mean(axis=0) - matrix.mean(axis=1)[:, None] + matrix.mean()
    with one_thread():
        values, vectors = eigh((centred + centred.T) / 2.0)
    values = np.clip(values[::-1], 0.0, None)
    largest = values[: len(AXES)]
    share = float(largest.sum() / values.sum()) if values.sum() > 0 else float("nan")
    return vectors[:, ::-1][:, : len(AXES)] * np.sqrt(largest), share


def _reflected(points: np.ndarray) -> np.ndarray:
    """The points with the largest coordinate of each axis positive."""
    largest = np.nanargmax(np.abs(points), axis=0)
    return points * np.where(points[largest, np.arange(len(AXES))] < 0, -1.0, 1.0)


def _aligned_with(points: np.ndarray, before: np.ndarray) -> np.ndarray:
    """The points moved and rotated to fit those of the year before."""
    from scipy.linalg import orthogonal_procrustes

    both = ~np.isnan(points).any(axis=1) & ~np.isnan(before).any(axis=1)
    if not both.any():
        return _reflected(points)
    middle, middle_before = points[both].mean(axis=0), before[both].mean(axis=0)
    rotation, _ = orthogonal_procrustes(points[both] - middle, before[both] - middle_before)
    return (points - middle) @ rotation + middle_before
