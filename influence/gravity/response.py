"""The trade response with labels, for scripts (equation 14)."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd
import xarray as xr
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from influence.errors import TradeError
from influence.gravity.hat_algebra import Equilibrium, Tariffs, solve_response
from influence.schema import ELASTICITY

Labelled = TypeVar("Labelled", pd.DataFrame, xr.DataArray)
DEFICITS = ("additive", "multiplicative")


class TradeResponse(NamedTuple):
    """New equilibrium relative to the old; wages, prices and real_income are ratios, 1 for no change, indexed by state.

    flows : new, in the form and unit of the old. wages : income of a state's factor in units of world income.
    prices : of its spending. real_income : income over prices. steps : of the solver. residual : largest excess demand
    left, as a share of a state's income.
    """

    flows: pd.DataFrame | xr.DataArray
    wages: pd.Series
    prices: pd.Series
    real_income: pd.Series
    steps: int
    residual: float

    def __repr__(self) -> str:
        largest = (self.real_income - 1).abs().idxmax()
        change = 100 * (self.real_income[largest] - 1)
        return f"<TradeResponse: {len(self.wages)} economies; largest change of real income {largest} {change:+.2f} %>"


def trade_response(
    flows: Labelled, cost: Labelled, theta: float = ELASTICITY, deficits: str = "additive", *,
    tariffs: tuple[xr.DataArray, xr.DataArray] | None = None,
) -> TradeResponse:  # fmt: skip
    """Trade, wages, prices and real income after trade costs change, by exact hat algebra (equation 14).

    The equations are in hat_algebra.solve_response.

    Parameters
    ----------
    flows : exporter x importer, or (sector, exporter, importer), any currency, domestic sales on the diagonal (at least
        in one sector); the same states on both sides, in any order. A flow of zero stays zero.
    cost : log partial effect on trade, beta_ij: trade is multiplied by exp(beta_ij) before wages and prices change; for
        tariffs -theta ln((1 + t') / (1 + t)); -inf for an embargo. Labelled as flows; a matrix holds for every sector.
    theta : trade elasticity, above 0; 4 by default, 1.5 to 8 is the usual range.
    deficits : additive (kept in units of world income) or multiplicative (kept as a ratio to income).
    tariffs : rates before and after, (sector, exporter, importer), if their revenue is to be spent.

    Returns
    -------
    TradeResponse: new flows in the unit of the old; ratios of wages, prices and real income by state, above 0. A cost
    of 0 everywhere gives the same flows and ratios of 1.

    Raises
    ------
    TradeError : flows not finite or negative, a state without domestic sales or not linked with the others, labels that
        do not match, cost not a number or +inf, tariffs of -100 % or less, no equilibrium.

    Source: Dekle, Eaton & Kortum 2008, "Global Rebalancing with Gravity"; Caliendo & Parro 2015.

    Examples
    --------
    >>> import pandas as pd
    >>> flows = pd.DataFrame([[8.0, 2.0], [2.0, 8.0]], ["AAA", "BBB"], ["AAA", "BBB"])
    >>> dearer = pd.DataFrame([[0.0, -0.4], [-0.4, 0.0]], ["AAA", "BBB"], ["AAA", "BBB"])
    >>> trade_response(flows, dearer).real_income.round(4).to_dict()
    {'AAA': 0.9831, 'BBB': 0.9831}
    """
    _check_choices(theta, deficits)
    base, states, sectors = _cube(flows, "flows")
    effect = _fitted(cost, "cost", states, sectors, base.shape)
    check_flows(base, states)
    if np.isnan(effect).any() or (effect == np.inf).any():
        raise TradeError(f"cost is not a number for {_pair(~(effect < np.inf), states)}; allowed: finite, or -inf.")
    _check_linked(base * np.exp(effect), states)
    rates = None
    if tariffs is not None:
        rates = Tariffs(*(_fitted(rate, "tariffs", states, sectors, base.shape) for rate in tariffs))
        _check_rates(rates, states)
    found = solve_response(base, effect, theta, additive=deficits == "additive", tariffs=rates, labels=states)
    return _labelled(found, flows, states)


def _check_choices(theta: float, deficits: str) -> None:
    if not (np.isfinite(theta) and theta > 0):
        raise TradeError(f"the trade elasticity theta must be a number above 0, not {theta!r}.")
    if deficits not in DEFICITS:
        raise TradeError(f"deficits {deficits!r} are not known; allowed: {', '.join(DEFICITS)}.")


def _check_rates(rates: Tariffs, states: list[str]) -> None:
    for rate in rates:
        bad = ~(np.isfinite(rate) & (rate > -1))
        if bad.any():
            raise TradeError(f"the tariff on {_pair(bad, states)} is not a number above -100 %.")


def check_flows(flows: np.ndarray, states: list[str]) -> None:
    """Finite, not negative, domestic sales of every state, all states linked by trade.

    Raises
    ------
    TradeError : the rule and the states that break it.
    """
    bad = ~(np.isfinite(flows) & (flows >= 0))
    if bad.any():
        raise TradeError(f"flows must be finite and not negative; {_pair(bad, states)} is not (missing is not zero).")
    home = np.einsum("sii->i", flows)
    none = [state for state, sales in zip(states, home, strict=True) if sales <= 0]
    if none:
        raise TradeError(
            f"no domestic sales for {', '.join(none[:8])}{' …' if len(none) > 8 else ''}: the diagonal of flows must "
            f"contain the sales of each state at home."
        )


def _check_linked(flows: np.ndarray, states: list[str]) -> None:
    parts, part = connected_components(csr_array(flows.sum(axis=0) > 0), directed=True, connection="weak")
    if parts > 1:
        small = np.flatnonzero(part != np.bincount(part).argmax())
        cut = ", ".join(states[i] for i in small[:8])
        raise TradeError(
            f"{cut}{' …' if len(small) > 8 else ''}: no trade links this part of the flows with the rest, so its wages "
            f"cannot be compared; remove these states, or keep trade with one partner."
        )


def _cube(given: pd.DataFrame | xr.DataArray, label: str) -> tuple[np.ndarray, list[str], list[str] | None]:
    """Values as (sector, exporter, importer), the states in the exporters' order, and the sectors if there are any."""
    array = xr.DataArray(given, dims=("exporter", "importer")) if isinstance(given, pd.DataFrame) else given
    sides = _sides(array)
    if array.ndim not in (2, 3) or (array.ndim == 3 and set(array.dims) != {"sector", *sides}):
        raise TradeError(f"{label} must be exporter x importer or (sector, exporter, importer), not {array.dims}.")
    array = array.transpose(..., *sides)
    states = [str(code) for code in array.indexes[sides[0]]]
    importers = [str(code) for code in array.indexes[sides[1]]]
    if len(set(states)) != len(states) or sorted(states) != sorted(importers):
        wrong = sorted(set(states) ^ set(importers)) or [s for s in states if states.count(s) > 1]
        raise TradeError(f"{label} must have the same states on both sides, each once; see {', '.join(wrong[:8])}.")
    at = pd.Index(importers).get_indexer(pd.Index(states))
    values = np.asarray(array.values, dtype=float)[..., at]
    if array.ndim == 2:
        return values[None], states, None
    return values, states, [str(sector) for sector in array.indexes["sector"]]


def _sides(array: xr.DataArray) -> tuple[str, str]:
    """Dims of seller and buyer: by name where they have it, else the rows and columns of a matrix."""
    if array.ndim == 2 and set(array.dims) != {"exporter", "importer"}:
        return str(array.dims[0]), str(array.dims[1])
    return "exporter", "importer"


def _fitted(
    given: pd.DataFrame | xr.DataArray, label: str, states: list[str], sectors: list[str] | None, shape: tuple[int, ...]
) -> np.ndarray:
    """Values in the order of the flows; a matrix is repeated for every sector."""
    values, codes, names = _cube(given, label)
    if sorted(codes) != sorted(states) or (names is not None and sorted(names) != sorted(sectors or [])):
        wrong = sorted(set(codes) ^ set(states)) or sorted(set(names or []) ^ set(sectors or []))
        raise TradeError(
            f"{label} and flows must name the same states and sectors; they differ in {', '.join(wrong[:8])}."
        )
    at = pd.Index(codes).get_indexer(pd.Index(states))
    values = values[:, at][:, :, at]
    if names is not None:
        values = values[pd.Index(names).get_indexer(pd.Index(sectors))]
    return np.broadcast_to(values, shape)


def _pair(bad: np.ndarray, states: list[str]) -> str:
    exporter, importer = np.argwhere(bad)[0][-2:]
    return f"{states[exporter]} -> {states[importer]}"


def _labelled(found: Equilibrium, like: pd.DataFrame | xr.DataArray, states: list[str]) -> TradeResponse:
    index = pd.Index(states, name="state")
    wages, prices, real = (pd.Series(v, index=index) for v in (found.wages, found.prices, found.real_income))
    flows: pd.DataFrame | xr.DataArray
    if isinstance(like, pd.DataFrame):
        values = pd.DataFrame(found.flows[0], index=states, columns=states)
        flows = values.reindex(index=like.index, columns=like.columns)
    else:
        dims = ("sector", *_sides(like)) if like.ndim == 3 else _sides(like)
        codes = dict(zip(_sides(like), (states, states), strict=True))
        coords = {dim: codes.get(dim, like.indexes.get(dim)) for dim in dims}
        new = xr.DataArray(found.flows if like.ndim == 3 else found.flows[0], coords=coords, dims=dims)
        flows = new.reindex_like(like).transpose(*like.dims)
    return TradeResponse(flows, wages, prices, real, found.steps, found.residual)
