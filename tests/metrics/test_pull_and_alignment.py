"""The test of the idea: equal to regressions with dummies, finds what was planted and nothing in noise."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import xarray as xr

import influence as inf
from influence.errors import ConfigError, StateError, YearError
from influence.metrics.alignment import alignment
from influence.metrics.panel_regression import holm, permutation_p, two_way_regression, without_effects
from influence.metrics.pull_and_alignment import COLUMNS, alignment_then_pull, describe_regressions, pull_then_alignment

YEARS, STATES = 24, 30


def panel_of(values):
    codes = [f"S{i:02}" for i in range(values.shape[1])]
    return xr.DataArray(
        values, coords={"year": 2000 + np.arange(len(values)), "target": codes}, dims=("year", "target")
    )


def random_world(seed, effect=0.0, lag=1, years=YEARS, states=STATES):
    """Balance and alignment that wander; alignment takes up `effect` of each change of balance `lag` years later."""
    draw = np.random.default_rng(seed)
    pull = draw.normal(0, 0.05, (years, states))
    drift = draw.normal(0, 0.05, (years, states)) + draw.normal(0, 0.02, states) + draw.normal(0, 0.05, (years, 1))
    drift[lag:] += effect * pull[: years - lag]
    return panel_of(pull.cumsum(axis=0)), panel_of(drift.cumsum(axis=0))


def no_breaks(balance):
    return xr.zeros_like(balance, dtype=bool)


def holes(values, seed, share=0.2):
    return np.where(np.random.default_rng(seed).random(values.shape) < share, np.nan, values)


def with_dummies(y, x):
    """The same regression the long way: a column for each state and year, errors clustered, by statsmodels."""
    seen = np.isfinite(x) & np.isfinite(y)
    year, state = np.nonzero(seen)
    dummies = [
        pd.get_dummies(pd.Series(of), drop_first=first, dtype=float) for of, first in ((state, False), (year, True))
    ]
    design = np.column_stack([x[seen], *dummies])
    return sm.OLS(y[seen], design).fit(cov_type="cluster", cov_kwds={"groups": state, "use_correction": True})


# ---- the regression --------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6])
def test_coefficient_and_error_are_those_of_statsmodels(share):
    draw = np.random.default_rng(7)
    x = holes(draw.normal(size=(12, 15)), 1, share)
    y = holes(0.3 * np.nan_to_num(x) + draw.normal(size=(12, 15)) + draw.normal(size=15), 2, share / 2)
    computed, theirs = two_way_regression(y, x), with_dummies(y, x)
    assert computed.coefficient == pytest.approx(theirs.params[0], abs=1e-8)
    assert computed.se == pytest.approx(theirs.bse[0], abs=1e-8)
    assert computed.n == theirs.nobs


def test_a_panel_in_two_parts_that_no_state_links():
    """Years 0-5 seen for one half of the states, 6-11 for the other: a year effect is free in each part."""
    draw = np.random.default_rng(3)
    x, y = draw.normal(size=(2, 12, 20))
    x[:6, :10] = np.nan
    x[6:, 10:] = np.nan
    seen = np.isfinite(x)
    year, state = np.nonzero(seen)
    design = np.column_stack([pd.get_dummies(pd.Series(of), dtype=float) for of in (state, year)])
    left = x[seen] - design @ np.linalg.lstsq(design, x[seen], rcond=None)[0]
    (within,), effects = without_effects(x[None], seen)
    np.testing.assert_allclose(within[seen], left, atol=1e-10)
    assert effects == np.linalg.matrix_rank(design)
    assert two_way_regression(y, x).coefficient == pytest.approx(left @ y[seen] / (left @ left))


def test_what_is_left_has_no_mean_in_any_state_or_year():
    x = holes(np.random.default_rng(5).normal(size=(9, 14)), 6, 0.3)
    seen = np.isfinite(x)
    (within,), _ = without_effects(x[None], seen)
    np.testing.assert_allclose(within.sum(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(within.sum(axis=1), 0.0, atol=1e-12)
    assert (within[~seen] == 0).all()


def test_effects_of_state_and_year_do_not_touch_the_result():
    draw = np.random.default_rng(9)
    x, y = draw.normal(size=(2, 10, 20))
    shifted = two_way_regression(y + 5 * draw.normal(size=20) + draw.normal(size=(10, 1)), x + draw.normal(size=20))
    plain = two_way_regression(y, x)
    assert shifted[:6] == pytest.approx(plain[:6])


def test_the_permuted_p_is_a_count_by_hand():
    draw = np.random.default_rng(11)
    x, y = holes(draw.normal(size=(8, 12)), 1, 0.1), draw.normal(size=(8, 12))
    t = two_way_regression(y, x).t
    dealer = np.random.default_rng(4)
    others = [with_dummies(y, x[:, dealer.permutation(12)]).tvalues[0] for _ in range(30)]
    assert permutation_p(y, x, t, 30, seed=4) == pytest.approx((1 + (np.abs(others) >= abs(t)).sum()) / 31)


def test_p_adjusted_for_several_tests_with_a_pencil():
    np.testing.assert_allclose(holm(np.array([0.04, 0.01, 0.03, 0.5])), [0.09, 0.04, 0.09, 0.5])
    np.testing.assert_allclose(holm(np.array([0.6, 0.9])), [1.0, 1.0])


# ---- the test --------------------------------------------------------------------------------------


def test_each_lag_is_the_regression_of_its_equation():
    balance, aligned = random_world(1)
    balance = balance.copy(data=holes(balance.values, 8, 0.1))
    breaks = no_breaks(balance) | (balance["year"] == 2010)
    table = pull_then_alignment(balance, breaks, aligned, lags=(0, 1, 3), permutations=1).set_index("lag")
    b, a = balance.values, aligned.values
    x = b[1:] - b[:-1]
    x[2010 - 2001] = np.nan
    later = {0: a[1:] - a[:-1], 1: a[2:] - a[1:-1], 3: a[4:] - a[1:-3]}
    for lag, y in later.items():
        theirs = with_dummies(y, x[: len(y)])
        assert table.loc[lag, "coefficient"] == pytest.approx(theirs.params[0], abs=1e-8)
        assert table.loc[lag, "se"] == pytest.approx(theirs.bse[0], abs=1e-8)
        assert table.loc[lag, "n"] == theirs.nobs


def test_the_other_way_round_takes_no_change_of_pull_across_a_break():
    balance, aligned = random_world(2)
    breaks = no_breaks(balance) | (balance["year"] == 2010)
    table = alignment_then_pull(balance, breaks, aligned, lags=(2,), permutations=1)
    b, a = balance.values, aligned.values
    y = b[3:] - b[1:-2]
    y[[2010 - 2001 - 1, 2010 - 2001 - 2]] = np.nan
    assert table.loc[0, "coefficient"] == pytest.approx(with_dummies(y, (a[1:] - a[:-1])[: len(y)]).params[0], abs=1e-8)
    assert table.loc[0, "n"] == np.isfinite(y).sum()


def test_a_planted_effect_is_found_at_its_lag_and_kept_after():
    balance, aligned = random_world(3, effect=0.5, lag=2)
    table = pull_then_alignment(balance, no_breaks(balance), aligned, permutations=199).set_index("lag")
    assert table.loc[[2, 3], "coefficient"].to_numpy() == pytest.approx([0.5, 0.5], abs=0.15)
    assert (table.loc[[2, 3], "p_holm"] < 0.05).all()
    assert (table.loc[[0, 1], "coefficient"].abs() < 0.15).all()
    assert "Found: a change of pull goes with a later change of votes" in describe_regressions(
        table.reset_index(), ("P", "Q")
    )


def test_what_was_planted_the_other_way_round_is_found_there():
    aligned, balance = random_world(4, effect=0.5, lag=1)
    reverse = alignment_then_pull(balance, no_breaks(balance), aligned, permutations=199)
    table = pull_then_alignment(balance, no_breaks(balance), aligned, permutations=199)
    assert (reverse["p_holm"] < 0.05).any()
    result = describe_regressions(table, ("P", "Q"), reverse)
    assert "Found: no link." in result
    assert "alignment first and pull later (4 more tests): there is a link: 1 year later" in result


@pytest.mark.slow
def test_in_noise_both_p_are_small_as_rarely_as_they_should():
    """Of 200 worlds without a link about 20 have p under 0.1: 8 to 33 is what chance allows."""
    p = []
    for seed in range(200):
        balance, aligned = random_world(seed, years=15, states=25)
        row = pull_then_alignment(balance, no_breaks(balance), aligned, lags=(1,), permutations=99, seed=seed)
        p.append(row.loc[0, ["p", "p_permuted"]].tolist())
    small = (np.array(p, dtype=float) <= 0.1).sum(axis=0)
    assert ((small >= 8) & (small <= 33)).all()
    assert (np.abs(np.array(p, dtype=float).mean(axis=0) - 0.5) < 0.08).all()


def test_the_same_seed_gives_the_same_table():
    balance, aligned = random_world(5)
    tables = [pull_then_alignment(balance, no_breaks(balance), aligned, (1,), 49, seed) for seed in (1, 1, 2)]
    pd.testing.assert_frame_equal(tables[0], tables[1])
    assert tables[0].loc[0, "p_permuted"] != tables[2].loc[0, "p_permuted"]
    assert list(tables[0].columns) == COLUMNS


def test_swapping_the_poles_changes_nothing():
    balance, aligned = random_world(6)
    one = pull_then_alignment(balance, no_breaks(balance), aligned, (0, 1), 49)
    other = pull_then_alignment(-balance, no_breaks(balance), -aligned, (0, 1), 49)
    pd.testing.assert_frame_equal(one, other)


def test_alignment_may_have_other_years_and_states():
    balance, aligned = random_world(7)
    more = panel_of(np.random.default_rng(1).normal(size=(YEARS, STATES + 5)))
    wide = more.copy(data=np.column_stack([aligned.values, more.values[:, STATES:]])).reindex(year=range(1995, 2030))
    plain = pull_then_alignment(balance, no_breaks(balance), aligned, (1,), 9)
    pd.testing.assert_frame_equal(plain, pull_then_alignment(balance, no_breaks(balance), wide, (1,), 9))


def test_votes_after_the_last_year_of_pull_count():
    balance, aligned = random_world(8)
    shorter = balance.isel(year=slice(0, -1))
    table = pull_then_alignment(shorter, no_breaks(shorter), aligned, (1,), 9)
    assert table.loc[0, "n"] == (YEARS - 2) * STATES


# ---- what cannot be served -------------------------------------------------------------------------


def test_too_few_states_are_refused():
    balance, aligned = random_world(9, states=9)
    with pytest.raises(StateError, match=r"lag 1: 9 states have both variables; .* need 10 or more"):
        pull_then_alignment(balance, no_breaks(balance), aligned, (1,), 9)


def test_a_lag_beyond_the_years_is_refused():
    balance, aligned = random_world(9)
    with pytest.raises(StateError, match="lag 40: 0 states have both variables"):
        pull_then_alignment(balance, no_breaks(balance), aligned, (40,), 9)


def test_what_does_not_vary_is_refused():
    balance, aligned = random_world(9)
    still = balance.copy(data=np.broadcast_to(balance.values[:, :1], balance.shape))
    with pytest.raises(
        StateError, match="lag 0: one of the two variables does not vary beyond its state and year effects"
    ):
        pull_then_alignment(still, no_breaks(balance), aligned, (0,), 9)
    with pytest.raises(StateError, match="lag 1: one of the two variables does not vary"):
        alignment_then_pull(still, no_breaks(balance), aligned, (1,), 9)


@pytest.mark.parametrize("lags", [(), (1, 1), (-1, 2)])
def test_lags_that_make_no_sense_are_refused(lags):
    balance, aligned = random_world(9)
    with pytest.raises(ConfigError, match="give one or more different years, 0 or later"):
        pull_then_alignment(balance, no_breaks(balance), aligned, lags)


def test_no_permutation_is_refused():
    balance, aligned = random_world(9)
    with pytest.raises(ConfigError, match="permutations are 0; give 1 or more"):
        pull_then_alignment(balance, no_breaks(balance), aligned, permutations=0)


def test_breaks_of_other_years_are_refused():
    balance, aligned = random_world(9)
    with pytest.raises(YearError, match="do not have the years of the measure"):
        pull_then_alignment(balance, no_breaks(balance).isel(year=slice(1, None)), aligned)


# ---- the report ------------------------------------------------------------------------------------


@pytest.fixture
def nothing():
    balance, aligned = random_world(10)
    return pull_then_alignment(balance, no_breaks(balance), aligned, permutations=199)


def test_no_link_is_reported_as_no_link(nothing):
    result = describe_regressions(nothing, ("CHN", "USA"))
    assert "Found: no link. No later change of votes goes with a change of pull" in result
    assert "adjusted for 5 tests (Holm)" in result
    assert "Not shown: causes" in result
    assert "the pull of CHN grew against that of USA" in result
    assert "other way round" not in result


def test_the_size_is_given_per_standard_deviation(nothing):
    later = nothing[nothing["lag"] > 0]
    row = later.loc[later["t"].abs().idxmax()]
    result = describe_regressions(nothing, ("CHN", "USA"))
    assert f"({row['sd_x']:.2f}) goes, most clearly, with {row['coefficient'] * row['sd_x']:+.4f}" in result
    assert f"standard deviation of alignment over that time is {row['sd_y']:.2f}" in result


def test_one_small_p_among_several_is_no_finding(nothing):
    lucky = nothing.assign(p_permuted=[0.9, 0.03, 0.5, 0.5, 0.5], p_holm=[1.0, 0.15, 1.0, 1.0, 1.0])
    result = describe_regressions(lucky, ("CHN", "USA"))
    assert "the smallest p is 0.030 (1 year later), 0.15 adjusted" in result
    assert "One p below 0.05 among 5 tests is expected by chance" in result


def test_a_link_in_the_same_year_is_not_a_later_one(nothing):
    same = nothing.assign(p_permuted=[0.005, 0.5, 0.5, 0.5, 0.5], p_holm=[0.025, 1.0, 1.0, 1.0, 1.0], coefficient=-0.1)
    result = describe_regressions(same, ("CHN", "USA"))
    assert "Found: no link." in result
    assert "In the same year there is a link, away from the pole whose pull grew." in result


def test_too_few_permutations_are_reported(nothing):
    assert "use more" not in describe_regressions(nothing, ("CHN", "USA"))
    assert "no link can be found: use more" in describe_regressions(nothing.assign(permutations=49), ("CHN", "USA"))


# ---- the bundled panel -----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_bundled_panel():
    """Whatever it is: at the default weights no lag is significant, in either direction."""
    study = inf.load_study()
    ties, aligned = study.ties, alignment(study.points, ("CHN", "USA"))["value"]
    given = (inf.pull_balance(ties, ("CHN", "USA")), ties["is_break"], aligned)
    table, reverse = pull_then_alignment(*given, permutations=199), alignment_then_pull(*given, permutations=199)
    assert (table["p_holm"] > 0.5).all()
    assert (reverse["p_holm"] > 0.1).all()
    assert table["states"].max() == 189
    assert (table[["low", "high"]].abs().max(axis=1) < 0.04).all()
    assert (
        describe_regressions(table, ("CHN", "USA"), reverse).count("no link;")
        + describe_regressions(table, ("CHN", "USA")).count("Found: no link.")
        == 2
    )
