"""Totals beside the WTO's, counted by hand."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import influence as inf
from influence.panel.checks import totals_against_wto, trade_gone


def test_ratios_by_year():
    totals = pd.DataFrame(
        [
            ("A", 2000, 60.0, 40.0, 50.0, 50.0),  # 1.0
            ("B", 2000, 60.0, 60.0, 50.0, 50.0),  # 1.2: within
            ("C", 2000, 10.0, 12.0, 50.0, 50.0),  # 0.22
            ("D", 2000, 65.0, 60.0, 50.0, 50.0),  # 1.25
            ("E", 2000, 65.0, 60.0, 0.0, 0.0),  # nothing to compare with
            ("F", 2000, None, 60.0, 50.0, 50.0),
            ("A", 2001, 50.0, 50.0, 50.0, 50.0),
        ],
        columns=["iso3", "year", "export_usd", "import_usd", "wto_export_usd", "wto_import_usd"],
    )
    out = totals_against_wto(totals).set_index("year")
    assert out["states"].to_dict() == {2000: 4, 2001: 1}
    assert out.loc[2000, "median"] == pytest.approx(1.1)
    assert out.loc[2000, "within"] == 0.5
    assert out.loc[2000, "far"] == "C 0.22, D 1.25, B 1.20"
    assert out.loc[2001, ["median", "within"]].tolist() == [1.0, 1.0]


def test_trade_that_falls_to_zero_is_listed_beside_what_it_was_when_last_observed():
    codes, unseen = ["AAA", "BBB", "CCC"], np.nan
    first = [[0, 5e9, 2e8], [1e9, 0, 5e7], [0, 3e9, 0]]
    second = [[0, unseen, 1e8], [1e9, 0, 0], [0, 3e9, 0]]  # the fifty million that went are too few to list
    third = [[0, 0, 0], [1e9, 0, 0], [0, unseen, 0]]  # five billion when last observed, two years ago
    flows = xr.DataArray(np.array([first, second, third]), dims=("year", "exporter", "importer"),
                         coords={"year": [2001, 2002, 2003], "exporter": codes, "importer": codes})  # fmt: skip
    out = trade_gone(flows.to_dataset(name="export_usd")).set_index("year")
    assert out["pairs"].to_dict() == {2002: 0, 2003: 2}
    assert out.loc[2003, "usd"] == pytest.approx(5.1e9)
    assert out.loc[2003, "share"] == pytest.approx(5.1 / (5 + 0.1 + 1 + 3))
    assert out.loc[2003, "far"] == "AAA-BBB 5.0, AAA-CCC 0.1"


def test_no_bundled_year_loses_much_and_the_years_as_they_were_would_be_seen():
    panel = inf.load_panel()
    found = trade_gone(panel.trade).set_index("year")
    assert found["share"].max() < 0.004
    assert "KOR-VNM" not in " ".join(found["far"])
    # 2023 as an earlier version had it: what two silent states traded taken for zero.
    trade = panel.trade.copy(deep=True)
    last = trade["export_usd"].sel(year=2023)
    last.values[np.isnan(last.values)] = 0.0
    bad = trade_gone(trade).set_index("year").loc[2023]
    assert bad["share"] > 0.005
