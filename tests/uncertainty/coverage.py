"""How often uncertainty ranges hold the truth in a world whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

import influence as inf
from influence.draw_settings import DrawSettings
from influence.method import Method
from influence.metrics.pull import pull_balance
from influence.metrics.trends import lasting_crossing
from influence.schema import CONCENTRATION, UNCERTAINTY_SOURCES
from influence.study import Study
from influence.uncertainty.ranges import metric_ranges
from influence.uncertainty.summary import places
from tests.uncertainty.simulated import POLES, simulated_world

WEIGHTS = {"trade": 0.7, "alliance": 0.3, "agreement": 0.0, "troops": 0.0}
FREE = frozenset(UNCERTAINTY_SOURCES) - {"weights", "flows"}


def within(low: np.ndarray, high: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Whether each range that has a value holds the truth."""
    there = ~(np.isnan(low) | np.isnan(high) | np.isnan(truth))
    return ((low <= truth) & (truth <= high))[there]


def crossings_within(crossings: pd.DataFrame, balance: xr.DataArray, breaks: xr.DataArray) -> list[bool]:
    """Whether each range of a year of crossing that is closed at both ends holds the truth.

    A true lead from the start, or none at the end, lies outside every closed range.
    """
    crossed = lasting_crossing(balance, breaks).set_index("iso3")
    found = []
    for row in crossings.dropna(subset=["low", "high"]).itertuples():
        true = crossed.loc[row.iso3] if row.iso3 in crossed.index else None
        inside = true is not None and true["direction"] == row.direction and row.low <= true["year"] <= row.high
        found.append(bool(inside))
    return found


def shares_of_world(seed: int, draws: int, fixed: frozenset[str] = FREE) -> dict[str, np.ndarray]:
    """Whether each range of a balance, of a rank and of a year of crossing holds the truth, in the world of a seed.

    fixed : sources that are not drawn; in the world itself weights and flows are uncertain.
    """
    world = simulated_world(seed, CONCENTRATION, WEIGHTS)
    study = Study(world.observed, Method(weights=WEIGHTS), POLES)
    draw_settings = DrawSettings(draws, seed=1000 + seed, fixed=fixed)
    drawn = metric_ranges(study, ("pull_balance",), draw_settings, reports=world.reports)
    ties = inf.build_ties(world.true, world.weights)
    truth = pull_balance(ties, POLES)
    low, high = (drawn.ranges[end].values for end in ("low", "high"))
    return {
        "balances": within(low[0], high[0], truth.values),
        "ranks": within(low[1], high[1], places(truth.values)),
        "crossing years": np.array(crossings_within(drawn.crossings, truth, ties["is_break"]), dtype=bool),
    }
