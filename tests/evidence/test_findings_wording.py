"""Values and differences of findings as text."""

from __future__ import annotations

import math

import pytest

from influence.evidence.expected import Range
from influence.evidence.findings_wording import beside_text, expected_text, gap_text, value_text
from influence.states import bundled_registry


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.8358, "share", "83.6 %"), (2004.0, "year", "2004"), (37.46, "per cent", "37.460 %"),
     (math.nan, "year", "no value"),
     (-0.00001, "ratio", "0.0000"), (frozenset({"SGP", "PHL"}), "states", "Philippines, Singapore"),
     (frozenset(), "states", "nowhere"), (frozenset({"XXX"}), "states", "XXX")],
)  # fmt: skip
def test_values(value, unit, text):
    assert value_text(value, unit, bundled_registry()) == text


@pytest.mark.parametrize(
    ("found", "expected", "unit", "text"),
    [
        (0.554, Range(0.645, 0.645), "share", "−9.1 percentage points"),
        (2009.0, Range(2008.0, 2008.0), "year", "+1 year"),
        (69.0, Range(60.0, 60.0), "economies", "+9 economies"),
        (2005.0, Range(2005.0, 2006.0), "year", "inside"),
        (0.55718534, Range(0.5571853, 0.5571853), "coefficient", "none"),
        (math.nan, Range(2017.0, 2017.0), "year", "no value"),
        (frozenset({"PHL", "THA"}), frozenset({"PHL", "SGP"}), "states", "also Thailand; without Singapore"),
        (frozenset({"PHL"}), frozenset({"PHL"}), "states", "none"),
    ],
)
def test_differences(found, expected, unit, text):
    assert gap_text(found, expected, unit, bundled_registry()) == text


@pytest.mark.parametrize(
    ("expected", "unit", "text"),
    [
        (Range(0.8, math.inf), "share", "80.0 % or more"),
        (Range(-math.inf, 2009.0), "year", "2009 or earlier"),
        (Range(-math.inf, 9.0), "economies", "9 or less"),
        (Range(2005.0, 2006.0), "year", "2005 to 2006"),
        (frozenset({"PHL"}), "states", "Philippines"),
    ],
)
def test_what_was_published(expected, unit, text):
    assert expected_text(expected, unit, bundled_registry()) == text


@pytest.mark.parametrize(
    ("label", "value", "text"),
    [("share USA", 0.653, "share USA 65.3 %"), ("states", 165.0, "states 165"), ("t", 3.6556, "t 3.656"),
     ("year", math.nan, "year no value"), ("ahead", frozenset({"THA"}), "ahead Thailand")],
)  # fmt: skip
def test_values_beside(label, value, text):
    assert beside_text(label, value, bundled_registry()) == text
