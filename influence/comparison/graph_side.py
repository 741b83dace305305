"""A GraphML file as ties of one year."""

from __future__ import annotations

import math
from pathlib import Path

import networkx as nx
import numpy as np
import xarray as xr

from influence.errors import SourceError
from influence.sources.reading import read_bytes

WEIGHTS = ("pull", "weight")
"""Edge attributes read as the strength of a tie: the name this package writes first, then the usual one."""
MOST_BYTES = 200_000_000
NO_YEAR = 0


def read_graphml(path: Path | str) -> nx.DiGraph:
    """A directed graph from GraphML; an undirected one gets an edge in both directions.

    Raises
    ------
    SourceError : unreadable, too large, with a DOCTYPE or entities (a small file must not expand into a huge one), not
    GraphML, several edges between the same two nodes.
    """
    content = read_bytes(path)
    if len(content) > MOST_BYTES:
        raise SourceError(f"{path} is larger than {MOST_BYTES:,} bytes; that is too much for a graph of states.")
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        raise SourceError(f"{path} declares a DOCTYPE or entities, which a graph does not need; save it without them.")
    try:
        graph = nx.parse_graphml(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, nx.NetworkXError, SyntaxError, KeyError, ValueError) as err:
        raise SourceError(f"{path} is not GraphML: {' '.join(str(err).split())[:200]}.") from err
    if graph.is_multigraph():
        raise SourceError(f"{path} has several edges between the same two nodes; add them up to one.")
    return graph if graph.is_directed() else graph.to_directed()


def ties_of_graph(graph: nx.DiGraph, name: str) -> xr.DataArray:
    """Ties of a plain graph, dims (year, source, target) with one year, as build_ties gives them.

    Shares are the edge attribute `pull`, else `weight`; without an edge a tie is 0. A node whose `coverage` is below
    0.8 has an unknown portfolio, as in the graphs of this package; without the attribute all is taken as observed.

    Raises
    ------
    SourceError : no nodes, an edge without a number of 0 or more, or a portfolio that adds up to more than 1.
    """
    codes = sorted(str(node) for node in graph)
    if not codes:
        raise SourceError(f"{name} has no nodes.")
    key = next((w for w in WEIGHTS if all(w in data for _, _, data in graph.edges(data=True))), None)
    if key is None and graph.number_of_edges():
        raise SourceError(
            f"{name}: every edge needs an attribute {' or '.join(WEIGHTS)}, its share of the target's reliance."
        )
    shares = np.zeros((1, len(codes), len(codes)))
    place = {code: i for i, code in enumerate(codes)}
    for u, v, data in graph.edges(data=True):
        shares[0, place[str(u)], place[str(v)]] = _share(data[key], f"{name}: edge {u} -> {v}")
    sums = shares.sum(axis=1)
    if (sums > 1 + 1e-6).any():
        worst = codes[int(sums[0].argmax())]
        raise SourceError(
            f"{name}: the ties to {worst} add up to {sums.max():.3g}; they must be shares of its reliance, at most 1."
        )
    return _labelled(shares, codes, graph)


def _labelled(shares: np.ndarray, codes: list[str], graph: nx.DiGraph) -> xr.DataArray:
    """Shares (year, source, target) with the coordinates of build_ties."""
    nodes = {str(node): data for node, data in graph.nodes(data=True)}
    coverage = np.array([[float(nodes[code].get("coverage", 1.0)) for code in codes]])
    dims = ("year", "target")
    coords = {
        "year": [int(graph.graph.get("year", NO_YEAR))],
        "source": codes,
        "target": codes,
        "not_covered": (dims, np.clip(coverage - shares.sum(axis=1), 0.0, 1.0)),
        "unobserved": (dims, 1.0 - coverage),
        "is_break": (dims, np.zeros(coverage.shape, dtype=bool)),
        "name": ("target", [str(nodes[code].get("name", code)) for code in codes]),
    }
    return xr.DataArray(shares, coords=coords, dims=("year", "source", "target"), name="pull")


def _share(value: object, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise SourceError(f"{place} has {value!r}; allowed: a number of 0 or more.")
    return float(value)
