"""Centralities in closed form on stars, cycles and complete graphs, and against networkx on real years."""

import networkx as nx
import numpy as np
import pytest
import xarray as xr

import influence as inf
from influence.errors import ConfigError
from influence.metrics import centrality, structure
from influence.metrics.by_name import networkx_centrality
from influence.metrics.paths import path_centralities
from tests.worlds import at, complete, cycle, shuffled, star, ties_of

YEARS = (1996, 2019)


@pytest.fixture(scope="module")
def real():
    """The composite of three years, and their graphs with the pull also as `weight`."""
    ties = inf.build_ties(inf.load_panel())
    graphs = {}
    for year in YEARS:
        graph = inf.build_graph(ties, year)
        for _, _, tie in graph.edges(data=True):
            tie["weight"] = tie["pull"]
        graphs[year] = graph
    return ties.sel(year=list(YEARS)), graphs


def agree(measure: xr.DataArray, year: int, theirs: dict) -> None:
    """The two agree to 1e-9 wherever this package has a value, which is nearly everywhere."""
    computed = measure.sel(year=year).to_series()
    known = computed.dropna()
    assert len(known) > 150
    np.testing.assert_allclose(known.to_numpy(), [theirs[code] for code in known.index], rtol=0, atol=1e-9)


MEASURES = {
    "strength_in": (centrality.strength_in, lambda g: dict(g.in_degree(weight="pull"))),
    "strength_out": (centrality.strength_out, lambda g: dict(g.out_degree(weight="pull"))),
    "pagerank": (centrality.pagerank, lambda g: nx.pagerank(g, weight="pull", tol=1e-15, max_iter=1000)),
    "cheirank": (centrality.cheirank, lambda g: nx.pagerank(g.reverse(), weight="pull", tol=1e-15, max_iter=1000)),
    "eigenvector": (
        centrality.eigenvector,
        lambda g: nx.eigenvector_centrality(g.reverse(), weight="pull", tol=1e-15, max_iter=5000),
    ),
    "katz": (centrality.katz, lambda g: nx.katz_centrality_numpy(g.reverse(), alpha=0.5, weight="pull")),
    "hubs": (lambda t: centrality.hits(t)["hubs"], lambda g: nx.hits(g, tol=1e-12)[0]),
    "authorities": (lambda t: centrality.hits(t)["authorities"], lambda g: nx.hits(g, tol=1e-12)[1]),
    "betweenness": (
        lambda t: path_centralities(t)["betweenness"],
        lambda g: nx.betweenness_centrality(g, weight="distance"),
    ),
    "closeness": (
        lambda t: path_centralities(t)["closeness"],
        lambda g: nx.closeness_centrality(g.reverse(), distance="distance"),
    ),
    "core": (structure.core_number, nx.core_number),
    "constraint": (structure.constraint, lambda g: nx.constraint(g, weight="pull")),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MEASURES)
def test_real_years_agree_with_networkx(real, name):
    ties, graphs = real
    computed, theirs = MEASURES[name]
    measure = computed(ties)
    for year in YEARS:
        agree(measure, year, theirs(graphs[year]))


