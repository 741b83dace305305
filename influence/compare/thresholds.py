"""Layer weights at which the leading pole of a state changes: exact, because portfolios are linear in the weights."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.errors import StateError
from influence.metrics.pull import has_other_members, pole_members
from influence.study import Study


class Threshold(NamedTuple):
    """Where the leading pole changes as the weight of one layer varies and the others keep their proportions.

    weight : at present. zero_balance : the weight at which the balance is zero, NaN where no weight from 0 to 1 gives
    it. without : the balance without the layer. alone : that of the layer alone. Both NaN where neither pole pulls.
    """

    layer: str
    weight: float
    zero_balance: float
    without: float
    alone: float


class WeightThreshold(NamedTuple):
    """balance : by the study's weights. thresholds : one for each layer with a weight. nearest : the weights of zero
    balance that are nearest to the study's (least sum of squared differences), None where no weights give a balance of
    zero; distance : how far they are.
    """

    balance: float
    thresholds: list[Threshold]
    nearest: dict[str, float] | None
    distance: float


def weight_thresholds(study: Study, state: str, year: int, pair: tuple[str, str] | None = None) -> WeightThreshold:
    """Layer weights at which the leading pole of a state changes; exact, because portfolios are linear in the weights.

    With d_l = share of layer l that rests on the first pole less that on the second, the balance is zero where
    sum_l w_l d_l = 0. Moving layer l alone, w_l = t and the others (1 - t) w_k / (1 - w_l): t = r / (r - d_l), r the
    others' mean d. The nearest weights solve min |w' - w|^2 with sum w' = 1, w' >= 0 and sum w'_l d_l = 0.

    Raises
    ------
    StateError : a state that is a pole, or of which a layer that weighs is not known. YearError : no such year.
    """
    pulls = _pulls(study.at(year), pair or study.pair)
    at = study.panel.states.index.get_loc(state)
    if pulls.inside[0, at]:
        raise StateError(f"{state} is a pole in {year}: no pole pulls on itself.")
    one, other = pulls.shares[:, :, 0, at]
    unknown = [name for name, lost in zip(pulls.layers, np.isnan(one + other), strict=True) if lost]
    if unknown:
        raise StateError(
            f"the {unknown[0]} layer of {state} is not known in {year}: the effect of its weight cannot be computed."
        )
    found = _thresholds(pulls.weight, one[:, None], other[:, None])
    columns = found.zero_balance, found.without, found.alone
    thresholds = [Threshold(name, float(weight), *(float(column[k, 0]) for column in columns))
                  for k, (name, weight) in enumerate(zip(pulls.layers, pulls.weight, strict=True))]  # fmt: skip
    reached = np.isfinite(found.distance[0])
    nearest = dict(zip(pulls.layers, map(float, found.nearest[:, 0]), strict=True)) if reached else None
    return WeightThreshold(float(found.balance[0]), thresholds, nearest, float(found.distance[0]))


def weight_threshold_table(study: Study, pair: tuple[str, str] | None = None) -> pd.DataFrame:
    """The same for every state and year of which every layer with a weight is known.

    Returns
    -------
    iso3, year, pole (the pair), balance, layer, weight, zero_balance, without, alone (see Threshold), nearest (of the
    nearest weights of zero balance) and distance (of those from the study's; empty where no weights give it).
    """
    pair = pair or study.pair
    pulls = _pulls(study, pair)
    year, state = np.nonzero(~np.isnan(pulls.shares).any(axis=(0, 1)) & ~pulls.inside)
    found = _thresholds(pulls.weight, *pulls.shares[:, :, year, state])
    cells = {
        "iso3": study.panel.states.index.to_numpy(dtype=str)[state], "year": np.asarray(study.years)[year],
        "pole": "-".join(pair), "balance": found.balance,
    }  # fmt: skip
    parts = []
    for k, name in enumerate(pulls.layers):
        of_layer = {"layer": name, "weight": pulls.weight[k], "zero_balance": found.zero_balance[k],
                    "without": found.without[k], "alone": found.alone[k], "nearest": found.nearest[k]}  # fmt: skip
        distance = np.where(np.isfinite(found.distance), found.distance, np.nan)
        parts.append(pd.DataFrame({**cells, **of_layer, "distance": distance}))
    return pd.concat(parts).sort_values(["iso3", "year"], kind="stable", ignore_index=True)


class _Pulls(NamedTuple):
    """Shares of each layer with a weight on the two poles, (pole, layer, year, state), NaN where not known; inside :
    the state is the only member of a pole, (year, state).
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
    """As Threshold and WeightThreshold, (layer, cell) and (cell); distance is infinite where no weights give zero."""

    balance: np.ndarray
    zero_balance: np.ndarray
    without: np.ndarray
    alone: np.ndarray
    nearest: np.ndarray
    distance: np.ndarray


def _thresholds(weight: np.ndarray, one: np.ndarray, other: np.ndarray) -> _Thresholds:
    """Balances and thresholds at weights (layer), from the layers' shares on the two poles (layer, cell)."""
    gap, both = one - other, one + other
    zero_balance, without = np.full((2, *gap.shape), np.nan)
    for k in range(len(weight)):
        rest = np.delete(np.arange(len(weight)), k)
        if not len(rest):
            continue
        share = weight[rest] / weight[rest].sum()
        others = share @ gap[rest]
        turns = others * gap[k] < 0
        zero_balance[k] = np.divide(others, others - gap[k], where=turns, out=zero_balance[k])
        without[k] = _ratio(others, share @ both[rest])
    nearest, distance = _nearest_weights(weight, gap, both)
    return _Thresholds(_ratio(weight @ gap, weight @ both), zero_balance, without, _ratio(gap, both), nearest, distance)


def _ratio(gap: np.ndarray, both: np.ndarray) -> np.ndarray:
    return np.divide(gap, both, where=both > 0, out=np.full_like(gap, np.nan))


def _nearest_weights(weight: np.ndarray, gap: np.ndarray, both: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nearest weights (layer, cell) with sum 1, none below 0, at which sum w d = 0 and a pole pulls, and how far they
    are; every set of layers is tried.
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
    """Projection of weights onto sum w = 1 and sum w d = 0, as a change of each, (layer, cell); where all d are alike
    onto the first alone.
    """
    count, total, squares = len(weight), gap.sum(axis=0), (gap**2).sum(axis=0)
    short, level = 1.0 - weight.sum(), -(weight @ gap)
    scale = count * squares - total**2
    apart = scale > 1e-14 * np.maximum(count * squares, 1e-300)
    safe = np.where(apart, scale, 1.0)
    first = np.where(apart, (squares * short - total * level) / safe, short / count)
    second = np.where(apart, (count * level - total * short) / safe, 0.0)
    return np.asarray(first + second * gap)
