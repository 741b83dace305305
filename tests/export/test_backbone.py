"""The disparity filter with a pencil."""

import networkx as nx

from influence.export.backbone import backbone


def star(*pulls: float) -> nx.DiGraph:
    graph = nx.DiGraph()
    for i, pull in enumerate(pulls):
        graph.add_edge(f"S{i}", "V", pull=pull, distance=1.0)
    return graph


def test_a_tie_that_stands_out_stays():
    # k = 4; p = .7 gives (1 - .7)^3 = .027 < .05; p = .1 gives .729.
    assert backbone(star(0.35, 0.05, 0.05, 0.05), poles={}) == {("S0", "V")}


def test_shares_are_of_the_ties_and_not_of_the_whole():
    # The same proportions at a tenth of the size: autonomy is no tie.
    assert backbone(star(0.035, 0.005, 0.005, 0.005), poles={}) == {("S0", "V")}


def test_two_that_stand_out_both_stay():
    # k = 5, p = .47: (.53)^4 = .0789 stays only at alpha .1; p = .53: .0488 < .05.
    graph = star(0.53, 0.47, 0.0001, 0.0001, 0.0001)
    assert backbone(graph, poles={}) == {("S0", "V")}
    assert backbone(graph, poles={}, alpha=0.1) == {("S0", "V"), ("S1", "V")}


def test_every_state_keeps_its_strongest_tie_even_if_none_stands_out():
    kept = backbone(star(0.11, 0.10, 0.10), poles={})
    assert kept == {("S0", "V")}


def test_ties_with_the_poles_stay_in_both_directions():
    graph = star(0.6, 0.01, 0.01, 0.01)
    graph.add_edge("V", "S1", pull=0.001, distance=1.0)
    assert {("S1", "V"), ("V", "S1")} <= backbone(graph, poles={"S1": "S1"})


def test_a_sole_tie_stays():
    assert backbone(star(0.4), poles={}) == {("S0", "V")}


def test_the_graph_is_not_changed():
    graph = star(0.3, 0.2)
    before = nx.node_link_data(graph, edges="edges")
    backbone(graph, poles={"S0": "S0"})
    assert nx.node_link_data(graph, edges="edges") == before


def test_ties_within_a_pole_of_several_members_are_not_kept_for_that():
    graph = star(0.6, 0.01, 0.01, 0.01)
    assert ("S1", "V") not in backbone(graph, poles={"S1": "bloc", "V": "bloc"})
