"""Custom trade figures in place of the panel's: by pencil, without side effects, cited, every fault with its row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import influence as inf
from influence.errors import PanelError
from influence.export.workbook_numbers import numbers_of
from influence.panel.provenance import pacts_observed_to
from influence.schema import SERIES_NAMES
from influence.statements.sources import source_cards, source_line
from influence.study import Study

COLUMNS = ["exporter", "importer", "year", "export_usd"]
TRADE = {"trade": 1.0}


@pytest.fixture(scope="module")
def panel():
    return inf.load_panel(first_year=2015, last_year=2016)


def table(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def korea(panel, partner: str, year: int = 2016) -> float:
    return float(inf.build_ties(panel, {"trade": 1.0}).sel(year=year, source=partner, target="KOR"))


def two_way(panel, u: str, v: str) -> float:
    cell = panel.trade["export_usd"].sel(year=2016)
    return float(cell.sel(exporter=u, importer=v) + cell.sel(exporter=v, importer=u))


def test_shares_by_pencil(panel):
    """150 billion with the United States in place of the panel's; the total moves by the difference."""
    now = inf.with_trade(panel, table(("KOR", "USA", 2016, 90e9), ("USA", "South Korea", 2016, 60_000_000_000)))
    before = panel.totals.sel(year=2016, state="KOR")
    whole = float(before["export_usd"] + before["import_usd"]) + 150e9 - two_way(panel, "KOR", "USA")
    assert korea(now, "USA") == pytest.approx(150e9 / whole, rel=1e-12)
    assert korea(now, "CHN") == pytest.approx(two_way(panel, "KOR", "CHN") / whole, rel=1e-12)
    assert korea(now, "USA", 2015) == korea(panel, "USA", 2015)


def test_the_same_figures_change_nothing_but_marks(panel):
    held = panel.trade["export_usd"].sel(year=2016, exporter="CHN").to_series().dropna().drop("CHN")
    rows = pd.DataFrame({"exporter": "CHN", "importer": held.index, "year": 2016, "export_usd": held.to_numpy()})
    now = inf.with_trade(panel, rows)
    xr.testing.assert_equal(now.trade["export_usd"], panel.trade["export_usd"])
    np.testing.assert_allclose(now.totals["export_usd"], panel.totals["export_usd"], rtol=1e-15)
    assert korea(now, "CHN") == pytest.approx(korea(panel, "CHN"), rel=1e-14)


def test_a_replaced_flow_is_explained_as_custom_and_corrected(panel):
    now = inf.with_trade(panel, table(("CHN", "KOR", 2016, 1e9)))
    facts = inf.explain_pull(Study(now, poles=("CHN", "USA")), "KOR", 2016)
    row = facts[facts["pole"] == "CHN"].set_index("fact").loc["goods exports CHN to KOR"]
    assert (row["value"], row["source"], row["flag"]) == (1e9, "custom", "corrected")
    facts = facts[facts["pole"] == "CHN"].set_index("fact")
    assert facts.loc["goods exports KOR to CHN", "flag"] == "observed"
    assert facts.loc["goods exports KOR to CHN", "source"] == "baci"


CITE = "Statistics Office (2025). Trade of Korea."


def test_custom_trade_is_cited_in_the_years_it_replaces_and_in_no_other(panel):
    now = inf.with_trade(panel, table(("CHN", "KOR", 2016, 1e9)), cite=CITE)
    assert CITE in source_line(now, TRADE, 2016)
    assert CITE not in source_line(now, TRADE, 2015)
    assert CITE not in source_line(panel, TRADE, 2016)
    assert source_line(now, {"alliance": 1.0}, 2016) == source_line(panel, {"alliance": 1.0}, 2016)
    cards, by_layer = source_cards(now, [2015, 2016])
    cited = [[CITE in cards[at] for at in keys] for keys in by_layer["trade"]]
    assert (any(cited[0]), any(cited[1])) == (False, True)


def test_a_source_whose_figures_were_all_replaced_is_not_cited():
    """1995 has one series, COW Trade: replaced in full, nothing of it is left to cite."""
    panel = inf.load_panel(first_year=1995, last_year=1995)
    values = panel.trade["series"].values.copy()
    values[values >= 0] = SERIES_NAMES.index("custom")
    totals = np.full_like(panel.totals["series"].values, -1)
    now = panel.with_parts(
        trade=panel.trade.assign(series=(panel.trade["series"].dims, values)),
        totals=panel.totals.assign(series=(panel.totals["series"].dims, totals)),
        vintages={"custom_trade": CITE},
    )
    assert "Correlates of War" in source_line(panel, TRADE, 1995)
    assert "Correlates of War" not in source_line(now, TRADE, 1995)
    assert CITE in source_line(now, TRADE, 1995)


def test_every_citation_of_custom_trade_is_kept_once(panel):
    once = inf.with_trade(panel, table(("CHN", "KOR", 2016, 1e9)), cite=CITE)
    twice = inf.with_trade(inf.with_trade(once, table(("JPN", "KOR", 2016, 1e9)), cite="Other (2026)."),
                           table(("JPN", "KOR", 2015, 1e9)), cite=CITE)  # fmt: skip
    assert twice.vintages["custom_trade"] == f"{CITE}; Other (2026)."
    assert "custom_trade" not in panel.vintages


def test_trade_without_a_citation_names_its_file(panel, tmp_path):
    rows = table(("CHN", "KOR", 2016, 1e9))
    by_table = inf.with_trade(panel, rows)
    by_file = inf.with_trade(panel, inf.write_table(rows, tmp_path / "mine.csv"))
    assert "a table of the user, without a source" in source_line(by_table, TRADE, 2016)
    assert "a file of the user, mine.csv, without a source" in source_line(by_file, TRADE, 2016)


