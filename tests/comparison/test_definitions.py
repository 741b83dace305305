"""The same pull by other definitions: which, and the range over them."""

from __future__ import annotations

import numpy as np
import pytest

import influence as inf
from influence.comparison.definitions import other_definitions, range_over
from influence.study import Study
from tests.pencil import pencil_panel


def test_they_are_every_base_with_every_capability_except_that_of_the_study():
    study = Study(pencil_panel(), poles=("AAA", "BBB"))
    others = other_definitions(study)
    assert len(others) == 5
    wanted = inf.build_ties(study.panel, trade_base="imports", capability="cinc")
    assert any(np.array_equal(ties.values, wanted.values, equal_nan=True) for ties in others)
    default = inf.build_ties(study.panel)
    assert not any(np.array_equal(ties.values, default.values, equal_nan=True) for ties in others)
    again = other_definitions(study.with_method(trade_base="exports"))
    assert any(np.array_equal(ties.values, default.values, equal_nan=True) for ties in again)


def test_the_range_holds_the_value_and_leaves_out_what_is_missing():
    value = np.array([0.1, np.nan, 0.3])
    low, high = range_over(value, [np.array([0.2, 0.5, np.nan]), np.array([-0.1, 0.5, np.nan])])
    assert low == pytest.approx([-0.1, np.nan, 0.3], nan_ok=True)
    assert high == pytest.approx([0.2, np.nan, 0.3], nan_ok=True)
