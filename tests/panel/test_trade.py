"""The trade series with a pencil: chains, Taiwan, totals and their series breaks."""

import numpy as np
import pandas as pd
import pytest

from influence.panel.trade import (
    ROW,
    build_totals,
    build_trade,
    chain,
    find_series_breaks,
    growth_since,
    raise_short_years,
    silent_states,
    taiwan_by_growth,
    taiwan_by_share,
    unseen_shares,
)

FLOWS = ["exporter", "importer", "year", "export_usd"]


def flows(*rows):
    return pd.DataFrame(list(rows), columns=FLOWS).astype({"year": "int64", "export_usd": "float64"})


def reports(*rows):
    frame = pd.DataFrame(list(rows), columns=["reporter", "flow", *FLOWS])
    return frame.astype({"year": "int64", "export_usd": "float64"})


def base(*rows):
    frame = flows(*[(u, v, 2020, usd) for u, v, usd, _ in rows])
    return frame.assign(source="baci", flag=[flag for *_, flag in rows])


def wto_totals(*rows):
    return pd.DataFrame(list(rows), columns=["iso3", "year", "export_usd", "import_usd"]).astype({"year": "int64"})


def cells(frame):
    return {(r.exporter, r.importer, r.year): (round(r.export_usd, 9), r.source, r.flag) for r in frame.itertuples()}


def both_years(reporter, flow, u, v, before, after):
    return [(reporter, flow, u, v, year, usd) for year, usd in ((2020, before), (2021, after), (2022, after))]


NO_REPORTS = reports()
NO_CELLS = flows()


def test_chain_takes_the_exporter_before_the_importer_before_the_model():
    level = base(("USA", "KOR", 100, "observed"), ("KOR", "USA", 50, "observed"), ("JPN", "KOR", 10, "observed"))
    dots = reports(
        *both_years("USA", "X", "USA", "KOR", 80, 120),  # by half
        *both_years("KOR", "M", "USA", "KOR", 80, 800),
        *both_years("USA", "M", "KOR", "USA", 60, 90),  # by half, only the importer reports
    )
    icio = flows(*[(u, v, y, x) for u, v in (("USA", "KOR"), ("KOR", "USA"), ("JPN", "KOR"))
                   for y, x in ((2020, 10.0), (2021, 20.0), (2022, 30.0))])  # fmt: skip
    out = cells(chain(level, dots, icio))
    assert out == {
        ("USA", "KOR", 2021): (150.0, "dots_growth", "chained"),
        ("USA", "KOR", 2022): (150.0, "dots_growth", "chained"),
        ("KOR", "USA", 2021): (75.0, "dots_growth", "chained"), ("KOR", "USA", 2022): (75.0, "dots_growth", "chained"),
        ("JPN", "KOR", 2021): (20.0, "icio_growth", "chained"), ("JPN", "KOR", 2022): (30.0, "icio_growth", "chained"),
    }  # fmt: skip


def test_chain_leaves_out_what_no_source_has_and_marks_an_imputed_origin():
    level = base(("TWN", "USA", 40, "imputed"), ("FJI", "NPL", 3, "observed"))
    out = cells(chain(level, reports(*both_years("USA", "M", "TWN", "USA", 20, 30)), NO_CELLS))
    assert out == {("TWN", "USA", y): (60.0, "dots_growth", "imputed") for y in (2021, 2022)}


def test_the_years_are_chained_each_by_itself():
    dots = reports(("USA", "X", "USA", "KOR", 2020, 10), ("USA", "X", "USA", "KOR", 2022, 30))
    icio = flows(("USA", "KOR", 2020, 10), ("USA", "KOR", 2021, 11))
    out = cells(chain(base(("USA", "KOR", 40, "observed")), dots, icio))
    assert out[("USA", "KOR", 2021)] == (44.0, "icio_growth", "chained")
    assert out[("USA", "KOR", 2022)] == (120.0, "dots_growth", "chained")


