"""At which layer weights the leading pole of a state changes: exact, because ties are linear in the weights."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.errors import StateError
from influence.metrics.pull import has_other_members, pole_members
from influence.study import Study


class LeadChange(NamedTuple):
    """Where the leading pole changes as the weight of one layer changes and the others share the rest in proportion.

    weight : the configured one. threshold : the weight at which the balance is 0, NaN if no weight from 0 to 1 gives
    it. without, alone : the balance without the layer and of the layer alone, NaN if neither pole pulls there.
    """

    layer: str
    weight: float
    threshold: float
    without: float
    alone: float


class WeightThreshold(NamedTuple):
    """balance : with the configured weights. thresholds : one for each layer with a weight above 0. nearest : the
    weights nearest to the configured ones that give a balance of 0 (smallest sum of squared differences), None if none
    do. distance : Euclidean, from the configured to the nearest weights; infinite if none.
    """

    balance: float
    thresholds: list[LeadChange]
    nearest: dict[str, float] | None
    distance: float

    def __repr__(self) -> str:
        changes = ", ".join(f"{one.layer} {one.threshold:.3f}" for one in self.thresholds if one.threshold >= 0)
        return f"<WeightThreshold: balance {self.balance:+.3f}; the lead changes at {changes or 'no weight'}>"

    def _repr_html_(self) -> str:
        return pd.DataFrame(self.thresholds).round(3).to_html(index=False, na_rep="", border=0)


def weight_thresholds(study: Study, state: str, year: int, pair: tuple[str, str] | None = None) -> WeightThreshold:
    """Layer weights at which the leading pole of a state changes.

    With d_l = the first pole's share of layer l minus the second's, the balance is 0 where sum_l w_l d_l = 0. If the
    weight of layer l alone changes, w_l = t and the others are (1 - t) w_k / (1 - w_l): t = r / (r - d_l), r the mean d
    of the others. The nearest weights solve min |w' - w|^2 with sum w' = 1, w' >= 0 and sum w'_l d_l = 0. Both are
    exact, because ties are linear in the weights.

    Parameters
    ----------
    study : gives panel, method and poles.
    state : ISO3 code.
    pair : two poles; the first two of the study by default.

    Returns
    -------
    balance in [-1, 1]; thresholds, nearest: weights in [0, 1]; see WeightThreshold and LeadChange.

    Raises
    ------
    StateError : the state is the only member of a pole, or a layer with a weight is missing for it. YearError : no such
        year.

    Examples
    --------
    >>> import influence as inf
    >>> found = inf.weight_thresholds(inf.load_study(first_year=2016, last_year=2016), "KOR", 2016)
    >>> round(found.thresholds[1].threshold, 2), found.thresholds[1].layer
    (0.08, 'alliance')
    """
    pulls = _pulls(study.at(year), pair or study.pair)
    at = study.panel.states.index.get_loc(state)
    if pulls.inside[0, at]:
        raise StateError(f"{state} is a pole in {year}: no pole pulls on itself.")
    one, other = pulls.shares[:, :, 0, at]
    unknown = [name for name, lost in zip(pulls.layers, np.isnan(one + other), strict=True) if lost]
    if unknown:
        raise StateError(
            f"the {unknown[0]} layer of {state} is missing in {year}, so it has no threshold; choose another year."
        )
    found = _thresholds(pulls.weight, one[:, None], other[:, None])
    columns = found.threshold[:, 0], found.without[:, 0], found.alone[:, 0]
    changes = [
        LeadChange(name, *map(float, row)) for name, *row in zip(pulls.layers, pulls.weight, *columns, strict=True)
    ]
    reached = np.isfinite(found.distance[0])
    nearest = dict(zip(pulls.layers, map(float, found.nearest[:, 0]), strict=True)) if reached else None
    return WeightThreshold(float(found.balance[0]), changes, nearest, float(found.distance[0]))


def weight_threshold_table(study: Study, pair: tuple[str, str] | None = None) -> pd.DataFrame:
    """weight_thresholds of every state and year for which every layer with a weight is observed.

    Columns: iso3, year, pole (the pair), balance, layer, weight, threshold, without, alone, nearest (the layer's weight
    among the nearest), distance (NaN if no weights give a balance of 0).
    """
    pair = pair or study.pair
    pulls = _pulls(study, pair)
    year, state = np.nonzero(~np.isnan(pulls.shares).any(axis=(0, 1)) & ~pulls.inside)
    found = _thresholds(pulls.weight, *pulls.shares[:, :, year, state])
    cell = {
        "iso3": study.panel.states.index.to_numpy(dtype=str)[state], "year": np.asarray(study.years)[year],
        "pole": "-".join(pair), "balance": found.balance,
    }  # fmt: skip
    distance = np.where(np.isfinite(found.distance), found.distance, np.nan)
    parts = []
    for k, name in enumerate(pulls.layers):
        of_layer = {"layer": name, "weight": pulls.weight[k], "threshold": found.threshold[k],
                    "without": found.without[k], "alone": found.alone[k], "nearest": found.nearest[k]}  # fmt: skip
        parts.append(pd.DataFrame({**cell, **of_layer, "distance": distance}))
    return pd.concat(parts).sort_values(["iso3", "year"], kind="stable", ignore_index=True)


class _Pulls(NamedTuple):
    """shares : of each layer with a weight, on the two poles (pole, layer, year, state), NaN if missing. inside : the
    state is the only member of a pole, (year, state).
    """

    layers: list[str]
    weight: np.ndarray
    shares: np.ndarray
    inside: np.ndarray


def _pulls(study: Study, pair: Sequence[str]) -> _Pulls:
    layers, used, weights = study.layers, study.weighing, study.method.weights
    total = sum(weights.values())
    members = [pole_members(layers.sel(layer="trade"), pole) for pole in pair]
    sole = [member & ~has_other_members(member) for member in members]
    shares = np.stack([
        [np.stack([year[held].sum(axis=0) for year, held in zip(layers.sel(layer=name).values, member, strict=True)])
         for name in used]
        for member in members
    ])  # fmt: skip
    return _Pulls(used, np.array([weights[name] / total for name in used]), shares, sole[0] | sole[1])


class _Thresholds(NamedTuple):
    """As in LeadChange (layer, cell) and WeightThreshold (cell, and nearest (layer, cell))."""

    balance: np.ndarray
    threshold: np.ndarray
    without: np.ndarray
    alone: np.ndarray
    nearest: np.ndarray
    distance: np.ndarray


def _thresholds(weight: np.ndarray, one: np.ndarray, other: np.ndarray) -> _Thresholds:
    """From the weights (layer) and the shares of the layers on the two poles (layer, cell)."""
    gap, both = one - other, one + other
    threshold, without = np.full((2, *gap.shape), np.nan)
    for k in range(len(weight)):
        rest = np.delete(np.arange(len(weight)), k)
        if not len(rest):
            continue
        share = weight[rest] / weight[rest].sum()
        others = share @ gap[rest]
        turns = others * gap[k] < 0
        threshold[k] = np.divide(others, others - gap[k], where=turns, out=threshold[k])
        without[k] = _ratio(others, share @ both[rest])
    return _Thresholds(
        _ratio(weight @ gap, weight @ both), threshold, without, _ratio(gap, both), *_level(weight, gap, both)
    )


def _ratio(gap: np.ndarray, both: np.ndarray) -> np.ndarray:
    return np.divide(gap, both, where=both > 0, out=np.full_like(gap, np.nan))


def _level(weight: np.ndarray, gap: np.ndarray, both: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nearest weights (layer, cell) with sum 1, none below 0, at which sum w d = 0 and a pole pulls, and their
    distance; every set of layers is tried.
    """
    best, least = np.full_like(gap, np.nan), np.full(gap.shape[1], np.inf)
    for kept in product((False, True), repeat=len(weight)):
        on = np.array(kept)
        if not on.any():
            continue
        found = np.zeros_like(gap)
        found[on] = weight[on, None] + _shift(weight[on], gap[on])
        good = (found > -1e-12).all(axis=0) & (np.abs(found.sum(axis=0) - 1) < 1e-9)
        good &= (np.abs((found * gap).sum(axis=0)) < 1e-9) & ((found * both).sum(axis=0) >= 1e-9)
        distance = np.linalg.norm(found - weight[:, None], axis=0)
        better = good & (distance < least)
        best[:, better], least[better] = np.clip(found[:, better], 0.0, None), distance[better]
    return best, least


def _shift(weight: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Projection of the weights onto sum w = 1 and sum w d = 0, as a change of each, (layer, cell); only onto the
    first if all d are equal.
    """
    count, total, squares = len(weight), gap.sum(axis=0), (gap**2).sum(axis=0)
    short, level = 1.0 - weight.sum(), -(weight @ gap)
    scale = count * squares - total**2
    distinct = scale > 1e-14 * np.maximum(count * squares, 1e-300)
    safe = np.where(distinct, scale, 1.0)
    first = np.where(distinct, (squares * short - total * level) / safe, short / count)
    second = np.where(distinct, (count * level - total * short) / safe, 0.0)
    return np.asarray(first + second * gap)
