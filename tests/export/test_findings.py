"""Sentences on the pages say what the table says, and no more."""

from __future__ import annotations

import re

import pytest

from influence.config import Config, load_config
from influence.export.findings import choices_text, finding, flags_of, series_break_note, source_cards, source_line
from influence.export.maps import region_states
from influence.panel.package import sources_table
from influence.results import pull_results
from influence.specs import LAYERS
from influence.states import group_members, pole_label
from influence.ties import build_ties
from tests.export.pages import real_panel, real_results
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
    told = finding(results, ("CHN", "USA"), year, region)
    first, whole, second = map(int, re.findall(r" on (\d+)(?: of (\d+) states.* on (\d+))?", told)[0])
    assert whole == len(values)
    assert (first, second) == (max(china, states), min(china, states))
    leader = "China" if china >= states else "the United States"
    assert told.startswith(f"In {year}, {leader} pulls harder on ")


def test_the_pencil_s_title():
    results = pull_results(build_ties(pencil_panel()), ("AAA", "BBB"))
    assert finding(results, ("AAA", "BBB"), 2016, STATES) == "In 2016, BBB pulls harder on 2 of 2 states, AAA on 0"
    assert finding(results, ("AAA", "BBB"), 2016, ["CCC"]) == "In 2016, BBB pulls harder on 1 of 1 states, AAA on 0"
    assert finding(results, ("AAA", "BBB"), 2017, STATES) == "In 2017, AAA pulls harder on 0 of 0 states, BBB on 0"


def test_members_of_a_group_are_not_counted():
    poles, year = ("asean", "CHN"), 2016
    ties, _ = real_results()
    states = region_states(ties, "asia_pacific", poles, year)
    results = pull_results(ties.sel(year=[year]), poles)
    rows = results[(results["metric"] == "pull_balance") & results["iso3"].isin(states)].dropna(subset="value")
    members = rows["iso3"].isin(group_members("asean", year))
    assert members.sum() >= 8
    assert f" of {(~members).sum()} states" in finding(results, poles, year, states)


def test_three_poles_are_told_by_leader():
    results = pull_results(build_ties(pencil_panel()), ("AAA", "BBB", "DDD"))
    told = finding(results, ("AAA", "BBB", "DDD"), 2016, STATES)
    assert told == "In 2016, of 1 states each pole pulls hardest on: AAA on 0, BBB on 1, DDD on 0"


@pytest.mark.parametrize(
    "pole, label",
    [("CHN", "China"), ("USA", "the United States"), ("GBR", "the United Kingdom"), ("eu", "the EU"), ("AAA", "AAA"),
     ("china_hk_macao", "China with Hong Kong and Macao"), ("asia_pacific", "the Asia-Pacific")],
)  # fmt: skip
def test_poles_are_named_for_people(pole, label):
    assert pole_label(pole) == label


@pytest.mark.parametrize(
    "year, series",
    [(1999, "COW"), (2000, "BACI;"), (2020, "BACI;"), (2021, "growth"), (2022, "growth"), (2023, "provisional")],
)
def test_the_page_says_what_its_trade_rests_on(year, series):
    assert series in series_break_note(year)


def test_choices_that_are_not_the_defaults_are_told_and_stand_in_the_command():
    assert (choices_text(Config()), flags_of(Config())) == ([], "")
    flags = {"trade_base": "exports", "capability": "cinc", "weights": {"trade": 1, "alliance": 1, "agreement": 0}}
    config = load_config(environment={}, flags=flags)
    assert choices_text(config) == ["trade by markets", "pledges by CINC"]
    assert flags_of(config) == " --weights trade=0.5,alliance=0.5,agreement=0,troops=0 --base exports --capability cinc"


def test_every_source_of_every_layer_and_year_has_its_card():
    years = [1995, 2016, 2023]
    cards, by_layer = source_cards(real_panel(), years)
    assert set(by_layer) == set(LAYERS)
    told = [cards[at] for at in by_layer["trade"][years.index(1995)]]
    assert told == [card for card in cards if "Correlates of War, Trade" in card]
    for at, year in enumerate(years):
        line = source_line(real_panel(), {"trade": 1.0, "alliance": 1.0, "agreement": 1.0, "troops": 1.0}, year)
        assert all(cards[k] in line for layer in by_layer.values() for k in layer[at])


def test_sources_are_those_of_the_year_and_the_layers():
    default = Config().weights
    assert "Correlates of War, Trade" in source_line(real_panel(), default, 1995)
    assert "IMF" not in source_line(real_panel(), default, 1995)
    assert "BACI" not in source_line(real_panel(), default, 1995)
    assert "BACI" in source_line(real_panel(), default, 2016)
    for weights, wanted in ((default, True), ({"trade": 1.0}, False)):
        assert (str(sources_table().loc["atop", "title"]) in source_line(real_panel(), weights, 2016)) is wanted
    troops = str(sources_table().loc["us_troops", "title"])
    assert troops not in source_line(real_panel(), default, 2016)
    assert troops in source_line(real_panel(), {**default, "troops": 0.1}, 2016)


def test_a_figure_over_years_cites_the_sources_of_all_of_them():
    default = Config().weights
    line = source_line(real_panel(), default, range(1990, 2024))
    for part in ("Correlates of War, Trade", "BACI country-pair totals 2000-2020", "BACI HS22"):
        assert line.count(part) == 1
    assert source_line(real_panel(), default, [2016]) == source_line(real_panel(), default, 2016)


def test_only_layers_that_weigh_are_cited():
    line = source_line(real_panel(), {"trade": 1.0, "alliance": 0.0, "agreement": 0.0}, 2016)
    assert "BACI" in line
    assert not any(word in line for word in ("Alliance Treaty", "Design of Trade", "World Development"))


def test_a_newer_vintage_in_the_panel_is_the_one_that_is_cited():
    newer = real_panel().with_parts(vintages=real_panel().vintages | {"imf_dots": "May 2031"})
    told = [source_line(panel, {"trade": 1.0}, 2016) for panel in (real_panel(), newer)]
    assert told[1] == told[0].replace("July 2024", "May 2031") != told[0]
    assert any("May 2031" in card for card in source_cards(newer, [2016])[0])
    # A year of one's own tables alone has no data package: the bundled cards stand.
    assert "July 2024" in source_line(real_panel().with_parts(vintages={}), {"trade": 1.0}, 2016)
