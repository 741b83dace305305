"""The trade response with labels on: what scripts call (equation 14)."""

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
    """New equilibrium beside the old; wages, prices and real_income are ratios, 1 for no change, indexed by state.

    flows : as given, in the same form and unit. wages : income of a state's factor in units of world income.
    prices : of what it buys. real_income : what its income buys. steps, residual : how the solver ended; residual is
    the largest excess demand left as a share of a state's income.
    """

    flows: pd.DataFrame | xr.DataArray
    wages: pd.Series
    prices: pd.Series
    real_income: pd.Series
    steps: int
    residual: float


def trade_response(
    flows: Labelled,
    cost: Labelled,
    theta: float = ELASTICITY,
    deficits: str = "additive",
    *,
    tariffs: tuple[xr.DataArray, xr.DataArray] | None = None,
) -> TradeResponse:
    """Trade, wages, prices and real income after trade costs change (equation 14; hat_algebra.solve_response).

    Parameters
    ----------
    flows : exporter x importer, or (sector, exporter, importer), any currency, domestic sales on the diagonal (at least
        in one sector); same states both ways, in any order. A nil flow stays nil.
    cost : log partial effect on trade, beta_ij: trade is multiplied by exp(beta_ij) before wages and prices answer; for
        tariffs -theta ln((1 + t') / (1 + t)); -inf for an embargo. Labelled as flows; a matrix holds for every sector.
    theta : trade elasticity, above 0; 4 by default, 1.5 to 8 the usual band.
    deficits : additive (kept in units of world income) or multiplicative (kept as a ratio to income).
    tariffs : rates before and after, (sector, exporter, importer), if their revenue is to be spent.

    Returns
    -------
    TradeResponse. No cost anywhere gives the flows exactly and ones.

    Raises
    ------
    TradeError : flows not finite or negative, a state without domestic sales or that nothing links with the others,
        labels that do not fit, cost not a number or +inf, tariffs of -100 % or less, no equilibrium.

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
        raise TradeError(f"cost is not a number for {_place(~(effect < np.inf), states)}; allowed: finite, or -inf.")
    _check_linked(base * np.exp(effect), states)
    rates = None
    if tariffs is not None:
        rates = Tariffs(*(_fitted(rate, "tariffs", states, sectors, base.shape) for rate in tariffs))
        for rate in rates:
            if not (np.isfinite(rate) & (rate > -1)).all():
                bad = _place(~(np.isfinite(rate) & (rate > -1)), states)
                raise TradeError(f"the tariff on {bad} is not a number above -100 %.")
    found = solve_response(base, effect, theta, additive=deficits == "additive", tariffs=rates, labels=states)
    return _labelled(found, flows, states)


def _check_choices(theta: float, deficits: str) -> None:
    if not (np.isfinite(theta) and theta > 0):
        raise TradeError(f"the trade elasticity theta must be a number above 0, not {theta!r}.")
    if deficits not in DEFICITS:
        raise TradeError(f"deficits {deficits!r} are not known; allowed: {', '.join(DEFICITS)}.")


def check_flows(flows: np.ndarray, states: list[str]) -> None:
    """Finite, not negative, domestic sales of every state, all states linked by trade.

    Raises
    ------
    TradeError : the rule and the states that break it.
    """
    bad = ~(np.isfinite(flows) & (flows >= 0))
    if bad.any():
        raise TradeError(f"flows must be finite and not negative; {_place(bad, states)} is not (missing is not zero).")
    home = np.einsum("sii->i", flows)
    none = [state for state, sales in zip(states, home, strict=True) if sales <= 0]
    if none:
        raise TradeError(
            f"no domestic sales for {', '.join(none[:8])}{' …' if len(none) > 8 else ''}: the diagonal of flows must "
            f"hold what each state sells at home."
        )


def _check_linked(flows: np.ndarray, states: list[str]) -> None:
    parts, part = connected_components(csr_array(flows.sum(axis=0) > 0), directed=True, connection="weak")
    if parts > 1:
        small = np.flatnonzero(part != np.bincount(part).argmax())
        cut = ", ".join(states[i] for i in small[:8])
        raise TradeError(
            f"{cut}{' …' if len(small) > 8 else ''}: no trade links this part of the flows with the rest, so its wages "
            f"cannot be compared; leave it out, or leave it a partner."
        )


def _cube(given: pd.DataFrame | xr.DataArray, what: str) -> tuple[np.ndarray, list[str], list[str] | None]:
    """Values as (sector, exporter, importer), the states in the exporters' order, and the sectors if there are any."""
    array = xr.DataArray(given, dims=("exporter", "importer")) if isinstance(given, pd.DataFrame) else given
    sides = _sides(array)
    if array.ndim not in (2, 3) or (array.ndim == 3 and set(array.dims) != {"sector", *sides}):
        raise TradeError(f"{what} must be exporter x importer or (sector, exporter, importer), not {array.dims}.")
    array = array.transpose(..., *sides)
    states = [str(code) for code in array.indexes[sides[0]]]
    importers = [str(code) for code in array.indexes[sides[1]]]
    if len(set(states)) != len(states) or sorted(states) != sorted(importers):
        odd = sorted(set(states) ^ set(importers)) or [s for s in states if states.count(s) > 1]
        raise TradeError(f"{what} must have the same states both ways, each once; see {', '.join(odd[:8])}.")
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
    given: pd.DataFrame | xr.DataArray, what: str, states: list[str], sectors: list[str] | None, shape: tuple[int, ...]
) -> np.ndarray:
    """Values in the order of the flows; a matrix is repeated for every sector."""
    values, own, own_sectors = _cube(given, what)
    if sorted(own) != sorted(states) or (own_sectors is not None and sorted(own_sectors) != sorted(sectors or [])):
        odd = sorted(set(own) ^ set(states)) or sorted(set(own_sectors or []) ^ set(sectors or []))
        raise TradeError(
            f"{what} and flows must name the same states and sectors; they differ in {', '.join(odd[:8])}."
        )
    at = pd.Index(own).get_indexer(pd.Index(states))
    values = values[:, at][:, :, at]
    if own_sectors is not None:
        values = values[pd.Index(own_sectors).get_indexer(pd.Index(sectors))]
    return np.broadcast_to(values, shape)


def _place(bad: np.ndarray, states: list[str]) -> str:
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
