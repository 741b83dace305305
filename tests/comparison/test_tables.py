"""Comparisons on the real panel: sides, tables, ranges, ranks, and invariances."""

from __future__ import annotations

import re

import numpy as np
import pytest

from influence.comparison.brief import brief_of, whole_year
from influence.comparison.sides import parse_side
from influence.comparison.tables import STATE_COLUMNS, compare_sides
from influence.errors import ScenarioError, SourceError, StateError, YearError
from influence.export.graph_files import write_graph
from influence.graph import build_graph
from influence.layers import build_layers
from influence.loading import load_study
from influence.metrics.pull import pull_balance
from influence.results import metric_results
from influence.scenario.effects import agreement_effect
from influence.scenario.load import load_scenario
from influence.states import bundled_registry
from influence.study import Study
from influence.ties import build_ties

POLES = ("CHN", "USA")


@pytest.fixture(scope="module")
def study():
    return load_study(realisations=50, region="asia_pacific")


@pytest.fixture(scope="module")
def panel(study):
    return study.panel


@pytest.fixture(scope="module")
def years(study):
    return compared("2016", "2018", study)


def compared(first: str, second: str, study: Study, states=None):
    return compare_sides(parse_side(first, study), parse_side(second, study), study, states=states)


def rows_of(found, metric, pole):
    here = found.states[(found.states["metric"] == metric) & (found.states["pole"] == pole)]
    return here.set_index("iso3")


def test_a_year_against_itself_changes_nothing(study):
    found = compared("2016", "2016", study)
    assert found.edges.empty
    assert (found.states["change"].dropna() == 0).all()
    assert not found.blocs["moved"].any()
    assert found.distance["value"].tolist() == pytest.approx([0.0, 1.0, 1.0])
    assert found.attribution["share"].sum() == 0


def test_the_numbers_are_those_of_the_ties(panel, years):
    ties = build_ties(panel)
    balance = pull_balance(ties, POLES)
    rows = rows_of(years, "pull_balance", "CHN-USA")
    for state in ("KOR", "VNM", "AUS"):
        ends = [float(balance.sel(year=y, target=state)) for y in (2016, 2018)]
        assert rows.loc[state, ["before", "after"]].tolist() == pytest.approx(ends)
        assert rows.loc[state, "change"] == pytest.approx(ends[1] - ends[0])
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


def test_every_lens_is_there_and_that_of_the_year_alone_is_that_of_all_years(years, study):
    metrics = set(years.states["metric"])
    assert {f"balance_{lens}" for lens in ("network", "income", "opinion", "bandwidth")} <= metrics
    names = ["balance_network", "balance_income", "balance_bandwidth"]
    whole = metric_results(study, names)
    for name in names:
        here = whole[(whole["metric"] == name) & (whole["year"] == 2018)].set_index("iso3")["value"]
        after = rows_of(years, name, "CHN-USA")["after"]
        assert after.to_numpy() == pytest.approx(here[after.index].to_numpy(), abs=1e-9, nan_ok=True)


def test_there_is_no_change_across_a_break(study):
    korea = rows_of(compared("2018", "2023", study), "pull_balance", "CHN-USA").loc["KOR"]
    assert korea["flag"] == "break"
    assert np.isnan(korea["change"])
    assert korea["before"] == korea["before"]


def test_ranks_are_places_by_the_balance_and_have_no_interval_without_draws(years):
    ranks = years.ranks.set_index("iso3")
    balance = rows_of(years, "pull_balance", "CHN-USA")
    for side in ("before", "after"):
        expected = balance[side].dropna().rank(ascending=False)
        assert ranks[side].to_dict() == expected.reindex(ranks.index).to_dict()
        assert ranks[[f"{side}_low", f"{side}_high"]].isna().all(axis=None)


def test_a_scenario_has_bounds_on_both_sides_of_its_change(study):
    found = compared("2018", "2018:korus_ended", study, states=bundled_registry().members("asia_pacific"))
    korea = rows_of(found, "pull_balance", "CHN-USA").loc["KOR"]
    assert korea["low"] < korea["change"] < korea["high"]
    assert found.attribution["iso3"].tolist()[:2] == ["KOR", "USA"]
    assert set(found.states["iso3"]) <= set(bundled_registry().members("asia_pacific"))
    trade = rows_of(found, "layer_trade", "CHN").loc["KOR"]
    # The weight of trade is .6; China's share of Korea's trade rises by tenths of a point.
    assert 0.001 < trade["change"] / 0.6 < 0.01
    pledge = rows_of(found, "layer_alliance", "USA").loc["KOR"]
    assert abs(pledge["change"]) < 1e-4


