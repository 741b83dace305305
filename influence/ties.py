"""Ties: how much each state relies on each other state over all layers (equation 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from influence.errors import ConfigError
from influence.layers import Choices, blocks, coordinates, layer_specs, layers_of
from influence.panel.panel import Panel
from influence.schema import AGREEMENT_STRENGTH, PACT_STRENGTH
from influence.specs import LAYERS, WEIGHTS, function_of


def build_ties(
    panel: Panel, weights: Mapping[str, float] = WEIGHTS, *, trade_base: str = "two_way", capability: str = "gdp",
    pact_strength: Mapping[str, float] = PACT_STRENGTH, agreement_strength: Mapping[str, float] = AGREEMENT_STRENGTH,
) -> xr.DataArray:  # fmt: skip
    """The composite portfolio W = sum_l w_l L_l for all years at once (equation 4).

    Weights are complete: a layer that they do not name weighs 0. They are rescaled to sum to 1. A layer without data
    for a whole year is left out for that year, the others are rescaled, and the year is a break. A layer unobserved for
    one state adds its weight to that state's unobserved.

    Returns
    -------
    dims (year, source, target), shares in [0, 1]. NaN where the pair was unobserved in a layer that saw the rest of
    the column, and in columns of which nothing was observed. Coordinates not_covered, unobserved and is_break
    (year, target); name, region, latitude, longitude (target); attrs weights and registry.

    Raises
    ------
    ConfigError : unknown layer, negative weight, all weights zero, unknown base or capability.
    """
    normal, specs = checked_weights(weights, panel.layer_names), layer_specs(panel)
    choices = Choices(trade_base, capability, pact_strength, agreement_strength)
    size = len(panel.states)
    total = np.empty((len(panel.years), size, size))
    not_covered, unobserved = np.zeros((2, len(panel.years), size))
    breaks = np.zeros(unobserved.shape, dtype=bool)
    seen: dict[str, np.ndarray] = {name: np.zeros(unobserved.shape, dtype=bool) for name, w in normal.items() if w > 0}
    for years in blocks(panel):
        parts = layers_of(panel, tuple(seen), choices, years)
        weight = yearly_weights({name: np.any(part.unobserved < 1, axis=1) for name, part in parts.items()}, normal)
        block = total[years]
        block[...] = 0.0
        for name, part in parts.items():
            block += np.multiply(part.shares, weight[name][:, None, None], out=part.shares)
            not_covered[years] += part.not_covered * weight[name][:, None]
            seen[name][years] = (part.unobserved < 1) & (weight[name] > 0)[:, None]
        # What a layer knows of a pair that another does not is not the pair's share: it counts as unobserved too.
        unobserved[years] = np.clip(1.0 - not_covered[years] - np.nansum(block, axis=1), 0.0, 1.0)
    unobserved[unobserved < 1e-12] = 0.0
    year, target = np.nonzero(unobserved >= 1 - 1e-12)
    total[year, :, target] = np.nan
    for name, there in seen.items():
        breaks[1:] |= there[1:] != there[:-1]
        exists = np.asarray(there.any(axis=1))
        breaks[1:] |= (exists[1:] != exists[:-1])[:, None]  # the others' weights are rescaled for every state
        if (series := specs[name].breaks) is not None:
            breaks |= function_of(series)(panel)
    of_target = ("year", "target")
    coords = {
        **coordinates(panel),
        "not_covered": (of_target, not_covered),
        "unobserved": (of_target, unobserved),
        "is_break": (of_target, breaks),
        **{name: ("target", panel.states[name].to_numpy()) for name in ("name", "region", "latitude", "longitude")},
    }
    weights_used = ",".join(f"{name}={w:g}" for name, w in normal.items() if w > 0)
    attrs = {"weights": weights_used, "registry": panel.registry}
    return xr.DataArray(total, coords=coords, dims=("year", "source", "target"), name="pull", attrs=attrs)


def checked_weights(weights: Mapping[str, float], layers: Sequence[str] = tuple(LAYERS)) -> dict[str, float]:
    """Weights of all layers (Panel.layer_names), rescaled to sum to 1.

    Raises
    ------
    ConfigError : unknown layer, negative or not a number, all zero.
    """
    unknown = sorted(set(weights) - set(layers))
    if unknown:
        raise ConfigError(f"weights name no layer {', '.join(unknown)}; layers are: {', '.join(layers)}.")
    bad = {name: w for name, w in weights.items() if not np.isfinite(w) or w < 0}
    if bad:
        raise ConfigError(f"weights must be finite and not negative; {', '.join(f'{k}={v}' for k, v in bad.items())}.")
    total = sum(weights.values())
    if not np.isfinite(total):
        raise ConfigError(f"weights are too large to add up; {', '.join(f'{k}={v}' for k, v in weights.items())}.")
    if total <= 0:
        raise ConfigError(f"all layer weights are zero; give at least one of {', '.join(layers)} a weight.")
    return {name: weights.get(name, 0.0) / total for name in layers}


def yearly_weights(exists: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Weight of each layer in each year, rescaled over the layers that exist in the year; 0 where none does."""
    raw = {name: weights[name] * there for name, there in exists.items()}
    whole = np.sum(list(raw.values()), axis=0)
    scale = np.divide(1.0, whole, where=whole > 0, out=np.zeros_like(whole))
    return {name: w * scale for name, w in raw.items()}
