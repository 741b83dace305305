"""Comparisons on the real panel: sides, tables, bands, ranks, and invariances."""

from __future__ import annotations

import numpy as np
import pytest

from influence.comparison.brief import brief_of, whole_year
from influence.comparison.sides import parse_side
from influence.comparison.tables import STATE_COLUMNS, compare_sides
from influence.config import Config
from influence.errors import ScenarioError, SourceError, StateError, YearError
from influence.export.graph_files import write_graph
from influence.graph import build_graph
from influence.layers import build_layers
from influence.metrics.pull import pull_balance
from influence.panel.panel import load_panel
from influence.scenario.effects import agreement_effect
from influence.scenario.load import load_scenario
from influence.states import group_members
from influence.ties import build_ties

POLES = ("CHN", "USA")
CONFIG = Config(realisations=50)


@pytest.fixture(scope="module")
def panel():
    return load_panel()


@pytest.fixture(scope="module")
def years(panel):
    return compare_sides(parse_side("2016", panel, CONFIG), parse_side("2018", panel, CONFIG), CONFIG, POLES)


def rows_of(found, metric, pole):
    here = found.states[(found.states["metric"] == metric) & (found.states["pole"] == pole)]
    return here.set_index("iso3")


def test_a_year_against_itself_changes_nothing(panel):
    side = parse_side("2016", panel, CONFIG)
    told = compare_sides(side, side, CONFIG, POLES)
    assert told.edges.empty
    assert (told.states["change"].dropna() == 0).all()
    assert not told.blocs["moved"].any()
    assert told.distance["value"].tolist() == pytest.approx([0.0, 1.0, 1.0])
    assert told.attribution["share"].sum() == 0


def test_the_numbers_are_those_of_the_ties(panel, years):
    ties = build_ties(panel)
    balance = pull_balance(ties, POLES)
    told = rows_of(years, "pull_balance", "CHN-USA")
    for state in ("KOR", "VNM", "AUS"):
        ends = [float(balance.sel(year=y, target=state)) for y in (2016, 2018)]
        assert told.loc[state, ["before", "after"]].tolist() == pytest.approx(ends)
        assert told.loc[state, "change"] == pytest.approx(ends[1] - ends[0])
    assert list(years.states.columns) == STATE_COLUMNS


def test_layers_add_up_to_the_direct_pull(years):
    parts = years.states[years.states["metric"].str.startswith("layer_")]
    for pole in POLES:
        whole = rows_of(years, "pull_direct", pole)
        sums = parts[parts["pole"] == pole].groupby("iso3")[["before", "after"]].sum()
        known = whole.dropna(subset=["before", "after"]).index
        assert len(known) > 150
        for side in ("before", "after"):
            assert sums.loc[known, side].to_numpy() == pytest.approx(whole.loc[known, side].to_numpy(), abs=1e-12)


def test_every_lens_is_there_and_that_of_the_year_alone_is_that_of_all_years(years, panel):
    from influence.metrics.catalogue import Basis
    from influence.results import metric_results

    metrics = set(years.states["metric"])
    assert {f"balance_{lens}" for lens in ("network", "income", "opinion", "bandwidth")} <= metrics
    names = ["balance_network", "balance_income", "balance_bandwidth"]
    whole = metric_results(Basis(panel, build_ties(panel), POLES, CONFIG), names)
    for name in names:
        here = whole[(whole["metric"] == name) & (whole["year"] == 2018)].set_index("iso3")["value"]
        told = rows_of(years, name, "CHN-USA")["after"]
        assert told.to_numpy() == pytest.approx(here[told.index].to_numpy(), abs=1e-9, nan_ok=True)


def test_no_change_is_told_across_a_break(panel):
    told = compare_sides(parse_side("2018", panel, CONFIG), parse_side("2023", panel, CONFIG), CONFIG, POLES)
    korea = rows_of(told, "pull_balance", "CHN-USA").loc["KOR"]
    assert korea["flag"] == "break"
    assert np.isnan(korea["change"])
    assert korea["before"] == korea["before"]


def test_ranks_are_places_by_the_balance_and_have_no_interval_without_draws(years):
    ranks = years.ranks.set_index("iso3")
    balance = rows_of(years, "pull_balance", "CHN-USA")
    for side in ("before", "after"):
        ours = balance[side].dropna().rank(ascending=False)
        assert ranks[side].to_dict() == ours.reindex(ranks.index).to_dict()
        assert ranks[[f"{side}_low", f"{side}_high"]].isna().all(axis=None)


def test_a_scenario_has_a_band_that_holds_its_change(panel):
    first, second = parse_side("2018", panel, CONFIG), parse_side("2018:korus_ended", panel, CONFIG)
    told = compare_sides(first, second, CONFIG, POLES, states=group_members("asia_pacific"))
    korea = rows_of(told, "pull_balance", "CHN-USA").loc["KOR"]
    assert korea["low"] < korea["change"] < korea["high"]
    assert told.attribution["iso3"].tolist()[:2] == ["KOR", "USA"]
    assert set(told.states["iso3"]) <= set(group_members("asia_pacific"))
    trade = rows_of(told, "layer_trade", "CHN").loc["KOR"]
    # The weight of trade is .6; China's share of Korea's trade rises by tenths of a point.
    assert 0.001 < trade["change"] / 0.6 < 0.01
    pledge = rows_of(told, "layer_alliance", "USA").loc["KOR"]
    assert abs(pledge["change"]) < 1e-4


