"""On which layer weights the leading pole of a state hangs: exact, because portfolios are linear in the weights."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from influence.compare.sides import layer_choices
from influence.config import Config
from influence.errors import StateError, YearError
from influence.metrics.pull import pole_members
from influence.panel.panel import Panel
from influence.schema import LAYERS
from influence.ties import build_layers


class Flip(NamedTuple):
    """Where the leading pole changes as the weight of one layer moves and the others share the rest as they do now.

    weight : now. parity : at parity, NaN where no weight from 0 to 1 gives it. without : the balance without the layer.
    alone : that of the layer alone. Both NaN where neither pole pulls there.
    """

    layer: str
    weight: float
    parity: float
    without: float
    alone: float


class Hang(NamedTuple):
    """balance : by the settings. flips : one a layer that weighs. nearest : the weights at parity that are nearest to
    the settings' (least sum of squared differences), None where no weights give parity; distance : how far they are.
    """

    balance: float
    flips: list[Flip]
    nearest: dict[str, float] | None
    distance: float


def hang_on_weights(panel: Panel, config: Config, pair: Sequence[str], state: str, year: int) -> Hang:
    """On which layer weights the leading pole of a state hangs; exact, because portfolios are linear in the weights.

    With d_l = share of layer l that rests on the first pole less that on the second, the poles are level where
    sum_l w_l d_l = 0. Moving layer l alone, w_l = t and the others (1 - t) w_k / (1 - w_l): t = r / (r - d_l), r the
    others' mean d. The nearest weights solve min |w' - w|^2 with sum w' = 1, w' >= 0 and sum w'_l d_l = 0.

    Raises
    ------
    StateError : a state that is a pole, or of which a layer that weighs is not known. YearError : no such year.
    """
    layers = _layer_pulls(panel, config, pair, state, year)
    used = [name for name in LAYERS if config.weights[name] > 0]
    weight = np.array([config.weights[name] for name in used])
    one, other = (np.array([layers[name][side] for name in used]) for side in (0, 1))
    gap, both = one - other, one + other
    flips = []
    for k, name in enumerate(used):
        rest = np.delete(np.arange(len(used)), k)
        share = weight[rest] / weight[rest].sum() if len(rest) else weight[rest]
        others = float(share @ gap[rest])
        parity = others / (others - gap[k]) if others * gap[k] < 0 else float("nan")
        without = _ratio(others, float(share @ both[rest]))
        flips.append(Flip(name, float(weight[k]), float(parity), without, _ratio(float(gap[k]), float(both[k]))))
    nearest, distance = _nearest_level(weight, gap, both)
    told = None if nearest is None else dict(zip(used, map(float, nearest), strict=True))
    return Hang(_ratio(float(weight @ gap), float(weight @ both)), flips, told, distance)


def _ratio(gap: float, both: float) -> float:
    return gap / both if both > 0 else float("nan")


def _layer_pulls(
    panel: Panel, config: Config, pair: Sequence[str], state: str, year: int
) -> dict[str, tuple[float, float]]:
    """Share of each layer that weighs on the two poles.

    Raises
    ------
    StateError : see hang_on_weights.
    """
    if year not in panel.years:
        raise YearError(f"year {year} is not in the panel; it covers {panel.years[0]} to {panel.years[-1]}.")
    layers = build_layers(panel.of_years(year, year), **layer_choices(config))
    out = {}
    for name in (name for name in LAYERS if config.weights[name] > 0):
        one = layers.sel(layer=name)
        members = [pole_members(one, pole)[0] for pole in pair]
        if any(member[one.indexes["target"].get_loc(state)] for member in members):
            raise StateError(f"{state} is a pole in {year}: no pole pulls on itself.")
        column = one.sel(target=state).values[0]
        shares = tuple(float(column[member].sum()) for member in members)
        if any(np.isnan(shares)):
            raise StateError(f"the {name} layer of {state} is not known in {year}: nothing can be said of its weight.")
        out[name] = (shares[0], shares[1])
    return out


def _nearest_level(weight: np.ndarray, gap: np.ndarray, both: np.ndarray) -> tuple[np.ndarray | None, float]:
    """Nearest weights with sum 1, none below 0, at which sum w d = 0 and a pole pulls; every set of layers is tried."""
    best, least = None, np.inf
    for kept in product((False, True), repeat=len(weight)):
        on = np.array(kept)
        if not on.any():
            continue
        # Projection of the weights kept onto the line of the two conditions.
        rows = np.vstack([np.ones(on.sum()), gap[on]])
        try:
            shift = rows.T @ np.linalg.solve(rows @ rows.T, np.array([1.0, 0.0]) - rows @ weight[on])
        except np.linalg.LinAlgError:
            if on.sum() > 1 or gap[on][0] != 0:
                continue
            shift = 1.0 - weight[on]
        found = np.zeros(len(weight))
        found[on] = weight[on] + shift
        if (found < -1e-12).any() or abs(found.sum() - 1) > 1e-9 or abs(found @ gap) > 1e-9:
            continue
        if found @ both < 1e-9:
            continue  # level because nobody pulls: no parity
        distance = float(np.linalg.norm(found - weight))
        if distance < least:
            best, least = np.clip(found, 0.0, None), distance
    return best, least
