"""Equation 7 on paper, as a sum over walks, and at its limits."""

import numpy as np
import pytest

import influence as inf
from influence.errors import ConfigError, StateError
from influence.metrics.network_pull import network_pull
from influence.metrics.pull import direct_pull
from tests.pencil import pencil_registry
from tests.worlds import shuffled, ties_of

PAPER = np.array([
    # to P    Q    V    K
    [0.0, 0.0, 0.2, 0.6],  # P pulls
    [0.0, 0.0, 0.1, 0.0],  # Q
    [0.0, 0.0, 0.0, 0.1],  # V
    [0.0, 0.0, 0.4, 0.0],  # K
])  # fmt: skip
LABELS = ["PPP", "QQQ", "VVV", "KKK"]


def random_world(size=12, seed=3):
    return np.random.default_rng(seed).dirichlet(np.ones(size), size).T * 0.9 * (1 - np.eye(size))


def test_on_paper():
    """h(V) = .2 + .85 x .4 h(K) and h(K) = .6 + .85 x .1 h(V)."""
    result = network_pull(ties_of(PAPER, LABELS), ("PPP", "QQQ")).sel(year=2016)
    of_v = (0.2 + 0.85 * 0.4 * 0.6) / (1 - 0.85**2 * 0.4 * 0.1)
    assert float(result.sel(pole="PPP", target="VVV")) == pytest.approx(of_v)
    assert float(result.sel(pole="PPP", target="KKK")) == pytest.approx(0.6 + 0.85 * 0.1 * of_v)
    of_v = 0.1 / (1 - 0.85**2 * 0.4 * 0.1)
    assert float(result.sel(pole="QQQ", target="VVV")) == pytest.approx(of_v)


def test_alpha_of_zero_is_the_direct_pull():
    ties = ties_of(random_world())
    result = network_pull(ties, ("S00", "S01"), 0.0)
    np.testing.assert_allclose(result.sel(pole="S00").values, direct_pull(ties, "S00").values)


@pytest.mark.parametrize("alpha", [0.3, 0.85, 0.99])
def test_it_is_the_sum_over_walks(alpha):
    """A slow route: add up the walks of one more step until nothing is left."""
    shares = random_world()
    step = shares.copy()
    step[:2] = 0.0
    reach, total = shares[0].copy(), np.zeros(12)
    for _ in range(20_000):
        total += reach
        reach = alpha * (step.T @ reach)
    result = network_pull(ties_of(shares), ("S00", "S01"), alpha).sel(pole="S00", year=2016).values
    np.testing.assert_allclose(result[1:], total[1:], rtol=1e-9)


def test_poles_are_ends_and_their_pulls_sum_to_one_at_most():
    result = network_pull(ties_of(random_world()), ("S00", "S01", "S02"), 0.99)
    assert (result.sum("pole").values <= 1 + 1e-12).all()


def test_a_group_on_one_of_its_members_on_paper():
    """P and Q are the group: h(P) = W_QP + .85 x .3 h(K), h(K) = .6, although the walk ends at P."""
    shares = PAPER.copy()
    shares[1, 0], shares[3, 0], shares[2, 3] = 0.2, 0.3, 0.0
    ties = ties_of(shares, LABELS).assign_attrs(registry=pencil_registry(bloc=["PPP", "QQQ"]))
    result = network_pull(ties, ("bloc", "VVV")).sel(year=2016)
    assert float(result.sel(pole="bloc", target="PPP")) == pytest.approx(0.2 + 0.85 * 0.3 * 0.6)
    assert float(result.sel(pole="bloc", target="QQQ")) == 0.0
    assert float(result.sel(pole="bloc", target="VVV")) == pytest.approx(0.3 + 0.85 * 0.4 * 0.6)
    assert np.isnan(float(result.sel(pole="VVV", target="VVV")))
    alone = network_pull(ties, ("bloc", "VVV"), 0.0).sel(year=2016, pole="bloc")
    np.testing.assert_allclose(alone.values, direct_pull(ties, "bloc").sel(year=2016).values)


def test_swapping_the_poles_swaps_the_pulls():
    ties = ties_of(random_world())
    one, two = network_pull(ties, ("S00", "S01")), network_pull(ties, ("S01", "S00"))
    np.testing.assert_array_equal(one.sel(pole="S00").values, two.sel(pole="S00").values)


def test_the_order_of_states_changes_nothing():
    ties = ties_of(random_world())
    result = network_pull(ties, ("S00", "S01"))
    turned = network_pull(shuffled(ties), ("S00", "S01")).sel(target=result.indexes["target"])
    np.testing.assert_allclose(turned.values, result.values, rtol=1e-12)


def test_what_partners_rely_on_and_nobody_knows_counts_as_unknown():
    """V relies on K for .4, and of K nothing is known: .85 x .4 of V's walk is lost."""
    shares = PAPER.copy()
    shares[:, 3] = np.nan
    result = network_pull(ties_of(shares, LABELS, unobserved=[0, 0, 0, 1]), ("PPP", "QQQ")).sel(year=2016)
    assert float(result["coverage"].sel(target="VVV")) == pytest.approx(1 - 0.85 * 0.4)
    assert np.isnan(result.sel(target=["VVV", "KKK"])).all()
    shares[3, 2] = 0.1
    result = network_pull(ties_of(shares, LABELS, unobserved=[0, 0, 0, 1]), ("PPP", "QQQ")).sel(year=2016)
    assert float(result.sel(pole="PPP", target="VVV")) == pytest.approx(0.2)


@pytest.mark.parametrize("alpha", [1.0, -0.1, float("nan")])
def test_alpha_outside_is_refused(alpha):
    with pytest.raises(ConfigError, match="alpha must be at least 0 and below 1"):
        network_pull(ties_of(PAPER, LABELS), ("PPP", "QQQ"), alpha)


def test_poles_in_the_same_place_are_refused():
    with pytest.raises(StateError, match="poles PPP and PPP share PPP"):
        network_pull(ties_of(PAPER, LABELS), ("PPP", "PPP"))


@pytest.mark.slow
def test_real_years_are_between_the_direct_pull_and_one():
    ties = inf.build_ties(inf.load_panel())
    result = network_pull(ties, ("CHN", "USA"))
    both = ~np.isnan(result.values[1])
    direct = direct_pull(ties, "USA").values
    assert (result.values[1][both] >= np.nan_to_num(direct[both]) - 1e-12).all()
    assert both.mean() > 0.8
