"""The long table: exactly the schema's columns, the pencil's numbers, and flags that say what is wrong with each."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from influence.errors import ConfigError
from influence.method import Method
from influence.metrics.catalogue import all_metrics
from influence.metrics.pull import direct_pull, exposure, leader_margin, pull_balance
from influence.quality import tie_marks
from influence.results import metric_results, pull_results, tidy_results, tie_table, trend_tables
from influence.schema import RESULT_COLUMNS, TIE_COLUMNS, names
from influence.study import Study
from influence.ties import build_ties
from tests.pencil import STATES, pencil_panel

A_ON_C = 0.6 * 2 / 9 + 0.3 * 4 / 7
B_ON_C = 0.6 * 3 / 9 + 0.3 * 2 / 7 + 0.1 / 3
WELL_KNOWN = {"trade": 0.3, "alliance": 0.5, "agreement": 0.2}
"""Weights under which AAA of 2017 is known to 1 - 0.3 * 30 / 80, above the floor."""


@pytest.fixture(scope="module")
def panel():
    return pencil_panel()


@pytest.fixture(scope="module")
def results(panel) -> pd.DataFrame:
    return pull_results(build_ties(panel), ("AAA", "BBB"), tie_marks(panel))


def row(results, iso3, metric, pole, year=2016) -> pd.Series:
    found = results.query("iso3 == @iso3 and metric == @metric and pole == @pole and year == @year")
    assert len(found) == 1
    return found.iloc[0]


def test_columns_are_the_schema_s_in_its_order(results):
    assert list(results.columns) == names(RESULT_COLUMNS)
    kinds = {"string": "O", "integer": "i", "number": "f"}
    for field in RESULT_COLUMNS:
        kind = results[field.name].dtype.kind
        assert kind == kinds[field.type] or (field.type == "string" and kind in "OU"), field.name


def test_there_is_one_row_for_each_metric_pole_state_and_year(results):
    found = {(m, p) for m, p in zip(results["metric"], results["pole"], strict=True) if m != "leader_margin"}
    pulls, pairs = {("pull_direct", pole) for pole in ("AAA", "BBB")}, {"pull_balance", "exposure"}
    assert found == pulls | {(metric, "AAA-BBB") for metric in pairs} | {("not_covered", "")}
    assert not results.duplicated(["metric", "pole", "iso3", "year"]).any()
    assert len(results) == 6 * 4 * 2
    assert set(results["scenario"]) == {"baseline"}


def test_rows_have_one_order(results):
    order = ["metric", "iso3", "year", "pole"]
    pd.testing.assert_frame_equal(results, results.sort_values(order, ignore_index=True))
    assert list(results.index) == list(range(len(results)))


def test_values_are_the_pencil_s(results):
    assert row(results, "CCC", "pull_direct", "AAA")["value"] == pytest.approx(A_ON_C)
    assert row(results, "CCC", "pull_direct", "BBB")["value"] == pytest.approx(B_ON_C)
    balance = row(results, "CCC", "pull_balance", "AAA-BBB")["value"]
    assert balance == pytest.approx((A_ON_C - B_ON_C) / (A_ON_C + B_ON_C))
    assert row(results, "CCC", "exposure", "AAA-BBB")["value"] == pytest.approx(A_ON_C + B_ON_C)
    assert row(results, "CCC", "leader_margin", "BBB")["value"] == pytest.approx(B_ON_C - A_ON_C)
    assert row(results, "CCC", "not_covered", "")["value"] == pytest.approx(0.3 / 7 + 0.1 * 2 / 3)
    assert row(results, "CCC", "not_covered", "")["coverage"] == pytest.approx(1.0)


def test_ranges_are_empty_until_draws_are_made(results):
    assert results[["low", "high"]].isna().all(axis=None)
    assert results["low"].dtype == float


def test_a_pole_has_no_pull_on_itself_and_is_flagged_so(results):
    itself = row(results, "AAA", "pull_direct", "AAA")
    assert math.isnan(itself["value"])
    assert itself["flag"] == "missing"


def test_below_the_coverage_floor_there_is_no_value_but_its_coverage(results):
    low = row(results, "AAA", "pull_direct", "BBB", 2017)
    assert math.isnan(low["value"])
    assert low["coverage"] == pytest.approx(1 - 0.6 * 30 / 80)
    assert low["flag"] == "missing;break"


def test_a_value_of_chained_figures_after_a_series_break_has_both_flags(panel):
    results = pull_results(build_ties(panel, WELL_KNOWN), ("AAA", "BBB"), tie_marks(panel, WELL_KNOWN))
    found = row(results, "AAA", "pull_direct", "BBB", 2017)
    assert found["value"] == pytest.approx(0.3 * 50 / 80 + 0.2 / 3)
    assert found["coverage"] == pytest.approx(1 - 0.3 * 30 / 80)
    assert found["flag"] == "break;chained"


def test_an_observed_year_has_no_flag(results):
    assert row(results, "CCC", "pull_direct", "AAA")["flag"] == ""


def test_a_carried_pledge_is_flagged_where_it_counts_and_of_both_in_the_balance(panel):
    weights = {"alliance": 1.0}
    results = pull_results(build_ties(panel, weights), ("AAA", "BBB"), tie_marks(panel, weights))
    for metric, pole in (("pull_direct", "AAA"), ("pull_balance", "AAA-BBB"), ("exposure", "AAA-BBB")):
        assert row(results, "CCC", metric, pole, 2017)["flag"] == "carried"
        assert row(results, "CCC", metric, pole, 2016)["flag"] == ""


def test_flags_are_words_of_the_schema(results):
    from influence.schema import FLAGS

    words = {word for flag in results["flag"] for word in flag.split(";") if word}
    assert words <= set(FLAGS) | {"break"}


def test_without_marks_only_breaks_and_gaps_are_flagged(panel):
    results = pull_results(build_ties(panel), ("AAA", "BBB"))
    assert {word for flag in results["flag"] for word in flag.split(";") if word} == {"break", "missing"}


def test_three_poles_give_three_pulls_and_three_pairs(panel):
    results = pull_results(build_ties(panel), ("AAA", "BBB", "DDD"))
    of = {m: sorted(set(results.loc[results["metric"] == m, "pole"])) for m in set(results["metric"])}
    assert of["pull_direct"] == ["AAA", "BBB", "DDD"]
    assert of["pull_balance"] == of["exposure"] == ["AAA-BBB", "AAA-DDD", "BBB-DDD"]
    assert row(results, "CCC", "leader_margin", "BBB")["value"] == pytest.approx(B_ON_C - A_ON_C)
    d_on_c = 0.6 * 4 / 9
    balance = row(results, "CCC", "pull_balance", "BBB-DDD")["value"]
    assert balance == pytest.approx((B_ON_C - d_on_c) / (B_ON_C + d_on_c))


def test_the_order_of_the_poles_names_the_pair(panel):
    turned = pull_results(build_ties(panel), ("BBB", "AAA"))
    assert set(turned.loc[turned["metric"] == "pull_balance", "pole"]) == {"BBB-AAA"}


def wide(rows: pd.DataFrame) -> np.ndarray:
    """Values (year, state), in the order of the ties."""
    return rows.sort_values(["year", "iso3"])["value"].to_numpy().reshape(2, len(STATES))


def test_table_and_arrays_are_two_routes_to_one_number(panel, results):
    ties = build_ties(panel)
    poles = ("AAA", "BBB")
    arrays = {
        ("pull_direct", "AAA"): direct_pull(ties, "AAA"),
        ("pull_direct", "BBB"): direct_pull(ties, "BBB"),
        ("pull_balance", "AAA-BBB"): pull_balance(ties, poles),
        ("exposure", "AAA-BBB"): exposure(ties, poles),
    }
    for (metric, pole), array in arrays.items():
        rows = results[(results["metric"] == metric) & (results["pole"] == pole)]
        np.testing.assert_array_equal(wide(rows), array.values)
    np.testing.assert_array_equal(
        wide(results[results["metric"] == "leader_margin"]), leader_margin(ties, poles).values
    )


def test_tidy_results_names_the_scenario():
    row = {"year": 2016, "iso3": "AAA", "metric": "m", "pole": "", "value": 1.0, "coverage": 1.0, "flag": ""}
    part = pd.DataFrame([row])
    assert tidy_results([part, part], "what if")["scenario"].tolist() == ["what if", "what if"]


def test_ties_as_a_table_are_those_above_zero(panel):
    ties = build_ties(panel)
    table = tie_table(ties, tie_marks(panel))
    assert list(table.columns) == names(TIE_COLUMNS)
    assert len(table) == int((np.nan_to_num(ties.values) > 0).sum())
    for found in table.itertuples():
        assert found.value == float(ties.sel(year=found.year, source=found.source, target=found.target))
    a_to_c = table.query("year == 2016 and source == 'AAA' and target == 'CCC'").iloc[0]
    assert a_to_c["value"] == pytest.approx(A_ON_C)
    assert a_to_c["flag"] == ""
    assert set(table["layer"]) == {"composite"}
    assert set(table["source"]) | set(table["target"]) <= set(STATES)
    # In 2017 AAA's ties are known to BBB alone: the pairs nobody observed have no row.
    assert table.query("year == 2017 and target == 'AAA'")["source"].tolist() == ["BBB"]
    assert table.query("year == 2017 and target == 'AAA'")["flag"].tolist() == ["chained"]


# ---- metrics of the catalogue --------------------------------------------------------------------


def pencil_study(panel) -> Study:
    return Study(panel, Method(bandwidth_base_year=2016, realisations=20), ("AAA", "BBB"))


def test_metrics_of_the_catalogue_are_those_of_pull_results(panel, results):
    found = metric_results(
        pencil_study(panel),
        ["pull_direct", "pull_balance", "exposure", "leader_margin", "not_covered"],
        tie_marks(panel),
    )
    pd.testing.assert_frame_equal(found, results)


def test_a_metric_of_trade_has_the_coverage_and_the_flags_of_trade(panel):
    """CCC's pledges were carried from 2016 to 2017; trade knows nothing of that, and in 2017 little of CCC."""
    found = metric_results(pencil_study(panel), ["herfindahl", "pull_direct"], tie_marks(panel))
    of_trade = row(found, "AAA", "herfindahl", "", 2017)
    assert of_trade["coverage"] == pytest.approx(50 / 80)
    assert of_trade["flag"] == "missing;break"
    assert row(found, "CCC", "pull_direct", "AAA", 2016)["flag"] == ""