@pytest.mark.parametrize(
    ("source_level", "used"), [(20.0, True), (19.9, False), (500.0, True), (500.1, False), (0.0, False)]
)
def test_a_source_that_measures_something_else_is_passed_over(source_level, used):
    level = pd.Series([100.0], index=pd.MultiIndex.from_tuples([("USA", "KOR")], names=["exporter", "importer"]))
    table = flows(("USA", "KOR", 2020, source_level), ("USA", "KOR", 2021, 2 * source_level + 1))
    growth = growth_since(table, 2020, 2021, level)
    assert growth.notna().tolist() == [used]


def test_growth_to_zero_or_from_nothing_is_no_growth():
    index = pd.MultiIndex.from_tuples([("A", "B"), ("B", "A"), ("A", "C")], names=["exporter", "importer"])
    level = pd.Series([10.0, 10.0, 10.0], index=index)
    table = flows(("A", "B", 2020, 10), ("A", "B", 2021, 0), ("B", "A", 2021, 5))
    assert growth_since(table, 2020, 2021, level).isna().all()
    assert growth_since(flows(), 2020, 2021, level).isna().all()


def test_a_year_that_lacks_months_is_raised_to_the_usual_share():
    # Shares of the WTO total: .9, .9, .6, .9; the short year is raised by .9/.6 = 1.5. Imports have no WTO total.
    years = (2018, 2019, 2020, 2021)
    dots = reports(*[("CHN", "X", "CHN", "USA", y, x) for y, x in zip(years, (90, 180, 120, 270), strict=True)],
                   ("CHN", "M", "USA", "CHN", 2020, 7))  # fmt: skip
    wto = wto_totals(*[("CHN", y, t, np.nan) for y, t in zip(years, (100, 200, 200, 300), strict=True)])
    out = raise_short_years(dots, wto)
    assert out["export_usd"].tolist() == pytest.approx([90, 180, 180, 270, 7])
    assert dots["export_usd"].tolist() == [90, 180, 120, 270, 7]


def test_a_year_within_a_twentieth_or_above_is_left_as_it_is():
    years = (2018, 2019, 2020)
    dots = reports(*[("CHN", "X", "CHN", "USA", y, x) for y, x in zip(years, (100, 95.1, 130), strict=True)])
    out = raise_short_years(dots, wto_totals(*[("CHN", y, 100, 100) for y in years]))
    assert out["export_usd"].tolist() == [100, 95.1, 130]


def test_taiwan_enters_at_the_level_of_its_partner():
    # Korea reports 30 from the US, 10 from Japan (BACI: 60 and 40, so 2.5 times) and 8 from Taiwan: 20. Nepal is in
    # Korea's report alone and in BACI not: it does not count in the scale.
    dots = reports(
        ("KOR", "M", "USA", "KOR", 2015, 30), ("KOR", "M", "JPN", "KOR", 2015, 10),
        ("KOR", "M", "TWN", "KOR", 2015, 8), ("KOR", "M", "NPL", "KOR", 2015, 999),
    )  # fmt: skip
    baci = flows(("USA", "KOR", 2015, 60), ("JPN", "KOR", 2015, 40), ("FJI", "KOR", 2015, 500))
    # The model has the same pair (which the report goes before) and Korea's exports to Taiwan: scale 10/5.
    icio = flows(("TWN", "KOR", 2015, 1), ("USA", "KOR", 2015, 1), ("KOR", "TWN", 2015, 3), ("KOR", "JPN", 2015, 5))
    out = cells(taiwan_by_share(pd.concat([baci, flows(("KOR", "JPN", 2015, 10))]), dots, icio))
    assert out == {
        ("TWN", "KOR", 2015): (20.0, "dots_share", "imputed"),
        ("KOR", "TWN", 2015): (6.0, "icio_share", "imputed"),
    }


def test_taiwan_by_share_keeps_to_its_years():
    icio = flows(*[(u, "KOR", y, 1) for u in ("TWN", "USA") for y in (2010, 2011, 2020, 2021)])
    baci = flows(*[("USA", "KOR", y, 1) for y in (2010, 2011, 2020, 2021)])
    assert set(taiwan_by_share(baci, NO_REPORTS, icio)["year"]) == {2011, 2020}


