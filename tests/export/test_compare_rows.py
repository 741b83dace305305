"""Rows of the dumbbell: where the band of a change ends, and never beyond what a balance can be."""

from __future__ import annotations

import pandas as pd
import pytest

from influence.compare.compared import Compared
from influence.compare.comparison import Comparison
from influence.config import Config
from influence.export.compare_page import dumbbell_rows

EMPTY = pd.DataFrame()


def compared(**row: float) -> Compared:
    states = pd.DataFrame([{"iso3": "AAA", "metric": "pull_balance", "pole": "P-Q", "flag": "", **row}])
    found = Comparison(states, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY)
    return Compared(found, None, None, ("P", "Q"), {"AAA": "Aland"}, "", Config())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "before, low, high, ends",
    [
        (0.2, -0.3, 0.1, (-0.1, 0.3)),
        (0.9, -0.2, 0.5, (0.7, 1.0)),  # the band of the change alone would run past the end of the axis
        (-0.8, -0.4, 0.3, (-1.0, -0.5)),
    ],
)
def test_the_band_of_the_change_is_told_from_before_on_and_ends_with_the_axis(before, low, high, ends):
    rows = dumbbell_rows(compared(before=before, after=before + 0.05, change=0.05, low=low, high=high))
    assert (rows["low"][0], rows["high"][0]) == pytest.approx(ends)


def test_without_a_band_there_is_none():
    rows = dumbbell_rows(compared(before=0.9, after=0.95, change=0.05, low=float("nan"), high=float("nan")))
    assert rows[["low", "high"]].isna().all(axis=None)
