"""How often bands hold the truth in a world whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

import influence as inf
from influence.config import Config
from influence.draw_settings import DrawSettings
from influence.metrics.pull import pull_balance
from influence.metrics.trends import lasting_crossing
from influence.schema import UNCERTAINTY_SOURCES
from influence.uncertainty.ranges import metric_ranges
from influence.uncertainty.summary import places
from tests.uncertainty.simulated import POLES, simulated_world

WEIGHTS = {"trade": 0.7, "alliance": 0.3, "agreement": 0.0, "troops": 0.0}
FREE = frozenset(UNCERTAINTY_SOURCES) - {"weights", "flows"}


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


def shares_of_world(seed: int, draws: int, fixed: frozenset[str] = FREE) -> dict[str, np.ndarray]:
    """Whether each band of a balance, of a rank and of a year of crossing holds the truth, in the world of a seed.

    fixed : doubts that are not drawn; the world itself has its weights and its flows in doubt.
    """
    config = Config(poles=POLES, weights=WEIGHTS, first_year=2003, last_year=2018)
    world = simulated_world(seed, config.concentration, WEIGHTS)
    draw_settings = DrawSettings(draws, seed=1000 + seed, fixed=fixed)
    drawn = metric_ranges(world.observed, config, POLES, ("pull_balance",), draw_settings, reports=world.reports)
    ties = inf.build_ties(world.true, world.weights)
    truth = pull_balance(ties, POLES)
    low, high = (drawn.ranges[end].values for end in ("low", "high"))
    return {
        "balances": held(low[0], high[0], truth.values),
        "ranks": held(low[1], high[1], places(truth.values)),
        "crossing years": np.array(crossings_held(drawn.crossings, truth, ties["is_break"]), dtype=bool),
    }
