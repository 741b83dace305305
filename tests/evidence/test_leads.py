"""Measures of who leads, on worlds whose answer is known by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from influence.errors import StateError, YearError
from influence.evidence.leads import (
    first_crossing,
    largest_partner,
    lens_counts,
    regional_split,
    trade_crossing,
    trade_leads,
)
from influence.states import bundled_registry
from influence.study import Study
from tests.evidence.given import given_study
from tests.pencil import pencil_panel
from tests.worlds import ties_of

POLES = ("P", "Q")


@pytest.fixture
def pencil():
    return Study(pencil_panel())


# ---- who trades more with whom -------------------------------------------------------------------


def test_leads_by_pencil(pencil):
    """CCC trades 20 with AAA and 30 with BBB, DDD nothing and 20: BBB leads in both."""
    found = trade_leads(pencil, year=2016, poles=["AAA", "BBB"])
    assert found == {"AAA": 0.0, "BBB": 2.0, "share AAA": 0.0, "share BBB": 1.0, "economies": 2.0}


def test_so_many_times_as_much_is_more_than_that(pencil):
    """BBB trades 50 with AAA and 20 with DDD, CCC 20 and 40: twice as much, but not more."""
    once = trade_leads(pencil, year=2016, poles=["AAA", "DDD"])
    assert (once["AAA"], once["DDD"]) == (1.0, 1.0)
    twice = trade_leads(pencil, year=2016, poles=["AAA", "DDD"], times=2)
    assert (twice["AAA"], twice["DDD"], twice["economies"]) == (1.0, 0.0, 2.0)


def test_economies_of_which_too_little_was_observed_are_left_out(pencil):
    found = trade_leads(pencil, year=2017, poles=["AAA", "BBB"])
    assert found["economies"] == 0.0
    assert np.isnan(found["share AAA"])
    assert found["share BBB a year before"] == 1.0


def test_an_unknown_year_or_pole_is_an_error(pencil):
    with pytest.raises(YearError, match="year 1990 is not in the panel; it covers 2016 to 2017"):
        trade_leads(pencil, year=1990, poles=["AAA", "BBB"])
    with pytest.raises(StateError, match="XXX"):
        trade_leads(pencil, year=2016, poles=["AAA", "XXX"])


def test_largest_partners_by_pencil(pencil):
    """AAA's is BBB (50), BBB's AAA (50), CCC's DDD (40), DDD's CCC (40)."""
    found = largest_partner(pencil, year=2016, poles=["AAA", "BBB", "CCC", "DDD"])
    assert found == {"AAA": 1.0, "BBB": 1.0, "CCC": 1.0, "DDD": 1.0, "economies": 4.0}
    assert largest_partner(pencil, year=2017, poles=["AAA"]) == {"AAA": 0.0, "economies": 0.0}
    with pytest.raises(StateError, match="XXX is not among the 4 states"):
        largest_partner(pencil, year=2016, poles=["XXX"])


# ---- years of crossing ---------------------------------------------------------------------------


def crossing(balances, breaks=()):
    """trade_crossing of a state whose balance between two poles runs through the values from 2000 on."""
    years = range(2000, 2000 + len(balances))
    ties = ties_of(np.zeros((3, 3)), ["P", "Q", "S"], years=years)
    shares = ties.values.copy()
    shares[:, 0, 2], shares[:, 1, 2] = (0.2 * (1 + sign * np.array(balances)) for sign in (1, -1))
    flagged = np.zeros((len(years), 3), dtype=bool)
    flagged[[year - 2000 for year in breaks], 2] = True
    ties = ties.copy(data=shares).assign_coords(is_break=(("year", "target"), flagged))
    study = given_study(years, ties=ties, expected={"weights": {"trade": 1.0}, "trade_base": "two_way"})
    found = trade_crossing(study, state="S", poles=POLES)
    return found["lasting crossing"], found["first crossing"]


def test_a_lead_kept_to_the_end_is_dated_in_its_first_year():
    assert crossing([-0.5, -0.1, 0.1, 0.3]) == (2002.0, 2002.0)


def test_a_lead_that_comes_goes_and_comes_again():
    assert crossing([-0.5, 0.1, -0.1, 0.3]) == (2003.0, 2001.0)


def test_a_lead_that_was_lost_is_no_lasting_crossing():
    lasting, first = crossing([-0.5, 0.1, 0.2, -0.3])
    assert np.isnan(lasting)
    assert first == 2001.0


def test_nothing_is_dated_across_a_change_of_source():
    assert np.isnan(crossing([-0.5, -0.1, 0.1, 0.3], breaks=[2002])).all()
    lasting, first = crossing([-0.5, 0.1, 0.1, -0.3], breaks=[2003])
    assert np.isnan(lasting)
    assert first == 2001.0


def test_without_a_change_of_sign_there_is_no_year():
    assert np.isnan(crossing([0.1, 0.2, 0.3])).all()


def test_the_first_crossing_needs_a_year_below_in_the_same_series():
    years = {"year": [2000, 2001, 2002]}
    values = xr.DataArray([[-0.1], [0.0], [0.1]], coords=years, dims=("year", "target"))
    assert np.isnan(first_crossing(values, xr.zeros_like(values, dtype=bool)))


def test_an_unknown_state_is_an_error(pencil):
    with pytest.raises(StateError, match="XXX is not among the 4 states"):
        trade_crossing(pencil, state="XXX", poles=["AAA", "BBB"])


# ---- counts by lens, and a region ----------------------------------------------------------------


def test_states_are_counted_by_the_larger_pull_and_ties_by_neither():
    years, targets = range(2016, 2017), list("ABCDEPQ")
    pulls = xr.DataArray(
        [[[0.3, 0.2, 0.1, np.nan, 0.4, np.nan, 0.2]], [[0.1, 0.2, 0.2, 0.5, 0.1, 0.2, np.nan]]],
        coords={"pole": list(POLES), "year": [2016], "target": targets}, dims=("pole", "year", "target"),
    )  # fmt: skip
    study = given_study(years, lenses={"bandwidth": pulls, "direct": pulls.copy(data=pulls.values[::-1])})
    found = lens_counts(study, lens="bandwidth", year=2016, poles=POLES)
    assert found == {"P": 2.0, "Q": 1.0, "states": 4.0, "P, direct pull": 1.0, "Q, direct pull": 2.0}


def test_members_of_a_pole_are_not_counted():
    poles, targets = ("asean", "CHN"), ["LAO", "SGP", "CHN", "KOR", "JPN"]
    pulls = xr.DataArray(
        [[[0.4, 0.3, 0.1, 0.1, 0.2]], [[0.2, 0.1, np.nan, 0.3, 0.1]]],
        coords={"pole": list(poles), "year": [2016], "target": targets}, dims=("pole", "year", "target"),
        attrs={"registry": bundled_registry()},
    )  # fmt: skip
    found = lens_counts(given_study(lenses={"direct": pulls}), lens="direct", year=2016, poles=poles)
    assert found == {"asean": 1.0, "CHN": 1.0, "states": 2.0}


def test_a_region_is_split_by_pencil():
    """In the ten states of ASEAN: .3 to .1 in one, .1 to .3 in another, .2 to .2 in the third; the rest unobserved.

    Balances +.5, -.5 and 0: 50 for each.
    """
    names = ["CHN", "USA", "BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "VNM"]
    matrix = np.zeros((12, 12))
    matrix[:2, 2], matrix[:2, 8], matrix[:2, 9] = (0.3, 0.1), (0.1, 0.3), (0.2, 0.2)
    seen = {"BRN", "PHL", "SGP"}
    ties = ties_of(matrix, names, unobserved=[0.0 if s in {*seen, "CHN", "USA"} else 0.5 for s in names])
    found = regional_split(
        given_study(ties=ties, expected={"weights": {"trade": 1.0}}), group="asean", year=2016, poles=["CHN", "USA"],
        weights={"trade": 1.0},
    )  # fmt: skip
    assert (found["CHN"], found["USA"]) == pytest.approx((50.0, 50.0))
    assert found["CHN ahead"] == {"BRN"}
    assert found["USA ahead"] == {"PHL"}
    assert found["no value"] == {"IDN", "KHM", "LAO", "MMR", "MYS", "THA", "VNM"}
