"""The same pull by other definitions of trade and capability: how much a number depends on the definition."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import numpy as np
import xarray as xr

from influence.schema import CAPABILITIES, TRADE_BASES
from influence.study import Study


def other_definitions(study: Study) -> list[xr.DataArray]:
    """Ties by every trade base with every measure of capability but the study's own pair; the same weights."""
    chosen = (study.method.trade_base, study.method.capability)
    pairs = [pair for pair in product(TRADE_BASES, CAPABILITIES) if pair != chosen]
    return [study.on(study.panel).with_method(trade_base=base, capability=size).ties for base, size in pairs]


def range_over(value: np.ndarray, variants: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest of a value and its variants, those without a value left out; NaN where the value is."""
    both = np.stack([value, *variants])
    filled = [np.where(np.isnan(both), bound, both) for bound in (np.inf, -np.inf)]
    low, high = filled[0].min(axis=0), filled[1].max(axis=0)
    gone = np.isnan(value)
    return np.where(gone, np.nan, low), np.where(gone, np.nan, high)
