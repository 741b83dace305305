"""Drift: pencil cases, worlds with and without an effect, planted weights, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from scipy.optimize import minimize

from influence.comparison.drift import Window, changes, difference_in_differences, event_study, placebo_years
from influence.comparison.events import concurrent, load_events
from influence.comparison.synthetic import simplex_weights, synthetic_control
from influence.comparison.verdict import drift_verdict, period_verdict
from influence.errors import StateError, YearError

YEARS = range(2000, 2021)


def walk(seed: int, states: int = 30, effect: float = 0.0) -> tuple[xr.DataArray, np.ndarray]:
    """States that drift at random; the first five move by `effect` in 2011."""
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 0.1, (len(YEARS), states)).cumsum(axis=0)
    values[11:, :5] += effect
    codes = [f"S{i:02d}" for i in range(states)]
    array = xr.DataArray(values, coords={"year": list(YEARS), "target": codes}, dims=("year", "target"))
    return array, np.zeros(values.shape, dtype=bool)


GROUP, REST = [f"S{i:02d}" for i in range(5)], [f"S{i:02d}" for i in range(5, 30)]
EVENT = Window(2011, 1)


def test_changes_by_pencil_and_never_across_a_break():
    values, breaks = walk(0)
    told = changes(values, breaks, 2004, 2007)
    assert told["S03"] == pytest.approx(
        float(values.sel(year=2007, target="S03") - values.sel(year=2004, target="S03"))
    )
    breaks[6, 3] = True
    assert np.isnan(changes(values, breaks, 2004, 2007)["S03"])
    assert np.isnan(changes(values, breaks, 2005, 2006)["S03"])
    assert not np.isnan(changes(values, breaks, 2006, 2007)["S03"])


def test_placebo_by_pencil():
    values, breaks = walk(1)
    told = placebo_years(values, breaks, GROUP, Window(2011, 2))
    mean = values.sel(target=GROUP).mean("target").to_series()
    assert told.observed == pytest.approx(mean[2012] - mean[2010])
    assert list(told.placebo.index) == [*range(2000, 2009), *range(2012, 2019)]  # none that touches 2010 to 2012
    assert told.placebo[2003] == pytest.approx(mean[2005] - mean[2003])
    assert told.p == (1 + (told.placebo.abs() >= abs(told.observed)).sum()) / (1 + len(told.placebo))


def test_without_effect_p_is_about_uniform_and_a_great_effect_is_found():
    placebo = [placebo_years(*walk(s), GROUP, EVENT).p for s in range(80)]
    apart = [difference_in_differences(*walk(s), GROUP, REST, EVENT, permutations=199, seed=s).p for s in range(80)]
    for ps in (placebo, apart):
        assert np.mean(np.array(ps) <= 0.2) == pytest.approx(0.2, abs=0.11)
    found = walk(3, effect=0.8)
    assert placebo_years(*found, GROUP, EVENT).p < 0.1
    assert difference_in_differences(*found, GROUP, REST, EVENT).p < 0.01


def test_the_band_of_the_difference_holds_the_truth():
    held = []
    for seed in range(80):
        told = difference_in_differences(*walk(seed, effect=0.5), GROUP, REST, EVENT, permutations=9)
        held.append(told.low <= 0.5 <= told.high)
    assert np.mean(held) > 0.7  # five states of a group: a bootstrap of five is a little short


def test_event_study_by_pencil():
    values, breaks = walk(4)
    told = event_study(values, breaks, GROUP, REST, 2011, leads=3, lags=2).set_index("year")
    gap = (values.sel(target=GROUP).mean("target") - values.sel(target=REST).mean("target")).to_series()
    assert told["coefficient"].to_dict() == pytest.approx({y: gap[y] - gap[2010] for y in range(2007, 2014)})
    assert told.loc[2010, ["coefficient", "low", "high"]].tolist() == [0.0, 0.0, 0.0]
    assert told["lag"].tolist() == [-4, -3, -2, -1, 0, 1, 2]
    assert (told["low"] <= told["coefficient"]).all()


def test_planted_weights_come_back_and_any_other_solver_agrees():
    rng = np.random.default_rng(5)
    donors = rng.normal(0, 1, (12, 6))
    planted = np.array([0.5, 0.3, 0.2, 0, 0, 0])
    assert simplex_weights(donors, donors @ planted) == pytest.approx(planted, abs=1e-7)
    target = rng.normal(0, 1, 12)
    ours = simplex_weights(donors, target)
    theirs = minimize(
        lambda w: ((donors @ w - target) ** 2).sum(), np.full(6, 1 / 6), method="SLSQP", bounds=[(0, 1)] * 6,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1}, options={"ftol": 1e-14, "maxiter": 1000},
    )  # fmt: skip
    assert ours == pytest.approx(theirs.x, abs=1e-4)
    assert ((donors @ ours - target) ** 2).sum() <= theirs.fun + 1e-9
    assert ours.sum() == pytest.approx(1.0)


def test_synthetic_control_finds_an_effect_and_is_untouched_by_order_and_level():
    values, breaks = walk(6, effect=1.0)
    told = synthetic_control(values, breaks, GROUP, REST, Window(2011, 3))
    assert told.gap == pytest.approx(1.0, abs=0.5)
    assert told.p < 0.1
    assert told.weights.sum() == pytest.approx(1.0, abs=0.03)
    shuffled = synthetic_control(values + 3.0, breaks, GROUP, REST[::-1], Window(2011, 3))
    assert shuffled.gap == pytest.approx(told.gap, abs=1e-4)
    assert list(told.path.index) == list(range(2000, 2014))


def test_a_break_shortens_or_ends_what_can_be_told():
    values, breaks = walk(7)
    breaks[8] = True
    nothing = synthetic_control(values, breaks, GROUP, REST, EVENT)
    assert np.isnan(nothing.p)
    breaks[8] = False
    breaks[11] = True
    placebo = placebo_years(values, breaks, GROUP, EVENT)
    difference = difference_in_differences(values, breaks, GROUP, REST, EVENT)
    assert np.isnan(placebo.p)
    assert np.isnan(difference.p)
    told = drift_verdict(placebo, difference, nothing, EVENT, measure="balance", group="five states")
    assert told.startswith("Not enough data")
    assert "Not enough data" in period_verdict(placebo, EVENT, ("A", "B"))


@pytest.mark.parametrize(
    ("effect", "word"), [(0.0, "Not larger than normal variation"), (1.0, "Larger than normal variation")]
)
def test_the_sentence_says_what_the_numbers_say_and_names_no_cause(effect, word):
    values, breaks = walk(8, effect=effect)
    placebo = placebo_years(values, breaks, GROUP, EVENT)
    difference = difference_in_differences(values, breaks, GROUP, REST, EVENT)
    synthetic = synthetic_control(values, breaks, GROUP, REST, EVENT)
    told = drift_verdict(placebo, difference, synthetic, EVENT, measure="balance", group="five states")
    assert told.startswith(word)
    assert f"{placebo.observed:+.3f}" in told
    assert told.endswith("None of this says what caused it.")


def test_a_state_without_a_change_is_told_and_does_not_count():
    values, breaks = walk(8)
    values[:, values.indexes["target"].get_loc(REST[0])] = np.nan
    difference = difference_in_differences(values, breaks, GROUP, REST, EVENT)
    placebo, synthetic = (
        placebo_years(values, breaks, GROUP, EVENT),
        synthetic_control(values, breaks, GROUP, REST, EVENT),
    )
    told = drift_verdict(placebo, difference, synthetic, EVENT, measure="balance", group="five states")
    assert f"Compared with {len(REST) - 1} states outside (1 of the {len(REST)} have no observed change)" in told


def test_bad_windows_and_groups_are_told():
    values, breaks = walk(9)
    with pytest.raises(StateError, match="none of ZZZ"):
        placebo_years(values, breaks, ["ZZZ"], EVENT)
    with pytest.raises(YearError, match="1998 to 1999 is not a period"):
        placebo_years(values, breaks, GROUP, Window(1999, 1))
    with pytest.raises(YearError, match="is not a period"):
        placebo_years(values, breaks, GROUP, Window(2011, 30))


def test_the_list_of_events_is_sound_and_tells_what_else_happened():
    events = load_events()
    assert (events["source"] != "").all()
    keys = set(concurrent(["VNM", "USA", "CHN"], 2016, 2018)["key"])
    assert {"us_leaves_tpp", "section_301", "tpp_signed"} <= keys
    assert "korus" not in keys
    assert "rcep" not in set(concurrent(["USA"], 2020, 2023)["key"])
