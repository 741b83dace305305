"""The same ties by the other definitions of trade base and capability: how far a number depends on the choice."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import numpy as np
import xarray as xr

from influence.schema import CAPABILITIES, TRADE_BASES
from influence.study import Study


def other_definitions(study: Study) -> list[xr.DataArray]:
    """Ties by every combination of trade base and capability but the study's; the weights are the same."""
    chosen = (study.method.trade_base, study.method.capability)
    pairs = [pair for pair in product(TRADE_BASES, CAPABILITIES) if pair != chosen]
    return [study.on(study.panel).with_method(trade_base=base, capability=size).ties for base, size in pairs]


def range_over(value: np.ndarray, variants: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest of a value and its variants, missing variants left out; NaN where the value is missing."""
    both = np.stack([value, *variants])
    missing = np.isnan(value)
    low, high = np.fmin.reduce(both), np.fmax.reduce(both)
    return np.where(missing, np.nan, low), np.where(missing, np.nan, high)