def test_every_metric_of_the_catalogue_has_a_row_for_every_state_and_year(panel):
    found = metric_results(pencil_study(panel), list(all_metrics()))
    assert list(found.columns) == names(RESULT_COLUMNS)
    assert (
        not found.drop(columns="value")[found["metric"] != "leader_margin"]
        .duplicated(["metric", "pole", "iso3", "year"])
        .any()
    )
    assert set(found["metric"]) == set(all_metrics())
    assert (found.groupby(["metric"]).size() % 8 == 0).all()
    assert (found["flag"].str.contains("missing") == found["value"].isna()).all()


def test_an_unknown_metric_is_an_error(panel):
    with pytest.raises(ConfigError, match="there is no metric 'pull'"):
        metric_results(pencil_study(panel), ["pull"])


def test_alignment_has_the_range_of_its_source_and_no_coverage(panel):
    """CCC at .5 between BBB at -1 and AAA at 1."""
    found = row(metric_results(pencil_study(panel), ["alignment"], tie_marks(panel)), "CCC", "alignment", "AAA-BBB")
    assert found["value"] == pytest.approx(0.5)
    assert (found["low"], found["high"]) == (pytest.approx(0.4), pytest.approx(0.6))
    assert math.isnan(found["coverage"])
    assert found["flag"] == ""


def test_trends_begin_with_metric_and_pole_and_stop_at_breaks():
    """Two years with a break between them are no stretch of five: no slope; votes have no break."""
    panel = pencil_panel()
    found = trend_tables(pencil_study(panel), ["pull_balance", "alignment"])
    assert set(found) == {"slopes", "turning_points", "crossings"}
    for table in found.values():
        assert list(table.columns[:3]) == ["metric", "pole", "iso3"]
        assert table.empty
