"""Numbers with their units."""

from __future__ import annotations

import math

import pytest

from influence.query.units import UNITS, difference_text, distance_text, number_text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.2328, "share", "23.3 %"), (-0.05, "share", "−5.0 %"), (-0.4137, "balance", "−0.41"), (0.3, "weight", "0.3"),
        (211.42e9, "dollars", "211.4 billion US dollars"), (1.5e12, "dollars", "1.500 trillion US dollars"),
        (0.1234, "capability", "0.1234"), (2004.0, "year", "2004"), (3.0, "count", "3"),
        (0.55718534, "coefficient", "0.5571853"), (-1e-6, "ratio", "0.0000"), (math.nan, "share", "no value"),
    ],
)  # fmt: skip
def test_numbers(value, unit, text):
    assert number_text(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-0.091, "share", "−9.1 percentage points"), (1.0, "year", "+1 year"), (-2.0, "lags", "−2 lags"),
        (1e-9, "coefficient", "none"), (0.01, "share", "+1.0 percentage point"),
    ],
)  # fmt: skip
def test_differences(value, unit, text):
    assert difference_text(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.03, "share", "3 percentage points"), (1, "year", "1 year"), (1e-6, "coefficient", "0.000001")],
)
def test_distances(value, unit, text):
    assert distance_text(value, unit) == text


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_writes_a_number(unit):
    assert any(character.isdigit() for character in number_text(12.0, unit))
