"""Opinion formation: which opinion a state ends with when it follows its trade partners (equation 9).

Source: Coquidé, Lages & Shepelyansky 2023, Prospects of BRICS currency dominance in international trade.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import ConfigError, StateError
from influence.metrics.matrices import checked_flows
from influence.schema import REALISATIONS

NO_OPINION = -1
CHUNK = 125
"""Realisations per task of a thread; the numbers drawn do not depend on it."""


class Opinions(NamedTuple):
    """Final opinions over the realisations of the model.

    shares : state x opinion, share of realisations that end with it, in [0, 1]; a row sums to 1, and to less where
        some realisations did not converge. NaN for states without trade.
    z : state x opinion, Z_q(c) in [0, 1], mean over those that converged; a row sums to 1. NaN as above.
    steady_states : one row a steady state, the most frequent first: `frequency`, share of realisations, then the
        opinion of each state ('' for states without trade).
    """

    shares: pd.DataFrame
    z: pd.DataFrame
    steady_states: pd.DataFrame


def partner_weights(flows: np.ndarray) -> np.ndarray:
    """How much each partner counts in the choice of each state, (partner, state); a column sums to 1.

    (S + S*)_c'c (P + P*)_c' over its sum over c': S_c'c is the share of c' in the exports of c, S*_c'c in its imports,
    P_c' and P*_c' the share of c' in world exports and imports. A column of zeros: no trade.

    Parameters
    ----------
    flows : (exporter, importer), >= 0; NaN and the diagonal are not counted.
    """
    known = np.nan_to_num(flows, copy=True)
    np.fill_diagonal(known, 0.0)
    exports, imports = known.sum(axis=1), known.sum(axis=0)
    world = exports.sum()
    of_exports = np.divide(known, exports[:, None], where=exports[:, None] > 0, out=np.zeros_like(known)).T
    of_imports = np.divide(known, imports, where=imports > 0, out=np.zeros_like(known))
    size = (exports + imports) / world if world > 0 else np.zeros_like(exports)
    weight = (of_exports + of_imports) * size[:, None]
    whole = weight.sum(axis=0)
    return np.divide(weight, whole, where=whole > 0, out=np.zeros_like(weight))


def opinion_formation(
    flows: pd.DataFrame | xr.DataArray,
    seeds: Mapping[str, Sequence[str]],
    realisations: int = REALISATIONS,
    seed: int = 0,
) -> Opinions:
    """Opinions that spread along trade from states with fixed opinions (equation 9).

    Every other state starts with a random opinion. In random order, a new one in each round, each adopts the opinion of
    largest Z_q(c) = sum over partners of opinion q of their weight in c's choice (partner_weights), and does not change
    on a tie, until a round changes nothing.

    Parameters
    ----------
    flows : exporter x importer, the same labels on both sides, >= 0; NaN is not counted.
    seeds : opinion -> states whose opinion it is throughout; two or more opinions.
    realisations : number of random starts.
    seed : of the random numbers; the result does not depend on the order of states and opinions.

    Returns
    -------
    Opinions: shares and z by state and opinion, in [0, 1], and the steady states by frequency.

    Raises
    ------
    StateError : not square, empty, different labels on the two sides, a negative or infinite flow, fewer than two
        opinions, an opinion without seeds, a seed that is no state of `flows` or is given to two opinions.
    ConfigError : fewer than one realisation, a negative seed.

    Source: Coquidé, Lages & Shepelyansky 2023, "Prospects of BRICS currency dominance in international trade".

    Examples
    --------
    >>> import pandas as pd
    >>> codes = ["AAA", "BBB", "CCC"]
    >>> flows = pd.DataFrame([[0, 5, 9], [5, 0, 1], [9, 1, 0]], codes, codes)
    >>> opinion_formation(flows, {"a": ["AAA"], "b": ["BBB"]}, realisations=20).shares.loc["CCC"].to_dict()
    {'a': 1.0, 'b': 0.0}
    """
    labels, matrix = checked_flows(flows)
    names = checked_seeds(seeds, labels)
    if realisations < 1 or seed < 0:
        raise ConfigError(f"realisations must be 1 or more and the seed 0 or more, not {realisations} and {seed}.")
    order, opinions = np.argsort(labels), sorted(names)
    fixed = np.full(len(labels), NO_OPINION)
    for position, opinion in enumerate(opinions):
        fixed[labels.isin(names[opinion])] = position
    weights = partner_weights(matrix[np.ix_(order, order)])
    (finals, settled), *_ = run_models([(weights, fixed[order], len(opinions))], realisations, seed)
    back = np.argsort(order)
    found = _labelled(finals[settled][:, back], weights[np.ix_(back, back)], labels, opinions, realisations)
    return found._replace(shares=found.shares[list(names)], z=found.z[list(names)])


def checked_seeds(seeds: Mapping[str, Sequence[str]], labels: pd.Index) -> dict[str, list[str]]:
    """Seeds as lists of states.

    Raises
    ------
    StateError : see opinion_formation.
    """
    lists = {str(name): [states] if isinstance(states, str) else list(states) for name, states in seeds.items()}
    if len(lists) < 2:
        raise StateError(f"the opinion model needs two or more opinions, and seeds has {len(lists)}.")
    for name, states in lists.items():
        unknown = [state for state in states if state not in labels]
        if unknown or not states:
            problem = f"names {', '.join(map(repr, unknown))}, not among" if states else "has no seed among"
            raise StateError(f"opinion {name!r} {problem} the {len(labels)} states of the flows.")
    every = [state for states in lists.values() for state in set(states)]
    twice = sorted({state for state in every if every.count(state) > 1})
    if twice:
        raise StateError(f"{', '.join(twice)} cannot be the seed of two opinions.")
    return lists


def run_models(
    models: Sequence[tuple[np.ndarray, np.ndarray, int]], realisations: int, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Final opinions (realisation, state) and whether each realisation converged, for each model.

    models : weights (partner, state); fixed (state), position of a seed's opinion, -1 for others; number of opinions.
    """
    from influence.metrics.opinion_kernel import steady_states

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        running = []
        for weights, fixed, opinions in models:
            ready = _kernel_arrays(weights, fixed, opinions)
            firsts = range(0, realisations, CHUNK)
            running.append(
                [threads.submit(steady_states, *(*ready, k, min(k + CHUNK, realisations), seed)) for k in firsts]
            )
        done = [[chunk.result() for chunk in chunks] for chunks in running]
    return [(np.concatenate([f for f, _ in chunks]), np.concatenate([s for _, s in chunks])) for chunks in done]


