"""The headline of a year counts what the table holds."""

from __future__ import annotations

import re

import numpy as np
import pytest

from influence.export.atlas_data import build_atlas_data, headline_pulls
from influence.statements.findings import counted_finding
from influence.states import bundled_registry
from influence.study import Study
from tests.export.pages import pencil_study, real_content, real_results, real_study


def headline(study: Study, year: int) -> str:
    """The finding of a page on the study."""
    content = build_atlas_data(study)
    return counted_finding(headline_pulls(content, content.base.years.index(year)), study.labels, year)


@pytest.mark.parametrize("year", [1995, 2001, 2016, 2022, 2023])
def test_counts_of_the_title_are_those_of_the_table(year):
    content, (_, results) = real_content(), real_results()
    region = real_study().region_states(year)
    rows = results[(results["year"] == year) & (results["metric"] == "pull_balance") & results["iso3"].isin(region)]
    values = rows["value"].dropna()
    china, states = int((values > 0).sum()), int((values < 0).sum())
    text = counted_finding(headline_pulls(content, content.base.years.index(year)), content.study.labels, year)
    first, whole, second = map(int, re.findall(r" on (\d+)(?: of (\d+) countries.* on (\d+))?", text)[0])
    assert whole == len(values)
    assert (first, second) == (max(china, states), min(china, states))
    leader = "China" if china >= states else "the United States"
    assert text.startswith(f"In {year}, {leader} pulls harder on ")


def test_the_pencil_s_title():
    pencil = pencil_study()
    assert headline(pencil, 2016) == "In 2016, Beta pulls harder on 2 of 2 countries, Alpha on 0"
    assert headline(pencil.with_(region="CCC"), 2016) == "In 2016, Beta pulls harder on 1 of 1 countries, Alpha on 0"
    assert headline(pencil, 2017) == "In 2017, Alpha pulls harder on 0 of 0 countries, Beta on 0"


def test_a_region_is_named_after_the_count():
    pulls = np.array([[0.2, 0.1, np.nan], [0.1, 0.1, 0.3]])
    text = counted_finding(pulls, ("China", "Japan"), 2016, "ASEAN")
    assert text == "In 2016, China pulls harder on 1 of 2 countries of ASEAN, Japan on 0"


def test_three_poles_are_counted_by_leader():
    text = headline(pencil_study().with_poles(("AAA", "BBB", "DDD")), 2016)
    assert text == "In 2016, of 1 countries each power pulls hardest on: Alpha on 0, Beta on 1, Delta on 0"


@pytest.mark.parametrize(
    "pole, label",
    [("CHN", "China"), ("USA", "the United States"), ("GBR", "the United Kingdom"), ("eu", "the EU"), ("AAA", "AAA"),
     ("china_hk_macao", "China with Hong Kong and Macao"), ("asia_pacific", "the Asia-Pacific")],
)  # fmt: skip
def test_poles_are_named_for_people(pole, label):
    assert bundled_registry().pole_label(pole) == label
