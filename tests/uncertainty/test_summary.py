"""Quantiles, probabilities of the lead and ranks: against numpy, and computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from influence.uncertainty.summary import known, lead_probability, places, quantiles, step_quantiles

NAN = float("nan")
SOME = arrays(float, array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=6),
              elements=st.one_of(st.floats(-1, 1), st.just(NAN)))  # fmt: skip


@given(SOME)
def test_quantiles_are_numpy_s(draws):
    there = ~np.isnan(draws).all(axis=0)
    for share, found in zip((0.05, 0.5, 0.95), quantiles(draws, (0.05, 0.5, 0.95)), strict=True):
        theirs = np.full(draws.shape[1:], np.nan)
        theirs[there] = np.nanquantile(draws[:, there], share, axis=0)
        np.testing.assert_allclose(found, theirs, atol=1e-12)


@given(arrays(float, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.sampled_from([1.0, 2.0, 3.0, NAN])))
def test_steps_are_those_of_a_plain_loop(draws):
    for column, found in zip(draws.T, np.array(step_quantiles(draws)).T, strict=True):
        values = np.sort(column[~np.isnan(column)])
        if not len(values):
            assert np.isnan(found).all()
            continue
        kinds = np.unique(values)
        middle = [round(np.mean(values < y) + np.mean(values == y) / 2, 9) for y in kinds]
        low = next((y for y, m in zip(kinds, middle, strict=True) if m >= 0.05), kinds[-1])
        median = next(y for y in kinds if np.mean(values <= y) >= 0.5)
        high = [y for y, m in zip(kinds, middle, strict=True) if m <= 0.95][-1] if middle[0] <= 0.95 else kinds[0]
        assert list(found) == [low, median, high]


def test_steps_with_a_pencil():
    # 2004 in 18 draws of 20, 2005 in one, 2006 in one: mid-distribution .45, .925, .975.
    years = np.array([2004.0] * 18 + [2005, 2006])[:, None]
    assert [float(v[0]) for v in step_quantiles(years)] == [2004, 2004, 2005]
    # Open ends: one draw leads from the start, two not at the end.
    assert [float(v[0]) for v in step_quantiles(np.array([-np.inf, 2004, np.inf, np.inf])[:, None])] == [
        -np.inf, 2004, np.inf,
    ]  # fmt: skip


def test_the_probability_of_the_lead_counts_half_of_the_draws_that_are_level():
    assert lead_probability(np.array([[0.2], [-0.1], [0.0], [NAN]])) == pytest.approx([(1 + 0.5) / 3])
    assert np.isnan(lead_probability(np.array([[NAN], [NAN]]))).all()


def test_places_are_from_the_largest_on_and_equals_share_theirs():
    found = places(np.array([[0.3, 0.9, NAN, 0.3, -1.0]]))
    np.testing.assert_array_equal(found, [[2.5, 1.0, NAN, 2.5, 4.0]])


def test_four_draws_of_five_must_be_there():
    draws = np.array([[1.0, 1, NAN], [1, NAN, NAN], [1, 1, NAN], [1, 1, NAN], [1, 1, 1]])
    np.testing.assert_array_equal(known(draws, np.array([1.0, 1.0, 1.0])), [True, True, False])
    np.testing.assert_array_equal(known(draws, np.array([NAN, 1.0, 1.0])), [False, True, False])
