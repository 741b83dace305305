"""Ranges hold the truth where uncertain sources are drawn and miss it where not; thirty worlds: tests/heavy."""

from __future__ import annotations

import numpy as np
import pytest

from tests.uncertainty.coverage import FREE, shares_of_world

WORLDS, DRAWS = range(3), 100


@pytest.mark.slow
def test_ranges_of_drawn_flows_hold_the_truth_and_those_of_fixed_flows_are_too_narrow():
    drawn = np.concatenate([shares_of_world(seed, DRAWS)["balances"] for seed in WORLDS])
    exact = np.concatenate([shares_of_world(seed, DRAWS, FREE | {"flows"})["balances"] for seed in WORLDS])
    assert drawn.mean() > 0.8
    assert exact.mean() < 0.75