def test_an_edit_of_pledges_alone_hangs_on_no_elasticity(panel):
    side = parse_side("2018:korea_us_alliance_ended", panel, CONFIG)
    assert side.variants == ()


def test_graphs_of_anyone_are_compared(panel, tmp_path):
    ties = build_ties(panel)
    for year in (2016, 2018):
        write_graph(build_graph(ties, year), tmp_path / f"{year}.graphml")
    sides = [parse_side(str(tmp_path / f"{year}.graphml"), panel, CONFIG) for year in (2016, 2018)]
    told = compare_sides(*sides, CONFIG, POLES)
    ours = compare_sides(parse_side("2016", panel, CONFIG), parse_side("2018", panel, CONFIG), CONFIG, POLES)
    assert rows_of(told, "pull_balance", "CHN-USA").loc["KOR", "change"] == pytest.approx(
        rows_of(ours, "pull_balance", "CHN-USA").loc["KOR", "change"]
    )
    assert told.distance["value"].to_numpy()[0] == pytest.approx(ours.distance["value"].to_numpy()[0], abs=0.01)


def test_sides_that_cannot_be_are_told(panel, tmp_path):
    with pytest.raises(YearError, match="not understood"):
        parse_side("last year", panel, CONFIG)
    with pytest.raises(YearError, match="year 2031 is not in the panel"):
        parse_side("2031", panel, CONFIG)
    with pytest.raises(ScenarioError, match="there is no scenario 'nonsense'"):
        parse_side("2018:nonsense", panel, CONFIG)
    with pytest.raises(SourceError, match=r"none\.graphml"):
        parse_side(str(tmp_path / "none.graphml"), panel, CONFIG)
    (tmp_path / "two.graphml").write_text(
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed"><node id="XX1"/>'
        '<node id="XX2"/></graph></graphml>',
        encoding="utf-8",
    )
    strange = parse_side(str(tmp_path / "two.graphml"), panel, CONFIG)
    with pytest.raises(StateError, match="share 0 states"):
        compare_sides(parse_side("2016", panel, CONFIG), strange, CONFIG, POLES)


def test_years_of_a_panel_give_the_same_layers(panel):
    part = build_layers(panel.of_years(2016, 2016))
    whole = build_layers(panel).sel(year=[2016])
    assert np.array_equal(part.values, whole.values, equal_nan=True)


# ---- the brief ------------------------------------------------------------------------------------


def test_the_brief_says_whom_how_sure_on_what_and_what_would_overturn_it(panel):
    brief = brief_of("korus_ended", panel, CONFIG, POLES, group_members("asia_pacific"))
    for part in ("What changes for whom", "How sure", "What it assumes", "What would overturn it", "Sources", "Actual"):
        assert part in brief.text
    assert len(brief.text) < 7000
    income = brief.income.set_index("iso3")
    assert (income["low"] <= income["value"]).all()
    assert (income["value"] <= income["high"]).all()
    assert brief.income["iso3"].tolist()[:2] == ["KOR", "USA"]


def test_the_brief_holds_published_figures_against_ours(panel):
    told = brief_of("korus_ended", panel, CONFIG, POLES, ["KOR"]).published
    exports = told[told["what"] == "exports"].set_index("exporter")
    assert exports.loc["KOR", "published"] == -1.32e9
    assert exports.loc["KOR", "computed"] == pytest.approx(-5.32e9, rel=0.01)
    assert exports.loc["KOR", "high"] == pytest.approx(-2.22e9, rel=0.01)
    assert exports.loc["USA", "computed"] < exports.loc["KOR", "ours"]


def test_the_brief_says_what_is_left_without_tariff_peaks(panel):
    text = brief_of("tpp_with_us", panel, CONFIG, POLES, group_members("asia_pacific")).text
    assert "Without tariff peaks the change is much smaller for" in text
    assert "New Zealand (left with 13 %)" in text


def test_an_assumed_depth_carries_the_band_of_the_estimate_to_the_incomes(panel):
    brief = brief_of("without_rcep", panel, CONFIG, POLES, group_members("asia_pacific"))
    effect = agreement_effect()
    ends = [f"agreement effect {end:g}" for end in (effect.low, effect.high)]
    assert set(ends) <= set(brief.income.columns)
    assert "estimated effect of agreements beyond tariffs" in brief.text
    korea = brief.income.set_index("iso3").loc["KOR"]
    assert korea["low"] == korea[["value", "elasticity 1.5", "elasticity 8", "without tariff peaks", *ends]].min()
    # A deeper agreement is worth more, so that to be without it costs more.
    assert korea[ends[1]] < korea["value"] < korea[ends[0]]


def test_the_brief_of_pledges_alone_says_that_trade_stays(panel):
    text = brief_of("korea_us_alliance_ended", panel, CONFIG, POLES, ["KOR"]).text
    assert "Trade does not change" in text
    assert "South Korea crosses a balance of 0" in text


def test_the_brief_is_shown_on_the_first_whole_year(panel):
    assert whole_year(panel, load_scenario("korus_ended")) == 2018
    assert whole_year(panel, load_scenario("us_china_decoupling")) == 2020
