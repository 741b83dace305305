"""A number that moved between two vintages is named with the figure that moved it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from influence.method import Method
from influence.metrics.moved import MOVED, moved_balances
from influence.panel.panel import panel_from_tables
from influence.study import Study
from tests.pencil import pencil_panel, pencil_registry, pencil_tables

POLES = ("AAA", "BBB")


def moved_of(old, new, poles=POLES, weights=None, least=0.01, **choices):
    method = Method(**choices) if weights is None else Method(weights=weights, **choices)
    return moved_balances(Study(old, method, poles), Study(new, method, poles), least=least)


def edited(edit) -> object:
    tables = pencil_tables()
    edit(tables)
    return panel_from_tables(tables)


def more_trade(tables) -> None:
    """AAA exports 40 billion dollars in place of 10 to CCC in 2016, and the totals know it."""
    trade, totals = tables["trade"], tables["trade_totals"]
    rows = (trade["exporter"] == "AAA") & (trade["importer"] == "CCC")
    trade.loc[rows, "export_usd"] = 40_000_000_000
    totals.loc[(totals["iso3"] == "CCC") & (totals["year"] == 2016), "import_usd"] = 40_000_000_050
    totals.loc[(totals["iso3"] == "AAA") & (totals["year"] == 2016), "export_usd"] = 40_000_000_030


def test_the_same_panel_moved_nothing():
    moved = moved_of(pencil_panel(), pencil_panel(), POLES)
    assert list(moved.columns) == MOVED
    assert moved.empty


def test_an_edited_flow_is_named_with_old_and_new():
    moved = moved_of(pencil_panel(), edited(more_trade), POLES).set_index(["iso3", "year"])
    result = moved.loc[("CCC", 2016)]
    assert result["layer"] == "trade"
    assert "AAA to CCC 0.000 -> 40.000 billion USD" in result["why"]
    assert "total imports 0.000 -> 40.000 billion USD" in result["why"]
    assert "BBB to CCC" not in result["why"]
    assert result["pole"] == "AAA-BBB"


def test_before_and_after_are_the_balances_of_each():
    result = moved_of(pencil_panel(), edited(more_trade), POLES).set_index(["iso3", "year"]).loc[("CCC", 2016)]
    a, b = 0.6 * 2 / 9 + 0.3 * 4 / 7, 0.6 * 3 / 9 + 0.3 * 2 / 7 + 0.1 / 3
    assert result["before"] == pytest.approx((a - b) / (a + b))
    # Of 40 billion and 80 dollars all but nothing is with AAA now; pledges and agreements are as they were.
    a, b = 0.6 + 0.3 * 4 / 7, 0.3 * 2 / 7 + 0.1 / 3
    assert result["after"] == pytest.approx((a - b) / (a + b), abs=1e-6)
    assert result["change"] == pytest.approx(result["after"] - result["before"])


def test_a_pledge_that_ended_is_listed_under_alliance():
    def ended(tables) -> None:
        tables["pacts"].loc[0, "end"] = 2010.0

    result = moved_of(pencil_panel(), edited(ended), POLES).set_index(["iso3", "year"]).loc[("CCC", 2016)]
    assert result["layer"] == "alliance"
    assert result["why"] == "the alliance share of AAA or BBB changed"
    assert result["change"] < 0


def test_a_balance_that_only_one_panel_has_is_listed_with_the_other_empty():
    def unknown(tables) -> None:
        totals = tables["trade_totals"]
        tables["trade_totals"] = totals[~((totals["iso3"] == "CCC") & (totals["year"] == 2016))]

    moved = moved_of(pencil_panel(), edited(unknown), POLES).set_index(["iso3", "year"])
    result = moved.loc[("CCC", 2016)]
    assert not math.isnan(result["before"])
    assert math.isnan(result["after"])
    assert "total imports 0.000 -> not observed billion USD" in result["why"]
    there_and_back = moved_of(edited(unknown), pencil_panel(), POLES).set_index(["iso3", "year"])
    assert math.isnan(there_and_back.loc[("CCC", 2016), "before"])


def test_smaller_changes_than_asked_for_are_left_out_and_the_largest_comes_first():
    old, new = pencil_panel(), edited(more_trade)
    every = moved_of(old, new, POLES, least=1e-12)
    changes = every["change"].abs().fillna(np.inf)
    assert changes.is_monotonic_decreasing
    few = moved_of(old, new, POLES, least=0.05)
    assert (few["change"].abs().fillna(np.inf) >= 0.05).all()
    assert len(few) <= len(every)


def test_a_year_that_only_the_new_vintage_has_is_described_as_such():
    def shorter(tables) -> None:
        for name in ("trade", "trade_totals", "attributes", "troops"):
            tables[name] = tables[name][tables[name]["year"] == 2016]

    old = pencil_panel()
    moved = moved_of(edited(shorter), old, POLES, {"alliance": 1.0})
    assert set(moved["year"]) == {2017}
    assert set(moved["why"]) == {"the state or the year is in one panel only"}


def test_the_base_asked_for_is_the_one_compared():
    old, new = pencil_panel(), edited(more_trade)
    exports = moved_of(old, new, POLES, {"trade": 1.0}, trade_base="exports").set_index(["iso3", "year"])
    # CCC's own exports did not change: only its suppliers did.
    assert ("CCC", 2016) not in exports.index
    assert ("CCC", 2016) in moved_of(old, new, POLES, {"trade": 1.0}, trade_base="imports").set_index(
        ["iso3", "year"]
    ).index


def test_poles_may_be_groups():
    groups = pencil_registry(bloc=["AAA", "DDD"])
    panels = [panel.with_parts(registry=groups) for panel in (pencil_panel(), edited(more_trade))]
    result = moved_of(*panels, ("bloc", "BBB")).set_index(["iso3", "year"]).loc[("CCC", 2016)]
    assert result["layer"] == "trade"
    assert "AAA to CCC 0.000 -> 40.000 billion USD" in result["why"]
