"""The lenses side by side: one signature, each its own function, and who they see ahead."""

import numpy as np
import pytest

import influence as inf
from influence.errors import ConfigError, StateError
from influence.metrics.bandwidth import bandwidth_pull
from influence.metrics.exposure import flows_with_domestic, income_exposure
from influence.metrics.lenses import LensChoices, lens_balance, lens_pull, verdict
from influence.metrics.network_pull import network_pull
from influence.metrics.opinion_pull import opinion_pull
from influence.metrics.pull import direct_pull, pull_balance
from influence.schema import LENSES
from influence.specs import LENSES
from influence.states import group_members

FEW = LensChoices(realisations=60)


@pytest.fixture(scope="module")
def world():
    panel = inf.load_panel(first_year=2009, last_year=2016)
    return panel, inf.build_ties(panel)


def test_each_lens_is_its_own_function(world):
    panel, ties = world
    seen = {lens: lens_pull(panel, ties, ("CHN", "USA"), lens, FEW) for lens in LENSES}
    korea = {lens: float(seen[lens].sel(pole="CHN", year=2016, target="KOR")) for lens in LENSES}
    assert korea["direct"] == float(direct_pull(ties, "CHN").sel(year=2016, target="KOR"))
    assert korea["network"] == float(network_pull(ties, ("CHN", "USA")).sel(pole="CHN", year=2016, target="KOR"))
    exposure = income_exposure(flows_with_domestic(panel).sel(year=2016))
    assert korea["income"] == pytest.approx(float(exposure.sel(state="KOR", shock="CHN")))
    opinion = opinion_pull(panel, ("CHN", "USA"), realisations=60)["share"]
    assert korea["opinion"] == float(opinion.sel(pole="CHN", year=2016, target="KOR"))
    assert korea["bandwidth"] == float(bandwidth_pull(panel).sel(year=2016, source="CHN", target="KOR"))


@pytest.mark.parametrize("lens", LENSES)
def test_swapping_the_poles_flips_the_sign(world, lens):
    panel, ties = world
    one = lens_balance(lens_pull(panel, ties, ("CHN", "USA"), lens, FEW), ("CHN", "USA"))
    two = lens_balance(lens_pull(panel, ties, ("USA", "CHN"), lens, FEW), ("USA", "CHN"))
    np.testing.assert_allclose(np.nan_to_num(one.values), -np.nan_to_num(two.values), atol=1e-12)
    assert (np.isnan(one.values) == np.isnan(two.values)).all()
    assert np.nanmax(np.abs(one.values)) <= 1.0


@pytest.mark.parametrize("lens", LENSES)
def test_a_pole_does_not_pull_on_itself_and_coverage_is_told(world, lens):
    panel, ties = world
    told = lens_pull(panel, ties, ("CHN", "USA"), lens, FEW)
    assert told.name == f"pull_{lens}"
    assert np.isnan(told.sel(pole="CHN", target="CHN")).all()
    assert np.isnan(told.values[:, told["coverage"].values < 0.8]).all()


@pytest.mark.parametrize("lens", ["direct", "income", "bandwidth"])
def test_a_group_is_the_sum_of_its_members(world, lens):
    panel, ties = world
    group = lens_pull(panel, ties, ("china_hk_macao", "USA"), lens).sel(pole="china_hk_macao", year=2016, target="KOR")
    members = lens_pull(panel, ties, ("CHN", "HKG", "MAC"), lens).sel(year=2016, target="KOR")
    assert float(group) == pytest.approx(float(members.sum()))


@pytest.mark.parametrize("lens", ["direct", "income", "bandwidth"])
def test_a_group_is_the_sum_of_the_other_members_for_its_own(world, lens):
    panel, ties = world
    group = lens_pull(panel, ties, ("asean", "USA"), lens).sel(pole="asean", year=2016, target="LAO")
    others = [code for code in group_members("asean", 2016) if code != "LAO"]
    each = lens_pull(panel, ties, others, lens).sel(year=2016, target="LAO")
    assert float(group) == pytest.approx(float(each.sum(skipna=False)), rel=1e-9)
    assert float(group) > 0.01


@pytest.mark.parametrize("lens", LENSES)
def test_members_of_a_group_have_values_in_every_lens_but_opinion(world, lens):
    """Members' opinions are fixed: there is no share of realisations to tell."""
    panel, ties = world
    told = lens_pull(panel, ties, ("asean", "CHN", "USA"), lens, FEW).sel(year=2016)
    members = told.sel(target=["LAO", "SGP", "KHM", "VNM"])
    assert np.isnan(members.values).all() == (lens == "opinion")
    assert np.isfinite(members.values).any() == (lens != "opinion")
    if lens != "opinion":
        assert np.isfinite(members.values).all()
        assert np.isnan(told.sel(pole="CHN", target="CHN"))
        assert np.isfinite(told.sel(pole="asean", target="CHN"))


def test_the_direct_balance_is_that_of_the_composite(world):
    panel, ties = world
    ours = lens_balance(lens_pull(panel, ties, ("CHN", "USA")), ("CHN", "USA"))
    np.testing.assert_allclose(ours.values, pull_balance(ties, ("CHN", "USA")).values)


def test_korea_of_2016_depends_on_how_one_looks(world):
    """Pledges are in the first two lenses alone: they see the United States ahead, the others China."""
    panel, ties = world
    balances = {}
    for lens in LENSES:
        told = lens_balance(lens_pull(panel, ties, ("CHN", "USA"), lens, FEW), ("CHN", "USA"))
        balances[lens] = float(told.sel(year=2016, target="KOR"))
    assert verdict(balances).first == ("income", "opinion", "bandwidth")
    assert verdict(balances).second == ("direct", "network")


def test_verdict_of_silent_lenses():
    told = verdict({"a": 0.1, "b": -0.2, "c": float("nan"), "d": 0.0})
    assert told == (("a",), ("b",), ("c", "d"))


def test_an_unknown_lens_is_told(world):
    with pytest.raises(ConfigError, match=r"there is no lens 'networks'\. Did you mean network"):
        lens_pull(*world, ("CHN", "USA"), "networks")


@pytest.mark.parametrize("lens", LENSES)
def test_poles_in_the_same_place_are_told(world, lens):
    with pytest.raises(StateError, match="poles eu and DEU share DEU"):
        lens_pull(*world, ("eu", "DEU"), lens, FEW)