def _kernel_arrays(weights: np.ndarray, fixed: np.ndarray, opinions: int) -> tuple[np.ndarray, ...]:
    """Arguments of the kernel: weights as whole numbers, the opinions that every realisation starts from, the leads."""
    from influence.metrics.opinion_kernel import COARSE_BITS, FINE_BITS, LANES

    size = len(weights)
    coarse = np.zeros((size, -(-size // LANES) * LANES), dtype=np.int32)
    coarse[:, :size] = np.rint(weights * 2.0**COARSE_BITS)
    fine = np.rint(weights * 2.0**FINE_BITS).astype(np.int64)
    free = np.flatnonzero((fixed == NO_OPINION) & (weights.sum(axis=0) > 0))
    start = fixed.astype(np.int64)
    start[free] = 0
    lead = np.zeros((opinions, coarse.shape[1]), dtype=np.int32)
    for opinion in range(opinions):
        lead[opinion] = coarse[start == opinion].sum(axis=0, dtype=np.int32)
    return coarse, fine, start, free, lead - lead[0]


def _labelled(
    finals: np.ndarray, weights: np.ndarray, labels: pd.Index, opinions: list[str], realisations: int
) -> Opinions:
    shares, z = basins(finals, weights, len(opinions), realisations)
    index = pd.Index(labels, name="state")
    rows, count = by_frequency(finals)
    steady = pd.DataFrame(np.array([*opinions, ""], dtype=object)[rows], columns=list(labels))
    steady.insert(0, "frequency", count / realisations)
    frames = [pd.DataFrame(values, index=index, columns=opinions) for values in (shares, z)]
    return Opinions(frames[0], frames[1], steady)


def by_frequency(finals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Different rows of (realisation, state) and how often each occurs, the most frequent first."""
    counts = Counter(row.tobytes() for row in finals)
    ranked = sorted(counts, key=lambda row: (-counts[row], row))
    rows = np.array([np.frombuffer(row, dtype=finals.dtype) for row in ranked]).reshape(-1, finals.shape[1])
    return rows, np.array([counts[row] for row in ranked], dtype=float)


def basins(finals: np.ndarray, weights: np.ndarray, opinions: int, realisations: int) -> tuple[np.ndarray, np.ndarray]:
    """Basin shares and mean Z, each (state, opinion), from the final opinions; NaN for states without trade."""
    counts = np.stack([(finals == q).sum(axis=0) for q in range(opinions)], axis=1).astype(float)
    z = weights.T @ counts / max(len(finals), 1)
    no_trade = weights.sum(axis=0) <= 0
    shares = counts / realisations
    shares[no_trade & (counts.sum(axis=1) == 0)] = np.nan
    z[no_trade] = np.nan
    if not len(finals):
        z[:] = np.nan
    return shares, z


def smallest_threshold(flows: pd.DataFrame | xr.DataArray, opinions: Mapping[str, str]) -> pd.Series:
    """Smallest share of a state's trade that, moved to other partners, changes its opinion while the others are fixed.

    The share is of S + S*, the mean of the shares of exports and imports moved. Z changes by the world size P + P* of
    the partner that gains and, where it has the state's opinion, of the one that loses: the trade with the largest
    effect is moved first, to the largest partner of the other opinion. World sizes are constant.

    Parameters
    ----------
    flows : as in opinion_formation. opinions : state -> opinion, a steady state; '' or absent for none.

    Returns
    -------
    By state, in [0, 1]; the infimum: slightly more is needed to break a tie. NaN for states without opinion or trade,
    for seeds whose trade leads to another opinion than theirs, and where no other state has another opinion.

    Raises
    ------
    StateError : see opinion_formation.
    """
    labels, matrix = checked_flows(flows)
    words = sorted({opinion for opinion in opinions.values() if opinion})
    position = np.array([words.index(opinions[s]) if opinions.get(s) else NO_OPINION for s in labels])
    return pd.Series(
        thresholds(matrix, position, len(words)), index=pd.Index(labels, name="state"), name="opinion_threshold"
    )


def thresholds(flows: np.ndarray, position: np.ndarray, opinions: int) -> np.ndarray:
    """smallest_threshold on plain arrays: position is that of each state's opinion, -1 for none."""
    known = np.nan_to_num(flows, copy=True)
    np.fill_diagonal(known, 0.0)
    exports, imports = known.sum(axis=1), known.sum(axis=0)
    mass = np.divide(known, exports[:, None], where=exports[:, None] > 0, out=np.zeros_like(known)).T
    mass += np.divide(known, imports, where=imports > 0, out=np.zeros_like(known))
    size = (exports + imports) / max(exports.sum(), np.finfo(float).tiny)
    from influence.metrics.opinion_kernel import parts_moved

    return parts_moved(mass, size, position.astype(np.int64), opinions)