def test_taiwan_before_2011_moves_with_cow():
    known = base(("TWN", "USA", 40, "imputed")).assign(year=2011)
    cow = flows(("TWN", "USA", 2011, 50), ("TWN", "USA", 2000, 25), ("TWN", "USA", 1999, 5), ("TWN", "KOR", 2000, 9))
    assert cells(taiwan_by_growth(known, cow)) == {("TWN", "USA", 2000): (20.0, "cow_growth", "imputed")}


def whole():
    """Raw frames of a world of A, B and C, with Taiwan where a source has it."""
    baci = flows(
        ("AUS", "BRN", 2000, 10), ("BRN", "AUS", 2000, 20),
        ("AUS", "BRN", 2020, 100), ("BRN", "AUS", 2020, 60), ("AUS", "CHN", 2020, 100), ("CHN", "BRN", 2020, 40),
    )  # fmt: skip
    late = flows(
        ("AUS", "BRN", 2023, 90), ("BRN", "AUS", 2023, 100), ("CHN", "BRN", 2023, 50), ("AUS", "CHN", 2023, 10)
    )  # fmt: skip
    cow = flows(
        ("AUS", "BRN", 1999, 30), ("BRN", "AUS", 1999, 10), ("AUS", "CHN", 1999, 20), ("CHN", "AUS", 1999, 40),
        ("BRN", "CHN", 1999, 0), ("AUS", "BRN", 1989, 77), ("AUS", "BRN", 2005, 77),
    )  # fmt: skip
    icio = flows(
        ("TWN", "AUS", 2020, 10), ("BRN", "AUS", 2020, 30), ("TWN", "AUS", 2021, 20), ("TWN", "AUS", 2022, 10),
        ("AUS", "BRN", 2020, 50), ("AUS", "BRN", 2021, 75), ("AUS", "BRN", 2022, 500),
        ("BRN", "AUS", 2021, 30), ("BRN", "AUS", 2022, 30),
    )  # fmt: skip
    wto = wto_totals(
        ("AUS", 2020, 400, 200), ("AUS", 2021, 600, 200), ("AUS", 2022, 800, 300), ("BRN", 2020, 0, 50),
        ("BRN", 2021, 5, 100), ("BRN", 2022, 5, 100), ("TWN", 2000, 7, 8), ("TWN", 2020, 30, 40), ("TWN", 2021, 50, 60),
        ("TWN", 2022, 50, 60), ("TWN", 2023, 55, 66), ("TWN", 1995, 1, 1),
    )  # fmt: skip
    return baci, late, cow, NO_REPORTS, icio, wto


@pytest.fixture
def built():
    trade, totals = build_trade(*whole())
    return trade, totals.set_index(["iso3", "year"])


def test_rows_are_of_one_series_a_year(built):
    trade, _ = built
    assert list(trade.columns) == ROW
    assert not trade.duplicated(["exporter", "importer", "year"]).any()
    by_year = {int(y): set(rows["source"]) for y, rows in trade.groupby("year")}
    assert by_year == {
        1999: {"cow"}, 2000: {"baci"}, 2020: {"baci", "icio_share"},
        2021: {"icio_growth"}, 2022: {"icio_growth"}, 2023: {"baci_2023"},
    }  # fmt: skip
    assert set(trade.loc[trade["year"] == 2023, "flag"]) == {"provisional"}
    # Taiwan's 10 at twice the level of BRN's 30, which is 60 in BACI: 20; then its growth.
    taiwan = trade[trade["exporter"] == "TWN"]
    assert dict(zip(taiwan["year"], taiwan["export_usd"], strict=True)) == {2020: 20, 2021: 40, 2022: 20}
    assert set(taiwan["flag"]) == {"imputed"}


def test_an_observed_zero_of_cow_stays_and_a_zero_elsewhere_is_no_row(built):
    trade, _ = built
    zero = trade[trade["export_usd"] == 0]
    assert cells(zero) == {("BRN", "CHN", 1999): (0, "cow", "observed")}
    baci, *others = whole()
    again, _ = build_trade(pd.concat([baci, flows(("CHN", "AUS", 2020, 0.3))]), *others)
    assert ("CHN", "AUS", 2020) not in cells(again)


