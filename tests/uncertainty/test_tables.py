"""Ranges in the long table: each row has its range, probabilities and ranks are rows, disputed flows are flagged."""

from __future__ import annotations

import numpy as np
import pytest

import influence as inf
from influence.draw_settings import DrawSettings
from influence.results import metric_results
from influence.schema import RANGE_COLUMNS, RESULT_COLUMNS, names
from influence.uncertainty.ranges import metric_ranges
from influence.uncertainty.tables import KEYS, range_table, with_ranges
from tests.uncertainty.draw_cases import POLES, pencil_study

NAMES = ("pull_direct", "pull_balance", "leader_margin", "not_covered", "pull_network", "balance_network", "herfindahl")


@pytest.fixture(scope="module")
def made():
    study = pencil_study()
    results = metric_results(study, [*NAMES, "alignment"])
    drawn = metric_ranges(study, NAMES, DrawSettings(20))
    return results, drawn, with_ranges(results, drawn, study)


def test_every_row_of_the_results_is_kept_unchanged(made):
    results, _, table = made
    assert list(table.columns) == names(RESULT_COLUMNS)
    old = table[table["metric"].isin([*NAMES, "alignment"])].reset_index(drop=True)
    assert old.drop(columns=["low", "high"]).equals(results.drop(columns=["low", "high"]))


def test_low_and_high_are_those_of_the_ranges(made):
    _, drawn, table = made
    ranges = range_table(drawn)
    assert list(ranges.columns) == names(RANGE_COLUMNS)
    both = table.merge(ranges[[*KEYS, "low", "high"]], on=KEYS, suffixes=("", "_drawn"))
    assert len(both) > 20
    np.testing.assert_array_equal(both["low"], both["low_drawn"])
    leader = table[table["metric"] == "leader_margin"].dropna(subset=["value"])
    assert len(leader)
    assert leader["low"].notna().all()
    assert set(leader["pole"]) & set(POLES)


def test_the_range_of_a_source_stays(made):
    results, _, table = made
    after, before = (t[t["metric"] == "alignment"].reset_index(drop=True) for t in (table, results))
    np.testing.assert_array_equal(after[["low", "high"]], before[["low", "high"]])
    assert after["low"].notna().any()


def test_probabilities_and_ranks_are_rows_beside_the_balance(made):
    _, _drawn, table = made
    wide = table.set_index(KEYS)
    leads = wide.loc[("p_leads", "AAA-BBB", "CCC", 2016)]
    balance = wide.loc[("pull_balance", "AAA-BBB", "CCC", 2016)]
    assert 0 <= leads["value"] <= 1
    assert np.isnan(leads["low"])
    assert (leads["coverage"], leads["flag"]) == (balance["coverage"], balance["flag"])
    place = wide.loc[("rank_pull_balance", "AAA-BBB", "CCC", 2016)]
    assert 1 <= place["low"] <= place["high"] <= 2  # the poles have none
    assert {"p_leads_network", "rank_balance_network"} <= set(table["metric"])


def test_the_trade_of_singapore_with_cambodia_is_flagged_as_disputed():
    study = inf.load_study(first_year=2015, last_year=2016, poles=["SGP", "CHN"])
    results = metric_results(study, ["pull_direct", "pull_balance", "not_covered"])
    drawn = metric_ranges(study, ("pull_direct", "pull_balance"), DrawSettings(2))
    table = with_ranges(results, drawn, study).set_index(["metric", "pole", "iso3", "year"])["flag"]
    flagged = {key for key, flag in table.items() if "disputed" in flag.split(";")}
    assert ("pull_direct", "SGP", "KHM", 2016) in flagged
    assert ("pull_balance", "SGP-CHN", "KHM", 2016) in flagged
    assert ("pull_direct", "CHN", "KHM", 2016) not in flagged
    assert not any(code in ("JPN", "USA") for _, _, code, _ in flagged)
