"""PageRank and CheiRank of (state, product) nodes, their sums, and the balance of a state between the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence.products.google.matrix import MoneyMatrix
from influence.products.google.walk import (
    ALPHA,
    Stationary,
    Walk,
    export_walk,
    import_walk,
    product_restart,
    state_restart,
    stationary,
)


@dataclass(frozen=True)
class ProductRanks:
    """PageRank and CheiRank of every node.

    Attributes
    ----------
    money : the matrix.
    alpha : damping factor.
    pagerank, cheirank : (N,) by node of `money`, > 0, each sums to 1.
    steps : of all four walks.
    """

    money: MoneyMatrix
    alpha: float
    pagerank: np.ndarray
    cheirank: np.ndarray
    steps: int


def rank_products(money: MoneyMatrix, alpha: float = ALPHA) -> ProductRanks:
    """PageRank P and CheiRank P* of every node: in each direction, the second walk of the source.

    Parameters
    ----------
    alpha : damping factor, in [0, 1).

    Returns
    -------
    ProductRanks

    Raises
    ------
    ConfigError : alpha outside [0, 1), or too near to 1.
    """
    imports, exports = (walk_twice(walk, alpha) for walk in (import_walk(money), export_walk(money)))
    return ProductRanks(money, alpha, imports.values, exports.values, imports.steps + exports.steps)


def walk_twice(walk: Walk, alpha: float = ALPHA) -> Stationary:
    """P of the second walk, which restarts at products in proportion to the first one; with the steps of both."""
    first = stationary(walk, state_restart(walk), alpha)
    second = stationary(walk, product_restart(walk, first.values), alpha)
    return Stationary(second.values, first.steps + second.steps)


def balance(pagerank: np.ndarray, cheirank: np.ndarray) -> np.ndarray:
    """B = (P* - P) / (P* + P), in [-1, 1]: +1 only sells, -1 only buys; NaN where both are zero.

    With values instead of ranks (exports for P*, imports for P): the trade balance over total trade.
    """
    whole = cheirank + pagerank
    return np.divide(cheirank - pagerank, whole, where=whole > 0, out=np.full(len(whole), np.nan))


def state_sums(ranks: ProductRanks) -> tuple[np.ndarray, np.ndarray]:
    """P_c and P*_c, sums over products; each sums to 1 over states."""
    return ranks.money.by_product(ranks.pagerank).sum(axis=0), ranks.money.by_product(ranks.cheirank).sum(axis=0)


def state_table(ranks: ProductRanks) -> pd.DataFrame:
    """Ranks of the states.

    Returns
    -------
    DataFrame : one row a state, in order of PageRank: iso3; pagerank, cheirank (> 0, sum 1) with pagerank_place,
        cheirank_place (1 the largest); balance in (-1, 1); import_usd, export_usd; trade_balance, the balance of these
        values, in [-1, 1].
    """
    money = ranks.money
    buying, selling = state_sums(ranks)
    imports, exports = (money.by_product(values).sum(axis=0) for values in (money.imports, money.exports))
    rows = {
        "iso3": money.states,
        **_places(buying, selling),
        "balance": balance(buying, selling),
        "import_usd": imports,
        "export_usd": exports,
        "trade_balance": balance(imports, exports),
    }
    return pd.DataFrame(rows).sort_values(["pagerank_place", "iso3"], ignore_index=True)


def product_table(ranks: ProductRanks) -> pd.DataFrame:
    """Ranks of the products.

    Returns
    -------
    DataFrame : one row a product, in order of PageRank: product; pagerank, cheirank, pagerank_place, cheirank_place as
        in state_table; trade_share of world trade.
    """
    money = ranks.money
    buying, selling = (money.by_product(values).sum(axis=1) for values in (ranks.pagerank, ranks.cheirank))
    traded = money.by_product(money.imports).sum(axis=1)
    rows = {"product": money.products, **_places(buying, selling), "trade_share": traded / traded.sum()}
    return pd.DataFrame(rows).sort_values(["pagerank_place", "product"], ignore_index=True)


def node_table(ranks: ProductRanks, direction: str, top: int, states: Sequence[str] | None = None) -> pd.DataFrame:
    """The first nodes by rank.

    Parameters
    ----------
    direction : imports (PageRank) or exports (CheiRank).
    top : number of nodes.
    states : only their nodes; None: all.

    Returns
    -------
    DataFrame : direction, place (among all nodes), iso3, product, rank (the PageRank or CheiRank), value_usd.
    """
    money = ranks.money
    values, traded = {"imports": (ranks.pagerank, money.imports), "exports": (ranks.cheirank, money.exports)}[direction]
    order = np.argsort(-values, kind="stable")
    place = np.arange(1, len(order) + 1)
    if states is not None:
        wanted = np.isin(order % len(money.states), [money.state_at(state) for state in states])
        order, place = order[wanted], place[wanted]
    order, place = order[:top], place[:top]
    rows = {
        "direction": direction,
        "place": place,
        "iso3": [money.states[i % len(money.states)] for i in order],
        "product": [money.products[i // len(money.states)] for i in order],
        "rank": values[order],
        "value_usd": traded[order],
    }
    return pd.DataFrame(rows)


def _places(buying: np.ndarray, selling: np.ndarray) -> dict[str, np.ndarray]:
    """Ranks and their places, 1 the largest; equal ranks share the better place."""
    out = {}
    for name, values in (("pagerank", buying), ("cheirank", selling)):
        out[name] = values
        out[f"{name}_place"] = pd.Series(-values).rank(method="min").to_numpy(dtype=int)
    return out
