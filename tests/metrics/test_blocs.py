"""Blocs that everybody sees, modularity against networkx, and blocs that neither order nor seed changes."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

import influence as inf
from influence.errors import ConfigError
from influence.metrics.blocs import modularity, modularity_blocs, modularity_partition, similarity_blocs
from influence.metrics.similarity import similarity
from influence.quality import known_shares
from tests.worlds import complete, shuffled, ties_of

YEARS = (1996, 2009, 2019)


def cliques(*sizes, bridge=0.02):
    """Groups in which all pull on each other, a thin tie from the first of each to the first of the next."""
    shares = np.zeros((sum(sizes),) * 2)
    starts = np.cumsum([0, *sizes[:-1]])
    for start, size in zip(starts, sizes, strict=True):
        shares[start : start + size, start : start + size] = complete(size, 0.1)
    for one, other in pairwise(starts):
        shares[one, other] = bridge
    return shares


def graph_of(shares):
    return nx.from_numpy_array(shares, create_using=nx.DiGraph)


def members(bloc):
    """Positions of the states by number of their bloc."""
    return [np.flatnonzero(bloc == number).tolist() for number in np.unique(bloc[~np.isnan(bloc)])]


def random_shares(seed, size=12):
    rng = np.random.default_rng(seed)
    shares = rng.random((size, size)) * (rng.random((size, size)) < 0.3)
    np.fill_diagonal(shares, 0.0)
    return shares / np.maximum(shares.sum(axis=0), 1e-9)


@pytest.fixture(scope="module")
def real():
    """The composite of three years."""
    return inf.build_ties(inf.load_panel()).sel(year=list(YEARS))


def test_two_cliques_joined_by_one_tie_are_two_blocs():
    result = modularity_blocs(ties_of(cliques(5, 4))).sel(year=2016)
    assert members(result["bloc"].values) == [[0, 1, 2, 3, 4], [5, 6, 7, 8]]
    assert float(result["blocs"]) == 2


def test_modularity_of_the_pencil():
    """Two pairs, each bound both ways by 1/2, and nothing between them: 1 - 2 (1/2)^2."""
    shares = np.kron(np.eye(2), [[0.0, 0.5], [0.5, 0.0]])
    assert modularity(shares, np.array([0, 0, 1, 1])) == pytest.approx(0.5)
    assert modularity(shares, np.zeros(4)) == pytest.approx(0.0)
    assert float(modularity_blocs(ties_of(shares))["modularity"][0]) == pytest.approx(0.5)


@pytest.mark.parametrize("seed", range(5))
def test_modularity_is_that_of_networkx(seed):
    shares = random_shares(seed)
    blocs, quality = modularity_partition(shares[None], seed=seed, runs=3)
    for run, q in zip(blocs[0], quality[0], strict=True):
        theirs = nx.community.modularity(graph_of(shares), [set(np.flatnonzero(run == b)) for b in set(run)])
        assert q == pytest.approx(theirs, abs=1e-12)
        assert modularity(shares, run) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_direction_counts(seed):
    """Turning every tie round leaves the partition as good as it was; making them all two-way does not."""
    shares = random_shares(seed)
    run = modularity_partition(shares[None])[0][0, 0]
    assert modularity(shares.T, run) == pytest.approx(modularity(shares, run), abs=1e-12)
    assert modularity(shares + shares.T, run) != pytest.approx(modularity(shares, run), abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_no_state_alone_would_do_better_in_another_bloc(seed):
    shares = random_shares(seed)
    blocs, quality = modularity_partition(shares[None], seed=seed)
    for state in range(len(shares)):
        for other in range(len(shares)):
            moved = blocs[0, 0].copy()
            moved[state] = other
            assert modularity(shares, moved) <= quality[0, 0] + 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_the_best_of_many_runs_is_the_best_of_all_partitions(seed):
    shares = random_shares(seed, size=7)
    _, quality = modularity_partition(shares[None], runs=50)
    assert quality.max() == pytest.approx(max(modularity(shares, p) for p in partitions_of(7)), abs=1e-12)


def partitions_of(size):
    """Every way to part the states into blocs, 877 of seven."""

    def longer(head):
        if len(head) == size:
            yield np.array(head)
            return
        for number in range(max(head) + 2):
            yield from longer([*head, number])

    return longer([0])


def test_the_bloc_that_pulls_most_is_the_first_and_has_its_leader():
    shares = cliques(3, 4, bridge=0.0)
    shares[5, 3] = 0.2
    result = modularity_blocs(ties_of(shares)).sel(year=2016)
    assert members(result["bloc"].values) == [[3, 4, 5, 6], [0, 1, 2]]
    np.testing.assert_array_equal(result["leader"], ["S00"] * 3 + ["S05"] * 4)


def test_together_is_a_share_of_runs():
    result = modularity_blocs(ties_of(cliques(5, 4)), runs=10)["together"].sel(year=2016).values
    np.testing.assert_array_equal(result, np.kron(np.eye(2), np.ones((5, 5)))[:9, :9])


def test_a_state_without_ties_and_a_year_without_ties_have_no_blocs():
    shares = np.zeros((10, 10))
    shares[:9, :9] = cliques(5, 4)
    result = modularity_blocs(ties_of(shares)).sel(year=2016)
    assert np.isnan(result["bloc"].values[9])
    assert np.isnan(result["together"].values[9]).all()
    assert str(result["leader"].values[9]) == ""
    none = modularity_blocs(ties_of(np.zeros((4, 4))))
    for name in ("bloc", "together", "modularity", "largest", "blocs"):
        assert np.isnan(none[name]).all()


def test_a_year_of_which_a_third_is_known_has_no_blocs():
    result = modularity_blocs(ties_of(cliques(5, 4), unobserved=[0.5] * 6 + [0.0] * 3))
    assert np.isnan(result["bloc"]).all()
    assert np.isnan(result["modularity"]).all()


def test_same_seed_same_runs_and_another_seed_other_orders():
    shares = np.stack([random_shares(seed, 30) for seed in range(4)])
    first, again, other = (modularity_partition(shares, seed=seed, runs=5)[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_wrong_calls_are_refused():
    with pytest.raises(ConfigError, match="runs must be 1 or more and the seed 0 or more, not 0 and 0"):
        modularity_blocs(ties_of(cliques(3, 3)), runs=0)
    with pytest.raises(ConfigError, match="not 5 and -1"):
        modularity_blocs(ties_of(cliques(3, 3)), runs=5, seed=-1)
    with pytest.raises(ConfigError, match="'kmeans' of blocs is not known; allowed: agglomerative, spectral"):
        similarity_blocs(two_camps(), "kmeans")
    with pytest.raises(ConfigError, match="most must be 2 blocs or more, not 1"):
        similarity_blocs(two_camps(), most=1)


def two_camps():
    """Similarity 0.9 within 5 and within 3 states, 0.1 between; the last state is similar to nobody known."""
    matrix = np.full((9, 9), 0.1)
    matrix[:5, :5] = matrix[5:8, 5:8] = 0.9
    np.fill_diagonal(matrix, 1.0)
    matrix[8, :], matrix[:, 8] = np.nan, np.nan
    return ties_of(np.zeros((9, 9)), years=(2016, 2017)).copy(data=np.stack([matrix, matrix]))


@pytest.mark.parametrize("method", ["agglomerative", "spectral"])
def test_two_camps_are_two_blocs_with_a_high_silhouette(method):
    result = similarity_blocs(two_camps(), method)
    assert members(result["bloc"].values[0]) == [[0, 1, 2, 3, 4], [5, 6, 7]]
    assert np.isnan(result["bloc"].values[:, 8]).all()
    assert result["blocs"].values.tolist() == [2, 2]
    # Within a camp states are 0.1 apart, and 0.9 from the other: 1 - 0.1 / 0.9.
    assert float(result["silhouette"].sel(year=2016, number=2)) == pytest.approx(8 / 9)
    assert (result["silhouette"].sel(number=2) >= result["silhouette"].max("number")).all()


@pytest.mark.parametrize("method", ["agglomerative", "spectral"])
def test_order_of_states_does_not_change_blocs_of_similarity(method):
    similar = similarity(ties_of(random_shares(0, 25)))
    mixed = similarity_blocs(shuffled(similar), method).sel(target=similar["target"])
    np.testing.assert_array_equal(mixed["bloc"], similarity_blocs(similar, method)["bloc"])


def test_years_can_be_chosen_and_a_year_with_too_few_states_has_no_blocs():
    assert similarity_blocs(two_camps(), years=[2017]).indexes["year"].tolist() == [2017]
    few = similarity_blocs(two_camps().isel(source=slice(3), target=slice(3)))
    assert np.isnan(few["bloc"]).all()
    assert np.isnan(few["blocs"]).all()


@pytest.mark.slow
def test_real_blocs_have_the_modularity_networkx_finds_in_them(real):
    result = modularity_blocs(real)
    for year in YEARS:
        graph = inf.build_graph(real, year)
        bloc = result["bloc"].sel(year=year).to_series().dropna()
        parts = [set(group.index) for _, group in bloc.groupby(bloc)]
        graph.remove_nodes_from(set(graph) - set(bloc.index))
        theirs = nx.community.modularity(graph, parts, weight="pull")
        assert float(result["modularity"].sel(year=year)) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.slow
def test_searches_are_as_good_as_those_of_networkx(real):
    result = modularity_blocs(real)
    for year in YEARS:
        graph = inf.build_graph(real, year)
        found = nx.community.louvain_communities(graph, weight="pull", seed=0)
        theirs = nx.community.modularity(graph, found, weight="pull")
        assert float(result["largest"].sel(year=year)) >= theirs - 1e-9
        assert float(result["modularity"].sel(year=year)) >= theirs - 3e-3


@pytest.mark.slow
def test_neither_order_nor_seed_changes_real_blocs(real):
    result = modularity_blocs(real)
    mixed = modularity_blocs(shuffled(real)).sel(target=real["target"])
    np.testing.assert_array_equal(mixed["bloc"], result["bloc"])
    np.testing.assert_array_equal(mixed["leader"], result["leader"])
    for seed in (1, 2):
        np.testing.assert_array_equal(modularity_blocs(real, seed=seed)["bloc"], result["bloc"])


@pytest.mark.slow
def test_runs_of_real_years_are_single_searches_of_one_quality(real):
    _, quality = modularity_partition(known_shares(real), runs=20)
    assert (np.ptp(quality, axis=1) < 0.02).all()
