"""Slopes, turning points and lasting crossings: pencil cases, other routes to the same number, the bundled panel."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import find_peaks
from scipy.stats import t as student

import influence as inf
from influence.errors import ConfigError, StateError, YearError
from influence.metrics.trends import CROSSINGS, SLOPES, TURNS, change, lasting_crossing, newey_west_lags
from influence.metrics.trends import slope as slopes
from influence.metrics.trends import turning_points as turns

NAN = np.nan


def measure_of(*series, first=2000):
    """One state a series, AAA, BBB, …; years in a row."""
    values = np.array(series, dtype=float).T
    coords = {
        "year": np.arange(first, first + len(values)),
        "target": [3 * chr(65 + i) for i in range(values.shape[1])],
    }
    return xr.DataArray(values, coords=coords, dims=("year", "target"))


def breaks_of(measure, *years):
    """Breaks in these years, for all states."""
    return xr.zeros_like(measure, dtype=bool) | measure["year"].isin(years)


def walk(seed, years=30, states=1):
    return measure_of(*np.random.default_rng(seed).normal(size=(states, years)).cumsum(axis=1))


@pytest.fixture(scope="module")
def real():
    """Balance between China and the United States in trade alone, with its breaks."""
    ties = inf.build_ties(inf.load_panel(), {"trade": 1.0})
    return inf.pull_balance(ties, ("CHN", "USA")), ties["is_break"]


# ---- changes ---------------------------------------------------------------------------------------


def test_change_from_the_year_before():
    measure = measure_of([1, 3, 6, 10])
    np.testing.assert_array_equal(change(measure, breaks_of(measure)).values[:, 0], [NAN, 2, 3, 4])


def test_change_over_the_years_ahead_is_at_its_first_year():
    measure = measure_of([1, 3, 6, 10])
    np.testing.assert_array_equal(change(measure, breaks_of(measure), 2).values[:, 0], [5, 7, NAN, NAN])


def test_no_change_across_a_break():
    measure = measure_of([1, 3, 6, 10, 15])
    np.testing.assert_array_equal(change(measure, breaks_of(measure, 2002)).values[:, 0], [NAN, 2, NAN, 4, 5])
    np.testing.assert_array_equal(change(measure, breaks_of(measure, 2002), 2).values[:, 0], [NAN, NAN, 9, NAN, NAN])


def test_changes_ahead_are_sums_of_yearly_changes():
    measure = walk(3, states=4)
    breaks = breaks_of(measure, 2010, 2021)
    yearly = change(measure, breaks)
    summed = sum(yearly.shift(year=-k) for k in (1, 2, 3))
    np.testing.assert_allclose(change(measure, breaks, 3).values, summed.values)


def test_a_negative_change_ahead_is_refused():
    measure = measure_of([1, 2])
    with pytest.raises(ConfigError, match="years ahead are -1"):
        change(measure, breaks_of(measure), -1)


# ---- slopes ----------------------------------------------------------------------------------------


def test_a_straight_line_has_its_slope_and_no_error():
    measure = measure_of([1, 3, 5, 7, 9, 11])
    row = slopes(measure, breaks_of(measure)).iloc[0]
    assert list(row[["iso3", "first", "last", "years"]]) == ["AAA", 2000, 2005, 6]
    assert row["slope"] == pytest.approx(2.0)
    assert row["se"] == pytest.approx(0.0, abs=1e-12)


def test_slope_and_error_with_a_pencil():
    """m = 0, 1, 0, 1, 0 from 2000: slope 0; residuals ∓; L = floor(4 * 0.05^(2/9)) = 2."""
    measure = measure_of([0, 1, 0, 1, 0])
    g = np.array([-2, -1, 0, 1, 2]) * (np.array([0, 1, 0, 1, 0]) - 0.4)
    long_run = g @ g + 2 * (2 / 3 * (g[1:] @ g[:-1]) + 1 / 3 * (g[2:] @ g[:-2]))
    row = slopes(measure, breaks_of(measure)).iloc[0]
    assert row["slope"] == pytest.approx(0.0)
    assert row["se"] == pytest.approx(np.sqrt(5 / 3 * long_run) / 10)
    assert row["high"] == pytest.approx(student.ppf(0.95, 3) * row["se"])
    assert row["low"] == pytest.approx(-row["high"])


@pytest.mark.parametrize("years", [5, 9, 21, 34, 80])
def test_slope_is_that_of_statsmodels(years):
    measure = walk(years, years, states=3)
    table = slopes(measure, breaks_of(measure)).set_index("iso3")
    lags = int(newey_west_lags(np.array(years)))
    for code in measure["target"].values:
        design = sm.add_constant(np.arange(years, dtype=float))
        theirs = sm.OLS(measure.sel(target=code).values, design).fit(
            cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
        )
        assert table.loc[code, "slope"] == pytest.approx(theirs.params[1], abs=1e-9)
        assert table.loc[code, "se"] == pytest.approx(theirs.bse[1], abs=1e-9)


@pytest.mark.parametrize("correlation, held", [(0.0, 0.82), (0.5, 0.68), (0.8, 0.51)])
def test_the_range_is_as_narrow_as_its_docstring_says(correlation, held):
    noise = np.random.default_rng(0).normal(size=(71, 3000))
    for year in range(1, len(noise)):
        noise[year] += correlation * noise[year - 1]
    measure = xr.DataArray(noise[50:], coords={"year": range(21), "target": np.arange(3000)}, dims=("year", "target"))
    table = slopes(measure, breaks_of(measure))
    assert ((table["low"] <= 0) & (table["high"] >= 0)).mean() == pytest.approx(held, abs=0.03)


def test_a_break_and_a_gap_end_a_stretch():
    measure = measure_of([0, 1, 2, 3, 4, 14, 13, 12, 11, 10, NAN, 0, 5, 0])
    table = slopes(measure, breaks_of(measure, 2005), least=3)
    assert table[["first", "last", "years"]].to_numpy().tolist() == [[2000, 2004, 5], [2005, 2009, 5], [2011, 2013, 3]]
    np.testing.assert_allclose(table["slope"], [1, -1, 0], atol=1e-12)


def test_years_left_out_of_the_labels_end_a_stretch():
    measure = measure_of(np.arange(12.0)).drop_sel(year=2006)
    assert slopes(measure, breaks_of(measure))[["first", "last"]].to_numpy().tolist() == [[2000, 2005], [2007, 2011]]


def test_stretches_are_measured_apart():
    """A state's slope is the same whichever states are beside it."""
    measure = walk(5, states=4)
    breaks = breaks_of(measure, 2012)
    alone = [slopes(measure.isel(target=[i]), breaks.isel(target=[i])) for i in range(4)]
    pd.testing.assert_frame_equal(slopes(measure, breaks), pd.concat(alone, ignore_index=True))