def test_an_edit_of_pledges_alone_depends_on_no_elasticity(study):
    side = parse_side("2018:korea_us_alliance_ended", study)
    assert side.variants == ()


def test_graphs_from_files_are_compared(study, tmp_path):
    for year in (2016, 2018):
        write_graph(build_graph(study.ties, year), tmp_path / f"{year}.graphml")
    files = compared(*(str(tmp_path / f"{year}.graphml") for year in (2016, 2018)), study)
    years = compared("2016", "2018", study)
    assert rows_of(files, "pull_balance", "CHN-USA").loc["KOR", "change"] == pytest.approx(
        rows_of(years, "pull_balance", "CHN-USA").loc["KOR", "change"]
    )
    assert files.distance["value"].to_numpy()[0] == pytest.approx(years.distance["value"].to_numpy()[0], abs=0.01)


def test_sides_that_cannot_be_are_refused(study, tmp_path):
    with pytest.raises(YearError, match="not understood"):
        parse_side("last year", study)
    with pytest.raises(YearError, match="year 2031 is not in the panel"):
        parse_side("2031", study)
    with pytest.raises(ScenarioError, match="there is no scenario 'nonsense'"):
        parse_side("2018:nonsense", study)
    with pytest.raises(SourceError, match=r"none\.graphml"):
        parse_side(str(tmp_path / "none.graphml"), study)
    (tmp_path / "two.graphml").write_text(
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed"><node id="XX1"/>'
        '<node id="XX2"/></graph></graphml>',
        encoding="utf-8",
    )
    strange = parse_side(str(tmp_path / "two.graphml"), study)
    with pytest.raises(StateError, match="share 0 states"):
        compare_sides(parse_side("2016", study), strange, study)


def test_years_of_a_panel_give_the_same_layers(panel):
    part = build_layers(panel.of_years(2016, 2016))
    whole = build_layers(panel).sel(year=[2016])
    assert np.array_equal(part.values, whole.values, equal_nan=True)


# ---- the brief ------------------------------------------------------------------------------------


def test_the_brief_has_its_parts(study):
    brief = brief_of("korus_ended", study)
    for part in ("What changes for whom", "How certain", "What it assumes", "What would change the answer", "Actual"):
        assert part in brief.text
    assert len(brief.text) < 7000
    income = brief.income.set_index("iso3")
    assert (income["low"] <= income["value"]).all()
    assert (income["value"] <= income["high"]).all()
    assert brief.income["iso3"].tolist()[:2] == ["KOR", "USA"]


def test_the_brief_compares_published_with_computed_figures(study):
    figures = brief_of("korus_ended", study).published
    exports = figures[figures["what"] == "exports"].set_index("exporter")
    assert exports.loc["KOR", "published"] == -1.32e9
    assert exports.loc["KOR", "computed"] == pytest.approx(-5.32e9, rel=0.01)
    assert exports.loc["KOR", "high"] == pytest.approx(-2.22e9, rel=0.01)
    assert exports.loc["USA", "computed"] < exports.loc["KOR", "computed"]


def test_the_brief_has_the_effect_without_tariff_peaks(study):
    text = brief_of("tpp_with_us", study).text
    assert "Without tariff peaks" in text
    assert re.search(r"New Zealand \([^)]*13 %\)", text)


def test_an_assumed_depth_carries_the_range_of_the_estimate_to_the_incomes(study):
    brief = brief_of("without_rcep", study)
    effect = agreement_effect(study.panel)
    ends = [f"agreement effect {end:g}" for end in (effect.low, effect.high)]
    assert set(ends) <= set(brief.income.columns)
    assert "estimated effect of agreements beyond tariffs" in brief.text
    korea = brief.income.set_index("iso3").loc["KOR"]
    assert korea["low"] == korea[["value", "elasticity 1.5", "elasticity 8", "without tariff peaks", *ends]].min()
    # A deeper agreement is worth more, so that to be without it costs more.
    assert korea[ends[1]] < korea["value"] < korea[ends[0]]


def test_the_brief_of_pledges_alone_leaves_trade_unchanged(study):
    brief = brief_of("korea_us_alliance_ended", study)
    assert brief.income.empty
    korea = brief.balances.set_index("iso3").loc["KOR"]
    assert korea["before"] < 0 < korea["after"]
    assert re.search(r"South Korea.*(crosses|changes)", brief.text)


def test_the_brief_is_shown_on_the_first_whole_year(panel):
    assert whole_year(panel, load_scenario("korus_ended")) == 2018
    assert whole_year(panel, load_scenario("us_china_decoupling")) == 2020
