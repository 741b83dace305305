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
from influence.metrics.pull import has_other_members
from influence.panel.panel import Panel
from influence.schema import ELASTICITY, GROSS_OUTPUT_RATIO
from influence.threads import one_thread

BLOCK = 8
"""Years computed at a time, to limit memory."""


def domestic_sales(panel: Panel, gross_output_ratio: float = GROSS_OUTPUT_RATIO) -> xr.DataArray:
    """What each state sells at home, goods and services, in US dollars, (year, state).

    From OECD ICIO for its economies, extended by its ratio to GDP outside 2011-2022; elsewhere gross output less goods
    exports, with gross output = GDP times gross_output_ratio. NaN without GDP, and where exports exceed that output
    (entrepôts, ship registries).

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
    diagonal = np.arange(flows.shape[1])
    flows[:, diagonal, diagonal] = domestic_sales(panel, gross_output_ratio).values
    return panel.trade["export_usd"].copy(data=flows)


def income_exposure(flows_with_domestic: pd.DataFrame | xr.DataArray, theta: float = ELASTICITY) -> xr.DataArray:
    """Response of each state's real income to productivity in each other, U (equation 8).

    S importer x exporter expenditure shares, T exporter x importer income shares, M = TS - I, Q = 1q' of world income
    shares; V = -(theta/(theta+1)) [I - (T + theta TS)/(theta+1) + Q]^-1 M; U = (I - S) V + S.

    Parameters
    ----------
    flows_with_domestic : exporter x importer with sales at home on the diagonal, one matrix or (year, exporter,
        importer), >= 0. NaN off the diagonal counts as no flow; a state without sales at home is left out. Of several
        parts of the world that do not trade with each other, the largest is used.
    theta : trade elasticity, above 0.

    Returns
    -------
    dims (state, shock), or (year, state, shock): U of state v to a shock in p, elasticity: per cent of real income for
    one per cent of productivity. Any sign: a rival's growth may cost. Rows sum to 1. NaN for states left out.

    Raises
    ------
    StateError : not square, empty, negative or infinite flows, no sales at home. ConfigError : theta not above 0.

    Source: Kleinman, Liu & Redding 2024, "International Friends and Enemies".

    Examples
    --------
    >>> import pandas as pd
    >>> flows = pd.DataFrame([[8.0, 2.0], [2.0, 8.0]], ["AAA", "BBB"], ["AAA", "BBB"])
    >>> income_exposure(flows, theta=4).sel(state="AAA").round(3).values
    array([0.973, 0.027])
    """
    if not theta > 0:
        raise ConfigError(f"theta must be above 0, not {theta:g}.")
    if isinstance(flows_with_domestic, xr.DataArray) and flows_with_domestic.ndim == 3:
        years = flows_with_domestic.indexes["year"]
        pairs = [checked_flows(flows_with_domestic.sel(year=year, drop=True)) for year in years]
        labels, stack = pairs[0][0], np.stack([values for _, values in pairs])
        return _labelled(exposure_of(stack, theta), {"year": years, "state": labels, "shock": labels})
    labels, values = checked_flows(flows_with_domestic)
    return _labelled(exposure_of(values[None], theta)[0], {"state": labels, "shock": labels})


def _labelled(values: np.ndarray, coords: dict[str, pd.Index]) -> xr.DataArray:
    return xr.DataArray(values, coords=coords, dims=tuple(coords), name="income_exposure")


def pole_exposure(flows: np.ndarray, theta: float, member: np.ndarray) -> np.ndarray:
    """U of each state to productivity in each pole, (pole, year, state): the sum over its members other than the state.

    Parameters
    ----------
    flows : (year, exporter, importer), as for exposure_of. member : bool (pole, year, state).
    """
    gains = np.moveaxis(exposure_of(flows, theta, np.moveaxis(member.astype(float), 0, 2)), 2, 0)
    inside = np.flatnonzero((member & has_other_members(member)).any(axis=(0, 1)))
    if not len(inside):
        return gains
    alone = np.broadcast_to(np.eye(flows.shape[1])[:, inside], (*flows.shape[:2], len(inside)))
    from_itself = np.zeros(flows.shape[:2])
    from_itself[:, inside] = np.diagonal(exposure_of(flows, theta, alone)[:, inside], axis1=1, axis2=2)
    return np.where(member, gains - from_itself, gains)


def exposure_of(flows: np.ndarray, theta: float, shocks: np.ndarray | None = None) -> np.ndarray:
    """U on plain arrays, flows (year, exporter, importer) -> (year, state, shock).

    shocks : (year, n, k) productivity changes; those of each state alone by default.

    Raises
    ------
    StateError : no state sells at home in some year.
    """
    blocks = [slice(y, y + BLOCK) for y in range(0, len(flows), BLOCK)]
    parts = [_exposure_of_block(flows[b], theta, None if shocks is None else shocks[b]) for b in blocks]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _exposure_of_block(flows: np.ndarray, theta: float, shocks: np.ndarray | None) -> np.ndarray:
    included = np.stack([_largest_part(year) for year in flows])
    if not included.any(axis=1).all():
        raise StateError(
            "flows_with_domestic must have sales at home on the diagonal, and has none. "
            "exposure.flows_with_domestic(panel) returns such flows."
        )
    eye = np.eye(flows.shape[1])
    both = included[:, :, None] & included[:, None, :]
    # A state that is left out sells to itself alone, so that the matrices remain regular.
    known = np.where(both, np.nan_to_num(flows), eye)
    income = np.where(included, known.sum(axis=2), 0.0)
    sold = known / known.sum(axis=2)[:, :, None]
    bought = known.transpose(0, 2, 1) / known.sum(axis=1)[:, :, None]
    change = np.broadcast_to(eye, flows.shape) if shocks is None else shocks
    with one_thread():
        chained = np.matmul(sold, bought)
        right = np.matmul(chained - eye, change)
    system = eye - (sold + theta * chained) / (theta + 1.0) + (income / income.sum(axis=1, keepdims=True))[:, None, :]
    response = solve_years(np.where(both, system, eye), right) * (-theta / (theta + 1.0))
    with one_thread():
        gain = response + np.matmul(bought, change - response)
    answered = both if shocks is None else np.broadcast_to(included[:, :, None], gain.shape)
    return np.where(answered, gain, np.nan)


def _largest_part(flows: np.ndarray) -> np.ndarray:
    """States that sell at home and are linked by trade, the largest such part of the world by sales, bool (state).

    Between parts that do not trade with each other, relative wages are not defined.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    home = np.diagonal(flows) > 0
    known = np.where(home[:, None] & home[None, :], np.nan_to_num(flows), 0.0)
    _, part = connected_components(csr_array(known), directed=True, connection="weak")
    sales = np.bincount(part, weights=known.sum(axis=1))
    return np.asarray(home & (part == sales.argmax()))
