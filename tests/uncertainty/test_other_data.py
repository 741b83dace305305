"""A state left out, flows as reported, and where sources end: on the pencil panel, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from influence.errors import ConfigError, StateError
from influence.layers import build_layers
from influence.uncertainty.other_data import observed_years, reported_levels, with_reports, without_state
from tests.pencil import pencil_panel, pencil_tables


@pytest.fixture(scope="module")
def panel():
    return pencil_panel()


def reports(*rows):
    return pd.DataFrame(list(rows), columns=["reporter", "exporter", "importer", "year", "value_usd"])


def total(panel, name, state, year=2016):
    return float(panel.totals[name].sel(state=state, year=year))


def flow(panel, exporter, importer, year=2016):
    return float(panel.trade["export_usd"].sel(exporter=exporter, importer=importer, year=year))


def test_what_a_state_left_out_traded_leaves_its_partners_totals(panel):
    """BBB sold 10 to DDD and bought 10, CCC sold 20 and bought 20, AAA did neither."""
    left = without_state(panel, "DDD")
    assert list(left.states.index) == ["AAA", "BBB", "CCC"]
    assert [total(left, "export_usd", s) for s in left.states.index] == [40, 50, 10]
    assert [total(left, "import_usd", s) for s in left.states.index] == [30, 30, 40]


def test_shares_without_the_state_are_those_of_the_pencil(panel):
    layers = build_layers(without_state(panel, "DDD"))
    trade = layers.sel(layer="trade", year=2016).transpose("target", "source")
    np.testing.assert_allclose(
        trade.values, [[0, 50 / 70, 20 / 70], [50 / 80, 0, 30 / 80], [20 / 50, 30 / 50, 0]], rtol=1e-12
    )
    alliance = layers.sel(layer="alliance", year=2016, target="CCC")
    np.testing.assert_allclose(alliance.values, [100 / 175, 50 / 175, 0], rtol=1e-12)


def test_a_flow_that_nobody_observed_leaves_no_total(panel):
    left = without_state(panel, "DDD")
    assert total(left, "export_usd", "BBB", 2017) == 60
    assert build_layers(left)["unobserved"].sel(layer="trade", year=2017, target="BBB") == pytest.approx(0.5)


def test_pledges_and_agreements_of_the_state_go(panel):
    left = without_state(panel, "BBB")
    assert left.pacts[["source", "target"]].to_numpy().tolist() == [["AAA", "CCC"], ["AAA", "DDD"]]
    assert panel.in_force["free_trade"].any()
    assert not left.in_force["free_trade"].any()
    assert not left.in_force["partial"].any()
    assert left.in_force["defence"].sum() == 2  # AAA to CCC, in two years


def test_the_panel_is_not_written_into(panel):
    before = panel.totals["export_usd"].values.copy()
    left = without_state(panel, "DDD")
    assert np.array_equal(panel.totals["export_usd"].values, before, equal_nan=True)
    assert len(panel.states) == 4
    for part in (left.trade["export_usd"], left.totals["import_usd"], left.attributes["gdp_usd"]):
        assert not part.values.flags.writeable


def test_a_state_that_is_not_there_cannot_be_left_out(panel):
    with pytest.raises(StateError, match="'EEE' is not among the 4 states of the panel"):
        without_state(panel, "EEE")


# ---- reports ---------------------------------------------------------------------------------------


def test_two_reports_take_the_place_of_flows_and_move_the_totals(panel):
    """AAA's own report of what it sells to BBB goes before BBB's; of CCC's sales to BBB only BBB reports."""
    reported = reports(
        ("AAA", "AAA", "BBB", 2016, 36), ("BBB", "AAA", "BBB", 2016, 39), ("BBB", "CCC", "BBB", 2016, 4),
        ("AAA", "AAA", "CCC", 2017, 5), ("AAA", "AAA", "ZZZ", 2016, 7), ("AAA", "AAA", "BBB", 2020, 8),
    )  # fmt: skip
    found = with_reports(panel, reported_levels(reported, pencil_tables()["trade_totals"]))
    assert found[1:] == (2, 0, 1)
    assert flow(found.panel, "AAA", "BBB") == 36
    assert flow(found.panel, "CCC", "BBB") == 4
    assert np.isnan(flow(found.panel, "AAA", "CCC", 2017))
    assert (total(found.panel, "export_usd", "AAA"), total(found.panel, "export_usd", "CCC")) == (46, 34)
    assert total(found.panel, "import_usd", "BBB") == 50
    share = build_layers(found.panel).sel(layer="trade", year=2016, source="AAA", target="BBB")
    assert float(share) == pytest.approx((36 + 20) / (60 + 50))
    assert flow(panel, "AAA", "BBB") == 30


def test_a_year_that_lacks_months_is_raised_to_the_usual_share(panel):
    """AAA sells 40 in both years by its WTO total and reports 36 and 18: .9 and .45, the median .675; 18 is raised by
    .675/.45 to 27.
    """
    reported = reports(("AAA", "AAA", "BBB", 2016, 36), ("AAA", "AAA", "BBB", 2017, 18))
    found = with_reports(panel, reported_levels(reported, pencil_tables()["trade_totals"]))
    assert (flow(found.panel, "AAA", "BBB"), flow(found.panel, "AAA", "BBB", 2017)) == (36, pytest.approx(27))
    assert (found.cells, found.raised) == (2, 1)


# ---- where sources end -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "layer, seen",
    [("trade", [True, False]), ("alliance", [True, False]), ("agreement", [False, False]), ("troops", [True, False])],
)
def test_where_a_source_ends_is_found_in_the_data(panel, layer, seen):
    """Trade of 2017 is flagged `chained`, pledges are observed to 2016, agreements end in 2015, a host is of 2016."""
    assert observed_years(panel, layer).tolist() == seen


def test_what_we_add_ourselves_does_not_count(panel):
    pacts = panel.pacts.assign(observed_to=[2015, 2015, 2017], correction=["", "", "ours"])
    assert observed_years(panel.with_parts(pacts=pacts), "alliance").tolist() == [False, False]
    agreements = panel.agreements.assign(in_force=["2016-05-01", "2017"], source=["desta", "curated"])
    assert observed_years(panel.with_parts(agreements=agreements), "agreement").tolist() == [True, False]


def test_an_unknown_layer_is_named(panel):
    with pytest.raises(ConfigError, match="there is no layer 'oil'; layers are: trade, alliance"):
        observed_years(panel, "oil")
