"""Equation 8 against exact hat algebra, and the domestic sales it rests on."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import influence as inf
from influence.errors import ConfigError, StateError
from influence.metrics.exposure import domestic_sales, exposure_of, flows_with_domestic, income_exposure, pole_exposure
from tests.pencil import pencil_panel

THETA = 4.0


def balanced(size=6, seed=0):
    """Trade in which everybody spends what it earns."""
    draw = np.random.default_rng(seed)
    flows = draw.lognormal(0, 1, (size, size)) + np.diag(draw.lognormal(3, 0.3, size))
    for _ in range(4000):
        flows = flows * np.sqrt(flows.sum(axis=0) / flows.sum(axis=1))[:, None]
    return flows


def frame(matrix, labels="ABCDEFGHIJ"):
    names = list(labels[: len(matrix)])
    return pd.DataFrame(matrix, index=names, columns=names)


def real_income(flows, productivity, theta):
    """ln real income after a change of productivity, by exact hat algebra (Dekle, Eaton & Kortum 2008), iterated."""
    earned = flows.sum(axis=1)
    bought = flows / flows.sum(axis=0)
    wage = np.ones(len(flows))
    for _ in range(200_000):
        cost = (wage / productivity) ** -theta
        index = (bought * cost[:, None]).sum(axis=0)
        sold = (bought * cost[:, None] / index * (wage * earned)).sum(axis=1)
        new = wage * (sold / (wage * earned)) ** (1 / (1 + theta))
        new *= earned.sum() / (new * earned).sum()
        if np.abs(new - wage).max() < 1e-15:
            break
        wage = new
    return np.log(wage * index ** (1 / theta))


def test_it_is_exact_hat_algebra_for_small_shocks_and_the_error_falls_linearly():
    flows = balanced()
    result = income_exposure(frame(flows), THETA).values
    errors = []
    for size in (1e-2, 1e-3, 1e-4):
        exact = np.zeros_like(result)
        for p in range(6):
            productivity = np.ones(6)
            productivity[p] = np.exp(size)
            exact[:, p] = real_income(flows, productivity, THETA) / size
        errors.append(np.abs(exact - result).max())
    assert errors[0] < 1e-3
    np.testing.assert_allclose([errors[0] / errors[1], errors[1] / errors[2]], 10.0, rtol=0.05)


def test_more_productivity_everywhere_is_as_much_income_everywhere():
    np.testing.assert_allclose(income_exposure(frame(balanced()), THETA).values.sum(axis=1), 1.0)


def test_without_trade_a_state_gains_only_from_its_productivity():
    np.testing.assert_allclose(income_exposure(frame(np.array([[5.0]])), THETA).values, [[1.0]])


def test_the_unit_of_the_flows_does_not_matter():
    flows = frame(balanced())
    np.testing.assert_allclose(income_exposure(flows, THETA).values, income_exposure(flows * 1e9, THETA).values)


def test_rows_are_those_who_gain_and_columns_those_who_are_shocked():
    """B is tiny and sells half to A: A's growth matters to B, B's hardly to A."""
    result = income_exposure(frame(np.array([[1000.0, 1.0], [1.0, 1.0]])), THETA)
    assert result.dims == ("state", "shock")
    assert result.loc["B", "A"] > 100 * result.loc["A", "B"] > 0


def test_names_and_order_change_nothing():
    flows = frame(balanced())
    order = [3, 0, 5, 1, 4, 2]
    turned = income_exposure(flows.iloc[order, order], THETA)
    result = income_exposure(flows, THETA)
    np.testing.assert_allclose(turned.sel(state=list("ABCDEF"), shock=list("ABCDEF")).values, result.values)


def test_years_are_computed_one_by_one():
    flows = np.stack([balanced(seed=seed) for seed in range(11)])
    stack = xr.DataArray(flows, coords={"year": range(2000, 2011), "exporter": list("ABCDEF"),
                                        "importer": list("ABCDEF")}, dims=("year", "exporter", "importer"))  # fmt: skip
    result = income_exposure(stack, THETA)
    for at, year in enumerate(range(2000, 2011)):
        np.testing.assert_allclose(result.sel(year=year).values, income_exposure(frame(flows[at]), THETA).values)


def test_several_shocks_at_once_add_up():
    flows = balanced()[None]
    every = exposure_of(flows, THETA)[0]
    both = exposure_of(flows, THETA, np.array([[[1.0], [1.0], [0], [0], [0], [0]]]))[0, :, 0]
    np.testing.assert_allclose(both, every[:, 0] + every[:, 1])


def test_a_member_of_a_group_gains_from_the_other_members():
    """A and B are the pole: A answers to B alone, B to A alone, C to both."""
    flows = balanced()[None]
    every = exposure_of(flows, THETA)[0]
    member = np.array([[[True, True, False, False, False, False]], [[False, False, True, False, False, False]]])
    result = pole_exposure(flows, THETA, member)[:, 0]
    np.testing.assert_allclose(result[0, :3], [every[0, 1], every[1, 0], every[2, 0] + every[2, 1]], rtol=1e-12)
    np.testing.assert_array_equal(result[1], every[:, 2])


def test_a_state_that_sells_nothing_at_home_is_left_out_and_the_others_are_as_without_it():
    flows = balanced()
    flows[5, 5] = np.nan
    result = income_exposure(frame(flows), THETA)
    assert np.isnan(result.sel(state="F")).all()
    assert np.isnan(result.sel(shock="F")).all()
    without = income_exposure(frame(flows[:5, :5]), THETA)
    np.testing.assert_allclose(result.values[:5, :5], without.values)


def test_of_a_world_in_two_parts_the_smaller_has_no_value():
    flows = np.zeros((4, 4))
    flows[:2, :2], flows[2:, 2:] = [[9, 1], [1, 9]], [[2, 1], [1, 2]]
    result = income_exposure(frame(flows), THETA).values
    assert np.isfinite(result[:2, :2]).all()
    assert np.isnan(result[2:]).all()
    assert np.isnan(result[:, 2:]).all()


def test_flows_without_domestic_sales_are_refused():
    flows = balanced() * (1 - np.eye(6))
    with pytest.raises(StateError, match="sales at home on the diagonal, and has none"):
        income_exposure(frame(flows), THETA)


@pytest.mark.parametrize("theta", [0.0, -1.0, float("nan")])
def test_theta_must_be_above_zero(theta):
    with pytest.raises(ConfigError, match="theta must be above 0"):
        income_exposure(frame(balanced()), theta)


# ---- domestic sales --------------------------------------------------------------------------------


def test_domestic_sales_are_those_of_the_table_and_else_a_stated_part_of_gdp():
    """The pencil: AAA sells 160 at home; without that, 1.8 x 100 - 40 of exports = 140."""
    panel = pencil_panel()
    assert float(domestic_sales(panel).sel(year=2016, state="AAA")) == 160.0
    bare = panel.attributes.assign(domestic_usd=panel.attributes["domestic_usd"] * np.nan)
    object.__setattr__(panel, "attributes", bare)
    result = domestic_sales(panel).sel(year=2016)
    assert float(result.sel(state="AAA")) == pytest.approx(140.0)
    assert np.isnan(float(result.sel(state="DDD")))
    assert np.isnan(float(domestic_sales(panel, 0.3).sel(year=2016, state="AAA")))


def test_a_ratio_of_zero_is_refused():
    with pytest.raises(ConfigError, match="gross_output_ratio must be above 0"):
        domestic_sales(pencil_panel(), 0.0)


@pytest.mark.slow
def test_the_real_panel():
    """Korea's income moved with the United States' growth in 1995 and with China's in 2016."""
    panel = inf.load_panel()
    result = income_exposure(flows_with_domestic(panel))
    korea = result.sel(state="KOR", shock=["CHN", "USA"])
    assert korea.sel(year=1995, shock="USA") > korea.sel(year=1995, shock="CHN")
    assert korea.sel(year=2016, shock="CHN") > korea.sel(year=2016, shock="USA")
    np.testing.assert_allclose(result.sel(year=2016, state="KOR").sum(), 1.0, atol=1e-9)
    home = domestic_sales(panel)
    ratio = (home / panel.attributes["gdp_usd"]).sel(state=["KOR", "JPN", "AUS", "USA", "CHN"])
    assert ((ratio > 1.2) & (ratio < 3.2)).all()
    jump = abs(np.log(ratio.diff("year") / ratio.shift(year=1).isel(year=slice(1, None)) + 1))
    assert float(jump.max()) < 0.15
