"""Speed of the metrics: this project, networkx, igraph, a plain loop and numpy, in turn on the real panel."""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable

import igraph
import networkx as nx
import numpy as np
import xarray as xr

import influence as inf
from benchmarks.timing import medians
from influence.metrics import centrality
from influence.metrics.blocs import modularity_partition
from influence.metrics.linear import solve_years
from influence.metrics.network_pull import network_pull, walk_system
from influence.metrics.opinion import partner_weights, run_models
from influence.metrics.paths import path_centralities
from influence.metrics.pull import disjoint_members
from influence.panel.panel import Panel
from influence.quality import known_shares, known_ties

POLES = ("CHN", "USA")
SAMPLE = (1995, 2008, 2019)
"""Years that networkx is timed on; its figure for all years is theirs times 34/3."""
YEAR = 2016
REALISATIONS = 1000
LOOPED = 5


def whole_set(ties: xr.DataArray) -> None:
    """Strength, PageRank, CheiRank, eigenvector, HITS, Katz, betweenness, closeness, modularity blocs: all years."""
    network = known_ties(ties)
    for measure in (
        centrality.strength_in, centrality.strength_out, centrality.pagerank, centrality.cheirank,
        centrality.eigenvector, centrality.katz, centrality.hits, path_centralities,
    ):  # fmt: skip
        measure(network)
    modularity_partition(known_shares(network), seed=0, runs=1)


def with_networkx(graphs: list[nx.DiGraph]) -> None:
    """The same of networkx, on graphs whose `weight` is the pull, as nx.hits wants it."""
    for graph in graphs:
        back = graph.reverse(copy=False)
        dict(graph.in_degree(weight="pull"))
        dict(graph.out_degree(weight="pull"))
        nx.pagerank(graph, weight="pull")
        nx.pagerank(back, weight="pull")
        nx.eigenvector_centrality(back, weight="pull")
        nx.hits(graph)
        nx.katz_centrality_numpy(back, alpha=0.5, weight="pull")
        nx.betweenness_centrality(graph, weight="distance")
        nx.closeness_centrality(back, distance="distance")
        nx.community.louvain_communities(graph, weight="pull", seed=0)


def with_igraph(graphs: list[igraph.Graph]) -> None:
    """Betweenness and outward closeness of igraph."""
    for graph in graphs:
        graph.betweenness(weights="distance")
        graph.closeness(weights="distance", mode="out")


def plain_loop(graph: nx.DiGraph, seeds: dict[str, int], realisations: int) -> None:
    """The opinion model as one would write it on a networkx graph."""
    draw = random.Random(0)
    exports = dict(graph.out_degree(weight="usd"))
    imports = dict(graph.in_degree(weight="usd"))
    world = sum(exports.values())
    size = {c: (exports[c] + imports[c]) / world for c in graph}
    free = [c for c in graph if c not in seeds and size[c] > 0]
    for _ in range(realisations):
        held = {**seeds, **{c: draw.randrange(2) for c in free}}
        changed = True
        while changed:
            changed = False
            draw.shuffle(free)
            for c in free:
                weight = [0.0, 0.0]
                for k, tie in graph[c].items():
                    weight[held[k]] += tie["usd"] / exports[c] * size[k]
                for k, tie in graph.pred[c].items():
                    weight[held[k]] += tie["usd"] / imports[c] * size[k]
                if weight[1 - held[c]] > weight[held[c]]:
                    held[c] = 1 - held[c]
                    changed = True


def in_step(weights: np.ndarray, held: np.ndarray, realisations: int) -> np.ndarray:
    """The opinion model of two in numpy: all realisations take their steps together, fields are kept up to date."""
    draw = np.random.default_rng(0)
    free = np.flatnonzero((held < 0) & (weights.sum(axis=0) > 0))
    side = np.broadcast_to(np.where(held == 1, -1.0, 1.0), (realisations, len(held))).copy()
    side[:, free] = draw.choice([-1.0, 1.0], size=(realisations, len(free)))
    field = side @ weights
    moving = np.arange(realisations)
    while len(moving):
        turns = draw.permuted(np.broadcast_to(free, (len(moving), len(free))), axis=1).T
        changed = np.zeros(len(moving), dtype=bool)
        for c in turns:
            now = side[moving, c]
            turned = np.flatnonzero(field[moving, c] * now < 0)
            if len(turned):
                who, what = moving[turned], c[turned]
                side[who, what] = -now[turned]
                field[who] += (-2 * now[turned])[:, None] * weights[what]
                changed[turned] = True
        moving = moving[changed]
    return side


