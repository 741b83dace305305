"""Members of a group pole are shown and not counted: largest changes, ranking, measures towards the group."""

from __future__ import annotations

import numpy as np
import pytest

import influence as inf
from influence.comparison.compared import balance_rows
from influence.comparison.ranking import measures_of
from influence.scenario.apply import Applied
from influence.scenario.load import load_scenario

POLES = ("CHN", "asean")


@pytest.fixture(scope="module")
def study():
    return inf.load_study(first_year=2015, last_year=2016).with_poles(POLES)


@pytest.fixture(scope="module")
def members(study):
    return set(study.registry.members("asean", 2016)) | {"CHN"}


def test_largest_changes_are_of_states_outside_both_poles(study, members):
    compared = inf.compare("2015", "2016", study)
    counted, every = (balance_rows(compared.found, "CHN-asean", members=shown) for shown in (False, True))
    assert set(every["iso3"]) - set(counted["iso3"]) == members & set(every["iso3"])
    assert {"VNM", "IDN"} <= set(every.dropna(subset=["change"])["iso3"])
    largest = counted.dropna(subset=["change"]).iloc[0]
    assert largest["iso3"] not in members
    assert repr(compared).endswith(f"largest change {largest['iso3']} {largest['change']:+.3f}>")
    assert "<table" in compared._repr_html_()


def test_a_ranking_counts_no_member_of_a_pole(study):
    unchanged = Applied(load_scenario("korus_ended"), study.panel, {}, ())
    found = measures_of(unchanged, study, ["VNM", "KOR"], [2016])
    assert np.isnan(found["balance", "CHN-asean"][0]).tolist() == [True, False]
    assert np.isnan(found["pull", "asean"][0]).tolist() == [True, False]
    assert not np.isnan(found["pull", "CHN"]).any()


def test_a_group_has_a_value_for_its_members_from_the_others(study):
    towards = study.metric("dependence_two_way").sel(pole="asean", year=2016, target="VNM").item()
    alone = study.with_poles(tuple(study.registry.members("asean", 2016))).metric("dependence_two_way")
    assert towards == pytest.approx(alone.sel(year=2016, target="VNM").sum(skipna=True).item())
