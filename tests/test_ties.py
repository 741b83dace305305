"""Equations 1, 3 and 4 against the pencil, their identities on random panels, and the two routes to the composite."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from influence.errors import ConfigError
from influence.layers import build_layers
from influence.metrics.pull import direct_pull
from influence.panel.panel import panel_from_tables
from influence.portfolios import pledge_portfolio, trade_dependence
from influence.ties import build_ties, checked_weights
from tests.pencil import STATES, pencil_panel, pencil_tables

WEIGHTS = {"trade": 0.6, "alliance": 0.3, "agreement": 0.1}


def cell(array: xr.DataArray, source: str, target: str, **at: object) -> float:
    return float(array.sel(source=source, target=target, **at))


def test_two_way_shares_are_the_pencil_s():
    trade = build_layers(pencil_panel()).sel(layer="trade", year=2016)
    wanted = {
        ("BBB", "AAA"): 5 / 7, ("CCC", "AAA"): 2 / 7, ("DDD", "AAA"): 0.0,
        ("AAA", "BBB"): 0.5, ("CCC", "BBB"): 0.3, ("DDD", "BBB"): 0.2,
        ("AAA", "CCC"): 2 / 9, ("BBB", "CCC"): 3 / 9, ("DDD", "CCC"): 4 / 9,
        ("AAA", "DDD"): 0.0, ("BBB", "DDD"): 1 / 3, ("CCC", "DDD"): 2 / 3,
    }  # fmt: skip
    for (source, target), share in wanted.items():
        assert cell(trade, source, target) == pytest.approx(share, abs=1e-15)
    assert not trade["unobserved"].values.any()


@pytest.mark.parametrize(
    "base, source, target, share",
    [
        ("exports", "BBB", "AAA", 0.75),
        ("exports", "CCC", "AAA", 0.25),
        ("imports", "BBB", "AAA", 2 / 3),
        ("imports", "CCC", "DDD", 2 / 3),
    ],
)
def test_markets_and_suppliers(base, source, target, share):
    trade = build_layers(pencil_panel(), trade_base=base).sel(layer="trade", year=2016)
    assert cell(trade, source, target) == pytest.approx(share)


def test_a_pledge_weighs_by_capability_and_binds_only_the_one_pledged_to():
    alliance = build_layers(pencil_panel()).sel(layer="alliance", year=2016)
    assert cell(alliance, "AAA", "CCC") == pytest.approx(100 / 175)
    assert cell(alliance, "BBB", "CCC") == pytest.approx(50 / 175)
    assert float(alliance["not_covered"].sel(target="CCC")) == pytest.approx(25 / 175)
    assert cell(alliance, "CCC", "AAA") == 0.0
    assert float(alliance["not_covered"].sel(target="AAA")) == 1.0


def test_a_state_without_pledges_is_not_covered_even_if_its_capability_is_missing():
    alliance = build_layers(pencil_panel()).sel(layer="alliance", year=2016)
    assert float(alliance["not_covered"].sel(target="DDD")) == 1.0
    assert float(alliance["unobserved"].sel(target="DDD")) == 0.0


def test_a_pledge_that_counts_with_a_missing_capability_is_unobserved_and_never_zero():
    layers = build_layers(pencil_panel(), pact_strength={"defence": 1.0, "nonaggression": 1.0})
    alliance = layers.sel(layer="alliance", year=2016)
    assert np.isnan(cell(alliance, "AAA", "DDD"))
    assert float(alliance["unobserved"].sel(target="DDD")) == 1.0


def test_agreements_use_the_same_equation_with_partial_scope_a_quarter():
    agreement = build_layers(pencil_panel()).sel(layer="agreement", year=2016)
    assert cell(agreement, "BBB", "AAA") == pytest.approx(1 / 3)
    assert cell(agreement, "AAA", "BBB") == pytest.approx(100 / 156.25)
    assert cell(agreement, "CCC", "BBB") == pytest.approx(6.25 / 156.25)
    assert cell(agreement, "BBB", "CCC") == pytest.approx(12.5 / 37.5)


def test_composite_of_gamma():
    ties = build_ties(pencil_panel(), WEIGHTS).sel(year=2016)
    assert cell(ties, "AAA", "CCC") == pytest.approx(0.6 * 2 / 9 + 0.3 * 4 / 7)
    assert cell(ties, "BBB", "CCC") == pytest.approx(0.6 * 3 / 9 + 0.3 * 2 / 7 + 0.1 / 3)
    assert cell(ties, "DDD", "CCC") == pytest.approx(0.6 * 4 / 9)
    assert float(ties["not_covered"].sel(target="CCC")) == pytest.approx(0.3 / 7 + 0.1 * 2 / 3)


def test_what_was_not_observed_is_a_share_beside_the_others():
    ties = build_ties(pencil_panel(), WEIGHTS).sel(year=2017)
    trade = build_layers(pencil_panel()).sel(layer="trade", year=2017)
    assert cell(trade, "BBB", "AAA") == pytest.approx(50 / 80)
    assert float(trade["unobserved"].sel(target="AAA")) == pytest.approx(30 / 80)
    assert np.isnan(cell(trade, "CCC", "AAA"))
    assert float(ties["unobserved"].sel(target="AAA")) == pytest.approx(0.6 * 30 / 80)
    assert np.isnan(cell(trade, "AAA", "CCC"))
    assert float(trade["unobserved"].sel(target="CCC")) == 1.0


def test_a_change_of_the_trade_series_is_a_break():
    ties = build_ties(pencil_panel(), WEIGHTS)
    assert not ties["is_break"].sel(year=2016).values.any()
    assert ties["is_break"].sel(year=2017).values.all()
    assert not build_ties(pencil_panel(), {"alliance": 1.0})["is_break"].values.any()


def test_a_layer_absent_for_a_whole_year_leaves_its_weight_to_the_others():
    ties = build_ties(pencil_panel(), {"alliance": 0.5, "troops": 0.5})
    # In 2017 there is no troop report at all, but the sender is not among these states: nothing is known of it either.
    assert float(ties["not_covered"].sel(year=2017, target="AAA")) == pytest.approx(1.0)
    assert bool(ties["is_break"].sel(year=2017, target="AAA"))


def sums(array: xr.DataArray) -> np.ndarray:
    return (array.sum("source") + array["not_covered"] + array["unobserved"]).values


@pytest.mark.parametrize("weights", [WEIGHTS, {"trade": 1}, {"alliance": 2, "agreement": 1}, {"troops": 1, "trade": 3}])
@pytest.mark.parametrize("base", ["two_way", "exports", "imports"])
def test_portfolios_add_up(weights, base):
    panel = pencil_panel()
    np.testing.assert_allclose(sums(build_layers(panel, trade_base=base)), 1.0, atol=1e-12)
    np.testing.assert_allclose(sums(build_ties(panel, weights, trade_base=base)), 1.0, atol=1e-12)


def test_composite_is_the_weighted_sum_of_the_layers():
    panel = pencil_panel()
    layers = build_layers(panel).sel(year=2016)
    weights = xr.DataArray([0.6, 0.3, 0.1, 0.0], coords={"layer": ["trade", "alliance", "agreement", "troops"]})
    summed = (layers.fillna(0.0) * weights).sum("layer")
    np.testing.assert_allclose(build_ties(panel, WEIGHTS).sel(year=2016).values, summed.values, atol=1e-15)


def test_building_changes_nothing_in_the_panel():
    panel = pencil_panel()
    before = panel.trade["export_usd"].values.copy()
    build_ties(panel), build_layers(panel)
    np.testing.assert_array_equal(panel.trade["export_usd"].values, before)
    with pytest.raises(ValueError, match="read-only"):
        panel.trade["export_usd"].values[0, 0, 1] = 1.0


@pytest.mark.parametrize(
    "weights, message",
    [({"trade": -1}, "not negative"), ({"trade": 0.0}, "all layer weights are zero"), ({"oil": 1}, "layers are: trade"),
     ({"trade": float("nan")}, "finite")],
)  # fmt: skip
def test_bad_weights_are_refused_with_a_sentence(weights, message):
    with pytest.raises(ConfigError, match=message):
        checked_weights(weights)


def test_unknown_base_and_capability_are_refused():
    with pytest.raises(ConfigError, match="allowed: two_way, exports, imports"):
        build_ties(pencil_panel(), trade_base="both")
    with pytest.raises(ConfigError, match="allowed: gdp, cinc"):
        build_ties(pencil_panel(), capability="ships")


positive = st.floats(0.0, 1e12, allow_nan=False, allow_subnormal=False)


@given(arrays(float, (2, 5, 5), elements=positive))
def test_trade_shares_of_any_flows_sum_to_one(flows):
    for i in range(5):
        flows[:, i, i] = 0.0
    exports, imports = flows.sum(axis=2), flows.sum(axis=1)
    shares = trade_dependence(flows, exports, imports)
    total = exports + imports
    np.testing.assert_allclose(shares.sum(axis=1), np.where(total > 0, 1.0, 0.0), atol=1e-9)
    assert (shares >= 0).all()


@given(arrays(float, (1, 4, 4), elements=st.floats(1.0, 1e9)), st.floats(1e-3, 1e6))
def test_scaling_every_flow_changes_nothing(flows, factor):
    exports, imports = flows.sum(axis=2), flows.sum(axis=1)
    once = trade_dependence(flows, exports, imports)
    again = trade_dependence(flows * factor, exports * factor, imports * factor)
    np.testing.assert_allclose(once, again, rtol=1e-9)


@given(
    arrays(float, (1, 4, 4), elements=st.sampled_from([0.0, 0.25, 1.0])),
    arrays(float, (1, 4), elements=st.one_of(st.just(float("nan")), st.floats(1e-3, 1e14))),
)
def test_pledge_portfolio_agrees_with_a_slow_loop(strength, capability):
    for i in range(4):
        strength[:, i, i] = 0.0
    shares, not_covered, unobserved = pledge_portfolio(strength, capability)
    for v in range(4):
        pledgers = [k for k in range(4) if strength[0, k, v] > 0]
        if not pledgers:
            assert (not_covered[0, v], unobserved[0, v]) == (1.0, 0.0)
        elif any(np.isnan(capability[0, k]) for k in [v, *pledgers]):
            assert unobserved[0, v] == 1.0
        else:
            whole = capability[0, v] + sum(strength[0, k, v] * capability[0, k] for k in pledgers)
            assert not_covered[0, v] == pytest.approx(capability[0, v] / whole)
            for k in pledgers:
                assert shares[0, k, v] == pytest.approx(strength[0, k, v] * capability[0, k] / whole)
        assert shares[0, :, v].sum() + not_covered[0, v] + unobserved[0, v] == pytest.approx(1.0)


def test_order_of_states_does_not_matter():
    ties = build_ties(pencil_panel(), WEIGHTS)
    assert list(ties.indexes["source"]) == sorted(STATES)


def test_a_total_without_partners_leaves_the_other_layers_known():
    """Gamma's total of 2017 is known and none of its flows: trade is unobserved, its pledges are not."""
    tables = pencil_tables()
    row = ("CCC", 2017, 40.0, 40.0, False, "wto_growth", "chained", 40.0, 40.0)
    tables["trade_totals"].loc[len(tables["trade_totals"])] = list(row)
    ties = build_ties(panel_from_tables(tables), {"trade": 0.1, "alliance": 0.9})
    gamma = ties.sel(year=2017, target="CCC")
    # Capabilities 100, 50 and its own 25 of 175 in all, nine tenths of each; trade's tenth is what nobody observed.
    assert gamma.values == pytest.approx([0.9 * 100 / 175, 0.9 * 50 / 175, 0.0, 0.0])
    assert float(gamma["not_covered"]) == pytest.approx(0.9 * 25 / 175)
    assert float(gamma["unobserved"]) == pytest.approx(0.1)
    assert float(direct_pull(ties, "AAA").sel(year=2017, target="CCC")) == pytest.approx(0.9 * 100 / 175)