def test_totals_of_baci_years_are_the_sums_with_taiwan(built):
    _, totals = built
    row = totals.loc[("AUS", 2020)]
    assert (row.export_usd, row.import_usd, row.complete, row.source, row.flag) == (200, 80, True, "baci", "observed")
    assert totals.loc[("BRN", 2020), "export_usd"] == 60
    assert totals.loc[("CHN", 2020), "import_usd"] == 100
    assert totals.loc[("AUS", 2020), "wto_export_usd"] == 400


def test_totals_of_2021_grow_as_the_wto_says(built):
    _, totals = built
    row = totals.loc[("AUS", 2021)]
    # Exports 200 x 600/400; imports 80 x 200/200 = 80, but the rows are 60 + 40.
    assert (row.export_usd, row.import_usd) == (300.0, 100.0)
    assert (row.complete, row.source, row.flag) == (False, "wto_growth", "chained")


def test_a_total_is_never_below_its_rows(built):
    trade, totals = built
    # AUS exports of 2022: 200 x 800/400 = 400, yet AUS -> BRN alone is 100 x 500/50 = 1000.
    assert totals.loc[("AUS", 2022), "export_usd"] == 1000
    for side, column in (("exporter", "export_usd"), ("importer", "import_usd")):
        sums = trade.groupby([side, "year"])["export_usd"].sum()
        known = totals[column].reindex(sums.index).dropna()
        assert (known >= sums.loc[known.index]).all()


def test_without_a_level_at_the_wto_there_is_no_total(built):
    _, totals = built
    assert np.isnan(totals.loc[("BRN", 2021), "export_usd"])  # zero in 2020: no growth
    assert totals.loc[("BRN", 2021), "import_usd"] == pytest.approx(140 * 100 / 50)
    assert totals.loc[("CHN", 2021), ["export_usd", "import_usd"]].isna().all()


def test_totals_of_2023_make_room_for_taiwan(built):
    _, totals = built
    # In 2022 Taiwan has 20 of the 80 that AUS is seen to import; AUS sells it nothing.
    row = totals.loc[("AUS", 2023)]
    assert row.import_usd == pytest.approx(100 / (1 - 20 / 80))
    assert row.export_usd == 100
    assert totals.loc[("BRN", 2023), "import_usd"] == 140
    assert (row.complete, row.source, row.flag) == (True, "baci_2023", "provisional")


def test_totals_of_2023_make_room_for_what_two_that_did_not_report_traded():
    baci, late, *others = whole()
    _, totals = build_trade(baci, late[late["importer"] != "CHN"], *others)
    row = totals.set_index(["iso3", "year"]).loc[("AUS", 2023)]
    # Half of what it sold in 2020 went to China, with whom it has no row; a quarter of its imports is Taiwan's.
    assert row.export_usd == pytest.approx(90 / (1 - 100 / 200))
    assert row.import_usd == pytest.approx(100 / (1 - 20 / 80))
    assert (row.complete, row.source, row.flag) == (False, "baci_2023", "imputed")


def test_states_that_did_not_report_have_no_row_with_each_other_and_their_trade_is_unseen():
    """By pencil: A, B and C traded in 2020; in 2023 A and B have rows with C alone, and C kept all of its partners."""
    before = [("AUS", "BRN", 30), ("BRN", "AUS", 10), ("AUS", "CAN", 70), ("CAN", "AUS", 20), ("BRN", "CAN", 5)]
    after = [("AUS", "CAN", 80), ("CAN", "AUS", 25), ("BRN", "CAN", 6), ("CAN", "DEU", 9)]
    trade = pd.concat([
        flows(*[(u, v, 2020, usd) for u, v, usd in before]).assign(source="baci"),
        flows(*[(u, v, 2023, usd) for u, v, usd in after]).assign(source="baci_2023"),
    ])  # fmt: skip
    assert silent_states(trade) == ["AUS", "BRN"]
    # Of what Australia sold in 2020, 30 of 100 went to Brunei; of what it bought, 10 of 30 came from there.
    assert unseen_shares(trade, ["AUS", "BRN"]).loc["AUS"].tolist() == [0.3, pytest.approx(1 / 3)]
    assert unseen_shares(trade, ["AUS", "BRN"]).loc["BRN"].tolist() == [pytest.approx(10 / 15), 1.0]
    # A stray row or two of a state do not make it a reporter; a flow as large as it was does.
    small, large = (flows(("BRN", "AUS", 2023, usd)).assign(source="baci_2023") for usd in (0.4, 10))
    assert silent_states(pd.concat([trade, large])) == []
    more = flows(("BRN", "DEU", 2020, 9), ("DEU", "BRN", 2020, 9), ("AUS", "DEU", 2020, 30)).assign(source="baci")
    assert silent_states(pd.concat([trade, more])) == ["AUS", "BRN", "DEU"]
    assert silent_states(pd.concat([trade, more, small])) == ["AUS", "BRN", "DEU"]