@given(st.integers(0, 1000), st.floats(-5, 5), st.floats(0.1, 10))
def test_slope_follows_scale_and_shift(seed, shift, scale):
    measure = walk(seed, 12)
    plain, moved = (slopes(m, breaks_of(m)) for m in (measure, scale * measure + shift))
    np.testing.assert_allclose(moved[["slope", "se"]], scale * plain[["slope", "se"]], rtol=1e-6, atol=1e-9)


def test_short_stretches_have_no_row_and_nothing_is_an_empty_table():
    measure = measure_of([1, 2, 3, 4], [NAN] * 4)
    none = slopes(measure, breaks_of(measure))
    assert none.empty
    assert list(none.columns) == SLOPES
    assert slopes(measure.isel(target=[1]), breaks_of(measure.isel(target=[1]))).empty
    with pytest.raises(ConfigError, match="3 years or more; least is 2"):
        slopes(measure, breaks_of(measure), least=2)


# ---- turning points --------------------------------------------------------------------------------


def turns_of(series, least=None, *years):
    measure = measure_of(series)
    table = turns(measure, breaks_of(measure, *years), least)
    assert list(table.columns) == TURNS
    return list(table[["year", "kind"]].itertuples(index=False, name=None))


def test_turns_with_a_pencil():
    assert turns_of([0, 3, 1, 2, 5, 0], 2) == [(2001, "peak"), (2002, "trough"), (2004, "peak")]
    assert turns_of([0, 3, 1, 2, 5, 0], 3) == [(2004, "peak")]


