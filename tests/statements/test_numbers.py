"""Numbers as text: a typographic minus, no sign for zero, a word for a missing value."""

from __future__ import annotations

import math

import pytest

from influence.statements.numbers import percent, signed, signed_range


@pytest.mark.parametrize(
    "value, digits, text",
    [(0.414, 2, "+0.41"), (-0.414, 2, "−0.41"), (0.004, 2, "0.00"), (-0.004, 2, "0.00"), (-0.0004, 3, "0.000"),
     (math.nan, 2, "no value"), (0.125, 2, "+0.13"), (-0.875, 2, "−0.88"), (-0.8749999999, 2, "−0.88")],
)  # fmt: skip
def test_signed(value, digits, text):
    assert signed(value, digits) == text


def test_percent_and_range():
    assert (percent(0.3141), percent(0.3141, 0), percent(math.nan)) == ("31.4 %", "31 %", "no value")
    assert percent(math.nan, missing="no data") == signed(math.nan, missing="no data") == "no data"
    assert signed_range(-0.58, -0.14) == "−0.58 to −0.14"
