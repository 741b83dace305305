"""Whom a state's trade depends on: dependence, its asymmetry and concentration, and the cost of a cut-off.

Dyads have dims (year, source, target): u -> v, how much v relies on u.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from influence.errors import ConfigError
from influence.layers import Choices, trade_layer
from influence.metrics.exposure import domestic_sales
from influence.panel.panel import Panel
from influence.quality import meets_coverage
from influence.schema import ELASTICITY, GROSS_OUTPUT_RATIO


def dependence(panel: Panel, base: str = "two_way") -> xr.DataArray:
    """Share of v's trade that is with u (equation 1).

    Parameters
    ----------
    base : two_way, exports (markets) or imports (suppliers).

    Returns
    -------
    dims (year, source, target), share of trade, in [0, 1]; NaN where the flow was not observed, and in columns of
    states of whose trade less than 0.8 was; coordinate `unobserved` (year, target).

    Raises
    ------
    ConfigError : no such base.
    """
    layer = trade_layer(panel, Choices(trade_base=base))
    shares = np.where(meets_coverage(1.0 - layer.unobserved)[:, None, :], layer.shares, np.nan)
    out = _dyads(panel, shares, f"dependence_{base}")
    return out.assign_coords(unobserved=(("year", "target"), layer.unobserved))


def trade_over_gdp(panel: Panel) -> xr.DataArray:
    """Two-way trade of u and v over v's GDP (equation 2): T_uv / Y_v, >= 0, above 1 for entrepôts.

    T_uv / Y_v = (T_uv / T_v)(T_v / Y_v). NaN where a flow or the GDP is missing.
    """
    exports = panel.trade["export_usd"].values
    gdp = panel.attributes["gdp_usd"].values
    size = np.where(gdp > 0, gdp, np.nan)
    return _dyads(panel, (exports + exports.transpose(0, 2, 1)) / size[:, None, :], "trade_over_gdp")


def asymmetry(dependence: xr.DataArray) -> xr.DataArray:
    """How much more v depends on u than u on v: D_uv - D_vu, in [-1, 1] (Hirschman 1945); NaN where either is."""
    return (dependence - _reversed(dependence)).rename("asymmetry")


def salience(dependence: xr.DataArray) -> xr.DataArray:
    """How much the dyad matters to both: sqrt(D_uv D_vu), in [0, 1] (Barbieri 1996); NaN where either is."""
    return ((dependence * _reversed(dependence)) ** 0.5).rename("salience")


def symmetry(dependence: xr.DataArray) -> xr.DataArray:
    """How alike the two depend on each other: 1 - |D_uv - D_vu|, in [0, 1] (Barbieri 1996); NaN where either is."""
    return (1.0 - abs(asymmetry(dependence))).rename("symmetry")


def interdependence(dependence: xr.DataArray) -> xr.DataArray:
    """Salience times symmetry, in [0, 1] (Barbieri 1996); NaN where either dependence is."""
    return (salience(dependence) * symmetry(dependence)).rename("interdependence")


def herfindahl(dependence: xr.DataArray) -> xr.DataArray:
    """Concentration of v's trade on few partners: sum_u D_uv^2, in (0, 1] (equation 11).

    Trade that was not observed adds zero: at a coverage of c the value is too low by at most (1 - c)^2. NaN where v is
    not covered or does not trade.
    """
    total = (dependence.fillna(0.0) ** 2).sum("source")
    return total.where(total > 0).reset_coords(drop=True).rename("herfindahl")


def hirschman(dependence: xr.DataArray) -> xr.DataArray:
    """Square root of the Herfindahl concentration, in (0, 1] (Hirschman 1945); NaN as there."""
    return (herfindahl(dependence) ** 0.5).rename("hirschman")


def vulnerability(
    panel: Panel, sigma: float = ELASTICITY + 1.0, gross_output_ratio: float = GROSS_OUTPUT_RATIO
) -> xr.DataArray:
    """Real income that v would lose without supplier u, in log points (equation 11): a first-order upper bound.

    -ln(1 - w)/(sigma - 1) x m: w the share of u in v's imports, m the share of imports in v's spending, imports over
    imports plus domestic sales (exposure.domestic_sales), sigma the elasticity of substitution between suppliers.

    Returns
    -------
    dims (year, source, target), >= 0; NaN where w or m is missing, and where u is the only supplier (no bound).

    Raises
    ------
    ConfigError : sigma not above 1.
    """
    if not sigma > 1:
        raise ConfigError(f"sigma must be above 1, not {sigma:g}: at 1 or below, no supplier can be replaced.")
    share = dependence(panel, "imports")
    imports = panel.totals["import_usd"].values
    spending = imports + domestic_sales(panel, gross_output_ratio).values
    part = np.divide(imports, spending, where=spending > 0, out=np.full_like(imports, np.nan))
    left = 1.0 - share.values
    cost = -np.log(left, where=left > 0, out=np.full_like(left, np.nan)) / (sigma - 1.0)
    return _dyads(panel, np.abs(cost) * part[:, None, :], "vulnerability")


def _reversed(dependence: xr.DataArray) -> xr.DataArray:
    """Dependence of u on v in the place of that of v on u."""
    return dependence.copy(data=dependence.values.transpose(0, 2, 1))


def _dyads(panel: Panel, values: np.ndarray, name: str) -> xr.DataArray:
    codes = panel.states.index.to_numpy(dtype=str)
    coords = {"year": list(panel.years), "source": codes, "target": codes}
    diagonal = np.arange(len(codes))
    values[:, diagonal, diagonal] = np.nan
    attrs = {"registry": panel.registry}
    return xr.DataArray(values, coords=coords, dims=("year", "source", "target"), name=name, attrs=attrs)