def test_ends_of_a_stretch_are_no_turns():
    assert turns_of([5, 4, 3, 2, 1], 1) == []
    assert turns_of([5, 1, 5], 1) == [(2001, "trough")]


def test_a_plateau_counts_in_its_first_year():
    assert turns_of([0, 2, 2, 0], 1) == [(2001, "peak")]


def test_a_turn_is_not_seen_across_a_break():
    assert turns_of([0, 1, 2, 1, 0], 1, 2003) == []
    assert turns_of([0, 1, 2, NAN, 1, 0], 1) == []


def test_by_default_an_ordinary_year_is_no_turn():
    """The median yearly change is 1, so a turn must move by 2 on both sides."""
    assert turns_of([0, 1, 2, 1, 2, 3, 4]) == []
    assert turns_of([0, 1, 2, 0, 1, 2, 3, 0]) == [(2002, "peak"), (2003, "trough"), (2006, "peak")]


def test_a_still_series_does_not_turn():
    assert turns_of([1, 1, 1, 1]) == []
    assert turns_of([1, 1, 1, 1], 0) == []


@given(st.lists(st.integers(-6, 6), min_size=3, max_size=30), st.integers(1, 6))
def test_turns_are_what_the_definition_says(series, least):
    measure = measure_of(series)
    table = turns(measure, breaks_of(measure), least)
    result = {kind: set(rows["year"] - 2000) for kind, rows in table.groupby("kind")}
    assert result.get("peak", set()) == peaks_by_definition(series, least)
    assert result.get("trough", set()) == peaks_by_definition([-v for v in series], least)
    assert all(a != b for a, b in zip(table["kind"], table["kind"][1:], strict=False))


def peaks_by_definition(series, least):
    return {
        at
        for at, top in enumerate(series)
        if falls(reversed(series[:at]), top, least, first=True) and falls(series[at + 1 :], top, least)
    }


def falls(series, top, least, first=False):
    """Whether a series falls by `least` from the top before it exceeds it, or, for the first of equals, reaches it."""
    for value in series:
        if value <= top - least:
            return True
        if value > top or (first and value == top):
            return False
    return False


@pytest.mark.parametrize("seed", range(5))
def test_turns_are_scipy_s_peaks_of_that_prominence(seed):
    measure = walk(seed, 60)
    table = turns(measure, breaks_of(measure), 1.5)
    for kind, sign in (("peak", 1), ("trough", -1)):
        theirs, _ = find_peaks(sign * measure.values[:, 0], prominence=1.5)
        assert (table.loc[table["kind"] == kind, "year"] - 2000).tolist() == theirs.tolist()


@pytest.mark.parametrize("least", [-1.0, NAN, np.inf])
def test_how_far_a_turn_moves_must_make_sense(least):
    measure = measure_of([1, 2, 1])
    with pytest.raises(ConfigError, match="how far a series must move"):
        turns(measure, breaks_of(measure), least)


# ---- lasting crossings -----------------------------------------------------------------------------


def crossing_of(series, *years):
    measure = measure_of(series)
    table = lasting_crossing(measure, breaks_of(measure, *years))
    assert list(table.columns) == CROSSINGS
    assert len(table) <= 1
    return None if table.empty else table.iloc[0]


def test_the_last_of_several_crossings_is_the_lasting_one():
    row = crossing_of([-3, 1, -2, 4, 5])
    assert row.to_dict() == {
        "iso3": "AAA", "year": 2003, "first": 2000, "last": 2004, "direction": 1, "before": -2.0, "after": 4.0,
        "observed_to": 2004, "holds": True,
    }  # fmt: skip


def test_a_crossing_downwards():
    row = crossing_of([2, 1, -1])
    assert (row["year"], row["direction"]) == (2002, -1)


def test_without_a_change_of_sign_there_is_none():
    assert crossing_of([1, 2, 3]) is None
    assert crossing_of([NAN, NAN]) is None
    assert crossing_of([0, 0, 0]) is None


