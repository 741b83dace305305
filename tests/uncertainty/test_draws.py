"""What a draw draws: with a pencil, by its distribution, and that the same number is the same draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import influence as inf
from influence.draw_settings import DrawSettings, check_draw_settings
from influence.errors import ConfigError
from influence.scenario.effects import agreement_effect
from influence.schema import ELASTICITY_RANGE, TARIFF_PEAK, UNCERTAINTY_SOURCES
from influence.uncertainty.draws import drawn_effect, drawn_method, drawn_peak, drawn_study, flow_factors, flows_of
from influence.uncertainty.mirror import PERSISTENCE, mirror_spread
from tests.pencil import pencil_panel
from tests.uncertainty.draw_cases import METHOD, NOTHING, only, pencil_study

STUDY = pencil_study()


def test_a_draw_is_the_same_alone_or_among_many_and_fixing_one_source_leaves_the_others():
    whole = [drawn_method(STUDY, DrawSettings(), number) for number in range(5)]
    assert drawn_method(STUDY, DrawSettings(), 3) == whole[3]
    assert len({drawn.weights["trade"] for drawn in whole}) == 5
    fixed = drawn_method(STUDY, DrawSettings(fixed=frozenset({"weights"})), 3)
    assert fixed.weights == dict(METHOD.weights)
    for name in ("trade_base", "capability", "pact_strength", "agreement_strength", "elasticity"):
        assert getattr(fixed, name) == getattr(whole[3], name)
    assert drawn_method(STUDY, DrawSettings(seed=1), 3) != whole[3]


def test_with_everything_fixed_a_draw_is_the_method():
    draw_settings = DrawSettings(fixed=NOTHING)
    assert drawn_method(STUDY, draw_settings, 7) == METHOD
    panel = STUDY.panel
    assert drawn_effect(panel, draw_settings, 7) is None
    assert drawn_peak(draw_settings, 7) is None
    assert flows_of(panel, mirror_spread(panel).sd, draw_settings, 7) is panel


def test_a_draw_may_take_each_source_from_another():
    mixed = {**dict.fromkeys(UNCERTAINTY_SOURCES, 2), "weights": 5}
    drawn = drawn_method(STUDY, DrawSettings(), mixed)
    assert drawn.weights == drawn_method(STUDY, DrawSettings(), 5).weights
    assert drawn.pact_strength == drawn_method(STUDY, DrawSettings(), 2).pact_strength
    spread = np.full((4, 4), 0.3)
    factors = flow_factors(spread, DrawSettings(), mixed, [2016])
    np.testing.assert_array_equal(factors, flow_factors(spread, DrawSettings(), 2, [2016]))


def test_weights_are_a_dirichlet_around_those_of_the_method():
    draw_settings = only("weights", concentration=50.0)
    weights = [drawn_method(STUDY, draw_settings, n).weights for n in range(4000)]
    # Troops have no weight in the method, and so in no draw.
    assert all(list(each) == ["trade", "alliance", "agreement"] for each in weights)
    drawn = np.array([[*each.values()] for each in weights])
    assert drawn.sum(axis=1) == pytest.approx(1.0)
    assert drawn.mean(axis=0) == pytest.approx([0.6, 0.3, 0.1], abs=0.006)
    # Variance of a share of a Dirichlet: w (1 - w) / (concentration + 1).
    assert drawn.var(axis=0) == pytest.approx([0.24 / 51, 0.21 / 51, 0.09 / 51], rel=0.1)


def test_strengths_are_triangular_around_those_of_the_method_and_zero_stays_zero():
    drawn = [drawn_method(STUDY, DrawSettings(), number) for number in range(3000)]
    defence = np.array([d.pact_strength["defence"] for d in drawn])
    partial = np.array([d.agreement_strength["partial"] for d in drawn])
    assert all(d.pact_strength["consultation"] == 0.0 for d in drawn)
    # From .5 to 1 with the mode at 1: mean (.5 + 1 + 1) / 3. From .125 to .375 with the mode at .25: mean .25.
    assert defence.min() >= 0.5
    assert defence.max() <= 1.0
    assert defence.mean() == pytest.approx(2.5 / 3, abs=0.006)
    assert defence.var() == pytest.approx(0.25 / 18, rel=0.08)  # (a² + b² + c² - ab - ac - bc) / 18
    assert partial.min() >= 0.125
    assert partial.max() <= 0.375
    assert partial.mean() == pytest.approx(0.25, abs=0.004)


def test_each_definition_is_equally_likely():
    drawn = [drawn_method(STUDY, DrawSettings(), number) for number in range(3000)]
    bases, counts = np.unique([d.trade_base for d in drawn], return_counts=True)
    assert list(bases) == ["exports", "imports", "two_way"]
    assert counts / 3000 == pytest.approx([1 / 3] * 3, abs=0.03)
    assert np.mean([d.capability == "gdp" for d in drawn]) == pytest.approx(0.5, abs=0.03)
    peaks = [drawn_peak(DrawSettings(), number) for number in range(3000)]
    assert set(peaks) == {None, TARIFF_PEAK}
    assert np.mean([p is None for p in peaks]) == pytest.approx(0.5, abs=0.03)


def test_the_elasticity_has_the_range_of_the_design_and_its_median():
    drawn = np.array([drawn_method(STUDY, DrawSettings(), number).elasticity for number in range(4000)])
    low, median, high = np.quantile(drawn, (0.05, 0.5, 0.95))
    assert (low, median, high) == pytest.approx((ELASTICITY_RANGE[0], 4.0, ELASTICITY_RANGE[-1]), rel=0.06)


def test_the_effect_of_agreements_has_the_range_of_its_estimate():
    drawn = np.array([drawn_effect(STUDY.panel, DrawSettings(), number) for number in range(4000)])
    estimate = agreement_effect(STUDY.panel)
    assert drawn.mean() == pytest.approx(estimate.coefficient, abs=0.003)
    assert np.quantile(drawn, 0.95) - np.quantile(drawn, 0.05) == pytest.approx(estimate.high - estimate.low, rel=0.06)


def test_flows_are_lognormal_around_the_observed_and_most_of_it_stays_with_the_pair():
    factors = np.stack([flow_factors(np.full((4, 4), 0.3), DrawSettings(), n, [2016, 2017]) for n in range(4000)])
    ratio = np.log(factors)[:, :, 0, 1]
    assert ratio.mean(axis=0) == pytest.approx([0.0, 0.0], abs=0.02)
    assert ratio.std(axis=0) == pytest.approx([0.3, 0.3], rel=0.05)
    assert np.corrcoef(ratio.T)[0, 1] == pytest.approx(PERSISTENCE, abs=0.03)


def test_a_year_is_drawn_alike_alone_or_among_others():
    spread = np.full((4, 4), 0.3)
    both = flow_factors(spread, DrawSettings(), 3, [2016, 2017])
    np.testing.assert_array_equal(flow_factors(spread, DrawSettings(), 3, [2017])[0], both[1])


def test_drawn_flows_keep_zero_and_missing_and_carry_the_totals_along():
    panel = pencil_panel()
    sd = mirror_spread(panel).sd * 0 + 0.3
    drawn = flows_of(panel, sd, DrawSettings(), 1)
    before, after = panel.trade["export_usd"].values, drawn.trade["export_usd"].values
    assert (after[0][before[0] == 0] == 0).all()
    np.testing.assert_array_equal(np.isnan(after), np.isnan(before))
    moved = np.nan_to_num(after - before).sum(axis=2)
    change = drawn.totals["export_usd"].values - panel.totals["export_usd"].values
    np.testing.assert_allclose(np.nan_to_num(change), np.where(np.isnan(change), 0, moved), atol=1e-9)


def test_weights_alone_move_the_pull_as_the_layers_say():
    """Portfolios are linear: the pull of a draw is its weights times the layers' shares."""
    panel, draw_settings = STUDY.panel, only("weights", draws=6)
    layers = inf.build_layers(panel).sel(year=2016, source="AAA", target="CCC").fillna(0.0)
    for number in range(6):
        study = drawn_study(STUDY, panel, draw_settings, number)
        pull = study.metric("pull_direct").sel(pole="AAA", year=2016, target="CCC")
        wanted = sum(weight * float(layers.sel(layer=name)) for name, weight in study.method.weights.items())
        assert float(pull) == pytest.approx(wanted, abs=1e-12)


@given(st.integers(0, 2**31 - 1), st.integers(0, 10_000))
def test_every_seed_and_number_gives_a_possible_method(seed, number):
    drawn = drawn_method(STUDY, DrawSettings(seed=seed), number)
    assert sum(drawn.weights.values()) == pytest.approx(1.0)
    assert 0 < drawn.elasticity < 100
    assert all(0 <= s <= 1 for s in (*drawn.pact_strength.values(), *drawn.agreement_strength.values()))


@pytest.mark.parametrize(
    "draw_settings, message",
    [
        (DrawSettings(draws=0), "10,000, not 0; leave the ranges out, or ask for 200"),
        (DrawSettings(draws=20_000), "10,000, not 20,000"),
        (DrawSettings(concentration=-1.0), "concentration must be a number above 0, not -1.0"),
        (DrawSettings(concentration=float("nan")), "concentration must be a number above 0"),
        (DrawSettings(fixed=frozenset({"wieghts"})), "no source of .* 'wieghts'; .*: weights, flows"),
    ],
)
def test_bad_draw_settings_are_refused_with_a_sentence(draw_settings, message):
    with pytest.raises(ConfigError, match=message):
        check_draw_settings(draw_settings)
