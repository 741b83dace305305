"""The random walk behind the ranks, in one direction: restarts, the stationary distribution, and its adjoint."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from influence.errors import ConfigError
from influence.products.google.matrix import MoneyMatrix

ALPHA = 0.5
"""Damping factor of the source; the usual value for the web, .85, would give the network more influence."""
TOLERANCE = 1e-12
"""The walk has converged when a step moves less than this; the error is then at most alpha / (1 - alpha) times it."""
MOST_STEPS = 10_000


class Walk(NamedTuple):
    """One direction of the flows: from seller to buyer for PageRank, from buyer to seller for CheiRank.

    Attributes
    ----------
    flows : (N, N), entry (i, j) leads from node j to node i, US dollars.
    leaving : (N,), column sums of `flows`; zero at a dangling node.
    arriving : (N,), row sums.
    states : N_c; the place of node (c, p) is p * N_c + c.
    """

    flows: Any
    leaving: np.ndarray
    arriving: np.ndarray
    states: int


class Stationary(NamedTuple):
    """A distribution over the nodes and the number of steps to it."""

    values: np.ndarray
    steps: int


def import_walk(money: MoneyMatrix) -> Walk:
    """The walk along the flows, for PageRank."""
    return Walk(money.flows, money.exports, money.imports, len(money.states))


def export_walk(money: MoneyMatrix) -> Walk:
    """The walk against the flows, for CheiRank; it shares the memory of the flows."""
    return Walk(money.flows.T, money.imports, money.exports, len(money.states))


def state_restart(walk: Walk) -> np.ndarray:
    """Restart of the first walk: v_cp = V_cp / (N_c sum_p' V_cp'), each state 1/N_c; sums to 1.

    V is what arrives: imports for PageRank, exports for CheiRank. Where nothing arrives, the 1/N_c of a state is spread
    evenly over the products, as the source does with a column without trade.
    """
    return (arriving_shares(walk, otherwise=len(walk.arriving) // walk.states) / walk.states).ravel()


def arriving_shares(walk: Walk, *, otherwise: int | None = None) -> np.ndarray:
    """s_cp = V_cp / sum_p' V_cp', (product, state): a state's column sums to 1.

    Parameters
    ----------
    otherwise : number of products over which a state where nothing arrives is spread; None: its column is zero.
    """
    arriving = walk.arriving.reshape(-1, walk.states)
    whole = arriving.sum(axis=0)
    shares = arriving * _inverse(whole)
    if otherwise is not None:
        shares[:, whole == 0] = 1.0 / otherwise
    return shares


def product_restart(walk: Walk, first: np.ndarray) -> np.ndarray:
    """Restart of the second walk: v_cp = P_p / N_c, with P_p the sum over states of the first walk's distribution."""
    of_product = first.reshape(-1, walk.states).sum(axis=1)
    return np.repeat(of_product / walk.states, walk.states)


def stationary(walk: Walk, restart: np.ndarray, alpha: float = ALPHA) -> Stationary:
    """Stationary distribution P of the walk, G P = P with G = alpha S + (1 - alpha) v 1'; sums to 1.

    S_ij = M_ij / V_j where V_j, what leaves node j, is above zero, else 1/N: columns of S and G sum to 1.
    P is linear in v: P = (1 - alpha)(I - alpha S)^-1 v. Power iteration until a step moves less than TOLERANCE, summed
    over the nodes.

    Parameters
    ----------
    restart : v, (N,), >= 0, sum 1.
    alpha : damping factor, in [0, 1).

    Raises
    ------
    ConfigError : alpha outside [0, 1), or so near to 1 that the walk does not converge.
    """
    _check_alpha(alpha)
    scale, base = alpha * _inverse(walk.leaving), (1.0 - alpha) * restart
    x, work, moved = restart, np.empty_like(restart), np.inf
    for step in range(1, MOST_STEPS + 1):
        np.multiply(x, scale, out=work)
        new = walk.flows @ work
        # x sums to 1, so what is missing to alpha was at dangling nodes, and is spread over all nodes.
        new += max(alpha - new.sum(), 0.0) / len(new)
        new += base
        np.subtract(new, x, out=work)
        moved = np.abs(work, out=work).sum()
        x = new
        if moved <= TOLERANCE:
            return Stationary(x, step)
    raise ConfigError(_describe_divergence(alpha, moved))


def adjoint(walk: Walk, target: np.ndarray, alpha: float = ALPHA) -> np.ndarray:
    """y with target . P = y . v for any restart v: how much of the target a restart at each node leads to.

    y = (1 - alpha)(I - alpha S')^-1 target, the adjoint of `stationary`, by the same iteration.

    Parameters
    ----------
    target : weights of the nodes, (N,).
    alpha : damping factor, in [0, 1).

    Raises
    ------
    ConfigError : see stationary.
    """
    _check_alpha(alpha)
    scale, lost = alpha * _inverse(walk.leaving), np.where(walk.leaving > 0, 0.0, alpha)
    base, tolerance = (1.0 - alpha) * target, TOLERANCE * np.abs(target).max()
    back, y, work, moved = walk.flows.T, target, np.empty_like(target), np.inf
    for _ in range(MOST_STEPS):
        new = back @ y
        new *= scale
        new += np.multiply(lost, y.mean(), out=work)
        new += base
        np.subtract(new, y, out=work)
        moved = np.abs(work, out=work).max()
        y = new
        if moved <= tolerance:
            return y
    raise ConfigError(_describe_divergence(alpha, moved))


def _inverse(values: np.ndarray) -> np.ndarray:
    """1 / values, zero where they are zero."""
    return np.divide(1.0, values, where=values > 0, out=np.zeros(len(values)))


def _check_alpha(alpha: float) -> None:
    if not 0 <= alpha < 1:
        raise ConfigError(f"alpha must be at least 0 and below 1, not {alpha:g}.")


def _describe_divergence(alpha: float, moved: float) -> str:
    return (
        f"with alpha {alpha:g} the walk still moves by {moved:.1e} after {MOST_STEPS:,} steps; choose an alpha "
        f"further from 1."
    )