def test_zero_is_on_neither_side():
    assert crossing_of([1, 0, 2]) is None
    row = crossing_of([-1, 0, 2])
    assert (row["year"], row["before"], row["after"]) == (2002, -1.0, 2.0)
    assert bool(crossing_of([-1, 1, 0, 0])["holds"])
    assert crossing_of([0, 1, 1]) is None


def test_a_crossing_at_a_break_or_a_gap_has_no_year():
    assert crossing_of([-1, -1, 1, 1], 2002) is None
    assert crossing_of([-1, NAN, 1, 1]) is None


def test_a_crossing_must_outlive_later_breaks():
    held = crossing_of([-1, 1, 1, 2, 2], 2003)
    assert (held["year"], held["last"], held["observed_to"], held["holds"]) == (2001, 2002, 2004, True)
    assert not crossing_of([-1, 1, 1, -2, -2], 2003)["holds"]


def test_a_crossing_undone_behind_a_break_stays_undone_if_the_sign_returns():
    assert not crossing_of([-1, 1, -2, 2], 2002, 2003)["holds"]


def test_a_later_crossing_inside_a_stretch_takes_its_place():
    row = crossing_of([-1, 1, -2, 2, 3], 2002)
    assert (row["year"], row["first"], row["holds"]) == (2003, 2002, True)


@given(st.lists(st.integers(-2, 2), min_size=2, max_size=15), st.sets(st.integers(1, 14), max_size=3))
def test_crossings_are_those_of_a_plain_loop(series, cuts):
    row = crossing_of(series, *(2000 + cut for cut in cuts))
    last, holds, before = None, True, None
    for at, value in enumerate(series):
        if value == 0:
            continue
        if before is not None and np.sign(value) != np.sign(series[before]):
            if cuts & set(range(before + 1, at + 1)):
                holds = False
            else:
                last, holds = at, True
        before = at
    assert (None if row is None else (row["year"] - 2000, row["holds"])) == (None if last is None else (last, holds))


@given(st.integers(0, 1000))
def test_swapping_the_poles_turns_the_direction_alone(seed):
    measure = walk(seed, 20, states=3)
    breaks = breaks_of(measure, 2008)
    one, other = lasting_crossing(measure, breaks), lasting_crossing(-measure, breaks)
    pd.testing.assert_frame_equal(one.drop(columns=["direction", "before", "after"]),
                                  other.drop(columns=["direction", "before", "after"]))  # fmt: skip
    np.testing.assert_array_equal(one["direction"], -other["direction"])


# ---- whoever asks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("trend", [slopes, turns, lasting_crossing, change])
def test_breaks_of_other_years_or_states_are_refused(trend):
    measure = measure_of([1, 2, 3, 4, 5, 6])
    breaks = breaks_of(measure)
    with pytest.raises(YearError, match="do not have the years of the measure"):
        trend(measure, breaks.isel(year=slice(1, None)))
    with pytest.raises(StateError, match="do not have the states of the measure"):
        trend(measure, breaks.assign_coords(target=["ZZZ"]))


@pytest.mark.parametrize("trend", [slopes, turns, lasting_crossing, change])
def test_the_order_of_dimensions_does_not_matter_and_nothing_is_written_into(trend):
    measure = walk(1, states=3)
    breaks = breaks_of(measure, 2010)
    kept = measure.copy(deep=True)
    plain, turned = trend(measure, breaks), trend(measure.T, breaks.T)
    assert plain.equals(turned)
    assert measure.identical(kept)


def test_published_crossings_of_trade(real):
    years = lasting_crossing(*real).set_index("iso3")
    assert years.loc[["KOR", "JPN", "AUS"], "year"].to_dict() == {"KOR": 2004, "JPN": 2007, "AUS": 2005}
    assert years.loc[["KOR", "JPN", "AUS"], "holds"].all()
    assert (years.loc[["KOR", "JPN", "AUS"], "direction"] == 1).all()


def test_no_row_of_the_panel_reaches_across_a_break(real):
    balance, breaks = real
    found = [slopes(balance, breaks), lasting_crossing(balance, breaks)]
    for row in pd.concat(found)[["iso3", "first", "last"]].itertuples():
        inside = breaks.sel(target=row.iso3, year=slice(row.first + 1, row.last))
        assert not inside.any(), row
