"""Equation 14: the identities it must keep, invariances, an independent solver, and what cannot be computed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import root

from influence.errors import TradeError
from influence.gravity import trade_response
from influence.gravity.hat_algebra import Tariffs, solve_response


def random_world(size: int = 5, sectors: int = 3, seed: int = 1) -> xr.DataArray:
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(0, 1, (sectors, size, size))
    flows[:, range(size), range(size)] *= 5
    codes = [f"S{i:02d}" for i in range(size)]
    coords = {"sector": [f"x{s}" for s in range(sectors)], "exporter": codes, "importer": codes}
    return xr.DataArray(flows, coords=coords, dims=("sector", "exporter", "importer"))


def costs(flows: xr.DataArray, seed: int = 2, size: float = 0.5) -> xr.DataArray:
    rng = np.random.default_rng(seed)
    effect = flows.copy(data=-size * rng.random(flows.shape))
    effect.values[..., range(flows.shape[-1]), range(flows.shape[-1])] = 0.0
    return effect


def matrix(flows: xr.DataArray) -> pd.DataFrame:
    return flows.sum("sector").to_pandas()


def slow_wages(flows: np.ndarray, cost: np.ndarray, theta: float, additive: bool) -> np.ndarray:
    """Wages by loops over the equation as it is written, and scipy's own root finder."""
    sectors, size, _ = flows.shape
    income, spending = flows.sum(axis=(0, 2)), flows.sum(axis=(0, 1))

    def gaps(logs: np.ndarray) -> list[float]:
        w = np.exp(logs)
        earned = sum(income[i] * w[i] for i in range(size))
        phi = [spending[j] / income[j] for j in range(size)]
        scale = earned / sum(phi[j] * income[j] * w[j] for j in range(size))
        out = []
        for i in range(size):
            sales = 0.0
            for s in range(sectors):
                for j in range(size):
                    bought = sum(flows[s, k, j] for k in range(size))
                    share = [flows[s, k, j] / bought * np.exp(cost[s, k, j]) * w[k] ** -theta for k in range(size)]
                    if additive:
                        money = income[j] * w[j] + spending[j] - income[j]
                    else:
                        money = phi[j] * income[j] * w[j] * scale
                    sales += share[i] / sum(share) * bought / spending[j] * money
            out.append(sales / (income[i] * w[i]) - 1)
        out[-1] = earned / sum(income) - 1  # one market clears with the others; the unit of account takes its place
        return out

    found = root(gaps, np.zeros(size), tol=1e-13)
    assert found.success
    return np.exp(found.x)


@pytest.mark.parametrize("deficits", ["additive", "multiplicative"])
@pytest.mark.parametrize("theta", [1.5, 4.0, 8.0])
def test_wages_are_those_of_a_slow_solver(deficits, theta):
    flows = random_world()
    cost = costs(flows)
    result = trade_response(flows, cost, theta, deficits)
    assert result.wages.to_numpy() == pytest.approx(
        slow_wages(flows.values, cost.values, theta, deficits == "additive"), rel=1e-9
    )


def test_two_equal_states_by_pencil():
    # Equal states keep equal wages. Spending shares .8 and .2; cost takes the foreign one to .2 e^-1 before prices:
    # P = .8 + .2/e, real income P^(1/theta).
    flows = pd.DataFrame([[8.0, 2.0], [2.0, 8.0]], ["AAA", "BBB"], ["AAA", "BBB"])
    cost = pd.DataFrame([[0.0, -1.0], [-1.0, 0.0]], ["AAA", "BBB"], ["AAA", "BBB"])
    result = trade_response(flows, cost, 4.0)
    power = 0.8 + 0.2 / np.e
    assert result.wages.tolist() == pytest.approx([1.0, 1.0])
    assert result.real_income.tolist() == pytest.approx([power**0.25] * 2)
    assert result.flows.loc["AAA", "BBB"] == pytest.approx(10 * 0.2 / np.e / power)


@pytest.mark.parametrize("deficits", ["additive", "multiplicative"])
def test_world_income_and_balances_are_kept_and_markets_clear(deficits):
    flows = random_world(8, 4)
    result = trade_response(flows, costs(flows), 4.0, deficits)
    income, spending = flows.sum(["sector", "importer"]).values, flows.sum(["sector", "exporter"]).values
    new_income = result.flows.sum(["sector", "importer"]).values
    new_spending = result.flows.sum(["sector", "exporter"]).values
    assert new_income.sum() == pytest.approx(income.sum(), rel=1e-12)
    assert new_income == pytest.approx(income * result.wages.to_numpy(), rel=1e-11)
    if deficits == "additive":
        assert new_spending - new_income == pytest.approx(spending - income, abs=1e-9 * income.sum())
    else:
        ratio = (new_spending / new_income) / (spending / income)
        assert ratio == pytest.approx(np.full(8, ratio[0]), rel=1e-10)


