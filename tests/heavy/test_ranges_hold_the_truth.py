"""Ranges hold the truth as often as they should, on thirty worlds whose truth is known: more than a minute."""

from __future__ import annotations

import numpy as np
import pytest

from tests.uncertainty.coverage import shares_of_world

WORLDS, DRAWS = 30, 100


@pytest.fixture(scope="module")
def coverage():
    """Shares of the ranges of ninety per cent that hold the truth, over thirty worlds."""
    worlds = [shares_of_world(seed, DRAWS) for seed in range(WORLDS)]
    return {name: np.concatenate([world[name] for world in worlds]) for name in worlds[0]}


@pytest.mark.parametrize("what", ["balances", "ranks", "crossing years"])
def test_nine_ranges_of_ten_hold_the_truth(coverage, what):
    share = coverage[what].mean()
    assert 0.85 <= share <= 0.95, f"{what}: {share:.3f} of {len(coverage[what])}"
