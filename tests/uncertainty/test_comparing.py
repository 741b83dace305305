"""Bands of a comparison: both sides drawn together, a scenario carried out again in every draw."""

from __future__ import annotations

import numpy as np
import pytest

import influence as inf
from influence.comparison.compared import compare
from influence.config import Config
from influence.draw_settings import DrawSettings
from influence.errors import ConfigError
from influence.schema import UNCERTAINTY_SOURCES
from influence.uncertainty.comparing import with_draws
from influence.uncertainty.draws import drawn_config, drawn_effect, drawn_peak
from influence.uncertainty.workers import Workers
from tests.export.pages import real_panel

POLES, CONFIG = ("CHN", "USA"), Config()
NOTHING = frozenset(UNCERTAINTY_SOURCES)


@pytest.fixture(scope="module")
def years():
    return compare("2016", "2018", real_panel(), CONFIG, POLES, "asia_pacific", ends=False)


@pytest.fixture(scope="module")
def korus():
    return compare("2018", "2018:korus_ended", real_panel(), CONFIG, POLES, "asia_pacific", ends=False)


def rows(compared, metric: str, pole: str = "CHN-USA"):
    states = compared.found.states
    return states[(states["metric"] == metric) & (states["pole"] == pole)].set_index("iso3")


def test_with_everything_fixed_the_band_is_the_change(years):
    drawn = with_draws(years, real_panel(), DrawSettings(2, fixed=NOTHING))
    told = drawn.found.states.dropna(subset=["change"])
    told = told[~told["metric"].str.contains("opinion")]  # measured with fewer random starts
    np.testing.assert_allclose(told["low"], told["change"], atol=1e-12)
    np.testing.assert_allclose(told["high"], told["change"], atol=1e-12)
    ranks = drawn.found.ranks
    np.testing.assert_array_equal(ranks["before_low"], ranks["before"])
    assert drawn.range_note == "5 to 95 % of 2 draws of nothing"


def test_a_scenario_with_everything_fixed_is_itself(korus):
    drawn = with_draws(korus, real_panel(), DrawSettings(2, fixed=NOTHING))
    for metric in ("pull_balance", "balance_network", "balance_income", "balance_bandwidth"):
        told = rows(drawn, metric).dropna(subset=["change"])
        np.testing.assert_allclose(told["low"], told["change"], atol=1e-9)
        np.testing.assert_allclose(told["high"], told["change"], atol=1e-9)


def test_what_both_sides_share_does_not_widen_the_change(years):
    """Two equal sides: whatever is drawn, nothing changes, though each balance is far from sure."""
    same = compare("2016", "2016", real_panel(), CONFIG, POLES, "asia_pacific", ends=False)
    told = with_draws(same, real_panel(), DrawSettings(6)).found.states.dropna(subset=["low"])
    assert len(told) > 500
    assert (told[["low", "high"]] == 0).all(axis=None)


def test_each_draw_carries_the_scenario_out_on_what_it_drew(korus):
    """The band of one draw is that draw: the scenario by its elasticity, effect and peaks, on its flows and weights."""
    draw_settings = DrawSettings(1, seed=3, fixed=frozenset({"flows"}))
    drawn = rows(with_draws(korus, real_panel(), draw_settings), "pull_balance")
    settings, panel = drawn_config(CONFIG, draw_settings, 0), real_panel()
    applied = inf.apply_scenario(
        panel, inf.load_scenario("korus_ended"), theta=settings.elasticity, effect=drawn_effect(draw_settings, 0),
        peak=drawn_peak(draw_settings, 0),
    )  # fmt: skip
    sides = [
        inf.pull_balance(
            inf.build_ties(
                p.of_years(2018, 2018), settings.weights, trade_base=settings.trade_base,
                capability=settings.capability, pact_strength=settings.pact_strength,
                agreement_strength=settings.agreement_strength,
            ), POLES,
        )
        for p in (panel, applied.panel)
    ]  # fmt: skip
    change = (sides[1] - sides[0]).sel(year=2018).to_series()
    for code in ("KOR", "JPN", "VNM"):
        assert drawn.loc[code, "low"] == pytest.approx(change[code], abs=1e-12)
        assert drawn.loc[code, "high"] == pytest.approx(change[code], abs=1e-12)


@pytest.mark.slow
def test_bands_ranks_and_words_of_a_scenario(korus):
    drawn = with_draws(korus, real_panel(), DrawSettings(30))
    korea = rows(drawn, "pull_balance").loc["KOR"]
    assert korea["low"] < korea["change"] < korea["high"]
    assert korea["low"] > 0  # towards China, whatever is drawn
    ranks = drawn.found.ranks
    assert (ranks["before_low"] <= ranks["before_high"]).all()
    assert (ranks["before_high"] - ranks["before_low"]).median() > 1
    assert drawn.range_note.startswith("5 to 95 % of 30 draws of layer weights, trade flows")
    assert drawn.range_note.endswith("the elasticity, the effect of agreements and tariff peaks")
    again = with_draws(korus, real_panel(), DrawSettings(30), workers=Workers(2))
    assert again.found.states.equals(drawn.found.states)
    assert again.found.ranks.equals(drawn.found.ranks)


def test_a_change_that_is_not_told_has_no_band():
    across = compare("2018", "2023", real_panel(), CONFIG, POLES, "asia_pacific", ends=False)
    states = with_draws(across, real_panel(), DrawSettings(3)).found.states
    broken = states[states["flag"] == "break"]
    assert len(broken) > 100
    assert broken[["low", "high"]].isna().all(axis=None)


def test_graphs_from_files_have_nothing_to_draw(tmp_path):
    from influence.export.graph_files import write_graph

    ties = inf.build_ties(real_panel().of_years(2016, 2018))
    paths = []
    for year in (2016, 2018):
        paths.append(tmp_path / f"{year}.graphml")
        write_graph(inf.build_graph(ties, year), paths[-1])
    compared = compare(*map(str, paths), real_panel(), CONFIG, POLES, "all", ends=False)
    assert with_draws(compared, real_panel(), DrawSettings(2)) is compared


def test_no_draws_are_refused(years):
    with pytest.raises(ConfigError, match="need from one draw"):
        with_draws(years, real_panel(), DrawSettings(0))
