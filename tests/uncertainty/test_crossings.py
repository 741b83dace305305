"""Years of crossings over draws: with a pencil, and draw by draw against the trend's one function."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from influence.metrics.trends import lasting_crossing
from influence.uncertainty.crossings import MISSING, crossing_years, signs_of

NAN = float("nan")


def measure(values: np.ndarray, kind: type = float) -> xr.DataArray:
    """Values (year, state) from 2000 on."""
    labels = {"year": list(range(2000, 2000 + len(values))), "target": [f"S{i}" for i in range(values.shape[1])]}
    return xr.DataArray(values.astype(kind), coords=labels, dims=("year", "target"))


def one_state(settings: list[float], draws: list[list[float]], breaks: list[int] | None = None):
    years = len(settings)
    broken = measure(np.zeros((years, 1)) if breaks is None else np.array(breaks)[:, None], bool)
    signs = signs_of(np.array(draws)[:, :, None])
    return crossing_years(signs, measure(np.array(settings)[:, None]), broken)


def test_signs_keep_missing_apart_from_level():
    np.testing.assert_array_equal(signs_of(np.array([0.2, -0.1, 0.0, NAN])), [1, -1, 0, MISSING])


def test_the_distribution_with_a_pencil():
    """Of ten draws: six cross in 2002, one in 2003, one leads from the start, two never lead at the end."""
    before, cross2, cross3, never = [1, 1, 1, 1], [-1, -1, 1, 1], [-1, -1, -1, 1], [-1, -1, -1, -1]
    found = one_state([-1, -1, 1, 1], [before, *[cross2] * 6, cross3, never, never])
    row = found.years.iloc[0]
    assert (row["iso3"], row["direction"], row["year"], row["draws"]) == ("S0", 1, 2002, 10)
    assert (row["before"], row["crosses"], row["not_yet"], row["undated"]) == pytest.approx((0.1, 0.7, 0.2, 0.0))
    # Mid-distribution: start .05, 2002 .4, 2003 .75, not yet .9.
    assert np.isnan(row["low"])
    assert row["median"] == 2002
    assert np.isnan(row["high"])
    assert found.probabilities[["year", "share"]].to_numpy().tolist() == [[2002, 0.6], [2003, 0.1]]


def test_a_change_of_sign_across_a_break_has_no_year():
    across = [[-1, -1, 1, 1]] * 3 + [[-1, 1, 1, 1]]
    row = one_state([-1, 1, 1, 1], across, [0, 0, 1, 0]).years.iloc[0]
    assert (row["crosses"], row["undated"]) == pytest.approx((0.25, 0.75))
    assert np.isnan(row["median"])  # too many cannot be dated


def test_a_state_that_no_draw_sees_crossing_has_no_row():
    assert one_state([-1, -1, -1], [[-1, -1, -1]] * 4).years.empty


def test_a_crossing_the_other_way_has_its_direction():
    row = one_state([1, 1, -1], [[1, 1, -1], [1, -1, -1]]).years.iloc[0]
    assert (row["direction"], row["low"], row["high"]) == (-1, 2001, 2002)


@given(arrays(np.int8, (5, 6, 2), elements=st.sampled_from([-1, 0, 1, -128])), arrays(bool, (6, 2)))
def test_shares_are_those_of_the_draws_taken_one_by_one(signs, breaks):
    broken = measure(breaks, bool)
    never = measure(np.full((6, 2), NAN))
    found = crossing_years(signs, never, broken)
    values = np.where(signs == MISSING, np.nan, signs.astype(float))
    for row in found.years.itertuples():
        state = int(row.iso3[1:])
        years = []
        for draw in values:
            one = lasting_crossing(measure(draw), broken).set_index("iso3")
            if row.iso3 in one.index and one.loc[row.iso3, "holds"] and one.loc[row.iso3, "direction"] == row.direction:
                years.append(int(one.loc[row.iso3, "year"]))
        there = (~np.isnan(values[:, :, state])).any(axis=1).sum()
        assert row.crosses == pytest.approx(len(years) / there)
        shares = found.probabilities[found.probabilities["iso3"] == row.iso3].set_index("year")["share"]
        assert shares.to_dict() == pytest.approx({y: years.count(y) / there for y in set(years)})
        assert row.before + row.crosses + row.not_yet + row.undated == pytest.approx(1.0)