def centralities(ties: xr.DataArray) -> None:
    """Against networkx and igraph, printed."""
    graphs = [_weighted(inf.build_graph(ties, year)) for year in SAMPLE]
    foreign = [_igraph(inf.build_graph(ties, int(year))) for year in ties.indexes["year"]]
    taken = medians(
        {
            "whole set, all years": lambda: whole_set(ties),
            "networkx, 3 years": lambda: with_networkx(graphs),
            "igraph paths, all years": lambda: with_igraph(foreign),
            "our paths, all years": lambda: path_centralities(ties),
        },
        3,
    )
    _print(taken)
    whole, theirs = taken["whole set, all years"], taken["networkx, 3 years"] * len(ties.indexes["year"]) / len(SAMPLE)
    print(f"the whole set is {theirs / whole:.0f} times as fast as networkx (promised: at least 200)")
    ratio = taken["igraph paths, all years"] / taken["our paths, all years"]
    print(f"betweenness and closeness are {ratio:.1f} times as fast as igraph (promised: at least 3)")


def opinions(panel: Panel) -> None:
    """All years against numpy, and one realisation against a plain loop, printed."""
    flows = np.nan_to_num(panel.trade["export_usd"].values)
    codes = [str(code) for code in panel.states.index]
    known = flows[list(panel.years).index(YEAR)]
    graph = nx.DiGraph()
    graph.add_nodes_from(codes)
    graph.add_edges_from(
        (codes[i], codes[j], {"usd": float(known[i, j])}) for i, j in zip(*np.nonzero(known), strict=True)
    )
    held = np.full(len(codes), -1)
    for opinion, pole in enumerate(POLES):
        held[codes.index(pole)] = opinion
    weights = [partner_weights(year) for year in flows]
    taken = medians(
        {
            "opinion, all years": lambda: run_models([(year, held, 2) for year in weights], REALISATIONS, 0),
            "opinion, numpy, the same": lambda: [in_step(year, held, REALISATIONS) for year in weights],
            "opinion, loop, 5 of a year": lambda: plain_loop(graph, {p: i for i, p in enumerate(POLES)}, LOOPED),
        },
        5,
    )
    _print(taken)
    one = taken["opinion, all years"] / REALISATIONS / len(weights)
    print(f"a realisation takes {1e6 * one:.1f} microseconds, on {os.cpu_count()} processors")
    loop, vector = taken["opinion, loop, 5 of a year"] / LOOPED, taken["opinion, numpy, the same"]
    print(f"the opinion model is {loop / one:.0f} times as fast as a plain networkx loop (promised: at least 5000)")
    ratio = vector / taken["opinion, all years"]
    print(f"the opinion model is {ratio:.1f} times as fast as numpy in step (promised: at least 10)")


def solves(ties: xr.DataArray) -> None:
    """Against numpy on the same arrays, printed."""
    system, right = walk_system(ties, disjoint_members(ties, POLES), 0.85)
    taken = medians(
        {
            "solves of network pull": lambda: solve_years(system, right),
            "numpy.linalg.solve": lambda: np.linalg.solve(system, right),
            "network pull, whole": lambda: network_pull(ties, POLES),
        },
        15,
    )
    _print(taken)
    ratio = taken["solves of network pull"] / taken["numpy.linalg.solve"]
    print(f"the solves of network pull cost {ratio:.2f} times numpy.linalg.solve (promised: at most 1.5)")


def growth(make: Callable[[int], xr.DataArray], sizes: tuple[int, ...]) -> None:
    """Cost of the whole set by number of states, and its exponent, printed."""
    worlds = {size: make(size) for size in sizes}
    taken = medians({str(size): (lambda t=ties: whole_set(t)) for size, ties in worlds.items()}, 3)
    for size in sizes:
        print(f"whole set, {size:3} states     {1e3 * taken[str(size)]:8.1f} ms for {len(worlds[size])} years")
    for part in (sizes, sizes[len(sizes) // 2 :]):
        slope, _ = np.polyfit([math.log(s) for s in part], [math.log(taken[str(s)]) for s in part], 1)
        cost = f"cost grows with states to the power of {slope:.2f} from {part[0]} to {part[-1]}"
        print(f"{cost} (dense: solves and paths with 3; in small worlds the calls cost more than the numbers)")


def _print(taken: dict[str, float]) -> None:
    for name, seconds in taken.items():
        print(f"{name:26} {1e3 * seconds:8.1f} ms")


def _weighted(graph: nx.DiGraph) -> nx.DiGraph:
    for _, _, tie in graph.edges(data=True):
        tie["weight"] = tie["pull"]
    return graph


def _igraph(graph: nx.DiGraph) -> igraph.Graph:
    ties = [(u, v, tie["distance"]) for u, v, tie in graph.edges(data=True)]
    return igraph.Graph.TupleList(ties, directed=True, edge_attrs=["distance"])