@pytest.mark.slow
def test_clustering_agrees_with_networkx_on_a_region(real):
    """networkx takes most of a minute for the whole world: forty states."""
    ties, _ = real
    few = ties.isel(source=slice(20, 60), target=slice(20, 60))
    graph = inf.build_graph(few, 2019)
    theirs = nx.clustering(graph, weight="pull")
    computed = structure.clustering(few).sel(year=2019).to_series().dropna()
    assert len(computed) > 30
    np.testing.assert_allclose(computed.to_numpy(), [theirs[code] for code in computed.index], rtol=0, atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(("layer", "first"), [("trade", "CHN"), ("alliance", "USA")])
def test_a_layer_can_be_measured_like_the_composite(layer, first):
    panel = inf.load_panel(first_year=2016, last_year=2016)
    ties = inf.build_layers(panel).sel(layer=layer)
    values = centrality.cheirank(ties).sel(year=2016)
    assert str(values.idxmax().item()) == first


@pytest.mark.slow
def test_a_year_of_which_a_third_is_known_has_no_measure_of_the_network():
    """2022: trade of 67 states is covered. A sum over all would halve the pull of the United States."""
    ties = inf.build_ties(inf.load_panel(first_year=2020, last_year=2022))
    result = centrality.strength_out(ties)
    assert np.isfinite(at(result, "USA", 2020))
    assert np.isnan(result.sel(year=[2021, 2022])).all()
    assert float(result["coverage"].sel(year=2022, target="USA")) == pytest.approx(1 / 3, abs=0.05)
    assert np.isnan(path_centralities(ties)["betweenness"].sel(year=2022)).all()
    assert np.isfinite(at(centrality.strength_in(ties), "KOR", 2022))
    assert np.isnan(networkx_centrality(ties, "pagerank", 2022)).all()


# ---- closed forms ----------------------------------------------------------------------------------


def test_the_star():
    """S00 pulls .5 on each of four. In PageRank it has what falls on all alike; its leaves share what it passes on."""
    ties = ties_of(star(4))
    assert at(centrality.strength_out(ties), "S00") == 2.0
    assert at(centrality.strength_in(ties), "S00") == 0.0
    assert at(centrality.strength_in(ties), "S03") == 0.5
    rank = centrality.pagerank(ties).sel(year=2016).values
    leaf = (1 + 0.85 / 4) * rank[0]
    np.testing.assert_allclose(rank, [rank[0], leaf, leaf, leaf, leaf])
    assert rank.sum() == pytest.approx(1.0)
    assert at(centrality.katz(ties), "S00") / at(centrality.katz(ties), "S01") == pytest.approx(1 + 0.5 * 4 * 0.5)
    hits = centrality.hits(ties)
    assert at(hits["hubs"], "S00") == pytest.approx(1.0)
    assert at(hits["authorities"], "S01") == pytest.approx(0.25)


def test_a_star_has_no_eigenvector():
    """No cycle, so no lambda above zero: no value, and no silent zero."""
    assert np.isnan(centrality.eigenvector(ties_of(star(4)))).all()


def test_two_knots_as_strong_as_each_other_have_no_eigenvector():
    two = np.zeros((6, 6))
    two[:3, :3] = two[3:, 3:] = cycle(3)
    assert np.isnan(centrality.eigenvector(ties_of(two))).all()


def test_the_stronger_of_two_knots_rules():
    two = np.zeros((6, 6))
    two[:3, :3], two[3:, 3:] = cycle(3, 0.5), cycle(3, 0.2)
    values = centrality.eigenvector(ties_of(two)).sel(year=2016).values
    np.testing.assert_allclose(values, [3**-0.5] * 3 + [0.0] * 3, atol=1e-12)


@pytest.mark.parametrize("size", [2, 3, 7, 40])
def test_in_a_cycle_all_are_alike(size):
    ties = ties_of(cycle(size))
    for measure in (centrality.pagerank, centrality.cheirank):
        np.testing.assert_allclose(measure(ties).values, 1 / size)
    for measure in (centrality.eigenvector, centrality.katz):
        np.testing.assert_allclose(measure(ties).values, size**-0.5)


def test_betweenness_and_closeness_of_a_cycle():
    """Of n = 5, each lies on 1 + 2 + 3 of the ways between others; the mean way is (1 + 2 + 3 + 4)/4 ties long."""
    result = path_centralities(ties_of(cycle(5)))
    np.testing.assert_allclose(result["betweenness"].values, 6 / 12)
    np.testing.assert_allclose(result["closeness"].values, 1 / (2.5 * np.log(2)))


def test_in_a_complete_graph_all_are_alike_and_nobody_is_between():
    ties = ties_of(complete(6))
    np.testing.assert_allclose(centrality.eigenvector(ties).values, 6**-0.5)
    np.testing.assert_allclose(path_centralities(ties)["betweenness"].values, 0.0)
    np.testing.assert_allclose(structure.clustering(ties).values, 1.0)
    np.testing.assert_allclose(structure.core_number(ties).values, 10)
    np.testing.assert_allclose(structure.constraint(ties).values, 5 * (1 / 5 + 4 / 25) ** 2)


def test_two_ways_as_short_count_half_each():
    """S00 -> S01 -> S03 and S00 -> S02 -> S03, alike."""
    matrix = np.zeros((4, 4))
    matrix[0, 1] = matrix[0, 2] = matrix[1, 3] = matrix[2, 3] = 0.25
    between = path_centralities(ties_of(matrix))["betweenness"]
    assert at(between, "S01") == at(between, "S02") == pytest.approx(0.5 / 6)


def test_a_sole_ally_is_close_but_not_at_zero():
    matrix = np.zeros((3, 3))
    matrix[0, 1] = matrix[1, 2] = 1.0
    result = path_centralities(ties_of(matrix))
    assert at(result["betweenness"], "S01") == pytest.approx(0.5)
    assert np.isfinite(at(result["closeness"], "S00"))


def test_the_only_partner_constrains_wholly():
    matrix = np.zeros((2, 2))
    matrix[0, 1] = 0.3
    np.testing.assert_allclose(structure.constraint(ties_of(matrix)).values, 1.0)


def test_outward_influence_weighs_those_pulled():
    ties = ties_of(star(2))
    sizes = xr.DataArray([[7.0, 1.0, np.nan]], coords={"year": [2016], "state": ["S00", "S01", "S02"]},
                         dims=("year", "state"))  # fmt: skip
    assert at(centrality.outward_influence(ties, sizes), "S00") == pytest.approx(0.5 * 1 / 8)


# ---- what has no value, and what changes nothing -----------------------------------------------------

ALL = (
    centrality.strength_in, centrality.strength_out, centrality.pagerank, centrality.cheirank, centrality.eigenvector,
    centrality.katz, structure.clustering, structure.core_number, structure.constraint,
)  # fmt: skip


def random_world():
    draw = np.random.default_rng(11)
    shares = draw.dirichlet(np.ones(9), 9).T * 0.8 * (1 - np.eye(9))
    return shares


@pytest.mark.parametrize("measure", ALL)
def test_a_state_without_ties_has_no_value(measure):
    shares = random_world()
    shares[4, :] = shares[:, 4] = 0.0
    values = measure(ties_of(shares)).sel(year=2016)
    assert np.isnan(float(values.sel(target="S04")))
    assert np.isfinite(values.drop_sel(target="S04")).all()


def test_what_rests_on_a_portfolio_nobody_knows_has_no_value():
    shares = random_world()
    shares[:, 2] = np.nan
    ties = ties_of(shares, unobserved=[0, 0, 1, *[0] * 6])
    inward = [centrality.strength_in, centrality.pagerank, structure.constraint, structure.core_number]
    for measure in inward:
        assert np.isnan(at(measure(ties), "S02"))
    for measure in (centrality.strength_out, centrality.cheirank, centrality.katz):
        assert at(measure(ties), "S02") > 0
    result = path_centralities(ties)
    assert np.isnan(at(result["betweenness"], "S02"))
    assert at(result["closeness"], "S02") > 0


@pytest.mark.parametrize(
    "measure", [*ALL, lambda t: path_centralities(t)["betweenness"], lambda t: centrality.hits(t)["hubs"]]
)
def test_the_order_of_states_changes_nothing(measure):
    ties = ties_of(random_world())
    result, turned = measure(ties), measure(shuffled(ties))
    np.testing.assert_allclose(turned.sel(target=result.indexes["target"]).values, result.values, atol=1e-12)


def test_nothing_is_written_into_the_ties():
    ties = ties_of(random_world())
    before = ties.values.copy()
    for measure in (*ALL, path_centralities, centrality.hits):
        measure(ties)
    np.testing.assert_array_equal(ties.values, before)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: centrality.pagerank(t, 1.0), "damping must be at least 0 and below 1, not 1.0"),
        (lambda t: centrality.cheirank(t, -0.1), "damping must be at least 0"),
        (lambda t: centrality.katz(t, 1.0), "alpha must be at least 0 and below 1, not 1.0"),
    ],
)
def test_wrong_numbers_are_refused(call, message):
    with pytest.raises(ConfigError, match=message):
        call(ties_of(star(3)))
