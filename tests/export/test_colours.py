"""One scale, centred on zero, its ends the poles' own colours."""

import math

import pytest

from influence.export.colours import ANCHORS, THEMES, ZERO_BALANCE, blend, diverging


@pytest.mark.parametrize("theme", THEMES)
def test_ends_and_middle(theme):
    assert diverging(1.0, theme) == ANCHORS[theme][0]
    assert diverging(-1.0, theme) == ANCHORS[theme][1]
    assert diverging(0.0, theme) == ZERO_BALANCE[theme]
    assert diverging(math.nan, theme) == ZERO_BALANCE[theme]


def test_light_anchors_are_the_ones_agreed():
    assert (ANCHORS["light"][1], ZERO_BALANCE["light"], ANCHORS["light"][0]) == ("#2166ac", "#c9c9c9", "#b35806")


def test_half_way():
    assert blend("#000000", "#ff8040", 0.5) == "#804020"
