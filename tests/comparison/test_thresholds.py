"""Where the lead changes: with a pencil, against a general solver, and on the real panel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import influence as inf
from influence.comparison import thresholds
from influence.comparison.thresholds import weight_thresholds
from influence.errors import StateError, YearError
from influence.method import Method
from influence.study import Study
from tests.pencil import pencil_panel

PENCIL = Study(pencil_panel(), poles=("AAA", "BBB"))


@pytest.fixture(scope="module")
def year():
    """The study of 2016 on the bundled panel."""
    return Study(inf.load_panel().of_years(2016, 2016), poles=("CHN", "USA"))


def test_the_threshold_of_gamma_with_a_pencil():
    """Gamma in 2016: trade 2/9 and 3/9, alliance 100/175 and 50/175; agreements do not weigh."""
    found = weight_thresholds(PENCIL.with_method(weights={"trade": 0.5, "alliance": 0.5}), "CCC", 2016)
    trade, alliance = -1 / 9, 2 / 7
    assert found.balance == pytest.approx((trade + alliance) / 2 / ((5 / 9 + 6 / 7) / 2))
    by_layer = {threshold.layer: threshold for threshold in found.thresholds}
    # Level where t (2/7) = (1 - t) / 9: t = (1/9) / (1/9 + 2/7) = .28.
    assert by_layer["alliance"].threshold == pytest.approx((1 / 9) / (1 / 9 + 2 / 7))
    assert by_layer["alliance"].without == pytest.approx(-1 / 5)
    assert by_layer["alliance"].alone == pytest.approx(1 / 3)
    assert found.nearest == pytest.approx({"trade": 0.72, "alliance": 0.28})
    assert found.distance == pytest.approx(np.sqrt(2) * 0.22)


@given(
    arrays(float, st.integers(1, 4), elements=st.floats(0.01, 1)),
    st.data(),
)
def test_the_nearest_weights_are_those_of_a_general_solver(weight, data):
    from scipy.optimize import minimize

    gap = data.draw(arrays(float, len(weight), elements=st.floats(-1, 1).map(lambda v: round(v, 3))))
    weight = weight / weight.sum()
    found, distance = (values[..., 0] for values in thresholds._level(weight, gap[:, None], np.ones((len(gap), 1))))
    can = gap.min() <= 0 <= gap.max()
    assert np.isfinite(distance) == can
    if not can:
        assert np.isnan(found).all()
        return
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()
    assert found @ gap == pytest.approx(0, abs=1e-9)
    theirs = minimize(
        lambda w: ((w - weight) ** 2).sum(), found, bounds=[(0, 1)] * len(weight), method="SLSQP",
        constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1}, {"type": "eq", "fun": lambda w: w @ gap}],
    )  # fmt: skip
    assert distance**2 <= theirs.fun + 1e-7


@pytest.mark.parametrize("code", ["KOR", "PHL", "JPN", "AUS", "VNM"])
def test_at_the_thresholds_the_real_poles_are_level(year, code):
    panel = year.panel
    found = weight_thresholds(year, code, 2016)
    assert found.balance == pytest.approx(
        float(inf.pull_balance(inf.build_ties(panel), ("CHN", "USA")).sel(year=2016, target=code)), abs=1e-12
    )
    for threshold in found.thresholds:
        rest = {name: w for name, w in Method().weights.items() if w > 0 and name != threshold.layer}
        without = inf.pull_balance(inf.build_ties(panel, rest), ("CHN", "USA")).sel(year=2016, target=code)
        assert threshold.without == pytest.approx(float(without), abs=1e-12)
        if not np.isnan(threshold.threshold):
            share = (1 - threshold.threshold) / sum(rest.values())
            weights = {threshold.layer: threshold.threshold, **{name: w * share for name, w in rest.items()}}
            level = inf.pull_balance(inf.build_ties(panel, weights), ("CHN", "USA")).sel(year=2016, target=code)
            assert float(level) == pytest.approx(0, abs=1e-9)
    if found.nearest is not None:
        level = inf.pull_balance(inf.build_ties(panel, found.nearest), ("CHN", "USA")).sel(year=2016, target=code)
        assert float(level) == pytest.approx(0, abs=1e-9)


def test_a_member_of_a_group_has_thresholds_too(year):
    found = weight_thresholds(year.with_poles(("asean", "CHN")), "LAO", 2016)
    balance = float(inf.pull_balance(inf.build_ties(year.panel), ("asean", "CHN")).sel(year=2016, target="LAO"))
    assert found.balance == pytest.approx(balance, abs=1e-12)
    assert balance > 0


CANNOT = [
    ("AAA", 2016, "is a pole in 2016"),
    ("CCC", 2017, "the trade layer of CCC is missing"),
    ("CCC", 1999, "year 1999 is not in the panel"),
]


@pytest.mark.parametrize("state, of_year, message", CANNOT)
def test_what_has_no_thresholds_is_refused(state, of_year, message):
    with pytest.raises((StateError, YearError), match=message):
        weight_thresholds(PENCIL, state, of_year)


def test_without_any_pull_there_is_no_threshold(year):
    """Vietnam has no pledge from either: with pledges alone both pulls are zero, which is no change of the lead."""
    found = weight_thresholds(year, "VNM", 2016)
    assert np.isnan(next(threshold for threshold in found.thresholds if threshold.layer == "alliance").alone)
    assert found.nearest is None


def test_the_table_has_the_same_for_every_state_and_year():
    study = Study(inf.load_panel().of_years(2015, 2017), poles=("CHN", "USA"))
    table = thresholds.weight_threshold_table(study).set_index(["iso3", "year", "layer"])
    for code, year in (("KOR", 2016), ("PHL", 2017), ("VNM", 2016)):
        one = weight_thresholds(study, code, year)
        rows = table.loc[(code, year)]
        assert rows["balance"].to_list() == pytest.approx([one.balance] * 3)
        for threshold in one.thresholds:
            row = rows.loc[threshold.layer]
            wanted = (threshold.weight, threshold.threshold, threshold.without, threshold.alone)
            assert row[["weight", "threshold", "without", "alone"]].to_list() == pytest.approx(wanted, nan_ok=True)
        assert rows["distance"].iloc[0] == pytest.approx(one.distance if one.nearest else np.nan, nan_ok=True)
        if one.nearest:
            assert rows["nearest"].to_dict() == pytest.approx(one.nearest)
    assert not set(table.index.get_level_values("iso3")) & {"CHN", "USA"}
    assert len(table) > 3 * 3 * 150
