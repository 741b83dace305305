"""States as points in a plane: near where their portfolios are alike, and turned so that years can be compared."""

from __future__ import annotations

import numpy as np
import xarray as xr

from influence.metrics.blocs import LEAST_STATES, complete_states
from influence.metrics.pull import state_labels
from influence.threads import one_thread

AXES = ("x", "y")


def embedding(similar: xr.DataArray) -> xr.DataArray:
    """Classical scaling of similarity into two dimensions (Torgerson 1952), each year turned onto the one before.

    Points are the first two principal components of the doubly centred similarity matrix, so that the squared distance
    of two states is near s_uu + s_vv - 2 s_uv = 2 (1 - s_uv). Where the map lies, a turn and a mirror mean nothing: in
    the first year the middle of the states is the origin and the largest coordinate of each axis is made positive;
    every later year is moved and turned, not stretched, as near as can be to the last one with places, over the states
    both have (Schönemann 1966). So a state that comes or goes does not move the others.

    Parameters
    ----------
    similar : (year, source, target), of similarity.similarity.

    Returns
    -------
    dims (year, target, axis); coordinate `kept` (year): the share of the positive eigenvalues in the two taken. NaN for
    states without similarity to the others and in years with fewer than four.
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
        found, kept[year] = _components(matrix[np.ix_(inside, inside)])
        points[year, inside] = found
        points[year] = _upright(points[year]) if before is None else _turned_onto(points[year], before)
        before = points[year]
    coords = {**labels, "axis": list(AXES), "kept": ("year", kept)}
    return xr.DataArray(points, coords=coords, dims=("year", "target", "axis"), name="place")


def _components(matrix: np.ndarray) -> tuple[np.ndarray, float]:
    from scipy.linalg import eigh

    centred = matrix - matrix.mean(axis=0) - matrix.mean(axis=1)[:, None] + matrix.mean()
    with one_thread():
        values, vectors = eigh((centred + centred.T) / 2.0)
    values = np.clip(values[::-1], 0.0, None)
    taken = values[: len(AXES)]
    share = float(taken.sum() / values.sum()) if values.sum() > 0 else float("nan")
    return vectors[:, ::-1][:, : len(AXES)] * np.sqrt(taken), share


def _upright(points: np.ndarray) -> np.ndarray:
    largest = np.nanargmax(np.abs(points), axis=0)
    return points * np.where(points[largest, np.arange(len(AXES))] < 0, -1.0, 1.0)


def _turned_onto(points: np.ndarray, before: np.ndarray) -> np.ndarray:
    from scipy.linalg import orthogonal_procrustes

    both = ~np.isnan(points).any(axis=1) & ~np.isnan(before).any(axis=1)
    if not both.any():
        return _upright(points)
    middle, middle_before = points[both].mean(axis=0), before[both].mean(axis=0)
    turn, _ = orthogonal_procrustes(points[both] - middle, before[both] - middle_before)
    return (points - middle) @ turn + middle_before
