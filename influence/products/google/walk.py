"""The walk behind the ranks, in one direction: where it starts, where it is found, and what leads to a place."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from influence.errors import ConfigError
from influence.products.google.matrix import MoneyMatrix

ALPHA = 0.5
"""Chance that the walk goes on, as in the source (the web's usual .85 would hang more on the network)."""
TOLERANCE = 1e-12
"""A walk has settled when a step moves less than this: then at most alpha / (1 - alpha) times it is still missing."""
MOST_STEPS = 10_000


class Walk(NamedTuple):
    """One direction of the flows: PageRank's from the seller to the buyer, CheiRank's from the buyer to the seller.

    flows : (N, N), entry (i, j) what takes the walk from node j to node i, US dollars.
    leaving : (N,), column sums of `flows`. Nought: a dangling node. arriving : (N,), row sums.
    states : N_c; node p * N_c + c.
    """

    flows: Any
    leaving: np.ndarray
    arriving: np.ndarray
    states: int


class Settled(NamedTuple):
    """A vector of nodes and the steps it took."""

    values: np.ndarray
    steps: int


def import_walk(money: MoneyMatrix) -> Walk:
    """Along the goods: PageRank."""
    return Walk(money.flows, money.exports, money.imports, len(money.states))


def export_walk(money: MoneyMatrix) -> Walk:
    """Against the goods: CheiRank. The flows are the same in memory, read the other way."""
    return Walk(money.flows.T, money.imports, money.exports, len(money.states))


def state_start(walk: Walk) -> np.ndarray:
    """Where the first walk starts anew: v_cp = V_cp / (N_c sum_p' V_cp'), each state 1/N_c; sums to 1.

    V is what arrives: imports for PageRank, exports for CheiRank. A state where nothing arrives has no shares: its
    1/N_c is spread evenly over the products, as the source does with a column without trade.
    """
    return (arriving_shares(walk, otherwise=len(walk.arriving) // walk.states) / walk.states).ravel()


def arriving_shares(walk: Walk, *, otherwise: int | None = None) -> np.ndarray:
    """s_cp = V_cp / sum_p' V_cp', (product, state): a state's column sums to 1.

    Parameters
    ----------
    otherwise : number of products over which a state where nothing arrives is spread; None: its column is nought.
    """
    arriving = walk.arriving.reshape(-1, walk.states)
    whole = arriving.sum(axis=0)
    shares = arriving * _inverse(whole)
    if otherwise is not None:
        shares[:, whole == 0] = 1.0 / otherwise
    return shares


def product_start(walk: Walk, found: np.ndarray) -> np.ndarray:
    """Where the second walk starts anew: v_cp = P_p / N_c, P_p the sum over states of what the first one found."""
    of_product = found.reshape(-1, walk.states).sum(axis=1)
    return np.repeat(of_product / walk.states, walk.states)


def stationary(walk: Walk, start: np.ndarray, alpha: float = ALPHA) -> Settled:
    """P of G P = P with G = alpha S + (1 - alpha) v 1': where the walk is found; sums to 1.

    S_ij = M_ij / V_j where V_j, what leaves node j, is above nought, else 1/N: a column of S sums to 1, and of G.
    P is linear in v: P = (1 - alpha)(I - alpha S)^-1 v. Power iteration until a step moves less than TOLERANCE, summed
    over the nodes.

    Parameters
    ----------
    start : v, (N,), >= 0, sum 1. alpha : in [0, 1).

    Raises
    ------
    ConfigError : alpha outside [0, 1), or so near to 1 that the walk does not settle.
    """
    _check_alpha(alpha)
    scale, base = alpha * _inverse(walk.leaving), (1.0 - alpha) * start
    x, work, moved = start, np.empty_like(start), np.inf
    for step in range(1, MOST_STEPS + 1):
        np.multiply(x, scale, out=work)
        new = walk.flows @ work
        # x sums to 1, so what is missing to alpha came to a dangling node and goes everywhere.
        new += max(alpha - new.sum(), 0.0) / len(new)
        new += base
        np.subtract(new, x, out=work)
        moved = np.abs(work, out=work).sum()
        x = new
        if moved <= TOLERANCE:
            return Settled(x, step)
    raise ConfigError(_unsettled(alpha, moved))


def leading(walk: Walk, target: np.ndarray, alpha: float = ALPHA) -> np.ndarray:
    """y with target . P = y . v for any start v: how much of the target each place to start at leads to.

    y = (1 - alpha)(I - alpha S')^-1 target, the adjoint of `stationary`, by the same iteration.

    Raises
    ------
    ConfigError : as stationary.
    """
    _check_alpha(alpha)
    scale, lost = alpha * _inverse(walk.leaving), np.where(walk.leaving > 0, 0.0, alpha)
    base, enough = (1.0 - alpha) * target, TOLERANCE * np.abs(target).max()
    back, y, work, moved = walk.flows.T, target, np.empty_like(target), np.inf
    for _ in range(MOST_STEPS):
        new = back @ y
        new *= scale
        new += np.multiply(lost, y.mean(), out=work)
        new += base
        np.subtract(new, y, out=work)
        moved = np.abs(work, out=work).max()
        y = new
        if moved <= enough:
            return y
    raise ConfigError(_unsettled(alpha, moved))


def _inverse(values: np.ndarray) -> np.ndarray:
    """1 / values, nought where they are."""
    return np.divide(1.0, values, where=values > 0, out=np.zeros(len(values)))


def _check_alpha(alpha: float) -> None:
    if not 0 <= alpha < 1:
        raise ConfigError(f"alpha must be at least 0 and below 1, not {alpha:g}.")


def _unsettled(alpha: float, moved: float) -> str:
    return (
        f"with alpha {alpha:g} the walk still moves by {moved:.1e} after {MOST_STEPS:,} steps; take an alpha that is "
        f"further from 1."
    )
