"""The lenses side by side: one signature, each its own function, and who they see ahead."""

import numpy as np
import pytest

import influence as inf
from influence.errors import ConfigError, StateError
from influence.metrics.bandwidth import bandwidth_pull
from influence.metrics.exposure import flows_with_domestic, income_exposure
from influence.metrics.lenses import lens_balance, lens_pull, verdict
from influence.metrics.network_pull import network_pull
from influence.metrics.opinion_pull import opinion_pull
from influence.metrics.pull import direct_pull, pull_balance
from influence.specs import LENSES
from influence.states import bundled_registry


@pytest.fixture(scope="module")
def study():
    return inf.load_study(first_year=2009, last_year=2016, realisations=60)


def test_each_lens_is_the_function_of_its_name(study):
    panel, ties = study.panel, study.ties
    seen = {lens: lens_pull(study, lens) for lens in LENSES}
    korea = {lens: float(seen[lens].sel(pole="CHN", year=2016, target="KOR")) for lens in LENSES}
    assert korea["direct"] == float(direct_pull(ties, "CHN").sel(year=2016, target="KOR"))
    assert korea["network"] == float(network_pull(ties, ("CHN", "USA")).sel(pole="CHN", year=2016, target="KOR"))
    exposure = income_exposure(flows_with_domestic(panel).sel(year=2016))
    assert korea["income"] == pytest.approx(float(exposure.sel(state="KOR", shock="CHN")))
    opinion = opinion_pull(panel, ("CHN", "USA"), realisations=60)["share"]
    assert korea["opinion"] == float(opinion.sel(pole="CHN", year=2016, target="KOR"))
    assert korea["bandwidth"] == float(bandwidth_pull(panel).sel(year=2016, source="CHN", target="KOR"))


@pytest.mark.parametrize("lens", LENSES)
def test_swapping_the_poles_changes_the_sign(study, lens):
    one = lens_balance(lens_pull(study, lens), ("CHN", "USA"))
    two = lens_balance(lens_pull(study.with_poles(("USA", "CHN")), lens), ("USA", "CHN"))
    np.testing.assert_allclose(np.nan_to_num(one.values), -np.nan_to_num(two.values), atol=1e-12)
    assert (np.isnan(one.values) == np.isnan(two.values)).all()
    assert np.nanmax(np.abs(one.values)) <= 1.0


@pytest.mark.parametrize("lens", LENSES)
def test_a_pole_does_not_pull_on_itself_and_coverage_is_reported(study, lens):
    result = lens_pull(study, lens)
    assert result.name == f"pull_{lens}"
    assert np.isnan(result.sel(pole="CHN", target="CHN")).all()
    assert np.isnan(result.values[:, result["coverage"].values < 0.8]).all()


@pytest.mark.parametrize("lens", ["direct", "income", "bandwidth"])
def test_a_group_is_the_sum_of_its_members(study, lens):
    group = lens_pull(study.with_poles(("china_hk_macao", "USA")), lens).sel(
        pole="china_hk_macao", year=2016, target="KOR"
    )
    members = lens_pull(study.with_poles(("CHN", "HKG", "MAC")), lens).sel(year=2016, target="KOR")
    assert float(group) == pytest.approx(float(members.sum()))


@pytest.mark.parametrize("lens", ["direct", "income", "bandwidth"])
def test_for_a_member_a_group_is_the_sum_of_the_other_members(study, lens):
    group = lens_pull(study.with_poles(("asean", "USA")), lens).sel(pole="asean", year=2016, target="LAO")
    others = [code for code in bundled_registry().members("asean", 2016) if code != "LAO"]
    each = lens_pull(study.with_poles(others), lens).sel(year=2016, target="LAO")
    assert float(group) == pytest.approx(float(each.sum(skipna=False)), rel=1e-9)
    assert float(group) > 0.01


@pytest.mark.parametrize("lens", LENSES)
def test_members_of_a_group_have_values_in_every_lens_but_opinion(study, lens):
    """Members' opinions are fixed: there is no share of realisations."""
    result = lens_pull(study.with_poles(("asean", "CHN", "USA")), lens).sel(year=2016)
    members = result.sel(target=["LAO", "SGP", "KHM", "VNM"])
    assert np.isnan(members.values).all() == (lens == "opinion")
    assert np.isfinite(members.values).any() == (lens != "opinion")
    if lens != "opinion":
        assert np.isfinite(members.values).all()
        assert np.isnan(result.sel(pole="CHN", target="CHN"))
        assert np.isfinite(result.sel(pole="asean", target="CHN"))


def test_the_direct_balance_is_that_of_the_composite(study):
    computed = lens_balance(lens_pull(study), ("CHN", "USA"))
    np.testing.assert_allclose(computed.values, pull_balance(study.ties, ("CHN", "USA")).values)


def test_korea_of_2016_depends_on_the_lens(study):
    """Pledges are in the first two lenses alone: they see the United States ahead, the others China."""
    balances = {}
    for lens in LENSES:
        result = lens_balance(lens_pull(study, lens), ("CHN", "USA"))
        balances[lens] = float(result.sel(year=2016, target="KOR"))
    assert verdict(balances).first == ("income", "opinion", "bandwidth")
    assert verdict(balances).second == ("direct", "network")


def test_verdict_of_silent_lenses():
    result = verdict({"a": 0.1, "b": -0.2, "c": float("nan"), "d": 0.0})
    assert result == (("a",), ("b",), ("c", "d"))


def test_an_unknown_lens_is_refused(study):
    with pytest.raises(ConfigError, match=r"there is no lens 'networks'\. Did you mean network"):
        lens_pull(study, "networks")


@pytest.mark.parametrize("lens", LENSES)
def test_poles_in_the_same_place_are_refused(study, lens):
    with pytest.raises(StateError, match="poles eu and DEU share DEU"):
        lens_pull(study.with_poles(("eu", "DEU")), lens)
