"""What the price of a product does to the balance of a state between selling and buying.

The price of product p goes up by a share: every flow of p is multiplied by 1 + d. Within p all shares stay as they are,
so S does not change, nor do its dangling columns; only where the walks start anew does. P is linear in that, so the
derivative is exact, and the sum of those of several products is the effect of their prices going up together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from influence.errors import ConfigError
from influence.products.google.ranks import ProductRanks, state_sums
from influence.products.google.walk import (
    Walk,
    arriving_shares,
    export_walk,
    import_walk,
    leading,
    product_start,
    stationary,
)


def price_sensitivities(ranks: ProductRanks, state: str) -> pd.DataFrame:
    """dB_c / d ln price of every product, for one state: two adjoint walks in each direction, whatever the products.

    Returns
    -------
    One row a product, the largest effect first: product, pagerank_change (dP_c), cheirank_change (dP*_c), sensitivity
    (dB_c, per 100 % of price: 0.01 times it is what a rise by 1 % does), trade_sensitivity (of the plain trade balance;
    NaN where the state has no trade), import_usd, export_usd. The sensitivities of all products sum to nought.

    Raises
    ------
    StateError : the state has no flow this year.
    """
    money = ranks.money
    at = money.state_at(state)
    buying, selling = (found[at] for found in state_sums(ranks))
    bought, sold = (state_slopes(walk, at, ranks.alpha) for walk in (import_walk(money), export_walk(money)))
    imports, exports = (money.by_product(values)[:, at] for values in (money.imports, money.exports))
    table = pd.DataFrame({
        "product": money.products,
        "pagerank_change": bought,
        "cheirank_change": sold,
        "sensitivity": balance_slope(buying, selling, bought, sold),
        "trade_sensitivity": balance_slope(imports.sum(), exports.sum(), imports, exports),
        "import_usd": imports,
        "export_usd": exports,
    })  # fmt: skip
    return table.sort_values("sensitivity", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def price_effects(ranks: ProductRanks, products: Sequence[str]) -> pd.DataFrame:
    """dB_c / d ln price of every state, for products whose prices go up together: four walks in each direction.

    Returns
    -------
    One row a state, the largest effect first: iso3, then pagerank_change to export_usd as price_sensitivities; the
    dollars are those of the products.

    Raises
    ------
    ConfigError : no product, or one that is not traded this year.
    """
    money = ranks.money
    raised = _raised(ranks, products)
    buying, selling = state_sums(ranks)
    bought, sold = (product_slopes(walk, raised, ranks.alpha) for walk in (import_walk(money), export_walk(money)))
    all_in, all_out = (money.by_product(values).sum(axis=0) for values in (money.imports, money.exports))
    imports, exports = (money.by_product(values)[raised].sum(axis=0) for values in (money.imports, money.exports))
    table = pd.DataFrame({
        "iso3": money.states,
        "pagerank_change": bought,
        "cheirank_change": sold,
        "sensitivity": balance_slope(buying, selling, bought, sold),
        "trade_sensitivity": balance_slope(all_in, all_out, imports, exports),
        "import_usd": imports,
        "export_usd": exports,
    })  # fmt: skip
    return table.sort_values("sensitivity", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def balance_slope(
    buying: np.ndarray | float, selling: np.ndarray | float, bought: np.ndarray, sold: np.ndarray
) -> np.ndarray:
    """dB of B = (P* - P) / (P* + P): 2 (P dP* - P* dP) / (P* + P)^2; NaN where P* + P is nought."""
    whole = np.asarray(buying + selling) * np.ones(len(bought))
    change = 2.0 * (buying * sold - selling * bought)
    return np.divide(change, whole**2, where=whole > 0, out=np.full(len(bought), np.nan))


def state_slopes(walk: Walk, at: int, alpha: float) -> np.ndarray:
    """dP_c / d ln price of each product, (N_p,), for the state at place `at`.

    P_c = w . v, v the first start and w = R' A' A R' 1_c / N_c: R' is `leading`, A sums a product over states and A'
    gives each of its nodes that sum. As d v_c'q / d ln price_p = s_c'p ([q = p] - s_c'q) / N_c,
    dP_c = sum_c' s_c'p (w_c'p - sum_q s_c'q w_c'q) / N_c.
    """
    target = np.zeros((len(walk.arriving) // walk.states, walk.states))
    target[:, at] = 1.0
    second = leading(walk, target.ravel(), alpha)
    # A'A / N_c is what product_start does, and is its own transpose.
    first = leading(walk, product_start(walk, second), alpha).reshape(target.shape)
    shares = arriving_shares(walk)
    mean = (shares * first).sum(axis=0)
    return np.asarray((shares * (first - mean)).sum(axis=1) / walk.states)


def product_slopes(walk: Walk, raised: np.ndarray, alpha: float) -> np.ndarray:
    """dP_c / d ln price of the raised products together, (N_c,), for every state: dv carried through both walks.

    raised : bool (N_p,).
    """
    shares = arriving_shares(walk)
    change = shares * (raised[:, None] - shares[raised].sum(axis=0)) / walk.states
    first = _carried(walk, change.ravel(), alpha)
    second = _carried(walk, product_start(walk, first), alpha)
    return np.asarray(second.reshape(shares.shape).sum(axis=0))


def _carried(walk: Walk, change: np.ndarray, alpha: float) -> np.ndarray:
    """What a change of the start, of sum nought, changes in P: its rise less its fall, each walked as a start."""
    size = np.maximum(change, 0.0).sum()
    if size == 0:
        return np.zeros_like(change)
    rise, fall = (
        stationary(walk, np.maximum(part, 0.0) / np.maximum(part, 0.0).sum(), alpha).values
        for part in (change, -change)
    )
    return size * (rise - fall)


def _raised(ranks: ProductRanks, products: Sequence[str]) -> np.ndarray:
    """Which products of the matrix are named, bool (N_p,)."""
    odd = sorted(set(products) - set(ranks.money.products))
    if odd or not products:
        told = f"not so: {', '.join(odd)}" if odd else "none is named"
        raise ConfigError(f"products must be among those traded this year; {told}.")
    return np.isin(ranks.money.products, list(products))
