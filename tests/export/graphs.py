"""Graph files read back, and when two graphs are the same."""

from __future__ import annotations

import json

import networkx as nx


def read(path) -> nx.DiGraph:
    if path.suffix == ".graphml":
        return nx.read_graphml(path)
    if path.suffix == ".gexf":
        return nx.read_gexf(path)
    return nx.node_link_graph(json.loads(path.read_text(encoding="utf-8")), edges="edges")


def nodes(graph: nx.DiGraph) -> dict:
    """Node data without the label, which GEXF adds for itself."""
    return {n: {k: v for k, v in data.items() if k != "label"} for n, data in graph.nodes(data=True)}


def edges(graph: nx.DiGraph) -> dict:
    """Edge data without the id, which GEXF adds for itself."""
    return {(u, v): {k: w for k, w in data.items() if k != "id"} for u, v, data in graph.edges(data=True)}


def types(table: dict) -> dict:
    return {key: {name: type(value) for name, value in data.items()} for key, data in table.items()}


def assert_same_graph(back: nx.DiGraph, graph: nx.DiGraph) -> None:
    """Both are plain directed graphs with the same nodes, edges, values and types of values."""
    assert type(back) is type(graph) is nx.DiGraph
    assert nodes(back) == nodes(graph)
    assert edges(back) == edges(graph)
    assert types(nodes(back)) == types(nodes(graph))
    assert types(edges(back)) == types(edges(graph))
