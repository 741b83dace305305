"""Equations 5 and 6 against the pencil; poles as states and groups; what has no value has none."""

import numpy as np
import pytest

from influence.errors import StateError
from influence.metrics.pull import (
    direct_pull,
    exposure,
    headline_balance,
    leader_margin,
    pole_states,
    pull_balance,
    sum_over_members,
)
from influence.states import Spell, bundled_registry
from influence.ties import build_ties
from tests.pencil import pencil_panel, pencil_registry

A_ON_C = 0.6 * 2 / 9 + 0.3 * 4 / 7
B_ON_C = 0.6 * 3 / 9 + 0.3 * 2 / 7 + 0.1 / 3


@pytest.fixture
def ties():
    return build_ties(pencil_panel())


def grouped(ties, *members):
    """The same ties with a group called bloc."""
    return ties.assign_attrs(registry=pencil_registry(bloc=list(members)))


def at(array, target, year=2016):
    return float(array.sel(year=year, target=target))


def test_pull_is_the_composite_share(ties):
    assert at(direct_pull(ties, "AAA"), "CCC") == pytest.approx(A_ON_C)
    assert at(direct_pull(ties, "AAA"), "DDD") == 0.0


def test_a_pole_does_not_pull_on_itself(ties):
    assert np.isnan(at(direct_pull(ties, "AAA"), "AAA"))


def test_balance_of_the_pencil(ties):
    balance = pull_balance(ties, poles=("AAA", "BBB"))
    assert at(balance, "CCC") == pytest.approx((A_ON_C - B_ON_C) / (A_ON_C + B_ON_C))
    assert at(balance, "DDD") == pytest.approx(-1.0)
    assert np.isnan(at(balance, "AAA"))
    assert np.isnan(at(balance, "BBB"))


def test_swapping_the_poles_changes_the_sign(ties):
    np.testing.assert_array_equal(pull_balance(ties, ("AAA", "BBB")).values, -pull_balance(ties, ("BBB", "AAA")).values)


def test_where_neither_pulls_there_is_no_balance():
    alliance = build_ties(pencil_panel(), {"alliance": 1.0})
    assert np.isnan(at(pull_balance(alliance, ("AAA", "BBB")), "DDD"))
    assert at(exposure(alliance, ("AAA", "BBB")), "DDD") == 0.0


def test_below_the_coverage_floor_there_is_no_value(ties):
    assert np.isnan(direct_pull(ties, "BBB").sel(year=2017, target="AAA"))


def test_exposure_is_the_sum(ties):
    assert at(exposure(ties, ("AAA", "BBB")), "CCC") == pytest.approx(A_ON_C + B_ON_C)


def test_leader_and_margin_of_three_poles(ties):
    margin = leader_margin(ties, ["AAA", "BBB", "DDD"])
    assert at(margin, "CCC") == pytest.approx(B_ON_C - A_ON_C)
    assert str(margin["leader"].sel(year=2016, target="CCC").values) == "BBB"


def test_a_group_pulls_with_the_sum_of_its_members_of_that_year(ties):
    ties = grouped(ties, Spell("AAA", 2016), Spell("BBB", 2016), Spell("DDD", 2017))
    assert at(direct_pull(ties, "bloc"), "CCC") == pytest.approx(A_ON_C + B_ON_C)
    assert at(direct_pull(ties, "bloc"), "DDD") == pytest.approx(0.2)


def test_a_group_pulls_on_a_member_with_the_others(ties):
    """2016: B exports 20 to A and imports 30 from it, of A's trade of 70; they share a free trade area."""
    ties = grouped(ties, Spell("AAA", 2016), Spell("BBB", 2016), Spell("DDD", 2017))
    for one, other in (("AAA", "BBB"), ("BBB", "AAA")):
        assert at(direct_pull(ties, "bloc"), one) == at(direct_pull(ties, other), one) > 0.3
        assert at(exposure(ties, ("bloc", "CCC")), one) == at(direct_pull(ties, other), one) + at(
            direct_pull(ties, "CCC"), one
        )
        assert -1.0 < at(pull_balance(ties, ("bloc", "CCC")), one) < 1.0
        assert np.isnan(at(headline_balance(ties, ("bloc", "CCC")), one))
    assert at(headline_balance(ties, ("bloc", "CCC")), "DDD") == at(pull_balance(ties, ("bloc", "CCC")), "DDD")
    margin = leader_margin(ties, ("bloc", "CCC"))
    assert str(margin["leader"].sel(year=2016, target="AAA").values) == "bloc"


def test_a_group_of_one_member_has_no_pull_on_it(ties):
    ties = grouped(ties, Spell("AAA", 2016), Spell("BBB", 2017))
    assert np.isnan(at(direct_pull(ties, "bloc"), "AAA"))


def test_members_of_the_poles_are_marked_year_by_year(ties):
    ties = grouped(ties, Spell("AAA", 2016), Spell("BBB", 2017))
    result = pole_states(ties, ("bloc", "DDD"))
    assert result.sel(year=2016).values.tolist() == [True, False, False, True]
    assert result.sel(year=2017).values.tolist() == [True, True, False, True]


def test_a_sum_over_members_leaves_out_the_state_itself():
    dyads = np.arange(9.0).reshape(1, 3, 3)
    member = np.array([[True, True, False]])
    np.testing.assert_array_equal(sum_over_members(dyads, member), [[3.0, 1.0, 7.0]])
    assert dyads[0, 0, 0] == 0.0
    assert dyads[0, 1, 1] == 4.0


def test_poles_that_overlap_have_no_balance(ties):
    ties = grouped(ties, "AAA")
    with pytest.raises(StateError, match="share AAA"):
        pull_balance(ties, ("bloc", "AAA"))


def test_a_pole_without_ties_is_refused():
    alliance = build_ties(pencil_panel(), {"alliance": 1.0})
    with pytest.raises(StateError, match="'DDD' has no ties with any state"):
        direct_pull(alliance, "DDD")


def test_an_unknown_pole_is_refused(ties):
    with pytest.raises(StateError, match="'Atlantis' is not known"):
        direct_pull(ties, "Atlantis")
    with pytest.raises(StateError, match="'KOR' is not known"):
        direct_pull(ties, "KOR")
    with pytest.raises(StateError, match="'KOR' is not among the 4 states"):
        direct_pull(ties.assign_attrs(registry=bundled_registry()), "KOR")


def test_a_balance_is_between_two(ties):
    with pytest.raises(StateError, match="between two poles, not 3"):
        pull_balance(ties, ("AAA", "BBB", "CCC"))


def test_several_poles_for_one_are_refused(ties):
    with pytest.raises(StateError, match=r"takes one pole, not \('CHN', 'USA'\); for several use lens_pull"):
        direct_pull(ties, ("CHN", "USA"))