def test_the_workbook_has_a_card_of_custom_trade(panel):
    now = inf.with_trade(panel, table(("CHN", "KOR", 2016, 1e9)), cite=CITE)
    numbers = numbers_of(Study(now, poles=("CHN", "USA")), ("KOR",), 2016)
    assert "custom_trade" in numbers.sources["trade"]
    assert numbers.cards.loc["custom_trade", "citation"] == CITE


def test_pledges_are_observed_to_the_year_of_the_panel_s_table(panel):
    later = panel.pacts.assign(observed_to=2023)
    assert pacts_observed_to(panel) == 2018
    assert pacts_observed_to(panel.with_parts(pacts=later)) == 2023
    corrections = panel.pacts[panel.pacts["correction"] != ""]
    assert pacts_observed_to(panel.with_parts(pacts=corrections)) == 2016


def test_a_flow_nobody_had_observed_is_taken_from_the_unobserved_and_counted_once():
    """Korea and Vietnam in 2023: the total of each has room for what they traded."""
    panel = inf.load_panel(first_year=2023, last_year=2023)
    now = inf.with_trade(panel, table(("KOR", "VNM", 2023, 53e9), ("VNM", "KOR", 2023, 25e9)))
    for side, state in (("export_usd", "KOR"), ("import_usd", "VNM")):
        before, after = (float(p.totals[side].sel(year=2023, state=state)) for p in (panel, now))
        assert after == before
    before, after = (inf.build_ties(p, {"trade": 1.0}).sel(year=2023, target="KOR") for p in (panel, now))
    korea = panel.totals.sel(year=2023, state="KOR")
    whole = float(korea["export_usd"] + korea["import_usd"])
    assert float(before["unobserved"] - after["unobserved"]) == pytest.approx(78e9 / whole)
    assert float(after.sel(source="CHN")) == float(before.sel(source="CHN"))


def test_a_total_is_never_below_the_sum_of_its_flows():
    panel = inf.load_panel(first_year=2023, last_year=2023)
    now = inf.with_trade(panel, table(("KOR", "VNM", 2023, 5e12)))
    rows = float(now.trade["export_usd"].sel(year=2023, exporter="KOR").sum())
    assert float(now.totals["export_usd"].sel(year=2023, state="KOR")) == pytest.approx(rows)


def test_identities_hold_and_the_given_panel_stays(panel):
    before = panel.trade["export_usd"].values.copy()
    rows = table(("KOR", "CHN", 2016, 0), ("CHN", "KOR", 2016, 0), ("FJI", "TUV", 2016, 123.0))
    now = inf.with_trade(panel, rows)
    np.testing.assert_array_equal(panel.trade["export_usd"].values, before)
    with pytest.raises(ValueError, match="read-only"):
        now.trade["export_usd"].values[0, 0, 0] = 1.0
    ties = inf.build_ties(now)
    whole = ties.sum("source") + ties["not_covered"] + ties["unobserved"]
    np.testing.assert_allclose(whole.values, 1.0, atol=1e-9)
    assert korea(now, "CHN") == 0
    for side, axis in (("export_usd", "importer"), ("import_usd", "exporter")):
        rest = now.totals[side].values - now.trade["export_usd"].sum(axis).values
        assert np.nanmin(rest / now.totals[side].values.clip(1)) > -1e-9


def test_a_file_is_the_same_as_a_table(panel, tmp_path):
    rows = table(("KOR", "USA", 2016, 90e9))
    by_table = inf.with_trade(panel, rows)
    for name in ("mine.csv", "mine.parquet"):
        by_file = inf.with_trade(panel, inf.write_table(rows, tmp_path / name))
        xr.testing.assert_identical(by_file.trade, by_table.trade)
        xr.testing.assert_identical(by_file.totals, by_table.totals)


@pytest.mark.parametrize(
    "rows, text",
    [
        ([("KOR", "Atlantis", 2016, 1)], "row 1, column importer: 'Atlantis' is not a state of the panel"),
        ([("KOR", "USA", 2016, 1), ("KOR", "USA", 2016, 2)], "row 2, column year: '2016' repeats the pair of row 1"),
        ([("KOR", "KOR", 2016, 1)], "row 1, column importer: 'KOR' is the source as well"),
        ([("KOR", "USA", 2016, -1)], "row 1, column export_usd: '-1' is below 0"),
        ([("KOR", "USA", 2016, None)], "row 1, column export_usd: '' is blank"),
        ([("KOR", "USA", 2016, 1), ("KOR", "JPN", 1990, 1)], "row 2, column year: '1990' is not in the panel"),
        (
            [("KOR", "USA", 201, 1), ("KOR", "X", 2016, 1)],
            "is not a year (four digits, 1800 to 2100). 1 more row is wrong.",
        ),
    ],
)  # fmt: skip
def test_a_fault_names_its_row(panel, rows, text):
    with pytest.raises(PanelError) as caught:
        inf.with_trade(panel, table(*rows))
    assert text in str(caught.value)
    assert str(caught.value).startswith("the table of trade: row ")


def test_a_state_without_a_total_has_no_share_to_change(panel):
    unknown = np.argwhere(np.isnan(panel.totals["export_usd"].sel(year=2016).values)).ravel()
    assert len(unknown), "every state has a total in 2016: choose another year"
    code = panel.states.index[unknown[0]]
    with pytest.raises(PanelError, match=f"column exporter: '{code}' has no total of trade in this year"):
        inf.with_trade(panel, table((code, "USA", 2016, 1.0)))


def test_a_missing_column_is_named(panel):
    with pytest.raises(PanelError, match="lacks column exporter"):
        inf.with_trade(panel, pd.DataFrame({"from": ["KOR"], "importer": ["USA"], "year": [2016], "export_usd": [1]}))
