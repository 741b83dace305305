"""When a finding agrees: distances and rules by pencil."""

from __future__ import annotations

import math

import pytest

from influence.evidence.expected import Range, Rule, agreement, agreement_of_all, gap

RULE = Rule(1.0, 2.0, "because")
POINT, OPEN = Range(10.0, 10.0), Range(0.8, math.inf)


@pytest.mark.parametrize(
    ("value", "expected", "size"),
    [
        (12.5, POINT, 2.5),
        (9.0, POINT, -1.0),
        (0.9, OPEN, 0.0),
        (0.75, OPEN, -0.05),
        (2004.0, Range(2005.0, 2006.0), -1.0),
        (2005.5, Range(2005.0, 2006.0), 0.0),
        (2010.0, Range(-math.inf, 2009.0), 1.0),
        (frozenset({"PHL", "THA"}), frozenset({"PHL", "SGP"}), 2.0),
        (frozenset(), frozenset(), 0.0),
    ],
)
def test_the_gap_is_to_the_nearest_end(value, expected, size):
    assert gap(value, expected) == pytest.approx(size)


@pytest.mark.parametrize(("value", "expected"), [(math.nan, POINT), (frozenset({"A"}), POINT), (1.0, frozenset({"A"}))])
def test_no_value_and_another_kind_of_value_have_no_gap_and_do_not_agree(value, expected):
    assert math.isnan(gap(value, expected))
    assert agreement(value, expected, Rule(1e9, 1e9, "")) == "no"


@pytest.mark.parametrize(
    ("value", "verdict"), [(11.0, "yes"), (9.0, "yes"), (11.01, "partly"), (8.0, "partly"), (12.01, "no"), (7.0, "no")]
)
def test_within_agrees_to_the_very_end_and_beyond_only_in_part(value, verdict):
    assert agreement(value, POINT, RULE) == verdict


def test_dust_of_decimal_numbers_does_not_decide():
    assert 0.64 - 0.61 > 0.03
    assert agreement(0.64, Range(0.61, 0.61), Rule(0.03, 0.03, "")) == "yes"


def test_a_rule_of_a_millionth_is_kept():
    rule = Rule(1e-6, 1e-6, "")
    assert agreement(0.5571863, Range(0.5571853, 0.5571853), rule) == "yes"
    assert agreement(0.5571864, Range(0.5571853, 0.5571853), rule) == "no"


@pytest.mark.parametrize(
    ("values", "verdict"),
    [((10.0, 10.0), "yes"), ((10.0, 20.0), "partly"), ((11.5, 10.0), "partly"), ((11.5, 8.5), "partly"),
     ((20.0, 0.0), "no"), ((11.5, 20.0), "partly"), ((math.nan, 20.0), "no")],
)  # fmt: skip
def test_parts_together(values, verdict):
    expected = {"a": POINT, "b": POINT}
    assert agreement_of_all(dict(zip("ab", values, strict=True)), expected, RULE) == verdict
