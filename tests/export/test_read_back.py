"""Graphs and tables of the real panel, read back by networkx, pandas and igraph, are what was written, to the digit.

What a format cannot hold is tested too: GEXF has no attributes of the graph itself, igraph knows one kind of number,
JSON neither NaN nor infinity, GraphML and GEXF no None. A graph of build_graph holds none of these: what nobody
observed has no edge, and `coverage` shows it.
"""

from __future__ import annotations

import json
import math

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from influence.export.graph_files import FORMATS, write_graph
from influence.export.tables import write_table
from influence.graph import build_graph
from influence.panel.panel import load_panel
from influence.quality import tie_marks
from influence.results import pull_results, tie_table
from influence.schema import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, RESULT_COLUMNS, names
from influence.ties import build_ties
from tests.export.graphs import assert_same_graph, edges, nodes, read


@pytest.fixture(scope="module")
def panel():
    return load_panel(first_year=2016, last_year=2016)


@pytest.fixture(scope="module")
def ties(panel):
    return build_ties(panel)


@pytest.fixture(scope="module")
def marks(panel):
    return tie_marks(panel)


@pytest.fixture(scope="module")
def graph(ties) -> nx.DiGraph:
    return build_graph(ties, 2016)


def by_igraph(graph: igraph.Graph, key: str) -> tuple[dict, dict]:
    """Nodes and edges of an igraph graph as dicts, by the vertices' attribute `key`."""
    codes = graph.vs[key]
    points = {v[key]: {k: x for k, x in v.attributes().items() if k != key} for v in graph.vs}
    lines = {(codes[e.source], codes[e.target]): e.attributes() for e in graph.es}
    return points, lines


# ---- graphs ----------------------------------------------------------------------------------------


def test_the_graph_is_large_and_has_awkward_numbers(graph):
    pulls = [data["pull"] for _, _, data in graph.edges(data=True)]
    assert graph.number_of_nodes() == 210
    assert len(pulls) > 15_000
    assert min(pulls) < 1e-9
    assert sum(len(repr(pull)) > 18 for pull in pulls) > 1000


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
def test_networkx_reads_the_real_graph_as_it_was(graph, tmp_path, kind):
    back = read(write_graph(graph, tmp_path / f"g.{kind}"))
    assert list(back) == list(graph)
    assert_same_graph(back, graph)


@pytest.mark.slow
def test_igraph_reads_graphml(graph, tmp_path):
    back = igraph.Graph.Read_GraphML(str(write_graph(graph, tmp_path / "g.graphml")))
    assert back.is_directed()
    points, lines = by_igraph(back, "id")
    assert points == nodes(graph)
    assert lines == edges(graph)
    # igraph knows numbers of one kind: the year is the same and no longer whole.
    assert {name: back[name] for name in back.attributes()} == graph.graph
    assert type(back["year"]) is float


def test_igraph_takes_the_json(graph, tmp_path):
    content = json.loads(write_graph(graph, tmp_path / "g.json").read_text(encoding="utf-8"))
    back = igraph.Graph.DictList(content["nodes"], content["edges"], directed=True, vertex_name_attr="id")
    points, lines = by_igraph(back, "id")
    assert points == nodes(graph)
    assert {pair: {k: v for k, v in data.items() if k in names(EDGE_ATTRIBUTES)} for pair, data in lines.items()} == (
        edges(graph)
    )


def test_pandas_takes_the_json(graph, tmp_path):
    content = json.loads(write_graph(graph, tmp_path / "g.json").read_text(encoding="utf-8"))
    points = pd.DataFrame(content["nodes"]).set_index("id")
    assert list(points.columns) == names(NODE_ATTRIBUTES)
    assert points.to_dict(orient="index") == nodes(graph)
    lines = pd.DataFrame(content["edges"]).set_index(["source", "target"])
    assert lines.to_dict(orient="index") == edges(graph)


def test_gexf_does_not_hold_attributes_of_the_graph(graph, tmp_path):
    back = read(write_graph(graph.subgraph(["KOR", "JPN"]).copy(), tmp_path / "g.gexf"))
    assert graph.graph
    assert not set(graph.graph) & set(back.graph)


def test_graphs_hold_only_what_every_format_can(graph):
    for _, data in graph.nodes(data=True):
        assert list(data) == names(NODE_ATTRIBUTES)
        assert all(type(v) is str or (type(v) is float and math.isfinite(v)) for v in data.values())
    for *_, data in graph.edges(data=True):
        assert all(type(v) is float and math.isfinite(v) for v in data.values())


