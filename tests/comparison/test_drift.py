"""Normal variation: pencil cases, series with and without an effect, planted weights, and what is unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.optimize import minimize

from influence.comparison.drift import Window, changes, difference_in_differences, event_study, placebo_years
from influence.comparison.events import concurrent, load_events
from influence.comparison.synthetic import simplex_weights, synthetic_control
from influence.comparison.verdict import drift_verdict, period_verdict
from influence.errors import PanelError, StateError, YearError
from influence.panel.panel import load_panel
from tests.pencil import pencil_panel

YEARS = range(2000, 2021)


def walk(seed: int, states: int = 30, effect: float = 0.0) -> tuple[xr.DataArray, np.ndarray]:
    """States that move at random; the first five move by `effect` in 2011."""
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
    found = changes(values, breaks, 2004, 2007)
    assert found["S03"] == pytest.approx(
        float(values.sel(year=2007, target="S03") - values.sel(year=2004, target="S03"))
    )
    breaks[6, 3] = True
    assert np.isnan(changes(values, breaks, 2004, 2007)["S03"])
    assert np.isnan(changes(values, breaks, 2005, 2006)["S03"])
    assert not np.isnan(changes(values, breaks, 2006, 2007)["S03"])


def test_placebo_by_pencil():
    values, breaks = walk(1)
    found = placebo_years(values, breaks, GROUP, Window(2011, 2))
    mean = values.sel(target=GROUP).mean("target").to_series()
    assert found.observed == pytest.approx(mean[2012] - mean[2010])
    assert list(found.placebo.index) == [*range(2000, 2009), *range(2012, 2019)]  # none that touches 2010 to 2012
    assert found.placebo[2003] == pytest.approx(mean[2005] - mean[2003])
    assert found.p == (1 + (found.placebo.abs() >= abs(found.observed)).sum()) / (1 + len(found.placebo))


def test_without_effect_p_is_about_uniform_and_a_great_effect_is_found():
    placebo = [placebo_years(*walk(s), GROUP, EVENT).p for s in range(80)]
    apart = [difference_in_differences(*walk(s), GROUP, REST, EVENT, permutations=199, seed=s).p for s in range(80)]
    for ps in (placebo, apart):
        assert np.mean(np.array(ps) <= 0.2) == pytest.approx(0.2, abs=0.11)
    found = walk(3, effect=0.8)
    assert placebo_years(*found, GROUP, EVENT).p < 0.1
    assert difference_in_differences(*found, GROUP, REST, EVENT).p < 0.01


def test_the_range_of_the_difference_holds_the_truth():
    within = []
    for seed in range(80):
        found = difference_in_differences(*walk(seed, effect=0.5), GROUP, REST, EVENT, permutations=9)
        within.append(found.low <= 0.5 <= found.high)
    assert np.mean(within) > 0.7  # five states of a group: a bootstrap of five is a little short


def test_event_study_by_pencil():
    values, breaks = walk(4)
    found = event_study(values, breaks, GROUP, REST, 2011, leads=3, lags=2).set_index("year")
    gap = (values.sel(target=GROUP).mean("target") - values.sel(target=REST).mean("target")).to_series()
    assert found["coefficient"].to_dict() == pytest.approx({y: gap[y] - gap[2010] for y in range(2007, 2014)})
    assert found.loc[2010, ["coefficient", "low", "high"]].tolist() == [0.0, 0.0, 0.0]
    assert found["lag"].tolist() == [-4, -3, -2, -1, 0, 1, 2]
    assert (found["low"] <= found["coefficient"]).all()


def test_planted_weights_come_back_and_any_other_solver_agrees():
    rng = np.random.default_rng(5)
    donors = rng.normal(0, 1, (12, 6))
    planted = np.array([0.5, 0.3, 0.2, 0, 0, 0])
    assert simplex_weights(donors, donors @ planted) == pytest.approx(planted, abs=1e-7)
    target = rng.normal(0, 1, 12)
    found = simplex_weights(donors, target)
    theirs = minimize(
        lambda w: ((donors @ w - target) ** 2).sum(), np.full(6, 1 / 6), method="SLSQP", bounds=[(0, 1)] * 6,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1}, options={"ftol": 1e-14, "maxiter": 1000},
    )  # fmt: skip
    assert found == pytest.approx(theirs.x, abs=1e-4)
    assert ((donors @ found - target) ** 2).sum() <= theirs.fun + 1e-9
    assert found.sum() == pytest.approx(1.0)


def test_synthetic_control_finds_an_effect_and_is_untouched_by_order_and_level():
    values, breaks = walk(6, effect=1.0)
    found = synthetic_control(values, breaks, GROUP, REST, Window(2011, 3))
    assert found.gap == pytest.approx(1.0, abs=0.5)
    assert found.p < 0.1
    assert found.weights.sum() == pytest.approx(1.0, abs=0.03)
    shuffled = synthetic_control(values + 3.0, breaks, GROUP, REST[::-1], Window(2011, 3))
    assert shuffled.gap == pytest.approx(found.gap, abs=1e-4)
    assert list(found.path.index) == list(range(2000, 2014))


def test_a_break_shortens_or_ends_what_is_known():
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
    found = drift_verdict(placebo, difference, nothing, EVENT, measure="balance", group="five states")
    assert found.startswith("Not known")
    assert "Not known" in period_verdict(placebo, EVENT, ("A", "B"))


@pytest.mark.parametrize(
    ("effect", "word"), [(0.0, "Not larger than normal"), (1.0, "Larger than normal variation and")]
)
def test_the_sentence_has_the_numbers_and_names_no_cause(effect, word):
    values, breaks = walk(8, effect=effect)
    placebo = placebo_years(values, breaks, GROUP, EVENT)
    difference = difference_in_differences(values, breaks, GROUP, REST, EVENT)
    synthetic = synthetic_control(values, breaks, GROUP, REST, EVENT)
    found = drift_verdict(placebo, difference, synthetic, EVENT, measure="balance", group="five states")
    assert found.startswith(word)
    assert f"{placebo.observed:+.3f}" in found
    assert "caused" in found.split(". ")[-1]


def test_a_state_without_a_change_is_named_and_does_not_count():
    values, breaks = walk(8)
    values[:, values.indexes["target"].get_loc(REST[0])] = np.nan
    difference = difference_in_differences(values, breaks, GROUP, REST, EVENT)
    placebo, synthetic = (
        placebo_years(values, breaks, GROUP, EVENT),
        synthetic_control(values, breaks, GROUP, REST, EVENT),
    )
    found = drift_verdict(placebo, difference, synthetic, EVENT, measure="balance", group="five states")
    assert f"from {len(REST) - 1} states outside the group (1 of the {len(REST)} have no known change)" in found


def test_bad_windows_and_groups_are_refused():
    values, breaks = walk(9)
    with pytest.raises(StateError, match="none of ZZZ"):
        placebo_years(values, breaks, ["ZZZ"], EVENT)
    with pytest.raises(YearError, match="1998 to 1999 is not a period"):
        placebo_years(values, breaks, GROUP, Window(1999, 1))
    with pytest.raises(YearError, match="is not a period"):
        placebo_years(values, breaks, GROUP, Window(2011, 30))


def test_the_list_of_events_is_sound_and_has_what_else_happened():
    panel = load_panel(first_year=2016, last_year=2016)
    events = load_events(panel)
    assert (events["source"] != "").all()
    keys = set(concurrent(panel, ["VNM", "USA", "CHN"], 2016, 2018)["key"])
    assert {"us_leaves_tpp", "section_301", "tpp_signed"} <= keys
    assert "korus" not in keys
    assert "rcep" not in set(concurrent(panel, ["USA"], 2020, 2023)["key"])


def test_a_panel_of_other_states_has_no_event_that_touches_none_of_them():
    assert load_events(pencil_panel()).empty
    rows = [("2016-05-01", "own", "A pact of Gamma", "CCC USA", "pact", "source")]
    events = pd.DataFrame(rows, columns=["date", "key", "title", "states", "kind", "source"])
    (found,) = load_events(pencil_panel(**{"curated/events": events})).itertuples()
    assert (found.key, found.states) == ("own", {"CCC"})
    with pytest.raises(PanelError, match=r"events\.csv has rows with an invalid date, kind, states or key"):
        load_events(pencil_panel(**{"curated/events": events.assign(states="CCC QQQ")}))
