"""Equation 10 on paper."""

import numpy as np
import pytest

import influence as inf
from influence.errors import YearError
from influence.metrics.bandwidth import bandwidth, bandwidth_pull
from tests.pencil import pencil_panel


def test_on_paper():
    """2016: A and B trade 50, B and C 30; all exports are 160. Largest dyad 50, strongest agreement 1 (A and B)."""
    result = bandwidth(pencil_panel(), 2016).sel(year=2016)
    assert float(result.sel(source="AAA", target="BBB")) == pytest.approx(1.0)
    assert float(result.sel(source="BBB", target="CCC")) == pytest.approx((30 / 50 + 0.25) / 2)
    assert float(result.sel(source="AAA", target="CCC")) == pytest.approx((20 / 50 + 0.0) / 2)


def test_the_pull_is_bandwidth_times_dependence():
    """C's trade with B: 30 of 90, and of a GDP of 25: capped at 1."""
    result = bandwidth_pull(pencil_panel(), 2016).sel(year=2016)
    assert float(result.sel(source="BBB", target="CCC")) == pytest.approx((0.6 + 0.25) / 2 * (30 / 90 + 1.0) / 2)
    assert float(result.sel(source="CCC", target="BBB")) == pytest.approx((0.6 + 0.25) / 2 * (30 / 100 + 30 / 50) / 2)
    assert np.isnan(float(result.sel(source="BBB", target="DDD")))


def test_the_past_is_not_rewritten_by_later_years():
    """The unit is the largest dyad of the base year, whatever comes after."""
    whole = inf.load_panel(first_year=2009, last_year=2012)
    short = inf.load_panel(first_year=2009, last_year=2010)
    np.testing.assert_array_equal(bandwidth(whole).sel(year=2010).values, bandwidth(short).sel(year=2010).values)


def test_symmetric_and_one_for_the_largest_dyad():
    result = bandwidth(inf.load_panel(first_year=2010, last_year=2010)).sel(year=2010)
    assert float(result.max()) == pytest.approx(1.0)
    assert float(result.sel(source="USA", target="CAN")) == pytest.approx(1.0)
    np.testing.assert_allclose(result.values, result.values.T)


def test_a_base_year_outside_the_panel_is_refused():
    with pytest.raises(YearError, match="base year 2010 of the bandwidth is not in the panel, which covers 2016"):
        bandwidth(pencil_panel())
