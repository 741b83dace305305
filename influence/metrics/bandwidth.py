"""Bandwidth times dependence (equation 10), in the spirit of the Formal Bilateral Influence Capacity index.

Source: Moyer, Sweijs, Burrows & Van Manen 2018, Power and Influence in a Globalized World. The weights of the index are
not public: here all are equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import xarray as xr

from influence.errors import YearError
from influence.layers import strength_in_force
from influence.metrics.dependence import dependence, trade_over_gdp
from influence.panel.panel import Panel
from influence.schema import AGREEMENT_STRENGTH, BANDWIDTH_BASE_YEAR


class Unit(NamedTuple):
    """The largest dyad of a base year: its part of the world's two-way trade, and the strongest trade agreement."""

    trade: float
    agreement: float


def bandwidth_unit(
    panel: Panel, base_year: int = BANDWIDTH_BASE_YEAR, agreement_strength: Mapping[str, float] = AGREEMENT_STRENGTH
) -> Unit:
    """The largest dyad of a base year, which bandwidth is measured against.

    Raises
    ------
    YearError : the base year is not in the panel, or has no trade.
    """
    if base_year not in panel.years:
        raise YearError(
            f"base year {base_year} of the bandwidth is not in the panel, which covers {panel.years[0]} to "
            f"{panel.years[-1]}; set bandwidth_base_year."
        )
    year = panel.of_years(base_year, base_year)
    largest = float(np.nanmax(_parts(year), initial=0.0))
    if not largest > 0:
        raise YearError(f"base year {base_year} of the bandwidth has no trade; set bandwidth_base_year to another.")
    return Unit(largest, float(strength_in_force(year, agreement_strength).max()))


def _parts(panel: Panel) -> np.ndarray:
    """Each dyad's part of the world's two-way trade, (year, state, state); NaN where a flow is missing."""
    flows = panel.trade["export_usd"].values
    world = 2.0 * np.nansum(panel.totals["export_usd"].values, axis=1)
    return np.asarray((flows + flows.transpose(0, 2, 1)) / np.where(world > 0, world, np.nan)[:, None, None])


def bandwidth(
    panel: Panel,
    base_year: int = BANDWIDTH_BASE_YEAR,
    agreement_strength: Mapping[str, float] = AGREEMENT_STRENGTH,
    unit: Unit | None = None,
) -> xr.DataArray:
    """How wide the channel between two states is: mean of trade and of agreement, in units of the largest dyad.

    1/2 (b_uv / max b of the base year + s_uv / max s of the base year); b_uv the dyad's part of the world's two-way
    trade, s_uv the strength of the strongest trade agreement in force.

    Parameters
    ----------
    unit : both maxima, for a panel that does not hold the base year.

    Returns
    -------
    dims (year, source, target), symmetric, >= 0, above 1 where a later dyad is larger; NaN where a flow is missing.

    Raises
    ------
    YearError : no unit, and the base year is not in the panel or has no trade.
    """
    largest, strongest = bandwidth_unit(panel, base_year, agreement_strength) if unit is None else unit
    part, strength = _parts(panel), strength_in_force(panel, agreement_strength)
    tied = strength / strongest if strongest > 0 else strength
    labels = dependence(panel).coords
    coords = {name: labels[name].values for name in ("year", "source", "target")}
    return xr.DataArray((part / largest + tied) / 2.0, coords=coords, dims=tuple(coords), name="bandwidth")


def bandwidth_pull(
    panel: Panel,
    base_year: int = BANDWIDTH_BASE_YEAR,
    agreement_strength: Mapping[str, float] = AGREEMENT_STRENGTH,
    unit: Unit | None = None,
) -> xr.DataArray:
    """Bandwidth of the dyad times v's dependence on u (equation 10).

    Dependence is the mean of the share of v's trade (equation 1) and of trade over GDP, capped at 1 (equation 2).

    Parameters
    ----------
    panel, base_year, agreement_strength, unit : as for bandwidth.

    Returns
    -------
    dims (year, source, target), index, >= 0; NaN where a flow or v's GDP is missing, and where v is not covered.

    Raises
    ------
    YearError : see bandwidth.
    """
    width = bandwidth(panel, base_year, agreement_strength, unit)
    relies = (dependence(panel).drop_vars("unobserved") + np.minimum(trade_over_gdp(panel), 1.0)) / 2.0
    return (width * relies).rename("bandwidth_pull")
