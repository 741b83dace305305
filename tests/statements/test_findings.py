"""The headline of a year counts what the table holds."""

from __future__ import annotations

import re

import pytest

from influence.export.maps import region_states
from influence.results import pull_results
from influence.statements.findings import finding
from influence.states import pole_label
from influence.ties import build_ties
from tests.export.pages import real_results
from tests.pencil import STATES, pencil_panel


@pytest.fixture(scope="module")
def region() -> list[str]:
    ties, _ = real_results()
    return region_states(ties, "asia_pacific", ("CHN", "USA"), 2016)


@pytest.mark.parametrize("year", [1995, 2001, 2016, 2022, 2023])
def test_counts_of_the_title_are_those_of_the_table(region, year):
    _, results = real_results()
    rows = results[(results["year"] == year) & (results["metric"] == "pull_balance") & results["iso3"].isin(region)]
    values = rows["value"].dropna()
    china, states = int((values > 0).sum()), int((values < 0).sum())
    text = finding(results, ("CHN", "USA"), year, region)
    first, whole, second = map(int, re.findall(r" on (\d+)(?: of (\d+) countries.* on (\d+))?", text)[0])
    assert whole == len(values)
    assert (first, second) == (max(china, states), min(china, states))
    leader = "China" if china >= states else "the United States"
    assert text.startswith(f"In {year}, {leader} pulls harder on ")


def test_the_pencil_s_title():
    results = pull_results(build_ties(pencil_panel()), ("AAA", "BBB"))
    assert finding(results, ("AAA", "BBB"), 2016, STATES) == "In 2016, BBB pulls harder on 2 of 2 countries, AAA on 0"
    assert finding(results, ("AAA", "BBB"), 2016, ["CCC"]) == "In 2016, BBB pulls harder on 1 of 1 countries, AAA on 0"
    assert finding(results, ("AAA", "BBB"), 2017, STATES) == "In 2017, AAA pulls harder on 0 of 0 countries, BBB on 0"


def test_three_poles_are_counted_by_leader():
    results = pull_results(build_ties(pencil_panel()), ("AAA", "BBB", "DDD"))
    text = finding(results, ("AAA", "BBB", "DDD"), 2016, STATES)
    assert text == "In 2016, of 1 countries each power pulls hardest on: AAA on 0, BBB on 1, DDD on 0"


@pytest.mark.parametrize(
    "pole, label",
    [("CHN", "China"), ("USA", "the United States"), ("GBR", "the United Kingdom"), ("eu", "the EU"), ("AAA", "AAA"),
     ("china_hk_macao", "China with Hong Kong and Macao"), ("asia_pacific", "the Asia-Pacific")],
)  # fmt: skip
def test_poles_are_named_for_people(pole, label):
    assert pole_label(pole) == label
