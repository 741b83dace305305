"""Effect of the price of a product on the balance of a state between selling and buying.

The price of product p rises by a share: every flow of p is multiplied by 1 + d. Within p all shares stay the same, so
S does not change, nor do its dangling columns; only the restarts of the walks change. P is linear in the restart, so
the derivative is exact, and the sum over several products is the effect of their prices rising together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from influence.errors import ConfigError
from influence.products.google.ranks import ProductRanks, state_sums
from influence.products.google.walk import (
    Walk,
    adjoint,
    arriving_shares,
    export_walk,
    import_walk,
    product_restart,
    stationary,
)


def price_sensitivities(ranks: ProductRanks, state: str) -> pd.DataFrame:
    """dB_c / d ln price of every product, for one state: two adjoint walks in each direction.

    Parameters
    ----------
    state : ISO3 code.

    Returns
    -------
    DataFrame : one row a product, the largest effect first: product, pagerank_change (dP_c), cheirank_change (dP*_c),
        sensitivity (dB_c, per 100 % of price: 0.01 times it is the effect of a rise by 1 %), trade_sensitivity (of the
        trade balance in dollars; NaN where the state has no trade), import_usd, export_usd. The sensitivities of all
        products sum to zero.

    Raises
    ------
    StateError : the state has no flow in the year.
    """
    money = ranks.money
    at = money.state_at(state)
    ranked = [sums[at] for sums in state_sums(ranks)]
    changes = [state_slopes(walk, at, ranks.alpha) for walk in (import_walk(money), export_walk(money))]
    imports, exports = (money.by_product(values)[:, at] for values in (money.imports, money.exports))
    return _effect_table("product", money.products, ranked, changes, [imports.sum(), exports.sum()], [imports, exports])


def price_effects(ranks: ProductRanks, products: Sequence[str]) -> pd.DataFrame:
    """dB_c / d ln price of every state, for products whose prices rise together: four walks in each direction.

    Parameters
    ----------
    products : products of the matrix.

    Returns
    -------
    DataFrame : one row a state, the largest effect first: iso3, then pagerank_change to export_usd as in
        price_sensitivities; the dollars are those of the products.

    Raises
    ------
    ConfigError : no product, or one that is not traded in the year.
    """
    money = ranks.money
    raised = _mark_products(ranks, products)
    changes = [product_slopes(walk, raised, ranks.alpha) for walk in (import_walk(money), export_walk(money))]
    by_product = [money.by_product(values) for values in (money.imports, money.exports)]
    totals = [values.sum(axis=0) for values in by_product]
    values = [values[raised].sum(axis=0) for values in by_product]
    return _effect_table("iso3", money.states, state_sums(ranks), changes, totals, values)


def _effect_table(
    key: str, names: Sequence[str], ranked: Sequence[Any], changes: Sequence[np.ndarray], totals: Sequence[Any],
    values: Sequence[np.ndarray],
) -> pd.DataFrame:  # fmt: skip
    """Effects by name, the largest first; each pair is of imports, then exports."""
    table = pd.DataFrame({
        key: names,
        "pagerank_change": changes[0],
        "cheirank_change": changes[1],
        "sensitivity": balance_slope(*ranked, *changes),
        "trade_sensitivity": balance_slope(*totals, *values),
        "import_usd": values[0],
        "export_usd": values[1],
    })  # fmt: skip
    return table.sort_values("sensitivity", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def balance_slope(
    buying: np.ndarray | float, selling: np.ndarray | float, bought: np.ndarray, sold: np.ndarray
) -> np.ndarray:
    """dB of B = (P* - P) / (P* + P): 2 (P dP* - P* dP) / (P* + P)^2; NaN where P* + P is zero."""
    whole = np.asarray(buying + selling) * np.ones(len(bought))
    change = 2.0 * (buying * sold - selling * bought)
    return np.divide(change, whole**2, where=whole > 0, out=np.full(len(bought), np.nan))


def state_slopes(walk: Walk, at: int, alpha: float) -> np.ndarray:
    """dP_c / d ln price of each product, (N_p,), for the state at place `at`.

    P_c = w . v, with v the first restart and w = R' A' A R' 1_c / N_c: R' is `adjoint`, A sums a product over states
    and A' gives each of its nodes that sum. As d v_c'q / d ln price_p = s_c'p ([q = p] - s_c'q) / N_c,
    dP_c = sum_c' s_c'p (w_c'p - sum_q s_c'q w_c'q) / N_c.
    """
    target = np.zeros((len(walk.arriving) // walk.states, walk.states))
    target[:, at] = 1.0
    second = adjoint(walk, target.ravel(), alpha)
    # A'A / N_c is product_restart, and equals its transpose.
    first = adjoint(walk, product_restart(walk, second), alpha).reshape(target.shape)
    shares = arriving_shares(walk)
    mean = (shares * first).sum(axis=0)
    return np.asarray((shares * (first - mean)).sum(axis=1) / walk.states)


def product_slopes(walk: Walk, raised: np.ndarray, alpha: float) -> np.ndarray:
    """dP_c / d ln price of the raised products together, (N_c,), for every state: dv carried through both walks.

    Parameters
    ----------
    raised : bool (N_p,).
    """
    shares = arriving_shares(walk)
    change = shares * (raised[:, None] - shares[raised].sum(axis=0)) / walk.states
    first = _propagate(walk, change.ravel(), alpha)
    second = _propagate(walk, product_restart(walk, first), alpha)
    return np.asarray(second.reshape(shares.shape).sum(axis=0))


def _propagate(walk: Walk, change: np.ndarray, alpha: float) -> np.ndarray:
    """Change of P for a change of the restart with sum zero: the stationary distribution of its rise less its fall."""
    size = np.maximum(change, 0.0).sum()
    if size == 0:
        return np.zeros_like(change)
    rise, fall = (
        stationary(walk, np.maximum(part, 0.0) / np.maximum(part, 0.0).sum(), alpha).values
        for part in (change, -change)
    )
    return size * (rise - fall)


def _mark_products(ranks: ProductRanks, products: Sequence[str]) -> np.ndarray:
    """Which products of the matrix are among `products`, bool (N_p,)."""
    unknown = sorted(set(products) - set(ranks.money.products))
    if unknown or not products:
        fault = f"not among them: {', '.join(unknown)}" if unknown else "none is given"
        raise ConfigError(f"products must be among those traded this year; {fault}.")
    return np.isin(ranks.money.products, list(products))
