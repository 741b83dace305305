"""The same pull by the other definitions one might have chosen: how far a number depends on ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

import numpy as np
import xarray as xr

from influence.compare.sides import layer_choices
from influence.config import Config
from influence.panel.panel import Panel
from influence.schema import CAPABILITIES, TRADE_BASES
from influence.ties import build_ties


def other_definitions(panel: Panel, config: Config) -> list[xr.DataArray]:
    """Ties by every trade base with every measure of capability but the configured pair; the same weights."""
    pairs = [pair for pair in product(TRADE_BASES, CAPABILITIES) if pair != (config.trade_base, config.capability)]
    others = [replace(config, trade_base=base, capability=capability) for base, capability in pairs]
    return [build_ties(panel, config.weights, **layer_choices(other)) for other in others]


def range_over(value: np.ndarray, variants: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest of a value and its variants, those without a value left out; NaN where the value is."""
    both = np.stack([value, *variants])
    filled = [np.where(np.isnan(both), bound, both) for bound in (np.inf, -np.inf)]
    low, high = filled[0].min(axis=0), filled[1].max(axis=0)
    gone = np.isnan(value)
    return np.where(gone, np.nan, low), np.where(gone, np.nan, high)
