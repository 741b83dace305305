"""The ties worth drawing: a hairball shows nothing."""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx
import numpy as np

ALPHA = 0.05


def stands_out(shares: np.ndarray, alpha: float = ALPHA) -> np.ndarray:
    """Ties that stand out among those of the state that relies, bool (..., source, target).

    The disparity filter of Serrano, Boguna & Vespignani (2009): with p = share_uv / sum_k share_kv and k the number of
    ties towards v, the tie stays where (1 - p)^(k - 1) < alpha: it would be rare if v's reliance were cut at random.
    Every state keeps its strongest tie too. Autonomy is no tie. static/pull.js does the same for the year in view.

    Parameters
    ----------
    shares : (..., source, target) of the states shown, 0 or NaN where there is no known tie.
    """
    pull = np.nan_to_num(shares)
    whole = pull.sum(axis=-2, keepdims=True)
    ties = (pull > 0).sum(axis=-2, keepdims=True)
    part = np.divide(pull, whole, where=whole > 0, out=np.zeros_like(pull))
    rare = (ties > 1) & ((1.0 - part) ** (ties - 1) < alpha)
    strongest = pull == pull.max(axis=-2, keepdims=True)
    return (pull > 0) & (rare | strongest)


def backbone(graph: nx.DiGraph, poles: Mapping[str, str], alpha: float = ALPHA) -> set[tuple[str, str]]:
    """Ties of the graph given (the states shown) that stand out among those of the state that relies.

    The disparity filter of Serrano, Boguna & Vespignani (2009).

    With p = pull_uv / sum_k pull_kv and k the number of ties towards v, the tie stays where (1 - p)^(k - 1) < alpha:
    it would be rare if v's reliance were cut at random. Every state keeps its strongest tie in the graph, and those
    with the poles in both directions, but for ties within a pole of several members. Autonomy is no tie.

    poles : state -> the pole it belongs to.
    """
    kept = {(u, v) for u, v in graph.edges if poles.get(u) != poles.get(v)}
    for v in sorted(graph):
        ties = {u: graph.edges[u, v]["pull"] for u in sorted(graph.predecessors(v))}
        if not ties:
            continue
        whole = sum(ties.values())
        kept |= {(u, v) for u, pull in ties.items() if (1 - pull / whole) ** (len(ties) - 1) < alpha and len(ties) > 1}
        kept.add((max(ties, key=lambda u: ties[u]), v))
    return kept
