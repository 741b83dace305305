"""The five classes of a balance, and the sentences of a state."""

from __future__ import annotations

import pandas as pd
import pytest

from influence.statements.balance import (
    EQUAL_BELOW,
    MUCH_MORE_FROM,
    agreement_sentence,
    crossing_sentence,
    relies,
    relies_with_balance,
    state_sentence,
    state_title,
)

NAMES = ("China", "the United States")
CHANGE = {"iso3": "KOR", "year": 2004, "direction": 1}


@pytest.mark.parametrize(
    "balance, words",
    [
        (-1.0, "much more on the United States"),
        (-MUCH_MORE_FROM, "much more on the United States"),
        (-0.33, "relies more on the United States"),
        (-EQUAL_BELOW, "relies more on the United States"),
        (-0.049, "about equally"),
        (0.0, "about equally on China and the United States"),
        (0.049, "about equally"),
        (EQUAL_BELOW, "relies more on China"),
        (MUCH_MORE_FROM, "much more on China"),
        (1.0, "much more on China"),
    ],
)
def test_the_class_of_a_balance(balance, words):
    assert words in relies(balance, *NAMES)
    assert ("much" in relies(balance, *NAMES)) == ("much" in words)


def test_much_more_is_at_least_twice_the_other_pull():
    larger, smaller = 0.2, 0.1
    assert (larger - smaller) / (larger + smaller) >= MUCH_MORE_FROM


def test_a_sentence_has_its_state_year_and_number():
    for text in (state_sentence("Japan", 2016, -0.456, *NAMES), state_title("Japan", 2016, -0.456, *NAMES)):
        assert all(part in text for part in ("Japan", "2016", "−0.46", "much more on the United States"))
    assert relies_with_balance(0.2, *NAMES).endswith("(+0.20)")


@pytest.mark.parametrize(
    "low, high, differ", [(-0.1, 0.2, True), (0.1, 0.2, False), (-0.2, -0.1, False), (0, 0.1, False)]
)
def test_definitions_differ_where_the_range_includes_zero(low, high, differ):
    assert ("depends on the definition" in agreement_sentence(low, high)) == differ


@pytest.mark.parametrize("direction, order", [(1, ("United States", "China")), (-1, ("China", "United States"))])
@pytest.mark.parametrize("holds", [True, False])
def test_a_crossing_names_origin_target_year_and_whether_it_lasted(direction, order, holds):
    found = pd.DataFrame([CHANGE | {"direction": direction, "holds": holds}])
    text = crossing_sentence("South Korea", found, *NAMES, (1990, 2023))
    assert text.index(order[0]) < text.index(order[1])
    assert "2004" in text
    assert ("has not changed back" in text) == holds


def test_without_a_crossing_the_years_are_named():
    text = crossing_sentence("South Korea", pd.DataFrame(), *NAMES, (1990, 2023))
    assert "did not change" in text
    assert "1990 to 2023" in text
