"""The graph is a plain view of the ties and carries exactly what the schema declares."""

import math

import networkx as nx
import pytest

from influence.errors import YearError
from influence.graph import build_graph
from influence.schema import DISTANCE_FLOOR, EDGE_ATTRIBUTES, GRAPH_ATTRIBUTES, NODE_ATTRIBUTES, names
from influence.ties import build_ties
from tests.pencil import STATES, pencil_panel


@pytest.fixture
def graph() -> nx.DiGraph:
    return build_graph(build_ties(pencil_panel()), 2016)


def test_it_is_a_plain_digraph_of_every_state(graph):
    assert type(graph) is nx.DiGraph
    assert sorted(graph) == sorted(STATES)


def test_it_carries_exactly_the_declared_attributes(graph):
    assert list(graph.graph) == names(GRAPH_ATTRIBUTES)
    assert all(list(data) == names(NODE_ATTRIBUTES) for _, data in graph.nodes(data=True))
    assert all(list(data) == names(EDGE_ATTRIBUTES) for *_, data in graph.edges(data=True))


def test_values_are_plain_python_of_the_declared_type(graph):
    kinds = {"string": str, "number": float, "integer": int}
    for field in NODE_ATTRIBUTES:
        assert all(type(data[field.name]) is kinds[field.type] for _, data in graph.nodes(data=True))
    assert type(graph.graph["year"]) is int


def test_edges_run_from_who_pulls_to_who_relies(graph):
    assert graph.edges["AAA", "CCC"]["pull"] == pytest.approx(0.6 * 2 / 9 + 0.3 * 4 / 7)
    assert graph.edges["AAA", "CCC"]["distance"] == pytest.approx(-math.log(0.6 * 2 / 9 + 0.3 * 4 / 7))
    assert not graph.has_edge("AAA", "DDD")


def test_in_strength_and_not_covered_make_the_whole(graph):
    for node, data in graph.nodes(data=True):
        held = sum(d["pull"] for *_, d in graph.in_edges(node, data=True))
        assert held + data["not_covered"] + data["unobserved"] == pytest.approx(1.0)


def test_a_sole_tie_is_near_and_never_at_zero():
    ties = build_ties(pencil_panel(), {"trade": 1.0}).copy(deep=True)
    ties.loc[{"year": 2016, "target": "AAA"}] = [0.0, 1.0, 0.0, 0.0]
    assert build_graph(ties, 2016).edges["BBB", "AAA"]["distance"] == DISTANCE_FLOOR


def test_a_state_known_too_little_has_no_ties_towards_it():
    graph = build_graph(build_ties(pencil_panel()), 2017)
    assert graph.in_degree("AAA") == 0
    assert graph.nodes["AAA"]["coverage"] == pytest.approx(1 - 0.6 * 30 / 80)


def test_a_year_outside_is_refused_with_what_there_is():
    with pytest.raises(YearError, match="2030 is not in the ties; they cover 2016 to 2017"):
        build_graph(build_ties(pencil_panel()), 2030)
