"""Ranges of a comparison: both sides drawn together, a scenario applied again in every draw."""

from __future__ import annotations

import numpy as np
import pytest

import influence as inf
from influence.comparison.compared import compare
from influence.draw_settings import DrawSettings
from influence.errors import ConfigError
from influence.schema import UNCERTAINTY_SOURCES
from influence.uncertainty.comparing import with_draws
from influence.uncertainty.draws import drawn_effect, drawn_method, drawn_peak
from influence.uncertainty.workers import Workers

NOTHING = frozenset(UNCERTAINTY_SOURCES)


@pytest.fixture(scope="module")
def study():
    return inf.load_study(region="asia_pacific")


@pytest.fixture(scope="module")
def years(study):
    return compare("2016", "2018", study, bounds=False)


@pytest.fixture(scope="module")
def korus(study):
    return compare("2018", "2018:korus_ended", study, bounds=False)


def rows(compared, metric: str, pole: str = "CHN-USA"):
    states = compared.found.states
    return states[(states["metric"] == metric) & (states["pole"] == pole)].set_index("iso3")


def test_with_everything_fixed_the_range_is_the_change(years):
    drawn = with_draws(years, DrawSettings(2, fixed=NOTHING))
    known = drawn.found.states.dropna(subset=["change"])
    known = known[~known["metric"].str.contains("opinion")]  # measured with fewer random starts
    np.testing.assert_allclose(known["low"], known["change"], atol=1e-12)
    np.testing.assert_allclose(known["high"], known["change"], atol=1e-12)
    ranks = drawn.found.ranks
    np.testing.assert_array_equal(ranks["before_low"], ranks["before"])
    assert drawn.range_note == "5 to 95 % of 2 draws of nothing"


def test_a_scenario_with_everything_fixed_is_itself(korus):
    drawn = with_draws(korus, DrawSettings(2, fixed=NOTHING))
    for metric in ("pull_balance", "balance_network", "balance_income", "balance_bandwidth"):
        known = rows(drawn, metric).dropna(subset=["change"])
        np.testing.assert_allclose(known["low"], known["change"], atol=1e-9)
        np.testing.assert_allclose(known["high"], known["change"], atol=1e-9)


def test_what_both_sides_share_does_not_widen_the_change(study):
    """Two equal sides: whatever is drawn, nothing changes, though each balance is uncertain."""
    same = compare("2016", "2016", study, bounds=False)
    drawn = with_draws(same, DrawSettings(6)).found.states.dropna(subset=["low"])
    assert len(drawn) > 500
    assert (drawn[["low", "high"]] == 0).all(axis=None)


def test_each_draw_applies_the_scenario_to_what_it_drew(study, korus):
    """The range of one draw is that draw: the scenario by its elasticity, effect and peaks, its flows and weights."""
    draw_settings = DrawSettings(1, seed=3, fixed=frozenset({"flows"}))
    drawn = rows(with_draws(korus, draw_settings), "pull_balance")
    method, panel = drawn_method(study, draw_settings, 0), study.panel
    applied = inf.apply_scenario(
        panel, inf.load_scenario("korus_ended"), theta=method.elasticity, effect=drawn_effect(panel, draw_settings, 0),
        peak=drawn_peak(draw_settings, 0),
    )  # fmt: skip
    sides = [
        inf.pull_balance(inf.build_ties(p.of_years(2018, 2018), method.weights, **method.layer_choices), study.pair)
        for p in (panel, applied.panel)
    ]
    change = (sides[1] - sides[0]).sel(year=2018).to_series()
    for code in ("KOR", "JPN", "VNM"):
        assert drawn.loc[code, "low"] == pytest.approx(change[code], abs=1e-12)
        assert drawn.loc[code, "high"] == pytest.approx(change[code], abs=1e-12)


@pytest.mark.slow
def test_ranges_ranks_and_words_of_a_scenario(korus):
    drawn = with_draws(korus, DrawSettings(30))
    korea = rows(drawn, "pull_balance").loc["KOR"]
    assert korea["low"] < korea["change"] < korea["high"]
    assert korea["low"] > 0  # towards China, whatever is drawn
    ranks = drawn.found.ranks
    assert (ranks["before_low"] <= ranks["before_high"]).all()
    assert (ranks["before_high"] - ranks["before_low"]).median() > 1
    assert drawn.range_note.startswith("5 to 95 % of 30 draws of layer weights, trade flows")
    assert drawn.range_note.endswith("the elasticity, the effect of agreements and tariff peaks")
    again = with_draws(korus, DrawSettings(30), workers=Workers(2))
    assert again.found.states.equals(drawn.found.states)
    assert again.found.ranks.equals(drawn.found.ranks)


def test_a_change_across_a_break_has_no_range(study):
    across = compare("2018", "2023", study, bounds=False)
    states = with_draws(across, DrawSettings(3)).found.states
    broken = states[states["flag"] == "break"]
    assert len(broken) > 100
    assert broken[["low", "high"]].isna().all(axis=None)


def test_graphs_from_files_have_nothing_to_draw(study, tmp_path):
    from influence.export.graph_files import write_graph

    ties = study.of_years(2016, 2018).ties
    paths = []
    for year in (2016, 2018):
        paths.append(tmp_path / f"{year}.graphml")
        write_graph(inf.build_graph(ties, year), paths[-1])
    compared = compare(*map(str, paths), study, bounds=False)
    assert with_draws(compared, DrawSettings(2)) is compared


def test_no_draws_are_refused(years):
    with pytest.raises(ConfigError, match="not 0"):
        with_draws(years, DrawSettings(0))
