"""Rows of the dumbbell: the range of a change, within what a balance can be."""

from __future__ import annotations

import pandas as pd
import pytest

from influence.comparison.compared import Compared
from influence.comparison.tables import Comparison
from influence.export.compare_data import change_text, dumbbell_rows
from tests.export.pages import pencil_study

EMPTY = pd.DataFrame()
NAMES = {"CCC": "Aland", "DDD": "Borneo"}


def compared(**row: float) -> Compared:
    return compared_rows([{"iso3": "CCC", "metric": "pull_balance", "pole": "AAA-BBB", "flag": "", **row}])


def compared_rows(rows: list[dict[str, object]]) -> Compared:
    """A comparison of which only the rows of its states and the poles are used; Alpha and Beta are the powers."""
    found = Comparison(pd.DataFrame(rows), EMPTY, EMPTY, EMPTY, EMPTY, EMPTY)
    return Compared(found, None, None, ("AAA", "BBB"), NAMES, "", pencil_study())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "before, low, high, ends",
    [
        (0.2, -0.3, 0.1, (-0.1, 0.3)),
        (0.9, -0.2, 0.5, (0.7, 1.0)),  # the range of the change alone would run past the end of the axis
        (-0.8, -0.4, 0.3, (-1.0, -0.5)),
    ],
)
def test_the_range_of_the_change_starts_from_the_value_before_and_ends_with_the_axis(before, low, high, ends):
    rows = dumbbell_rows(compared(before=before, after=before + 0.05, change=0.05, low=low, high=high))
    assert (rows["low"][0], rows["high"][0]) == pytest.approx(ends)


def test_without_a_range_there_is_none():
    rows = dumbbell_rows(compared(before=0.9, after=0.95, change=0.05, low=float("nan"), high=float("nan")))
    assert rows[["low", "high"]].isna().all(axis=None)


NAN = float("nan")


def headline(*moves: tuple[str, float, float, float]) -> str:
    """The headline of changes (state, change, low, high), on states with half of their reliance on the poles."""
    rows = [
        {"iso3": code, "metric": metric, "pole": pole, "before": 0.25, "after": 0.25, "change": change, "low": low,
         "high": high, "flag": ""}
        for code, change, low, high in moves
        for metric, pole in (("pull_balance", "AAA-BBB"), ("pull_direct", "AAA"), ("pull_direct", "BBB"))
    ]  # fmt: skip
    return change_text(compared_rows(rows))


def test_the_headline_is_of_the_most_certain_change_and_not_of_the_largest():
    text = headline(("CCC", -0.79, -1.06, -0.01), ("DDD", -0.46, -0.64, -0.13))
    assert text.startswith("Borneo ")
    assert text.endswith("towards Beta, by 0.13 to 0.64")


def test_a_headline_without_a_certain_change_says_so():
    text = headline(("CCC", 0.3, -0.1, 0.6), ("DDD", 0.2, -0.2, 0.5))
    assert text.startswith("Aland ")
    assert "towards Alpha" in text
    assert "includes zero" in text


def test_without_ranges_the_headline_is_of_the_largest_change():
    assert headline(("CCC", 0.3, NAN, NAN), ("DDD", -0.2, NAN, NAN)) == "Aland moves most, towards Alpha"
    assert headline(("CCC", 0.0, NAN, NAN)) == "Nothing changes"