def test_real_income_is_the_ratio_of_domestic_shares():
    flows = matrix(random_world(7))
    cost = matrix(costs(random_world(7)))
    result = trade_response(flows, cost, 5.0)
    before = np.diag(flows) / flows.sum()
    new = np.diag(result.flows) / result.flows.sum()
    assert result.real_income.to_numpy() == pytest.approx((new / before).to_numpy() ** (-1 / 5.0), rel=1e-9)


def test_no_change_is_the_identity_exactly():
    flows = random_world()
    result = trade_response(flows, flows * 0.0)
    assert (result.flows.values == flows.values).all()
    assert (result.wages == 1).all()
    assert (result.prices == 1).all()
    assert (result.real_income == 1).all()


def test_a_cost_that_reaches_no_flow_changes_nothing():
    flows = random_world()
    flows.values[:, 0, 1] = 0.0
    cost = flows * 0.0
    cost.values[:, 0, 1] = -3.0
    result = trade_response(flows, cost)
    assert result.flows.values == pytest.approx(flows.values, rel=1e-12)
    assert result.flows.values[:, 0, 1].tolist() == [0.0, 0.0, 0.0]


@settings(max_examples=15, deadline=None)
@given(st.floats(1e-6, 1e9), st.permutations(range(5)))
def test_scale_and_order_do_not_matter(scale, order):
    flows, cost = random_world(), costs(random_world())
    plain = trade_response(flows, cost)
    turned = [list(flows.indexes["exporter"])[i] for i in order]
    other = trade_response((flows * scale).sel(exporter=turned, importer=turned), cost)
    assert other.real_income[plain.real_income.index].to_numpy() == pytest.approx(plain.real_income.to_numpy())
    assert list(other.flows.indexes["exporter"]) == turned
    back = other.flows.sel(exporter=flows["exporter"], importer=flows["importer"])
    assert back.values / scale == pytest.approx(plain.flows.values, rel=1e-9)


def test_rows_and_columns_in_another_order_and_a_matrix_for_every_sector():
    flows, cost = random_world(), matrix(costs(random_world()))
    plain = trade_response(flows, flows * 0.0 + xr.DataArray(cost, dims=("exporter", "importer")))
    turned = trade_response(flows.isel(importer=slice(None, None, -1)), cost)
    assert list(turned.flows.indexes["importer"]) == list(flows.indexes["importer"])[::-1]
    assert turned.flows.reindex_like(flows).values == pytest.approx(plain.flows.values, rel=1e-12)


def test_one_sector_in_three_dims_is_the_matrix():
    flows, cost = random_world(sectors=1), costs(random_world(sectors=1))
    cube, flat = trade_response(flows, cost), trade_response(matrix(flows), matrix(cost))
    assert cube.flows.values[0] == pytest.approx(flat.flows.to_numpy(), rel=1e-12)
    assert isinstance(flat.flows, pd.DataFrame)


def test_insiders_gain_and_outsiders_lose_little():
    flows = random_world(8, 1) * 0.0 + 1.0
    flows.values[:, range(8), range(8)] = 20.0
    cost = flows * 0.0
    for a, b in ((0, 1), (1, 0)):
        cost.values[:, a, b] = 0.3
    result = trade_response(flows, cost)
    gains = result.real_income.to_numpy() - 1
    assert (gains[:2] > 0).all()
    assert (gains[2:] < 0).all()
    assert -gains[2:].min() < gains[:2].min() / 3


def test_an_embargo_leaves_no_trade_and_a_flow_of_zero_stays_zero():
    flows = random_world()
    cost = flows * 0.0
    cost.values[:, 0, 1] = cost.values[:, 1, 0] = -np.inf
    result = trade_response(flows, cost)
    assert result.flows.values[:, 0, 1].tolist() == [0.0, 0.0, 0.0]
    assert result.real_income.iloc[0] < 1


def test_great_shocks_converge():
    flows = random_world(30, 2, seed=9)
    cost = flows * 0.0 - 8.0
    cost.values[:, range(30), range(30)] = 0.0
    result = trade_response(flows, cost, 8.0, "multiplicative")
    assert result.residual < 1e-12


# ---- tariff revenue ------------------------------------------------------------------------------


def rates(flows: xr.DataArray, size: float, seed: int) -> xr.DataArray:
    out = flows.copy(data=size * np.random.default_rng(seed).random(flows.shape))
    out.values[:, range(flows.shape[1]), range(flows.shape[1])] = 0.0
    return out


