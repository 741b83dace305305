"""Bands hold the truth as often as they say, on worlds whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import influence as inf
from influence.config import Config
from influence.metrics.pull import pull_balance
from influence.metrics.trends import lasting_crossing
from influence.schema import DOUBTS
from influence.uncertainty.bands import metric_bands
from influence.uncertainty.draws import Doubt
from influence.uncertainty.summary import places
from tests.uncertainty.simulated import POLES, simulated_world

WORLDS, DRAWS = 30, 100
WEIGHTS = {"trade": 0.7, "alliance": 0.3, "agreement": 0.0, "troops": 0.0}
FREE = frozenset(DOUBTS) - {"weights", "flows"}


def held(low: np.ndarray, high: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Whether each band that there is holds the truth."""
    there = ~(np.isnan(low) | np.isnan(high) | np.isnan(truth))
    return ((low <= truth) & (truth <= high))[there]


def crossings_held(crossings: pd.DataFrame, balance: xr.DataArray, breaks: xr.DataArray) -> list[bool]:
    """Whether each band of a year of crossing that is closed at both ends holds the truth.

    A true lead from the start, or none at the end, lies outside every closed band.
    """
    crossed = lasting_crossing(balance, breaks).set_index("iso3")
    found = []
    for row in crossings.dropna(subset=["low", "high"]).itertuples():
        true = crossed.loc[row.iso3] if row.iso3 in crossed.index else None
        inside = true is not None and true["direction"] == row.direction and row.low <= true["year"] <= row.high
        found.append(bool(inside))
    return found


@pytest.fixture(scope="module")
def coverage():
    """Shares of the bands of ninety per cent that hold the truth, over thirty worlds."""
    config = Config(poles=POLES, weights=WEIGHTS, first_year=2003, last_year=2018)
    shares: dict[str, list[np.ndarray]] = {"balances": [], "ranks": [], "crossing years": []}
    for seed in range(WORLDS):
        world = simulated_world(seed, config.concentration, WEIGHTS)
        doubt = Doubt(DRAWS, seed=1000 + seed, fixed=FREE)
        drawn = metric_bands(world.observed, config, POLES, ("pull_balance",), doubt, reports=world.reports)
        ties = inf.build_ties(world.true, world.weights)
        truth = pull_balance(ties, POLES)
        low, high = (drawn.bands[end].values for end in ("low", "high"))
        shares["balances"].append(held(low[0], high[0], truth.values))
        shares["ranks"].append(held(low[1], high[1], places(truth.values)))
        shares["crossing years"].append(np.array(crossings_held(drawn.crossings, truth, ties["is_break"])))
    return {name: np.concatenate(parts) for name, parts in shares.items()}


@pytest.mark.slow
@pytest.mark.parametrize("what", ["balances", "ranks", "crossing years"])
def test_nine_bands_of_ten_hold_the_truth(coverage, what):
    share = coverage[what].mean()
    assert 0.85 <= share <= 0.95, f"{what}: {share:.3f} of {len(coverage[what])}"


@pytest.mark.slow
def test_the_check_would_see_a_band_that_is_too_narrow(coverage):
    """With flows held to be exact the bands miss the truth far too often: the check can fail."""
    config = Config(poles=POLES, weights=WEIGHTS, first_year=2003, last_year=2018)
    found = []
    for seed in range(4):
        world = simulated_world(seed, config.concentration, WEIGHTS)
        doubt = Doubt(DRAWS, fixed=FREE | {"flows"})
        drawn = metric_bands(world.observed, config, POLES, ("pull_balance",), doubt, reports=world.reports)
        truth = pull_balance(inf.build_ties(world.true, world.weights), POLES).values
        found.append(held(drawn.bands["low"].values[0], drawn.bands["high"].values[0], truth))
    assert np.concatenate(found).mean() < 0.75
