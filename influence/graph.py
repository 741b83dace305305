"""The ties of one year as a plain networkx graph: for viewing and export, not for computation."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx
import numpy as np
import xarray as xr

from influence.errors import check_year
from influence.quality import known_shares
from influence.schema import DISTANCE_FLOOR


def year_of(ties: xr.DataArray, year: int) -> xr.DataArray:
    """The ties of one year.

    Raises
    ------
    YearError : the year is not among them.
    """
    check_year(year, ties.indexes["year"], of="the ties")
    return ties.sel(year=year)


def restrict(graph: nx.DiGraph, states: Iterable[str]) -> nx.DiGraph:
    """A copy with some of the states; nodes and ties in the order of `graph`, so that it is written the same."""
    wanted = set(states)
    out = nx.DiGraph(**graph.graph)
    out.add_nodes_from((node, dict(data)) for node, data in graph.nodes(data=True) if node in wanted)
    out.add_edges_from((u, v, dict(data)) for u, v, data in graph.edges(data=True) if u in wanted and v in wanted)
    return out


def distances(shares: np.ndarray) -> np.ndarray:
    """Length of each tie, -ln share and at least 1e-9 (so that a sole ally is not at 0); infinite without a tie."""
    out = np.full(shares.shape, np.inf)
    np.log(shares, where=shares > 0, out=out)
    return np.where(shares > 0, np.maximum(-out, DISTANCE_FLOOR), np.inf)


def build_graph(ties: xr.DataArray, year: int) -> nx.DiGraph:
    """Directed graph of one year: u -> v where u pulls on v.

    Node key ISO3. Nodes, edges and the graph carry exactly the attributes of schema.NODE_ATTRIBUTES, EDGE_ATTRIBUTES
    and GRAPH_ATTRIBUTES. Every state is a node. A state whose coverage is below 0.8 has no ties towards it: its
    portfolio is not known well enough to draw, and its `coverage` says so. distance = -ln pull, at least 1e-9.

    Pass the name of the attribute to networkx, as in nx.pagerank(graph, weight="pull") and
    nx.shortest_path(graph, u, v, weight="distance"): by default it looks for an attribute `weight`, which does not
    exist here, and then counts all ties alike.

    Raises
    ------
    YearError : the year is not in the ties.
    """
    now = year_of(ties, year)
    graph = nx.DiGraph(year=int(year), weights=str(ties.attrs.get("weights", "")))
    codes = [str(code) for code in now.indexes["target"]]
    unobserved = now["unobserved"].values
    columns = {name: now[name].values for name in ("name", "region", "latitude", "longitude", "not_covered")}
    for i, code in enumerate(codes):
        graph.add_node(
            code,
            name=str(columns["name"][i]),
            region=str(columns["region"][i]),
            latitude=float(columns["latitude"][i]),
            longitude=float(columns["longitude"][i]),
            not_covered=float(columns["not_covered"][i]),
            unobserved=float(unobserved[i]),
            coverage=float(1.0 - unobserved[i]),
        )
    shares = known_shares(ties.sel(year=[year]))[0]
    lengths = distances(shares)
    for source, target in zip(*np.nonzero(shares), strict=True):
        pull, distance = float(shares[source, target]), float(lengths[source, target])
        graph.add_edge(codes[source], codes[target], pull=pull, distance=distance)
    return graph