@pytest.mark.parametrize("deficits", ["additive", "multiplicative"])
def test_revenue_is_spent_and_markets_clear(deficits):
    flows = random_world(6, 2)
    before, after = rates(flows, 0.1, 4), rates(flows, 0.4, 5)
    cost = -4.0 * np.log((1 + after) / (1 + before))
    result = trade_response(flows, cost, 4.0, deficits, tariffs=(before, after))
    income = flows.sum(["sector", "importer"]).values
    sales = result.flows.sum(["sector", "importer"]).values
    assert sales == pytest.approx(income * result.wages.to_numpy(), rel=1e-11)
    paid = (result.flows * (1 + after)).sum(["sector", "exporter"]).values
    old = (flows * (1 + before)).sum(["sector", "exporter"]).values
    collected = (result.flows * after).sum(["sector", "exporter"]).values
    if deficits == "additive":
        deficit = old - income - (flows * before).sum(["sector", "exporter"]).values
        assert paid == pytest.approx(sales + collected + deficit, rel=1e-10)
    earned = sales + collected
    start = income + (flows * before).sum(["sector", "exporter"]).values
    assert result.real_income.to_numpy() == pytest.approx(earned / start / result.prices.to_numpy(), rel=1e-10)


def test_the_optimal_tariff_of_a_state_is_above_zero_and_finite():
    # With revenue a small tariff pays (terms of trade), a great one does not; without revenue any tariff hurts.
    flows = random_world(4, 1, seed=6)
    none = flows * 0.0

    def gain(rate: float, spent: bool) -> float:
        after = none.copy()
        after.values[:, 1:, 0] = rate
        cost = -4.0 * np.log1p(after)
        return float(trade_response(flows, cost, tariffs=(none, after) if spent else None).real_income.iloc[0]) - 1

    assert gain(0.1, True) > 0
    assert gain(3.0, True) < gain(0.1, True)
    assert gain(0.1, False) < 0


# ---- what cannot be computed ---------------------------------------------------------------------


def refused(
    flows: xr.DataArray | pd.DataFrame, cost: xr.DataArray | pd.DataFrame | None = None, **options: object
) -> str:
    with pytest.raises(TradeError) as progress:
        trade_response(flows, flows * 0.0 if cost is None else cost, **options)
    return str(progress.value)


def test_bad_flows_are_refused_with_their_states():
    flows = matrix(random_world())
    assert "S01 -> S02" in refused(flows.where(lambda f: f != f.loc["S01", "S02"]))
    broken = flows.copy()
    broken.loc["S03", "S03"] = 0.0
    assert "no domestic sales for S03" in refused(broken)
    broken = flows.copy()
    broken.loc["S00", "S01"] = -1.0
    assert "S00 -> S01" in refused(broken)
    assert "same states on both sides" in refused(flows.iloc[:, 1:], flows)


def test_parts_that_no_trade_links_are_refused():
    flows = matrix(random_world())
    flows.loc["S04", :"S03"] = 0.0
    flows.loc[:"S03", "S04"] = 0.0
    assert refused(flows).startswith("S04: no trade links")
    whole = matrix(random_world())
    cut = whole * 0.0
    cut.loc["S04", :"S03"] = cut.loc[:"S03", "S04"] = -np.inf
    assert "S04: no trade links" in refused(whole, cut)


def test_bad_costs_tariffs_and_choices_are_refused():
    flows = random_world()
    for bad in (np.nan, np.inf):
        cost = flows * 0.0
        cost.values[0, 1, 2] = bad
        assert "S01 -> S02" in refused(flows, cost)
    low = flows * 0.0
    low.values[0, 2, 3] = -1.0
    assert "S02 -> S03" in refused(flows, tariffs=(flows * 0.0, low))
    assert "above 0" in refused(flows, theta=0.0)
    assert "additive, multiplicative" in refused(flows, deficits="none")
    assert "differ in S04" in refused(flows, matrix(flows).iloc[:4, :4] * 0.0)


def test_a_surplus_that_cannot_be_kept_is_refused():
    flows = matrix(random_world())
    flows["S00"] *= 0.1  # it sells much and buys little; once trade is cut it cannot lend what it lent
    cut = flows * 0.0
    cut.loc["S00", "S01":] = -40.0
    result = refused(flows, cut)
    assert "multiplicative deficits" in result
    assert "S00" in result
    assert trade_response(flows, cut, deficits="multiplicative").residual < 1e-12


def test_a_sector_without_seller_is_refused():
    flows = random_world()
    flows.values[0, :, 1] = 0.0
    flows.values[0, 0, 1] = 1.0
    cost = flows * 0.0
    cost.values[0, 0, 1] = -np.inf
    assert "S01 would have no seller left in sector 0" in refused(flows, cost)


def test_bare_arrays_give_the_same():
    flows, cost = random_world(), costs(random_world())
    bare = solve_response(flows.values, cost.values, 4.0, tariffs=Tariffs(flows.values * 0, flows.values * 0))
    assert bare.flows == pytest.approx(trade_response(flows, cost).flows.values, rel=1e-9)
