"""Real-income exposure (equation 8): what a state's real income gains from productivity elsewhere.

Source: Kleinman, Liu & Redding 2024, International Friends and Enemies.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import ConfigError, StateError
from influence.metrics.linear import solve_years
from influence.metrics.matrices import checked_flows
from influence.panel.panel import Panel
from influence.schema import ELASTICITY, GROSS_OUTPUT_RATIO
from influence.threads import one_thread

BLOCK = 8
"""Years worked on at a time, to keep what lies between small."""


def domestic_sales(panel: Panel, gross_output_ratio: float = GROSS_OUTPUT_RATIO) -> xr.DataArray:
    """What each state sells at home, goods and services, in US dollars, (year, state).

    OECD ICIO where it has the economy, by its ratio to GDP in the years outside 2011-2022; elsewhere gross output less
    goods exports, gross output being GDP times the stated ratio. NaN without GDP, and where exports exceed the output
    so estimated (entrepôts, registries of ships).

    Raises
    ------
    ConfigError : a ratio that is not above 0.
    """
    if not gross_output_ratio > 0:
        raise ConfigError(f"gross_output_ratio must be above 0, not {gross_output_ratio:g}.")
    observed = panel.attributes["domestic_usd"]
    rest = gross_output_ratio * panel.attributes["gdp_usd"] - panel.totals["export_usd"]
    return observed.where(~np.isnan(observed), rest.where(rest > 0)).reset_coords(drop=True).rename("domestic_usd")


def flows_with_domestic(panel: Panel, gross_output_ratio: float = GROSS_OUTPUT_RATIO) -> xr.DataArray:
    """Goods trade with domestic sales on the diagonal, (year, exporter, importer), US dollars; NaN where unobserved."""
    flows = panel.trade["export_usd"].values.copy()
    own = np.arange(flows.shape[1])
    flows[:, own, own] = domestic_sales(panel, gross_output_ratio).values
    return panel.trade["export_usd"].copy(data=flows)


def income_exposure(flows_with_domestic: pd.DataFrame | xr.DataArray, theta: float = ELASTICITY) -> xr.DataArray:
    """Response of each state's real income to productivity in each other, U (equation 8).

    S importer x exporter expenditure shares, T exporter x importer income shares, M = TS - I, Q = 1q' of world income
    shares; V = -(theta/(theta+1)) [I - (T + theta TS)/(theta+1) + Q]^-1 M; U = (I - S) V + S.

    Parameters
    ----------
    flows_with_domestic : exporter x importer with sales at home on the diagonal, one matrix or (year, exporter,
        importer), >= 0. NaN off the diagonal counts for nothing; a state without sales at home is left out.
        With several parts of the world that do not trade, the largest is taken.
    theta : trade elasticity, above 0.

    Returns
    -------
    dims (state, shock), or (year, state, shock): U of state v to a shock in p, elasticity: per cent of real income for
    one per cent of productivity. Any sign: a rival's growth may cost. Rows sum to 1. NaN for states left out.

    Raises
    ------
    StateError : not square, empty, negative or infinite flows, nobody sells at home. ConfigError : theta not above 0.
    """
    if not theta > 0:
        raise ConfigError(f"theta must be above 0, not {theta:g}.")
    if isinstance(flows_with_domestic, xr.DataArray) and flows_with_domestic.ndim == 3:
        years = flows_with_domestic.indexes["year"]
        pairs = [checked_flows(flows_with_domestic.sel(year=year, drop=True)) for year in years]
        labels, stack = pairs[0][0], np.stack([values for _, values in pairs])
        coords: dict[str, pd.Index] = {"year": years, "state": labels, "shock": labels}
        return xr.DataArray(exposure_of(stack, theta), coords=coords, dims=tuple(coords), name="income_exposure")
    labels, values = checked_flows(flows_with_domestic)
    coords = {"state": labels, "shock": labels}
    return xr.DataArray(exposure_of(values[None], theta)[0], coords=coords, dims=tuple(coords), name="income_exposure")


def exposure_of(flows: np.ndarray, theta: float, shocks: np.ndarray | None = None) -> np.ndarray:
    """U on plain arrays, flows (year, exporter, importer) -> (year, state, shock).

    shocks : (year, n, k) productivity changes to answer; those of each state alone by default.

    Raises
    ------
    StateError : nobody sells at home in some year.
    """
    years = range(0, len(flows), BLOCK)
    if len(years) > 1:
        parts = [
            exposure_of(flows[y : y + BLOCK], theta, None if shocks is None else shocks[y : y + BLOCK]) for y in years
        ]
        return np.concatenate(parts)
    there = np.stack([_one_world(year) for year in flows])
    if not there.any(axis=1).all():
        raise StateError(
            "flows_with_domestic must have sales at home on the diagonal; there are none. "
            "exposure.flows_with_domestic(panel) makes such flows."
        )
    eye = np.eye(flows.shape[1])
    both = there[:, :, None] & there[:, None, :]
    # Who is left out sells to itself alone, so that the matrices stay regular.
    known = np.where(both, np.nan_to_num(flows), eye)
    income = np.where(there, known.sum(axis=2), 0.0)
    sold = known / known.sum(axis=2)[:, :, None]
    bought = known.transpose(0, 2, 1) / known.sum(axis=1)[:, :, None]
    with one_thread():
        chained = np.matmul(sold, bought)
    system = eye - (sold + theta * chained) / (theta + 1.0) + (income / income.sum(axis=1, keepdims=True))[:, None, :]
    change = np.broadcast_to(eye, flows.shape) if shocks is None else shocks
    with one_thread():
        right = np.matmul(chained - eye, change)
    response = solve_years(np.where(both, system, eye), right) * (-theta / (theta + 1.0))
    with one_thread():
        gain = response + np.matmul(bought, change - response)
    answered = both if shocks is None else np.broadcast_to(there[:, :, None], gain.shape)
    return np.where(answered, gain, np.nan)


def _one_world(flows: np.ndarray) -> np.ndarray:
    """States that sell at home and are tied to each other by trade, the largest such part of the world by sales.

    Between parts that do not trade relative wages have no value.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    home = np.diagonal(flows) > 0
    known = np.where(home[:, None] & home[None, :], np.nan_to_num(flows), 0.0)
    _, part = connected_components(csr_array(known), directed=True, connection="weak")
    sales = np.bincount(part, weights=known.sum(axis=1))
    return np.asarray(home & (part == sales.argmax()))
