"""Graph files: networkx reads back what was written, hostile names stay names, the same graph gives the same bytes."""

from __future__ import annotations

import networkx as nx
import pytest

from influence.export.graph_files import FORMATS, write_graph
from influence.graph import build_graph
from influence.ties import build_ties
from tests.export.graphs import assert_same_graph, read
from tests.export.pages import HOSTILE
from tests.pencil import pencil_panel

NAMES = (*HOSTILE, 'x lastmodifieddate="2020-01-01" y', "Côte d'Ivoire & <b>Åland</b>", "  two  spaces ", "]]>", "日本")


@pytest.fixture
def graph() -> nx.DiGraph:
    return build_graph(build_ties(pencil_panel()), 2016)


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_read_back_is_what_was_written(graph, tmp_path, kind):
    back = read(write_graph(graph, tmp_path / f"g.{kind}"))
    assert_same_graph(back, graph)


@pytest.mark.parametrize("kind", ["graphml", "json"])
def test_attributes_of_the_graph_come_back(graph, tmp_path, kind):
    back = read(write_graph(graph, tmp_path / f"g.{kind}"))
    assert {key: back.graph[key] for key in graph.graph} == graph.graph
    assert type(back.graph["year"]) is int


@pytest.mark.parametrize("kind", FORMATS)
def test_twice_the_same_bytes(graph, tmp_path, kind):
    first, second = (write_graph(graph, tmp_path / name / f"g.{kind}").read_bytes() for name in ("a", "b"))
    assert first == second
    assert b"\r" not in first
    assert first.endswith(b"\n")


def test_no_day_of_writing(graph, tmp_path):
    assert "lastmodifieddate" not in write_graph(graph, tmp_path / "g.gexf").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", FORMATS)
def test_hostile_names_stay_names(graph, tmp_path, kind, name):
    graph.nodes["AAA"]["name"] = name
    path = write_graph(graph, tmp_path / f"g.{kind}")
    assert read(path).nodes["AAA"]["name"] == name
    if kind != "json":
        assert "<script>" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_characters_no_xml_may_hold_are_left_out(graph, tmp_path, kind):
    graph.nodes["AAA"]["name"] = "a\x00b\x1bc\ufffed"
    assert read(write_graph(graph, tmp_path / f"g.{kind}")).nodes["AAA"]["name"] == "abcd"


def test_json_keeps_every_character(graph, tmp_path):
    graph.nodes["AAA"]["name"] = "a\x00b\x1bc"
    assert read(write_graph(graph, tmp_path / "g.json")).nodes["AAA"]["name"] == "a\x00b\x1bc"


@pytest.mark.parametrize("kind", FORMATS)
def test_the_graph_given_is_not_changed(graph, tmp_path, kind):
    graph.nodes["AAA"]["name"] = "a\x1b"
    before = nx.node_link_data(graph, edges="edges")
    write_graph(graph, tmp_path / f"g.{kind}")
    assert nx.node_link_data(graph, edges="edges") == before


def test_an_unknown_ending_is_refused(graph, tmp_path):
    with pytest.raises(ValueError, match=r"a graph is written as graphml, gexf, json, not '\.txt'"):
        write_graph(graph, tmp_path / "g.txt")
