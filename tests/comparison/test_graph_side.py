"""Graphs of the user: a graph that was written reads back the same, and an unsuitable one is refused in a sentence."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from influence.comparison.graph_side import read_graphml, ties_of_graph
from influence.errors import SourceError
from influence.export.graph_files import write_graph
from influence.graph import build_graph
from influence.panel.panel import load_panel
from influence.quality import known_shares
from influence.ties import build_ties


def test_a_graph_that_was_written_reads_back_the_same(tmp_path):
    ties = build_ties(load_panel(first_year=2020, last_year=2022)).sel(year=[2021])
    path = write_graph(build_graph(ties, 2021), tmp_path / "g.graphml")
    back = ties_of_graph(read_graphml(path), "g")
    assert back.values[0] == pytest.approx(known_shares(ties)[0], abs=1e-12)
    assert back["unobserved"].values[0] == pytest.approx(ties["unobserved"].values[0], abs=1e-12)
    assert int(back["year"].values[0]) == 2021


def test_a_plain_undirected_graph_with_weights_becomes_ties_both_ways(tmp_path):
    graph = nx.Graph()
    graph.add_edge("B", "A", weight=0.25)
    nx.write_graphml(graph, tmp_path / "g.graphml")
    ties = ties_of_graph(read_graphml(tmp_path / "g.graphml"), "g")
    assert ties.values[0].tolist() == [[0.0, 0.25], [0.25, 0.0]]
    assert ties["not_covered"].values[0].tolist() == [0.75, 0.75]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<graphml", "is not GraphML"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><graphml>&a;</graphml>', "declares a DOCTYPE"),
        ("<html></html>", "is not GraphML"),
    ],
)
def test_files_that_are_none_or_hostile(tmp_path, text, message):
    (tmp_path / "g.graphml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_graphml(tmp_path / "g.graphml")
    with pytest.raises(SourceError, match=r"none\.graphml"):
        read_graphml(tmp_path / "none.graphml")


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ([("A", "B", {})], "needs an attribute pull or weight"),
        ([("A", "B", {"pull": -0.1})], "edge A -> B has -0.1"),
        ([("A", "B", {"pull": float("nan")})], "edge A -> B has nan"),
        ([("A", "B", {"pull": 0.7}), ("C", "B", {"pull": 0.7})], "the ties to B add up to 1.4"),
    ],
)
def test_ties_that_are_no_shares(edges, message):
    with pytest.raises(SourceError, match=message):
        ties_of_graph(nx.DiGraph(edges), "mine")
    with pytest.raises(SourceError, match="no nodes"):
        ties_of_graph(nx.DiGraph(), "mine")


def test_nodes_without_ties_are_kept():
    graph = nx.DiGraph()
    graph.add_nodes_from(["B", "A"])
    assert np.array_equal(ties_of_graph(graph, "mine").values, np.zeros((1, 2, 2)))
