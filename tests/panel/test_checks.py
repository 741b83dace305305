"""Totals beside the WTO's, counted by hand."""

import pandas as pd
import pytest

from influence.panel.checks import totals_against_wto


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
