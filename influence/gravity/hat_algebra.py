"""Equilibrium response of trade to its costs: exact hat algebra, by sector (equation 14).

Dekle, Eaton & Kortum (2008), "Global Rebalancing with Gravity"; by sector as in Caliendo & Parro (2015), "Estimates of
the Trade and Welfare Effects of NAFTA", without input-output links. One factor of production, which does not move.
Plain arrays; response.py adds labels and checks the input of users.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from influence.errors import TradeError
from influence.threads import one_thread

TOLERANCE = 1e-12
"""Largest excess demand that may be left, as a share of a state's income."""
MOST_STEPS = 200
LONGEST_STEP = 0.5
"""Largest change of a log wage in one step, so that the solver also converges for large shocks."""
SHORTEST_STEP = 1e-6


class Tariffs(NamedTuple):
    """Ad valorem rates (sector, exporter, importer) before and after, whose revenue the importer spends."""

    before: np.ndarray
    after: np.ndarray


class Equilibrium(NamedTuple):
    """The response as plain arrays; a hat is the ratio of new to old.

    flows : (sector, exporter, importer), new, at sellers' prices, in the unit of the old.
    wages, prices, real_income : hats (state); world income is the unit of account.
    steps : of the solver. residual : largest excess demand left, share of a state's income.
    """

    flows: np.ndarray
    wages: np.ndarray
    prices: np.ndarray
    real_income: np.ndarray
    steps: int
    residual: float


class _Economy(NamedTuple):
    """The base as shares, and the change."""

    shares: np.ndarray  # pi^s_ij B^s_ij
    weights: np.ndarray  # a^s_j
    income: np.ndarray  # Y_i
    revenue: np.ndarray  # R_j
    spending: np.ndarray  # E_j
    rates: np.ndarray | None  # t' / (1 + t'), None without revenue
    theta: float
    additive: bool


class _Market(NamedTuple):
    """Demand at given wages."""

    shares: np.ndarray  # pi'^s_ij
    price_powers: np.ndarray  # P^s_j
    spending: np.ndarray  # E'_j
    revenue: np.ndarray  # R'_j
    flows: np.ndarray  # sellers' prices
    excess: np.ndarray  # sales - income, as a share of old income


def solve_response(
    flows: np.ndarray, cost: np.ndarray, theta: float, *, additive: bool = True, tariffs: Tariffs | None = None,
    labels: Sequence[str] | None = None,
) -> Equilibrium:  # fmt: skip
    """New equilibrium after trade costs change.

    pi^s_ij = X^s_ij / E^s_j, B = exp(cost). Wages w clear every market, w_i Y_i = sum_s sum_j pi'^s_ij a^s_j E'_j with
    pi'^s_ij = pi^s_ij B^s_ij w_i^-theta / P^s_j and P^s_j = sum_i pi^s_ij B^s_ij w_i^-theta; sum Y w = sum Y.
    E'_j = Y_j w_j + D_j (additive) or phi_j Y_j w_j (sum Y w / sum phi Y w), phi = E / Y (multiplicative).
    Price index prod_s (P^s_j)^(-a^s_j / theta). With `tariffs` buyers pay (1 + t) X of which sellers get X, and the
    revenue R is spent too: E' = (Y w + D) / (1 - r), r the share of spending that is revenue; real income is then
    (Y w + R') / (Y + R) over the price index.

    Newton's method in log wages; steps are cut until they bring the markets nearer to clearing.

    Parameters
    ----------
    flows : X (sector, exporter, importer), finite, >= 0, domestic sales on the diagonal.
    cost : beta, same shape; -inf is an embargo. labels : names of the states, for messages.

    Raises
    ------
    TradeError : a state's spending would fall to zero, a state is left without a seller, or no convergence.
    """
    if not cost.any():
        ones = np.ones(flows.shape[1])
        return Equilibrium(flows.copy(), ones, ones.copy(), ones.copy(), 0, 0.0)
    names = labels if labels is not None else [str(i) for i in range(flows.shape[1])]
    economy = _economy_of(flows, cost, theta, additive, tariffs)
    _check_sellers(economy, names)
    with one_thread():
        wages, market, steps = _clear(economy, names)
    powers = np.where(economy.weights > 0, market.price_powers, 1.0)
    prices = np.exp(-(economy.weights * np.log(powers)).sum(axis=0) / theta)
    real = (economy.income * wages + market.revenue) / (economy.income + economy.revenue) / prices
    return Equilibrium(market.flows, wages, prices, real, steps, float(np.abs(market.excess / wages).max()))


def _economy_of(flows: np.ndarray, cost: np.ndarray, theta: float, additive: bool, tariffs: Tariffs | None) -> _Economy:
    income = flows.sum(axis=(0, 2))
    paid = flows if tariffs is None else flows * (1.0 + tariffs.before)
    bought = paid.sum(axis=1)
    spending = bought.sum(axis=0)
    shares = np.divide(paid, bought[:, None, :], where=bought[:, None, :] > 0, out=np.zeros_like(paid))
    revenue = (paid - flows).sum(axis=(0, 1))
    rates = None if tariffs is None else tariffs.after / (1.0 + tariffs.after)
    return _Economy(shares * np.exp(cost), bought / spending, income, revenue, spending, rates, theta, additive)


