"""Centralities of networkx by their names, with the right attribute for the right argument."""

from contextlib import suppress

import networkx as nx
import numpy as np
import pytest

from influence.errors import ConfigError, YearError
from influence.graph import build_graph
from influence.metrics.by_name import networkx_centrality, networkx_names
from tests.worlds import ties_of

SHARES = np.random.default_rng(2).dirichlet(np.ones(7), 7).T * 0.9 * (1 - np.eye(7))


@pytest.fixture
def ties():
    return ties_of(SHARES)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("harmonic_centrality", lambda g: nx.harmonic_centrality(g, distance="distance")),
        ("betweenness_centrality", lambda g: nx.betweenness_centrality(g, weight="distance")),
        ("load_centrality", lambda g: nx.load_centrality(g, weight="distance")),
        ("closeness_centrality", lambda g: nx.closeness_centrality(g, distance="distance")),
        ("pagerank", lambda g: nx.pagerank(g, weight="pull")),
        ("katz_centrality", lambda g: nx.katz_centrality(g, weight="pull")),
        ("laplacian_centrality", lambda g: nx.laplacian_centrality(g, weight="pull")),
        ("effective_size", lambda g: nx.effective_size(g, weight="pull")),
        ("out_degree_centrality", nx.out_degree_centrality),
    ],
)
def test_it_is_what_networkx_gives(ties, name, call):
    result = networkx_centrality(ties, name, 2016)
    theirs = call(build_graph(ties, 2016))
    np.testing.assert_allclose(result.values, [theirs[code] for code in result.indexes["target"]])
    assert result.name == name


def test_a_state_without_ties_has_no_value():
    shares = SHARES.copy()
    shares[3, :] = shares[:, 3] = 0.0
    result = networkx_centrality(ties_of(shares), "pagerank", 2016)
    assert np.isnan(float(result.sel(target="S03")))
    assert np.isfinite(result.drop_sel(target="S03")).all()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("harmonic", "networkx has no centrality 'harmonic'. Did you mean harmonic_centrality"),
        ("harmonic_centralty", r"'harmonic_centralty'\. Did you mean harmonic_centrality"),
        ("write_gexf", "networkx has no centrality 'write_gexf'"),
        ("__class__", "networkx has no centrality '__class__'"),
        ("edge_betweenness_centrality", "networkx has no centrality 'edge_betweenness_centrality'"),
        ("information_centrality", "cannot compute information_centrality of the graph of 2016: not implemented for"),
        ("betweenness_centrality_subset", "networkx has no centrality"),
    ],
)
def test_measures_that_cannot_be_computed_are_refused(ties, name, message):
    with pytest.raises(ConfigError, match=message):
        networkx_centrality(ties, name, 2016)


def test_an_absent_year_is_refused(ties):
    with pytest.raises(YearError, match="year 1900 is not in the ties"):
        networkx_centrality(ties, "pagerank", 1900)


def test_every_name_offered_is_a_measure_of_nodes(ties):
    given = 0
    for name in networkx_names():
        with suppress(ConfigError):  # of undirected graphs alone, most of them
            given += networkx_centrality(ties, name, 2016).dims == ("target",)
    assert given >= 15