def test_taiwan_s_totals_are_the_wto_s_from_2000_on(built):
    _, totals = built
    taiwan = totals.loc["TWN"]
    assert taiwan.index.tolist() == [2000, 2020, 2021, 2022, 2023]
    assert taiwan["source"].tolist() == ["cow_growth", "icio_share", "wto_growth", "wto_growth", "baci_2023"]
    assert taiwan["export_usd"].tolist() == [7, 30, 50, 50, 55]
    assert not taiwan["complete"].any()


def test_cow_totals_weigh_the_partners_it_has_no_row_for(built):
    _, totals = built
    # No row CHN -> BRN. World 100: BRN buys 30 of it, CHN sells 40.
    assert totals.loc[("CHN", 1999), "export_usd"] == pytest.approx(40 / (1 - 30 / 100))
    assert totals.loc[("BRN", 1999), "import_usd"] == pytest.approx(30 / (1 - 40 / 100))
    assert totals.loc[("AUS", 1999), ["export_usd", "import_usd"]].tolist() == [50, 50]
    # The observed zero BRN -> CHN is no gap.
    assert totals.loc[("BRN", 1999), "export_usd"] == 10
    assert totals.loc[("CHN", 1999), "flag"] == "imputed"
    assert totals.loc[("AUS", 1999), "flag"] == "observed"
    assert not totals.loc[(slice(None), 1999), "complete"].any()


def test_only_the_nineties_of_cow_enter(built):
    trade, _ = built
    assert set(trade.loc[trade["source"] == "cow", "year"]) == {1999}


def test_totals_follow_from_the_rows_alone(built):
    trade, totals = built
    pd.testing.assert_frame_equal(build_totals(trade, whole()[-1]).set_index(["iso3", "year"]), totals)


def test_order_of_the_raw_rows_does_not_matter():
    mixed = [frame.sample(frac=1, random_state=7) for frame in whole()]
    for first, second in zip(build_trade(*whole()), build_trade(*mixed), strict=True):
        pd.testing.assert_frame_equal(first, second)


def total_rows(*rows):
    return pd.DataFrame(list(rows), columns=["iso3", "year", "export_usd", "import_usd", "source"])


def test_series_breaks_are_jumps_where_the_series_changes():
    totals = total_rows(
        ("A", 2022, 60, 40, "wto_growth"), ("A", 2023, 100, 41, "baci_2023"),  # +41 %
        ("B", 2022, 60, 40, "wto_growth"), ("B", 2023, 100, 40, "baci_2023"),  # +40 %: not more
        ("C", 1999, 60, 40, "cow"), ("C", 2000, 30, 29, "baci"),  # -41 %
        ("D", 2003, 60, 40, "baci"), ("D", 2004, 600, 40, "baci"),  # no change of series
        ("E", 1998, 60, 40, "cow"), ("E", 2000, 600, 40, "baci"),  # a year between
        ("F", 1999, np.nan, 40, "cow"), ("F", 2000, 600, 40, "baci"),
    )  # fmt: skip
    out = find_series_breaks(totals)
    assert out[["iso3", "year", "series_break"]].to_numpy().tolist() == [
        ["A", 2023, "wto_growth to baci_2023"], ["C", 2000, "cow to baci"],
    ]  # fmt: skip
    assert out["jump"].tolist() == pytest.approx([0.41, -0.41])
    assert out[["before_usd", "after_usd"]].to_numpy().tolist() == [[100, 141], [100, 59]]
