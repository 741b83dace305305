"""Which states tables and pages show."""

from __future__ import annotations

import pytest

from influence.errors import StateError, YearError
from influence.export.atlas_data import at_year, shown_states
from influence.export.maps import region_states
from influence.export.page_data import page_data
from tests.export.pages import real_content, real_study


def test_a_region_is_its_members_and_the_poles():
    study = real_study()
    states = region_states(study, 2016)
    assert states == sorted(states)
    assert {"CHN", "USA", "KOR", "PHL"} <= set(states)
    assert set(states) == set(study.registry.members("asia_pacific", 2016)) | {"CHN", "USA"}


def test_members_of_a_group_are_those_of_the_year_in_a_table_and_of_any_on_a_page():
    study = real_study(poles=("CHN", "eu"))
    assert "GBR" in region_states(study, 2008)
    assert "GBR" not in region_states(study, 2023)
    assert "GBR" in shown_states(study)


CAUCASUS = ("ARM,AZE,GEO", (), ("eu", "RUS"))


def test_a_group_that_pulls_from_afar_is_shown_but_neither_counted_nor_framed():
    content = real_content(*CAUCASUS)
    data = page_data(content)
    shown = {state["code"]: state for state in data["states"]}
    assert [code for code, inside in zip(shown, data["inRegion"], strict=True) if inside] == ["ARM", "AZE", "GEO"]
    assert "POL" in shown  # which has a balance until it joins
    assert " of 3 countries" in data["titles"][0]
    assert data["year"] >= 2020
    left, top, right, bottom = data["extent"]
    held = {code for code, s in shown.items() if left <= s["x"] <= right and top <= s["y"] <= bottom}
    assert {"ARM", "AZE", "GEO", "RUS"} <= held
    assert not {"PRT", "IRL", "ESP"} & held
    assert data["poles"][0]["short"] == "EU"


def test_all_is_every_state_of_the_panel():
    assert shown_states(real_study("all")) == sorted(real_study().panel.states.index)


@pytest.mark.parametrize("ask", [lambda study: region_states(study, 2016), shown_states])
def test_an_unknown_region_is_refused_with_those_that_exist(ask):
    with pytest.raises(StateError, match=r"'asia_pacfic' is not known\. Did you mean asia_pacific"):
        ask(real_study("asia_pacfic"))


def test_one_year_of_a_page_is_that_year_and_no_scenario():
    whole = real_content()
    one = at_year(whole, 2016)
    at = whole.base.years.index(2016)
    assert one.base.years == [2016]
    assert one.scenarios == []
    assert (one.pulls[:, 0] == whole.pulls[:, at]).sum() > 80
    for name, packed in one.numbers.items():
        assert packed.values.shape[-1] == 1, name
    with pytest.raises(YearError, match=r"year 2050 is not in the panel; it covers 1990 to 2023"):
        at_year(whole, 2050)