def _check_sellers(economy: _Economy, names: Sequence[str]) -> None:
    alone = (economy.weights > 0) & (economy.shares.sum(axis=1) <= 0)
    if alone.any():
        sector, state = np.argwhere(alone)[0]
        raise TradeError(
            f"{names[state]} would have no seller left in sector {sector}: an embargo cuts off all it buys there; "
            f"leave it a partner or sales at home."
        )


def _market_at(economy: _Economy, wages: np.ndarray) -> _Market | None:
    """Demand at these wages; None where a state could not keep its surplus."""
    offers = economy.shares * wages[None, :, None] ** -economy.theta
    powers = offers.sum(axis=1)
    inverse = np.divide(1.0, powers, where=economy.weights > 0, out=np.zeros_like(powers))
    shares = offers * inverse[:, None, :]
    collected = np.zeros(len(wages)) if economy.rates is None else _collected(economy, shares)
    spending = _spending(economy, wages, collected)
    if (spending <= 0).any():
        return None
    flows = shares * (economy.weights * spending)[:, None, :]
    if economy.rates is not None:
        flows *= 1.0 - economy.rates
    excess = flows.sum(axis=(0, 2)) / economy.income - wages
    return _Market(shares, powers, spending, collected * spending, flows, excess)


def _collected(economy: _Economy, shares: np.ndarray) -> np.ndarray:
    """Share of each state's spending that its customs collect."""
    return np.asarray(((shares * economy.rates).sum(axis=1) * economy.weights).sum(axis=0))


def _spending(economy: _Economy, wages: np.ndarray, collected: np.ndarray) -> np.ndarray:
    earned = economy.income * wages
    if economy.additive:
        deficit = economy.spending - economy.income - economy.revenue
        return np.asarray((earned + deficit) / (1.0 - collected))
    wanted = economy.spending / economy.income * earned
    return np.asarray(wanted * earned.sum() / (wanted * (1.0 - collected)).sum())


def _clear(economy: _Economy, names: Sequence[str]) -> tuple[np.ndarray, _Market, int]:
    """Wages at which every market clears, the market there, and the steps it took."""
    wages = np.ones(len(economy.income))
    market = _market_at(economy, wages)
    assert market is not None  # at old wages every state spends as before
    for step in range(MOST_STEPS):
        size = np.abs(market.excess / wages).max()
        if size <= TOLERANCE:
            return wages, market, step
        wages, market = _improved(economy, wages, market, names)
    raise TradeError(
        f"the trade equilibrium did not converge in {MOST_STEPS} steps: excess demand of {size:.1e} of its income is "
        f"left for {names[int(np.abs(market.excess).argmax())]}. Try a smaller change or a smaller elasticity."
    )


def _improved(
    economy: _Economy, wages: np.ndarray, market: _Market, names: Sequence[str]
) -> tuple[np.ndarray, _Market]:
    """The wages after one step of Newton's, cut until excess demand falls."""
    change = _newton(economy, wages, market)
    length = min(1.0, LONGEST_STEP / np.abs(change).max())
    size = np.linalg.norm(market.excess)
    while length > SHORTEST_STEP:
        moved = wages * np.exp(length * change)
        moved *= economy.income.sum() / (economy.income * moved).sum()
        found = _market_at(economy, moved)
        if found is not None and np.linalg.norm(found.excess) < size * (1 - 1e-4 * length):
            return moved, found
        length /= 2
    worst = names[int(np.abs(market.excess).argmax())]
    poorest = names[int((market.spending / economy.spending).argmin())]
    raise TradeError(
        f"no wages clear the markets: {worst} is left with an excess demand of {size:.0e} of its income. The "
        f"spending of {poorest} falls most; if it cannot keep its surplus, take multiplicative deficits."
    )


def _newton(economy: _Economy, wages: np.ndarray, market: _Market) -> np.ndarray:
    """Change of log wages that would clear the markets if they responded linearly.

    d sales_i / d ln w_k = -theta 1[i = k] sales_i + theta sum_sj X'^s_ij pi'^s_kj + sum_s X'^s_ik g_k, g_k the
    elasticity of k's spending to its wage (the response of the revenue is left out: it matters little for convergence).
    One market clears with the others; the rank one term holds world income constant in its place.
    """
    sales = market.flows.sum(axis=(0, 2))
    earned = economy.income * wages
    passed = 1.0 if not economy.additive else earned / (earned + economy.spending - economy.income - economy.revenue)
    size = len(wages)
    sold = market.flows.transpose(1, 0, 2).reshape(size, -1)
    bought = market.shares.transpose(1, 0, 2).reshape(size, -1)
    slope = economy.theta * (sold @ bought.T) + market.flows.sum(axis=0) * passed
    if not economy.additive:
        wanted = economy.spending / economy.income * earned
        slope += sales[:, None] * (earned / earned.sum() - wanted / wanted.sum())[None, :]
    slope[np.diag_indices(size)] -= economy.theta * sales + earned
    slope /= economy.income[:, None]
    slope += (earned / earned.sum())[None, :]
    return np.asarray(np.linalg.solve(slope, -market.excess))
