"""Write a graph as GEXF (for Gephi), GraphML, JSON, pandas tables and CSV, and read it back without losing a digit.

python examples/to_gephi_pandas_networkx.py [FOLDER]
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import networkx as nx
import pandas as pd

import influence as inf


def tables_of(graph: nx.DiGraph) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return nodes and edges as tables."""
    nodes = pd.DataFrame.from_dict(dict(graph.nodes(data=True)), orient="index").rename_axis("iso3").reset_index()
    return nodes, nx.to_pandas_edgelist(graph)


def graph_of(nodes: pd.DataFrame, edges: pd.DataFrame) -> nx.DiGraph:
    """Return the graph of two tables, with plain Python numbers."""
    graph = nx.DiGraph()
    graph.add_nodes_from((row.pop("iso3"), row) for row in nodes.to_dict(orient="records"))
    graph.add_edges_from((row.pop("source"), row.pop("target"), row) for row in edges.to_dict(orient="records"))
    return graph


def same(one: nx.DiGraph, other: nx.DiGraph) -> bool:
    """Whether nodes, edges and attributes are the same, except the node labels and edge ids that GEXF adds."""
    nodes = [{n: {k: v for k, v in d.items() if k != "label"} for n, d in g.nodes(data=True)} for g in (one, other)]
    edges = [
        {(u, v): {k: x for k, x in d.items() if k != "id"} for u, v, d in g.edges(data=True)} for g in (one, other)
    ]
    return nodes[0] == nodes[1] and edges[0] == edges[1]


def main(folder: Path) -> dict[str, bool]:
    """Return for each format whether the graph read back is the same."""
    panel = inf.load_panel(first_year=2016, last_year=2016)
    graph = inf.restrict(inf.build_graph(inf.build_ties(panel), 2016), inf.region_members(panel, "asia_pacific"))
    paths = {kind: inf.write_graph(graph, folder / f"graph.{kind}") for kind in ("gexf", "graphml", "json")}
    csv = [inf.write_table(t, folder / f"{n}.csv") for t, n in zip(tables_of(graph), ("nodes", "edges"), strict=True)]
    # pandas reads every digit from 3.1 on; an older version needs float_precision="round_trip".
    tables = [pd.read_csv(path) for path in csv]
    back = {
        "gexf": nx.read_gexf(paths["gexf"]),
        "graphml": nx.read_graphml(paths["graphml"]),
        "json": nx.node_link_graph(json.loads(paths["json"].read_text(encoding="utf-8")), edges="edges"),
        "pandas": graph_of(*tables_of(graph)),
        "csv": graph_of(*tables),
    }
    return {way: same(graph, read) for way, read in back.items()}


if __name__ == "__main__":
    for way, kept in main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())).items():
        print(f"{way}: {'the same graph' if kept else 'not the same'}")