def test_no_tie_and_no_knowledge_differ(graph, ties, tmp_path):
    back = read(write_graph(graph, tmp_path / "g.json"))
    unknown = [code for code, data in back.nodes(data=True) if data["coverage"] < 0.8]
    assert unknown
    assert all(back.in_degree(code) == 0 for code in unknown)
    codes, shares = list(ties.indexes["source"]), ties.sel(year=2016).values
    known = ~np.isin(codes, unknown)
    there = nx.to_numpy_array(back, nodelist=codes, weight=None) > 0
    # Where a state is covered, a pair without an edge is zero or, now and then, was not observed; never more than zero.
    assert np.nanmax(shares[:, known][~there[:, known]]) == 0
    assert (shares[:, known][there[:, known]] > 0).all()


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_nan_and_infinity_pass_through_xml(graph, tmp_path, kind):
    small = graph.subgraph(["KOR", "JPN"]).copy()
    small.nodes["KOR"].update(lost=float("nan"), endless=float("inf"))
    back = read(write_graph(small, tmp_path / f"g.{kind}")).nodes["KOR"]
    assert math.isnan(back["lost"])
    assert back["endless"] == math.inf
    assert "lost" not in read(tmp_path / f"g.{kind}").nodes["JPN"]


@pytest.mark.parametrize(
    "kind, value, error",
    [
        ("json", float("nan"), ValueError),
        ("json", float("inf"), ValueError),
        ("graphml", None, nx.NetworkXError),
        ("gexf", None, TypeError),
    ],
)
def test_what_a_format_cannot_hold_is_refused_and_nothing_is_written(graph, tmp_path, kind, value, error):
    small = graph.subgraph(["KOR", "JPN"]).copy()
    small.nodes["KOR"]["lost"] = value
    with pytest.raises(error):
        write_graph(small, tmp_path / f"g.{kind}")
    assert not list(tmp_path.iterdir())


def test_json_holds_none(graph, tmp_path):
    small = graph.subgraph(["KOR", "JPN"]).copy()
    small.nodes["KOR"]["lost"] = None
    assert read(write_graph(small, tmp_path / "g.json")).nodes["KOR"]["lost"] is None


# ---- tables ----------------------------------------------------------------------------------------


def test_pandas_reads_the_results_as_they_were(ties, marks, tmp_path):
    table = pull_results(ties, ("CHN", "USA"), marks)
    assert table["value"].isna().any()
    text = [f.name for f in RESULT_COLUMNS if f.type == "string"]
    gaps = {name: [""] for name in set(table) - set(text)}
    back = pd.read_csv(write_table(table, tmp_path / "t.csv"), keep_default_na=False, na_values=gaps)
    # low and high are empty without draws, so a CSV shows no numbers in them; both are NaN throughout.
    pd.testing.assert_frame_equal(back, table, check_exact=True, check_dtype=False)
    assert [back[name].dtype.kind for name in ("year", "value", "coverage")] == ["i", "f", "f"]
    parquet = pd.read_parquet(write_table(table, tmp_path / "t.parquet"))
    pd.testing.assert_frame_equal(parquet, table, check_exact=True, check_dtype=False)
    assert (parquet.dtypes[["year", "value", "low"]] == table.dtypes[["year", "value", "low"]]).all()


def test_ties_in_csv_are_the_graph(graph, ties, marks, tmp_path):
    """The same ties by the other way out: networkx and igraph make the graph's edges of the table."""
    path = write_table(tie_table(ties, marks), tmp_path / "ties.csv")
    back = pd.read_csv(path, keep_default_na=False)
    # The table holds every tie above zero; the graph leaves out those towards states that are not covered.
    poor = [code for code, data in graph.nodes(data=True) if data["coverage"] < 0.8]
    rows = back[~back["target"].isin(poor)]
    expected = {(u, v): data["pull"] for u, v, data in graph.edges(data=True)}
    made = nx.from_pandas_edgelist(rows, edge_attr="value", create_using=nx.DiGraph)
    assert {(u, v): data["value"] for u, v, data in made.edges(data=True)} == expected
    by_hand = igraph.Graph.DataFrame(rows[["source", "target", "value"]], directed=True, use_vids=False)
    codes = by_hand.vs["name"]
    assert {(codes[e.source], codes[e.target]): e["value"] for e in by_hand.es} == expected
