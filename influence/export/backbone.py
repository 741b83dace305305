"""The ties worth drawing: a hairball shows nothing."""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx

ALPHA = 0.05


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
